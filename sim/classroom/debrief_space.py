"""The space of gains: simulated runs as dots, the class's tables by number, their frontiers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from sim.classroom.cloud import Cloud
from sim.classroom.debrief_drawn import Paper, numbers, pill, ticks, together
from sim.figures.chart import signed

MOST_LINES = 6
"""So many frontiers can be told apart in a picture."""

Place = Callable[[Any, Any], tuple[Any, Any]]
"""From points on the axes to a place on the paper."""


class Space:
    """The space of gains: a dot a simulated run, the class's tables by number, and on request what was still to be had.

    Parameters
    ----------
    key
        Names the picture on its page.
    names
        Of the axes.
    frontier
        Whether every table's own frontier and the line from which ``one`` prefers a deal are shown.
    """

    def __init__(self, cloud: Cloud, key: str, names: tuple[str, str], *, frontier: bool = False) -> None:
        self.cloud, self.key, self.names = cloud, key, names
        self.curves = frontiers(cloud) if frontier else []
        self.threshold = cloud.threshold if frontier and cloud.threshold < 100 else None
        self.ends = [self._stretch(axis) for axis in (0, 1)]

    def _stretch(self, axis: int) -> tuple[float, float]:
        """What is shown of an axis: all runs and deals; of the frontiers what lies beyond them, not below."""
        values = np.array([0.0, *((self.cloud.x, self.cloud.y)[axis]), *((d.x, d.y)[axis] for d in self.cloud.deals)])
        if self.threshold is not None and axis == 0:
            values = np.append(values, self.threshold)
        low, high = float(values.min()), max([float(values.max()), *(float(c[:, axis].max()) for _, c in self.curves)])
        pad = 0.07 * max(6.0, high - low)
        return low - pad, high + pad

    def draw(self, paper: Paper) -> Markup:
        """The picture."""
        wide, letter = paper.width, paper.letter
        left, right, top = 3.2 * letter, wide - 8.0, 1.9 * letter
        low = 0.64 * wide if paper.wide else 0.9 * wide
        (x0, x1), (y0, y1) = self.ends

        def at(x: Any, y: Any) -> tuple[Any, Any]:
            return left + (right - left) * (x - x0) / (x1 - x0), low - (low - top) * (y - y0) / (y1 - y0)

        zero = at(0.0, 0.0)
        parts = self._ground(at, right, top, low)
        parts.append(f'<path class="axis" d="M{zero[0]:.1f} {top}V{low:.1f}M{left:.1f} {zero[1]:.1f}H{right}"/>')
        for value in ticks(x0, x1, 6):
            place = f'x="{at(value, 0)[0]:.1f}" y="{low + 1.2 * letter:.1f}"'
            parts.append(f'<text class="q mid" {place}>{signed(value)}</text>')
        for value in ticks(y0, y1, 6):
            place = f'x="{left - 6:.1f}" y="{at(0, value)[1] + 0.35 * letter:.1f}"'
            parts.append(f'<text class="q far" {place}>{signed(value)}</text>')
        parts.append(f'<text class="q far" x="{right}" y="{low + 2.6 * letter:.1f}">{escape(self.names[0])} →</text>')
        parts.append(f'<text class="q" x="2" y="{0.9 * letter:.1f}">↑ {escape(self.names[1])}</text>')
        parts += self._dots(at, paper)
        parts += self._frontiers(at, paper, (left, top, right, low))
        cross = 0.4 * letter
        step = f"l{2 * cross:g} {2 * cross:g}m0 {-2 * cross:g}l{-2 * cross:g} {2 * cross:g}"
        parts.append(f'<path class="quo" d="M{zero[0] - cross:.1f} {zero[1] - cross:.1f}{step}"/>')
        parts.append(f'<text class="halo q" x="{zero[0] + 8:.1f}" y="{zero[1] + 1.7 * letter:.1f}">status quo</text>')
        for (a, b), group in together(paper, {deal.number: at(deal.x, deal.y) for deal in self.cloud.deals}):
            parts.append(pill(paper, a, b, group))
        words = (
            f"Space of gains: {self.names[0]} across, {self.names[1]} up, in points over the status quo. "
            "The figures are in the table beside it."
        )
        return paper.svg(low + 3.0 * letter, words, parts)

    def _ground(self, at: Place, right: float, top: float, low: float) -> list[str]:
        """Where ``one`` prefers a deal."""
        if self.threshold is None:
            return []
        edge, own = at(self.threshold, 0.0)[0], f"p-{self.cloud.one}"
        size = f'width="{max(0.0, right - edge):.1f}" height="{low - top:.1f}"'
        return [
            f'<rect class="shade {own}" x="{edge:.1f}" y="{top}" {size}/>',
            f'<path class="edge {own}" d="M{edge:.1f} {top}V{low:.1f}"/>',
        ]

    def _dots(self, at: Place, paper: Paper) -> list[str]:
        """Runs by place; larger where ten, and a hundred, came to the same."""
        grid = 1.0 if paper.wide else 0.8
        places = np.column_stack(at(self.cloud.x, self.cloud.y))
        cells, counts = np.unique(np.rint(places / grid).astype(int), axis=0, return_counts=True)
        parts: list[str] = []
        for look, least, most in (("few", 1, 10), ("more", 10, 100), ("most", 100, 1 << 30)):
            chosen = cells[(counts >= least) & (counts < most)]
            if len(chosen):
                path = "".join(f"M{a * grid:g} {b * grid:g}h0" for a, b in chosen.tolist())
                parts.append(f'<path class="runs {look}" d="{path}"/>')
        return parts

    def _frontiers(self, at: Place, paper: Paper, frame: tuple[float, float, float, float]) -> list[str]:
        """Up the steps of every frontier: between two efficient packages nothing is to be had. Its table's number at its end."""
        if not self.curves:
            return []
        left, top, right, low = frame
        clip = f"{self.key}-{'wide' if paper.wide else 'narrow'}"
        box = f'x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{low - top:.1f}"'
        lines: list[str] = []
        ends: list[str] = []
        taken: list[tuple[float, float]] = []
        for tables, curve in self.curves:
            points = [at(a, b) for a, b in curve.tolist()]
            path = [f"M{points[0][0]:.1f} {points[0][1]:.1f}", *(f"V{b:.1f}H{a:.1f}" for a, b in points[1:]), "h0"]
            lines.append(f'<path class="frontier" d="{"".join(path)}"/>')
            inside = [(a, b) for a, b in points if left <= a <= right and top <= b <= low]
            if len(self.curves) > 1 and inside:
                a, b = inside[0]
                while any(abs(a - x) < 3 * paper.letter and abs(b - y) < 1.1 * paper.letter for x, y in taken):
                    b -= 1.2 * paper.letter
                taken.append((a, b))
                ends.append(f'<text class="halo strong" x="{a + 3:.1f}" y="{b - 5:.1f}">{numbers(tables)}</text>')
        return [f'<clipPath id="{clip}"><rect {box}/></clipPath><g clip-path="url(#{clip})">', *lines, "</g>", *ends]


def frontiers(cloud: Cloud) -> list[tuple[list[int], NDArray[np.float64]]]:
    """The frontiers that are drawn, with their tables: each table's own, equal ones once; the outermost of too many.

    Without a finished table that of the median table, without a number.
    """
    own = [(deal.number, deal.curve) for deal in cloud.deals if deal.curve is not None and len(deal.curve)]
    if not own:
        return [([], cloud.median)] if cloud.median is not None and len(cloud.median) else []
    found: list[tuple[list[int], NDArray[np.float64]]] = []
    for number, curve in own:
        for tables, other in found:
            if curve.shape == other.shape and np.allclose(curve, other, atol=0.05):
                tables.append(number)
                break
        else:
            found.append(([number], curve))
    if len(found) <= MOST_LINES:
        return found
    points = np.concatenate([curve for _, curve in found])
    points = points[np.lexsort((-points[:, 1], -points[:, 0]))]
    highest = np.maximum.accumulate(np.concatenate([[-np.inf], points[:-1, 1]]))
    return [([], points[points[:, 1] > highest][::-1])]
