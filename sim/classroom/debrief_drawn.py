"""Pictures of the debrief as inline SVG: no script, colours by class, tables by number; each stands above a table of figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from sim.classroom.cloud import Cloud
from sim.figures.chart import signed
from sim.look import PartyLook

MOST_LINES = 6
"""So many frontiers can be told apart in a picture."""

Place = Callable[[Any, Any], tuple[Any, Any]]
"""From points on the axes to a place on the paper."""

STEPS = (1, 2, 5, 10, 20, 25, 50)
"""Distances between the figures on an axis, in points."""


@dataclass(frozen=True)
class Paper:
    """A size: a wide picture for a projector, a narrow one for a phone; lengths are in its own units."""

    wide: bool

    @property
    def width(self) -> float:
        return 860.0 if self.wide else 360.0

    @property
    def letter(self) -> float:
        return 16.0 if self.wide else 12.0

    def svg(self, height: float, label: str, parts: Sequence[str]) -> Markup:
        """The picture with its words for who does not see it."""
        look = "wide" if self.wide else "narrow"
        return Markup(
            f'<svg class="dk {look}" viewBox="0 0 {self.width:g} {height:.0f}" role="img" font-size="{self.letter:g}" '
            f'aria-label="{escape(label)}">{"".join(parts)}</svg>'
        )


def both(draw: Callable[[Paper], Markup]) -> Markup:
    """A picture in both sizes; the style sheet shows the one that fits."""
    return Markup("").join(draw(Paper(wide)) for wide in (True, False))


def ticks(low: float, high: float, most: int) -> range:
    """Round figures inside a stretch, zero among them where it lies inside."""
    step = next((step for step in STEPS if (high - low) / step <= most), 100)
    return range(int(-(-low // step)) * step, int(high) + 1, step)


def numbers(tables: Sequence[int]) -> str:
    """Numbers of tables, runs of three and more drawn together: "1, 3–6"."""
    found: list[list[int]] = []
    for number in sorted(tables):
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    words = [f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in found]
    return ", ".join(words)


def pill(paper: Paper, x: float, y: float, tables: Sequence[int]) -> str:
    """Tables at a place: their numbers on a dark ground."""
    words, high = numbers(tables), 1.65 * paper.letter
    wide = max(high, 0.56 * paper.letter * len(words) + 0.8 * paper.letter)
    left = min(max(x - wide / 2, 1.0), paper.width - wide - 1)
    return (
        f'<rect class="tbl" x="{left:.1f}" y="{y - high / 2:.1f}" width="{wide:.1f}" height="{high:.1f}" rx="{high / 2:.1f}"/>'
        f'<text class="on mid" x="{left + wide / 2:.1f}" y="{y + 0.35 * paper.letter:.1f}">{words}</text>'
    )


def together(
    places: Mapping[int, tuple[float, float]], near: float
) -> list[tuple[tuple[float, float], list[int]]]:
    """Tables whose marks would cover each other, as one mark at the first's place."""
    found: list[tuple[tuple[float, float], list[int]]] = []
    for number, (x, y) in places.items():
        for (a, b), group in found:
            if abs(x - a) < near and abs(y - b) < near:
                group.append(number)
                break
        else:
            found.append(((x, y), [number]))
    return found


# ---- Gains -----------------------------------------------------------------------------------------------------------


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
        for (a, b), group in together({deal.number: at(deal.x, deal.y) for deal in self.cloud.deals}, 1.7 * letter):
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
        parts = []
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
        lines, ends, taken = [], [], []
        for tables, curve in self.curves:
            points = [at(a, b) for a, b in curve.tolist()]
            path = [f"M{points[0][0]:.1f} {points[0][1]:.1f}", *(f"V{b:.1f}H{a:.1f}" for a, b in points[1:]), "h0"]
            lines.append(f'<path class="frontier" d="{"".join(path)}"/>')
            inside = [(a, b) for a, b in points if left <= a <= right and top <= b <= low]
            if tables and inside:
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


# ---- A row a party, a class, an issue ------------------------------------------------------------------------------


