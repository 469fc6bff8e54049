"""What others make of the challenger: estimates of wishes, and belief in its types (clauses 4.2, 4.3)."""

from __future__ import annotations

import math

import numpy as np

from sim.compiled import EQUAL, compiled
from sim.domain.tables import Real
from sim.rules.aspiration import given_by_time
from sim.rules.copying import write

LEAST, MOST = 0.01, 0.99


@compiled
def blurred(weight: float, issues: int, ignorance: float):
    """A weight as others see it: drawn toward uniform by ``ignorance`` in [0, 1] (4.2)."""
    return (1.0 - ignorance) * weight + ignorance / issues


@compiled
def expected_concession(beta: float, phi: float, first: float, now: float):
    """e: share of the way from first offer to no deal that a type's tactic would show at ``now`` (4.3).

    ``first`` and ``now`` are times in [0, 1]; NaN where the first offer left no way to go.
    """
    start = given_by_time(beta, phi, first)
    if 1.0 - start <= EQUAL:
        return np.nan
    return (given_by_time(beta, phi, now) - start) / (1.0 - start)


@compiled
def shown_concession(first: float, latest: float, end: float):
    """The share of the way from the first offer to the path's end, by estimated utility (4.3); NaN for no way."""
    way = first - end
    if way <= EQUAL:
        return np.nan
    return (first - latest) / way


@compiled
def updated(prior: Real, expected: Real, shown: float, spread: float, posterior: Real):
    """Bayes with a normal likelihood of width ``spread`` around each type's expected concession (4.3).

    Fills ``posterior`` (float64[T]) and keeps each entry within [0.01, 0.99]. Nothing is learnt where the shown or any
    expected concession is not defined.
    """
    types = prior.shape[0]
    write(posterior, prior)
    if math.isnan(shown) or types < 2:
        return
    for t in range(types):
        if math.isnan(expected[t]):
            return
    # Distances relative to the nearest type: one of them is 0, so the sum cannot vanish.
    nearest = np.inf
    for t in range(types):
        nearest = min(nearest, (shown - expected[t]) ** 2)
    total = 0.0
    for t in range(types):
        posterior[t] = prior[t] * math.exp(-((shown - expected[t]) ** 2 - nearest) / (2.0 * spread * spread))
        total += posterior[t]
    if total <= 0.0:
        write(posterior, prior)
        return
    kept = 0.0
    for t in range(types):
        posterior[t] = min(MOST, max(LEAST, posterior[t] / total))
        kept += posterior[t]
    for t in range(types):
        posterior[t] /= kept
