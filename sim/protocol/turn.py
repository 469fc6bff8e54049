"""Taking an act: what it changes at the table, who is next, when a venue ends (clauses 4.3, 7, 8)."""

from __future__ import annotations

import numpy as np

from sim.compiled import EQUAL, part
from sim.domain.tables import CONSENSUS, Real, Record, Tables, Whole
from sim.protocol.prospects import forget, look_ahead
from sim.protocol.start import begin_venue, good_faith
from sim.protocol.state import (
    ACCEPT,
    ACT,
    ANSWERING,
    ASKED,
    ISSUE,
    NO_DEAL,
    NO_UNDERSTANDING,
    OFFER,
    OFFERING,
    OVER,
    PACKAGE,
    REASON,
    REFUSE,
    ROUND,
    SPEAKER,
    TOP,
    TURN,
    UNDERSTANDING,
    UTILITIES,
    VENUE,
    WALK_OUT,
    WALKED_OUT,
    WHO,
    WORTH,
    Talk,
    estimated,
    queue_of,
    wishes_of,
)
from sim.rules.belief import expected_concession, shown_concession, updated
from sim.rules.copying import same, write
from sim.rules.offer import NO_LIMIT, audience, walk_path
from sim.rules.tactics import is_timed
from sim.rules.value import additive, best_package, utility, weighed


@part
def log(t: Tables, talk: Talk, speaker: int, act: int, issue: int, reason: int, who: int, package: Whole):
    """Write one line of the transcript, if one is kept (12.2)."""
    at = talk.at.events
    if at >= talk.log_acts.shape[0]:
        return
    row, figures, wishes = talk.log_acts[at], talk.log_figures[at], wishes_of(t, talk)
    row[VENUE], row[ROUND], row[TURN] = talk.at.venue, talk.at.round_no, talk.at.turn
    row[SPEAKER], row[ACT], row[ISSUE], row[REASON], row[WHO] = speaker, act, issue, reason, who
    write(row[PACKAGE:], package)
    figures[WORTH] = utility(wishes, who, package)
    figures[ASKED], figures[TOP], figures[NO_DEAL] = talk.fig.asked, talk.fig.top, talk.edge[who].no_deal
    for p in range(t.n.parties):
        figures[UTILITIES + p] = utility(wishes, p, package)
        figures[UTILITIES + t.n.parties + p] = good_faith(t, talk, p)
    talk.at.events += 1


@part
def apply(t: Tables, talk: Talk, draws: Real):
    """Take the legal act in ``talk.at`` (act, issue, reason, who) of the seat whose turn it is.

    An offer's package stands in ``talk.proposal``; ``who`` is the actor that decided (the seat itself, or the bloc of an
    alliance that would not accept).
    """
    act, issue, reason, who = talk.at.act, talk.at.issue, talk.at.reason, talk.at.who
    v = talk.at.venue
    speaking = talk.at.phase == OFFERING
    p = talk.at.speaker if speaking else talk.at.responder
    if act == OFFER:
        write(talk.offer, talk.proposal)
        log(t, talk, p, act, -1, reason, p, talk.offer)
        _hear(t, talk, p)
        talk.venue[v].offers += 1
        # A chair's text can be accepted, another's offer only if worth its own no deal to it (7.1).
        stands = p == t.venue[v].chair or talk.heard[p, p].latest >= talk.edge[p].no_deal - EQUAL
        if stands and not t.exploratory[v, talk.at.round_no]:
            talk.seat.answer[:] = -1
            talk.at.phase = ANSWERING
    else:
        log(t, talk, p, act, issue, reason, who, talk.base if speaking else talk.offer)
    if speaking:
        for q in range(t.n.parties):
            if q != p:
                talk.seat[q].heard = True
    else:
        talk.seat[p].answer = act
        if act == REFUSE:
            talk.refusals[p] += 1
    if act == WALK_OUT:
        _close(t, talk, draws, WALKED_OUT, p)
    elif talk.at.phase == ANSWERING and _next_responder(t, talk):
        pass
    elif talk.at.phase == ANSWERING and _adopted(t, talk):
        for q in range(t.n.parties):
            talk.seat[q].agreed = talk.seat[q].answer == ACCEPT
        if talk.at.speaker != t.venue[v].chair:
            talk.seat[talk.at.speaker].agreed = True
        write(talk.text, talk.offer)
        _close(t, talk, draws, UNDERSTANDING, -1)
    elif not _next_slot(t, talk):
        _close(t, talk, draws, NO_UNDERSTANDING, -1)


@part
def _hear(t: Tables, talk: Talk, p: int):
    """Everyone takes note of p's offer: its worth (5.2, 7.2), levers (1.4), what it says of p (4.3)."""
    wishes = wishes_of(t, talk)
    for s in range(t.n.seats):
        q = t.seats[talk.at.venue, s]
        if q < 0:
            break
        worth, heard = weighed(wishes, q, talk.offer), talk.heard[q, p]
        if talk.seat[p].spoken == 0:
            heard.first = worth
        heard.latest = worth
        if q != p and worth > heard.best + EQUAL:
            heard.best = worth
            talk.seat[q].improved = True
    seat = talk.seat[p]
    new = seat.different < talk.own_offers.shape[1]
    for n in range(seat.different):
        if same(talk.own_offers[p, n], talk.offer):
            new = False
            break
    if new:
        write(talk.own_offers[p, seat.different], talk.offer)
        seat.different += 1
    if p == t.n.challenger and t.par.updates > 0.0:
        _read_challenger(t, talk)
    seat.spoken += 1
    for i in range(t.n.issues):
        if t.issue[i].owner == p and not talk.closed[i] and talk.base[i] != talk.offer[i]:
            talk.base[i] = talk.offer[i]
            forget(t, talk, p)


