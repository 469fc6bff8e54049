"""Where, over two assumptions at once, do agreement and escalation become likely?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from sim.figures.chart import Chart, Panel, fitting
from sim.findings.crossed import Mean, blocks_of, share
from sim.findings.evidence import Evidence, Varied
from sim.findings.factor_words import baseline_of, level_words, sign_of, the, words_of
from sim.findings.finding import Finding
from sim.findings.phase_drawn import picture
from sim.findings.responses import Response, Runs, responses_of, what_agreement_is

FEWEST_LEVELS = 3
"""Figures with fewer levels make small multiples, not an axis."""

MOST_MULTIPLES = 4
A_BIN = 25
"""Independent points that a cell of a drawn design holds on average, so that the others' differences cancel."""

MOSTLY = 0.8
"""Share of the plane from which it is told where the response is rarer."""

CLEAR = 0.05
"""Difference of the mean between the halves of an axis from which a direction is named."""


@dataclass(frozen=True)
class Plane:
    """A response over two figures, at one level of a third thing where there is one.

    Attributes
    ----------
    x, y
        Middles of the cells.
    cells
        [y][x], with intervals; rows 0 where nothing was played.
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


def phase(evidence: Evidence) -> Finding:
    """The share of agreements over two figures."""
    return _phase(evidence, "phase", "agreement", "Where, over two assumptions at once, are agreements common?")


def phase_of_escalation(evidence: Evidence) -> Finding:
    """The chance of escalation over two figures."""
    return _phase(evidence, "phase-escalation", "escalation", "Where, over two assumptions at once, is escalation likely?")


def _phase(evidence: Evidence, key: str, which: str, question: str) -> Finding:
    response = next((one for one in responses_of(evidence) if one.key == which), None)
    if response is None:
        return Finding(key, question, nothing="This scenario has no challenger, so nothing escalates.")
    runs = Runs(evidence, {response.key: response.sql})
    axes = axes_of(runs, response.key)
    if axes is None:
        few = "no figure" if not any(_figures(runs, one) for one in evidence.factors) else "fewer than two figures"
        return Finding(key, question, nothing=f"A phase diagram needs two figures with three values each; {few} varied here.")
    across, up = axes
    third = _third(runs, across, up)
    planes = planes_of(runs, response.key, across, up, third)
    if not any(np.isfinite(plane.values).sum() > 1 for plane in planes):
        return Finding(key, question, nothing="Too few cells of the plane are played so far.")
    names = words_of(evidence, across), words_of(evidence, up)
    signs = sign_of(evidence, across), sign_of(evidence, up)
    widest = max(_half(plane) for plane in planes)
    return Finding(
        key,
        question,
        Chart(
            key=key,
            title=title(planes, response, names),
            subtitle=f"{response.share[0].upper()}{response.share[1:]}, %. {_what(evidence, across, up, third)} {evidence.story}.",
            footer=f"Half-width of the 95 % interval in a cell: at most {100 * widest:.1f} points. {_footer(evidence, planes, third)}"
            + (f" {what_agreement_is(evidence)}" if which == "agreement" else ""),
            draw=partial(_panels, planes, names, signs, which),
            head=(*names, *(f"{response.noun}{', ' + plane.heading if plane.heading else ''}" for plane in planes)),
            rows=_rows(planes),
        ),
        _frame(planes, across.name, up.name, third.name if third else None),
        tuple(_sentence(plane, response, names) for plane in planes),
    )


def axes_of(runs: Runs, key: str) -> tuple[Varied, Varied] | None:
    """The two figures of the plane: the first two of a grid, the two that move the response most of a drawn design."""
    figures = [one for one in runs.evidence.factors if _figures(runs, one)]
    if len(figures) < 2:
        return None
    if runs.evidence.design == "factorial" or len(figures) == 2:
        return figures[0], figures[1]
    means = runs.means(key)
    known = np.isfinite(means)
    moved = {one.name: _moved(runs.column(one.name).to_numpy(np.float64)[known], means[known]) for one in figures}
    first, second = sorted(figures, key=lambda one: -moved[one.name])[:2]
    return first, second


def _figures(runs: Runs, factor: Varied) -> bool:
    column = runs.column(factor.name)
    numeric = is_numeric_dtype(column) and not is_bool_dtype(column)
    return bool(numeric and column.nunique() >= FEWEST_LEVELS)


def _moved(values: NDArray[np.float64], means: NDArray[np.float64]) -> float:
    """Variance of the response between eighths of a figure."""
    slices = np.argsort(np.argsort(values)) * 8 // max(len(values), 1)
    found = [means[slices == at].mean() for at in range(8) if (slices == at).any()]
    return float(np.var(found)) if found else 0.0


def _third(runs: Runs, across: Varied, up: Varied) -> Varied | None:
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
    found = []
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
    values = runs.values[key]
    cells = []
    for row in range(len(y)):
        line = among & (at_y == row)
        cells.append([share(_few(runs, line & (at_x == at)), *_of(runs, values, line & (at_x == at))) for at in range(len(x))])
    bases = [baseline_of(runs.evidence, one) for one in (across, up)]
    inside = own and all(
        isinstance(base, (int, float)) and not isinstance(base, bool) and axis[0] <= base <= axis[-1]
        for base, axis in zip(bases, (x, y))
    )
    baseline = (float(bases[0]), float(bases[1])) if inside else None
    exact = inside and grid and all(np.isclose(axis, float(base)).any() for base, axis in zip(bases, (x, y)))
    return Plane(x, y, cells, heading, baseline, bool(exact and len(runs.evidence.factors) - (heading != "") == 2))


def _few(runs: Runs, points: NDArray[np.bool_]) -> Runs:
    """The runs of some points alone, so that an interval is not reckoned over all others."""
    few = object.__new__(Runs)
    few.evidence, few.points, few.played = runs.evidence, runs.points[points], runs.played[points]
    return few


def _of(runs: Runs, values: NDArray[np.float64], points: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    return values[points], np.ones(int(points.sum()), np.bool_)


def _binned(values: NDArray[np.float64], grid: bool, bins: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Middles of the cells along an axis, and which one each point lies in; -1 for unknown."""
    known = np.isfinite(values)
    levels = np.unique(values[known])
    if grid or len(levels) <= bins:
        return levels, np.where(known, np.searchsorted(levels, np.where(known, values, levels[0])), -1)
    edges = np.linspace(levels[0], levels[-1], bins + 1)
    at = np.clip(np.searchsorted(edges, np.where(known, values, levels[0]), side="right") - 1, 0, bins - 1)
    return (edges[1:] + edges[:-1]) / 2, np.where(known, at, -1)


