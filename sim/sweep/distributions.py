"""From a share of the unit interval to a value, so that every design works with every distribution."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

REACH = 3.0
"""A normal is cut this many standard deviations from its mean, so that no design asks for an infinite figure."""


@dataclass(frozen=True)
class Distribution:
    """How a factor's values lie.

    Attributes
    ----------
    form
        uniform, triangular, normal, log_uniform, integers (all whole numbers between two, both included), list (equal
        chances) or choice (weights); a grid is a list of evenly spaced figures.
    figures
        Ends, mode, mean and spread in the order the file writes them; empty for list and choice.
    low, high
        Ends of what can come out: for a normal where it is cut, that is at the figure's legal range, at ``within`` and
        at three standard deviations, whichever is nearest.
    values
        Of list and choice, in order.
    weights
        Of choice, summing to 1.
    """

    form: str
    figures: tuple[float, ...] = ()
    low: float = 0.0
    high: float = 0.0
    values: tuple[Any, ...] = ()
    weights: tuple[float, ...] = ()

    @property
    def ends(self) -> tuple[Any, ...]:
        """Values to try on the scenario before anything runs: all of a list, both ends of a range."""
        if self.values:
            return self.values
        return (int(self.low), int(self.high)) if self.form == "integers" else (self.low, self.high)

    def slices(self, unit: NDArray[np.float64]) -> NDArray[np.int64]:
        """Which value of a list or choice each share falls on: slices of [0, 1] as wide as their chances."""
        edges = np.cumsum(self.weights or (1.0 / len(self.values),) * len(self.values))[:-1]
        return np.searchsorted(edges, unit, side="right")

    def figures_at(self, unit: NDArray[np.float64]) -> NDArray[Any]:
        """Figures at shares of [0, 1] by the inverse of the distribution function; not for list and choice."""
        low, high = self.low, self.high
        if self.form == "integers":
            return np.minimum(low + np.floor(unit * (high - low + 1)), high).astype(np.int64)
        if self.form == "log_uniform":
            found = np.exp(math.log(low) + unit * (math.log(high) - math.log(low)))
        elif self.form == "triangular":
            mode = (self.figures[1] - low) / (high - low)
            rising = np.sqrt(unit * mode)
            found = low + (high - low) * np.where(unit < mode, rising, 1.0 - np.sqrt((1.0 - unit) * (1.0 - mode)))
        elif self.form == "normal":
            mean, spread = self.figures
            first, last = ndtr((low - mean) / spread), ndtr((high - mean) / spread)
            found = mean + spread * ndtri(first + unit * (last - first))
        else:
            found = low + unit * (high - low)
        return np.clip(found, low, high)


def grid(low: float, high: float, points: int) -> Distribution:
    """Evenly spaced figures, both ends included, each the float nearest to the exact fraction (0.3, not 0.1 + 0.2)."""
    first, step = Fraction(str(low)), (Fraction(str(high)) - Fraction(str(low))) / (points - 1)
    exact = [first + step * at for at in range(points)]
    whole = isinstance(low, int) and isinstance(high, int) and all(one.denominator == 1 for one in exact)
    return listed(tuple(int(one) if whole else float(one) for one in exact))


def listed(values: tuple[Any, ...], weights: tuple[float, ...] = ()) -> Distribution:
    """A list of values, or a choice among them by weights, which are scaled to sum to 1."""
    total = math.fsum(weights)
    return Distribution("choice" if weights else "list", values=values, weights=tuple(one / total for one in weights))


def normal(mean: float, spread: float, low: float, high: float) -> Distribution:
    """A normal, cut to [low, high] and to three standard deviations from its mean."""
    return Distribution("normal", (mean, spread), max(low, mean - REACH * spread), min(high, mean + REACH * spread))
