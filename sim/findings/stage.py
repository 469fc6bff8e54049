"""One run played again under other assumptions, thousands of them a second, and other runs beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.domain.files import change
from sim.domain.load import build
from sim.domain.problems import ScenarioError, nearest
from sim.domain.scenario import Scenario
from sim.engine import Engine, NotAFigure
from sim.findings.assumptions import Assumption, Assumptions
from sim.protocol.result import figures, outcome_names
from sim.sweep.again import figure_text
from sim.sweep.executors import threads_here

_CHUNK = 512

MORE = {
    "limited_measures": "limited measures or more",
    "arms_control_accord": "an arms-control accord or a settlement",
    "settlement": "a settlement",
}
"""What can be wanted of talks with a challenger, the least first, and in words."""


@dataclass(frozen=True)
class Move:
    """An assumption at another value."""

    assumption: Assumption
    value: Any

    @property
    def distance(self) -> float:
        """Its size, as a share of the assumption's range."""
        return self.assumption.distance(self.value)


Moves = tuple[Move, ...]


def distance(moves: Moves) -> float:
    """Size of a change: the sum over its moves."""
    return sum(move.distance for move in moves)


@dataclass(frozen=True)
class Want:
    """Which ends of a run count as a deal.

    Attributes
    ----------
    key
        agreement (of a game with its own classes: an understanding in some venue), or the least class.
    words
        For people: "limited measures or more".
    """

    scenario: Scenario
    key: str
    words: str

    def met(self, records: NDArray[Any]) -> NDArray[np.bool_]:
        """Which records end so."""
        if self.key == "agreement":
            return np.any([records[f"result_{name}"] == 1 for name in self.scenario.calendar], axis=0)
        code = outcome_names(self.scenario).index(self.key)
        return records["outcome"] >= code if self.scenario.challenger else records["outcome"] == code


def want_of(scenario: Scenario, key: str | None) -> Want:
    """What ``--want`` asks for; an agreement where left out.

    Raises
    ------
    ScenarioError
        No class of this scenario, or one that is no agreement.
    """
    if scenario.challenger:
        chosen = key or next(iter(MORE))
        if chosen in MORE:
            return Want(scenario, chosen, MORE[chosen])
        known = tuple(MORE)
    else:
        if key is None:
            return Want(scenario, "agreement", "an understanding")
        if key in scenario.outcomes.classes:
            return Want(scenario, key, f"“{scenario.outcomes.classes[key].title}”")
        known = tuple(scenario.outcomes.classes)
    listing = ", ".join(known) or "none: this game has no classes of its own"
    raise ScenarioError(f"--want: found {key}; expected one of: {listing}.{nearest(key or '', known)}")


