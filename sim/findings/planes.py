"""A response over two figures: which two, which cells, and where the baseline lies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from sim.findings.crossed import Mean, blocks_of, share
from sim.findings.evidence import Varied
from sim.findings.factor_words import baseline_of, level_words, words_of
from sim.findings.responses import Runs

FEWEST_LEVELS = 3
"""Figures with fewer levels make small multiples, not an axis."""

MOST_MULTIPLES = 4
A_BIN = 25
"""Independent points that a cell of a drawn design holds on average, so that the others' differences cancel."""


@dataclass(frozen=True)
class Plane:
    """A response over two figures, at one level of a third thing where there is one.

    Attributes
    ----------
    x, y
        Middles of the cells.
    cells
        ``[y][x]``, with intervals; rows 0 where nothing was played.
    heading
        Which level; empty where there is one plane.
    baseline
        The scenario's own figures, where both lie inside the plane and it has this level; else None.
    exact
        Whether the baseline is a cell and not only near one.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    cells: list[list[Mean]]
    heading: str
    baseline: tuple[float, float] | None
    exact: bool

    @property
    def values(self) -> NDArray[np.float64]:
        """float64[y, x], NaN where nothing was played."""
        return np.array([[cell.value for cell in row] for row in self.cells])

    @property
    def at_baseline(self) -> Mean | None:
        """The cell of the baseline."""
        if self.baseline is None:
            return None
        x, y = self.baseline
        return self.cells[int(np.abs(self.y - y).argmin())][int(np.abs(self.x - x).argmin())]


def axes_of(runs: Runs, key: str) -> tuple[Varied, Varied] | None:
    """The two figures of the plane: the first two of a grid, the two that move the response most of a drawn design."""
    figures = [one for one in runs.evidence.factors if is_figure(runs, one)]
    if len(figures) < 2:
        return None
    if runs.evidence.design == "factorial" or len(figures) == 2:
        return figures[0], figures[1]
    means = runs.means(key)
    known = np.isfinite(means)
    moved = {one.name: _moved(runs.column(one.name).to_numpy(np.float64)[known], means[known]) for one in figures}
    first, second = sorted(figures, key=lambda one: -moved[one.name])[:2]
    return first, second


def is_figure(runs: Runs, factor: Varied) -> bool:
    """Whether a factor is a figure with enough different values for an axis."""
    column = runs.column(factor.name)
    numeric = is_numeric_dtype(column) and not is_bool_dtype(column)
    return bool(numeric and column.nunique() >= FEWEST_LEVELS)


def _moved(values: NDArray[np.float64], means: NDArray[np.float64]) -> float:
    """Variance of the response between eighths of a figure."""
    slices = np.argsort(np.argsort(values)) * 8 // max(len(values), 1)
    found = [means[slices == at].mean() for at in range(8) if (slices == at).any()]
    return float(np.var(found)) if found else 0.0


def third_of(runs: Runs, across: Varied, up: Varied) -> Varied | None:
    """What makes small multiples: of a grid the first other factor with few levels."""
    if runs.evidence.design != "factorial":
        return None
    others = [one for one in runs.evidence.factors if one not in (across, up)]
    return next((one for one in others if 2 <= runs.column(one.name).nunique() <= MOST_MULTIPLES), None)


def planes_of(runs: Runs, key: str, across: Varied, up: Varied, third: Varied | None) -> list[Plane]:
    """One plane, or one a level of the third factor with the scenario's own level first."""
    everything = np.ones(len(runs.points), np.bool_)
    if third is None:
        return [_plane(runs, key, across, up, everything, "", own=True)]
    column = runs.column(third.name)
    base = baseline_of(runs.evidence, third)
    levels = sorted(column.dropna().unique(), key=lambda one: (str(one) != str(base), str(one)))
    found: list[Plane] = []
    for level in levels:
        heading = f"{words_of(runs.evidence, third)}: {level_words(runs.evidence, third, level)}"
        found.append(_plane(runs, key, across, up, (column == level).to_numpy(), heading, own=str(level) == str(base)))
    return found


def _plane(
    runs: Runs, key: str, across: Varied, up: Varied, among: NDArray[np.bool_], heading: str, *, own: bool
) -> Plane:
    grid = runs.evidence.design == "factorial"
    drawn = len(np.unique(blocks_of(runs.evidence, runs.points)))
    bins = int(np.clip(np.sqrt(drawn / A_BIN), 3, 10))
    (x, at_x), (y, at_y) = (_binned(runs.column(one.name).to_numpy(np.float64), grid, bins) for one in (across, up))
    cells: list[list[Mean]] = []
    for row in range(len(y)):
        cells.append([])
        for at in range(len(x)):
            few = runs.only(among & (at_y == row) & (at_x == at))
            cells[-1].append(share(few, few.values[key], few.played))
    bases = [baseline_of(runs.evidence, one) for one in (across, up)]
    inside = own and all(
        isinstance(base, (int, float)) and not isinstance(base, bool) and axis[0] <= base <= axis[-1]
        for base, axis in zip(bases, (x, y))
    )
    baseline = (float(bases[0]), float(bases[1])) if inside else None
    exact = inside and grid and all(np.isclose(axis, float(base)).any() for base, axis in zip(bases, (x, y)))
    return Plane(x, y, cells, heading, baseline, bool(exact and len(runs.evidence.factors) - (heading != "") == 2))


def _binned(values: NDArray[np.float64], grid: bool, bins: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Middles of the cells along an axis, and which one each point lies in; -1 for unknown."""
    known = np.isfinite(values)
    levels = np.unique(values[known])
    if grid or len(levels) <= bins:
        return levels, np.where(known, np.searchsorted(levels, np.where(known, values, levels[0])), -1)
    edges = np.linspace(float(levels[0]), float(levels[-1]), bins + 1)
    at = np.clip(np.searchsorted(edges, np.where(known, values, levels[0]), side="right") - 1, 0, bins - 1)
    return (edges[1:] + edges[:-1]) / 2, np.where(known, at, -1)
