"""Venues that cannot do their work, and types that are never drawn."""

from __future__ import annotations

from collections.abc import Iterator

from sim.checks.finding import Found
from sim.checks.worlds import Game


def rounds(game: Game) -> Iterator[Found]:
    """Venues where offers are only heard, where there is one round, or where somebody leaves before it can hear an answer."""
    for v, name in enumerate(game.scenario.calendar):
        venue = game.scenario.venues[name]
        deciding = _decides(game, name)
        path = f"venues.{name}.sessions"
        if not deciding:
            later = any(_decides(game, other) for other in game.scenario.calendar[v + 1 :])
            yield Found(
                "venue-only-heard",
                "notice" if later else "problem",
                path,
                f"{venue.title} decides nothing: offers there are heard and never answered.",
                f"All {venue.rounds} rounds are exploratory (8.2)."
                + (" What is heard there may still shape what follows." if later else ""),
                "Leave it if that is meant; else add a session that is not exploratory."
                if later
                else "Add a session that is not exploratory, or leave the venue out of the calendar.",
            )
        elif venue.rounds == 1:
            yield Found(
                "venue-one-round",
                "notice",
                path,
                f"{venue.title} is over after one round: everybody asks at once for the least it ever would, "
                "and nobody can better an offer.",
                "Rounds of all sessions: 1, so the share of time used is 1 from the start (5.1).",
                "Give it more rounds; six to twelve let a talk unfold.",
            )
        else:
            yield from _impatient(game, v, name)


def _decides(game: Game, name: str) -> bool:
    """Whether some round of a venue is one in which offers are answered."""
    return any(one.rounds.value > 0 and not one.exploratory for one in game.scenario.venues[name].sessions.values())


def _impatient(game: Game, v: int, name: str) -> Iterator[Found]:
    venue = game.scenario.venues[name]
    for seat in venue.seats:
        party = game.scenario.parties[seat]
        if seat == venue.chair:
            continue
        patience = [kind.patience or party.patience for kind in party.types.values()] or [party.patience]
        most = max(given.value for given in patience) * venue.rounds
        if most <= 1.0:
            yield Found(
                "party-impatient",
                "notice",
                f"parties.{seat}.patience",
                f"{party.name} leaves {venue.title} at the first turn that brings nothing better.",
                f"Patience {max(given.value for given in patience):g} of {venue.rounds} rounds is {most:.2g}, "
                "and one turn is the least that counts (7.2).",
                f"Raise its patience above {1.5 / venue.rounds:.2g}, or give the venue more rounds.",
            )


def types(game: Game) -> Iterator[Found]:
    """Types of the challenger that are never, or always, drawn."""
    name = game.scenario.challenger
    if name is None or len(game.types) < 2:
        return
    for kind, prior in game.types:
        if prior <= 0.0 or prior >= 1.0:
            often = "never" if prior <= 0.0 else "always"
            yield Found(
                "type-never-drawn",
                "notice",
                f"parties.{name}.types.{kind}",
                f"{game.type_name(kind)} is {often} drawn, so nothing about the challenger's type is uncertain.",
                f"Its probability is {prior:g}.",
                "Set a probability between 0 and 1, or remove the type; in a variant that asks what if, leave it.",
            )
