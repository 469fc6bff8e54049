"""Prior and posterior drawn: a small panel a parameter, dashed before, filled after, a bar for the central 95 %."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any

from sim.figures.chart import SIGNS, Panel, Picture, figure, inks
from sim.findings.posterior import Histogram, Parameter

if TYPE_CHECKING:
    from sim.findings.history import History

MOST_MOVED, MOST_SILENT = 8, 4
"""Panels of a chart: of parameters that moved, and of those about which history says almost nothing."""


def chosen(history: History) -> list[Parameter]:
    """The parameters to show: those that moved most, then some about which history says little."""
    moved = history.moved[:MOST_MOVED]
    return moved + quiet(history)[: MOST_SILENT if moved else MOST_MOVED]


def quiet(history: History) -> list[Parameter]:
    """Parameters that did not move: the first of each part of the scenario, positions last as each decides little."""
    seen: dict[str, list[Parameter]] = {}
    for one in history.parameters:
        if one not in history.moved:
            part = "positions" if ".positions." in one.factor.path else one.factor.path.partition(".")[0]
            seen.setdefault("positions" if part == "issues" else part, []).append(one)
    ordered = [seen[part] for part in sorted(seen, key=lambda part: part == "positions")]
    return [one[0] for one in ordered] + [later for one in ordered for later in one[1:]]


def drawn(history: History, shown: list[Parameter], theme: str, narrow: bool) -> list[Panel]:
    """The chart's one picture."""
    return [Panel(None, _picture(history, shown, theme, narrow))]


def _picture(history: History, shown: list[Parameter], theme: str, narrow: bool) -> Picture:
    columns = min(2 if narrow else 4, len(shown))
    rows = math.ceil(len(shown) / columns)
    head, body, foot, left = 62, (84 if narrow else 104), 44, 12
    height = rows * (head + body + foot)
    data: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    shapes: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    gap = 0.08 if narrow else 0.035
    width = (1 - gap * (columns - 1)) / columns
    both = not history.talks_only and history.record is not None and history.record.later is not None
    for at, one in enumerate(shown):
        number = "" if not at else str(at + 1)
        column, row = at % columns, at // columns
        x0 = column * (width + gap)
        top = 1 - (row * (head + body + foot) + head) / height
        bottom = top - body / height
        scale = _Scale(one.histogram)
        top_share = max(*one.histogram.before, *one.histogram.talks, *one.histogram.after)
        layout[f"xaxis{number}"] = {
            "domain": [x0, x0 + width], "anchor": f"y{number}", "range": [scale.low, scale.high], "fixedrange": True,
            "showgrid": False, "zeroline": False, "tickvals": scale.ticks, "ticktext": scale.words, "ticks": "outside",
            "ticklen": 4, "tickfont": {"size": 12},
        }  # fmt: skip
        layout[f"yaxis{number}"] = {
            "domain": [bottom, top], "anchor": f"x{number}", "range": [-0.16 * top_share, 1.22 * top_share],
            "fixedrange": True, "showgrid": False, "zeroline": False, "showticklabels": False, "ticks": "",
        }  # fmt: skip
        axes = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
        data += _curves(one.histogram, scale, both, axes, theme)
        notes += _head(history, one, x0, top, narrow, theme)
        if not one.labels:
            shapes += _bar(one, scale, top_share, number, theme)
    if shown:
        notes += _names(shown[0], theme)
    margin = {"l": left, "r": 12, "t": 4, "b": 4}
    return figure(data, height=height + 8, margin=margin, showlegend=False, shapes=shapes, annotations=notes, **layout)


class _Scale:
    """Where a histogram's bins lie on its axis, and what stands below it."""

    def __init__(self, histogram: Histogram) -> None:
        if histogram.words:
            self.places = [at - 0.5 for at in range(len(histogram.words) + 1)]
            self.ticks = [float(at) for at in range(len(histogram.words))]
            self.words = [textwrap.shorten(word, 12, placeholder="…") for word in histogram.words]
            self.figures: list[float] = []
            try:
                self.figures = [float(word) for word in histogram.words]
            except ValueError:
                self.figures = []
        else:
            self.places = [math.log(edge) if histogram.log else edge for edge in histogram.edges]
            ends = histogram.edges[0], histogram.edges[-1]
            middle = math.sqrt(ends[0] * ends[1]) if histogram.log else sum(ends) / 2
            self.ticks = [self.places[0], (self.places[0] + self.places[-1]) / 2, self.places[-1]]
            digits = max(0, 1 - math.floor(math.log10(ends[1] - ends[0])))
            self.words = [f"{round(figure, digits):g}" for figure in (ends[0], middle, ends[1])]
            self.figures = []
        self.low, self.high = self.places[0], self.places[-1]
        self.log = histogram.log

    def at(self, value: float) -> float:
        """Place of a figure."""
        if self.figures:
            return float(min(range(len(self.figures)), key=lambda n: abs(self.figures[n] - value)))
        return math.log(value) if self.log else value


