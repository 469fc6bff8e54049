"""Charts whose rows are factors: bars with intervals, names left of them or, where space is short, above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.figures.chart import Picture, broken, figure, inks
from sim.look import tokens

MIDDLE, DEEP = "#9A998C", "#53657F"
"""Of the sequential scale: less and more."""

_LEFT = 20
"""Pixels left of the bars where names stand above them."""

_LETTERS = 54
"""Of a name above its bar, before it goes on in a second line: the narrowest page."""


@dataclass(frozen=True)
class Bar:
    """A row with one or two bars, each with its interval; None where there is no second."""

    name: str
    first: tuple[float, float, float]
    second: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class Swing:
    """A row of a tornado: what comes out at one end and at the other, each as value, low, high and words for the end."""

    name: str
    ends: tuple[tuple[float, float, float, str], tuple[float, float, float, str]]


def bars(
    rows: Sequence[Bar],
    words: tuple[str, str],
    unit: str,
    theme: str,
    compact: bool,
    least: float = 0.0,
    whole: bool = True,
) -> Picture:
    """Bars from zero; of two bars the second is the hatched one below.

    Parameters
    ----------
    rows
        From the top.
    words
        For the first and the second bar, written at those of the first row.
    unit
        Title of the axis.
    least
        A dotted line: bars that end before it say nothing.
    whole
        Whether the figures are shares, shown in per cent.
    """
    ink, factor = inks(theme), 100.0 if whole else 1.0
    data: list[dict[str, Any]] = []
    pair = any(row.second for row in rows)
    top = max(max(row.first[2], row.second[2] if row.second else 0.0) for row in rows) * factor
    # The words for the bars stand right of the first row's.
    limit = max((1.5 if pair else 1.08) * top, 1.3 * least * factor, 1e-9)
    height = 0.3 if pair else 0.44
    for which, shift in ((0, 0.17 if pair else 0.0), (1, -0.17)):
        shown = [(at, row.first if which == 0 else row.second) for at, row in enumerate(rows)]
        found = [(at, bar) for at, bar in shown if bar is not None]
        if not found:
            continue
        lower = 0.14 if compact else 0.0
        places = [-at + shift - lower for at, _ in found]
        values = [max(0.0, bar[0]) * factor for _, bar in found]
        fill = {"color": DEEP} if which == 0 else {
            "color": ink["surface"], "line": {"color": ink["ink-2"], "width": 1.2},
            "pattern": {"shape": "/", "fgcolor": ink["ink-3"], "bgcolor": ink["surface"], "size": 6, "solidity": 0.3},
        }  # fmt: skip
        data.append(
            {
                "type": "bar", "orientation": "h", "x": values, "y": places, "width": height, "name": words[which],
                "marker": fill, "customdata": [rows[at].name for at, _ in found],
                "hovertemplate": f"%{{customdata}}, {words[which]}: %{{x:.2~f}}<extra></extra>",
                "error_x": _caps(values, [(b[1] * factor, b[2] * factor) for _, b in found], ink["ink"]),
            }
        )  # fmt: skip
        if all(bar[1] == bar[2] for _, bar in found):
            data[-1].pop("error_x")
    layout = _layout([row.name for row in rows], theme, compact, unit)
    layout["xaxis"] |= {"range": [0, limit], "rangemode": "tozero"}
    if pair:
        lower = 0.14 if compact else 0.0
        for which, shift in ((0, 0.17), (1, -0.17)):
            bar = rows[0].first if which == 0 else rows[0].second
            if bar:
                label = _label(words[which], max(bar[0], bar[2]) * factor, shift - lower, "left", ink["ink-2"])
                layout["annotations"].append({**label, "xshift": 8})
    if least > 0:
        layout["shapes"].append(
            {
                "type": "line", "x0": least * factor, "x1": least * factor, "y0": 0, "y1": 1, "yref": "paper",
                "line": {"color": ink["ink-2"], "width": 1.4, "dash": "dot"}, "layer": "above",
            }
        )  # fmt: skip
    return figure(data, **layout)


def tornado(
    rows: Sequence[Swing], line: float, baseline: float | None, unit: str, theme: str, compact: bool, width: int
) -> Picture:
    """Bars from the mean of all runs to what comes out at each end of each factor, the ends' values at the bars' ends.

    The baseline, where it was played, is a dotted line. ``width`` in pixels is what the bars and their words have at least.
    """
    ink = inks(theme)
    lower = 0.14 if compact else 0.0
    data: list[dict[str, Any]] = []
    extremes = [100 * bound for row in rows for end in row.ends for bound in end[1:3]] + [100 * line]
    extremes += [100 * baseline] if baseline is not None else []
    low, high = _room(rows, line, width, max(extremes))
    annotations: list[dict[str, Any]] = []
    points: list[tuple[float, float, float, float]] = []
    for colour, pattern, pick in ((MIDDLE, "", min), (DEEP, "/", max)):
        places: list[float] = []
        lengths: list[float] = []
        names: list[str] = []
        for at, row in enumerate(rows):
            end = pick(row.ends, key=lambda one: one[0])
            places.append(-at - lower)
            lengths.append(100 * (end[0] - line))
            names.append(f"{row.name}: {end[3]}")
        data.append(
            {
                "type": "bar", "orientation": "h", "base": [100 * line] * len(rows), "x": lengths, "y": places,
                "width": 0.42, "offset": -0.21, "customdata": names, "name": "lower" if pick is min else "higher",
                "marker": {"color": colour, "line": {"width": 0}, "pattern": {"shape": pattern, "fgcolor": "#FFFFFF",
                           "bgcolor": colour, "size": 9, "solidity": 0.12} if pattern else {}},
                "hovertemplate": "%{customdata}: %{base:.0f} %<extra></extra>",
            }
        )  # fmt: skip
    for at, row in enumerate(rows):
        by = sorted(row.ends, key=lambda one: one[0])
        for end, side in ((by[0], "right"), (by[1], "left")):
            points.append((100 * end[0], -at - lower, 100 * end[1], 100 * end[2]))
            # Both ends of a factor that does little stand on one side of the line: the nearer label would lie on the bar.
            place = min(100 * end[1], 100 * line) if side == "right" else max(100 * end[2], 100 * line)
            label = _label(end[3], place, -at - lower, side, ink["ink-2"])
            annotations.append({**label, "xshift": -5 if side == "right" else 5})
    data.append(
        {
            "type": "scatter", "mode": "markers", "x": [one[0] for one in points], "y": [one[1] for one in points],
            "marker": {"size": 1, "color": ink["ink"]}, "hoverinfo": "skip",
            "error_x": _caps([one[0] for one in points], [one[2:] for one in points], ink["ink"]),
        }
    )  # fmt: skip
    layout = _layout([row.name for row in rows], theme, compact, unit)
    step = next(step for step in (1, 2, 5, 10, 20, 25, 50, 100) if (high - low) * 48 <= step * width)
    ticks = list(range(0, int(min(high, 100)) + 1, step))
    layout["xaxis"] |= {"range": [low, high], "tickvals": ticks, "ticktext": [f"{tick} %" for tick in ticks]}
    layout["bargap"], layout["barmode"] = 0, "overlay"
    layout["annotations"] += annotations
    for place, words, dash, row in ((line, "all runs", "solid", 0), (baseline, "baseline", "4px,3px", 1)):
        if place is None:
            continue
        middle = (low + high) / 2
        layout["annotations"].append(
            {
                "x": 100 * place, "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 4 + 16 * row, "showarrow": False,
                "text": f"<b>{words} {round(100 * place)} %</b>", "font": {"size": 12 if compact else 13, "color": ink["ink"]},
                "xanchor": "left" if 100 * place < middle else "right",
            }
        )  # fmt: skip
        layout["shapes"].append(
            {
                "type": "line", "x0": 100 * place, "x1": 100 * place, "y0": 0, "y1": 1, "yref": "paper",
                "line": {"color": ink["ink"], "width": 2 if row == 0 else 1.4, "dash": dash}, "layer": "above",
            }
        )  # fmt: skip
    return figure(data, **layout)


def _room(rows: Sequence[Swing], line: float, width: int, top: float) -> tuple[float, float]:
    """An axis from 0, or from so far below that the words at the bars' ends fit into the narrowest page."""
    letter = 6.8
    low, high = 0.0, 1.04 * top
    while high - low < 3 * top:
        scale = width / (high - low)
        left = right = 0.0
        for row in rows:
            less, more = sorted(row.ends, key=lambda one: one[0])
            left = max(left, letter * len(less[3]) + 10 - (100 * min(less[1], line) - low) * scale)
            right = max(right, letter * len(more[3]) + 10 - (high - 100 * max(more[2], line)) * scale)
        if left <= 1 and right <= 1:
            break
        low, high = low - max(0.0, left) / scale, high + max(0.0, right) / scale
    return low, high


