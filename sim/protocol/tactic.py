"""What a tactic decides when its seat is to act: offer, pass, accept, refuse or leave (clauses 5 to 8)."""

from __future__ import annotations

import math

import numpy as np

from sim.compiled import EQUAL, part
from sim.domain.catalogue import MICRO, RANDOM
from sim.domain.tables import CONSENSUS, Real, Tables, Whole
from sim.draws import normal
from sim.protocol.prospects import find_ground, look_ahead
from sim.protocol.state import (
    ACCEPT,
    ASKS_MORE,
    CHAIR_TEXT,
    EXCHANGES,
    LOST_PATIENCE,
    NO_PACKAGE,
    NOTHING_ACCEPTABLE,
    NOTHING_TO_OFFER,
    OFFER,
    OFFERING,
    PASS,
    RED_LINE,
    REFUSE,
    RESTATES_BEST,
    WALK_OUT,
    WITHIN_LINES,
    WORTH_IT,
    Talk,
    queue_of,
    wishes_of,
)
from sim.rules.answer import accepts, crossed, hurts_most, loses_patience
from sim.rules.aspiration import aspiration, share_of_way
from sim.rules.copying import same, write
from sim.rules.offer import NO_LIMIT, audience, chair_text, walk_path
from sim.rules.tactics import given, listens, next_step
from sim.rules.value import utility


@part
def tactic_of(t: Tables, talk: Talk, p: int):
    """Code, beta and phi of p's tactic; the challenger's go by its type (4.1)."""
    if p == t.n.challenger:
        kind = t.type[talk.at.type]
        return kind.tactic, kind.beta, kind.phi
    return t.party[p].tactic, t.party[p].beta, t.party[p].phi


@part
def what_others_gave(t: Tables, talk: Talk, p: int, ceiling: float):
    """What the other seats' offers show p: C (5.2), the ratio of first to latest worth, the fewest different offers.

    C is -1 where no other seat makes offers; a seat counts 0, and 1 in the ratio, before its second offer.
    """
    v = talk.at.venue
    share, ratio, fewest, seats = 0.0, 0.0, NO_LIMIT, 0
    for s in range(t.n.seats):
        q = t.seats[v, s]
        if q < 0 or q == p or q == t.venue[v].chair:
            continue
        seats += 1
        fewest = min(fewest, talk.seat[q].different)
        heard, quotient = talk.heard[p, q], 1.0
        if talk.seat[q].spoken >= 2:
            share += share_of_way(heard.first, heard.latest, ceiling)
            if heard.latest > EQUAL:
                quotient = min(1.0, max(0.0, heard.first / heard.latest))
        ratio += quotient
    if seats == 0 or t.venue[v].protocol == CONSENSUS:
        return -1.0, 1.0, NO_LIMIT
    return share / seats, ratio / seats, fewest


@part
def _given(t: Tables, talk: Talk, draws: Real, p: int, s: int, when: int):
    """G of p's tactic for its turn in round ``when``, its shake noise · ε, and the steps it may go (5.2, 5.4, 5.5)."""
    v = talk.at.venue
    top, reservation = talk.hope[p].top, talk.edge[p].no_deal
    code, beta, phi = tactic_of(t, talk, p)
    at: int = t.n.noise_at + (v * (t.n.rounds + 1) + when - 1) * t.n.seats + s
    uniform = draws[at]
    share, ratio, fewest = -1.0, 1.0, NO_LIMIT
    if listens(code, t.par.reciprocity):
        share, ratio, fewest = what_others_gave(t, talk, p, max(talk.hope[p].within, talk.edge[p].quo))
    if code == MICRO and fewest < NO_LIMIT:
        steps = next_step(talk.seat[p].different, fewest)
        _hear_audience(t, talk, p)
        u, _ = _path(t, talk, p, reservation, steps, talk.seen)
        way = top - reservation
        return (min(1.0, max(0.0, (top - u) / way)) if way > EQUAL else 0.0), 0.0, steps
    tau = min(1.0, when / t.venue[v].rounds)
    reciprocity = t.par.reciprocity if share >= 0.0 else 0.0
    g = given(code, beta, phi, tau, max(0.0, share), ratio, top, reservation, reciprocity, uniform)
    # A tactic that is chance itself is not shaken once more.
    shake = 0.0 if code == RANDOM or t.par.noise == 0.0 else t.par.noise * normal(uniform)
    return g, shake, NO_LIMIT


@part
def decide(t: Tables, talk: Talk, draws: Real):
    """Let the tactic of the seat to act decide: the act stands in ``talk.at`` (act, issue, reason, who), an offer's
    package in ``talk.proposal``, what was asked for in ``talk.fig``.
    """
    at = talk.at
    at.issue = -1
    talk.fig.asked = np.nan
    talk.fig.top = np.nan
    if at.phase != OFFERING:
        at.act, at.issue, at.reason, at.who = _answers(t, talk, draws)
        return
    at.who = at.speaker
    if at.speaker == t.venue[at.venue].chair:
        at.act, at.reason = _chair_tables(t, talk)
    else:
        at.act, at.reason = _speaks(t, talk, draws)
    if at.act == OFFER:
        for i in range(t.n.issues):
            if talk.proposal[i] != talk.base[i]:
                return
        at.act, at.reason = PASS, NOTHING_TO_OFFER


