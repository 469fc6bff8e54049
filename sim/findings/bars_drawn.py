"""Drawing bars to 100 %: parts, names, brackets, the column at the right, and a key that fits the page."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from sim.figures.chart import Picture, figure, inks, spread
from sim.findings.bars import Band, Bar, Right

_WIDE, _NARROW = 560, 250
"""Pixels that the bars have at least; words that would not fit inside a part are left out."""

_LETTERS = 26
"""Of a bar's name on a wide page before it is broken."""


def stacked(
    bands: Sequence[Band], bars: Sequence[Bar], theme: str, narrow: bool, right: Right | None = None, ends: int = 0
) -> Picture:
    """The picture of stacked bars.

    Parameters
    ----------
    bands, bars
        Left to right, and from the top.
    theme, narrow
        Of the page.
    right
        A column of points with intervals.
    ends
        Pixels for the words at the right.
    """
    return _Stack(bands, bars, theme, narrow, right, ends).picture()


class _Stack:
    def __init__(
        self, bands: Sequence[Band], bars: Sequence[Bar], theme: str, narrow: bool, right: Right | None, ends: int
    ) -> None:
        self.bands, self.bars, self.theme, self.narrow, self.right, self.ends = bands, bars, theme, narrow, right, ends
        self.ink = inks(theme)
        self.names = [bar.name if narrow else "<br>".join(textwrap.wrap(bar.name, _LETTERS)) for bar in bars]
        self.places, self.depth = self._placed()

    def _placed(self) -> tuple[list[float], float]:
        """Where each bar stands, in pixels from the top."""
        at = 0.0
        places: list[float] = []
        for bar, name in zip(self.bars, self.names):
            at += 30 if bar.head else 0
            room = 54 if self.narrow else max(36, 17 * (1 + name.count("<br>")) + 6)
            places.append(at + (room - 14 if self.narrow else room / 2))
            at += room
        return places, at

    @property
    def domain(self) -> float:
        """Share of the width that the bars take."""
        return (0.66 if self.narrow else 0.8) if self.right else 1.0

    @property
    def aside(self) -> float:
        """Where the column at the right begins."""
        return self.domain + (0.12 if self.narrow else 0.07)

    def picture(self) -> Picture:
        """Data and layout."""
        above = 58 if self.leaders else self._legend_room()
        left = (
            8 if self.narrow else 20 + round(7.4 * max(len(line) for name in self.names for line in name.split("<br>")))
        )
        height = above + round(self.depth) + 40
        layout: dict[str, Any] = {
            "height": height, "barmode": "overlay", "showlegend": False,
            "margin": {"l": left, "r": 22 + (0 if self.narrow else self.ends), "t": above, "b": 40},
            "xaxis": {
                "range": [0, 100], "domain": [0, self.domain], "tickvals": [0, 25, 50, 75, 100], "showgrid": False,
                "ticktext": ["0", "25", "50", "75", "100 %"], "fixedrange": True,
            },
            "yaxis": {"range": [self.depth, 0], "visible": False, "fixedrange": True},
            "annotations": [*self._labels(), *(self._leaders() if self.leaders else self._squares())],
            "shapes": self._brackets(),
        }  # fmt: skip
        data = self._parts()
        if self.right:
            layout["xaxis2"] = {
                "range": [0, 100], "domain": [self.aside, 1.0], "fixedrange": True,
                "tickvals": [0, 100] if self.narrow else [0, 50, 100], "anchor": "y", "showgrid": False,
                "ticktext": ["0", "100 %"] if self.narrow else ["0", "50", "100 %"], "zeroline": False,
            }  # fmt: skip
            data.append(self._points(self.right))
        return figure(data, **layout)

    def _parts(self) -> list[dict[str, Any]]:
        edge = self.ink["ink"] if self.theme == "dark" else self.ink["surface"]
        room = (_NARROW if self.narrow else _WIDE) * self.domain
        data: list[dict[str, Any]] = []
        for at, band in enumerate(self.bands):
            shown = [(bar, y) for bar, y in zip(self.bars, self.places) if bar.shares and bar.shares[at] > 0]
            words: list[str] = []
            for bar, _ in shown:
                text = bar.words[at] if bar.words else f"{100 * bar.shares[at]:.0f}"
                words.append(text if 7.5 * len(text) + 4 <= room * bar.shares[at] else "")
            data.append(
                {
                    "type": "bar", "orientation": "h", "name": band.name, "width": 25,
                    "x": [100 * bar.shares[at] for bar, _ in shown], "y": [y for _, y in shown],
                    "base": [100 * sum(bar.shares[:at]) for bar, _ in shown],
                    "text": words, "textposition": "inside", "insidetextanchor": "middle", "textangle": 0,
                    "insidetextfont": {"size": 13, "color": band.ink}, "constraintext": "none",
                    "marker": {
                        "color": band.fill, "line": {"color": edge, "width": 1.5},
                        "pattern": {
                            "shape": band.pattern, "bgcolor": band.fill, "fgcolor": band.hatch if band.pattern else band.fill,
                            "size": 7, "fgopacity": 1, "solidity": 0.25,
                        },
                    },
                    "customdata": [[bar.head or bar.name, bar.name] for bar, _ in shown],
                    "hovertemplate": f"%{{customdata[1]}}, {band.name}: %{{x:.1f}} %<extra></extra>",
                }
            )  # fmt: skip
        return data

    def _points(self, right: Right) -> dict[str, Any]:
        shown = [(bar.point, y) for bar, y in zip(self.bars, self.places) if bar.point]
        return {
            "type": "scatter", "mode": "markers+text", "xaxis": "x2", "yaxis": "y", "cliponaxis": False,
            "x": [100 * point[0] for point, _ in shown], "y": [y for _, y in shown],
            "error_x": {
                "type": "data", "symmetric": False, "color": right.ink, "thickness": 2, "width": 4,
                "array": [100 * (point[2] - point[0]) for point, _ in shown],
                "arrayminus": [100 * (point[0] - point[1]) for point, _ in shown],
            },
            "marker": {"symbol": right.symbol, "size": 8, "color": right.ink},
            "text": [f"{100 * point[0]:.0f}" for point, _ in shown],
            "textposition": "top center", "textfont": {"size": 13, "color": right.ink},
            "hovertext": [f"{100 * p[0]:.1f} % ({100 * p[1]:.1f}–{100 * p[2]:.1f})" for p, _ in shown],
            "hoverinfo": "text",
        }  # fmt: skip

    def _brackets(self) -> list[dict[str, Any]]:
        """Capped bars above the bars, and the line at 0."""
        line = {"color": self.ink["ink"], "width": 2}
        shapes: list[dict[str, Any]] = [
            {
                "type": "line", "xref": "x", "yref": "paper", "x0": 0, "x1": 0, "y0": 0, "y1": 1,
                "line": {"color": self.ink["line-strong"], "width": 1},
            }
        ]  # fmt: skip
        for bar, y in zip(self.bars, self.places):
            if bar.bracket:
                low, high = (100 * end for end in bar.bracket)
                for x0, x1, y0, y1 in (
                    (low, high, y - 16, y - 16),
                    (low, low, y - 19, y - 13),
                    (high, high, y - 19, y - 13),
                ):
                    shapes.append(
                        {"type": "line", "xref": "x", "yref": "y", "x0": x0, "x1": x1, "y0": y0, "y1": y1, "line": line}
                    )
        return shapes

    def _labels(self) -> list[dict[str, Any]]:
        """Names of the bars, lines above them, words at their ends."""
        notes: list[dict[str, Any]] = []
        for bar, name, y in zip(self.bars, self.names, self.places):
            text = f"<b>{name}</b>" if bar.strong else name
            if self.narrow:
                text += f" · {bar.end}" if bar.end else ""
                notes.append(self._note(text, 0, y - 21, "paper", "left", "bottom", 0))
            else:
                notes.append(self._note(text, 0, y, "paper", "right", "middle", -8))
            if bar.head:
                top = y - (42 if self.narrow else 20.5 + 8.5 * name.count("<br>"))
                notes.append(
                    self._note(f"<b>{bar.head}</b>", 0, top, "paper", "left", "bottom", 0 if self.narrow else 6)
                )
            if bar.end and not self.narrow:
                notes.append(self._note(bar.end, 1, y, "paper", "left", "middle", 8))
        if self.right:
            notes.append(
                {
                    "x": self.aside, "xref": "paper", "y": 1, "yref": "paper",
                    "xanchor": "left", "yanchor": "bottom", "yshift": 4, "showarrow": False, "align": "left",
                    "text": self.right.title,
                    "font": {"size": 12 if self.narrow else 13, "color": self.right.ink},
                }
            )  # fmt: skip
        return notes

    def _note(self, text: str, x: float, y: float, xref: str, side: str, level: str, shift: float) -> dict[str, Any]:
        return {
            "x": x, "y": y, "xref": xref, "yref": "y", "text": text, "showarrow": False, "xanchor": side,
            "yanchor": level, "xshift": shift, "align": side, "font": {"size": 13, "color": self.ink["ink"]},
        }  # fmt: skip

    @property
    def shown(self) -> list[int]:
        """Bands that some bar has."""
        return [at for at in range(len(self.bands)) if any(bar.shares and bar.shares[at] > 0 for bar in self.bars)]

    @property
    def leaders(self) -> bool:
        """Whether names stand above the parts of the first bar: a wide page, and a first bar that has them all."""
        return not self.narrow and all(self.bars[0].shares[at] >= 0.01 for at in self.shown)

    def _leaders(self) -> list[dict[str, Any]]:
        """Names of the bands above the first bar, each with a line to its part."""
        first, shown = self.bars[0], self.shown
        aims = [100 * (sum(first.shares[:at]) + first.shares[at] / 2) for at in shown]
        room = _WIDE * self.domain
        places = spread(aims, 100 * 84 / room, 100 * 36 / room, 100 - 100 * 30 / room)
        notes: list[dict[str, Any]] = []
        for at, aim, place in zip(shown, aims, places):
            text = "<br>".join(textwrap.wrap(self.bands[at].name, 13))
            notes.append(
                {
                    "x": aim, "y": self.places[0] - 14, "xref": "x", "yref": "y", "axref": "x", "ayref": "y", "ax": place,
                    "ay": self.places[0] - 32, "text": text, "showarrow": True, "arrowhead": 0, "arrowwidth": 1,
                    "arrowcolor": self.ink["ink-2"], "yanchor": "bottom", "xanchor": "center", "standoff": 0,
                    "font": {"size": 13, "color": self.ink["ink"]},
                }
            )  # fmt: skip
        return notes

    def _legend_room(self) -> int:
        return 16 + 19 * len(self._key_lines()) + (28 if self.right else 0)

    def _key_lines(self) -> list[list[int]]:
        """Bands of a key of squares, as many a line as fit."""
        lines: list[list[int]] = [[]]
        used = 0.0
        for at in self.shown:
            band = self.bands[at]
            wide = 26 + 6.6 * len(band.name)
            if used + wide > (335 if self.narrow else 620) and lines[-1]:
                lines.append([])
                used = 0.0
            lines[-1].append(at)
            used += wide
        return lines

    def _squares(self) -> list[dict[str, Any]]:
        """A line or more of squares and names above everything."""
        lines = self._key_lines()
        notes: list[dict[str, Any]] = []
        for row, line in enumerate(lines):
            x = 0.0
            for at in line:
                band = self.bands[at]
                mark = "▨" if band.pattern else "■"
                colour = band.fill
                common = {
                    "xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom",
                    "showarrow": False, "yshift": 19 * (len(lines) - 1 - row) + (30 if self.right else 6),
                }  # fmt: skip
                notes.append({**common, "xshift": x, "text": mark, "font": {"size": 17, "color": colour}})
                notes.append(
                    {**common, "xshift": x + 16, "text": band.name, "font": {"size": 12, "color": self.ink["ink"]}}
                )
                x += 26 + 6.6 * len(band.name)
        return notes
