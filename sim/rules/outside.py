"""What parties have without a deal, and what follows it (clauses 3, 10.1)."""

from __future__ import annotations

import math

from sim.compiled import compiled
from sim.domain.tables import Real, Switch, Whole


@compiled
def coercion_payoff(payoff: float, credibility: float, severity: Real, threatened: Switch, x: Whole):
    """z(x) = g − credibility · Σ severity of the measures that x leaves threatened (3.1).

    severity: float64[Q]; threatened: bool[Q, I, M]. A measure counts once, whatever levers threaten it.
    """
    loss = 0.0
    for q in range(severity.shape[0]):
        for i in range(x.shape[0]):
            if threatened[q, i, x[i]]:
                loss += severity[q]
                break
    return payoff - credibility * loss


@compiled
def edge_of_force(coercion: float, status_quo: float):
    """d = max(0, z(x⁰) − u(x⁰)): by how much force beats the status quo for the challenger (3.2)."""
    return max(0.0, coercion - status_quo)


@compiled
def challenger_reservation(status_quo: float, edge: float, friction: float, tie: float):
    """r = u(x⁰) + friction + tie · d (3.2)."""
    return status_quo + friction + tie * edge


@compiled
def removal_cost(edge: float, tie: float):
    """(1 − tie) · d, taken from every package that removes the threat (3.2)."""
    return (1.0 - tie) * edge


@compiled
def defender_reservation(status_quo: float, belief: float, conflict_loss: float, friction: float, alarm: float):
    """r = u(x⁰) − alarm · (1 − b) · conflict_loss + friction (3.3)."""
    return status_quo - alarm * (1.0 - belief) * conflict_loss + friction


@compiled
def escalation_chance(coercion: float, peace: float, decision_noise: float):
    """P = 1 / (1 + exp(−(z − u) / decision_noise)); without noise the larger one decides, equality is even odds (10.1)."""
    gap = coercion - peace
    if decision_noise <= 0.0:
        return 0.5 if gap == 0.0 else (1.0 if gap > 0.0 else 0.0)
    power = -gap / decision_noise
    return 0.0 if power > 700.0 else 1.0 / (1.0 + math.exp(power))
