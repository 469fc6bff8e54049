"""The game worked out a second time, in plain numpy and from the clauses alone: what runs are compared with.

Nothing here asks how the program does it: best packages are found by trying every package, states of the talks are read
off the transcript. Only the numbers of chance and their places in a run's row are shared with the program (clause 11.1).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np

from sim.compiled import EQUAL
from sim.domain.parties import Linkage, Position, Range
from sim.domain.scenario import Scenario
from sim.draws import INSISTENCE, PAYOFF, RESOLVE_CHALLENGER, RESOLVE_DEFENDERS, TYPE, normal
from sim.protocol.record import Event
from sim.protocol.table import Table

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


@dataclass(frozen=True)
class Moment:
    """The table just before an act, as the program has it."""

    seat: str
    answering: bool
    base: Package
    belief: np.ndarray


@dataclass(frozen=True)
class Turn:
    """A seat's turn: what it did, where the talks stood, and how the others answered."""

    number: int  # of the opening act, from 0
    opening: Event
    answers: tuple[Event, ...]
    base: Package  # the text that an offer changes, levers at their level last tabled here (1.4)


@dataclass
class Sitting:
    """A venue of a run, read off the transcript."""

    at: int
    name: str
    text: Package  # from which it started
    agreed: frozenset[str]  # parties that agreed to that text
    closed: frozenset[int]  # decided at binding venues before
    good: dict[str, float]  # beliefs in good faith at its start
    turns: list[Turn]
    adopted: Event | None


