"""Forecasts of an issue from positions, saliences and power alone: what political scientists compare bargaining models with.

Pure functions of numbers. Positions are options (or any scale), weights are salience times power. Both are taken from the
challenge model of Bueno de Mesquita and what followed it (Thomson, Stokman, Achen & König 2006, The European Union Decides;
Scholz, Calbert & Smith 2011, Unravelling Bueno de Mesquita's group decision model, with the example that the tests use).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.compiled import EQUAL


def _checked(positions: Sequence[float], weights: Sequence[float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, w = np.asarray(positions, float), np.asarray(weights, float)
    if x.ndim != 1 or x.shape != w.shape or not len(x):
        raise ValueError(f"found {x.shape} positions and {w.shape} weights; expected one weight a position.")
    if not np.isfinite(x).all() or not np.isfinite(w).all() or (w < 0).any() or not w.sum() > 0:
        raise ValueError("found a position or weight that is not finite, or no weight above 0.")
    return x, w


def weighted_mean(positions: Sequence[float], weights: Sequence[float]) -> float:
    """Where positions balance: Σ w x / Σ w, the compromise model.

    Raises
    ------
    ValueError
        Shapes that do not fit, figures that are not finite, no weight above 0.
    """
    x, w = _checked(positions, weights)
    return float((x * w).sum() / w.sum())


def weighted_median(positions: Sequence[float], weights: Sequence[float]) -> float:
    """The position with at most half of the weight on either side, which no other beats in votes by weight (Black 1948).

    Where two neighbouring positions halve the weight exactly, every place between them does; the middle is given.

    Raises
    ------
    ValueError
        As ``weighted_mean``.
    """
    x, w = _checked(positions, weights)
    places = np.unique(x[w > 0])
    below = np.array([w[x <= place].sum() for place in places]) / w.sum()
    at = int(np.argmax(below >= 0.5 - EQUAL))
    if abs(below[at] - 0.5) <= EQUAL and at + 1 < len(places):
        return float((places[at] + places[at + 1]) / 2)
    return float(places[at])
