"""The model that the lab's page holds: a talk made of an origin, a seed and what was set, and ways to move through it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from sim.figures.run import Run
from sim.lab.given import Replay, Spent
from sim.lab.origin import Origin
from sim.lab.settings import Setting, changes_of, settings_of
from sim.look import party_looks
from sim.model import NegotiationModel


def _now(value: Any) -> Any:
    """What a parameter of Mesa's page is now; its inputs hand over the reactive value itself until they are first used."""
    return value.value if hasattr(value, "get") and hasattr(value, "set") else value


class LabTalk(NegotiationModel):
    """One talk of the lab.

    Parameters
    ----------
    origin
        Where it comes from.
    seed, index
        Fix all chance (11.1); those of the origin where left out.
    kwargs
        Values of settings by their key; what is left out stays as coded.

    Attributes
    ----------
    origin, settings, values
        As given; all that can be set; what is set off the coded value.
    changes
        The same as ``path=value``.
    replay
        At a table of a class, as long as nothing is set and chance is the table's: what was done there is done again.

    Raises
    ------
    ScenarioError
        The scenario refuses what is set.
    """

    def __init__(self, origin: Origin, seed: Any = None, index: Any = None, **kwargs: Any) -> None:
        self.origin: Origin = _now(origin)
        self.settings: list[Setting] = settings_of(self.origin.scenario)
        given = {key: _now(value) for key, value in kwargs.items()}
        self.values = {one.key: given[one.key] for one in self.settings if given.get(one.key, one.coded) != one.coded}
        self.changes = changes_of(self.settings, self.values)
        # Mesa plays in a thread of its own while the page's other buttons still work.
        self.moving = threading.RLock()
        first, at = _now(seed), _now(index)
        super().__init__(
            self.origin.changed(self.changes),
            seed=self.origin.seed if first is None else int(first),
            index=self.origin.index if at is None else int(at),
        )
        own = not self.changes and (self.table.seed, self.table.index) == (self.origin.seed, self.origin.index)
        self.replay: Replay | None = None
        if self.origin.given is not None and own:
            self.replay = Replay(self.origin.given, self.game, self.table.seed, self.table.index)
            self.table = self.replay.table

    @property
    def command(self) -> str:
        """What plays this talk from the command line."""
        return self.origin.command(self.table.seed, self.table.index, self.changes)

    @cached_property
    def fingerprint(self) -> str:
        """Hash of its scenario, which takes longer than a turn and never changes."""
        return self.game.hash

    @cached_property
    def length(self) -> int:
        """How many turns the whole talk takes; it is played once aside to know."""
        return self.again().played().turn

    def step(self) -> None:
        """Take one turn; where a class stopped before the talks were over, its last one may lack answers."""
        with self.moving:
            first = self.table.event_count
            try:
                super().step()
            except Spent:
                self._end_turn(first)
            if self.replay is not None and self.replay.spent:
                self.running = False

    def _act(self) -> None:
        if self.replay is None:
            super()._act()
        else:
            self.replay.act()

    def again(self) -> LabTalk:
        """The same talk from its beginning."""
        return LabTalk(self.origin, self.table.seed, self.table.index, **self.values)

    def played(self) -> LabTalk:
        """This talk, played to its end."""
        while self.running:
            self.step()
        return self

    def at(self, turn: int) -> LabTalk:
        """The same talk after so many turns: this one where it lies ahead, else a new one."""
        talk = self if turn >= self.turn else self.again()
        with talk.moving:
            while talk.running and talk.turn < turn:
                talk.step()
        return talk

    def _past(self, mark: Callable[[], object]) -> None:
        with self.moving:
            before = mark()
            while self.running and mark() == before:
                self.step()

    def next_round(self) -> None:
        """Take turns until another round is at hand, or the talks are over."""
        self._past(lambda: (self.table.venue, int(self.table.talk.at.round_no)))

    def next_venue(self) -> None:
        """Take turns until another venue is at hand, or the talks are over."""
        self._past(lambda: self.table.venue)

    def so_far(self) -> Run:
        """What figures and sentences ask of a run, as it stands now; a finished one with its record."""
        with self.moving:
            if self.table.over:
                return Run.of(self)
            game, table = self.game, self.table
            text = dict(zip(game.active, table.talk.text.tolist()))  # a pledge that was only tabled is no part of it
            looks = party_looks({name: (party.name, party.code) for name, party in game.parties.items()})
            holding = {"": [""]} if table.talk.holding.any() else {}
            record: Mapping[str, Any] = {
                "seed": table.seed, "index": table.index, "text": text, "final": text, "holding": holding,
            }  # fmt: skip
            return Run(game, dict(record), self.transcript(), table, looks)
