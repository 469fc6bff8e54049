"""Dumbbells: two shares on one line, before hollow and after full, and beside them the difference with its interval."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.figures.chart import Picture, figure, inks

_LINE, _GAP, _FOOT = 17, 34, 48
"""Height of a line of a label, of a row without it, and room for the axes below, in pixels."""

_SHORT, _LONG, _NARROW = 30, 46, 46
"""Letters of a label's line: where all labels are short, where some are long, and above the line on a narrow page."""

_MARGIN = {_SHORT: 222, _LONG: 336}
"""Room on the left for labels of so many letters, in pixels."""

CIRCLE, HEXAGON, SQUARE, DIAMOND = "circle", "hexagon", "square", "diamond"


@dataclass(frozen=True)
class Dumbbell:
    """A row.

    Attributes
    ----------
    label
        What it is about.
    before, after
        Per cent.
    change
        Difference and the ends of its interval in percentage points; None where it has none.
    symbol
        Its marks; a hexagon stands for escalation, which has its own colour.
    """

    label: str
    before: float
    after: float
    change: tuple[float, float, float] | None
    symbol: str = CIRCLE


def dumbbells(
    rows: Sequence[Dumbbell], theme: str, *, narrow: bool, change: str, of: str, single: bool = False
) -> Picture:
    """A picture of rows, the first on top.

    Parameters
    ----------
    rows
        At least one.
    change, of
        Titles of the two axes.
    single
        Whether all rows start from one share, which then is a line.
    """
    ink = inks(theme)
    letters = _NARROW if narrow else _LONG if any(len(row.label) > _SHORT for row in rows) else _SHORT
    labels = [_lines(row.label, letters, 7 if narrow else 5) for row in rows]
    heights = [_LINE * len(lines) + (_GAP if narrow else 0) for lines in labels]
    heights = [max(height + 8, _GAP) for height in heights]
    places = [-sum(heights[:at]) - heights[at] / 2 for at in range(len(rows))]
    if narrow:
        places = [-sum(heights[: at + 1]) + _GAP / 2 for at in range(len(rows))]
    data: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    shapes = [_upright("x2", 0.0, ink)]
    if single:
        shapes.append(_upright("x", rows[0].before, ink, "2px,3px"))
    for row, place, lines in zip(rows, places, labels):
        data += _marks(row, place, ink)
        notes += [*_figures(row, place, ink), _label("<br>".join(lines), place, ink, narrow)]
    top = max(5.0, *(max(row.before, row.after) for row in rows))
    ends = [0.0, *(end for row in rows if row.change for end in row.change)]
    pad = max(0.5, 0.1 * (max(ends) - min(ends)))
    axis = {"fixedrange": True, "tickfont": {"size": 12}, "zeroline": False, "automargin": False}
    return figure(
        data,
        height=sum(heights) + _FOOT + 20,
        margin={"l": 12 if narrow else _MARGIN[letters], "r": 14, "t": 20, "b": _FOOT},
        xaxis={
            **axis, "range": [-0.06 * top, top * 1.16], "domain": [0.0, 0.54], "nticks": 4 if narrow else 6,
            "title": {"text": of, "font": {"size": 12}},
        },
        xaxis2={
            **axis, "range": [min(ends) - pad, max(ends) + pad], "domain": [0.62, 1.0], "nticks": 4 if narrow else 6,
            "anchor": "y", "title": {"text": change, "font": {"size": 12}},
        },
        yaxis={"range": [-sum(heights), 0], "visible": False, "fixedrange": True},
        shapes=shapes,
        annotations=notes,
    )  # fmt: skip


