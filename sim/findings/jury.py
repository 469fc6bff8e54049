"""Changes judged on runs that had no part in finding them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.findings.paired import Interval, share_difference
from sim.findings.stage import Moves, Stage, Want, class_of, distance


@dataclass(frozen=True)
class Mending:
    """A change under which the run ends in a deal.

    Attributes
    ----------
    moves
        What is assumed otherwise, as it would be written.
    exact
        Distance of the smallest change found, before it was rounded.
    outcome, kind
        Class and private type of the run then.
    same_draw
        Whether the challenger's private type and payoff stay; else this is another challenger at the same table.
    payoff
        What force is worth to it then.
    before, after
        Share of deals in the other runs without and with the change.
    difference
        After less before, paired, with its interval.
    clearer
        The same at a level that allows for the number of changes tried.
    """

    moves: Moves
    exact: float
    outcome: str
    kind: str
    same_draw: bool
    payoff: float
    before: float
    after: float
    difference: Interval
    clearer: Interval

    @property
    def distance(self) -> float:
        """Its size, summed over its moves, each as a share of its range."""
        return distance(self.moves)

    @property
    def robust(self) -> bool:
        """Whether deals become more frequent in other runs too, beyond what trying so many would show by chance."""
        return self.clearer.low is not None and self.clearer.low > 0

    @property
    def harmful(self) -> bool:
        """Whether deals become rarer in other runs."""
        return self.clearer.high is not None and self.clearer.high < 0


class Jury:
    """Other runs of the same seed, which had no part in a search.

    Attributes
    ----------
    indices
        Theirs.
    records, base
        The runs as they are, and which of them end in a deal.
    """

    def __init__(self, stage: Stage, want: Want, count: int) -> None:
        self._stage, self._want = stage, want
        self.indices = np.array([at for at in range(count + 1) if at != stage.index][:count], np.int64)
        self.records = stage.others((), self.indices)
        self.base: NDArray[np.bool_] = want.met(self.records)
        self._judged = 0

    def of(self, found: Sequence[tuple[Moves, float]]) -> list[Mending]:
        """Judge changes: shares of deals in the other runs, with and without."""
        if not found:
            return []
        stage, runs = self._stage, len(self.indices)
        own = stage.again([moves for moves, _ in found])
        same = stage.same_draw(own)
        self._judged += len(found)
        level = 1 - 0.05 / self._judged
        judged: list[Mending] = []
        for (moves, exact), record, kept in zip(found, own, same.tolist()):
            after = self._want.met(stage.others(moves, self.indices))
            gained, lost = int((after & ~self.base).sum()), int((self.base & ~after).sum())
            kind, payoff = private(stage, record)
            judged.append(
                Mending(
                    moves, exact, class_of(stage.scenario, record), kind, kept, payoff, float(self.base.mean()),
                    float(after.mean()), share_difference(gained, lost, runs), share_difference(gained, lost, runs, level),
                )
            )  # fmt: skip
        return judged


def sorted_out(judged: Sequence[Mending]) -> tuple[list[Mending], list[Mending], list[Mending]]:
    """Changes that help in general, that help this run alone, that bring another challenger; each by size."""
    ordered = sorted(
        judged, key=lambda one: (round(one.distance, 9), len(one.moves), [m.assumption.path for m in one.moves])
    )
    kept = [one for one in ordered if one.same_draw]
    return (
        [one for one in kept if one.robust],
        [one for one in kept if not one.robust],
        [one for one in ordered if not one.same_draw],
    )


def private(stage: Stage, record: Any) -> tuple[str, float]:
    """Title of the challenger's private type and what force is worth to it."""
    challenger = stage.scenario.challenger
    if not challenger:
        return "", math.nan
    types = list(stage.scenario.parties[challenger].types.values())
    return types[int(record["type"])].title, float(record["payoff"])
