"""Lessons: a game cut to the minutes of a class, with its plan, clocks, recommended seats, news and questions."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from sim.classroom.pack import Asked, Pack, choices_of
from sim.domain import files
from sim.domain.arena import NotAFigure, places_of
from sim.domain.cells import Frozen
from sim.domain.files import gather, lay_over
from sim.domain.load import build
from sim.domain.plain import is_mapping
from sim.domain.problems import Problem, ScenarioError, message, nearest, shown
from sim.domain.scenario import Scenario
from sim.findings.parameter_words import parameter_words

GOALS = {
    "reservation_value": "Reservation value and BATNA: what you have without a deal, your best alternative to a negotiated "
    "agreement, decides what a deal must be worth.",
    "zopa": "Zone of possible agreement: which packages all who must consent could live with.",
    "efficient_frontier": "Efficient frontier: packages that nobody could better without a loss to another.",
    "log_rolling": "Log-rolling: give what costs you least and the others value most.",
    "coalition_and_veto": "Coalition and veto: whose consent is needed, and what one refusal can undo.",
    "two_level_ratification": "Two-level ratification: an alliance agrees only where its members do.",
    "reciprocity": "Reciprocity: concessions follow concessions.",
    "commitment_and_verification": "Commitment and verification: a promise is worth what can be checked of it.",
    "linkage_across_venues": "Linkage across venues: what one room leaves open binds the next.",
    "private_information": "Private information: nobody knows what no deal is worth to another.",
    "absence": "Being absent from the table: decided about, and yet asked for consent.",
}
"""What a lesson can teach, by name."""

LIVE = ("sanctions.credibility", "outside.alarm", "outside.friction", "outside.tie")
"""Figures that a venue reads anew when it opens (RULES.md 3.1 to 3.3), so that news may change them while talks run.
Beside them ``sanctions.measures.*.severity``, and ``conflict_loss`` and ``patience`` of every party."""


class Step(Frozen):
    """A part of the lesson: what is done, and for how many minutes; ``venue`` where it is a venue's time."""

    title: str
    minutes: Annotated[int, Field(ge=1, le=240)]
    venue: str | None = None


class Clocks(Frozen):
    """Seconds that a seat has to speak, and to answer an offer."""

    turn: Annotated[int, Field(ge=15, le=1800)] = 120
    answer: Annotated[int, Field(ge=15, le=1800)] = 60


class News(Frozen):
    """Something that happens outside the room. Seats read the text; the figures change from the next venue on.

    Attributes
    ----------
    title, text
        As seats read them; invented, and said so.
    figures
        Path -> figure, among those that can change while talks run.
    """

    title: Annotated[str, Field(max_length=80)]
    text: str
    figures: Annotated[dict[str, float], Field(min_length=1)]


class Question(Frozen):
    """A question of the quiz on the rules: choices, which is right (from 0), and why."""

    text: str
    choices: Annotated[tuple[str, ...], Field(min_length=2, max_length=5)]
    right: int
    why: str

    @model_validator(mode="after")
    def _in_range(self) -> Question:
        if not 0 <= self.right < len(self.choices):
            raise ValueError(f"right: a number from 0 to {len(self.choices) - 1}")
        return self


