"""The picture of a box: each limit against the whole range of what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sim.figures.chart import Picture, figure, inks
from sim.findings.boxes import Limit


@dataclass(frozen=True)
class Condition:
    """A restriction in words: what it is about, the span or levels, its whole range and where the baseline lies."""

    name: str
    words: str
    limit: Limit
    low: float
    high: float
    base: float | None
    p_value: float


def plain(value: float) -> str:
    """A figure with two digits that count."""
    return f"{value:.2g}".replace("-", "−", 1) if value < 0 else f"{value:.2g}"


def picture(conditions: Sequence[Condition], theme: str, narrow: bool) -> Picture:
    """A row a limit: the whole range as a thin bar from 0 to 100 %, the box's part thick, ends written, the baseline a star."""
    ink, lower = inks(theme), 0.16
    data: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for at, one in enumerate(conditions):
        y = -at - lower
        annotations.append(
            {
                "x": 0, "xref": "paper", "y": -at + 0.24, "xanchor": "left", "yanchor": "middle",
                "showarrow": False, "align": "left", "text": f"<b>{one.name}</b>", "font": {"size": 13, "color": ink["ink"]},
            }
        )  # fmt: skip
        if one.limit.levels is not None:
            annotations.append(_note(f"only {one.words}", 0, y, "left", ink["ink"]))
            continue
        span = max(one.high - one.low, 1e-12)
        left, right = 100 * (one.limit.low - one.low) / span, 100 * (one.limit.high - one.low) / span
        for x, width, colour in (([0, 100], 3, ink["line-strong"]), ([left, right], 14, "#53657F")):
            data.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": x,
                    "y": [y, y],
                    "hoverinfo": "skip",
                    "line": {"color": colour, "width": width},
                }
            )
        for place, words, side in ((0, f"{plain(one.low)}", "right"), (100, f"{plain(one.high)}", "left")):
            annotations.append({**_note(words, place, y, side, ink["ink-2"]), "xshift": -6 if side == "right" else 6})
        annotations.append({**_note(f"<b>{one.words}</b>", (left + right) / 2, y, "center", ink["ink"]), "yshift": -20})
        if one.base is not None and one.low <= one.base <= one.high:
            data.append(
                {
                    "type": "scatter", "mode": "markers", "x": [100 * (one.base - one.low) / span], "y": [y],
                    "marker": {"symbol": "star", "size": 14, "color": ink["ink"],
                               "line": {"width": 1.5, "color": ink["surface"]}},
                    "hovertemplate": f"baseline {one.base:.3g}<extra></extra>",
                }
            )  # fmt: skip
    if not data:
        data.append(
            {"type": "scatter", "mode": "markers", "x": [0], "y": [-lower], "marker": {"size": 1, "color": ink["ink"]}}
        )
    starred = any(one.base is not None for one in conditions)
    if starred:
        annotations.append({**_note("★ baseline", 100, 0.62, "right", ink["ink-2"]), "yanchor": "middle"})
    axis = {
        "fixedrange": True,
        "showticklabels": False,
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
        "showline": False,
    }
    return figure(
        data,
        height=30 + 78 * len(conditions),
        margin={
            "l": _beside(one.low for one in conditions),
            "r": _beside(one.high for one in conditions),
            "t": 8,
            "b": 8,
        },
        xaxis={**axis, "range": [-1, 101]},
        yaxis={**axis, "range": [-len(conditions) + 0.3, 0.75]},
        annotations=annotations,
    )


def _beside(ends: Iterable[float]) -> int:
    """Pixels that the words beside a row need, by and large."""
    return 12 + 8 * max([4, *(len(plain(end)) for end in ends)])


def _note(text: str, x: float, y: float, side: str, colour: str) -> dict[str, Any]:
    return {
        "x": x, "y": y, "text": text, "xanchor": side, "yanchor": "middle", "showarrow": False,
        "font": {"size": 12, "color": colour},
    }  # fmt: skip