def strips(cloud: Cloud, looks: Mapping[str, PartyLook], paper: Paper) -> Markup:
    """A row a party: where the middle half and nine tenths of the simulated runs lie, their median, and the tables."""
    letter, parties = paper.letter, list(cloud.scenario.parties)
    own = {party: {d.number: 100 * d.record["parties"][party]["gain"] for d in cloud.deals} for party in parties}
    ends = [np.quantile(cloud.gains(party), (0.05, 0.95)) for party in parties]
    values = [*np.concatenate(ends).tolist(), 0.0, *(v for row in own.values() for v in row.values())]
    low, high = min(values), max(values)
    pad = 0.06 * max(6.0, high - low)
    low, high = low - pad, high + pad
    left, right = (9.0 * letter, paper.width - 10) if paper.wide else (10.0, paper.width - 10)

    def at(value: float) -> float:
        return left + (right - left) * (value - low) / (high - low)

    row = (2.9 if paper.wide else 4.2) * letter
    bottom = row * len(parties) + 0.6 * letter
    parts = [f'<path class="axis" d="M{at(0):.1f} 4V{bottom:.1f}"/>']
    for number, party in enumerate(parties):
        y = row * number + (1.7 if paper.wide else 3.0) * letter
        five, quarter, half, three, most = np.quantile(cloud.gains(party), (0.05, 0.25, 0.5, 0.75, 0.95)).tolist()
        x, up = (2.0, y + 0.35 * letter) if paper.wide else (2.0, y - 1.35 * letter)
        its = looks[party]
        parts.append(f'<text class="own strong p-{party}" x="{x}" y="{up:.1f}">{its.glyph} {escape(its.name)}</text>')
        parts.append(f'<path class="band" d="M{at(five):.1f} {y:.1f}H{at(most):.1f}"/>')
        parts.append(f'<path class="half" d="M{at(quarter):.1f} {y:.1f}H{at(three):.1f}"/>')
        parts.append(f'<path class="median" d="M{at(half):.1f} {y - 1.2 * letter:.1f}v{2.4 * letter:g}"/>')
        for (a, b), group in together({n: (at(v), y) for n, v in own[party].items()}, 1.7 * letter):
            parts.append(pill(paper, a, b, group))
    for value in ticks(low, high, 8 if paper.wide else 5):
        parts.append(f'<text class="q mid" x="{at(value):.1f}" y="{bottom + 1.1 * letter:.1f}">{signed(value)}</text>')
    words = "Gain of every party over the status quo, in points. The figures are in the table below."
    return paper.svg(bottom + 1.7 * letter, words, parts)


def classes(rows: Sequence[tuple[str, str, float, float, float, list[int]]], paper: Paper) -> Markup:
    """A row an outcome class: name, id, share, ends of its 95 % interval, tables."""
    letter, right = paper.letter, paper.width - 10
    row, parts = 3.5 * letter, [
        '<defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<path class="oc-breakdown" d="M0 0h8v8h-8z"/><path class="stripe" d="M0 0v8"/></pattern></defs>'
    ]
    for number, (title, name, share, low, high, tables) in enumerate(rows):
        y = row * number + letter
        words = f"{title[:1].upper()}{title[1:]}: {100 * share:.0f} %"
        parts.append(f'<text class="strong" x="4" y="{y:.1f}">{escape(words)}</text>')
        bar, y = f"oc-{name.replace('_', '-')}", y + 0.5 * letter
        wide = (right - 4) * share
        parts.append(f'<rect class="rest" x="4" y="{y:.1f}" width="{right - 4:.1f}" height="{1.2 * letter:.1f}"/>')
        parts.append(f'<rect class="bar {bar}" x="4" y="{y:.1f}" width="{wide:.1f}" height="{1.2 * letter:.1f}"/>')
        a, b, mid = 4 + (right - 4) * low, 4 + (right - 4) * high, y + 0.6 * letter
        parts.append(f'<path class="span" d="M{a:.1f} {mid:.1f}H{b:.1f}M{a:.1f} {mid - 4:.1f}v8M{b:.1f} {mid - 4:.1f}v8"/>')
        if tables:
            place = 4 + 0.56 * letter * len(words) + 2.2 * letter + 0.3 * letter * len(numbers(tables))
            parts.append(pill(paper, place, y - 0.75 * letter, tables))
    words = "Shares of the outcome classes among simulated runs, and where our tables ended. The figures are in the table below."
    return paper.svg(row * len(rows), words, parts)


def options(
    rows: Sequence[tuple[str, int, int, int | None, Mapping[int, int]]], paper: Paper
) -> Markup:
    """A row an issue: name, options, status quo, what happened (None where not known), option at the end by table."""
    letter = paper.letter
    left, right = (16.0 * letter, paper.width - 30) if paper.wide else (18.0, paper.width - 18)
    row, parts = (3.9 if paper.wide else 5.4) * letter, []
    for number, (name, count, quo, known, tables) in enumerate(rows):
        y = row * number + (2.2 if paper.wide else 3.8) * letter

        def at(option: int, count: int = count) -> float:
            return left + (right - left) * option / max(1, count - 1)

        x, up = (2.0, y + 0.35 * letter) if paper.wide else (2.0, y - 2.4 * letter)
        parts.append(f'<text class="strong" x="{x}" y="{up:.1f}">{escape(name)}</text>')
        parts.append(f'<path class="axis" d="M{at(0):.1f} {y:.1f}H{at(count - 1):.1f}"/>')
        for option in range(count):
            parts.append(f'<path class="axis" d="M{at(option):.1f} {y - 3:.1f}v6"/>')
            parts.append(f'<text class="q mid" x="{at(option):.1f}" y="{y + 1.35 * letter:.1f}">{option}</text>')
        parts.append(f'<path class="quo" d="M{at(quo):.1f} {y + 1:.1f}v{0.5 * letter:g}"/>')
        for option in range(count):
            here = [table for table, chosen in tables.items() if chosen == option]
            if here:
                parts.append(pill(paper, at(option), y - 1.2 * letter, here))
        if known is not None:
            parts.append(f'<text class="halo star mid" x="{at(known) + 1.1 * letter:.1f}" y="{y + 1.5 * letter:.1f}">★</text>')
    words = "Per issue the option at the end of every table, and what happened. The words are in the table below."
    return paper.svg(row * len(rows), words, parts)
