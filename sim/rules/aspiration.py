"""How much a party asks for at a moment (clauses 5.1, 5.2, 5.4)."""

from __future__ import annotations

import numpy as np

from sim.compiled import EQUAL, compiled


@compiled
def given_by_time(beta: float, phi: float, tau: float):
    """F(τ) = φ · τ^(1/β): the share of the way from best to no deal that time alone gives (5.1). All in [0, 1]."""
    return phi * tau ** (1.0 / beta)


@compiled
def share_of_way(first: float, latest: float, ceiling: float):
    """How far one seat's offers have come for p: from ``first`` to ``latest`` on the way to ``ceiling``, in [0, 1] (5.2).

    ``ceiling`` is max(top′, u(x⁰)); 0 where it does not lie above the first offer.
    """
    way = ceiling - first
    if way <= EQUAL:
        return 0.0
    return min(1.0, max(0.0, (latest - first) / way))


@compiled
def reciprocated(time_share: float, others_share: float, reciprocity: float):
    """G = (1 − reciprocity) · F + reciprocity · C (5.2)."""
    return (1.0 - reciprocity) * time_share + reciprocity * others_share


@compiled
def aspiration(top: float, reservation: float, given: float, shake: float):
    """A = top − (top − r) · G + noise · ε, kept in [r, top]; NaN where nothing is worth more than no deal (5.4)."""
    if top < reservation - EQUAL:
        return np.nan
    return min(top, max(reservation, top - (top - reservation) * given + shake))