@part
def _speaks(t: Tables, talk: Talk, draws: Real):
    """An offer by exchange rates, a pass, or leaving (6.1, 7.2): act and reason."""
    p = talk.at.speaker
    if loses_patience(talk.seat[p].stale, talk.seat[p].patience):
        return WALK_OUT, LOST_PATIENCE
    look_ahead(t, talk, p)
    top = talk.hope[p].top
    talk.fig.top = top
    if top == -np.inf:
        return PASS, NO_PACKAGE
    if top < talk.edge[p].no_deal - EQUAL:
        write(talk.proposal, talk.best[p])
        return OFFER, RESTATES_BEST
    g, shake, most = _given(t, talk, draws, p, talk.at.slot, talk.at.round_no)
    asked = aspiration(top, talk.edge[p].no_deal, g, shake)
    talk.fig.asked = asked
    _hear_audience(t, talk, p)
    _path(t, talk, p, asked, most, talk.proposal)
    if same(talk.proposal, talk.best[p]):
        return OFFER, RESTATES_BEST
    return OFFER, (WITHIN_LINES if same(talk.proposal, talk.within[p]) else EXCHANGES)


@part
def _hear_audience(t: Tables, talk: Talk, p: int):
    """What p's audience here is thought to gain from each option (6.2), into ``talk.gains``."""
    seats = t.seats[talk.at.venue]
    audience(talk.estimates, seats, p, talk.refusals, t.par.attention, t.par.absent, t.asked, talk.gains)


@part
def _path(t: Tables, talk: Talk, p: int, floor: float, steps: int, x: Whole):
    """Go along p's exchange path at this venue (6.1): utility and steps."""
    return walk_path(
        wishes_of(t, talk), p, talk.best[p], talk.within[p], talk.hope[p].within, talk.own[p], talk.known[p], floor,
        talk.gains, steps, x, queue_of(talk),
    )  # fmt: skip


@part
def _chair_tables(t: Tables, talk: Talk):
    """The chair's text: what the seats are thought to like most within common ground (8.5): act and reason."""
    find_ground(t, talk)
    seats = t.seats[talk.at.venue]
    audience(talk.estimates, seats, talk.at.speaker, talk.refusals, t.par.attention, 0.0, t.asked, talk.gains)
    chair_text(talk.ground, talk.gains, talk.base, talk.proposal)
    return OFFER, CHAIR_TEXT


@part
def _answers(t: Tables, talk: Talk, draws: Real):
    """Accept by AC_next, refuse over an issue, or leave instead of objecting (7.1, 7.2, 8.5): act, issue, reason, who.

    An alliance accepts only when every bloc does, each by its own best and no-deal value and the alliance's G (2.6).
    """
    p, v = talk.at.responder, talk.at.venue
    consensus = t.venue[v].protocol == CONSENSUS
    s = 0
    while t.seats[v, s] != p:
        s += 1
    # Its own next turn: this round's if it has not spoken yet. A consensus seat speaks by answering.
    when = talk.at.round_no if consensus or s > talk.at.slot else talk.at.round_no + 1
    wishes = wishes_of(t, talk)
    look_ahead(t, talk, p)
    g, shake, _ = _given(t, talk, draws, p, s, when)
    talk.fig.top = talk.hope[p].top
    talk.fig.asked = aspiration(talk.hope[p].top, talk.edge[p].no_deal, g, shake)
    first = t.party[p].first_bloc if t.party[p].blocs > 0 else p
    for a in range(first, first + max(1, t.party[p].blocs)):
        look_ahead(t, talk, a)
        asked = aspiration(talk.hope[a].top, talk.edge[a].no_deal, g, shake)
        issue, reason = crossed(talk.barred, a, talk.offer), RED_LINE
        refuses = issue >= 0
        if not refuses:
            # What the offer is worth to a party was worked out when it was heard.
            worth = talk.heard[p, talk.at.speaker].latest if a == p else utility(wishes, a, talk.offer)
            refuses = not accepts(worth, asked)
            reason = NOTHING_ACCEPTABLE if math.isnan(asked) else ASKS_MORE
            if refuses and talk.log_acts.shape[0] > 0:  # nothing but a transcript tells the issue
                issue = hurts_most(wishes, a, talk.offer, talk.best[a])
        if refuses:
            talk.fig.top, talk.fig.asked = talk.hope[a].top, asked
            if consensus and loses_patience(talk.seat[p].stale, talk.seat[p].patience):
                return WALK_OUT, -1, LOST_PATIENCE, a
            return REFUSE, issue, reason, a
    return ACCEPT, -1, WORTH_IT, p
