"""The class's deals among simulated runs of its own game: gains, outcome classes, and what was still to be had."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.classroom.lesson import in_play
from sim.classroom.state import State
from sim.domain.scenario import Scenario
from sim.engine import Engine
from sim.figures.frontier import front
from sim.protocol.measures import central_talk
from sim.protocol.table import Table

RUNS, AT_ONCE = 2_000, 250
"""Simulated runs, and how many are played before progress is told."""


@dataclass(frozen=True)
class Deal:
    """What a finished table came to.

    Attributes
    ----------
    number
        Of the table.
    record
        Its record (RULES.md 12.1).
    x, y
        Gains over the status quo in points: of the party drawn across, and the mean of those drawn up.
    curve
        float64[N, 2], the efficient points by rising x, by the beliefs and hard lines of this very table at its end, over the
        issues in play; None where too many packages would have to be valued.
    spare
        What the one, and the others on average, could have had more at no cost to the other side, in points: how far the
        curve lies to the right and above; None without it.
    """

    number: int
    record: dict[str, Any]
    x: float
    y: float
    curve: NDArray[np.float64] | None
    spare: tuple[float, float] | None


@dataclass(frozen=True)
class Cloud:
    """Simulated runs of a class's game, with the class in them.

    Attributes
    ----------
    scenario, seed
        What was played; the class's tables are the runs 0, 1, 2 … of the seed, with the same chance.
    one, others
        Parties drawn across and up: the challenger (or the first whose consent counts), and all others whose consent counts.
    rows
        Results of ``RUNS`` runs, see ``sim.protocol.result.fields_of``.
    x, y
        float64[RUNS], gains in points as in ``Deal``.
    median
        The curve of a table before its first act whose every chance falls on its median.
    threshold
        Gain from which ``one`` prefers a deal at that table, in points.
    deals, unfinished
        Finished tables, and numbers of the others.
    """

    scenario: Scenario
    seed: int
    one: str
    others: tuple[str, ...]
    rows: NDArray[Any]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    median: NDArray[np.float64] | None
    threshold: float
    deals: tuple[Deal, ...]
    unfinished: tuple[int, ...]

    def gains(self, party: str) -> NDArray[np.float64]:
        """A party's gains over the status quo in the simulated runs, in points."""
        return 100 * self.rows[f"gain_{party}"]


def sides(scenario: Scenario) -> tuple[str, tuple[str, ...]]:
    """The party drawn across and those drawn up."""
    consenting = [name for name, party in scenario.parties.items() if party.has_consent.value]
    named = consenting if len(consenting) > 1 else list(scenario.parties)
    one = scenario.challenger or named[0]
    return one, tuple(name for name in named if name != one)


def cloud_of(state: State, told: Callable[[int], None] = lambda done: None) -> Cloud:
    """Play the runs and put the class's deals among them. Takes about a second; touches nothing that can change by then.

    Parameters
    ----------
    state
        A class whose talks are over, or are not acted on meanwhile.
    told
        Hears how many runs are played.
    """
    scenario, seed = state.scenario, state.seed
    one, others = sides(scenario)
    engine = Engine(scenario)
    parts: list[Any] = []
    for first in range(0, RUNS, AT_ONCE):
        parts.append(engine.play(seed, np.arange(first, first + AT_ONCE)))
        told(first + AT_ONCE)
    rows = np.concatenate(parts)
    t, talk = central_talk(scenario)
    p = list(scenario.parties).index(one)
    return Cloud(
        scenario=scenario,
        seed=seed,
        one=one,
        others=others,
        rows=rows,
        x=100 * rows[f"gain_{one}"],
        y=100 * np.mean([rows[f"gain_{other}"] for other in others], axis=0),
        median=_curve(scenario, t, talk, one, others),
        threshold=100 * float(talk.edge[p].no_deal - talk.edge[p].zero),
        deals=tuple(
            _deal(number, place.talks.table, one, others)
            for number, place in state.tables.items()
            if place.talks.table.over
        ),
        unfinished=tuple(number for number, place in state.tables.items() if not place.talks.table.over),
    )


def _curve(scenario: Scenario, t: Any, talk: Any, one: str, others: tuple[str, ...]) -> NDArray[np.float64] | None:
    """The efficient points by rising x, as gains over the status quo in points, over the issues in play."""
    parties = list(scenario.parties)
    p, rest = parties.index(one), [parties.index(party) for party in others]
    active = list(scenario.active)
    found = front(t, talk, p, rest, {active.index(name) for name in in_play(scenario)})
    if found.packages is None:
        return None
    zero = np.asarray(talk.edge.zero)
    points = 100 * np.column_stack([found.x - zero[p], found.y - zero[rest].mean()])
    return points[np.argsort(points[:, 0])]


def _deal(number: int, table: Table, one: str, others: tuple[str, ...]) -> Deal:
    record = table.record()
    gains = {party: 100 * row["gain"] for party, row in record["parties"].items()}
    x, y = gains[one], float(np.mean([gains[other] for other in others]))
    curve = _curve(table.scenario, table.t, table.talk, one, others)
    return Deal(number, record, x, y, curve, None if curve is None else _spare(curve, x, y))


def _spare(curve: NDArray[np.float64], x: float, y: float) -> tuple[float, float]:
    """How far the frontier lies to the right of, and above, a place."""
    across, up = curve[:, 0], curve[:, 1]
    right = across[up >= y - 1e-7].max(initial=x) - x
    above = up[across >= x - 1e-7].max(initial=y) - y
    return max(0.0, float(right)), max(0.0, float(above))
