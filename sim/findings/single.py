"""One assumption changed: the least that makes a deal of a run, by a grid of its range and bisection, written shortly."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.findings.assumptions import STEPS, Assumption
from sim.findings.stage import Move, Moves, Stage, Want

GRID = 64
"""Steps of a range between which a smaller change may hide."""

HALVINGS = 12
"""Bisections of a step: the change is then exact to 1/(64 · 4096) of its range."""

NARROW = 2 / (GRID * 2**HALVINGS)
"""How far, as a share of its range, the least change may lie below what bisection found."""

ROUNDED = 0.01
"""Share of its range by which a change may be made larger so that it can be written with fewer digits."""


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
    at = one.unit(one.now)
    ways: list[list[Move]] = []
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
        trial: list[Move] = []
        for at, (_, move) in enumerate(found):
            one = move.assumption
            middle = far[at] if one.form == STEPS else one.value((one.unit(near[at]) + one.unit(far[at])) / 2)
            trial.append(Move(one, middle))
        met: list[bool] = want.met(stage.again([(move,) for move in trial])).tolist() if trial else []
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
    found: list[Move] = []
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
