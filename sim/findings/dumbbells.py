"""Dumbbells: two shares on one line, before hollow and after full, and beside them the difference with its interval."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.figures.chart import Picture, figure, inks

_STEP, _STEP_NARROW, _TOP, _FOOT = 38, 58, 46, 48
"""Height of a row on a wide and a narrow page, room above and below, in pixels."""

_LETTERS, _LETTERS_NARROW = 30, 40


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
    rust
        Whether it is about escalation, which has its own colour and symbol.
    """

    label: str
    before: float
    after: float
    change: tuple[float, float, float] | None
    rust: bool = False


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
    step = _STEP_NARROW if narrow else _STEP
    count = len(rows)
    split = (0.0, 0.54), (0.62, 1.0)
    data: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    shapes: list[dict[str, Any]] = []
    top = max(5.0, *(max(row.before, row.after) for row in rows))
    ends = [end for row in rows if row.change for end in row.change]
    low, high = min(0.0, *ends) if ends else 0.0, max(0.0, *ends) if ends else 0.0
    pad = max(0.5, 0.08 * (high - low))
    for at, row in enumerate(rows):
        colour = ink["escalation"] if row.rust else ink["ink"]
        mark = "hexagon" if row.rust else "circle"
        place = count - 1 - at
        shapes.append(_line("x", row.before, row.after, place, colour, 2))
        data.append(
            _mark(
                "x",
                row.before,
                place,
                colour,
                ink["surface"],
                mark,
                hollow=True,
                words=f"{row.label}: %{{x:.1f}} before",
            )
        )
        data.append(
            _mark("x", row.after, place, colour, colour, mark, hollow=False, words=f"{row.label}: %{{x:.1f}} after")
        )
        notes += _figures(row, place, ink)
        if row.change:
            value, least, most = row.change
            data.append(_interval(value, least, most, place, colour, mark, row.label))
        notes.append(_label(row.label, place, ink, narrow))
    rule = {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "line": {"color": ink["line-strong"], "width": 1.2}}
    shapes.append({**rule, "xref": "x2", "x0": 0, "x1": 0})
    if single:
        dotted = {**rule["line"], "dash": "2px,3px"}
        shapes.append(
            {**rule, "xref": "x", "x0": rows[0].before, "x1": rows[0].before, "line": dotted, "layer": "below"}
        )
    axis = {"fixedrange": True, "tickfont": {"size": 12}, "zeroline": False, "automargin": False}
    return figure(
        data,
        height=_TOP + _FOOT + step * count,
        margin={"l": 12 if narrow else 214, "r": 14, "t": 12 if not narrow else 22, "b": _FOOT},
        xaxis={
            **axis, "range": [-0.04 * top, top * 1.14], "domain": list(split[0]), "nticks": 4 if narrow else 6,
            "title": {"text": of, "font": {"size": 12}},
        },
        xaxis2={
            **axis, "range": [low - pad, high + pad], "domain": list(split[1]), "nticks": 3 if narrow else 5, "anchor": "y",
            "title": {"text": change, "font": {"size": 12}},
        },
        yaxis={"range": [-0.6, count - 0.4], "visible": False, "fixedrange": True},
        shapes=shapes,
        annotations=notes,
    )  # fmt: skip


def _line(axis: str, x0: float, x1: float, y: float, colour: str, width: float) -> dict[str, Any]:
    line = {"color": colour, "width": width}
    return {
        "type": "line",
        "xref": axis,
        "yref": "y",
        "x0": x0,
        "x1": x1,
        "y0": y,
        "y1": y,
        "line": line,
        "layer": "below",
    }


def _mark(
    axis: str, x: float, y: float, colour: str, fill: str, symbol: str, *, hollow: bool, words: str
) -> dict[str, Any]:
    return {
        "type": "scatter", "x": [x], "y": [y], "xaxis": axis, "yaxis": "y", "mode": "markers", "cliponaxis": False,
        "marker": {
            "symbol": symbol, "size": 12 if hollow else 10, "color": fill,
            "line": {"color": colour, "width": 2 if hollow else 0},
        },
        "hovertemplate": f"{words}<extra></extra>",
    }  # fmt: skip


def _interval(value: float, low: float, high: float, y: float, colour: str, symbol: str, label: str) -> dict[str, Any]:
    return {
        "type": "scatter", "x": [value], "y": [y], "xaxis": "x2", "yaxis": "y", "mode": "markers", "cliponaxis": False,
        "marker": {"symbol": symbol, "size": 8, "color": colour},
        "error_x": {
            "type": "data", "symmetric": False, "array": [high - value], "arrayminus": [value - low],
            "color": colour, "thickness": 1.6, "width": 4,
        },
        "hovertemplate": f"{label}: %{{x:+.1f}} ({low:+.1f} to {high:+.1f})<extra></extra>",
    }  # fmt: skip


def _figures(row: Dumbbell, place: float, ink: dict[str, str]) -> list[dict[str, Any]]:
    """The two shares at the ends of the line; one figure where they are the same."""
    colour = ink["escalation"] if row.rust else ink["ink-2"]
    left, right = min(row.before, row.after), max(row.before, row.after)
    texts = [(right, "left", 9)] if f"{left:.0f}" == f"{right:.0f}" else [(left, "right", -9), (right, "left", 9)]
    return [
        {
            "x": x, "y": place, "xref": "x", "yref": "y", "text": f"{x:.0f}", "xanchor": side, "xshift": shift,
            "showarrow": False, "font": {"size": 12, "color": colour},
        }
        for x, side, shift in texts
    ]  # fmt: skip


def _label(text: str, place: float, ink: dict[str, str], narrow: bool) -> dict[str, Any]:
    """The row's name: left of it, or above it on a narrow page."""
    lines = "<br>".join(textwrap.wrap(text, _LETTERS_NARROW if narrow else _LETTERS)[:2])
    common = {
        "text": lines,
        "showarrow": False,
        "font": {"size": 13, "color": ink["ink"]},
        "yref": "y",
        "xref": "paper",
    }
    if narrow:
        return {**common, "x": 0, "y": place, "xanchor": "left", "yanchor": "bottom", "yshift": 11, "align": "left"}
    return {**common, "x": 0, "xshift": -10, "y": place, "xanchor": "right", "align": "right"}
