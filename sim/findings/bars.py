"""Bars to 100 %, one below another: shares of runs by class, by option, by venue, with room for an interval beside each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Band:
    """A kind of part that bars consist of: its name, fill, the ink on it, a pattern ("/" or "") and that one's colour."""

    name: str
    fill: str
    ink: str
    pattern: str = ""
    hatch: str = "#C2AE66"


@dataclass(frozen=True)
class Bar:
    """A bar.

    Attributes
    ----------
    name
        At its left, above it on a narrow page.
    shares
        Of every band in order, 0 to 1.
    words
        Inside each part, where there is room; the share in per cent where left out.
    bracket
        Interval above the bar, as shares.
    point
        Share and interval in the column at the right.
    end
        Words at its right.
    strong
        Whether its name stands out.
    head
        A line of words above it.
    """

    name: str
    shares: tuple[float, ...] = ()
    words: tuple[str, ...] = ()
    bracket: tuple[float, float] | None = None
    point: tuple[float, float, float] | None = None
    end: str = ""
    strong: bool = False
    head: str = ""


@dataclass(frozen=True)
class Right:
    """The column at the right of the bars: its title, ink and the symbol of its points."""

    title: str
    ink: str
    symbol: str = "hexagon"
