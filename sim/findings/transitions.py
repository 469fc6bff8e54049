"""Where a change sends runs: from which class in one study to which in its twin, as a chart; and what differs, in lines."""

from __future__ import annotations

import textwrap
from typing import Any

from sim.figures.chart import Chart, Panel, Picture, figure, fitting, inks
from sim.findings.comparison import paired_words
from sim.findings.differences import Compared
from sim.findings.finding import Finding
from sim.look import tokens

KEY, QUESTION = "transitions", "Where does the change send runs?"
MOST = 8
"""Places at which two scenarios differ that are written out."""

_ROW = 44


def differing(compared: Compared) -> list[str]:
    """What differs between the two, a line each."""
    found, pairs = [str(one) for one in compared.pairs.differing], compared.pairs
    if pairs.a.replications != pairs.b.replications:
        found.append(f"runs a point: {pairs.a.replications:,} in A, {pairs.b.replications:,} in B")
    if not found:
        return ["Differs: nothing; both played the same scenario."]
    more = [f"and {len(found) - MOST} more places"] if len(found) > MOST else []
    told = [*found[:MOST], *more]
    several = f" (at {len(pairs.differing)} places: not one thing but several)" if len(pairs.differing) > 1 else ""
    return [f"Differs{several}: {told[0]}", *(f"   {one}" for one in told[1:])]


def transitions(compared: Compared) -> Finding:
    """Runs by their class in A and in B; those off the diagonal ended otherwise."""
    if compared.same:
        return Finding(KEY, QUESTION, nothing="Every run of B is its twin in A: none ended otherwise.")
    names = [name for _, name in compared.classes]
    counts = [[compared.transitions[a, b] for b, _ in compared.classes] for a, _ in compared.classes]
    chart = Chart(
        key=KEY,
        title=_title(compared),
        subtitle=f"Runs by class in A (rows) and in B (columns); framed: the same class in both. {compared.runs:,} pairs.",
        footer=f"{paired_words(compared)} Darker: a larger share of the runs that had the row’s class in A.",
        draw=lambda theme, narrow: [Panel(None, _picture(names, counts, theme, narrow))],
        head=("Class in A", *(f"{name} in B" for name in names), "All"),
        rows=tuple((name, *(f"{count:,}" for count in line), f"{sum(line):,}") for name, line in zip(names, counts)),
    )
    return Finding(KEY, QUESTION, chart)


def _title(compared: Compared) -> str:
    """How many runs end otherwise, and which way most of them go."""
    share = 100 * compared.other_class / compared.runs
    much = f"{share:.0f}" if share >= 9.5 else f"{share:.1f}"
    text = f"{compared.other_class:,} of {compared.runs:,} runs ({much} %) end in another class"
    named = dict(compared.classes)
    moved = [(count, pair) for pair, count in compared.transitions.items() if pair[0] != pair[1] and count]
    if not moved:
        return fitting(
            f"No run ends in another class; {compared.moved:,} of {compared.runs:,} go another way to the same one"
        )
    count, (a, b) = max(moved, key=lambda one: one[0])
    return fitting(f"{text}, {count:,} from {named[a].lower()} to {named[b].lower()}", text)


def _picture(names: list[str], counts: list[list[int]], theme: str, narrow: bool) -> Picture:
    """A cell a pair of classes, with its count."""
    ink, scale = inks(theme), tokens()["scale"]["sequential"]
    letters = 13 if narrow else 24
    rows = ["<br>".join(textwrap.wrap(name, letters)) for name in names]
    heads = rows if narrow else ["<br>".join(textwrap.wrap(name, 16)) for name in names]
    left = 24 + round(7.4 * max(len(line) for row in rows for line in row.split("<br>")))
    tall = round(7.4 * max(len(line) for row in heads for line in row.split("<br>"))) if narrow else 34
    shapes: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for y, line in enumerate(counts):
        notes.append(_note(rows[y], 0, y, ink["ink"], xref="paper", xanchor="right", xshift=-10, align="right"))
        for x, count in enumerate(line):
            share = count / max(1, sum(line))
            step = min(len(scale) - 1, 1 + int((len(scale) - 1) * share)) if count else 0
            dark = step >= 4
            shapes.append(
                {
                    "type": "rect", "x0": x - 0.47, "x1": x + 0.47, "y0": y - 0.45, "y1": y + 0.45,
                    "fillcolor": scale[step] if count else ink["sunken"], "layer": "below",
                    "line": {"width": 2 if x == y else 0, "color": ink["ink"]},
                }
            )  # fmt: skip
            notes.append(
                _note(
                    f"{count:,}" if count else "·",
                    x,
                    y,
                    ink["ink-2"] if not count else "#FFFFFF" if dark else "#1A2127",
                )
            )
    for x, name in enumerate(heads):
        turned = {"textangle": -90} if narrow else {}
        notes.append(_note(name, x, 1, ink["ink"], yref="paper", yanchor="bottom", yshift=6, **turned))
    points = [(x, y) for y in range(len(names)) for x in range(len(names))]
    data = [
        {
            "type": "scatter", "mode": "markers", "x": [x for x, _ in points], "y": [y for _, y in points],
            "marker": {"size": 24, "opacity": 0}, "hoverinfo": "text",
            "hovertext": [f"{names[y]} in A, {names[x]} in B: {counts[y][x]:,} runs" for x, y in points],
        }
    ]  # fmt: skip
    top = tall + 14
    layout: dict[str, Any] = {
        "height": top + _ROW * len(names) + 12,
        "margin": {"l": left, "r": 12, "t": top, "b": 12},
        "xaxis": {"range": [-0.5, len(names) - 0.5], "visible": False, "fixedrange": True},
        "yaxis": {"range": [len(names) - 0.5, -0.5], "visible": False, "fixedrange": True},
        "shapes": shapes, "annotations": notes,
    }  # fmt: skip
    return figure(data, **layout)


def _note(text: str, x: float, y: float, colour: str, **where: Any) -> dict[str, Any]:
    return {
        "text": text, "x": x, "y": y, "xref": "x", "yref": "y", "showarrow": False, "xanchor": "center",
        "yanchor": "middle", "font": {"size": 13, "color": colour}, **where,
    }  # fmt: skip
