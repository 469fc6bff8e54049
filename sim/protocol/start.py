"""The start of a run and of a venue: what the scenario's figures and the draws make of every actor (clauses 2 to 4, 9.1)."""

from __future__ import annotations

import math

import numpy as np

from sim.compiled import part
from sim.domain.tables import CHARGES, DISCOUNTS, Real, Record, Tables
from sim.draws import INSISTENCE, PAYOFF, RESOLVE_CHALLENGER, RESOLVE_DEFENDERS, TYPE, normal
from sim.protocol.state import OFFERING, Talk, wishes_of
from sim.rules.belief import blurred
from sim.rules.copying import write
from sim.rules.outside import (
    challenger_reservation,
    coercion_payoff,
    defender_reservation,
    edge_of_force,
    removal_cost,
)
from sim.rules.value import option_value, promised, utility


@part
def begin(t: Tables, talk: Talk, draws: Real):
    """Start a run from a row of draws: private types, standing lines, wishes, beliefs, and the first venue."""
    _draw_private(t, talk, draws)
    _standing_lines(t, talk)
    _values(t, talk)
    for p in range(t.n.parties):
        write(talk.belief[p], talk.prior)
    talk.seat.agreed[:] = False
    talk.seat.believed[:] = -1.0  # nothing taken in yet
    talk.vetoes[:] = 0
    write(talk.text, t.x0)
    write(talk.base, t.x0)
    talk.closed[:] = False
    talk.venue.result[:] = 0
    talk.venue.rounds[:] = 0
    talk.venue.offers[:] = 0
    talk.venue.walker[:] = -1
    talk.at.venue = 0
    talk.at.turn = 0
    talk.at.events = 0
    talk.at.decided_by = -1
    begin_venue(t, talk, draws)


@part
def _draw_private(t: Tables, talk: Talk, draws: Real):
    """The challenger's type and payoff of force (4.1), and how much each discount insists (2.5b)."""
    talk.at.type = -1
    talk.fig.payoff = 0.0
    talk.fig.number_defenders, talk.fig.number_challenger = draws[RESOLVE_DEFENDERS], draws[RESOLVE_CHALLENGER]
    talk.prior[:] = 0.0
    if t.n.challenger >= 0:
        given = 0.0
        for k in range(t.n.types):
            if not math.isnan(t.type[k].probability):
                given += t.type[k].probability
        for k in range(t.n.types):
            rest = math.isnan(t.type[k].probability)
            talk.prior[k] = max(0.0, 1.0 - given) if rest else t.type[k].probability
        kind, below = 0, talk.prior[0]
        while kind < t.n.types - 1 and draws[TYPE] >= below:
            kind += 1
            below += talk.prior[kind]
        talk.at.type = kind
        talk.fig.payoff = t.type[kind].payoff_mean + t.type[kind].payoff_sd * normal(draws[PAYOFF])
    for link in range(t.n.links):
        if t.link[link].form == DISCOUNTS:
            drawn = t.link[link].insistence + t.link[link].insistence_sd * normal(draws[INSISTENCE + link])
            talk.insistence[link] = min(1.0, max(0.0, drawn))


@part
def own_row(t: Tables, a: int):
    """Whose wishes actor a has: its own, or those of the party that a bloc refers to (2.6)."""
    return a if t.actor[a].refers < 0 else t.actor[a].refers


@part
def _beyond(stance: Record, k: int):
    """Whether option k lies beyond the red line of a stance."""
    if stance.line < 0:
        return False
    return k < stance.line if stance.at_least else k > stance.line


@part
def _standing_lines(t: Tables, talk: Talk):
    """Which hard red lines hold (2.3): one number a side, compared with the line's own chance or its side's."""
    talk.barred[:] = False
    talk.out_of_reach[:] = False
    talk.holding[:] = False
    for a in range(t.n.actors):
        own = own_row(t, a)
        challenger = t.actor[a].party == t.n.challenger
        chance = t.par.resolve_challenger if challenger else t.par.resolve_defenders
        draw = talk.fig.number_challenger if challenger else talk.fig.number_defenders
        for i in range(t.n.issues):
            stance = t.stance[own, i]
            if stance.line < 0 or not stance.hard:
                continue
            if draw < (chance if stance.resolve < 0.0 else stance.resolve):
                talk.holding[a, i] = True
                for k in range(t.issue[i].options):
                    if _beyond(stance, k) and k != t.x0[i]:
                        talk.barred[a, i, k] = True
                        talk.barred[t.actor[a].party, i, k] = True
                        if t.needs[i, k, t.actor[a].party]:
                            talk.out_of_reach[i, k] = True


@part
def _values(t: Tables, talk: Talk):
    """Weight times value of every option to every actor (2.1, 2.2), less beyond a line that does not hold (2.4).

    Beside it others' estimates of it, with blurred weights (4.2). An alliance's row is its blocs' mean by share (2.6).
    """
    talk.values[:] = 0.0
    talk.estimates[:] = 0.0
    for a in range(t.n.actors):
        if a < t.n.parties and t.party[a].blocs > 0:
            continue
        own, party = own_row(t, a), t.actor[a].party
        share = t.actor[a].share if a >= t.n.parties else 1.0
        total = 0.0
        for i in range(t.n.issues):
            total += t.stance[own, i].weight
        for i in range(t.n.issues):
            stance, options = t.stance[own, i], t.issue[i].options
            weight = stance.weight / total
            guess = blurred(weight, t.n.issues, t.par.ignorance)
            for k in range(options):
                value = option_value(stance.preferred, options, k) if stance.preferred >= 0 else t.explicit[own, i, k]
                if _beyond(stance, k) and not talk.holding[a, i]:
                    value *= 1.0 - t.par.firmness
                talk.values[a, i, k] = weight * value
                talk.estimates[party, i, k] += share * guess * value
                if a != party:
                    talk.values[party, i, k] += share * weight * value


