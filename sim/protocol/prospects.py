"""What can be hoped for at a venue: options open, best packages, common ground (clauses 5.4, 6.1, 8.5).

They stand until a lever is tabled at another level, so each is worked out when it is first asked for and kept.
"""

from __future__ import annotations

from sim.compiled import part
from sim.domain.tables import CONSENSUS, Tables
from sim.protocol.state import Talk, open_wishes, wishes_of
from sim.rules.offer import common_ground
from sim.rules.value import best_package


@part
def forget(t: Tables, talk: Talk, p: int):
    """Party p has tabled a lever at another level: what all but itself can hope for has changed (1.4)."""
    for a in range(t.n.actors):
        if t.actor[a].party != p:
            talk.fresh[a] = False
    talk.fresh[t.n.actors] = False


@part
def look_ahead(t: Tables, talk: Talk, a: int):
    """See that what actor a can hope for here is worked out: own, known, best, within and hope.

    A party that is to offer needs what lies within the known lines too, so parties have both; blocs only answer.
    """
    if talk.fresh[a]:
        return
    talk.fresh[a] = True
    p = t.actor[a].party
    _options_open(t, talk, p, a)
    wishes = wishes_of(t, talk)
    talk.best[a, 0] = -1
    talk.hope[a].top = best_package(wishes, a, talk.own[a], talk.start, talk.best[a])
    if a < t.n.parties:
        talk.within[a, 0] = -1
        talk.hope[a].within = best_package(wishes, a, talk.known[a], talk.start, talk.within[a])


@part
def _options_open(t: Tables, talk: Talk, p: int, a: int):
    """What actor a (speaking through p) can live with, and for a party what all who must consent can (6.1).

    Issues that p may not move here keep the text: those off the agenda or decided (8.6), and others' levers (1.4).
    Where that text itself lies beyond a's standing line, nothing is open. Under consensus common ground is all there is.
    """
    consensus = t.venue[talk.at.venue].protocol == CONSENSUS
    if consensus:
        find_ground(t, talk)
    talk.own[a] = False
    if a < t.n.parties:
        talk.known[a] = False
    for i in range(t.n.issues):
        issue = t.issue[i]
        free = not talk.closed[i] and (t.agenda[talk.at.venue, i] if issue.owner < 0 else issue.owner == p)
        for k in range(issue.options):
            if (free or k == talk.base[i]) and not talk.barred[a, i, k] and (not consensus or talk.ground[i, k]):
                talk.own[a, i, k] = True
                if a < t.n.parties:
                    talk.known[a, i, k] = not (free and talk.out_of_reach[i, k])


@part
def find_ground(t: Tables, talk: Talk):
    """See that the common ground of a consensus venue is worked out (8.5)."""
    if talk.fresh[t.n.actors]:
        return
    talk.fresh[t.n.actors] = True
    v = talk.at.venue
    count = 0
    for s in range(t.n.seats):
        q = t.seats[v, s]
        if q < 0 or q == t.venue[v].chair:
            continue
        first = t.party[q].first_bloc if t.party[q].blocs > 0 else q
        for a in range(first, first + max(1, t.party[q].blocs)):
            talk.voters[count] = a
            count += 1
    wishes = open_wishes(t, talk)
    talk.ground[:] = False
    for i in range(t.n.issues):
        free = t.agenda[v, i] and not talk.closed[i] and t.issue[i].owner < 0
        for k in range(t.issue[i].options):
            known = free and not talk.out_of_reach[i, k]
            talk.ground[i, k] = common_ground(wishes, talk.voters, count, known, talk.base, i, k)
