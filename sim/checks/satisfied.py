"""Parties that nothing, or everything, satisfies; and parties without a say."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.checks.finding import Found, listed, points
from sim.checks.reach import (
    Mask,
    best,
    best_change,
    content,
    margin,
    open_anywhere,
    shortest,
    voters,
    without_status_quo,
    worst,
)
from sim.checks.worlds import Game, World, no_deal
from sim.compiled import EQUAL
from sim.domain.problems import shown

Shortfall = tuple[float, int]
"""By how much the best falls short of no deal (negative), and the actor it leaves furthest behind."""


def never_satisfied(game: Game) -> Iterator[Found]:
    """A party with a vote or a consent whom no package that moves something gives what no deal gives it."""
    for p in deciding(game):
        missing: dict[str, Shortfall] = {}
        for world in game.ordinary:
            short = _unmet(game, world, p)
            if short is not None:
                missing[world.kind] = short
        if not missing:
            continue
        helped = {world.kind for world in game.easiest if _unmet(game, world, p) is None}
        whole = len(missing) == len(game.ordinary)
        certain = whole and not helped
        name, kinds = game.party_name(p), [game.type_name(kind) for kind in missing if kind]
        which = f" as {listed(kinds)}" if kinds and not whole else ""
        gap, actor = max(missing.values())
        who = "" if actor == p else f" to {game.actor_name(actor)}"
        draws = (
            "in no draw that was tried, the easiest included"
            if certain
            else "with every draw on its median; with other draws it can be satisfied"
            if missing.keys() <= helped
            else "with every draw on its median, and no draw that was tried satisfies it"
        )
        yield Found(
            "party-never-satisfied",
            "problem" if certain else "notice",
            f"parties.{game.parties[p]}",
            f"No package satisfies {name}{which}: whatever moves is worth less than no deal{who}.",
            f"The best package that moves something stays {points(-gap)} points below no deal{who}, {draws}.",
            _ease(game, p),
        )


def _ease(game: Game, p: int) -> str:
    party = game.scenario.parties[game.parties[p]]
    if party.reservation is not None:
        return f"Lower parties.{game.parties[p]}.reservation, move red lines, or add options that this party wants."
    if game.parties[p] == game.scenario.challenger:
        return (
            "Lower payoff_mean of its types, raise sanctions.credibility or severities, move red lines, or add options that it "
            "wants. If force shall look better to it than any deal, leave it."
        )
    return "Raise its conflict_loss or outside.alarm, lower outside.friction, move red lines, or add options that it wants."


def _unmet(game: Game, world: World, p: int) -> Shortfall | None:
    """How far every package leaves a party, or one of its blocs, below no deal; None where one satisfies it."""
    return shortfall(world, game.actors(p), open_anywhere(game, world, lasting=False))


def shortfall(world: World, actors: list[int], reach: Mask) -> Shortfall | None:
    """How far the best change within a mask leaves some actors below no deal; None where some change satisfies them all."""
    for a in actors:
        own = reach & ~np.asarray(world.talk.barred[a])
        gain = best_change(world, a, own)[0] - float(no_deal(world)[a])
        if not content(gain):
            return (gain, a) if np.isfinite(gain) else None
    if len(actors) == 1:
        return None
    gains = [
        margin(world, actors, without_status_quo(world, reach, i)) for i in range(len(reach)) if reach[i].sum() > 1
    ]
    if not gains or content(max(gain for gain, _ in gains)):
        return None
    gain, package = max(gains, key=lambda one: one[0])
    return gain, shortest(world, actors, package)


def deciding(game: Game) -> list[int]:
    """Parties that vote at a venue, or whose consent some option needs."""
    seated = {p for v in range(int(game.t.n.venues)) for p in voters(game, v)}
    return [p for p in range(len(game.parties)) if p in seated or game.t.asked[:, p].any()]


def accepts_all(game: Game) -> Iterator[Found]:
    """A party to whom even the worst package inside its lines is worth as much as no deal."""
    for p in deciding(game):
        found: list[tuple[float, int, float, World]] = []
        for world in game.ordinary:
            reach = open_anywhere(game, world)
            lows: list[tuple[float, int, float]] = []
            for a in game.actors(p):
                mask = reach & ~np.asarray(world.talk.barred[a])
                lows.append((worst(world, a, mask)[0] - float(no_deal(world)[a]), a, best(world, a, mask)[0]))
            low, a, top = min(lows)
            found.append((low, a, top, world))
        if not found or min(low for low, *_ in found) < -EQUAL:
            continue
        low, a, top, world = min(found, key=lambda one: one[0])
        if top - (low + float(no_deal(world)[a])) <= EQUAL:
            continue  # nothing differs for it: that is said of its weights
        yield Found(
            "party-accepts-all",
            "notice",
            f"parties.{game.parties[p]}",
            f"{game.party_name(p)} has nothing to refuse: its worst package inside its lines is worth no less than no deal.",
            f"Worst package {points(low + float(no_deal(world)[a]))} points, no deal {points(float(no_deal(world)[a]))}, "
            f"best {points(top)}; every draw on its median.",
            "Raise its worth of no deal, or add options that it likes less. If it shall be easy to please, leave it: "
            "while time is left it asks for more (5.4).",
        )


def without_say(game: Game) -> Iterator[Found]:
    """A party that sits nowhere and whose consent nothing needs."""
    chairs = {int(venue.chair) for venue in game.t.venue}
    members = {int(actor.refers) for actor in game.t.actor}
    for p, name in enumerate(game.parties):
        if p in deciding(game) or p in chairs or p in members:
            continue
        listed_at = [issue for issue in game.issues if name in game.scenario.issues[issue].consent.value]
        off = not game.scenario.parties[name].has_consent.value and listed_at
        figures = f"No seat at {listed([shown(venue, 30) for venue in game.scenario.calendar])}; " + (
            f"has_consent is off, though {len(listed_at)} issues list it." if off else "no issue lists its consent."
        )
        yield Found(
            "party-without-say",
            "notice",
            f"parties.{name}",
            f"Nothing hangs on {game.party_name(p)}: it neither sits at a venue nor is asked for consent.",
            figures,
            "Give it a seat (venues.*.seats), or list it under an issue's consent; else it is only kept for the record.",
        )
