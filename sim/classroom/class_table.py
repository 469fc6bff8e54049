"""A table of the class: the protocol's own table, with steps that can be taken back and news that changes its figures."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.domain.arena import arena_of
from sim.domain.scenario import Scenario
from sim.protocol.play import FINISH, drive, single
from sim.protocol.record import record
from sim.protocol.table import Act, IllegalAct, Table

Places = Mapping[str, list[tuple[int, int]]]

_KINDS = ("real", "whole", "switch")


@dataclass(frozen=True)
class Step:
    """What moved a table.

    Attributes
    ----------
    act
        What was done; None for news.
    tactic
        Whether the seat's tactic chose the act.
    undoable
        Whether taking back the last step takes this one back: acts of teams, and those forced on them.
    reason
        A team's own words with a refusal.
    figures
        Of news: path -> figure.
    """

    act: Act | None = None
    tactic: bool = False
    undoable: bool = False
    reason: str = ""
    figures: Mapping[str, float] = field(default_factory=dict[str, float])


class ClassTable:
    """One table.

    Its figures stand in memory of its own, so that news can change them while the talks run: a venue reads them when it
    opens, consent when it is asked (RULES.md 3.1 to 3.3, 9.2). Played again from its steps it gives the same bytes.

    Parameters
    ----------
    scenario, seed, index
        As for ``sim.protocol.table.Table``.
    places
        Where the figures that news may change stand: path -> (kind, place) pairs of ``sim.domain.arena.places_of``.

    Attributes
    ----------
    table
        The protocol's table.
    steps
        What moved it so far.
    version
        Counts acts and takings back, so that an act on an outdated picture can be told.
    """

    def __init__(self, scenario: Scenario, seed: int, index: int, places: Places) -> None:
        self._places = places
        self._given = (scenario, seed, index)
        self.steps: list[Step] = []
        self.version = 0
        self._prospect: tuple[int, int, dict[str, Any]] | None = None
        self._begin()

    def _begin(self) -> None:
        self.table = Table(*self._given)
        self._arena = arena_of(self.table.t)
        self.table.t = self._arena.tables
        self._reasons: dict[int, str] = {}
        self._by_model: set[int] = set()

    def reason(self, number: int) -> str:
        """The words that a team gave with the act of that number; empty where it gave none."""
        return self._reasons.get(number, "")

    def by_model(self, number: int) -> bool:
        """Whether the model chose the act of that number, whoever plays the seat now."""
        return number in self._by_model

    def take(self, step: Step) -> None:
        """Move the table by a step and keep it.

        Raises
        ------
        IllegalAct
            Not legal now, or not what the tactic does; the table is unchanged.
        """
        self._move(step)
        self.steps.append(step)
        self.version += step.act is not None

    def _move(self, step: Step) -> None:
        number = self.table.event_count + 1
        if step.act is None:
            self._hear(step.figures)
        elif step.tactic:
            if self.table.decide() != step.act:
                raise IllegalAct("The log holds another act than this version of the rules would choose.")
            self.table.play()
            self._by_model.add(number)
        else:
            self.table.apply(step.act)
        if step.reason:
            self._reasons[number] = step.reason

    def _hear(self, figures: Mapping[str, float]) -> None:
        for path, value in figures.items():
            for kind, place in self._places[path]:
                getattr(self._arena, _KINDS[kind])[place] = value
        # Nothing counts as taken in any more, so what no deal is worth is reckoned anew when the next venue opens.
        self.table.talk.seat.believed[:] = -1.0

    def if_ended_now(self) -> dict[str, Any]:
        """The record (RULES.md 12.1) that the text on the table would come to, were it put to consent now."""
        if self._prospect is None or self._prospect[0] != len(self.steps) or self._prospect[1] != self.version:
            table, talk = self.table, copy.deepcopy(self.table.talk)
            if not table.over:
                talk.text[:] = talk.base
                drive(table.t, talk, single(table.draws), FINISH)
            found = record(table.scenario, table.t, talk, table.seed, table.index)
            self._prospect = len(self.steps), self.version, found
        return self._prospect[2]

    @property
    def undoable(self) -> bool:
        """Whether there is a step to take back."""
        return any(step.undoable for step in self.steps)

    def undo(self) -> None:
        """Take back the last act of a team and what followed it; news stays.

        Raises
        ------
        IllegalAct
            There is none.
        """
        if not self.undoable:
            raise IllegalAct("No team has acted here yet.")
        at = max(number for number, step in enumerate(self.steps) if step.undoable)
        kept = self.steps[:at] + [step for step in self.steps[at:] if step.act is None]
        self._begin()
        for step in kept:
            self._move(step)
        self.steps = kept
        self.version += 1
