"""Several assumptions changed at once: pairs of smaller changes, and as many as it takes where one or two do not."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from sim.findings.assumptions import STEPS, Assumption
from sim.findings.stage import Move, Moves, Stage, Want, distance
from sim.findings.whatif import Jury, rounded

LIKE_THIS = 60
"""Other runs on which far ends are tried: without a deal and, where there are types, of the same type."""

LIKELY = 24
"""Far ends that pairs and combinations are made of."""

PARTS = 8
"""Steps between an assumption and its far end, in pairs."""

KEPT = 6
"""Pairs that are looked at closer."""


def likely(stage: Stage, want: Want, jury: Jury, helping: Sequence[Moves]) -> list[Move]:
    """Ends of ranges that make deals of most runs like this one, the most first.

    Left out are those that give this run another private type or payoff (4.1). ``helping`` are changes known to mend it;
    ends in their direction are in the list whatever they do to other runs.
    """
    ends = [Move(one, value) for one in stage.each for value in _ends(one)]
    if not ends:
        return []
    alike = ~jury.base
    if stage.scenario.challenger:
        same = alike & (jury.records["type"] == stage.itself["type"][0])
        alike = same if same.any() else alike
    sample = jury.indices[alike][:LIKE_THIS]
    mended = np.zeros(len(ends))
    if len(sample):
        records = stage.each_of([(end,) for end in ends], sample)
        mended = want.met(records.reshape(-1)).reshape(records.shape).sum(axis=1)
    known = {(moves[0].assumption.path, moves[0].value > moves[0].assumption.now) for moves in helping}
    same_draw = stage.same_draw(stage.again([(end,) for end in ends])).tolist()
    ranked = [
        ((end.assumption.path, end.value > end.assumption.now) in known, count, -at, end)
        for at, (end, count, same) in enumerate(zip(ends, mended.tolist(), same_draw))
        if same
    ]
    useful = sorted((one for one in ranked if one[1] > 0 or one[0]), key=lambda one: (one[1], one[2]), reverse=True)
    return [end for *_, end in useful[:LIKELY]]


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
    found = []
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
    met = want.met(stage.again(tries)).tolist()
    if True not in met:
        return [], len(apart)
    moves, exact = smallest(stage, want, tries[met.index(True)])
    kept = bool(stage.same_draw(stage.again([moves]))[0])
    return ([(moves, exact)] if kept else []), len(apart)


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
    scan = [Move(one, one.value(near + (far - near) * part / 32)) for part in range(1, 32)] + [move]
    met = want.met(stage.again([(*beside, trial) for trial in scan])).tolist()
    at = met.index(True)
    low, high = one.unit(scan[at - 1].value) if at else near, one.unit(scan[at].value)
    least = scan[at]
    for _ in range(10):
        trial = Move(one, one.value((low + high) / 2))
        if bool(want.met(stage.again([(*beside, trial)]))[0]):
            high, least = one.unit(trial.value), trial
        else:
            low = one.unit(trial.value)
    return least
