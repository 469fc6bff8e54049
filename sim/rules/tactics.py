"""The tactics' rules (clause 5.5): one function each, and the one place that picks among them.

Each returns G in [0, 1], the share of the way from its best package to no deal that a party has given by now. The rows
are in sim/domain/catalogue.py. MiCRO goes by steps along the exchange path instead of by shares; see ``next_step``.
"""

from __future__ import annotations

from sim.compiled import EQUAL, compiled
from sim.domain.catalogue import (
    BOULWARE,
    CONCEDER,
    HARDLINER,
    LINEAR,
    MICRO,
    MIRRORING,
    RANDOM,
    RELATIVE_TIT_FOR_TAT,
)
from sim.rules.aspiration import given_by_time, reciprocated


@compiled
def time_dependent(beta: float, phi: float, tau: float, others_share: float, reciprocity: float):
    """Boulware, linear and conceder: by time, mixed with what the others gave (5.1, 5.2)."""
    return reciprocated(given_by_time(beta, phi, tau), others_share, reciprocity)


@compiled
def relative_tit_for_tat(top: float, reservation: float, ratio: float):
    """Ask less in the ratio in which the others' offers got better (Faratin et al. 1998, relative tit-for-tat).

    ``ratio`` is the mean over the other seats of first over latest utility of their offers, in [0, 1]; it is the
    product of the paper's ratios of consecutive offers.
    """
    if top - reservation <= EQUAL:
        return 0.0
    return min(1.0, max(0.0, (top - top * ratio) / (top - reservation)))


@compiled
def mirroring(others_share: float):
    """Give the share of the way that the others have given."""
    return others_share


@compiled
def hardliner():
    """Never give."""
    return 0.0


@compiled
def random(uniform: float):
    """Any share, drawn anew each turn."""
    return uniform


@compiled
def next_step(own_different: int, fewest_of_others: int):
    """Steps that MiCRO has taken with its next offer (de Jonge 2022).

    It makes a new offer only if it has made no more different ones than any other seat; its first is its best package.
    """
    if own_different <= fewest_of_others:
        return own_different
    return own_different - 1


@compiled
def is_timed(code: int):
    """Whether clause 4.3's expected concession is defined for a tactic."""
    return code in (BOULWARE, LINEAR, CONCEDER)


@compiled
def listens(code: int, reciprocity: float):
    """Whether what a tactic gives depends on what the others gave (5.2, 5.5)."""
    return code in (MICRO, MIRRORING, RELATIVE_TIT_FOR_TAT) or (reciprocity > 0.0 and is_timed(code))


@compiled
def given(
    code: int,
    beta: float,
    phi: float,
    tau: float,
    others_share: float,
    ratio: float,
    top: float,
    reservation: float,
    reciprocity: float,
    uniform: float,
):
    """G of any tactic but MiCRO."""
    if is_timed(code):
        return time_dependent(beta, phi, tau, others_share, reciprocity)
    if code == RELATIVE_TIT_FOR_TAT:
        return relative_tit_for_tat(top, reservation, ratio)
    if code == MIRRORING:
        return mirroring(others_share)
    if code == RANDOM:
        return random(uniform)
    return hardliner() if code == HARDLINER else 0.0