@part
def _read_challenger(t: Tables, talk: Talk):
    """Belief in the challenger's types after its offer: û's share of the way it has come, against each type's (4.3)."""
    p, v = t.n.challenger, talk.at.venue
    now, tau = additive(talk.estimates, p, talk.offer), talk.at.round_no / t.venue[v].rounds
    if talk.seat[p].spoken == 0:
        talk.fig.estimate_first, talk.fig.first_heard = now, tau
        talk.fig.estimate_end = _end_of_path(t, talk, p)
        return
    expected, posterior = talk.expected[0], talk.expected[1]
    expected[:] = np.nan
    for k in range(t.n.types):
        kind = t.type[k]
        if is_timed(kind.tactic):
            expected[k] = expected_concession(kind.beta, kind.phi, talk.fig.first_heard, tau)
    shown = shown_concession(talk.fig.estimate_first, now, talk.fig.estimate_end)
    for q in range(t.n.parties):
        if q != p and _observes(t, v, q):
            updated(talk.belief[q], expected, shown, t.par.observation_sd, posterior)
            write(talk.belief[q], posterior)


@part
def _end_of_path(t: Tables, talk: Talk, p: int):
    """û where the challenger's exchange path, as others see it, comes down to the status quo (4.3)."""
    guess = estimated(t, talk)
    look_ahead(t, talk, p)
    audience(
        talk.estimates, t.seats[talk.at.venue], p, talk.refusals, t.par.attention, t.par.absent, t.asked, talk.gains
    )
    best, within = talk.lead[0], talk.lead[1]
    best[0], within[0] = -1, -1
    best_package(guess, p, talk.own[p], talk.start, best)
    u_within = best_package(guess, p, talk.known[p], talk.start, within)
    floor = additive(talk.estimates, p, t.x0)
    own, known, queue = talk.own[p], talk.known[p], queue_of(talk)
    u, _ = walk_path(guess, p, best, within, u_within, own, known, floor, talk.gains, NO_LIMIT, talk.seen, queue)
    return u


@part
def _observes(t: Tables, v: int, q: int):
    """Whether q is in the room: at a seat of its own, or as a member of a seated alliance (2.6)."""
    for s in range(t.n.seats):
        seat = t.seats[v, s]
        if seat == q:
            return True
        if seat >= 0:
            for b in range(t.party[seat].first_bloc, t.party[seat].first_bloc + t.party[seat].blocs):
                if t.actor[b].refers == q:
                    return True
    return False


@part
def _count_stale(seat: Record):
    """At a party's own turn: did anybody beat its own best offer to it since its last (7.2)?"""
    if seat.heard:
        seat.stale = 0 if seat.improved else seat.stale + 1
    seat.heard = False
    seat.improved = False


@part
def _next_responder(t: Tables, talk: Talk):
    """Let the next seat answer, in seat order (7.1); whether there is one."""
    v, first = talk.at.venue, 0
    if talk.at.responder >= 0:
        while t.seats[v, first] != talk.at.responder:
            first += 1
        first += 1
    for s in range(first, t.n.seats):
        q = t.seats[v, s]
        if q >= 0 and q != talk.at.speaker:
            talk.at.responder = q
            if t.venue[v].protocol == CONSENSUS:
                _count_stale(talk.seat[q])
            return True
    return False


@part
def _adopted(t: Tables, talk: Talk):
    """Whether the answers meet the venue's decision rule; the proposer counts as one, a chair does not vote (8.5, 8.7)."""
    v = talk.at.venue
    consents, voters = 0, 0
    for s in range(t.n.seats):
        q = t.seats[v, s]
        if q < 0 or q == t.venue[v].chair:
            continue
        voters += 1
        if q == talk.at.speaker or talk.seat[q].answer == ACCEPT:
            consents += 1
        elif t.include[v, q]:
            return False
    return consents >= (t.venue[v].quorum if t.venue[v].quorum > 0 else voters)


@part
def _next_slot(t: Tables, talk: Talk):
    """The next speaker, perhaps in the next round (8.1); False where the rounds are used up."""
    v, at = talk.at.venue, talk.at
    chaired = t.venue[v].chair >= 0
    last = at.slot + 1 >= t.n.seats or t.seats[v, at.slot + 1] < 0
    if (chaired or last) and at.round_no == t.venue[v].rounds:
        return False
    at.phase = OFFERING
    at.responder = -1
    at.turn += 1
    if chaired or last:
        at.round_no += 1
        talk.venue[v].rounds = at.round_no
    if not chaired:
        at.slot = 0 if last else at.slot + 1
        at.speaker = t.seats[v, at.slot]
        _count_stale(talk.seat[at.speaker])
    return True


@part
def _close(t: Tables, talk: Talk, draws: Real, result: int, walker: int):
    """End the venue; what a binding one decided leaves later agendas (8.6). The next one opens, or the talks are over."""
    v = talk.at.venue
    talk.venue[v].result = result
    talk.venue[v].walker = walker
    if result == UNDERSTANDING:
        talk.at.decided_by = v
        for i in range(t.n.issues):
            if t.venue[v].binding and (talk.text[i] != t.x0[i] or talk.text[i] != talk.start[i]):
                talk.closed[i] = True
    talk.at.turn += 1
    talk.at.phase = OVER
    talk.at.responder = -1
    if v + 1 < t.n.venues:
        talk.at.venue = v + 1
        begin_venue(t, talk, draws)
