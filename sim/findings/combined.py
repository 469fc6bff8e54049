"""Several assumptions changed at once: pairs of smaller changes, and as many as it takes where one or two do not."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from sim.findings.assumptions import STEPS, Assumption
from sim.findings.jury import Jury
from sim.findings.single import rounded
from sim.findings.stage import Move, Moves, Stage, Want, distance

LIKE_THIS = 60
"""Other runs on which far ends are tried: without a deal and, where there are types, of the same type."""

LIKELY = 24
"""Far ends that pairs and combinations are made of."""

PARTS = 8
"""Steps between an assumption and its far end, in pairs."""

SCAN, HALVED = 32, 13
"""Steps of a scan toward an end, and bisections of the step: as exact as changes of one assumption."""

KEPT = 6
"""Pairs that are looked at closer."""


def likely(stage: Stage, want: Want, jury: Jury, helping: Sequence[Moves]) -> list[Move]:
    """Ends of ranges that make deals of most runs like this one, the most first; then those that change their course most.

    Left out are those that give this run another private type or payoff (4.1). ``helping`` are changes known to mend it;
    of runs like it their direction mends one at least.
    """
    ends = [Move(one, value) for one in stage.each for value in _ends(one)]
    if not ends:
        return []
    alike = ~jury.base
    if stage.scenario.challenger:
        same = alike & (jury.records["type"] == stage.itself["type"][0])
        alike = same if same.any() else alike
    sample, before = jury.indices[alike][:LIKE_THIS], jury.records[alike][:LIKE_THIS]
    mended, moved = np.zeros(len(ends), int), np.zeros(len(ends), int)
    if len(sample):
        records = stage.each_of([(end,) for end in ends], sample)
        mended = want.met(records.reshape(-1)).reshape(records.shape).sum(axis=1)
        course = [name for name in records.dtype.names or () if name.startswith(("final_", "rounds_", "offers_"))]
        moved = np.any([records[name] != before[name] for name in course], axis=0).sum(axis=1)
    known = {(moves[0].assumption.path, moves[0].value > moves[0].assumption.now) for moves in helping}
    same_draw = stage.same_draw(stage.again([(end,) for end in ends])).tolist()
    ranked: list[tuple[int, int, int, Move]] = []
    for at, (end, count, course_moved, same) in enumerate(zip(ends, mended.tolist(), moved.tolist(), same_draw)):
        helps = (end.assumption.path, end.value > end.assumption.now) in known
        if same:
            ranked.append((max(count, int(helps)), course_moved, -at, end))
    return [end for *_, end in sorted(ranked, key=lambda one: one[:3], reverse=True)[:LIKELY]]


def _ends(one: Assumption) -> list[float]:
    if one.form == STEPS:
        return list(one.steps)
    return [end for end in (one.low, one.high) if abs(end - one.now) > 1e-12]


def pairs(stage: Stage, want: Want, good: Sequence[Move], less_than: float) -> tuple[list[tuple[Moves, float]], int]:
    """Pairs of changes, neither of which is needed by itself, smaller in sum than ``less_than``; and how many were tried."""
    couples = [
        (one, two)
        for one, two in itertools.combinations(good, 2)
        if one.assumption.path != two.assumption.path and not _entangled(one, two)
    ]
    tries: list[Moves] = []
    whose: list[int] = []
    for at, couple in enumerate(couples):
        for moves in itertools.product(*(_parts(move) for move in couple)):
            if distance(moves) < less_than:
                tries.append(moves)
                whose.append(at)
    if not tries:
        return [], len(couples)
    best: dict[int, Moves] = {}
    for moves, at, hit in zip(tries, whose, want.met(stage.again(tries)).tolist()):
        if hit and (at not in best or distance(moves) < distance(best[at])):
            best[at] = moves
    found: list[tuple[Moves, float]] = []
    for moves in sorted(best.values(), key=distance)[:KEPT]:
        less, exact = smallest(stage, want, moves)
        if len(less) == 2 and bool(stage.same_draw(stage.again([less]))[0]):
            found.append((less, exact))
    return found, len(couples)


def _parts(end: Move) -> list[Move]:
    """Steps on the way to an end."""
    one = end.assumption
    if one.form == STEPS:
        return [end]
    near, far = one.unit(one.now), one.unit(end.value)
    return [Move(one, one.value(near + (far - near) * part / PARTS)) for part in range(1, PARTS + 1)]


def _entangled(one: Move, two: Move) -> bool:
    """Whether two changes move a common figure, as parts of one whole do."""
    return bool(set(one.assumption.laid(one.value)) & set(two.assumption.laid(two.value)))


def combinations(stage: Stage, want: Want, good: Sequence[Move]) -> tuple[list[tuple[Moves, float]], int]:
    """As few of the likeliest ends as make a deal together, each made as small as it can be; and how many were tried."""
    apart: list[Move] = []
    for move in good:
        if not any(move.assumption.path == one.assumption.path or _entangled(move, one) for one in apart):
            apart.append(move)
    tries = [tuple(apart[:count]) for count in range(3, len(apart) + 1)]
    if not tries:
        return [], 0
    met: list[bool] = want.met(stage.again(tries)).tolist()
    if True not in met:
        return [], len(apart)
    moves, exact = smallest(stage, want, tries[met.index(True)])
    kept = bool(stage.same_draw(stage.again([moves]))[0])
    return ([(moves, exact)] if kept and len(moves) > 1 else []), len(apart)


def smallest(stage: Stage, want: Want, moves: Moves) -> tuple[Moves, float]:
    """Leave out what is not needed, the last first, then make the rest as small and as short as it can be.

    Returns
    -------
    tuple
        The change, and its distance before it was rounded.
    """
    kept = list(moves)
    for move in reversed(moves):
        rest = [one for one in kept if one is not move]
        if rest and bool(want.met(stage.again([tuple(rest)]))[0]):
            kept = rest
    for at in sorted(range(len(kept)), key=lambda at: -kept[at].distance):
        kept[at] = _less(stage, want, kept[at], (*kept[:at], *kept[at + 1 :]))
    exact = distance(tuple(kept))
    for at in range(len(kept)):
        (kept[at],) = rounded(stage, want, [kept[at]], (*kept[:at], *kept[at + 1 :]))
    return tuple(kept), exact


def _less(stage: Stage, want: Want, move: Move, beside: Moves) -> Move:
    """The smallest part of a change that still makes a deal beside the others: a scan, then bisection."""
    one = move.assumption
    if one.form == STEPS:
        return move
    near, far = one.unit(one.now), one.unit(move.value)
    scan = [Move(one, one.value(near + (far - near) * part / SCAN)) for part in range(1, SCAN)] + [move]
    met: list[bool] = want.met(stage.again([(*beside, trial) for trial in scan])).tolist()
    at = met.index(True)
    low, high = one.unit(scan[at - 1].value) if at else near, one.unit(scan[at].value)
    least = scan[at]
    for _ in range(HALVED):
        trial = Move(one, one.value((low + high) / 2))
        if bool(want.met(stage.again([(*beside, trial)]))[0]):
            high, least = one.unit(trial.value), trial
        else:
            low = one.unit(trial.value)
    return least
