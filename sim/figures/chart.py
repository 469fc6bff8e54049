"""The grammar of charts: title, pictures between subtitle and footer, the same figures as a table; words and inks for them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.look import template, tokens

if TYPE_CHECKING:
    import plotly.graph_objects as go

SIGNS = {"cited": "", "inferred": "~ ", "estimate": "≈ ", "assumed": ""}
"""What stands before a figure, by its mark."""

MOST_LETTERS = 100
"""Length of a title."""

Picture = dict[str, Any]
"""A figure as plotly's JSON: data and layout."""

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True)
class Panel:
    """One picture of a chart: its party (None where all share it), the figure as data, or words in its place."""

    party: str | None
    figure: Picture | None
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart with the sentences around it.

    Attributes
    ----------
    key
        Short name, used as an anchor.
    title
        What the data of this run show, at most 100 characters.
    subtitle, footer
        What, unit and number of runs; source, marks and limits.
    legend
        Pairs of a mark's name and its words; the page draws the marks.
    head, rows
        The same figures as a table.
    draw
        Makes the pictures for a theme and for a narrow or a wide page.
    """

    key: str
    title: str
    subtitle: str
    footer: str
    draw: Callable[[str, bool], list[Panel]] = field(repr=False)
    legend: tuple[tuple[str, str], ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def panels(self, theme: str = "light", *, narrow: bool = False) -> list[Panel]:
        """The chart's pictures, one or one a party."""
        return self.draw(theme, narrow)

    def figure(self, theme: str = "light", *, narrow: bool = False) -> go.Figure:
        """The first picture, checked by plotly and with the look's template, to show or to save."""
        import plotly.graph_objects as go

        picture = next(panel.figure for panel in self.panels(theme, narrow=narrow) if panel.figure is not None)
        return go.Figure({**picture, "layout": {"template": template(theme), **picture["layout"]}})


def whole(utility: float) -> int:
    """A utility or a share as whole points or per cent."""
    return round(100 * utility)


def signed(points: int) -> str:
    """A change in whole points: "+5", "−3", "0"."""
    return f"+{points}" if points > 0 else f"−{-points}" if points < 0 else "0"


def counted(count: int, one: str, many: str = "") -> str:
    """A count and its noun in words: "one issue", "three issues", "13 issues"."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def number(count: int) -> str:
    """A count in words up to twelve: "no", "one", "13"."""
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def in_words(phrases: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return phrases[0] if len(phrases) == 1 else ", ".join(phrases[:-1]) + " and " + phrases[-1] if phrases else ""


def fitting(*sentences: str) -> str:
    """The first sentence of at most 100 characters, with its first letter large; the last one if none is."""
    return opened(next((sentence for sentence in sentences if len(sentence) <= MOST_LETTERS), sentences[-1]))


def opened(sentence: str) -> str:
    """A sentence with its first letter large."""
    return sentence[:1].upper() + sentence[1:]


def broken(words: str, letters: int) -> str:
    """Words in as many lines as they need, for a label of a picture."""
    return "<br>".join(textwrap.wrap(words, letters, break_long_words=False, break_on_hyphens=False))


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move labels apart to at least ``gap``, as little as possible and inside [low, high] where they fit.

    Labels that touch are moved as one block around their mean.
    """
    order = sorted(range(len(places)), key=lambda at: places[at])
    blocks: list[tuple[float, list[int]]] = []
    for at in order:
        centre, members = places[at], [at]
        blocks.append((centre, members))
        while len(blocks) > 1 and blocks[-1][0] - blocks[-2][0] < gap * (len(blocks[-1][1]) + len(blocks[-2][1])) / 2:
            (first, left), (second, right) = blocks[-2], blocks[-1]
            both = left + right
            blocks[-2:] = [((first * len(left) + second * len(right)) / len(both), both)]
    placed = [0.0] * len(places)
    for centre, members in blocks:
        half = gap * (len(members) - 1) / 2
        centre = max(low + half, min(high - half, centre))
        for step, at in enumerate(members):
            placed[at] = centre - half + gap * step
    return placed


def inks(theme: str) -> dict[str, str]:
    """Colours of paper, lines and ink in a theme."""
    return tokens()[theme]


def figure(data: list[dict[str, Any]], **layout: Any) -> Picture:
    """A picture as plain data, without title and template: those stand beside it.

    Plain, because plotly's own check of a figure takes longer than the whole talk that it shows.
    """
    return {"data": data, "layout": {"autosize": True, "dragmode": False, **layout}}
