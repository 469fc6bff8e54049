"""What every actor wants, may and expects in one run (clauses 1 to 4), worked out a second time from the clauses alone.

Best packages are found by trying every package. Only the numbers of chance and their places in a run's row are shared with
the program (clause 11.1).
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np

from sim.domain.parties import Linkage, Position, Range
from sim.domain.scenario import Scenario
from sim.draws import INSISTENCE, PAYOFF, RESOLVE_CHALLENGER, RESOLVE_DEFENDERS, TYPE, normal

Package = tuple[int, ...]
Options = list[np.ndarray]
"""Per issue, one truth value or figure an option."""


@dataclass(frozen=True)
class Actor:
    """A party, or a bloc of one."""

    party: str
    bloc: str | None = None


class Book:
    """What every actor wants, may and expects in one run (clauses 1 to 4)."""

    def __init__(self, scenario: Scenario, draws: np.ndarray) -> None:
        self.s, self.draws = scenario, draws
        self.issues, self.x0 = scenario.active, scenario.status_quo
        self.options = [len(scenario.issues[name].options) for name in self.issues]
        self.parties = tuple(scenario.parties)
        blocs = [Actor(name, bloc) for name, party in scenario.parties.items() for bloc in party.blocs]
        self.actors = (*(Actor(name) for name in self.parties), *blocs)

    def voices(self, party: str) -> tuple[Actor, ...]:
        """Who must agree for a party to agree: itself, or every bloc of an alliance (2.6)."""
        return tuple(Actor(party, bloc) for bloc in self.s.parties[party].blocs) or (Actor(party),)

    def _bloc(self, a: Actor) -> Any:
        return self.s.parties[a.party].blocs[a.bloc] if a.bloc else None

    def own(self, a: Actor) -> str | None:
        """The party to which a bloc refers."""
        return self._bloc(a).refers if a.bloc else None

    def share(self, a: Actor) -> float:
        return self._bloc(a).share.value

    # ---- Chance -------------------------------------------------------------------------------------------------------

    @cached_property
    def type(self) -> tuple[str, Any] | None:
        """The challenger's type: the first whose cumulated probability exceeds its number (4.1)."""
        if self.s.challenger is None:
            return None
        types = self.s.parties[self.s.challenger].types
        below = 0.0
        for name, kind in types.items():
            below += self.probability(name)
            if self.draws[TYPE] < below:
                return name, kind
        return list(types.items())[-1]

    def probability(self, kind: str) -> float:
        types = self.s.parties[self.s.challenger or ""].types
        if types[kind].probability is not None:
            return types[kind].probability.value
        return 1.0 - sum(given.probability.value for given in types.values() if given.probability is not None)

    @cached_property
    def payoff(self) -> float:
        kind = self.type[1]
        return kind.payoff_mean.value + kind.payoff_sd.value * normal(self.draws[PAYOFF])

    def insistence(self, name: str) -> float:
        link = self.s.linkages[name]
        at = INSISTENCE + list(self.s.linkages).index(name)
        return min(1.0, max(0.0, link.insistence.value + link.insistence_sd.value * normal(self.draws[at])))

    # ---- Wants --------------------------------------------------------------------------------------------------------

    @cache  # noqa: B019 - a book lives as long as its run
    def positions(self, a: Actor) -> dict[str, Position]:
        if a.bloc is None or self.own(a):
            return self.s.parties[self.own(a) or a.party].positions
        found = dict(self.s.parties[a.party].positions)
        for name, over in self._bloc(a).positions.items():
            if name in found:
                found[name] = found[name].model_copy(update={key: getattr(over, key) for key in over.model_fields_set})
        return found

    def _line(self, a: Actor, i: int) -> tuple[np.ndarray, bool, bool]:
        """Options beyond a's line on an issue, whether the line is hard, and whether it holds in this run (2.3)."""
        options = np.arange(self.options[i])
        line = self.positions(a)[self.issues[i]].red_line
        if line is None:
            return np.zeros(len(options), bool), False, False
        owner = self.own(a) or a.party
        challenger = owner == self.s.challenger
        side = line.side or ("at_most" if challenger else "at_least")
        beyond = options > line.value if side == "at_most" else options < line.value
        rules = self.s.red_lines
        chance = (rules.resolve_challenger if challenger else rules.resolve_defenders).value
        if line.resolve is not None:
            chance = line.resolve.value
        number = self.draws[RESOLVE_CHALLENGER if challenger else RESOLVE_DEFENDERS]
        hard = line.hardness == "hard"
        return beyond, hard, bool(hard and number < chance)

    @cache  # noqa: B019
    def barred(self, a: Actor) -> Options:
        """Options beyond a standing hard line, never the status quo; an alliance's are those of any bloc (2.3)."""
        if a.bloc is None and self.s.parties[a.party].blocs:
            return [np.logical_or.reduce(of) for of in zip(*(self.barred(b) for b in self.voices(a.party)))]
        found = []
        for i, quo in enumerate(self.x0):
            beyond, _, holds = self._line(a, i)
            found.append(beyond & holds & (np.arange(self.options[i]) != quo))
        return found

    def holding(self, a: Actor) -> list[str]:
        """Issues on which a hard line of a stands (12.1)."""
        if a.bloc is None and self.s.parties[a.party].blocs:
            return []
        return [name for i, name in enumerate(self.issues) if self._line(a, i)[2]]

    @cache  # noqa: B019
    def weights(self, a: Actor) -> np.ndarray:
        given = [self.positions(a)[name] for name in self.issues]
        raw = [max(p.points.value) if p.points is not None else p.salience.value for p in given]
        return np.array(raw) / sum(raw)

    @cache  # noqa: B019
    def values(self, a: Actor) -> Options:
        """v per option, less beyond a soft line or one that does not hold (2.1, 2.4)."""
        found = []
        for i, name in enumerate(self.issues):
            given, last = self.positions(a)[name], self.options[i] - 1
            if given.preferred is not None:
                best = given.preferred.value
                value = np.array([1 - abs(k - best) / max(best, last - best) for k in range(last + 1)])
            elif given.values is not None:
                value = np.array(given.values.value, float)
            else:
                value = np.array(given.points.value, float) / (max(given.points.value) or 1.0)
            beyond, _, holds = self._line(a, i)
            found.append(value * np.where(beyond & (not holds), 1 - self.s.red_lines.firmness.value, 1.0))
        return found

    def public(self, a: Actor) -> Options:
        """Weight times value: the public position (8.5)."""
        return [w * v for w, v in zip(self.weights(a), self.values(a))]

    @cache  # noqa: B019
    def estimate(self, party: str) -> Options:
        """û of a party: additive, weights blurred toward uniform (4.2)."""
        ignorance = self.s.beliefs.ignorance.value
        total = [np.zeros(n) for n in self.options]
        for a in self.voices(party):
            share = self.share(a) if a.bloc else 1.0
            for i, value in enumerate(self.values(a)):
                guess = (1 - ignorance) * self.weights(a)[i] + ignorance / len(self.issues)
                total[i] = total[i] + share * guess * value
        return total

    @cache  # noqa: B019
    def worth(self, a: Actor, good: float) -> Options:
        """Weight times value, the challenger's promises as far as they are believed (2.7)."""
        found = self.public(a)
        if self.s.challenger is None or a.party == self.s.challenger:
            return found
        kept = []
        for i, name in enumerate(self.issues):
            given = self.s.issues[name].verifiability
            nu = np.array(given.value) if given else np.ones(self.options[i])
            now = found[i][self.x0[i]]
            gain = np.maximum(found[i] - now, 0.0)
            kept.append(found[i] - gain + (nu + (1 - nu) * good) * gain)
        return kept

    def links(self, a: Actor) -> dict[str, Linkage]:
        """The linkages in a's utility: its own, or those of the party that it refers to (2.5)."""
        own = self.own(a) or a.party
        return {name: link for name, link in self.s.linkages.items() if own in link.parties}

    # ---- Packages -----------------------------------------------------------------------------------------------------

    @cached_property
    def every(self) -> np.ndarray:
        """All packages, int[N, I]."""
        return np.array(list(itertools.product(*(range(n) for n in self.options))))

    def removes(self, x: np.ndarray) -> np.ndarray:
        """Whether each package removes the threat (1.5)."""
        threat = self.s.threat
        if threat is None:
            return np.zeros(len(x), bool)
        return x[:, self.issues.index(threat.issue)] >= threat.removed_from

    def meets(self, when: dict[str, Range], x: np.ndarray) -> np.ndarray:
        """Whether each package meets a condition (2.5)."""
        found = np.ones(len(x), bool)
        for name, given in when.items():
            option = x[:, self.issues.index(name)]
            if given.at_least is not None:
                found &= option >= given.at_least
            if given.at_most is not None:
                found &= option <= given.at_most
        return found

    def limits(self, x: np.ndarray) -> np.ndarray:
        """How many arms issues each package sets at a limit (1.5)."""
        return sum(np.isin(x[:, i], self.s.issues[name].limits).astype(int) for i, name in enumerate(self.issues))

    def _added(self, a: Actor, x: np.ndarray, good: float) -> np.ndarray:
        """Utility before discounts (2.2, 2.5a, 2.5c)."""
        worth = self.worth(a, good)
        u = sum(worth[i][x[:, i]] for i in range(len(self.issues)))
        for link in self.links(a).values():
            if link.form == "adds":
                u = u + np.where(self.meets(link.when, x), link.amount.value, 0.0)
            if link.form == "charges":
                u = u - np.where(self.removes(x), 0.0, link.amount.value * self.limits(x))
        return u

    def zero(self, a: Actor, good: float) -> float:
        """u(x⁰)."""
        if a.bloc is None and self.s.parties[a.party].blocs:
            return sum(self.share(b) * self.zero(b, good) for b in self.voices(a.party))
        return float(self._added(a, np.array([self.x0]), good)[0])

    def utility(self, a: Actor, x: Any, good: float) -> np.ndarray:
        """Utility of packages (2.2 to 2.7), less what removing the threat costs the challenger (3.2)."""
        x = np.atleast_2d(np.array(x))
        if a.bloc is None and self.s.parties[a.party].blocs:
            return sum(self.share(b) * self.utility(b, x, good) for b in self.voices(a.party))
        u, zero = self._added(a, x, good), self.zero(a, good)
        for name, link in self.links(a).items():
            if link.form == "discounts_gain":
                kept = zero + (1 - self.insistence(name)) * (u - zero)
                u = np.where(~self.meets(link.when, x) & (u > zero), kept, u)
        if a.party == self.s.challenger:
            u = u - np.where(self.removes(x), self.removal_cost, 0.0)
        return u

    @cache  # noqa: B019
    def of_every(self, a: Actor, good: float) -> np.ndarray:
        """Utility of all packages."""
        return self.utility(a, self.every, good)

    def best(self, a: Actor, good: float, allowed: Options) -> float:
        """The most that a package within ``allowed`` is worth to a; -inf where there is none (5.4)."""
        fits = np.logical_and.reduce([allowed[i][self.every[:, i]] for i in range(len(self.issues))])
        return float(self.of_every(a, good)[fits].max()) if fits.any() else -math.inf

    # ---- Without a deal -----------------------------------------------------------------------------------------------

    def coercion(self, x: Any) -> float:
        """z(x) (3.1)."""
        threatened = {
            name: measure.severity.value
            for name, measure in self.s.sanctions.measures.items()
            if measure.issue in self.issues and x[self.issues.index(measure.issue)] in measure.options
        }
        return self.payoff - self.s.sanctions.credibility.value * sum(threatened.values())

    @cached_property
    def _edge(self) -> float:
        return max(0.0, self.coercion(self.x0) - self.zero(Actor(self.s.challenger), 1.0))

    @cached_property
    def removal_cost(self) -> float:
        """(1 − tie) · d (3.2)."""
        return (1 - self.s.outside.tie.value) * self._edge

    def loss(self, a: Actor) -> float:
        """conflict_loss; an alliance's is the mean of its blocs'."""
        if a.bloc is None:
            if self.s.parties[a.party].blocs:
                return sum(self.share(b) * self.loss(b) for b in self.voices(a.party))
            return self.s.parties[a.party].conflict_loss.value
        if self.own(a):
            return self.loss(Actor(self.own(a)))
        return (self._bloc(a).conflict_loss or self.s.parties[a.party].conflict_loss).value

    def reservation(self, a: Actor, good: float) -> float:
        """r by 3.1 to 3.3, or as the scenario gives it."""
        given, outside = self.s.parties[a.party].reservation, self.s.outside
        if given is not None:
            return given.value
        if a.party == self.s.challenger:
            return self.zero(a, good) + outside.friction.value + outside.tie.value * self._edge
        return self.zero(a, good) - outside.alarm.value * (1 - good) * self.loss(a) + outside.friction.value

    def needs(self, i: int, k: int) -> set[str]:
        """K: who must consent to issue i at option k (1.3, 9.3)."""
        given = self.s.issues[self.issues[i]]
        if k == self.x0[i]:
            return set()
        asked = {*given.consent.value, *given.options[k].also_consent}
        return {name for name in asked if self.s.parties[name].has_consent.value}
