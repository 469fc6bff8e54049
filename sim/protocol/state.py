"""The table's state: everything that changes while talks run, as arrays that compiled rules fill."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.compiled import part
from sim.domain.tables import Cases, Real, Record, Tables, new_records
from sim.rules.queue import Queue
from sim.rules.value import Wishes

OFFER, PASS, ACCEPT, REFUSE, WALK_OUT, TAKE_BACK = range(6)
"""Acts. The last is not a seat's but belongs to consent (9.2)."""

OFFERING, ANSWERING, OVER = range(3)
"""Phases: a speaker's slot, the answers to its offer, the end."""

NO_UNDERSTANDING, UNDERSTANDING, WALKED_OUT = range(3)
"""How a venue ended."""

(
    NO_REASON, RESTATES_BEST, WITHIN_LINES, EXCHANGES, CHAIR_TEXT, NOTHING_TO_OFFER, NO_PACKAGE, RED_LINE,
    ASKS_MORE, WORTH_IT, LOST_PATIENCE, BELOW_NO_DEAL, NOTHING_ACCEPTABLE,
) = range(13)  # fmt: skip
"""Reasons of acts, put into words by sim/narrate.py."""

BREAKDOWN, TALKS_CONTINUE, LIMITED_MEASURES, ARMS_ACCORD, SETTLEMENT = range(5)
"""Outcome classes, from less to more agreed (10.2)."""

PLACE = (
    "venue", "round_no", "slot", "phase", "speaker", "responder", "turn", "events", "decided_by", "type", "outcome",
    "escalated", "act", "issue", "reason", "who",
)  # fmt: skip
"""Where the talks stand; the last four are the act that a tactic has decided on."""

FIGURES = (
    "payoff", "number_defenders", "number_challenger", "first_heard", "estimate_first", "estimate_end",
    "escalation_chance", "coercion", "top", "asked",
)  # fmt: skip

_EDGE = [
    ("zero", np.float64), ("quo", np.float64), ("kept", np.float64), ("charge", np.float64), ("removal", np.float64),
    ("alone", np.float64), ("no_deal", np.float64), ("discount", np.int64),
]  # fmt: skip
_SEAT = [
    ("believed", np.float64), ("patience", np.float64), ("utility", np.float64), ("agreed", np.bool_),
    ("improved", np.bool_), ("heard", np.bool_), ("different", np.int64), ("spoken", np.int64), ("stale", np.int64),
    ("answer", np.int64),
]  # fmt: skip
_WORTH = [("first", np.float64), ("latest", np.float64), ("best", np.float64)]
_HOPE = [("top", np.float64), ("within", np.float64)]
_VENUE = [("result", np.int64), ("rounds", np.int64), ("offers", np.int64), ("walker", np.int64)]

# Columns of the log.
VENUE, ROUND, TURN, SPEAKER, ACT, ISSUE, REASON, WHO, PACKAGE = range(9)
WORTH, ASKED, TOP, NO_DEAL, UTILITIES = range(5)


class Talk(NamedTuple):
    """One run in progress. Sizes as in ``sim.domain.tables.Tables``; N lines of log, none where nobody asked for a transcript."""

    at: Any  # record of PLACE
    fig: Any  # record of FIGURES
    # What actors want and know, from the start of a run or of a venue.
    values: Any  # float64[A, I, M], weight times value, public (2.1 to 2.4)
    estimates: Any  # float64[P, I, M], the same with blurred weights, û (4.2)
    worth: Any  # float64[A, I, M], with promises as far as they are believed (2.7)
    # [A]: zero, u(x0) before the cost of removing the threat; quo, after it; kept, share of gains that a discount leaves;
    # charge, of a limit while the threat stands; removal, cost of removing the threat; alone, r by 3.1 to 3.3; no_deal, r at
    # this venue (3.4); discount, linkage or -1
    edge: Any
    plain: Any  # [P]: the same for estimates: nothing discounted, charged or taken (4.2)
    apart: Any  # Cases: no issue is tied to another in an estimate (4.2)
    prior: Any  # float64[T], of the challenger's types
    insistence: Any  # float64[L], as drawn
    barred: Any  # bool[A, I, M], beyond a standing hard line of the actor, or of any bloc of an alliance
    out_of_reach: Any  # bool[I, M], options beyond a standing line of a party whose consent they need
    holding: Any  # bool[A, I], which hard lines stand
    belief: Any  # float64[P, T]
    # Packages, int64[I].
    text: Any  # the last understanding, else x0
    base: Any  # the text with levers at their level last tabled at this venue
    start: Any  # the text that this venue started from
    offer: Any  # on the table
    proposal: Any  # of an act about to be taken
    final: Any  # after consent
    closed: Any  # bool[I], decided at a binding venue
    # This venue.
    seat: Any  # [P]: believed, good faith as counted in worth and r; patience; utility at the end; agreed to the text;
    # somebody improved on its own best, or had a turn, since p's last; different offers; offers; stale turns; answer
    refusals: Any  # int64[P], at this venue
    heard: Any  # [P, P], what q's offers were worth to p: first, latest, best (at first the text)
    own_offers: Any  # int64[P, R, I], different offers
    # What can be hoped for here, worked out when first asked for and again when a lever moves (5.4, 6.1, 8.5).
    fresh: Any  # bool[A + 1], whose part below stands; last, the chair's
    own: Any  # bool[A, I, M], options that an actor can live with
    known: Any  # bool[P, I, M], those among them that no needed party's standing line bars
    best: Any  # int64[A, I], best package within own; -1 first where there is none
    within: Any  # int64[P, I], within known
    hope: Any  # [A]: top, worth of best; within, worth of the best within known; -inf where there is none
    ground: Any  # bool[I, M], common ground of a consensus venue
    gains: Any  # float64[I, M], what the audience is thought to gain from each option (6.2)
    # Room to work in.
    seen: Any  # int64[I], where a path that is only looked at ends
    lead: Any  # int64[2, I], best packages as others see them (4.3)
    queue: Any  # int64[3, I] and the two below: see sim/rules/queue.py
    flags: Any  # bool[2, I]
    price: Any  # float64[I]
    voters: Any  # int64[A]
    expected: Any  # float64[2, T]
    # Results and log.
    venue: Any  # [V]: result, rounds begun, offers, walker or -1
    vetoes: Any  # int64[P, I]
    log_acts: Any  # int64[N, PACKAGE + I]
    log_figures: Any  # float64[N, UTILITIES + 2 P]


