"""A scenario laid out in the arrays that the compiled rules see."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from sim.domain.catalogue import TACTICS
from sim.domain.check import laid_over
from sim.domain.parties import Position, Range, RedLine
from sim.domain.scenario import Scenario
from sim.domain.tables import (
    ADDS,
    ALTERNATING,
    CHARGES,
    CONSENSUS,
    COUNCIL,
    DISCOUNTS,
    PARAMETERS,
    SIDE,
    SIZES,
    Cases,
    Tables,
    new_records,
    records,
)
from sim.draws import INSISTENCE

_FORMS = {"adds": ADDS, "discounts_gain": DISCOUNTS, "charges": CHARGES}
_PROTOCOLS = {"alternating": ALTERNATING, "council": COUNCIL, "consensus": CONSENSUS}


def tables(scenario: Scenario) -> Tables:
    """Lay a checked scenario out in arrays; indices follow the order of the file."""
    return _Layout(scenario).tables()


class _Layout:
    """Index books of one scenario while its arrays are filled."""

    def __init__(self, scenario: Scenario) -> None:
        self.s = scenario
        self.issue = {name: at for at, name in enumerate(scenario.active)}
        self.party = {name: at for at, name in enumerate(scenario.parties)}
        self.blocs = [(p, bloc) for p, given in scenario.parties.items() for bloc in given.blocs.values()]
        self.I, self.P = len(self.issue), len(self.party)
        self.A = self.P + len(self.blocs)
        self.M = max(len(scenario.issues[name].options) for name in self.issue)

    def tables(self) -> Tables:
        """All of them."""
        parts: dict[str, Any] = {"n": self._sizes(), "par": self._parameters()}
        for fill in (self._issues, self._actors, self._stances, self._types, self._links, self._venues, self._classes):
            parts.update(fill())
        return Tables(**parts)

    def _sizes(self) -> Any:
        seated = self.s.seated
        seats, rounds = max(len(v.seats) for v in seated), max(v.rounds for v in seated)
        types = max(1, max(len(p.types) for p in self.s.parties.values()))
        patience_at = INSISTENCE + max(1, len(self.s.linkages))
        noise_at = patience_at + len(seated) * seats
        threat = self.s.threat
        values = (
            self.I, self.M, self.P, self.A, len(seated), seats, rounds, types, len(self.s.linkages),
            max((at for at, link in enumerate(self.s.linkages.values(), 1) if link.form == "adds"), default=0),
            self.party[self.s.challenger] if self.s.challenger else -1,
            self.issue[threat.issue] if threat else -1, threat.removed_from if threat else 0,
            len(self.s.outcomes.classes), patience_at, noise_at, noise_at + len(seated) * seats * (rounds + 1),
        )  # fmt: skip
        return _record(SIZES, values, np.int64)

    def _parameters(self) -> Any:
        s = self.s
        groups = (s.red_lines, s.outside, s.sanctions, s.beliefs, s.bargaining, s.aftermath)
        named = {name: cell for group in groups for name, cell in group.__dict__.items()}
        return _record(PARAMETERS, [named[name].value for name in PARAMETERS], np.float64)

    def _issues(self) -> dict[str, Any]:
        shape = (self.I, self.M)
        issues, nu, x0 = records("issue", self.I), np.ones(shape), np.zeros(self.I, np.int64)
        limit, follow_on, needs = np.zeros(shape, bool), np.zeros(shape, bool), np.zeros((*shape, self.P), bool)
        measures = list(self.s.sanctions.measures.values())
        threatened = np.zeros((len(measures), *shape), bool)
        for name, i in self.issue.items():
            issue = self.s.issues[name]
            options = len(issue.options)
            issues[i] = (options, self.party[issue.owner] if issue.owner else -1)
            x0[i] = issue.status_quo.value
            limit[i, list(issue.limits)] = True
            follow_on[i, list(self.s.outcomes.follow_on.get(name, ()))] = True
            if issue.verifiability:
                nu[i, :options] = issue.verifiability.value
            for k, option in enumerate(issue.options):
                for party in {*issue.consent.value, *option.also_consent} if k != issue.status_quo.value else ():
                    needs[i, k, self.party[party]] = self.s.parties[party].has_consent.value
            for q, measure in enumerate(measures):
                if measure.issue == name:
                    threatened[q, i, list(measure.options)] = True
        return {
            "issue": issues, "x0": x0, "limit": limit, "arms": limit.any(axis=1), "follow_on": follow_on, "nu": nu,
            "needs": needs, "asked": needs.any(axis=1), "threatened": threatened,
            "severity": np.array([measure.severity.value for measure in measures], float),
        }  # fmt: skip

    def _wishes(self) -> list[dict[str, Position] | None]:
        """Positions of every actor over the active issues; None where another's count (alliances, referring blocs)."""
        rows: list[dict[str, Position] | None] = [None if p.blocs else p.positions for p in self.s.parties.values()]
        for party, bloc in self.blocs:
            base = self.s.parties[party].positions
            rows.append(
                None if bloc.refers else {name: laid_over(base[name], bloc.positions.get(name)) for name in self.issue}
            )
        return rows

    def _stances(self) -> dict[str, Any]:
        stance, explicit = records("stance", self.A, self.I), np.zeros((self.A, self.I, self.M))
        for a, wishes in enumerate(self._wishes()):
            challenger = a < self.P and a == self.party.get(self.s.challenger or "")
            for name, i in self.issue.items():
                if wishes is None:
                    stance[a, i] = (0.0, -1, -1, SIDE, False, False)
                    continue
                given = wishes[name]
                weight = given.salience.value if given.salience is not None else 0.0
                if given.points is not None:
                    weight = max(given.points.value)
                    explicit[a, i, : len(given.points.value)] = np.array(given.points.value) / (weight or 1.0)
                if given.values is not None:
                    explicit[a, i, : len(given.values.value)] = given.values.value
                preferred = given.preferred.value if given.preferred is not None else -1
                stance[a, i] = (weight, preferred, *_line(given.red_line, challenger))
        return {"stance": stance, "explicit": explicit}

    def _actors(self) -> dict[str, Any]:
        actors, parties = records("actor", self.A), records("party", self.P)
        for p, party in enumerate(self.s.parties.values()):
            worth = party.reservation.value if party.reservation else float("nan")
            actors[p] = (party.conflict_loss.value, worth, p, -1, 0.0)
            parties[p] = (0, len(party.blocs), *_tactic(party.tactic), party.patience.value, party.has_consent.value)
        parties.first_bloc[:] = self.P + np.cumsum(parties.blocs) - parties.blocs
        for at, (name, bloc) in enumerate(self.blocs):
            p = self.party[name]
            refers = self.party[bloc.refers] if bloc.refers else -1
            own = bloc.conflict_loss or self.s.parties[name].conflict_loss
            loss = actors[refers].conflict_loss if refers >= 0 else own.value
            actors[self.P + at] = (loss, actors[p].reservation, p, refers, bloc.share.value)
        return {"actor": actors, "party": parties}

    def _types(self) -> dict[str, Any]:
        party = self.s.parties.get(self.s.challenger or "")
        if party is None:
            return {"type": records("type", 1)}
        types = records("type", len(party.types))
        for at, given in enumerate(party.types.values()):
            prior = given.probability.value if given.probability else float("nan")
            types[at] = (
                prior, given.good_faith, *_tactic(given.tactic or party.tactic),
                (given.patience or party.patience).value, given.payoff_mean.value, given.payoff_sd.value,
            )  # fmt: skip
        return {"type": types}

    def _bounds(self, conditions: list[dict[str, Range]]) -> Any:
        bounds = records("bound", len(conditions), self.I)
        bounds.term[:], bounds.high[:] = -1, self.M
        for at, when in enumerate(conditions):
            for order, (name, given) in enumerate(when.items()):
                i = self.issue[name]
                bounds[at, order].term = i
                bounds[at, i].low = given.at_least if given.at_least is not None else 0
                bounds[at, i].high = given.at_most if given.at_most is not None else self.M
        return bounds

    def _links(self) -> dict[str, Any]:
        given = list(self.s.linkages.values())
        links, factor = records("link", len(given)), np.zeros((self.A, len(given)))
        for at, link in enumerate(given):
            links[at] = (_FORMS[link.form], link.amount.value, link.insistence.value, link.insistence_sd.value)
            for name in link.parties:
                factor[self.party[name], at] += 0.0 if self.s.parties[name].blocs else 1.0
                for b, (alliance, bloc) in enumerate(self.blocs):
                    if bloc.refers == name or (alliance == name and not bloc.refers):
                        factor[self.P + b, at] = 1.0
                        factor[self.party[alliance], at] += bloc.share.value
        return {
            "link": links, "bound": self._bounds([link.when for link in given]), "factor": factor,
            "cases": self._cases(factor),
        }  # fmt: skip

    def _cases(self, factor: Any) -> Cases:
        """Every way in which the conditions that matter to an actor can come out (5.4)."""
        given, threat = list(self.s.linkages.values()), self.s.threat
        rows: list[list[tuple[list[int], tuple[int, ...], bool]]] = []
        for a in range(self.A):
            mine = [at for at, link in enumerate(given) if factor[a, at] != 0.0 and link.form != "charges"]
            ways = [range(len(given[at].when) + 1) for at in mine]
            removals = (False, True) if threat else (False,)
            rows.append([(mine, *way) for way in itertools.product(itertools.product(*ways), removals)])
        cases = np.array([len(row) for row in rows])
        fits = np.ones((self.A, max(cases), self.I, self.M), bool)
        meets = np.zeros((self.A, max(cases), 1 + len(given)), bool)
        tied = np.zeros((self.A, self.I), bool)
        options = np.arange(self.M)
        for a, row in enumerate(rows):
            if threat:
                tied[a, self.issue[threat.issue]] = True
            for c, (mine, way, removed) in enumerate(row):
                if threat:
                    fits[a, c, self.issue[threat.issue]] &= (options >= threat.removed_from) == removed
                meets[a, c, 0] = removed
                for at, failing in zip(mine, way):
                    meets[a, c, 1 + at] = failing == 0
                    for term, (name, bounds) in enumerate(given[at].when.items(), start=1):
                        i = self.issue[name]
                        tied[a, i] = True
                        low = bounds.at_least if bounds.at_least is not None else 0
                        high = bounds.at_most if bounds.at_most is not None else self.M
                        inside = (options >= low) & (options <= high)
                        if failing == 0:
                            fits[a, c, i] &= inside
                        elif failing == term:
                            fits[a, c, i] &= ~inside
        return Cases(tied, cases, fits, meets)

    def _venues(self) -> dict[str, Any]:
        seated = self.s.seated
        venues, seats = records("venue", len(seated)), np.full((len(seated), max(len(v.seats) for v in seated)), -1)
        exploratory = np.zeros((len(seated), max(v.rounds for v in seated) + 1), bool)
        agenda, include = np.zeros((len(seated), self.I), bool), np.zeros((len(seated), self.P), bool)
        for at, venue in enumerate(seated):
            chair = self.party[venue.chair] if venue.chair else -1
            quorum = venue.quorum.consents if venue.quorum else 0
            venues[at] = (_PROTOCOLS[venue.protocol], venue.binding, venue.rounds, chair, quorum)
            seats[at, : len(venue.seats)] = [self.party[seat] for seat in venue.seats]
            agenda[at, [self.issue[name] for name in venue.agenda if name in self.issue]] = True
            first = 1
            for session in venue.sessions.values():
                exploratory[at, first : first + session.rounds.value] = session.exploratory
                first += session.rounds.value
            for seat in venue.quorum.include if venue.quorum else ():
                include[at, self.party[seat]] = True
        return {"venue": venues, "seats": seats, "agenda": agenda, "exploratory": exploratory, "include": include}

    def _classes(self) -> dict[str, Any]:
        own = list(self.s.outcomes.classes.values())
        agreed = np.array([-1 if given.agreed is None else int(given.agreed) for given in own], np.int64)
        return {"class_agreed": agreed, "class_bound": self._bounds([given.when for given in own])}


def _line(line: RedLine | None, challenger: bool) -> tuple[int, float, bool, bool]:
    """A red line's option, its own chance to hold, whether it accepts the option and above, whether it is hard."""
    if line is None:
        return -1, SIDE, False, False
    side = line.side or ("at_most" if challenger else "at_least")
    resolve = line.resolve.value if line.resolve is not None else SIDE
    return line.value, resolve, side == "at_least", line.hardness == "hard"


def _tactic(choice: Any) -> tuple[int, float, float]:
    """Code, beta and phi of a chosen tactic, its defaults filled in."""
    row = next(row for row in TACTICS if row.name == choice.name)
    default = {parameter.name: parameter.default for parameter in row.parameters}
    beta = choice.beta if choice.beta is not None else default.get("beta", 1.0)
    phi = choice.phi if choice.phi is not None else default.get("phi", 1.0)
    return row.code, float(beta), float(phi)


def _record(names: tuple[str, ...], values: Any, kind: type) -> Any:
    """One record with named fields of one kind."""
    record = new_records([(name, kind) for name in names], 1)
    record[0] = tuple(values)
    return record[0]
