"""Bargaining solutions over a finite set of packages (clause 13.1): pure functions of points, no scenario knowledge.

All take ``points`` (float64[N, P], utility of package n to party p) and, where gains count, ``disagreement`` (float64[P]).
All return the row of the solution, or None where no row gives everyone at least the disagreement point. Ties, to 1e-9, go
to the row whose gains are larger from the smallest upward (leximin), then to the lowest row.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.compiled import EQUAL

Points = NDArray[np.float64]


def _gains(points: Points, disagreement: Points) -> tuple[NDArray[np.int64], Points]:
    """Rows that are individually rational, and their gains on the 1e-9 grid, not below 0.

    Raises
    ------
    ValueError
        Shapes that do not fit each other.
    """
    if points.ndim != 2 or disagreement.shape != (points.shape[1],):
        raise ValueError(f"found points {points.shape} and disagreement {disagreement.shape}; expected [N, P] and [P].")
    gains = np.rint((points - disagreement) / EQUAL) * EQUAL
    rows = np.flatnonzero((gains >= -EQUAL / 2).all(axis=1))
    return rows, np.maximum(gains[rows], 0.0)


def _leximin(gains: Points, among: NDArray[np.int64]) -> int:
    """Of the rows ``among``, the one with the larger gains from the smallest upward, then the lowest."""
    ordered = np.rint(np.sort(gains[among], axis=1) / EQUAL)
    keys = tuple(-ordered[:, column] for column in reversed(range(ordered.shape[1])))
    return int(among[np.lexsort(keys)[0]])


def _at_most(score: Points) -> NDArray[np.int64]:
    """Rows whose score is the largest, to 1e-9."""
    return np.flatnonzero(score >= score.max() - EQUAL)


def nash(points: Points, disagreement: Points) -> int | None:
    """The row with the largest product of gains (Nash 1950, doi:10.2307/1907266).

    Where every product is 0, as many parties as can gain together do, and their product counts: otherwise one party that
    cannot gain would leave all rows equal.
    """
    rows, gains = _gains(points, disagreement)
    if not len(rows):
        return None
    gaining = (gains > 0.0).sum(axis=1)
    most = np.flatnonzero(gaining == gaining.max())
    logs = np.where(gains[most] > 0.0, np.log(np.where(gains[most] > 0.0, gains[most], 1.0)), 0.0).sum(axis=1)
    return int(rows[_leximin(gains, most[_at_most(logs)])])


def kalai_smorodinsky(points: Points, disagreement: Points) -> int | None:
    """The row with the largest smallest share of ideal gains (Kalai & Smorodinsky 1975, doi:10.2307/1914280).

    A party's ideal is its best gain over the individually rational rows; one whose ideal is 0 is left out. On a finite
    set the point on the line to the ideal need not exist; the largest minimum is the usual reading, ties by leximin of
    the shares.
    """
    rows, gains = _gains(points, disagreement)
    if not len(rows):
        return None
    ideal = gains.max(axis=0)
    shares = gains[:, ideal > 0.0] / ideal[ideal > 0.0]
    if not shares.shape[1]:
        return int(rows[0])
    return int(rows[_leximin(shares, _at_most(shares.min(axis=1)))])


def egalitarian(points: Points, disagreement: Points) -> int | None:
    """The row with the largest smallest gain (Kalai 1977, doi:10.2307/1913954), ties by leximin.

    The point that Baarslag et al. 2014 (doi:10.1016/j.dss.2013.05.021) print as Kalai–Smorodinsky is this one, with the
    disagreement point at 0.
    """
    rows, gains = _gains(points, disagreement)
    if not len(rows):
        return None
    return int(rows[_leximin(gains, _at_most(gains.min(axis=1)))])


def utilitarian(points: Points) -> int | None:
    """The row with the largest sum of utilities, over all rows; None where there is no row."""
    if not len(points):
        return None
    return _leximin(points, _at_most(points.sum(axis=1)))
