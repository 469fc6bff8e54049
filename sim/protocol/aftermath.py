"""What follows the talks: force or peace, and the class of the outcome (clause 10)."""

from __future__ import annotations

from sim.compiled import part
from sim.domain.tables import DISCOUNTS, Real, Tables
from sim.draws import ESCALATION
from sim.protocol.state import (
    ARMS_ACCORD,
    BREAKDOWN,
    LIMITED_MEASURES,
    SETTLEMENT,
    TALKS_CONTINUE,
    WALKED_OUT,
    Talk,
    wishes_of,
)
from sim.rules.outside import coercion_payoff, escalation_chance
from sim.rules.value import holds, removes_threat, utility


@part
def conclude(t: Tables, talk: Talk, draws: Real):
    """Fill in the results of a run whose final text is known: utilities, escalation, outcome class."""
    wishes = wishes_of(t, talk)
    for p in range(t.n.parties):
        talk.seat[p].utility = utility(wishes, p, talk.final)
    talk.fig.coercion = 0.0
    talk.fig.escalation_chance = 0.0
    talk.at.escalated = 0
    if t.n.challenger >= 0:
        _escalation(t, talk, draws, removes_threat(wishes, talk.final, -1, -1))
        talk.at.outcome = _outcome_class(t, talk)
    else:
        talk.at.outcome = _own_class(t, talk)


@part
def _escalation(t: Tables, talk: Talk, draws: Real, removed: bool):
    """Chance and fact of escalation (10.1): the challenger's utility without the cost of removing the threat."""
    c = t.n.challenger
    force = coercion_payoff(talk.fig.payoff, t.par.credibility, t.severity, t.threatened, talk.final)
    peace = talk.seat[c].utility
    if removed:
        peace += talk.edge[c].removal
        force -= t.par.redeploy * t.nu[t.n.threat, talk.final[t.n.threat]]
    talk.fig.coercion = force
    talk.fig.escalation_chance = escalation_chance(force, peace, t.par.decision_noise)
    talk.at.escalated = 1 if draws[ESCALATION] < talk.fig.escalation_chance else 0


@part
def _outcome_class(t: Tables, talk: Talk):
    """The first class that fits (10.2)."""
    final, wishes = talk.final, wishes_of(t, talk)
    moved, measures, limits = False, False, False
    for i in range(t.n.issues):
        if final[i] != t.x0[i]:
            moved = True
            if not t.follow_on[i, final[i]]:
                measures = True
        limits = limits or t.limit[i, final[i]]
    insisted, met = False, True
    for link in range(t.n.links):
        if t.link[link].form == DISCOUNTS and t.factor[t.n.challenger, link] > 0.0:
            insisted = True
            met = met and holds(wishes, link, final, -1, -1)
    if insisted and met and moved:
        return SETTLEMENT
    if limits and moved and removes_threat(wishes, final, -1, -1):
        return ARMS_ACCORD
    if measures:
        return LIMITED_MEASURES
    if moved or talk.venue[t.n.venues - 1].result != WALKED_OUT:
        return TALKS_CONTINUE
    return BREAKDOWN


@part
def _own_class(t: Tables, talk: Talk):
    """The first of a scenario's own classes that fits; their count if none does."""
    agreed = 1 if talk.at.decided_by >= 0 else 0
    for c in range(t.n.classes):
        fits = t.class_agreed[c] < 0 or t.class_agreed[c] == agreed
        for i in range(t.n.issues):
            fits = fits and t.class_bound[c, i].low <= talk.final[i] <= t.class_bound[c, i].high
        if fits:
            return c
    return t.n.classes
