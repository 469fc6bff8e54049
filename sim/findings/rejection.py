"""Approximate Bayesian computation by rejection: which draws of the prior match, and what that says about a parameter.

Plain arrays and no scenario: a prior of points, at each some runs, of which some match what was observed. The share that
match is an estimate of a point's likelihood, so that the matching runs are a sample of the posterior (Tavaré, Balding,
Griffiths & Donnelly 1997, doi:10.1093/genetics/145.2.505; Beaumont 2019, doi:10.1146/annurev-statistics-030718-105212).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.findings.intervals import wilson

Real = NDArray[np.float64]
Whole = NDArray[np.int64]

SURE = 0.05
"""Chance, over all parameters together, of saying that one has moved where none has."""


@dataclass(frozen=True)
class Matched:
    """The runs of a prior's points that match.

    Attributes
    ----------
    matching, runs
        int64[points], how many runs of a point match, of how many.
    blocks
        int64[points], number of the block of points that were drawn together (a base point of a Sobol design); points of
        different blocks are independent.
    exhaustive
        Whether the points are all that the prior holds (a grid), so that chance lies in the runs alone.
    """

    matching: Whole
    runs: Whole
    blocks: Whole
    exhaustive: bool = False

    @cached_property
    def weights(self) -> Real:
        """Share of each point's runs that match: its weight in the posterior."""
        return self.matching / self.runs

    @property
    def acceptance(self) -> float:
        """Share of all runs that match."""
        return float(self.matching.sum() / self.runs.sum())

    @cached_property
    def size(self) -> float:
        """Effective sample size of the posterior: (Σ w)² / Σ w² over blocks (Kish 1965).

        With one run a point, or exhaustive points, it is the count of runs that match.
        """
        return float(self.matching.sum()) if self.exhaustive else _size(self.weights, self.blocks)

    @cached_property
    def rest(self) -> float:
        """Effective sample size of the runs that do not match."""
        others = self.runs - self.matching
        return float(others.sum()) if self.exhaustive else _size(others / self.runs, self.blocks)

    @property
    def both(self) -> float:
        """Size at which two samples are compared: n·m / (n + m)."""
        together = self.size + self.rest
        return self.size * self.rest / together if together else 0.0

    def mean(self, values: Real) -> float:
        """Posterior mean."""
        return float(np.average(values, weights=self.weights))

    def spread(self, values: Real) -> float:
        """Posterior standard deviation."""
        return float(np.sqrt(np.average((values - self.mean(values)) ** 2, weights=self.weights)))


def _size(weights: Real, blocks: Whole) -> float:
    sums = np.bincount(blocks, weights)
    squares = float((sums**2).sum())
    return float(sums.sum() ** 2 / squares) if squares else 0.0


@dataclass(frozen=True)
class Shift:
    """How far a parameter's posterior lies from its prior.

    Attributes
    ----------
    distance
        Largest difference of the two distribution functions, in [0, 1]; of words and switches half the sum of the
        differences of their chances.
    chance
        Of a difference this large between matching and other runs, if the parameter had nothing to do with matching.
    """

    distance: float
    chance: float


@dataclass(frozen=True)
class Ordered:
    """A figure at every point, put in order once for all that is asked of it.

    Attributes
    ----------
    values
        float64[points].
    order
        Points by rising value.
    last
        Of the ordered points, which are the last of their value.
    """

    values: Real
    order: Whole
    last: NDArray[np.bool_]

    @classmethod
    def of(cls, values: Real) -> Ordered:
        """Put values in order."""
        order = np.argsort(values, kind="stable")
        return cls(values, order, np.append(np.diff(values[order]) > 0, True))

    def below(self, weights: Real) -> Real:
        """Distribution function at each distinct value, under weights of the points."""
        sums = np.cumsum(weights[self.order])
        return (sums / sums[-1])[self.last] if sums[-1] > 0 else np.ones(int(self.last.sum()))

    def quantiles(self, weights: Real, shares: Sequence[float]) -> Real:
        """The smallest values at or below which lie at least the shares."""
        below = self.below(weights)
        at = np.searchsorted(below, np.asarray(shares) - 1e-12)
        return self.values[self.order][self.last][np.minimum(at, len(below) - 1)]


