"""The smallest changes of assumptions that would have made a deal of one run that ended without.

A search over the run itself: the same seed and index, so the same draws, under other figures. First every assumption alone, in
both directions, on a grid of its range and then by bisection; then pairs, where two smaller changes may do what one does; then,
where neither helps in general, as many as it takes. Every change is judged on other runs that had no part in the search, since
almost any change sends a run another way, and some ways happen to end in a deal.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.findings.assumptions import STEPS, Assumption
from sim.findings.paired import Interval, share_difference
from sim.findings.stage import Move, Moves, Stage, Want, class_of, distance

GRID = 64
"""Steps of a range between which a smaller change may hide."""

HALVINGS = 12
"""Bisections of a step: the change is then exact to 1/(64 · 4096) of its range."""

NARROW = 2 / (GRID * 2**HALVINGS)
"""How far, as a share of its range, the least change may lie below what bisection found."""

ROUNDED = 0.01
"""Share of its range by which a change may be made larger so that it can be written with fewer digits."""

OTHERS = 1000
"""Other runs on which a change is judged."""

SHOWN = 6
"""Changes of a kind that are kept, the smallest; each is played again through the Mesa model."""

STAGES = 7
"""Steps of a search; reading what can be changed is the first."""

Told = Callable[[str, int, int], None]


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


@dataclass(frozen=True)
class Answer:
    """What would have made a deal of a run.

    Attributes
    ----------
    stage, want
        The run, and what counts as a deal.
    outcome, kind, payoff
        How it ended, and the challenger's private type and payoff in it; "" and NaN without challenger.
    agreed
        Whether it ended in a deal by itself; then nothing was searched.
    robust, lucky, other
        Changes that help other runs too; that help this run by sending it another way; that make another challenger of
        it. Each the smallest first, at most ``SHOWN``.
    found
        How many changes of each of these kinds there are.
    tried, pairs, together
        Assumptions tried alone, pairs tried, and the largest number moved at once; 0 where that was not tried.
    others, share
        Runs on which changes are judged, and how many of them end in a deal as they are.
    """

    stage: Stage
    want: Want
    outcome: str
    kind: str
    payoff: float
    agreed: bool
    robust: tuple[Mending, ...] = ()
    lucky: tuple[Mending, ...] = ()
    other: tuple[Mending, ...] = ()
    found: tuple[int, int, int] = (0, 0, 0)
    tried: int = 0
    pairs: int = 0
    together: int = 0
    others: int = 0
    share: int = 0

    @property
    def nothing(self) -> bool:
        """Whether no change within the ranges makes a deal."""
        return not (self.agreed or self.robust or self.lucky or self.other)


def search(stage: Stage, want: Want, others: int = OTHERS, told: Told = lambda words, there, all_: None) -> Answer:
    """Find the smallest changes that make a deal of a run.

    Parameters
    ----------
    stage
        The run with what may be moved.
    want
        What counts as a deal.
    others
        Other runs of the same seed, from index 0, on which changes are judged.
    told
        Called with what is being done, steps done and steps in all.
    """
    from sim.findings.combined import combinations, likely, pairs

    itself = stage.itself[0]
    kind, payoff = private(stage, itself)
    start = Answer(stage, want, class_of(stage.scenario, itself), kind, payoff, bool(want.met(stage.itself)[0]))
    if start.agreed:
        return start
    told("one assumption at a time", 1, STAGES)
    single = singles(stage, want)
    told("other runs", 2, STAGES)
    jury = Jury(stage, want, others)
    kept = [one for one in single if bool(stage.same_draw(stage.again([one[0]]))[0])]
    judged = jury.of(single)
    told("which changes help runs like this one", 3, STAGES)
    good = likely(stage, want, jury, [moves for moves, _ in kept])
    robust = [one.distance for one in judged if one.robust and one.same_draw]
    told("pairs of assumptions", 4, STAGES)
    two, count = pairs(stage, want, good, min(robust, default=math.inf))
    judged += jury.of(two)
    together = 0
    if not any(one.robust and one.same_draw for one in judged):
        told("several assumptions together", 5, STAGES)
        many, together = combinations(stage, want, good)
        judged += jury.of(many)
    told("the changes again, turn by turn", 6, STAGES)
    groups = sorted_out(judged)
    shown = [_verified(stage, want, group) for group in groups]
    told("done", STAGES, STAGES)
    return replace(
        start, robust=shown[0], lucky=shown[1], other=shown[2], found=tuple(len(group) for group in groups),
        tried=len(stage.each), pairs=count, together=together, others=len(jury.indices), share=int(jury.base.sum()),
    )  # fmt: skip


def private(stage: Stage, record: Any) -> tuple[str, float]:
    """Title of the challenger's private type and what force is worth to it."""
    challenger = stage.scenario.challenger
    if not challenger:
        return "", math.nan
    types = list(stage.scenario.parties[challenger].types.values())
    return types[int(record["type"])].title, float(record["payoff"])


