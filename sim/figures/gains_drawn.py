"""Drawing the space of gains: marks first, then as many numbers and words as fit without touching."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sim.figures.chart import Picture, figure, inks

if TYPE_CHECKING:
    from sim.figures.gains import Offer, Space

_MARK = 10
"""Size of an offer's mark in pixels."""

_SIDES = (("top center", 0, 1), ("bottom center", 0, -1), ("middle right", 1, 0), ("middle left", -1, 0))
"""Where an offer's number can stand, and in which direction that is."""

Box = tuple[float, float, float, float]
"""Left, low, right and high, in pixels."""


def panel(frame: Frame, theme: str) -> Picture:
    """The picture of a space of gains."""
    space, narrow, ink = frame.space, frame.narrow, inks(theme)
    run = space.run
    colour = run.looks[space.one].colour(theme)
    data: list[dict[str, Any]] = []
    if len(space.dots):
        data.append(
            {
                "type": "scatter", "x": space.dots[:, 0].tolist(), "y": space.dots[:, 1].tolist(), "mode": "markers",
                "marker": {"size": 5, "color": ink["line-strong"], "opacity": 0.35, "line": {"width": 0}}, "hoverinfo": "skip",
            }
        )  # fmt: skip
    if len(space.curve):
        edge = [(frame.left, space.curve[0, 1]), *space.curve.tolist(), (space.curve[-1, 0], frame.low)]
        data.append(
            {
                "type": "scatter", "x": [x for x, _ in edge[1:-1]], "y": [y for _, y in edge[1:-1]], "mode": "lines",
                "line": {"color": ink["ink"], "width": 2.6, "shape": "vh"}, "hoverinfo": "skip",
            }
        )  # fmt: skip
    numbered = frame.numbered
    for party in dict.fromkeys(offer.party for offer in space.offers):
        data += _offers(space, party, numbered, theme)
    data += _marks(space, theme)
    accept = max(space.threshold, frame.left)
    shapes = [
        {
            "type": "rect", "xref": "x", "yref": "paper", "x0": accept, "x1": frame.right, "y0": 0, "y1": 1,
            "fillcolor": colour, "opacity": 0.09, "line": {"width": 0}, "layer": "below",
        },
        {
            "type": "line", "xref": "x", "yref": "paper", "x0": accept, "x1": accept, "y0": 0, "y1": 1,
            "line": {"color": colour, "width": 2, "dash": "8px,5px"}, "layer": "below",
        },
    ]  # fmt: skip
    notes = [
        {
            "x": x, "y": y, "xref": "x", "yref": "y", "text": text, "showarrow": False, "xanchor": anchor, "yanchor": "middle",
            "xshift": right, "yshift": up, "font": {"size": 13, "color": ink["ink"]},
        }
        for x, y, text, anchor, right, up in frame.words
    ]  # fmt: skip
    one = run.the(space.one)
    layout = {
        "height": frame.height,
        "margin": {"l": 42 if narrow else 64, "r": 10, "t": 12, "b": 50},
        "xaxis": {
            "range": [frame.left, frame.right], "fixedrange": True, "zeroline": True, "showgrid": False,
            "title": {"text": f"gain of {one}, points"},
        },
        "yaxis": {
            "range": [frame.low, frame.high], "fixedrange": True, "zeroline": True,
            "title": {} if narrow else {"text": f"gain of {space.other}, points"},
        },
        "shapes": shapes, "annotations": notes,
    }  # fmt: skip
    return figure(data, **layout)


def _offers(space: Space, party: str, numbered: dict[int, str], theme: str) -> list[dict[str, Any]]:
    """A party's offers in order: a thin line, marks, and numbers where there is room."""
    look = space.run.looks[party]
    own = [(at, offer) for at, offer in enumerate(space.offers) if offer.party == party]
    x, y = [offer.x for _, offer in own], [offer.y for _, offer in own]
    hover = [f"{look.name}, offer {o.number}, {space.run.title(o.venue)}: {o.x:+.0f}, {o.y:+.0f}" for _, o in own]
    return [
        {
            "type": "scatter", "x": x, "y": y, "mode": "lines", "opacity": 0.5, "hoverinfo": "skip",
            "line": {"color": look.colour(theme), "width": 1.2},
        },
        {
            "type": "scatter", "x": x, "y": y, "mode": "markers+text", "hovertext": hover, "hoverinfo": "text",
            "marker": {
                "symbol": look.symbol, "color": look.colour(theme), "size": _MARK,
                "line": {"width": 1, "color": inks(theme)["surface"]},
            },
            "text": [str(offer.number) if at in numbered else "" for at, offer in own],
            "textposition": [numbered.get(at, "top center") for at, _ in own],
            "textfont": {"size": 12, "color": look.colour(theme)},
        },
    ]  # fmt: skip


