"""What is known to have happened, line by line, and how far a run is from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass

from sim.domain.files import shipped
from sim.domain.load import load_scenario
from sim.domain.scenario import History, Scenario
from sim.look import outcome_looks

PACKAGE, VENUE, CLASS, LATER = "package", "venue", "class", "later"

ENDS = {
    "no_understanding": "ended without an understanding",
    "understanding": "ended with an understanding",
    "walked_out": "ended because somebody left",
}


@dataclass(frozen=True)
class Line:
    """One thing that is known to have happened.

    Attributes
    ----------
    column
        Of the rows.
    value
        What the rows would hold: an option's number, a label, yes or no.
    part
        package, venue, class or later.
    title, words
        What it is about, and how it was.
    """

    column: str
    value: int | str | bool
    part: str
    title: str
    words: str

    @property
    def steps(self) -> str:
        """SQL for how far a row is from this line: options between for an issue, else 1 if it differs."""
        if self.part == PACKAGE:
            return f"coalesce(abs({self.column} - {self.value}), 1)"
        value = f"'{self.value}'" if isinstance(self.value, str) else str(self.value).lower()
        return f"(CASE WHEN {self.column} = {value} THEN 0 ELSE 1 END)"


@dataclass(frozen=True)
class Record:
    """What is known to have happened.

    Attributes
    ----------
    talks
        Every issue's option at the end, every venue's end, the class.
    later
        What followed the talks; None where that is not known.
    odds
        Ends of what forecasters held likely then; None where nobody is known to have said.
    """

    talks: tuple[Line, ...]
    later: Line | None = None
    odds: tuple[float, float] | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines, what followed last."""
        return (*self.talks, self.later) if self.later else self.talks

    @property
    def of_talks(self) -> str:
        """SQL for how far a row is from the talks, in steps."""
        return " + ".join(line.steps for line in self.talks)

    @property
    def of_all(self) -> str:
        """SQL for how far a row is from everything that is known."""
        return " + ".join(line.steps for line in self.lines)


def history_of(scenario: Scenario) -> History | None:
    """What a scenario tells of history; None where it tells nothing.

    A study keeps the scenario that it was played with. What is known of history may have grown since, and no rule reads it:
    where a shipped scenario of that name tells the same package and class, its history counts.
    """
    told = scenario.history
    if told is not None and scenario.name in shipped():
        now = load_scenario(scenario.name).history
        if now is not None and (now.outcome, now.package) == (told.outcome, told.package):
            return now
    return told


def record_of(scenario: Scenario, columns: Collection[str]) -> Record | None:
    """The record of a scenario's history, as far as rows can be compared with it; None where it has none."""
    history = history_of(scenario)
    if history is None:
        return None
    lines: list[Line] = []
    for name in scenario.active:
        option = history.package.get(name)
        if option is not None and option < len(scenario.issues[name].options):
            issue = scenario.issues[name]
            lines.append(Line(f"final_{name}", option, PACKAGE, issue.short, issue.options[option].label))
    for name, end in history.venues.items():
        if name in scenario.calendar:
            lines.append(Line(f"result_{name}", end, VENUE, scenario.venues[name].title, ENDS[end]))
    looks = outcome_looks()
    title = looks[history.outcome]["name"] if history.outcome in looks else history.outcome.replace("_", " ")
    lines.append(Line("outcome", history.outcome, CLASS, "Outcome class", title))
    later = None
    if history.later is not None and "escalated" in columns:
        word = "escalation followed" if history.later.escalated else "no escalation followed"
        later = Line("escalated", history.later.escalated, LATER, "Afterwards", word)
    odds = (history.odds.low, history.odds.high) if history.odds else None
    return Record(tuple(line for line in lines if line.column in columns), later, odds)


def record_of_row(record: Record, row: dict[str, object]) -> Record:
    """The record of a simulated history: the same lines, with what a row holds."""
    return dataclasses.replace(
        record,
        talks=tuple(dataclasses.replace(line, value=row[line.column]) for line in record.talks),
        later=record.later and dataclasses.replace(record.later, value=row[record.later.column]),
    )