def title(planes: list[Plane], response: Response, names: tuple[str, str]) -> str:
    """Where more than half of the runs end so, by the first plane."""
    plane = planes[0]
    values = plane.values[np.isfinite(plane.values)]
    common = "are common" if response.key == "agreement" else "is likely"
    noun = "Agreements" if response.key == "agreement" else "Escalation"
    most, least, over = round(100 * values.max()), round(100 * values.min()), float((values >= 0.5).mean())
    if over == 0:
        return f"Nowhere here do half of the runs end in {_end(response)}: at most {most} %"
    if over == 1:
        return f"Everywhere here more than half of the runs end in {_end(response)}: at least {least} %"
    ways = _ways(plane, names, more=over <= MOSTLY)
    way = " and ".join(ways)
    mostly = f"{noun} {common} in {round(100 * over)} % of the plane"
    if way and over > MOSTLY:
        rarer = "rarer" if response.key == "agreement" else "less so"
        return fitting(f"{mostly}, {rarer} with {way}", mostly)
    if not way:
        return fitting(f"{mostly}, without a clear direction", mostly)
    return fitting(
        f"{noun} {common} with {way}: {round(100 * over)} % of the plane",
        f"{noun} {common} with {way}",
        f"{noun} {common} in {round(100 * over)} % of the plane, above all with {ways[0]}",
        mostly,
    )


def _end(response: Response) -> str:
    return "an agreement" if response.key == "agreement" else "escalation"