def _lines(text: str, letters: int, most: int) -> list[str]:
    """A label in as few lines as it needs, of about equal length."""
    lines = textwrap.wrap(text, letters, max_lines=most, placeholder=" …", break_on_hyphens=False)
    for narrower in range(letters - 1, letters // 2, -1):
        trial = textwrap.wrap(text, narrower, break_on_hyphens=False)
        if len(trial) > len(lines):
            break
        lines = trial
    return lines


def _upright(axis: str, x: float, ink: dict[str, str], dash: str = "solid") -> dict[str, Any]:
    line = {"color": ink["line-strong"], "width": 1.2, "dash": dash}
    return {
        "type": "line", "xref": axis, "yref": "paper", "x0": x, "x1": x, "y0": 0, "y1": 1, "line": line, "layer": "between",
    }  # fmt: skip


def _marks(row: Dumbbell, place: float, ink: dict[str, str]) -> list[dict[str, Any]]:
    """The line with its two ends, and the difference with its interval."""
    colour = ink["escalation"] if row.symbol == HEXAGON else ink["ink"]
    common: dict[str, Any] = {"type": "scatter", "yaxis": "y", "cliponaxis": False}
    found: list[dict[str, Any]] = [
        {
            **common, "x": [row.before, row.after], "y": [place, place], "xaxis": "x", "mode": "lines",
            "line": {"color": colour, "width": 2}, "hoverinfo": "skip",
        }
    ]  # fmt: skip
    for share, hollow in ((row.before, True), (row.after, False)):
        found.append(
            {
                **common, "x": [share], "y": [place], "xaxis": "x", "mode": "markers",
                "marker": {
                    "symbol": row.symbol, "size": 12 if hollow else 9, "color": ink["surface"] if hollow else colour,
                    "line": {"color": colour, "width": 2 if hollow else 0},
                },
                "hovertemplate": f"{row.label}: %{{x:.1f}} %<extra></extra>",
            }
        )  # fmt: skip
    if row.change:
        value, low, high = row.change
        found.append(
            {
                **common, "x": [value], "y": [place], "xaxis": "x2", "mode": "markers",
                "marker": {"symbol": row.symbol, "size": 8, "color": colour, "line": {"width": 0}},
                "error_x": {
                    "type": "data", "symmetric": False, "array": [high - value], "arrayminus": [value - low],
                    "color": ink["ink"], "thickness": 1.6, "width": 4,
                },
                "hovertemplate": f"{row.label}: %{{x:+.1f}} ({low:+.1f} to {high:+.1f})<extra></extra>",
            }
        )  # fmt: skip
    return found


def _figures(row: Dumbbell, place: float, ink: dict[str, str]) -> list[dict[str, Any]]:
    """The two shares at the ends of the line, with a digit more where they are near; once where they are the same."""
    colour = ink["escalation"] if row.symbol == HEXAGON else ink["ink-2"]
    digits = 1 if abs(row.before - row.after) < 1.5 and row.before != row.after else 0
    left, right = min(row.before, row.after), max(row.before, row.after)
    ends = [(left, "right", -9), (right, "left", 9)]
    if f"{left:.{digits}f}" == f"{right:.{digits}f}":
        ends = ends[1:]
    return [
        {
            "x": x, "y": place, "xref": "x", "yref": "y", "text": f"{x:.{digits}f}", "xanchor": side, "xshift": shift,
            "showarrow": False, "font": {"size": 12, "color": colour}, "bgcolor": ink["surface"], "borderpad": 0,
        }
        for x, side, shift in ends
    ]  # fmt: skip


def _label(text: str, place: float, ink: dict[str, str], narrow: bool) -> dict[str, Any]:
    """The row's name: left of it, or above it on a narrow page."""
    common = {
        "text": text, "showarrow": False, "font": {"size": 13, "color": ink["ink"]}, "xref": "paper", "yref": "y", "x": 0,
        "y": place,
    }  # fmt: skip
    if narrow:
        above = {"xanchor": "left", "yanchor": "bottom", "yshift": 9, "align": "left"}
        return {**common, **above, "bgcolor": ink["surface"], "borderpad": 1}
    return {**common, "xshift": -10, "xanchor": "right", "align": "right"}