class Lesson(Frozen):
    """A lesson (``configs/lessons/*.yaml``).

    Attributes
    ----------
    name, title, summary
        File-like name, name for people, one or two sentences.
    minutes
        Of the whole; the minutes of ``plan`` sum to it.
    scenario, changes
        The scenario that is played, and what is laid over it, key by key.
    issues
        In play, the others stay as they are; None leaves those of the scenario.
    plan, clocks
        What is done when; how long a turn takes.
    seats
        Party -> team or simulated: what is recommended. Parties left out are simulated.
    goals
        Names from ``GOALS``.
    instructions
        Party -> confidential instructions, shown to its own seat alone; a paragraph a line, which may begin with a few words and
        a colon ("Your aims: ...").
    brief
        What every seat may read.
    news, quiz
        See there.
    before, after
        Questions that seats answer before and after the talks: prediction, reflection.
    pack
        Prose of the printed teaching pack.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
    title: str
    summary: str
    minutes: Annotated[int, Field(ge=10, le=480)]
    scenario: str
    changes: dict[str, Any] = {}
    issues: Annotated[tuple[str, ...], Field(min_length=2)] | None = None
    plan: Annotated[tuple[Step, ...], Field(min_length=1)]
    clocks: Clocks = Clocks()
    seats: dict[str, Literal["team", "simulated"]]
    goals: Annotated[tuple[str, ...], Field(min_length=1)]
    brief: str
    instructions: dict[str, str] = {}
    news: dict[str, News] = {}
    quiz: tuple[Question, ...] = ()
    before: tuple[Asked, ...] = ()
    after: tuple[Asked, ...] = ()
    pack: Pack = Pack()


def questions_of(lesson: Lesson) -> dict[str, tuple[Asked, ...] | tuple[Question, ...]]:
    """Everything that seats are asked, by when."""
    return {"before": lesson.before, "quiz": lesson.quiz, "after": lesson.after}


def choices(scenario: Scenario, asked: Asked | Question) -> list[str]:
    """What can be chosen for an answer; nothing where it is in own words."""
    return choices_of(scenario, asked) if isinstance(asked, Asked) else list(asked.choices)


def as_given(scenario: Scenario, asked: Asked | Question, answer: str | int) -> str | int:
    """An answer as people gave it, of what is kept: own words, the text of a choice, or a number from 1 of a scale."""
    if isinstance(answer, str):
        return answer
    given = choices(scenario, asked)[answer]
    return int(given) if isinstance(asked, Asked) and asked.kind == "scale" else given


def shipped() -> tuple[str, ...]:
    """Names of the lessons that come with the program, shortest first."""
    return tuple(sorted(files.shipped("lessons"), key=lambda name: load(name)[0].minutes))


def locate(name: str) -> Path:
    """Find a lesson by file name or by name on the shelf.

    Raises
    ------
    ScenarioError
        Where there is none, with the nearest name.
    """
    if files.is_file(Path(name)):
        return Path(name)
    known = files.shipped("lessons")
    if name in known:
        return files.shelf("lessons") / f"{name}.yaml"
    raise ScenarioError(
        f"{shown(name)}: found no such file or lesson; expected a YAML file or one of: {', '.join(known)}."
        f"{nearest(name, known)}"
    )


def load(name: str | Path) -> tuple[Lesson, Scenario]:
    """Read a lesson and lay out the game that it plays.

    Raises
    ------
    ScenarioError
        With one message for people: file, path to the key, found, expected, nearest name.
    """
    path = locate(str(name))
    content, places = gather(path)
    try:
        lesson = Lesson.model_validate(content)
    except ValidationError as error:
        raise ScenarioError(
            message([_problem(dict(e)) for e in error.errors(include_url=False)], places, str(path))
        ) from None
    try:
        scenario = game_of(lesson)
    except ScenarioError as error:
        raise ScenarioError(f"{path}: {error}") from None
    problems = list(_problems(lesson, scenario))
    if problems:
        raise ScenarioError(message(problems, places, str(path)))
    return lesson, scenario


def game_of(lesson: Lesson) -> Scenario:
    """The scenario that a lesson plays.

    Where a lesson leaves issues out, they are on no venue's agenda and nobody's lever, so they stay where they are. No figure is
    touched: points, red lines and worths of no deal are those of the whole game, and a class's deal can stand beside its runs.

    Raises
    ------
    ScenarioError
        The scenario is unknown, or no game with these changes.
    """
    content, _ = gather(files.locate(lesson.scenario))
    content = lay_over(copy.deepcopy(content), lesson.changes)
    if lesson.issues is not None:
        for name in lesson.issues:
            if name not in content["issues"]:
                known = ", ".join(content["issues"])
                raise ScenarioError(
                    f"issues: found {shown(name)}; expected one of: {known}.{nearest(name, content['issues'])}"
                )
        for venue in content["venues"].values():
            venue["agenda"] = [name for name in venue["agenda"] if name in lesson.issues]
        for name, issue in content["issues"].items():
            if name not in lesson.issues:
                issue["owner"] = None
    return build(content, file=f"the game of {lesson.name}")


def in_play(scenario: Scenario) -> tuple[str, ...]:
    """Issues that some venue or some owner can move, in the scenario's order."""
    agendas = {name for venue in scenario.seated for name in venue.agenda}
    return tuple(name for name in scenario.active if name in agendas or scenario.issues[name].owner is not None)


