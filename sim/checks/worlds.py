"""The draws under which a game is looked at: ordinary ones, and those that make agreement easiest.

What is said to be impossible in the easiest is a problem; what only fails in the ordinary is a notice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sim import draws as chance
from sim.domain.layout import tables
from sim.domain.scenario import Scenario
from sim.domain.tables import Tables
from sim.protocol.play import BEGIN, drive, single
from sim.protocol.state import Talk, new_talk

_LAST = 1.0 - 2.0**-53
"""The largest number that chance gives: every line with a chance below 1 bends."""
_LOW = 1e-6
"""Where private payoffs and insistence stand in the easiest runs: one in a million is lower still."""
_DOUBT, _TRUST = 1e-9, 1.0 - 1e-9
"""Good faith as believed lies between these. In the easiest runs promises are trusted, and who has no deal doubts."""


@dataclass(frozen=True)
class World:
    """The table before the first act, under some draws.

    Attributes
    ----------
    kind
        Id of the challenger's type, "" without types.
    easiest
        Whether draws are those that make agreement easiest.
    talk
        The state; its tables are ``t``.
    """

    kind: str
    easiest: bool
    t: Tables
    talk: Talk


class Game:
    """A scenario and the worlds it is looked at in; each is made when first asked for."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.t = tables(scenario)
        self.parties = list(scenario.parties)
        self.issues = list(scenario.active)
        self._kept: dict[tuple[int, ...], Any] = {}

    def once(self, key: tuple[int, ...], made: Callable[[], Any]) -> Any:
        """What several checks ask for, reckoned once."""
        if key not in self._kept:
            self._kept[key] = made()
        return self._kept[key]

    @cached_property
    def types(self) -> list[tuple[str, float]]:
        """The challenger's types and their priors; one without a name where there is none."""
        name = self.scenario.challenger
        if name is None:
            return [("", 1.0)]
        given = self.scenario.parties[name].types
        known = sum(kind.probability.value for kind in given.values() if kind.probability)
        return [
            (key, kind.probability.value if kind.probability else max(0.0, 1.0 - known)) for key, kind in given.items()
        ]

    @cached_property
    def ordinary(self) -> list[World]:
        """Every draw on its median, for each type that can be drawn."""
        return [self._world(at, False, None) for at, (_, prior) in enumerate(self.types) if prior > 0.0]

    @cached_property
    def easiest(self) -> list[World]:
        """Only lines that always hold stand, the payoff of force and insistence are low, beliefs as good as can be."""
        found: list[World] = []
        for at, (_, prior) in enumerate(self.types):
            if prior > 0.0:
                world = self._world(at, True, _TRUST)
                # A line that bends opens options, one that holds keeps the worth of a status quo beyond it; promises are worth
                # most to who trusts, no deal least to who does not. The best of each is an upper bound on every draw.
                others = [
                    self._world(at, True, belief, held=held) for belief in (_TRUST, _DOUBT) for held in (True, False)
                ]
                edge = world.talk.edge
                for other in others:
                    world.talk.worth[:] = np.maximum(world.talk.worth, other.talk.worth)
                    edge.zero[:] = np.maximum(edge.zero, other.talk.edge.zero)
                    edge.removal[:] = np.minimum(edge.removal, other.talk.edge.removal)
                    edge.no_deal[:] = np.minimum(edge.no_deal, other.talk.edge.no_deal)
                found.append(world)
        return found

    @property
    def worlds(self) -> list[World]:
        """The ordinary ones, then the easiest."""
        return [*self.ordinary, *self.easiest]

    def _world(self, kind: int, easiest: bool, belief: float | None, *, held: bool = False) -> World:
        t = tables(self.scenario)
        if self.scenario.challenger and belief is not None:
            good = np.asarray(t.type.good)
            if 0 < good.sum() < len(good):
                t.type.probability[:] = np.where(good, belief / good.sum(), (1.0 - belief) / (~good).sum())
        priors = np.array([prior for _, prior in self.types]) if belief is None else np.asarray(t.type.probability)
        numbers = chance.central(int(t.n.draws))
        below = float(np.nansum(priors[:kind]))
        numbers[chance.TYPE] = min(_LAST, below + 0.5 * float(priors[kind]))
        if easiest:
            numbers[chance.RESOLVE_DEFENDERS] = numbers[chance.RESOLVE_CHALLENGER] = 0.0 if held else _LAST
            numbers[chance.PAYOFF] = _LOW
            numbers[chance.INSISTENCE : chance.INSISTENCE + len(self.scenario.linkages)] = _LOW
        talk = new_talk(t)
        drive(t, talk, single(numbers), BEGIN)
        return World(self.types[kind][0], easiest, t, talk)

    def actors(self, p: int) -> list[int]:
        """Who answers for a party: itself, or each bloc of an alliance (2.6)."""
        first, count = int(self.t.party[p].first_bloc), int(self.t.party[p].blocs)
        return list(range(first, first + count)) if count else [p]

    def actor_name(self, a: int) -> str:
        """Name of an actor for people; a bloc's with its alliance."""
        count = len(self.parties)
        if a < count:
            return self.scenario.parties[self.parties[a]].name
        blocs = [(party, bloc.name) for party in self.scenario.parties.values() for bloc in party.blocs.values()]
        party, name = blocs[a - count]
        return f"{name} in {party.name}"

    def party_name(self, p: int) -> str:
        """Name of a party for people."""
        return self.scenario.parties[self.parties[p]].name

    def option(self, i: int, k: int) -> str:
        """An option in words: its issue and its label."""
        issue = self.scenario.issues[self.issues[i]]
        return f"{issue.short}: {issue.options[k].label}"

    def type_name(self, kind: str) -> str:
        """Title of a challenger's type for people."""
        return self.scenario.parties[self.scenario.challenger].types[kind].title if self.scenario.challenger else ""


def no_deal(world: World) -> Any:
    """Worth of no deal of every actor, float64[A]."""
    return np.asarray(world.talk.edge.no_deal)
