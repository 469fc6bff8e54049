"""Forecasts drawn: a line an issue with its options, a letter for each model, a star for what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.figures.chart import Panel, figure, inks, spread

if TYPE_CHECKING:
    from sim.findings.baselines import Baselines


def drawn(baselines: Baselines, theme: str, narrow: bool) -> list[Panel]:
    """The chart's one picture: issues downward, options rightward, letters above the line, history and status quo on it."""
    ink, scenario = inks(theme), baselines.scenario
    active = scenario.active
    longest = max(len(scenario.issues[name].options) for name in active) - 1
    pitch, left, right = (64 if narrow else 50), (12 if narrow else 190), 16
    height = pitch * len(active) + 34
    room = (390 - 24 if narrow else 1180) - left - right
    letter = longest * 15 / room
    data: list[dict[str, Any]] = []
    shapes: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for at, name in enumerate(active):
        y, issue = len(active) - 1 - at, scenario.issues[name]
        last, quo = len(issue.options) - 1, issue.status_quo.value
        shapes.append(_line(0, last, y, y, ink["line-strong"], 1.2))
        shapes += [_line(k, k, y - 0.05, y + 0.05, ink["line-strong"], 1.2) for k in range(last + 1)]
        shapes.append(_line(quo, quo, y - 0.26, y - 0.05, ink["ink-3"], 3))
        placed = [
            (one, float(option))
            for one in baselines.forecasts
            if one.key != "status_quo" and (option := one.options[name]) is not None
        ]
        places = spread([option for _, option in placed], letter, -0.1, longest + 0.1)
        data.append(
            {
                "type": "scatter", "x": [option for _, option in placed], "y": [y] * len(placed), "mode": "markers",
                "marker": {"symbol": "circle", "size": 7, "color": ink["ink-2"], "line": {"width": 1, "color": ink["surface"]}},
                "hovertext": [f"{one.title}: {option:.3g}" for one, option in placed], "hoverinfo": "text",
            }
        )  # fmt: skip
        if name in baselines.history:
            data.append(
                {
                    "type": "scatter", "x": [baselines.history[name]], "y": [y], "mode": "markers",
                    "marker": {"symbol": "star", "size": 15, "color": ink["ink"]},
                    "hovertemplate": f"history: {issue.options[baselines.history[name]].label}<extra></extra>",
                }
            )  # fmt: skip
        notes += [
            {
                "x": place, "y": y, "xref": "x", "yref": "y", "text": f"<b>{one.letter}</b>", "showarrow": False,
                "yanchor": "bottom", "yshift": 6, "font": {"size": 13, "color": ink["ink"]},
            }
            for (one, _), place in zip(placed, places)
        ]  # fmt: skip
        beside = (
            {"xref": "x", "xanchor": "left", "yanchor": "bottom", "yshift": 20}
            if narrow
            else {"xref": "paper", "xanchor": "right", "yanchor": "middle", "xshift": -16}
        )
        font = {"size": 13, "color": ink["ink"]}
        notes.append({"x": 0, "y": y, "yref": "y", "text": issue.short, "showarrow": False, "font": font, **beside})
    layout = {
        "height": height, "margin": {"l": left, "r": right, "t": 8, "b": 26}, "showlegend": False,
        "xaxis": {
            "range": [-0.16, longest + 0.16], "fixedrange": True, "showgrid": False, "zeroline": False, "showline": False,
            "tickvals": list(range(longest + 1)), "tickfont": {"size": 12},
        },
        "yaxis": {
            "range": [-0.5, len(active) - 0.5 + (0.25 if narrow else 0.15)], "fixedrange": True, "showgrid": False,
            "zeroline": False, "showticklabels": False, "ticks": "", "showline": False,
        },
        "shapes": shapes, "annotations": notes,
    }  # fmt: skip
    return [Panel(None, figure(data, **layout))]


def _line(x0: float, x1: float, y0: float, y1: float, colour: str, width: float) -> dict[str, Any]:
    return {
        "type": "line",
        "x0": x0,
        "x1": x1,
        "y0": y0,
        "y1": y1,
        "line": {"color": colour, "width": width},
        "layer": "below",
    }
