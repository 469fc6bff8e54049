"""Consent at the end of the talks, and what unravels without it (clause 9.2)."""

from __future__ import annotations

import numpy as np

from sim.compiled import EQUAL, part
from sim.domain.tables import Tables
from sim.protocol.start import believe
from sim.protocol.state import BELOW_NO_DEAL, RED_LINE, TAKE_BACK, Talk, wishes_of
from sim.protocol.turn import log
from sim.rules.copying import write
from sim.rules.value import additive, limits_in, linked


@part
def ask_consent(t: Tables, talk: Talk):
    """Unravel the text into ``talk.final``: in scenario order each party takes back issues until it is satisfied.

    Repeats over the parties until nothing changes; each step returns one issue to the status quo, so it ends.
    """
    final = talk.final
    write(final, talk.text)
    talk.fig.asked = np.nan
    talk.fig.top = np.nan
    for p in range(t.n.parties):
        believe(t, talk, p)
    changed = True
    while changed:
        changed = False
        for p in range(t.n.parties):
            first = t.party[p].first_bloc if t.party[p].blocs > 0 else p
            for a in range(first, first + max(1, t.party[p].blocs)):
                issue, reason = _objection(t, talk, p, a)
                while issue >= 0:
                    log(t, talk, p, TAKE_BACK, issue, reason, a, final)
                    talk.vetoes[p, issue] += 1
                    final[issue] = t.x0[issue]
                    changed = True
                    issue, reason = _objection(t, talk, p, a)


@part
def _objection(t: Tables, talk: Talk, p: int, a: int):
    """The issue that actor a of party p takes back next and why, -1 if it is satisfied or has nothing to take back."""
    final, wishes = talk.final, wishes_of(t, talk)
    moved = False
    for i in range(t.n.issues):
        if final[i] != t.x0[i]:
            moved = True
            if t.needs[i, final[i], p] and talk.barred[a, i, final[i]]:
                return i, RED_LINE
    total, limits = additive(wishes.worth, a, final), limits_in(wishes, a, final)
    now = linked(wishes, a, total, limits, final, -1, -1)
    if not moved or now >= talk.edge[a].no_deal - EQUAL:
        return -1, BELOW_NO_DEAL
    most, at = 0.0, -1
    for i in range(t.n.issues):
        x0 = t.x0[i]
        if final[i] != x0 and t.needs[i, final[i], p]:
            worth = total - wishes.worth[a, i, final[i]] + wishes.worth[a, i, x0]
            arms = limits - (1 if t.limit[i, final[i]] else 0) + (1 if t.limit[i, x0] else 0)
            gain = linked(wishes, a, worth, arms, final, i, x0) - now
            if gain > most + EQUAL:
                most, at = gain, i
    return at, BELOW_NO_DEAL