def new_talk(t: Tables, *, transcript: bool = False) -> Talk:
    """Make room for a run; ``sim.protocol.start.begin`` fills it, as often as wanted."""
    n = t.n
    issues, parties, actors, venues = int(n.issues), int(n.parties), int(n.actors), int(n.venues)
    options = (issues, int(n.options))
    events = 0
    if transcript:
        turns = sum(int(t.venue[v].rounds) * int((t.seats[v] >= 0).sum()) for v in range(venues))
        events = turns * int(n.seats) + parties * issues + 1

    def whole(*shape: int) -> Any:
        return np.zeros(shape, np.int64)

    return Talk(
        at=new_records([(name, np.int64) for name in PLACE], 1)[0],
        fig=new_records([(name, np.float64) for name in FIGURES], 1)[0],
        values=np.zeros((actors, *options)),
        estimates=np.zeros((parties, *options)),
        worth=np.zeros((actors, *options)),
        edge=new_records(_EDGE, actors),
        plain=_nothing_taken(parties),
        apart=_nothing_tied(parties, issues, int(n.options)),
        prior=np.zeros(int(n.types)),
        insistence=np.zeros(int(n.links)),
        barred=np.zeros((actors, *options), np.bool_),
        out_of_reach=np.zeros(options, np.bool_),
        holding=np.zeros((actors, issues), np.bool_),
        belief=np.zeros((parties, int(n.types))),
        text=whole(issues),
        base=whole(issues),
        start=whole(issues),
        offer=whole(issues),
        proposal=whole(issues),
        final=whole(issues),
        closed=np.zeros(issues, np.bool_),
        seat=new_records(_SEAT, parties),
        refusals=whole(parties),
        heard=new_records(_WORTH, parties, parties),
        own_offers=whole(parties, int(n.rounds), issues),
        fresh=np.zeros(actors + 1, np.bool_),
        own=np.zeros((actors, *options), np.bool_),
        known=np.zeros((parties, *options), np.bool_),
        best=whole(actors, issues),
        within=whole(parties, issues),
        hope=new_records(_HOPE, actors),
        ground=np.zeros(options, np.bool_),
        gains=np.zeros(options),
        seen=whole(issues),
        lead=whole(2, issues),
        queue=whole(3, issues),
        flags=np.zeros((2, issues), np.bool_),
        price=np.zeros(issues),
        voters=whole(actors),
        expected=np.zeros((2, int(n.types))),
        venue=new_records(_VENUE, venues),
        vetoes=whole(parties, issues),
        log_acts=whole(events, PACKAGE + issues),
        log_figures=np.zeros((events, UTILITIES + 2 * parties)),
    )


def _nothing_taken(parties: int) -> Any:
    edge = new_records(_EDGE, parties)
    edge.zero[:], edge.kept[:], edge.discount[:] = np.inf, 1.0, -1
    return edge


def _nothing_tied(parties: int, issues: int, options: int) -> Cases:
    shape = (parties, 1, issues, options)
    return Cases(
        np.zeros((parties, issues), np.bool_), np.ones(parties, np.int64), np.ones(shape, np.bool_),
        np.zeros((parties, 1, 1), np.bool_),
    )  # fmt: skip


@part
def queue_of(talk: Talk):
    """Where swaps wait."""
    return Queue(talk.queue[0], talk.flags[0], talk.flags[1], talk.price, talk.queue[1], talk.queue[2])


@part
def _wishes(t: Tables, worth: Real, edge: Record, links: int, cases: Cases):
    return Wishes(worth, edge, t.factor, links, t.link, t.bound, t.limit, t.arms, t.n.threat, t.n.threat_from, cases)


@part
def wishes_of(t: Tables, talk: Talk):
    """What actors want now, as rules take it."""
    return _wishes(t, talk.worth, talk.edge, t.n.adding, t.cases)


@part
def open_wishes(t: Tables, talk: Talk):
    """The same by public values, promises taken at their word: what common ground is judged by (8.5)."""
    return _wishes(t, talk.values, talk.edge, t.n.adding, t.cases)


@part
def estimated(t: Tables, talk: Talk):
    """What parties are thought to want: additive, no linkage, nothing private (4.2)."""
    return _wishes(t, talk.estimates, talk.plain, 0, talk.apart)
