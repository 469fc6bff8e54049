"""A fan over the rounds: the median as a line, shares of the runs as bands, venues side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.figures.chart import Picture, figure, inks, spread
from sim.look import PartyLook

if TYPE_CHECKING:
    import pandas as pd

DASHES = ("solid", "7px,4px", "2px,4px")
PALE = (0.30, 0.16, 0.10)
"""How strong the band of the first, second, third group is."""

HEIGHT, ABOVE, BELOW = 250, 26, 46


def fan(look: PartyLook, venues: dict[str, tuple[str, int]], rows: pd.DataFrame, unit: str, theme: str) -> Picture:
    """One party's picture.

    Parameters
    ----------
    look
        Of the party.
    venues
        Name -> title and rounds, in their order.
    rows
        Percentiles of the party by type, venue and step, shares of 1.
    unit
        Of the vertical axis; one that ends in "%" runs from 0 to 100.
    theme
        Of the page.
    """
    ink, colour = inks(theme), look.colour(theme)
    groups = list(dict.fromkeys(rows["type"]))
    data: list[dict[str, Any]] = []
    for at, name in enumerate(groups):
        own = rows[rows["type"] == name]
        bands = [("p25", "p75", PALE[at % 3])] if len(groups) > 1 else [("p5", "p95", 0.16), ("p25", "p75", 0.34)]
        for low, high, pale in bands:
            data += _band(own, low, high, _pale(colour, pale))
        x, y = _steps(own, "p50")
        line = {"color": colour, "width": 2.4, "dash": DASHES[at % 3]}
        said = {"hovertemplate": "median %{y:.0f}<extra></extra>"}
        data.append({"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, **said})
    shown = rows[["p25", "p75"] if len(groups) > 1 else ["p5", "p95"]].to_numpy(float) * 100
    low, high = (0.0, 100.0) if unit.endswith("%") else (float(shown.min()), float(shown.max()))
    pad = max(2.0, 0.06 * (high - low))
    ends = [100 * float(rows[rows["type"] == name]["p50"].iloc[-1]) for name in groups]
    gap = 15 * (high - low + 2 * pad) / (HEIGHT - ABOVE - BELOW)
    last = sum(most for _, most in venues.values()) + 0.5
    notes = [
        {
            "x": 1, "xref": "paper", "y": place, "yref": "y", "xanchor": "left", "showarrow": False, "xshift": 4,
            "text": f"{look.glyph} {end:.0f}".replace("-", "−"), "font": {"size": 13, "color": colour},
        }
        for end, place in zip(ends, spread(ends, gap, low - pad, high + pad))
    ]  # fmt: skip
    present = set(rows["venue"])
    notes += _venues(venues, last, present, ink["ink-2"])
    layout = {
        "height": HEIGHT,
        "margin": {"l": 48, "r": 44, "t": ABOVE, "b": BELOW},
        "xaxis": {"range": [0, last], "showgrid": False, "fixedrange": True, "title": {"text": "round"}, **_ticks(venues)},
        "yaxis": {"range": [low - pad, high + pad], "fixedrange": True, "title": {"text": unit}},
        "shapes": _bands_of(venues, ink["sunken"]),
        "annotations": notes,
        "showlegend": False,
    }  # fmt: skip
    return figure(data, **layout)


def _steps(rows: pd.DataFrame, column: str) -> tuple[list[float | None], list[float | None]]:
    """A line of steps, each as wide as its round; broken where a party is not at the table, and between asks of two venues."""
    x: list[float | None] = []
    y: list[float | None] = []
    before, kept = None, ""
    for step, venue, value in zip(rows["step"], rows["venue"], 100 * rows[column]):
        if before is not None and (step > before + 1 or (kept != venue and 0 not in set(rows["step"]))):
            x.append(None)
            y.append(None)
        x += [max(0.0, step - 0.5), step + 0.5]
        y += [value, value]
        before, kept = step, venue
    return x, y


def _band(rows: pd.DataFrame, low: str, high: str, fill: str) -> list[dict[str, Any]]:
    """The space between two percentiles, piece by piece."""
    (x, lower), (_, upper) = _steps(rows, low), _steps(rows, high)
    start = 0
    found: list[dict[str, Any]] = []
    for at in [*(at for at, place in enumerate(x) if place is None), len(x)]:
        there, back = x[start:at], x[start:at][::-1]
        found.append(
            {
                "type": "scatter", "mode": "lines", "x": there + back, "y": lower[start:at] + upper[start:at][::-1],
                "fill": "toself", "fillcolor": fill, "line": {"width": 0}, "hoverinfo": "skip",
            }
        )  # fmt: skip
        start = at + 1
    return found


def _bands_of(venues: dict[str, tuple[str, int]], fill: str) -> list[dict[str, Any]]:
    """Every second venue on a darker ground."""
    at = 0.5
    shapes: list[dict[str, Any]] = []
    for count, (_, most) in enumerate(venues.values()):
        if count % 2:
            shapes.append(
                {
                    "type": "rect", "xref": "x", "yref": "paper", "x0": at, "x1": at + most, "y0": 0, "y1": 1, "layer": "below",
                    "fillcolor": fill, "opacity": 0.6, "line": {"width": 0},
                }
            )  # fmt: skip
        at += most
    return shapes


def _venues(venues: dict[str, tuple[str, int]], last: float, present: set[str], colour: str) -> list[dict[str, Any]]:
    """Names above the bands, and where the party has no line that it does not sit there."""
    at = 0.5
    notes: list[dict[str, Any]] = []
    for name, (title, most) in venues.items():
        room = 230 * most / last
        words = title if 6.8 * len(title) <= room else f"{title[:3]}."
        places = [(1.0, "bottom", words)] + ([] if name in present else [(0.5, "middle", "not<br>seated")])
        for y, anchor, text in places:
            notes.append(
                {
                    "x": at + most / 2, "xref": "x", "y": y, "yref": "paper", "yanchor": anchor, "showarrow": False,
                    "yshift": 3 if y == 1 else 0, "text": text, "font": {"size": 12, "color": colour},
                }
            )  # fmt: skip
        at += most
    return notes


def _ticks(venues: dict[str, tuple[str, int]]) -> dict[str, Any]:
    """Rounds counted inside each venue: its first and its last."""
    places: list[int] = []
    words: list[str] = []
    at = 0
    for _, most in venues.values():
        for number in sorted({1, most}) if most < 6 else (1, most // 2, most):
            places.append(at + number)
            words.append(str(number))
        at += most
    return {"tickvals": places, "ticktext": words}


def _pale(colour: str, share: float) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share})"
