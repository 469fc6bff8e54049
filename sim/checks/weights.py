"""Weights that decide nothing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.checks.finding import Found, points
from sim.checks.reach import Mask, open_anywhere
from sim.checks.worlds import Game, World, no_deal
from sim.compiled import EQUAL

MOST_SUMS = 200_000
"""Different worths of the other issues that are told apart; where there are more, nothing is said."""
SMALL = 0.01
"""Weights above a point are never called small, however coarse the rest is."""


def decides_nothing(game: Game) -> Iterator[Found]:
    """A weight on an issue whose open options are all worth the same, or that is too small to tip anything."""
    world = game.easiest[0]
    mask = open_anywhere(game, world)
    for i, name in enumerate(game.issues):
        if mask[i].sum() < 2:
            continue  # that it cannot move is said of the issue
        if not np.asarray(game.t.stance.weight)[:, i].any():
            yield Found(
                "weight-decides-nothing",
                "notice",
                f"issues.{name}",
                f"Nobody gives {game.scenario.issues[name].short} any weight, yet it can move.",
                "Weight 0 to every party and bloc.",
                f"Give it salience, or set issues.{name}.active: false.",
            )
    for a in range(int(game.t.n.actors)):
        for i in range(len(game.issues)):
            if mask[i].sum() > 1:
                yield from _of(game, world, mask, a, i)


def _of(game: Game, world: World, mask: Mask, a: int, i: int) -> Iterator[Found]:
    weight = float(game.t.stance[a, i].weight)
    if weight <= 0:
        return
    share = weight / float(game.t.stance[a].weight.sum())
    values = np.asarray(world.talk.worth)[a, i, mask[i]]
    spread = float(values.max() - values.min())
    path = _path(game, a, i)
    title, who = game.scenario.issues[game.issues[i]].short, game.actor_name(a)
    if spread <= EQUAL:
        yield Found(
            "weight-decides-nothing",
            "notice",
            path,
            f"The weight of {who} on {title} decides nothing: every option that can come about is worth the same to it.",
            f"{points(share)} points of weight; {mask[i].sum()} options open, each worth {points(float(values[0]))} points.",
            "Let its values differ between the options, or give the weight to other issues.",
        )
        return
    if spread >= SMALL or _tied(game, a, i):
        return
    step = _smallest_step(world, mask, a, i)
    if step is None or spread >= step:
        return
    yield Found(
        "weight-decides-nothing",
        "notice",
        path,
        f"The weight of {who} on {title} is too small to tip anything but packages that are otherwise equal.",
        f"It moves {100 * spread:.2g} points at most; on the other issues packages differ by {100 * step:.2g} or more.",
        "Raise it, or set it to 0 and give the rest to other issues.",
    )


def _tied(game: Game, a: int, i: int) -> bool:
    """Whether a linkage makes the issue worth more than its weight."""
    return bool(game.t.cases.tied[a, i]) or bool(game.t.limit[i].any())


def _smallest_step(world: World, mask: Mask, a: int, i: int) -> float | None:
    """The smallest difference above nothing between packages of the other issues; None where there are too many.

    The distance to no deal counts too, for a weight that brings a package over it does decide.
    """
    sums = np.zeros(1)
    worth = np.asarray(world.talk.worth[a])
    for j in range(len(mask)):
        if j != i:
            sums = np.unique(np.rint((sums[:, None] + worth[j, mask[j]][None, :]).ravel() / EQUAL)) * EQUAL
            if len(sums) > MOST_SUMS:
                return None
    gaps = np.diff(sums)
    here = worth[i, mask[i]]
    edge = float(no_deal(world)[a])
    if ((sums + here.min() < edge - EQUAL) & (sums + here.max() >= edge - EQUAL)).any():
        return None
    return float(gaps.min()) if len(gaps) else None


def _path(game: Game, a: int, i: int) -> str:
    if a < len(game.parties):
        return f"parties.{game.parties[a]}.positions.{game.issues[i]}"
    blocs = [(party, key) for party, given in game.scenario.parties.items() for key in given.blocs]
    party, key = blocs[a - len(game.parties)]
    written = game.scenario.parties[party].blocs[key].positions
    inside = f".blocs.{key}" if game.issues[i] in written else ""
    return f"parties.{party}{inside}.positions.{game.issues[i]}"
