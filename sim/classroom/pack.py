"""What a lesson brings for paper and for questions: surveys, public aims, debrief, what happened, reading."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from sim.domain.cells import Frozen
from sim.domain.scenario import Background, Scenario
from sim.figures.chart import opened
from sim.protocol.result import CLASSES

SCALE = 5
"""A scale goes from 1 to this."""


class Asked(Frozen):
    """A question of the survey; plain text in a file is an open one.

    Attributes
    ----------
    text
        As people read it.
    kind
        open (own words), scale (1 to 5) or choice.
    ends
        Of a scale: what 1 and 5 mean.
    choices
        Of a choice; left out where ``outcomes`` gives them.
    outcomes
        The choices are the outcome classes of the scenario.
    """

    text: Annotated[str, Field(min_length=1, max_length=300)]
    kind: Literal["open", "scale", "choice"] = "open"
    ends: tuple[str, str] | None = None
    choices: Annotated[tuple[str, ...], Field(max_length=9)] = ()
    outcomes: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: Any) -> Any:
        return {"text": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _of_one_kind(self) -> Asked:
        if (self.kind == "scale") != (self.ends is not None):
            raise ValueError("ends: two words for 1 and 5 with a scale, and nowhere else")
        chosen = self.outcomes or len(self.choices) > 1
        if (self.kind == "choice") != chosen or (self.outcomes and self.choices):
            raise ValueError("choices: two or more, or outcomes, with a choice and nowhere else")
        return self


class Debrief(Frozen):
    """Questions for the talk afterwards: what happened, why, and what it is good for (Lederman 1992)."""

    describe: tuple[str, ...] = ()
    analyse: tuple[str, ...] = ()
    apply: tuple[str, ...] = ()


class Reading(Frozen):
    """A work to read; ``about`` says in a few words what for."""

    what: str
    about: str = ""
    url: Annotated[str, Field(pattern=r"^https?://[^\s]+$")] | None = None


class Pack(Frozen):
    """The teaching pack's own prose; everything with a figure is made from the scenario.

    Attributes
    ----------
    roles
        Party -> what it asks for in public; everyone reads it.
    goals
        Goal -> where in this lesson it shows; for the teacher.
    stuck
        For the teacher: what helps a table that does not move, in this lesson.
    debrief
        Questions.
    happened
        What really happened after the day the game stands for, each with sources of the scenario.
    reading
        For students and teacher.
    """

    roles: dict[str, str] = {}
    goals: dict[str, str] = {}
    stuck: tuple[str, ...] = ()
    debrief: Debrief = Debrief()
    happened: tuple[Background, ...] = ()
    reading: tuple[Reading, ...] = ()


def outcome_title(scenario: Scenario, outcome: str) -> str:
    """An outcome class by name."""
    if outcome in scenario.outcomes.classes:
        return scenario.outcomes.classes[outcome].title
    return outcome.replace("_", " ").replace("arms control", "arms-control")


def choices_of(scenario: Scenario, asked: Asked) -> list[str]:
    """What can be chosen: the question's own choices, the scenario's outcome classes, 1 to 5, or nothing."""
    if asked.kind == "scale":
        return [str(number) for number in range(1, SCALE + 1)]
    if asked.outcomes:
        names = list(scenario.outcomes.classes) if scenario.challenger is None else list(CLASSES)
        return [opened(outcome_title(scenario, name)) for name in names]
    return list(asked.choices)


def question_of(scenario: Scenario, asked: Asked) -> dict[str, Any]:
    """A question as pages show it."""
    return {"text": asked.text, "kind": asked.kind, "ends": asked.ends, "choices": choices_of(scenario, asked)}


def paragraphs(words: str) -> list[tuple[str, str]]:
    """Lines as paragraphs: the few words before a colon with which one may begin, and the rest."""
    found: list[tuple[str, str]] = []
    for line in filter(None, (line.strip() for line in words.splitlines())):
        lead, colon, rest = line.partition(":")
        found.append((f"{lead}:", rest.strip()) if colon and rest and len(lead) <= 40 else ("", line))
    return found
