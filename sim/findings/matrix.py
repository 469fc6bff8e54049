"""A matrix as a picture: who takes back what, who gains while whom it costs, from which class a change sends runs to which."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.figures.chart import Picture, figure, inks
from sim.look import PartyLook, tokens

_CELL = 40
_LETTER = 7.4
"""Pixels of a letter in a name, by and large."""


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes
    ----------
    fill, words, colour
        Its ground, what stands in it and in which colour.
    hover
        What it says when pointed at; nothing where there is nothing to say.
    framed
        Whether a line runs around it.
    """

    fill: str
    words: str
    colour: str
    hover: str = ""
    framed: bool = False


def toned(share: float) -> tuple[str, str]:
    """Ground and colour of the words for a share from 0 to 1 of the darkest; darker is more."""
    scale = tokens()["scale"]["sequential"]
    step = min(len(scale) - 1, 1 + int((len(scale) - 1) * share)) if share else 0
    return scale[step], "#FFFFFF" if step >= 4 else "#1A2127"


def cells(
    names: Sequence[tuple[str, str]],
    heads: Sequence[tuple[str, str]],
    lines: Sequence[Sequence[Cell]],
    theme: str,
    *,
    turned: bool = False,
) -> Picture:
    """The picture of a matrix.

    Parameters
    ----------
    names, heads
        Words, broken with ``<br>``, and colour of every row at the left and of every column above.
    lines
        Cells by row.
    theme
        Of the page.
    turned
        Whether heads read upwards, where columns are narrow.
    """
    left = 28 + round(_LETTER * max(_longest(name) for name, _ in names))
    tall = _LETTER * max(_longest(head) for head, _ in heads) if turned else 16 * max(_rows(head) for head, _ in heads)
    top, ink = round(tall) + 12, inks(theme)
    shapes: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    points: list[tuple[float, float, str]] = []
    for y, line in enumerate(lines):
        words, colour = names[y]
        notes.append(_note(words, 0, y, colour, xref="paper", xanchor="right", xshift=-8, align="right"))
        for x, cell in enumerate(line):
            shapes.append(
                {
                    "type": "rect", "xref": "x", "yref": "y", "layer": "below", "fillcolor": cell.fill,
                    "x0": x - 0.48, "x1": x + 0.48, "y0": y - 0.46, "y1": y + 0.46,
                    "line": {"width": 2 if cell.framed else 0, "color": ink["ink"]},
                }
            )  # fmt: skip
            notes.append(_note(cell.words, x, y, cell.colour))
            if cell.hover:
                points.append((x, y, cell.hover))
    for x, (words, colour) in enumerate(heads):
        given = {"textangle": -90, "yshift": 6} if turned else {}
        notes.append(_note(words, x, 1, colour, yref="paper", yanchor="bottom", **given))
    data = [
        {
            "type": "scatter", "mode": "markers", "x": [x for x, _, _ in points], "y": [y for _, y, _ in points],
            "marker": {"size": 24, "opacity": 0}, "hovertext": [text for _, _, text in points], "hoverinfo": "text",
        }
    ]  # fmt: skip
    layout: dict[str, Any] = {
        "height": top + _CELL * len(lines) + 12,
        "margin": {"l": left, "r": 12, "t": top, "b": 12},
        "xaxis": {"range": [-0.5, len(heads) - 0.5], "visible": False, "fixedrange": True},
        "yaxis": {"range": [len(lines) - 0.5, -0.5], "visible": False, "fixedrange": True},
        "shapes": shapes, "annotations": notes,
    }  # fmt: skip
    return figure(data, **layout)


def matrix(
    rows: Sequence[str],
    columns: Sequence[PartyLook],
    shares: Sequence[Sequence[float | None]],
    theme: str,
    narrow: bool,
    looks: Sequence[PartyLook] | None = None,
) -> Picture:
    """The picture of a matrix of shares of runs; cells carry their figure in percent.

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
    names = [("<br>".join(textwrap.wrap(name, 18 if narrow else 30)), ink["ink"]) for name in rows]
    if looks:
        names = [(f"{look.glyph} {look.code if narrow else look.name}", look.colour(theme)) for look in looks]
    heads = [
        (f"{look.glyph}<br>{look.code}" if narrow else f"{look.glyph} {look.name}", look.colour(theme))
        for look in columns
    ]
    lines = [
        [_of_share(share, most, f"{row}, {look.name}", ink) for share, look in zip(line, columns)]
        for row, line in zip(rows, shares)
    ]
    return cells(names, heads, lines, theme)


def _of_share(share: float | None, most: float, name: str, ink: dict[str, str]) -> Cell:
    if share is None:
        return Cell(ink["sunken"], "–", ink["ink-2"])
    fill, colour = toned(share / most if most else 0)
    value = 100 * share
    words = "0" if not share else "< 0.1" if value < 0.05 else f"{value:.1f}" if value < 9.95 else f"{value:.0f}"
    return Cell(fill, words, colour, f"{name}: {value:.2f} %")


def _longest(words: str) -> int:
    return max(len(line) for line in words.split("<br>"))


def _rows(words: str) -> int:
    return words.count("<br>") + 1


def _note(text: str, x: float, y: float, colour: str, **where: Any) -> dict[str, Any]:
    return {
        "text": text, "x": x, "y": y, "xref": "x", "yref": "y", "showarrow": False, "xanchor": "center",
        "yanchor": "middle", "font": {"size": 13, "color": colour}, **where,
    }  # fmt: skip
