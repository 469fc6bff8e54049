"""How a party answers: what it accepts, and over which issue it refuses (clause 7)."""

from __future__ import annotations

from sim.compiled import EQUAL, compiled
from sim.domain.tables import Switch, Whole
from sim.rules.value import Wishes, additive, limits_in, linked, utility


@compiled
def crossed(barred: Switch, a: int, x: Whole):
    """The first issue on which x lies beyond a standing hard red line of a, -1 for none (2.3). barred: bool[A, I, M]."""
    for i in range(x.shape[0]):
        if barred[a, i, x[i]]:
            return i
    return -1


@compiled
def accepts(worth: float, asked: float):
    """AC_next: an offer worth at least what p would ask for at its own next turn (7.1); a NaN accepts nothing."""
    return worth >= asked - EQUAL


@compiled
def hurts_most(wishes: Wishes, a: int, x: Whole, best: Whole):
    """The issue on which x hurts a most: whose return to a's best package, alone, would gain it most (7.1)."""
    total, limits = additive(wishes.worth, a, x), limits_in(wishes, a, x)
    now = utility(wishes, a, x)
    worst, at = 0.0, -1
    for i in range(x.shape[0]):
        k = best[i]
        arms = limits + (1 if wishes.limit[i, k] else 0) - (1 if wishes.limit[i, x[i]] else 0)
        then = linked(wishes, a, total - wishes.worth[a, i, x[i]] + wishes.worth[a, i, k], arms, x, i, k)
        if at < 0 or then - now > worst + EQUAL:
            worst, at = then - now, i
    return at


@compiled
def loses_patience(stale: float, limit: float):
    """Whether a party leaves: as many of its turns as its patience went by with no seat beating its own best (7.2)."""
    return stale >= limit