class Run:
    """A run of tactics, played act by act."""

    def __init__(self, scenario: Scenario, seed: int, index: int) -> None:
        self.scenario, self.seed, self.index = scenario, seed, index
        self.table = Table(scenario, seed, index)
        self.moments: list[Moment] = []
        while not self.table.over:
            talk = self.table.talk
            self.moments.append(
                Moment(self.table.seat or "", self.table.answering, tuple(talk.base.tolist()), talk.belief.copy())
            )
            self.table.play()
        self.record = self.table.record()
        self.events = self.table.events()
        self.book = Book(scenario, self.table.draws)

    def __repr__(self) -> str:
        return f"Run(seed={self.seed}, index={self.index}, scenario={self.scenario.canonical()})"

    @cached_property
    def spoken(self) -> list[Event]:
        """Acts at venues, without those of consent."""
        return [event for event in self.events if event.venue is not None]

    @cached_property
    def consents(self) -> list[Event]:
        """Acts of consent (9.2)."""
        return [event for event in self.events if event.venue is None]

    def good_at(self, number: int) -> dict[str, float]:
        """Belief in good faith of every party before act ``number``, from 0; past the last act, at the end."""
        if self.scenario.challenger is None:
            return dict.fromkeys(self.book.parties, 0.0)
        belief = self.moments[number].belief if number < len(self.moments) else self.table.talk.belief
        good = [kind.good_faith for kind in self.scenario.parties[self.scenario.challenger].types.values()]
        return {name: float(belief[p][good].sum()) for p, name in enumerate(self.book.parties)}

    @cached_property
    def sittings(self) -> list[Sitting]:
        """The venues in order, each with what it started from."""
        found: list[Sitting] = []
        text, agreed, closed = self.book.x0, frozenset(), frozenset()
        number = 0
        for at, name in enumerate(self.scenario.calendar):
            start, sitting = text, Sitting(at, name, text, agreed, closed, self.good_at(number), [], None)
            acts = [event for event in self.spoken if event.venue == name]
            base = list(text)
            for _, group in itertools.groupby(acts, key=lambda event: event.turn):
                opening, *answers = group
                sitting.turns.append(Turn(number, opening, tuple(answers), tuple(base)))
                number += 1 + len(answers)
                if opening.act == "offer":
                    for i, issue in enumerate(self.book.issues):
                        if self.scenario.issues[issue].owner == opening.speaker:
                            base[i] = opening.package[issue]
            last = sitting.turns[-1]
            if self.record["venues"][name]["result"] == "understanding":
                sitting.adopted = last.opening
                text = tuple(last.opening.package.values())
                chair = self.scenario.venues[name].chair
                agreed = {event.speaker for event in last.answers if event.act == "accept"}
                agreed = frozenset(agreed | ({last.opening.speaker} - {chair}))
                if self.scenario.venues[name].binding:
                    moved = {i for i, k in enumerate(text) if k != start[i] or k != self.book.x0[i]}
                    closed = closed | moved
            found.append(sitting)
        return found

    # ---- At a venue ---------------------------------------------------------------------------------------------------

    def venue(self, sitting: Sitting) -> Any:
        return self.scenario.venues[sitting.name]

    def voters(self, sitting: Sitting) -> list[str]:
        """Seats without the chair."""
        return [seat for seat in self.venue(sitting).seats if seat != self.venue(sitting).chair]

    def exploratory(self, sitting: Sitting, number: int) -> bool:
        """Whether a round belongs to an exploratory session (8.2)."""
        for session in self.venue(sitting).sessions.values():
            if number <= session.rounds.value:
                return session.exploratory
            number -= session.rounds.value
        raise AssertionError("a round past the last session")

    def no_deal(self, sitting: Sitting, a: Actor) -> float:
        """r at this venue (3.1 to 3.4)."""
        good = sitting.good[a.party]
        r = self.book.reservation(a, good)
        if {a.party, self.book.own(a)} & sitting.agreed:
            r = max(r, float(self.book.utility(a, sitting.text, good)[0]))
        return r

    def free(self, sitting: Sitting, speaker: str | None) -> list[bool]:
        """Issues that a seat may move here: the agenda and own levers, but nothing decided (1.4, 8.6)."""
        found = []
        for i, name in enumerate(self.book.issues):
            owner = self.scenario.issues[name].owner
            may = name in self.venue(sitting).agenda if owner is None else owner == speaker
            found.append(may and i not in sitting.closed)
        return found

    def own_options(self, sitting: Sitting, base: Package, a: Actor) -> Options:
        """What a can live with among what its party may table here."""
        found = []
        for i, free in enumerate(self.free(sitting, a.party)):
            options = np.arange(self.book.options[i])
            found.append((free | (options == base[i])) & ~self.book.barred(a)[i])
        return found

    def known_options(self, sitting: Sitting, base: Package, party: str) -> Options:
        """Those among them that no standing line of a party bars whose consent they need (6.1)."""
        found = self.own_options(sitting, base, Actor(party))
        for i, free in enumerate(self.free(sitting, party)):
            for k in range(self.book.options[i]):
                if free and any(self.book.barred(Actor(q))[i][k] for q in self.book.needs(i, k)):
                    found[i][k] = False
        return found

    def common_ground(self, sitting: Sitting, base: Package) -> Options:
        """Options that no seat ranks below the standing one, by public positions and charges (8.5)."""
        book, found = self.book, []
        stands = not book.removes(np.array([base]))[0]
        for i, free in enumerate(self.free(sitting, None)):
            ground = np.arange(book.options[i]) == base[i]
            limits = np.isin(np.arange(book.options[i]), self.scenario.issues[book.issues[i]].limits)
            for k in range(book.options[i]):
                if not free or any(book.barred(Actor(q))[i][k] for q in book.needs(i, k)):
                    continue
                fits = True
                for a in self._voices(sitting):
                    charge = sum(link.amount.value for link in book.links(a).values() if link.form == "charges")
                    rank = book.public(a)[i] - (charge * limits if stands else 0.0)
                    fits = fits and rank[k] >= rank[base[i]] - EQUAL
                ground[k] |= fits
            found.append(ground)
        return found

    def _voices(self, sitting: Sitting) -> Iterable[Actor]:
        for seat in self.voters(sitting):
            yield from self.book.voices(seat)

    def patience(self, sitting: Sitting, party: str) -> float:
        """In own turns (7.2)."""
        kind = self.book.type[1] if party == self.scenario.challenger else None
        given = (kind.patience if kind else None) or self.scenario.parties[party].patience
        n, venue = self.table.t.n, self.venue(sitting)
        number = self.table.draws[n.patience_at + sitting.at * n.seats + venue.seats.index(party)]
        shake = 1 + self.scenario.bargaining.patience_sd.value * normal(number)
        return max(1.0, given.value * shake * venue.rounds)

    def tactic(self, party: str) -> Any:
        """The challenger's goes by its type (4.1)."""
        kind = self.book.type[1] if party == self.scenario.challenger else None
        return (kind.tactic if kind else None) or self.scenario.parties[party].tactic

    def heard(self, sitting: Sitting, number: int, speaker: str, listener: str) -> list[float]:
        """What a seat's offers at this venue were worth to another, up to act ``number`` inclusive."""
        return [
            turn.opening.utilities[listener]
            for turn in sitting.turns
            if turn.number <= number and turn.opening.act == "offer" and turn.opening.speaker == speaker
        ]

    def given(self, sitting: Sitting, number: int, party: str, when: int, top: float, ceiling: float) -> Any:
        """G of a party's tactic for its turn in round ``when``, and its shake (5.1, 5.2, 5.5); None for MiCRO's own way."""
        bargaining, venue, tactic = self.scenario.bargaining, self.venue(sitting), self.tactic(party)
        n = self.table.t.n
        at = n.noise_at + (sitting.at * (n.rounds + 1) + when - 1) * n.seats + venue.seats.index(party)
        uniform = self.table.draws[at]
        shake = bargaining.noise.value * normal(uniform)
        tau = min(1.0, when / venue.rounds)
        others = [seat for seat in venue.seats if seat not in (party, venue.chair)]
        share, ratio = 0.0, 1.0
        alone = venue.protocol == "consensus"
        if not alone:
            tracks = [self.heard(sitting, number, seat, party) for seat in others]
            shares, ratios = [], []
            for track in tracks:
                way = ceiling - track[0] if len(track) > 1 else 0.0
                shares.append(min(1.0, max(0.0, (track[-1] - track[0]) / way)) if way > EQUAL else 0.0)
                late = track[-1] if len(track) > 1 else 0.0
                ratios.append(min(1.0, max(0.0, track[0] / late)) if late > EQUAL else 1.0)
            share, ratio = sum(shares) / len(shares), sum(ratios) / len(ratios)
        r = self.no_deal(sitting, Actor(party))
        default = {"boulware": 0.2, "linear": 1.0, "conceder": 5.0}
        if tactic.name in default:
            beta = tactic.beta if tactic.beta is not None else default[tactic.name]
            phi = tactic.phi if tactic.phi is not None else 1.0
            time = phi * tau ** (1 / beta)
            mixed = bargaining.reciprocity.value if not alone else 0.0
            return (1 - mixed) * time + mixed * share, shake
        if tactic.name == "mirroring":
            return share, shake
        if tactic.name == "relative_tit_for_tat":
            return (min(1.0, max(0.0, (top - top * ratio) / (top - r))) if top - r > EQUAL else 0.0), shake
        if tactic.name == "random":
            return uniform, 0.0
        if tactic.name == "micro" and not alone:
            return None
        return 0.0, shake


def aspiration(top: float, r: float, g: float, shake: float) -> float | None:
    """A = top − (top − r) · G + noise · ε, kept in [r, top]; None where nothing is worth more than no deal (5.4)."""
    if top < r - EQUAL:
        return None
    return min(top, max(r, top - (top - r) * g + shake))
