"""Which options a venue can put into the final text, and what is best, worst or common to all among them.

All are upper bounds of what play can do: an option is open where nobody bars it for certain. So "none" means none.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.checks.worlds import Game, World, no_deal
from sim.compiled import EQUAL
from sim.domain.tables import CONSENSUS
from sim.protocol.efficiency import TOLERANCE, common_gain
from sim.protocol.state import wishes_of
from sim.rules.value import best_package, utility

Mask = NDArray[np.bool_]


def voters(game: Game, v: int) -> list[int]:
    """Parties with a vote at a venue: its seats but the chair."""
    return [p for p in game.t.seats[v].tolist() if p >= 0 and p != game.t.venue[v].chair]


def required(game: Game, v: int) -> list[int]:
    """Parties without whom a venue decides nothing: all who vote, or those that its quorum names."""
    return voters(game, v) if not game.t.venue[v].quorum else [p for p in voters(game, v) if game.t.include[v, p]]


def movable(game: Game, v: int, i: int) -> bool:
    """Whether an issue may move at a venue at all: on its agenda, or a lever whose owner speaks there (1.4)."""
    owner = int(game.t.issue[i].owner)
    if owner < 0:
        return bool(game.t.agenda[v, i])
    return owner in voters(game, v) and game.t.venue[v].protocol != CONSENSUS


def open_at(game: Game, world: World, v: int, *, lasting: bool = True) -> Mask:
    """Options that a venue can bring into the final text, bool[I, M], the status quo always among them.

    Not open is what a standing line of one bars without whose yes nothing is decided, or of so many that no quorum is
    left, or of a party whose consent the option needs. Not ``lasting`` are those that only such a consent takes back: they
    may stand in an understanding, and help to find it.
    """
    t, talk = world.t, world.talk
    mask = _status_quo(world)
    seats = voters(game, v)
    quorum = int(t.venue[v].quorum) or len(seats)
    must = required(game, v)
    for i in range(int(t.n.issues)):
        if not movable(game, v, i):
            continue
        for k in range(int(t.issue[i].options)):
            against = [p for p in seats if talk.barred[p, i, k]]
            adopted = len(seats) - len(against) >= quorum and not any(p in must for p in against)
            mask[i, k] |= adopted and not (lasting and talk.out_of_reach[i, k])
    return mask


def open_until(game: Game, world: World, v: int, *, lasting: bool = True) -> Mask:
    """Options open at a venue or one before it."""
    mask = _status_quo(world)
    for earlier in range(v + 1):
        mask |= open_at(game, world, earlier, lasting=lasting)
    return mask


def open_anywhere(game: Game, world: World, *, lasting: bool = True) -> Mask:
    """Options that some venue can bring into the final text."""
    return open_until(game, world, int(game.t.n.venues) - 1, lasting=lasting)


def _status_quo(world: World) -> Mask:
    mask = np.zeros(world.t.nu.shape, bool)
    mask[np.arange(len(mask)), world.t.x0] = True
    return mask


def without_status_quo(world: World, mask: Mask, i: int) -> Mask:
    """The same options, but issue i must move."""
    changed = mask.copy()
    changed[i, world.t.x0[i]] = False
    return changed


def best(world: World, a: int, mask: Mask) -> tuple[float, NDArray[np.int64]]:
    """Actor a's best package within a mask, exact at any size (5.4); -inf where an issue has no option."""
    package = np.array(world.t.x0)
    worth = best_package(wishes_of(world.t, world.talk), a, mask, np.asarray(world.t.x0), package)
    return float(worth), package


def best_change(world: World, a: int, mask: Mask) -> tuple[float, NDArray[np.int64]]:
    """Actor a's best package in which something moves; -inf where nothing can."""
    worth, package = best(world, a, mask)
    if (package != world.t.x0).any():
        return worth, package
    found = [best(world, a, without_status_quo(world, mask, i)) for i in range(len(mask)) if mask[i].sum() > 1]
    return max(found, key=lambda one: one[0], default=(-np.inf, package))


def worst(world: World, a: int, mask: Mask) -> tuple[float, NDArray[np.int64]]:
    """Actor a's worst package within a mask, exact: in each case of the conditions the least of every issue (5.4)."""
    t, wishes = world.t, wishes_of(world.t, world.talk)
    found: tuple[float, NDArray[np.int64]] = (np.inf, np.array(t.x0))
    for case in range(int(t.cases.count[a])):
        allowed = mask & np.asarray(t.cases.fits[a, case])
        if not allowed.any(axis=1).all():
            continue
        charge = 0.0 if t.cases.meets[a, case, 0] else float(world.talk.edge[a].charge)
        worth = np.asarray(world.talk.worth[a]) - charge * np.asarray(t.limit)
        package = np.where(allowed, worth, np.inf).argmin(axis=1).astype(np.int64)
        value = float(utility(wishes, a, package))
        if value < found[0]:
            found = (value, package)
    return found


def margin(world: World, actors: list[int], mask: Mask) -> tuple[float, NDArray[np.int64]]:
    """The largest gain over no deal that all actors can have at once in a package within a mask, with the package.

    Above nothing it may stop short of the largest. Negative where every package leaves one of them short of no deal, by so much
    at the least; -inf where an issue has no option. Exact at any size, to 1e-6.
    """
    options = [np.flatnonzero(row) for row in mask]
    nothing = np.array(world.t.x0)
    if not all(len(row) for row in options):
        return -np.inf, nothing
    # Where one alone falls short of no deal no program is needed: all together cannot do better.
    alone = [(best(world, a, mask), a) for a in actors]
    (worth, package), a = min(alone, key=lambda one: one[0][0] - float(no_deal(world)[one[1]]))
    if not content(worth - float(no_deal(world)[a])):
        return worth - float(no_deal(world)[a]), package
    # Two below everyone's no deal each package is a gain for all, so that there is a largest one to find.
    floor = no_deal(world)[actors] - 2.0
    solved = common_gain(world.t, world.talk, floor, options, actors, enough=2.0)
    return (solved[0] - 2.0, solved[1]) if solved else (-np.inf, nothing)


def content(gain: float) -> bool:
    """Whether a gain over no deal is none below nothing, as exact as it was found."""
    return gain >= -max(TOLERANCE, EQUAL)


def shortest(world: World, actors: list[int], package: Any) -> int:
    """The actor whom a package leaves furthest below its no deal, or least above."""
    wishes = wishes_of(world.t, world.talk)
    return min(actors, key=lambda a: float(utility(wishes, a, package)) - float(no_deal(world)[a]))