@part
def good_faith(t: Tables, talk: Talk, p: int):
    """p's present belief that the challenger bargains in good faith (3.3), in [0, 1]."""
    good = 0.0
    for k in range(t.n.types):
        if t.type[k].good:
            good += talk.belief[p, k]
    return good


@part
def believe(t: Tables, talk: Talk, p: int):
    """Take p's present belief into its values (2.7) and its worth of no deal (3.3), and into its blocs'."""
    good = good_faith(t, talk, p)
    if talk.seat[p].believed != good:
        talk.seat[p].believed = good
        _take_in(t, talk, p, good)
    for a in range(t.n.actors):
        if t.actor[a].party == p:
            talk.edge[a].no_deal = talk.edge[a].alone


@part
def _take_in(t: Tables, talk: Talk, p: int, good: float):
    """What p and its blocs want, and what no deal is worth to them, at a belief in good faith."""
    doubts = t.n.challenger >= 0 and p != t.n.challenger
    talk.worth[p] = 0.0
    for a in range(t.n.actors):
        if t.actor[a].party != p or (a == p and t.party[p].blocs > 0):
            continue
        for i in range(t.n.issues):
            before = talk.values[a, i, t.x0[i]]
            for k in range(t.issue[i].options):
                value = talk.values[a, i, k]
                if doubts:
                    value = promised(value, before, t.nu[i, k], good)
                talk.worth[a, i, k] = value
                if a != p:
                    # Promises are kinked, so an alliance's mean is taken after its blocs have discounted theirs.
                    talk.worth[p, i, k] += t.actor[a].share * value
    for a in range(t.n.actors):
        if t.actor[a].party == p:
            _no_deal(t, talk, a, good)


@part
def _no_deal(t: Tables, talk: Talk, a: int, good: float):
    """What no deal is worth to actor a (3.1 to 3.3), or what the scenario gives."""
    edge = talk.edge[a]
    edge.zero, edge.removal, edge.charge, edge.kept, edge.discount = np.inf, 0.0, 0.0, 1.0, -1
    for link in range(t.n.links):
        if t.link[link].form == CHARGES:
            edge.charge += t.factor[a, link] * t.link[link].amount
        elif t.link[link].form == DISCOUNTS and t.factor[a, link] > 0.0:
            edge.kept, edge.discount = 1.0 - talk.insistence[link], link
    status_quo = utility(wishes_of(t, talk), a, t.x0)
    edge.zero = status_quo
    edge.quo = status_quo
    if not math.isnan(t.actor[a].reservation):
        edge.alone = t.actor[a].reservation
    elif a == t.n.challenger:
        force = coercion_payoff(talk.fig.payoff, t.par.credibility, t.severity, t.threatened, t.x0)
        gain = edge_of_force(force, status_quo)
        edge.removal = removal_cost(gain, t.par.tie)
        edge.alone = challenger_reservation(status_quo, gain, t.par.friction, t.par.tie)
        edge.quo = utility(wishes_of(t, talk), a, t.x0)
    else:
        edge.alone = defender_reservation(status_quo, good, _loss(t, a), t.par.friction, t.par.alarm)


@part
def _loss(t: Tables, a: int):
    """What actor a expects to lose if the challenger turns to force (3.3); an alliance's is its blocs' mean by share."""
    first = t.party[a].first_bloc if a < t.n.parties else 0
    blocs = t.party[a].blocs if a < t.n.parties else 0
    if blocs == 0:
        return t.actor[own_row(t, a)].conflict_loss
    loss = 0.0
    for b in range(first, first + blocs):
        loss += t.actor[b].share * t.actor[own_row(t, b)].conflict_loss
    return loss


@part
def begin_venue(t: Tables, talk: Talk, draws: Real):
    """Open the venue at hand: beliefs count anew, levers are at the text again, patience is drawn (1.4, 3.4, 7.2, 9.1)."""
    v = talk.at.venue
    for p in range(t.n.parties):
        believe(t, talk, p)
    wishes = wishes_of(t, talk)
    write(talk.start, talk.text)
    write(talk.base, talk.text)
    for a in range(t.n.actors):
        if talk.seat[t.actor[a].party].agreed or talk.seat[t.actor[own_row(t, a)].party].agreed:
            talk.edge[a].no_deal = max(talk.edge[a].no_deal, utility(wishes, a, talk.text))
    for p in range(t.n.parties):
        seat = talk.seat[p]
        seat.different, seat.spoken, seat.stale = 0, 0, 0
        seat.improved, seat.heard = False, False
    talk.refusals[:] = 0
    talk.fresh[:] = False
    talk.at.slot = 0
    for s in range(t.n.seats):
        p = t.seats[v, s]
        if p >= 0:
            patience = t.party[p].patience if p != t.n.challenger else t.type[talk.at.type].patience
            at: int = t.n.patience_at + v * t.n.seats + s
            shake = 1.0 + t.par.patience_sd * normal(draws[at])
            talk.seat[p].patience = max(1.0, patience * shake * t.venue[v].rounds)
            text = utility(wishes, p, talk.base)
            for q in range(t.n.parties):
                talk.heard[p, q].first, talk.heard[p, q].latest, talk.heard[p, q].best = 0.0, 0.0, text
            if p == t.venue[v].chair:
                talk.at.slot = s
    talk.at.round_no = 1
    talk.at.phase = OFFERING
    talk.venue[v].rounds = 1
    talk.at.speaker = t.seats[v, talk.at.slot]
    talk.at.responder = -1
