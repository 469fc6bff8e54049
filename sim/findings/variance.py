"""Variance between points: how much of it each factor of a grid accounts for, and how much is the chance of few runs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from sim.findings.responses import Runs

SEED = 14
"""Of resampling, so that the same study gives the same intervals."""

RESAMPLES = 200


def noise_of(runs: Runs, key: str, at: NDArray[np.bool_]) -> tuple[float, float]:
    """Variance of a point's mean by the chance of its runs, and the variance between the means.

    Under common random numbers what replications share moves all points alike and is no difference between them: what is
    left is the residual of point and replication.
    """
    values, played = runs.values[key][at], runs.played[at]
    counts = np.maximum(played.sum(axis=1), 1)
    means = (values * played).sum(axis=1) / counts
    between = float(means.var())
    repeats = values.shape[1]
    if repeats < 2 or len(means) < 2:
        return float("nan"), between
    if runs.evidence.paired and played.all():
        residual = values - means[:, None] - values.mean(axis=0) + values.mean()
        return float((residual**2).sum() / ((len(means) - 1) * (repeats - 1)) / repeats), between
    residual = played * (values - means[:, None])
    return float(((residual**2).sum(axis=1) / np.maximum(counts - 1, 1) / counts).mean()), between


def exact(grid: NDArray[np.float64], noise: float = 0.0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """First-order and total shares of variance over a whole grid, every level equally likely.

    Parameters
    ----------
    grid
        float64[levels of the first factor, levels of the second, ...].
    noise
        Variance that chance adds to each cell; its part of every variance is taken off.
    """
    cells, axes = grid.size, range(grid.ndim)
    variance = grid.var() - noise * (1 - 1 / cells)
    first: list[float] = []
    total: list[float] = []
    for axis in axes:
        levels = grid.shape[axis]
        alone = grid.mean(axis=tuple(one for one in axes if one != axis)).var()
        first.append(alone - noise * levels / cells * (1 - 1 / levels))
        total.append(grid.var(axis=axis).mean() - noise * (1 - 1 / levels))
    if variance <= 0:
        return np.zeros(grid.ndim), np.zeros(grid.ndim)
    return np.array(first) / variance, np.array(total) / variance


def spread(drawn: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Standard deviation from the middle two thirds: a share of a variance near nothing can be anything."""
    low, high = np.quantile(np.array(drawn), norm.cdf([-1.0, 1.0]), axis=0)
    return (high - low) / 2


def resampled(
    runs: Runs, values: NDArray[np.float64], played: NDArray[np.bool_], means: NDArray[np.float64]
) -> NDArray[np.float64]:
    """float64[RESAMPLES, P], means as other replications would have given them."""
    random = np.random.Generator(np.random.Philox(SEED))
    repeats = values.shape[1]
    if repeats < 2:
        return np.repeat(means[None], 2, axis=0)
    if runs.evidence.paired and played.all():
        weights = random.multinomial(repeats, [1 / repeats] * repeats, size=RESAMPLES) / repeats
        return weights @ values.T
    counts = np.maximum(played.sum(axis=1), 1)
    spread = ((played * (values - means[:, None])) ** 2).sum(axis=1) / np.maximum(counts - 1, 1) / counts
    return means + random.standard_normal((RESAMPLES, len(means))) * np.sqrt(spread)
