"""Which points are Pareto efficient: exact, by one pass over the points in order of their sum (clause 13.1)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.compiled import EQUAL, compiled
from sim.domain.tables import Real, Switch


def pareto_frontier(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which points no other point betters: as good in all columns and better in one.

    Utilities are put on a grid of 1e-9 first, so that what counts as equal is the same for every pair; equal points are
    efficient together. In order of falling sum a point can only be bettered by one before it, so each is compared with
    the efficient points found so far; the one that betters it moves to the front of the queue, where it soon betters the
    next (sort-filter-skyline, Chomicki, Godfrey, Gryz & Liang 2003, with the self-organising list of Bentley, Clarkson &
    Levine 1993).

    Parameters
    ----------
    points
        float64[N, P], utility of package n to party p, in about [0, 1].

    Returns
    -------
    bool[N]

    Raises
    ------
    ValueError
        Not two dimensions, or a figure that is not finite.
    """
    if points.ndim != 2:
        raise ValueError(f"points: found {points.ndim} dimensions; expected packages by parties.")
    if not np.isfinite(points).all():
        raise ValueError("points: found a figure that is not finite.")
    grid = np.rint(points / EQUAL)
    order = np.argsort(-grid.sum(axis=1), kind="stable")
    efficient = np.zeros(len(points), bool)
    _sweep(np.ascontiguousarray(grid[order]), order, efficient, np.empty(points.shape))
    return efficient


@compiled
def _sweep(grid: Real, order: NDArray[np.intp], efficient: Switch, front: Real):
    """Mark the efficient rows of ``grid``, which falls in sum; ``order`` says where each row stood.

    ``front`` is room for the efficient rows found so far, of the grid's shape.
    """
    count, parties = grid.shape
    size = 0
    for n in range(count):
        bettered = False
        for f in range(size):
            as_good, better = True, False
            for p in range(parties):
                if front[f, p] < grid[n, p]:
                    as_good = False
                    break
                better = better or front[f, p] > grid[n, p]
            if as_good:
                bettered = better
                if better and f > 0:
                    for p in range(parties):
                        front[f, p], front[f // 2, p] = front[f // 2, p], front[f, p]
                break
        if not bettered:
            efficient[order[n]] = True
            for p in range(parties):
                front[size, p] = grid[n, p]
            size += 1
