"""Issues that cannot move, and issues and venues without a zone of agreement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.checks.finding import Found, listed, points
from sim.checks.reach import (
    Mask,
    content,
    margin,
    movable,
    open_anywhere,
    open_at,
    open_until,
    required,
    shortest,
    voters,
    without_status_quo,
)
from sim.checks.satisfied import shortfall
from sim.checks.worlds import Game, World


def out_of_play(game: Game) -> Iterator[Found]:
    """An issue that no venue can move: on no agenda, or a lever whose owner speaks nowhere."""
    for i, name in enumerate(game.issues):
        if any(movable(game, v, i) for v in range(int(game.t.n.venues))):
            continue
        owner = game.scenario.issues[name].owner
        title = game.scenario.issues[name].short
        weights = [f"{100 * w:.0f} of {game.actor_name(a)}" for a, w in _weights(game, i) if w > 0]
        figures = f"Points of weight on it: {listed(weights)}." if weights else "Nobody gives it any weight."
        if owner is None:
            what, where = f"{title} cannot move: it is on no venue's agenda.", f"issues.{name}"
            todo = f"List it under a venue's agenda, or set issues.{name}.active: false and give its weight to others."
        else:
            seated = any(game.parties.index(owner) in voters(game, v) for v in range(int(game.t.n.venues)))
            what = f"{title} cannot move: its owner, {game.scenario.parties[owner].name}, " + (
                "speaks only where a chair tables the text." if seated else "speaks at no venue."
            )
            where = f"issues.{name}.owner"
            todo = f"Seat {owner} at a venue with offers, or remove owner and list the issue under an agenda (1.4)."
        yield Found("issue-out-of-play", "problem", where, what, figures, todo)


def _weights(game: Game, i: int) -> list[tuple[int, float]]:
    """Weight of an issue to every actor that has wishes of its own, in [0, 1]."""
    found: list[Any] = []
    for a in range(int(game.t.n.actors)):
        total = float(game.t.stance[a].weight.sum())
        if total > 0:
            found.append((a, float(game.t.stance[a, i].weight) / total))
    return found


def issue_without_zone(game: Game) -> Iterator[Found]:
    """An issue that can move at some venue, but in no package that those who must agree there prefer to no deal."""
    for i, name in enumerate(game.issues):
        venues = [v for v in range(int(game.t.n.venues)) if movable(game, v, i)]
        if not venues:
            continue
        ordinary = [_moves(game, world, venues, i) for world in game.ordinary]
        if any(gain is not None and content(gain[0]) for gain in ordinary):
            continue
        can = any((gain := _moves(game, world, venues, i)) is not None and content(gain[0]) for world in game.easiest)
        known = [gain for gain in ordinary if gain is not None and np.isfinite(gain[0])]
        if known and not any(content(_together(game, world, v)[0]) for world in game.ordinary for v in venues):
            continue  # nothing at all can be agreed at its venues: that is said of them
        title = game.scenario.issues[name].short
        lines = _lines(game, game.ordinary[0], i)
        if not known:
            what = f"{title} has no zone of agreement: red lines leave only the status quo."
            figures = f"Lines: {listed(lines)}." if lines else "Every other option is barred."
        else:
            gap, actor = max(known)
            what = f"{title} has no zone of agreement: nobody can move it without leaving somebody below no deal."
            figures = f"The best package that moves it leaves {game.actor_name(actor)} {points(-gap)} points short of no deal."
        figures += " With other draws it can move." if can else " The easiest draws do not help."
        yield Found(
            "issue-without-zone",
            "notice" if can else "problem",
            f"issues.{name}",
            what,
            figures,
            "Leave it where it shall be a point of dispute; else move a red line, add an option between, or link it to something "
            "that is worth more.",
        )


def _moves(game: Game, world: World, venues: list[int], i: int) -> tuple[float, int] | None:
    """The most that all who must agree can gain at once in a package that moves issue i at one of its venues."""
    found: list[Any] = []
    for v in venues:
        here = open_at(game, world, v)
        if here[i].sum() < 2:
            continue
        reach = open_anywhere(game, world, lasting=False)
        # Whoever finds nothing among all packages finds nothing among those that move this issue; one that is found may do.
        gain, actor, package = _together(game, world, v)
        fits = package[i] != world.t.x0[i] and here[i, package[i]]
        if content(gain) and not fits:
            mask = without_status_quo(world, reach, i)
            mask[i] &= here[i]
            gain, actor, package = _gain(world, required(game, v), mask)
        found.append((gain, actor))
        if content(found[-1][0]):
            break
    return max(found, default=None)


def _together(game: Game, world: World, v: int) -> tuple[float, int, Any]:
    """The most that all who must agree at a venue can gain at once in any package."""
    return game.once((id(world), v), lambda: _gain(world, required(game, v), open_anywhere(game, world, lasting=False)))


def _gain(world: World, parties: list[int], mask: Mask) -> tuple[float, int, Any]:
    """The most that all can gain at once, who gains least then, and the package."""
    if not parties:
        return 0.0, 0, np.asarray(world.t.x0)
    # An alliance counts by its mean, for it may be the one that offers, and offers by its mean (2.6): an upper bound.
    gain, package = margin(world, parties, mask)
    return gain, shortest(world, parties, package), package


def _lines(game: Game, world: World, i: int) -> list[str]:
    """The standing hard lines on an issue, in words."""
    found: list[Any] = []
    for a in range(int(world.t.n.actors)):
        own = a if world.t.actor[a].refers < 0 else int(world.t.actor[a].refers)
        stance = world.t.stance[own, i]
        if world.talk.holding[a, i] and own == a:
            side = "at least" if stance.at_least else "at most"
            found.append(f"{game.actor_name(a)} {side} {stance.line}")
    return found


def venue_without_zone(game: Game) -> Iterator[Found]:
    """A venue at which nothing can be decided: by red lines, by one seat that can only lose, or by all together."""
    for v in range(int(game.t.n.venues)):
        bad = [_dead(game, world, v) for world in game.ordinary]
        if not all(bad):
            continue
        easiest = [_dead(game, world, v) for world in game.easiest]
        hopeless = all(easiest)
        check, what, figures = next(found for found in (easiest if hopeless else bad) if found)
        figures += (
            " So it is even in the easiest draws."
            if hopeless
            else " With every draw on its median; other draws can help."
        )
        venue = game.scenario.calendar[v]
        yield Found(
            check,
            "problem" if hopeless else "notice",
            f"venues.{venue}",
            f"{game.scenario.venues[venue].title} has nothing to decide: {what}",
            figures,
            "Put issues on its agenda that all seats can gain from, seat others, move a red line, or let a quorum decide (8.7).",
        )


def _dead(game: Game, world: World, v: int) -> tuple[str, str, str] | None:
    """Why nothing can be decided at a venue: id of the check, words, figures; None where something can."""
    here = open_at(game, world, v)
    if (here.sum(axis=1) < 2).all():
        lines = [line for i in range(len(here)) if movable(game, v, i) for line in _lines(game, world, i)]
        return "venue-nothing-open", "red lines leave only the status quo on its agenda.", f"Lines: {listed(lines)}."
    mask, adopted = open_until(game, world, v, lasting=False), open_at(game, world, v, lasting=False)
    for i in range(len(mask)):
        if movable(game, v, i):
            mask[i] = adopted[i]
    for p in required(game, v):
        short = shortfall(world, [p], mask)
        if short is not None:
            return (
                "seat-cannot-gain",
                f"{game.party_name(p)}, without whom nothing is decided, can only lose there.",
                f"The best that can be moved leaves {game.actor_name(short[1])} {points(-short[0])} points below no deal.",
            )
    parties = required(game, v)
    if not parties:
        return None
    gap, actor, package = _gain(world, parties, mask)
    if content(gap):
        if (package != world.t.x0).any():
            return None
        gains: list[tuple[float, int]] = []
        for i in np.flatnonzero(adopted.sum(axis=1) > 1):
            gains.append(_gain(world, parties, without_status_quo(world, mask, int(i)))[:2])
            if content(gains[-1][0]):
                return None
        gap, actor = max(gains)
    return (
        "venue-without-zone",
        "no package there is worth no deal to all who must agree.",
        f"The nearest leaves {game.actor_name(actor)} {points(-gap)} points below no deal.",
    )
