"""A matrix of shares: who takes back what, who gains while whom it costs. Cells carry their figure; darker is more often."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from sim.figures.chart import Picture, figure, inks
from sim.look import PartyLook, tokens

_CELL = 40


def matrix(
    rows: Sequence[str],
    columns: Sequence[PartyLook],
    shares: Sequence[Sequence[float | None]],
    theme: str,
    narrow: bool,
    looks: Sequence[PartyLook] | None = None,
) -> Picture:
    """The picture of a matrix of shares of runs.

    Parameters
    ----------
    rows
        Names at the left.
    columns
        Parties above.
    shares
        0 to 1 by row and column; None where there can be nothing.
    theme, narrow
        Of the page.
    looks
        Of the rows where they are parties too.
    """
    ink, most = inks(theme), max((share for line in shares for share in line if share), default=0.0)
    names = ["<br>".join(textwrap.wrap(name, 18 if narrow else 30)) for name in rows]
    if looks:
        names = [f"{look.glyph} {look.code if narrow else look.name}" for look in looks]
    left = 28 + round(7.4 * max(len(line) for name in names for line in name.split("<br>")))
    shapes, notes, points = [], [], []
    for y, line in enumerate(shares):
        colour = looks[y].colour(theme) if looks else ink["ink"]
        notes.append(_note(names[y], 0, y, "paper", "right", -8, colour))
        for x, share in enumerate(line):
            fill, text, toned = _cell(share, most, ink)
            box = {"x0": x - 0.48, "x1": x + 0.48, "y0": y - 0.46, "y1": y + 0.46}
            shapes.append(
                {
                    "type": "rect",
                    "xref": "x",
                    "yref": "y",
                    **box,
                    "fillcolor": fill,
                    "line": {"width": 0},
                    "layer": "below",
                }
            )
            notes.append(_note(text, x, y, "x", "center", 0, toned))
            if share is not None:
                points.append((x, y, f"{rows[y]}, {columns[x].name}: {100 * share:.2f} %"))
    for x, look in enumerate(columns):
        head = f"{look.glyph} {look.code if narrow else look.name}" if not narrow else f"{look.glyph}<br>{look.code}"
        notes.append(
            {**_note(head, x, 0, "x", "center", 0, look.colour(theme)), "yref": "paper", "y": 1, "yanchor": "bottom"}
        )
    data = [
        {
            "type": "scatter", "mode": "markers", "x": [x for x, _, _ in points], "y": [y for _, y, _ in points],
            "marker": {"size": 24, "opacity": 0}, "hovertext": [text for _, _, text in points], "hoverinfo": "text",
        }
    ]  # fmt: skip
    top = 44 if narrow else 28
    layout: dict[str, Any] = {
        "height": top + _CELL * len(rows) + 12,
        "margin": {"l": left, "r": 12, "t": top, "b": 12},
        "xaxis": {"range": [-0.5, len(columns) - 0.5], "visible": False, "fixedrange": True},
        "yaxis": {"range": [len(rows) - 0.5, -0.5], "visible": False, "fixedrange": True},
        "shapes": shapes, "annotations": notes,
    }  # fmt: skip
    return figure(data, **layout)


def _cell(share: float | None, most: float, ink: dict[str, str]) -> tuple[str, str, str]:
    """Fill, words and their colour."""
    if share is None:
        return ink["sunken"], "–", ink["ink-2"]
    scale = tokens()["scale"]["sequential"]
    if share == 0:
        return scale[0], "0", "#1A2127"
    step = min(len(scale) - 1, 1 + int((len(scale) - 1) * share / most)) if most else 0
    figure_ = 100 * share
    text = "< 0.1" if figure_ < 0.05 else f"{figure_:.1f}" if figure_ < 9.95 else f"{figure_:.0f}"
    return scale[step], text, "#FFFFFF" if step >= 4 else "#1A2127"


def _note(text: str, x: float, y: float, xref: str, side: str, shift: float, colour: str) -> dict[str, Any]:
    return {
        "x": x, "y": y, "xref": xref, "yref": "y", "text": text, "showarrow": False, "xanchor": side, "yanchor": "middle",
        "xshift": shift, "align": side, "font": {"size": 13, "color": colour},
    }  # fmt: skip