def _curves(histogram: Histogram, scale: _Scale, both: bool, axes: dict[str, str], theme: str) -> list[dict[str, Any]]:
    ink = inks(theme)
    fill = "rgba(136,150,161,0.42)" if theme == "dark" else "rgba(74,83,90,0.30)"
    names = histogram.words or [f"{low:.3g} to {high:.3g}" for low, high in zip(histogram.edges, histogram.edges[1:])]
    hover = [
        f"{name}: before {100 * before:.1f} %, after {100 * after:.1f} %"
        for name, before, after in zip(names, histogram.before, histogram.after)
    ]
    kinds = [("after", histogram.after, {"color": ink["ink"], "width": 2.4}, {"fill": "tozeroy", "fillcolor": fill})]
    if both:
        kinds.append(("after the talks alone", histogram.talks, {"color": ink["ink"], "width": 1.2}, {}))
    kinds.append(("before", histogram.before, {"color": ink["ink-3"], "width": 1.8, "dash": "5px,4px"}, {}))
    found: list[dict[str, Any]] = []
    for name, shares, line, more in kinds:
        x = [place for place in scale.places for _ in range(2)][1:-1]
        y = [share for share in shares for _ in range(2)]
        found.append(
            {
                "type": "scatter",
                "x": x,
                "y": y,
                "mode": "lines",
                "name": name,
                "line": line,
                "hoverinfo": "skip",
                **more,
                **axes,
            }
        )
    middles = [(low + high) / 2 for low, high in zip(scale.places, scale.places[1:])]
    found.append(
        {
            "type": "scatter", "x": middles, "y": list(histogram.after), "mode": "markers", "hovertext": hover,
            "hoverinfo": "text", "marker": {"size": 8, "opacity": 0}, **axes,
        }
    )  # fmt: skip
    return found


def _head(history: History, one: Parameter, x0: float, top: float, narrow: bool, theme: str) -> list[dict[str, Any]]:
    """Name in one or two lines, mark and verdict above a panel."""
    ink = inks(theme)
    lines = textwrap.wrap(one.title, 21 if narrow else 24, max_lines=2, placeholder=" …")
    sign = SIGNS.get(one.mark, "")
    verdict = history.verdict(one).replace("says almost nothing", "almost nothing")
    mark = f"{sign}{one.mark} · " if one.mark and not narrow else sign
    text = f"<b>{'<br>'.join(lines)}</b><br><span style='color:{ink['ink-2']}'>{mark}{verdict}</span>"
    return [
        {
            "x": x0, "y": top, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom",
            "yshift": 4, "align": "left",
            "showarrow": False, "text": text, "font": {"size": 12 if narrow else 13, "color": ink["ink"]},
        }
    ]  # fmt: skip


def _bar(one: Parameter, scale: _Scale, top: float, number: str, theme: str) -> list[dict[str, Any]]:
    """The central 95 % after, with caps, under the curve."""
    ink, y = inks(theme)["ink"], -0.08 * top
    low, high = scale.at(one.figures["posterior_low"]), scale.at(one.figures["posterior_high"])
    cap = 0.045 * top
    lines = [(low, high, y, y, 3.0), (low, low, y - cap, y + cap, 1.6), (high, high, y - cap, y + cap, 1.6)]
    return [
        {
            "type": "line", "xref": f"x{number}", "yref": f"y{number}", "x0": x0, "x1": x1, "y0": y0, "y1": y1,
            "line": {"color": ink, "width": width},
        }
        for x0, x1, y0, y1, width in lines
    ]  # fmt: skip


def _names(one: Parameter, theme: str) -> list[dict[str, Any]]:
    """The words before and after, in the first panel alone, where the two lie furthest apart."""
    ink, shape = inks(theme), one.histogram
    scale = _Scale(shape)
    apart = [after - before for before, after in zip(shape.before, shape.after)]
    middles = [(low + high) / 2 for low, high in zip(scale.places, scale.places[1:])]
    found: list[dict[str, Any]] = []
    for word, at, shares, colour in (
        ("after", apart.index(max(apart)), shape.after, ink["ink"]),
        ("before", apart.index(min(apart)), shape.before, ink["ink-3"]),
    ):
        side = "left" if at < len(middles) / 2 else "right"
        found.append(
            {
                "x": middles[at], "y": shares[at], "xref": "x", "yref": "y", "text": word, "showarrow": False,
                "yanchor": "bottom", "yshift": 1, "xanchor": side, "font": {"size": 12, "color": colour},
            }
        )  # fmt: skip
    return found