class Stage:
    """A run and its scenario, to be played under other assumptions.

    Parameters
    ----------
    scenario, seed, index
        What fixes the run.
    given
        What may be moved.

    Attributes
    ----------
    each, fixed
        What can be moved, and paths that cannot, as they need another layout of the game.
    played
        Runs so far.
    """

    def __init__(self, scenario: Scenario, seed: int, index: int, given: Assumptions) -> None:
        self.scenario, self.seed, self.index = scenario, seed, index
        self.each, fixed = given.each, list(given.fixed)
        while True:
            now = _now(self.each)
            try:
                first = Engine(scenario, tuple(now))
                break
            except NotAFigure as error:
                path = str(error).partition(":")[0]
                fixed += [one.path for one in self.each if path in one.laid(one.now)]
                self.each = tuple(one for one in self.each if path not in one.laid(one.now))
        self.fixed = tuple(fixed)
        self._column = {path: at for at, path in enumerate(now)}
        self._now = np.array(list(now.values()), float)
        self._engines = [first, *(first.copy() for _ in range(min(threads_here(), 8) - 1))]
        self.played = 0

    @cached_property
    def itself(self) -> NDArray[Any]:
        """The run as it was, one record."""
        return self.again([()])

    def again(self, changes: Sequence[Moves]) -> NDArray[Any]:
        """This run under each of some changes."""
        return self._play(np.full(len(changes), self.index, np.int64), changes)

    def others(self, moves: Moves, indices: NDArray[np.int64]) -> NDArray[Any]:
        """Other runs of the same seed under one change."""
        return self._play(indices, [moves] * len(indices))

    def each_of(self, changes: Sequence[Moves], indices: NDArray[np.int64]) -> NDArray[Any]:
        """Some runs under each of some changes: records[change, run]."""
        repeated = [moves for moves in changes for _ in range(len(indices))]
        return self._play(np.tile(indices, len(changes)), repeated).reshape(len(changes), len(indices))

    def same_draw(self, records: NDArray[Any]) -> NDArray[np.bool_]:
        """Whether the challenger's private type and payoff are those of the run as it was (4.1)."""
        if not self.scenario.challenger:
            return np.ones(len(records), bool)
        return (records["type"] == self.itself["type"][0]) & (records["payoff"] == self.itself["payoff"][0])

    def _play(self, indices: NDArray[np.int64], changes: Sequence[Moves]) -> NDArray[Any]:
        """Runs in chunks over the threads; how they are cut changes nothing about them (11.1)."""
        values = np.tile(self._now, (len(changes), 1))
        for row, moves in enumerate(changes):
            for move in moves:
                for path, value in move.assumption.laid(move.value).items():
                    values[row, self._column[path]] = value
        self.played += len(changes)
        cuts = list(range(0, len(changes), _CHUNK))
        parts: list[Any] = [None] * len(cuts)

        def work(engine: Engine, mine: Sequence[int]) -> None:
            for at in mine:
                some = slice(cuts[at], cuts[at] + _CHUNK)
                parts[at] = engine.play(self.seed, indices[some], values[some])

        if len(cuts) < 2:
            work(self._engines[0], range(len(cuts)))
        else:
            count = len(self._engines)
            with ThreadPoolExecutor(count) as pool:
                list(pool.map(work, self._engines, [range(at, len(cuts), count) for at in range(count)]))
        return np.concatenate(parts) if parts else self._engines[0].play(self.seed, indices, values)

    def replayed(self, moves: Moves) -> NDArray[Any] | None:
        """The run once more from the changed scenario itself, turn by turn through the Mesa model.

        Returns
        -------
        record or None
            The engine's, if the model gives the same figure for figure; None where it does not, or where the scenario
            refuses the change.
        """
        from sim.model import NegotiationModel

        try:
            changed = self.changed(moves)
        except ScenarioError:
            return None
        model = NegotiationModel(changed, self.seed, self.index)
        model.run()
        told = figures(changed, model.table.t, model.table.talk)
        record = self.again([moves])
        same = all(_same(told[field.name], record[field.name][0], field.names) for field in self._engines[0].fields)
        return record if same else None

    def changes(self, moves: Moves) -> list[str]:
        """A change as ``path=value`` texts, exact."""
        laid: dict[str, Any] = {}
        for move in moves:
            laid |= move.assumption.laid(move.value)
        return [f"{path}={figure_text(value)}" for path, value in laid.items()]

    def changed(self, moves: Moves) -> Scenario:
        """The changed scenario.

        Raises
        ------
        ScenarioError
            The changes do not go together.
        """
        return build(change(json.loads(self.scenario.canonical()), self.changes(moves))[0])


def _now(given: Sequence[Assumption]) -> dict[str, float]:
    """Present figures of everything that may move."""
    found: dict[str, float] = {}
    for one in given:
        found |= {path: float(value) for path, value in one.laid(one.now).items()}
    return found


def _same(told: Any, stored: Any, names: tuple[str, ...] | None) -> bool:
    if names is not None:
        return told == (names[int(stored)] if stored >= 0 else None)
    if told is None or (isinstance(told, float) and told != told):
        return bool(stored != stored) or told is None
    return told == stored


def class_of(scenario: Scenario, record: Any) -> str:
    """Key of the outcome class of a record."""
    return outcome_names(scenario)[int(record["outcome"])]
