"""Intervals for means over points and replications, which share what is random along both.

Rows of one point share its factors; under common random numbers rows of one replication share their draws (11.1). So a mean
over many rows is surer than over few, but by far less than their count says. Variances are summed over clusters both ways
(Cameron, Gelbach and Miller 2011, doi:10.1198/jbes.2010.07136).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from sim.findings.evidence import Evidence
from sim.findings.intervals import FIXED, LEVEL, block_of, wilson
from sim.findings.responses import Runs

Z = float(norm.ppf((1 + LEVEL) / 2))


@dataclass(frozen=True)
class Mean:
    """A mean or a difference with its 95 % interval, and how many rows it rests on."""

    value: float
    low: float
    high: float
    rows: int


def blocks_of(evidence: Evidence, points: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which points were drawn together, by number."""
    return points // block_of(evidence)


def share(runs: Runs, values: NDArray[np.float64], among: NDArray[np.bool_]) -> Mean:
    """Mean of values in [0, 1] over some rows, with Wilson's interval for as many independent rows as would be as sure.

    Parameters
    ----------
    runs
        Where the rows stand.
    values
        float64[P, R].
    among
        bool[P] for all runs of some points, or bool[P, R] for some runs.
    """
    mask = _mask(runs, among)
    rows = int(mask.sum())
    if not rows:
        return Mean(float("nan"), float("nan"), float("nan"), 0)
    mean = float(values[mask].mean())
    variance = _variance(runs, _influence(runs, values, mask))
    spread = mean * (1 - mean)
    independent = spread / variance if variance > 0 else _clusters(runs, mask)
    low, high = wilson(mean, max(independent, 1.0))
    return Mean(mean, float(low), float(high), rows)


def difference(
    runs: Runs, values: NDArray[np.float64], first: NDArray[np.bool_], second: NDArray[np.bool_], bound: bool = False
) -> Mean:
    """Mean over some rows less the mean over others; ``bound`` says that it lies in [-1, 1] whatever is drawn."""
    one, other = _mask(runs, first), _mask(runs, second)
    if not one.any() or not other.any():
        return Mean(float("nan"), float("nan"), float("nan"), 0)
    value = float(values[one].mean() - values[other].mean())
    half = Z * _variance(runs, _influence(runs, values, one) - _influence(runs, values, other)) ** 0.5
    low, high = value - half, value + half
    if bound:
        low, high = max(low, -1.0), min(high, 1.0)
    return Mean(value, low, high, int(one.sum() + other.sum()))


def mean(runs: Runs, values: NDArray[np.float64], among: NDArray[np.bool_]) -> Mean:
    """Mean of any figures over some rows with a normal interval."""
    mask = _mask(runs, among)
    if not mask.any():
        return Mean(float("nan"), float("nan"), float("nan"), 0)
    value = float(values[mask].mean())
    half = Z * _variance(runs, _influence(runs, values, mask)) ** 0.5
    return Mean(value, value - half, value + half, int(mask.sum()))


def _mask(runs: Runs, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return runs.played & (among[:, None] if among.ndim == 1 else among)


def _influence(runs: Runs, values: NDArray[np.float64], mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What each row adds to the mean's error: of points that are chosen, only what departs from the point's own mean."""
    rows = mask.sum()
    if runs.evidence.design in FIXED and len(runs.points) > 1 and values.shape[1] > 1:
        counts = mask.sum(axis=1)
        own = np.divide((values * mask).sum(axis=1), counts, out=np.zeros(len(counts)), where=counts > 0)
        # A point's mean is fitted to its own rows, which leaves one of them less to depart from it.
        scale = np.sqrt(np.divide(counts, counts - 1, out=np.ones(len(counts)), where=counts > 1))
        return mask * (values - own[:, None]) * scale[:, None] / rows
    return mask * (values - values[mask].mean()) / rows


def _variance(runs: Runs, influence: NDArray[np.float64]) -> float:
    """Variance of a mean from what every row adds to its error."""
    rows = float((influence**2).sum())
    paired = runs.evidence.paired and influence.shape[1] > 1
    draws = float((influence.sum(axis=0) ** 2).sum()) if paired else rows
    if runs.evidence.design in FIXED:
        return draws
    blocks = blocks_of(runs.evidence, runs.points)
    _, at = np.unique(blocks, return_inverse=True)
    drawn = float((np.bincount(at, influence.sum(axis=1)) ** 2).sum())
    return max(draws + drawn - rows, drawn, draws) if paired else max(drawn, rows)


def _clusters(runs: Runs, mask: NDArray[np.bool_]) -> float:
    """Independent draws among some rows where all of them agree, so that no variance can be reckoned."""
    found = float(mask.sum())
    if runs.evidence.paired:
        found = min(found, float(mask.any(axis=0).sum()))
    if runs.evidence.design not in FIXED:
        found = min(found, float(len(np.unique(blocks_of(runs.evidence, runs.points)[mask.any(axis=1)]))))
    return found
