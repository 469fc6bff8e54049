"""The game worked out a second time, in plain numpy and from the clauses alone: what runs are compared with.

Nothing here asks how the program does it: best packages are found by trying every package, states of the talks are read
off the transcript. Only the numbers of chance and their places in a run's row are shared with the program (clause 11.1).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from reckoned_wishes import Actor, Book, Options, Package

from sim.compiled import EQUAL
from sim.domain.scenario import Scenario
from sim.draws import normal
from sim.protocol.record import Event
from sim.protocol.table import Table


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