def _ways(plane: Plane, names: tuple[str, str], *, more: bool) -> list[str]:
    """ "high credibility of sanctions": the half of each axis where there is clearly more (or less), the clearer first."""
    found = []
    for axis, name in ((1, names[0]), (0, names[1])):
        values = plane.values if axis == 1 else plane.values.T
        half = values.shape[1] // 2
        gap = float(np.nanmean(values[:, -half:]) - np.nanmean(values[:, :half]))
        if abs(gap) >= CLEAR:
            found.append((abs(gap), f"{'high' if (gap > 0) == more else 'low'} {name}"))
    found.sort(key=lambda one: -one[0])
    # A direction that does a fifth of the other is not what decides.
    return [words for gap, words in found if gap >= found[0][0] / 5]


def _sentence(plane: Plane, response: Response, names: tuple[str, str]) -> str:
    values = plane.values
    top, bottom = np.unravel_index(np.nanargmax(values), values.shape), np.unravel_index(np.nanargmin(values), values.shape)
    text = f"{plane.heading[:1].upper()}{plane.heading[1:]}. " if plane.heading else ""
    text += f"{response.noun} is most frequent ({round(100 * values[top])} %) where {the(names[0])} is {plane.x[top[1]]:.3g}"
    text += f" and {the(names[1])} {plane.y[top[0]]:.3g}, least ({round(100 * values[bottom])} %) at {plane.x[bottom[1]]:.3g}"
    return text + f" and {plane.y[bottom[0]]:.3g}."


def _what(evidence: Evidence, across: Varied, up: Varied, third: Varied | None) -> str:
    rest = len(evidence.factors) - 2 - (third is not None)
    if not rest:
        return "Two assumptions varied together." if third is None else "Two assumptions varied together, a third side by side."
    return f"Two of {len(evidence.factors)} assumptions that vary; mean over the others."


def _footer(evidence: Evidence, planes: list[Plane], third: Varied | None) -> str:
    based = next((plane for plane in planes if plane.baseline), None)
    text = "Lines: shares of 25, 50 and 75 %, as far as they occur."
    if evidence.paired:
        text += " All points meet the same draws, so neighbours differ by the figures alone."
    if based is None:
        return text + " The baseline lies outside this plane."
    if not based.exact:
        text += " ★ marks the baseline’s figures; the share beside it is that of the cell around it, with all else as it varies."
    return text


def _half(plane: Plane) -> float:
    return max(((one.high - one.low) / 2 for row in plane.cells for one in row if one.rows), default=0.0)


def _panels(
    planes: list[Plane], names: tuple[str, str], signs: tuple[str, str], which: str, theme: str, narrow: bool
) -> list[Panel]:
    told = f"{names[0]}{signs[0]}", f"{names[1]}{signs[1]}"
    compact = narrow or len(planes) > 1
    return [Panel(None, picture(plane, told, which, theme, compact, narrow)) for plane in planes]


def _rows(planes: list[Plane]) -> tuple[tuple[str, ...], ...]:
    """Every cell of a small plane, of a large one every fourth along both axes and the ends."""
    first = planes[0]
    xs, ys = (_thinned(len(axis)) for axis in (first.x, first.y))
    rows = []
    for y in ys:
        for x in xs:
            cells = [f"{first.x[x]:.3g}", f"{first.y[y]:.3g}"]
            for plane in planes:
                one = plane.cells[y][x]
                cells.append(f"{100 * one.value:.0f} % ({100 * one.low:.0f}–{100 * one.high:.0f})" if one.rows else "not played")
            rows.append(tuple(cells))
    return tuple(rows)


def _thinned(count: int) -> list[int]:
    step = max(1, -(-(count - 1) // 10))
    return sorted({*range(0, count, step), count - 1})


def _frame(planes: list[Plane], x: str, y: str, third: str | None) -> pd.DataFrame:
    found = []
    for plane in planes:
        for row, line in zip(plane.y, plane.cells):
            for at, cell in zip(plane.x, line):
                one: dict[str, object] = {x: at, y: row}
                if third:
                    one[third] = plane.heading.rpartition(": ")[2]
                found.append(one | {"share": cell.value, "low": cell.low, "high": cell.high, "runs": cell.rows})
    return pd.DataFrame(found)