def news_told(scenario: Scenario, news: News) -> list[str]:
    """What news changes, in words: which figure, from what it is in the scenario to what it becomes."""
    told: list[str] = []
    for path, value in news.figures.items():
        before: Any = scenario
        for key in path.split("."):
            before = before[key] if is_mapping(before) else getattr(before, key)
        told.append(f"{parameter_words(scenario, path)}: from {before.value:g} to {value:g}")
    return told


def is_live(path: str) -> bool:
    """Whether news may change the figure at a path while talks run (see ``LIVE``)."""
    keys = path.split(".")
    severity = keys[:2] == ["sanctions", "measures"] and len(keys) == 4 and keys[3] == "severity"
    stake = keys[0] == "parties" and len(keys) == 3 and keys[2] in ("conflict_loss", "patience")
    return path in LIVE or severity or stake


def _problems(lesson: Lesson, scenario: Scenario) -> Any:
    """What the schema alone cannot tell."""
    total = sum(step.minutes for step in lesson.plan)
    if total != lesson.minutes:
        yield Problem(("plan",), f"steps of {total} minutes", f"{lesson.minutes}, the minutes of the lesson")
    for at, step in enumerate(lesson.plan):
        if step.venue is not None and step.venue not in scenario.calendar:
            expected = f"a venue of the calendar ({', '.join(scenario.calendar)})"
            yield Problem(("plan", at, "venue"), shown(step.venue), expected, scenario.calendar, step.venue)
    named = {("seats",): lesson.seats, ("instructions",): lesson.instructions, ("pack", "roles"): lesson.pack.roles}
    for keys, given in named.items():
        for party in given:
            if party not in scenario.parties:
                names = tuple(scenario.parties)
                yield Problem((*keys, party), shown(party), f"a party ({', '.join(names)})", names, party)
    goals = [(("goals", at), goal) for at, goal in enumerate(lesson.goals)]
    for keys, goal in [*goals, *((("pack", "goals", goal), goal) for goal in lesson.pack.goals)]:
        if goal not in GOALS:
            yield Problem(keys, shown(goal), f"one of: {', '.join(GOALS)}", tuple(GOALS), goal)
    for at, told in enumerate(lesson.pack.happened):
        for source in told.source:
            if source not in scenario.sources:
                where, known = ("pack", "happened", at, "source"), tuple(scenario.sources)
                yield Problem(where, shown(source), "a source of the scenario", known, source)
    for name, news in lesson.news.items():
        for path in news.figures:
            where = ("news", name, "figures", path)
            if not is_live(path):
                live = f"{', '.join(LIVE)}, a measure's severity, a party's conflict_loss or patience"
                yield Problem(where, "a figure that is fixed once talks have begun", live, LIVE, path)
                continue
            try:
                places_of(scenario, path)
            except NotAFigure as error:
                yield Problem(where, str(error), "a figure of the scenario")


def _problem(item: dict[str, Any]) -> Problem:
    """One of the schema's complaints in our words."""
    path, found = tuple(item["loc"]), shown(item.get("input"))
    if item["type"] == "missing":
        return Problem(path, "nothing", f"the key {path[-1]}")
    if item["type"] == "extra_forbidden":
        known = tuple(Lesson.model_fields) if len(path) == 1 else ()
        expected = f"one of: {', '.join(known)}" if known else "a known key"
        return Problem(path, f'the unknown key "{path[-1]}"', expected, known, str(path[-1]))
    text = str(item["msg"]).removeprefix("Input should be ").removeprefix("Value error, ")
    return Problem(path, found, text[:1].lower() + text[1:])