# ---- One assumption alone ----------------------------------------------------------------------------------------------


def singles(stage: Stage, want: Want) -> list[tuple[Moves, float]]:
    """The smallest change of each assumption, in each direction, that makes a deal; with its exact distance."""
    rows = [path for one in stage.each for path in _ways(one)]
    met = iter(want.met(stage.again([(move,) for row in rows for move in row])).tolist())
    found: list[tuple[Move | None, Move]] = []
    for row in rows:
        hits = [next(met) for _ in row]
        if True in hits:
            at = hits.index(True)
            found.append((row[at - 1] if at else None, row[at]))
    exact = _bisected(stage, want, found)
    return [((move,), one.distance) for move, one in zip(rounded(stage, want, exact), exact)]


def _ways(one: Assumption) -> list[list[Move]]:
    """Values to try in each direction, the nearest first."""
    if one.form == STEPS:
        return [[Move(one, value)] for value in one.steps]
    at, ways = one.unit(one.now), []
    for sign in (-1, 1):
        units = [at + sign * step / GRID for step in range(1, GRID + 1)]
        inside = [unit for unit in units if 1e-9 < unit < 1 - 1e-9]
        end = 0.0 if sign < 0 else 1.0
        if abs(end - at) > 1e-9:
            ways.append([Move(one, one.value(unit)) for unit in (*inside, end)])
    return ways


def _bisected(stage: Stage, want: Want, found: Sequence[tuple[Move | None, Move]]) -> list[Move]:
    """Halve the step before each first success, all at once, keeping a success at its far end."""
    near = [move.value if move else one.assumption.now for move, one in found]
    far = [one.value for _, one in found]
    for _ in range(HALVINGS):
        trial = []
        for at, (_, move) in enumerate(found):
            one = move.assumption
            middle = far[at] if one.form == STEPS else one.value((one.unit(near[at]) + one.unit(far[at])) / 2)
            trial.append(Move(one, middle))
        met = want.met(stage.again([(move,) for move in trial])).tolist() if trial else []
        for at, (move, hit) in enumerate(zip(trial, met)):
            if hit:
                far[at] = move.value
            else:
                near[at] = move.value
    return [Move(move.assumption, value) for (_, move), value in zip(found, far)]


def rounded(stage: Stage, want: Want, moves: Sequence[Move], beside: Moves = ()) -> list[Move]:
    """Each change with as few digits as still make a deal, made at most ``ROUNDED`` of its range larger.

    ``beside`` are changes made together with each.
    """
    trials = [shorter for move in moves for shorter in _shorter(move)]
    if not trials:
        return list(moves)
    met = dict(zip(trials, want.met(stage.again([(*beside, move) for move in trials])).tolist()))
    return [next((shorter for shorter in _shorter(move) if met[shorter]), move) for move in moves]


def _shorter(move: Move) -> list[Move]:
    """The change written with no digit, one, two and so on: the nearest figure first, then the next one farther away.

    The nearest may lie on the edge itself, a trifle nearer than bisection came.
    """
    one = move.assumption
    if one.form == STEPS:
        return []
    found = []
    for digits in range(8):
        scale = 10.0**digits
        outward = math.ceil if move.value > one.now else math.floor
        for whole in dict.fromkeys((round(move.value * scale), outward(move.value * scale))):
            value = round(whole / scale, digits)
            if one.low <= value <= one.high and value != one.now:
                shorter = Move(one, value)
                if move.distance - NARROW <= shorter.distance <= move.distance + ROUNDED:
                    found.append(shorter)
    return found


# ---- Other runs --------------------------------------------------------------------------------------------------------


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
        judged = []
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


def _verified(stage: Stage, want: Want, group: Sequence[Mending]) -> tuple[Mending, ...]:
    """The first of a group that the scenario takes, and that the Mesa model plays to the same figures."""
    found: list[Mending] = []
    for one in group:
        record = stage.replayed(one.moves)
        if record is not None and bool(want.met(record)[0]):
            found.append(one)
        if len(found) == SHOWN:
            break
    return tuple(found)