def _marks(space: Space, theme: str) -> list[dict[str, Any]]:
    ink = inks(theme)
    marks = [((0.0, 0.0), "circle-x-open", 15, 2.0, "status quo")]
    if space.moved:
        marks.append((space.final, "circle-open", 26, 3.0, "final text"))
    if space.history:
        marks.append((space.history, "star", 17, 1.0, "history"))
    return [
        {
            "type": "scatter", "x": [x], "y": [y], "mode": "markers",
            "marker": {"symbol": symbol, "size": size, "color": ink["ink"], "line": {"width": width, "color": ink["ink"]}},
            "hovertemplate": f"{word}: %{{x:+.0f}}, %{{y:+.0f}}<extra></extra>",
        }
        for (x, y), symbol, size, width, word in marks
    ]  # fmt: skip


class Frame:
    """Ranges of the axes, and where on the page things fall: the same in every theme, so worked out once a width."""

    def __init__(self, space: Space, narrow: bool) -> None:
        self.space, self.narrow = space, narrow
        self.height = 380 if narrow else 480
        self.wide, self.tall = (250.0, 318.0) if narrow else (820.0, 418.0)
        points = [(0.0, 0.0), space.final, *((offer.x, offer.y) for offer in space.offers), *space.curve.tolist()]
        points += [*space.dots.tolist(), (space.threshold, 0.0), *([space.history] if space.history else [])]
        self.left, self.right = self._range([x for x, _ in points], 16 / self.wide)
        self.low, self.high = self._range([y for _, y in points], 16 / self.tall)
        self.numbered = self._numbered()
        self.words = self._words()

    @staticmethod
    def _range(values: Sequence[float], pad: float) -> tuple[float, float]:
        low, high = min(values), max(values)
        room = max(high - low, 4.0)
        return low - room * (pad + 0.02), high + room * (pad + 0.04)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Pixels from the lower left corner of the picture."""
        return (
            (x - self.left) / (self.right - self.left) * self.wide,
            (y - self.low) / (self.high - self.low) * self.tall,
        )

    def _numbered(self) -> dict[int, str]:
        """Which offers show their number and on which side: the last and first of each party, then those with room."""
        offers = self.space.offers
        last: dict[str, int] = {offer.party: at for at, offer in enumerate(offers)}
        order = sorted(range(len(offers)), key=lambda at: (at not in last.values(), offers[at].number != 1, at))
        taken = [self._box(*self._of(offer), _MARK, _MARK) for offer in offers]
        taken += self._curve()
        taken.append(self._box(*self.at(0.0, 0.0), 18, 18))
        if self.space.moved:
            taken.append(self._box(*self.at(*self.space.final), 28, 28))
        shown: dict[int, str] = {}
        for at in order:
            x, y = self._of(offers[at])
            wide = 7.5 * len(str(offers[at].number))
            for side, right, up in _SIDES:
                box = self._box(x + right * (wide / 2 + 7), y + up * 13, wide, 12)
                others = [other for n, other in enumerate(taken) if n != at]
                if self._inside(box) and not any(_touch(box, other) for other in others):
                    shown[at] = side
                    taken.append(box)
                    break
        self.taken = taken
        return shown

    def _curve(self) -> list[Box]:
        """The frontier's steps as small boxes."""
        corners = [self.at(x, y) for x, y in self.space.curve.tolist()]
        boxes: list[Box] = []
        for (u, v), (across, down) in pairwise(corners):
            boxes += [self._box(u, v + (down - v) * step / 8, 4, 4 + abs(down - v) / 8) for step in range(9)]
            boxes += [self._box(u + (across - u) * step / 8, down, 4 + (across - u) / 8, 4) for step in range(9)]
        return boxes

    def _of(self, offer: Offer) -> tuple[float, float]:
        return self.at(offer.x, offer.y)

    @staticmethod
    def _box(x: float, y: float, wide: float, tall: float) -> Box:
        return x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2

    def _inside(self, box: Box) -> bool:
        return box[0] >= 0 and box[1] >= 0 and box[2] <= self.wide and box[3] <= self.tall

    def _words(self) -> list[tuple[float, float, str, str, float, float]]:
        """Words beside the marks, each on the side where it covers least: x, y, text, anchor, shifts in pixels."""
        space = self.space
        found: list[tuple[float, float, str, str, float, float]] = []
        taken = list(self.taken)
        named = [((0.0, 0.0), "status quo", 10)]
        named += [(space.final, "<b>final text</b>", 15)] if space.moved else []
        named += [(space.history, "history", 10)] if space.history else []
        for (x, y), text, away in named:
            u, v = self.at(x, y)
            wide = 7.0 * len(text.replace("<b>", "").replace("</b>", ""))
            places = [
                (right, right * away * reach, up * away * reach + 5 * up)
                for reach in (1.0, 1.8, 2.8, 4.0)
                for right in (-1, 1)
                for up in (-1, 1)
            ]
            boxes = [self._box(u + shift + right * wide / 2, v + rise, wide, 15) for right, shift, rise in places]
            costs = [sum(_touch(box, other) for other in taken) + (0 if self._inside(box) else 1_000) for box in boxes]
            best = costs.index(min(costs))
            right, shift, rise = places[best]
            found.append((x, y, text, "left" if right > 0 else "right", shift, rise))
            taken.append(boxes[best])
        return found


def _touch(one: Box, other: Box) -> bool:
    """Whether two boxes share any point."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