def _caps(values: Sequence[float], bounds: Sequence[tuple[float, float]], colour: str) -> dict[str, Any]:
    return {
        "type": "data", "symmetric": False, "color": colour, "thickness": 1.8, "width": 4,
        "array": [max(0.0, high - value) for value, (_, high) in zip(values, bounds)],
        "arrayminus": [max(0.0, value - max(low, 0.0)) for value, (low, _) in zip(values, bounds)],
    }  # fmt: skip


def _label(text: str, x: float, y: float, side: str, colour: str) -> dict[str, Any]:
    return {
        "x": x, "y": y, "text": text, "xanchor": side, "yanchor": "middle", "showarrow": False,
        "font": {"size": 12, "color": colour},
    }  # fmt: skip


def _layout(names: Sequence[str], theme: str, compact: bool, unit: str) -> dict[str, Any]:
    ink, count = inks(theme), len(names)
    annotations: list[dict[str, Any]] = []
    if compact:
        annotations = [
            {
                "x": 0, "xref": "paper", "y": -at + 0.33, "text": broken(name, _LETTERS), "xanchor": "left", "yanchor": "middle",
                "showarrow": False, "font": {"size": 12, "color": ink["ink"]}, "bgcolor": ink["surface"], "borderpad": 0,
                "xshift": 4 - _LEFT,
                "align": "left",
            }
            for at, name in enumerate(names)
        ]  # fmt: skip
    axis = (
        {"tickvals": [-at for at in range(count)], "ticktext": list(names)}
        if not compact
        else {"showticklabels": False}
    )
    return {
        "height": 52 + 52 + (54 if compact else 42) * count,
        "margin": {"l": _LEFT if compact else 300, "r": 16, "t": 52, "b": 52},
        "xaxis": {"fixedrange": True, "title": {"text": unit}, "automargin": False, "nticks": 6},
        "yaxis": {
            **axis, "range": [-count + 0.4, 0.6], "fixedrange": True, "showgrid": False, "zeroline": False, "ticks": "",
            "automargin": False, "tickfont": {"size": 13, "color": ink["ink"]},
        },
        "annotations": annotations,
        "shapes": [],
        "hoverlabel": {"font": {"size": tokens()["font"]["size"]["xs"]}},
    }  # fmt: skip