def distance(matched: Matched, figure: Ordered) -> float:
    """Largest difference between a figure's posterior and prior distribution functions."""
    if not matched.matching.any():
        return 0.0
    return float(np.abs(figure.below(matched.weights) - figure.below(np.ones(len(figure.values)))).max())


def shift(matched: Matched, figure: Ordered) -> Shift:
    """A figure's shift: Kolmogorov and Smirnov's two samples, the runs that match against those that do not.

    With one run a point the chance is that of ``scipy.stats.ks_2samp`` by its asymptotic formula; else effective sizes
    take the place of counts. Where values are few, the test errs toward "has not moved".
    """
    from scipy.stats import kstwo

    if not matched.size or not matched.rest:
        return Shift(0.0, 1.0)
    apart = float(np.abs(figure.below(matched.weights) - figure.below(1.0 - matched.weights)).max())
    return Shift(distance(matched, figure), float(kstwo.sf(apart, max(1, round(matched.both)))))


def chances(weights: Real, codes: Whole, count: int) -> Real:
    """How likely each of some words is under weights of the points."""
    sums = np.bincount(codes, weights, count).astype(np.float64)
    return sums / sums.sum() if sums.any() else sums


def distance_of_words(matched: Matched, codes: Whole) -> float:
    """Half the sum of the differences between the words' chances before and after."""
    if not matched.matching.any():
        return 0.0
    count = int(codes.max()) + 1
    apart = chances(matched.weights, codes, count) - chances(np.ones(len(codes)), codes, count)
    return float(np.abs(apart).sum() / 2)


def shift_of_words(matched: Matched, codes: Whole) -> Shift:
    """The shift of words or switches, by Pearson's chi-square on matching and other runs, scaled to effective sizes."""
    from scipy.stats import chi2_contingency

    if not matched.size or not matched.rest:
        return Shift(0.0, 1.0)
    count = int(codes.max()) + 1
    after, other = (chances(weights, codes, count) for weights in (matched.weights, 1.0 - matched.weights))
    table = np.stack([after * matched.size, other * matched.rest])
    table = table[:, table.sum(axis=0) > 0]
    chance = float(chi2_contingency(table, correction=False).pvalue) if table.shape[1] > 1 else 1.0
    return Shift(distance_of_words(matched, codes), chance)


def holm(given: Sequence[float]) -> Real:
    """Chances corrected for being many, so that all together err at most as often as one (Holm 1979)."""
    alone = np.asarray(given, float)
    order = np.argsort(alone, kind="stable")
    steps = np.maximum.accumulate(alone[order] * (len(alone) - np.arange(len(alone))))
    found = np.empty(len(alone))
    found[order] = np.minimum(steps, 1.0)
    return found


def visible(matched: Matched, parameters: int) -> float:
    """The smallest distance from the prior that a corrected test of one figure among many would find."""
    from scipy.stats import kstwo

    if matched.both < 1:
        return 1.0
    apart = float(kstwo.isf(SURE / max(1, parameters), round(matched.both)))
    return min(1.0, apart * (1.0 - matched.acceptance))


def share(of: Real, among: Real, blocks: Whole) -> tuple[float, float, float]:
    """A share of runs with its 95 % interval (Wilson 1927), runs of one block being taken as a cluster.

    Parameters
    ----------
    of, among
        float64[points], counts by point, or sums of chances.
    blocks
        As in ``Matched``.

    Returns
    -------
    tuple of float
        Share, lower and upper end; NaN where there is nothing to count.
    """
    total = float(among.sum())
    if not total:
        return float("nan"), float("nan"), float("nan")
    p = float(of.sum() / total)
    ones, runs = np.bincount(blocks, of), np.bincount(blocks, among)
    size = float((runs > 0).sum())
    if 0 < p < 1:
        spread = float(((ones - p * runs) ** 2).sum()) / total**2
        size = p * (1 - p) / spread if spread else size
    low, high = wilson(p, size)
    return p, float(low), float(high)
