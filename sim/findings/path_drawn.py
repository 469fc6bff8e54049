"""Drawing a path: nodes as columns of blocks, flows between them as bands as thick as their share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.figures.chart import Picture, figure, inks, spread

_GAP = 0.07
"""Between two nodes of a column, as a share of all runs."""

_SHORT = {"understanding": "yes", "no understanding": "no", "decision": "yes", "no decision": "no"}


@dataclass(frozen=True)
class Node:
    """A block: its stage, name, share, fill, and the share of its runs after which escalation followed."""

    stage: int
    name: str
    share: float
    fill: str
    escalated: float | None = None


@dataclass(frozen=True)
class Flow:
    """Runs that go from a node to one of the next stage, as a share of all."""

    stage: int
    one: str
    other: str
    share: float


def drawn(
    stages: Sequence[tuple[str, str]], nodes: Sequence[Node], flows: Sequence[Flow], theme: str, narrow: bool
) -> Picture:
    """The picture of a path.

    Parameters
    ----------
    stages
        Title and date of every column.
    nodes, flows
        In order from the top.
    theme, narrow
        Of the page.
    """
    ink, last = inks(theme), len(stages) - 1
    # On a narrow page the last column stands farther off, so that its names do not meet those of the one before.
    xs = [stage + (0.5 if narrow and stage == last else 0.0) for stage in range(last + 1)]
    thick = 0.07 if narrow else 0.03
    tops = _tops(nodes, last)
    shapes: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    dots: list[tuple[float, float, str]] = []
    left, arrived = {key: top for key, top in tops.items()}, {key: top for key, top in tops.items()}
    fills = {(node.stage, node.name): node.fill for node in nodes}
    for flow in flows:
        one, other = (flow.stage, flow.one), (flow.stage + 1, flow.other)
        toned = fills[other] if flow.stage + 1 == last else fills[one]
        shapes.append(
            _band(xs[flow.stage] + thick, xs[flow.stage + 1], left[one], arrived[other], flow.share, toned, theme)
        )
        hover = f"{flow.one} → {flow.other}: {100 * flow.share:.1f} %"
        dots.append((sum(xs[flow.stage : flow.stage + 2]) / 2, (left[one] + arrived[other] + flow.share) / 2, hover))
        left[one] += flow.share
        arrived[other] += flow.share
    for node in nodes:
        top = tops[(node.stage, node.name)]
        shapes.append(
            {
                "type": "rect", "xref": "x", "yref": "y", "x0": xs[node.stage], "x1": xs[node.stage] + thick, "y0": top,
                "y1": top + node.share, "fillcolor": node.fill,
                "line": {"width": 1 if theme == "dark" else 0, "color": ink["ink"]},
            }
        )  # fmt: skip
        dots.append((xs[node.stage] + thick / 2, top + node.share / 2, f"{node.name}: {100 * node.share:.1f} %"))
    height, depth = (460 if narrow else 470), max(tops[(n.stage, n.name)] + n.share for n in nodes)
    scale = depth / (height - 74)
    for stage in range(last + 1):
        notes += _names(
            [node for node in nodes if node.stage == stage],
            tops,
            xs[stage],
            stage == last,
            thick,
            ink,
            narrow,
            scale,
            depth,
        )
    for stage, (title, when) in enumerate(stages):
        words = f"<b>{title.replace(' ', '<br>') if narrow else title}</b>" + (
            f"<br>{when}" if when and not narrow else ""
        )
        end = stage == last
        notes.append(
            {
                "x": xs[stage] + (thick if end else 0), "xref": "x", "y": 1, "yref": "paper",
                "xanchor": "right" if end else "left", "align": "right" if end else "left", "yanchor": "bottom", "yshift": 6,
                "text": words, "showarrow": False,
                "font": {"size": 12 if narrow else 13, "color": ink["ink"]},
            }
        )  # fmt: skip
    data = [
        {
            "type": "scatter", "mode": "markers", "x": [x for x, _, _ in dots], "y": [y for _, y, _ in dots],
            "marker": {"size": 16, "opacity": 0}, "hovertext": [words for _, _, words in dots], "hoverinfo": "text",
        }
    ]  # fmt: skip
    layout: dict[str, Any] = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 50, "b": 24},
        "xaxis": {"range": [-0.01, xs[-1] + thick + 0.01], "visible": False, "fixedrange": True},
        "yaxis": {"range": [depth * 1.01, -0.01], "visible": False, "fixedrange": True},
        "shapes": shapes, "annotations": notes,
    }  # fmt: skip
    return figure(data, **layout)


def _tops(nodes: Sequence[Node], last: int) -> dict[tuple[int, str], float]:
    """Where every node begins, from the top: each column in the middle of the tallest."""
    columns = [[node for node in nodes if node.stage == stage] for stage in range(last + 1)]
    heights = [sum(node.share for node in column) + _GAP * (len(column) - 1) for column in columns]
    found: dict[tuple[int, str], float] = {}
    for column, height in zip(columns, heights):
        at = (max(heights) - height) / 2
        for node in column:
            found[(node.stage, node.name)] = at
            at += node.share + _GAP
    return found


def _band(x0: float, x1: float, top: float, arrive: float, share: float, fill: str, theme: str) -> dict[str, Any]:
    """A flow as a closed curve."""
    half = (x0 + x1) / 2
    path = (
        f"M {x0} {top} C {half} {top} {half} {arrive} {x1} {arrive} "
        f"L {x1} {arrive + share} C {half} {arrive + share} {half} {top + share} {x0} {top + share} Z"
    )
    return {
        "type": "path", "xref": "x", "yref": "y", "path": path, "fillcolor": fill, "opacity": 0.42 if theme == "light" else 0.5,
        "line": {"width": 0}, "layer": "below",
    }  # fmt: skip


def _names(
    nodes: Sequence[Node], tops: dict[tuple[int, str], float], x: float, end: bool, thick: float, ink: dict[str, str],
    narrow: bool, scale: float, depth: float,
) -> list[dict[str, Any]]:  # fmt: skip
    """Name and share beside every node of a column, moved apart where they would touch."""
    texts = [_text(node, end, narrow) for node in nodes]
    tall = max(1 + text.count("<br>") for text in texts)
    centres = [tops[(node.stage, node.name)] + node.share / 2 for node in nodes]
    room = 17 * tall * scale
    places = spread(centres, room, room / 2, depth - room / 2)
    return [
        {
            "x": x - 0.012 if end else x + thick + 0.012, "y": place, "xref": "x", "yref": "y", "text": text,
            "showarrow": False, "xanchor": "right" if end else "left", "yanchor": "middle", "align": "right" if end else "left",
            "font": {"size": 12 if narrow else 13, "color": ink["ink"]},
        }
        for text, place in zip(texts, places)
    ]  # fmt: skip


def _text(node: Node, end: bool, narrow: bool) -> str:
    share = f"{100 * node.share:.0f} %" if node.share >= 0.005 else "< 1 %"
    name = node.name
    if narrow:
        name = _SHORT.get(name, name.replace(" ", "<br>", 1) if end else name)
    after = "" if node.escalated is None else f" · ⬢ {100 * node.escalated:.0f}"
    if narrow and end:
        return f"<b>{name}</b><br>{share}{after}"
    return f"<b>{name}</b> {share}{after}" if end else f"<b>{name}</b><br>{share}"
