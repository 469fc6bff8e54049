"""The picture of a plane: cells, lines of equal share with their words at the ends, the baseline as a star."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.figures.chart import Picture, broken, figure, inks, whole
from sim.look import tokens

if TYPE_CHECKING:
    from sim.findings.planes import Plane

LEVELS = (0.25, 0.5, 0.75)
CLOSE = 0.09
"""Share of the plane's size from other words below which a line goes without its own."""


def picture(plane: Plane, names: tuple[str, str], which: str, theme: str, compact: bool, narrow: bool) -> Picture:
    """Cells of a plane in the sequential scale; shares from 0 to 100."""
    ink, values = inks(theme), 100 * plane.values
    x, y = plane.x.tolist(), plane.y.tolist()
    scale = tokens()["scale"]["sequential"]
    if which == "escalation":
        scale = ["#FBF6E3", "#F1D9B4", "#E3B183", "#CF8454", "#B95E2E", tokens()["light"]["escalation"], "#6E260A"]
    colours = [[at / (len(scale) - 1), colour] for at, colour in enumerate(scale)]
    data: list[dict[str, Any]] = [
        {
            "type": "heatmap", "x": x, "y": y, "z": _plain(values), "colorscale": colours, "zmin": 0, "zmax": 100,
            "xgap": 0, "ygap": 0,
            "hovertemplate": f"{names[0]} %{{x:.3~g}}<br>{names[1]} %{{y:.3~g}}<br>%{{z:.0f}} %<extra></extra>",
            "colorbar": {
                "title": {"text": "% of runs", "font": {"size": 12}}, "thickness": 12 if compact else 16, "outlinewidth": 0,
                "tickvals": [0, 25, 50, 75, 100], "len": 0.95, "xpad": 4, "tickfont": {"size": 12},
            },
        }
    ]  # fmt: skip
    annotations: list[dict[str, Any]] = []
    taken = _star(plane, narrow)
    for level in LEVELS:
        if not np.nanmin(plane.values) < level < np.nanmax(plane.values):
            continue
        for colour, width in (
            (tokens()["light"]["surface"], 4.5),
            (tokens()["light"]["ink"], 2.4 if level == 0.5 else 1.5),
        ):
            data.append(
                {
                    "type": "contour", "x": x, "y": y, "z": _plain(values), "showscale": False, "hoverinfo": "skip",
                    "autocontour": False, "contours": {"start": 100 * level, "end": 100 * level, "size": 1, "coloring": "none"},
                    "line": {"color": colour, "width": width, "smoothing": 0.8}, "connectgaps": True,
                }
            )  # fmt: skip
        place = crossing(plane, level, taken)
        if place is not None:
            taken.append(place)
            annotations.append(_tag(f"{whole(level)} %", place, "center"))
    if plane.baseline:
        at, cell = plane.baseline, plane.at_baseline
        data.append(
            {
                "type": "scatter", "mode": "markers", "x": [at[0]], "y": [at[1]], "hoverinfo": "skip",
                "marker": {"symbol": "star", "size": 16, "color": tokens()["light"]["ink"],
                           "line": {"color": tokens()["light"]["surface"], "width": 2}},
            }
        )  # fmt: skip
        right = at[0] > (x[0] + x[-1]) / 2
        near = "baseline" if plane.exact else "near the<br>baseline" if narrow else "near the baseline"
        if cell is not None and cell.rows:
            near += f"{'<br>' if narrow else ' '}{whole(cell.value)} % ({whole(cell.low)}–{whole(cell.high)})"
        annotations.append(_tag(f"<b>{near}</b>", at, "right" if right else "left", -14 if right else 14))
    if plane.heading:
        annotations.append(
            {
                "x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 8,
                "text": f"<b>{plane.heading[:1].upper()}{plane.heading[1:]}</b>", "showarrow": False, "font": {"size": 13},
            }
        )  # fmt: skip
    return figure(
        data,
        height=400 if compact else 520,
        margin={"l": 56 if compact else 68, "r": 8, "t": 34 if plane.heading else 14, "b": 56},
        xaxis={
            "title": {"text": broken(names[0], 34 if narrow else 60)},
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
        },
        yaxis={"title": {"text": broken(names[1], 40)}, "fixedrange": True, "showgrid": False, "zeroline": False},
        annotations=annotations,
        plot_bgcolor=ink["sunken"],
    )


def crossing(plane: Plane, level: float, taken: list[Any]) -> tuple[float, float] | None:
    """A point on the line of a share, as far as may be from what stands in the plane already and off its edges."""
    found: list[tuple[float, float]] = []
    x, y, values = _fine(plane)
    for axis, (along, other) in enumerate(((x, y), (y, x))):
        lines = values if axis == 0 else values.T
        for at in range(len(other)):
            below = lines[at] - level
            known = np.isfinite(below[:-1]) & np.isfinite(below[1:])
            for step in np.flatnonzero(known & ((below[:-1] <= 0) != (below[1:] <= 0))):
                part = below[step] / (below[step] - below[step + 1])
                place = along[step] + part * (along[step + 1] - along[step])
                found.append((place, other[at]) if axis == 0 else (other[at], place))
    if not found:
        return None
    span = max(x[-1] - x[0], 1e-12), max(y[-1] - y[0], 1e-12)

    def worth(place: tuple[float, float]) -> float:
        share = (place[0] - x[0]) / span[0], (place[1] - y[0]) / span[1]
        edge = min(share[0], 1 - share[0], share[1], 1 - share[1])
        gaps = [np.hypot((place[0] - one[0]) / span[0] * 0.6, (place[1] - one[1]) / span[1]) for one in taken]
        return min([2.5 * edge, 0.35, *gaps])

    best = max(found, key=worth)
    return best if worth(best) >= CLOSE else None


def _star(plane: Plane, narrow: bool) -> list[tuple[float, float]]:
    """Where the star and its words stand: from it toward the farther side."""
    if plane.baseline is None:
        return []
    span = plane.x[-1] - plane.x[0]
    away = -1 if plane.baseline[0] > (plane.x[0] + plane.x[-1]) / 2 else 1
    reach = (0.0, 0.15, 0.3, 0.45, 0.6) if narrow else (0.0, 0.1, 0.2, 0.3, 0.4)
    return [(plane.baseline[0] + away * part * span, plane.baseline[1]) for part in reach]


def _fine(plane: Plane) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The plane with points between its cells, so that a line crosses it in more places than a few rows."""
    values = plane.values
    if np.isnan(values).any():
        return plane.x, plane.y, values
    x, y = (np.linspace(float(axis[0]), float(axis[-1]), max(len(axis), 25)) for axis in (plane.x, plane.y))
    along = np.array([_between(x, plane.x, row) for row in values])
    return x, y, np.array([_between(y, plane.y, column) for column in along.T]).T


def _between(at: NDArray[np.float64], known: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.interp(at, known, values)


def _plain(values: NDArray[np.float64]) -> list[list[float | None]]:
    return [[None if np.isnan(one) else round(float(one), 3) for one in row] for row in values]


def _tag(text: str, place: tuple[float, float], side: str, shift: int = 0) -> dict[str, Any]:
    """Words on white, legible on any cell in both themes."""
    light = tokens()["light"]
    return {
        "x": place[0], "y": place[1], "text": text, "showarrow": False, "xanchor": side, "xshift": shift, "borderpad": 2,
        "bgcolor": light["surface"], "font": {"size": 12, "color": light["ink"]},
    }  # fmt: skip
