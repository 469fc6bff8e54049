"""A talk whose acts are given: what people and the model did at a table of a class, and the news that it heard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sim.classroom.class_table import ClassTable, Places, Step
from sim.classroom.kept import read
from sim.classroom.state import State
from sim.domain.arena import places_of
from sim.domain.scenario import Scenario
from sim.protocol.table import Table


class Spent(Exception):
    """There are no more acts: the class stopped here."""


@dataclass(frozen=True, eq=False)
class Given:
    """What moved a table of a class.

    Attributes
    ----------
    name
        Of the class's file, without its ending.
    table, tables
        Number of the table from 1, and how many there were.
    steps
        What moved it, in order; what the teacher took back is not in it.
    places
        Where the figures that news changes stand.
    teams
        Parties that people played when the class ended.
    news
        Titles of the news among ``steps``, in order.
    over
        Whether the table's talks came to their end.
    """

    name: str
    table: int
    tables: int
    steps: tuple[Step, ...]
    places: Places
    teams: tuple[str, ...]
    news: tuple[str, ...]
    over: bool


class Replay:
    """A given talk on its way: the table that its steps move, one act at a time."""

    def __init__(self, given: Given, scenario: Scenario, seed: int, index: int) -> None:
        self._moved = ClassTable(scenario, seed, index, given.places)
        self._steps: Iterator[Step] = iter(given.steps)
        self._left = sum(step.act is not None for step in given.steps)

    @property
    def table(self) -> Table:
        """The protocol's table."""
        return self._moved.table

    @property
    def spent(self) -> bool:
        """Whether every act was taken."""
        return self._left == 0

    def act(self) -> None:
        """Take the next act, and before it the news that came first.

        Raises
        ------
        Spent
            There is none.
        """
        for step in self._steps:
            self._moved.take(step)
            if step.act is not None:
                self._left -= 1
                return
        raise Spent


def given_of(path: Path, table: int) -> tuple[Given, State]:
    """A table of a class, and the class.

    Raises
    ------
    LogError
        The file cannot be read as a class, see ``sim.classroom.kept.read``.
    KeyError
        The class has no such table.
    """
    state = read(path).state
    place = state.tables[table]
    news = state.lesson.news
    given = Given(
        name=path.stem,
        table=table,
        tables=len(state.tables),
        steps=tuple(place.talks.steps),
        places={figure: places_of(state.scenario, figure) for one in news.values() for figure in one.figures},
        teams=tuple(party for party, seat in place.seats.items() if seat.kind == "team"),
        news=tuple(news[name].title for name in state.news),
        over=place.talks.table.over,
    )
    return given, state
