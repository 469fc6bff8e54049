"""Where, over two assumptions at once, do agreement and escalation become likely?"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from sim.figures.chart import Chart, Panel, fitting, opened
from sim.findings.evidence import Evidence, Varied
from sim.findings.factor_words import sign_of, the, words_of
from sim.findings.finding import Finding
from sim.findings.phase_drawn import picture
from sim.findings.planes import Plane, axes_of, is_figure, planes_of, third_of
from sim.findings.responses import Response, Runs, responses_of, what_agreement_is

MOSTLY = 0.8
"""Share of the plane from which it is told where the response is rarer."""

CLEAR = 0.05
"""Difference of the mean between the halves of an axis from which a direction is named."""


def phase(evidence: Evidence) -> Finding:
    """The share of agreements over two figures."""
    return _phase(evidence, "phase", "agreement", "Where, over two assumptions at once, are agreements common?")


def phase_of_escalation(evidence: Evidence) -> Finding:
    """The chance of escalation over two figures."""
    return _phase(
        evidence, "phase-escalation", "escalation", "Where, over two assumptions at once, is escalation likely?"
    )


def _phase(evidence: Evidence, key: str, which: str, question: str) -> Finding:
    response = next((one for one in responses_of(evidence) if one.key == which), None)
    if response is None:
        return Finding(key, question, nothing="This scenario has no challenger, so nothing escalates.")
    runs = Runs(evidence, {response.key: response.sql})
    axes = axes_of(runs, response.key)
    if axes is None:
        few = "no figure" if not any(is_figure(runs, one) for one in evidence.factors) else "fewer than two figures"
        return Finding(
            key, question, nothing=f"A phase diagram needs two figures with three values each; {few} varied here."
        )
    across, up = axes
    third = third_of(runs, across, up)
    planes = planes_of(runs, response.key, across, up, third)
    if not any(np.isfinite(plane.values).sum() > 1 for plane in planes):
        return Finding(key, question, nothing="Too few cells of the plane are played so far.")
    names = words_of(evidence, across), words_of(evidence, up)
    signs = sign_of(evidence, across), sign_of(evidence, up)
    widest = max(_half(plane) for plane in planes)
    return Finding(
        key,
        question,
        Chart(
            key=key,
            title=title(planes, response, names),
            subtitle=f"{opened(response.share)}, %. {_what(evidence, third)} {evidence.story}.",
            footer=f"Half-width of the 95 % interval in a cell: at most {100 * widest:.1f} points. {_footer(evidence, planes)}"
            + (f" {what_agreement_is(evidence)}" if which == "agreement" else ""),
            draw=partial(_panels, planes, names, signs, which),
            head=(*names, *(f"{response.noun}{', ' + plane.heading if plane.heading else ''}" for plane in planes)),
            rows=_rows(planes),
        ),
        _frame(planes, across.name, up.name, third.name if third else None),
        tuple(_sentence(plane, response, names) for plane in planes),
    )


def title(planes: list[Plane], response: Response, names: tuple[str, str]) -> str:
    """Where more than half of the runs end so, by the first plane."""
    plane = planes[0]
    values = plane.values[np.isfinite(plane.values)]
    common = "are common" if response.key == "agreement" else "is likely"
    noun = "Agreements" if response.key == "agreement" else "Escalation"
    most, least, over = round(100 * values.max()), round(100 * values.min()), float((values >= 0.5).mean())
    if over == 0:
        return f"Nowhere here do half of the runs end in {_end(response)}: at most {most} %"
    if over == 1:
        return f"Everywhere here more than half of the runs end in {_end(response)}: at least {least} %"
    ways = _ways(plane, names, more=over <= MOSTLY)
    way = " and ".join(ways)
    mostly = f"{noun} {common} in {round(100 * over)} % of the plane"
    if way and over > MOSTLY:
        rarer = "rarer" if response.key == "agreement" else "less so"
        return fitting(f"{mostly}, {rarer} with {way}", mostly)
    if not way:
        return fitting(f"{mostly}, without a clear direction", mostly)
    return fitting(
        f"{noun} {common} with {way}: {round(100 * over)} % of the plane",
        f"{noun} {common} with {way}",
        f"{noun} {common} in {round(100 * over)} % of the plane, above all with {ways[0]}",
        mostly,
    )


def _end(response: Response) -> str:
    return "an agreement" if response.key == "agreement" else "escalation"


def _ways(plane: Plane, names: tuple[str, str], *, more: bool) -> list[str]:
    """ "high credibility of sanctions": the half of each axis where there is clearly more (or less), the clearer first."""
    found: list[tuple[float, str]] = []
    for axis, name in ((1, names[0]), (0, names[1])):
        values = plane.values if axis == 1 else plane.values.T
        half = values.shape[1] // 2
        gap = float(np.nanmean(values[:, -half:]) - np.nanmean(values[:, :half]))
        if abs(gap) >= CLEAR:
            found.append((abs(gap), f"{'high' if (gap > 0) == more else 'low'} {name}"))
    found.sort(key=lambda one: -one[0])
    # A direction that does a fifth of the other is not what decides.
    return [words for gap, words in found if gap >= found[0][0] / 5]


def _sentence(plane: Plane, response: Response, names: tuple[str, str]) -> str:
    values = plane.values
    top, bottom = (
        np.unravel_index(np.nanargmax(values), values.shape),
        np.unravel_index(np.nanargmin(values), values.shape),
    )
    text = f"{opened(plane.heading)}. " if plane.heading else ""
    text += f"{response.noun} is most frequent ({round(100 * values[top])} %) where {the(names[0])} is {plane.x[top[1]]:.3g}"
    text += f" and {the(names[1])} {plane.y[top[0]]:.3g}, least ({round(100 * values[bottom])} %) at {plane.x[bottom[1]]:.3g}"
    return text + f" and {plane.y[bottom[0]]:.3g}."


def _what(evidence: Evidence, third: Varied | None) -> str:
    rest = len(evidence.factors) - 2 - (third is not None)
    if not rest:
        return (
            "Two assumptions varied together."
            if third is None
            else "Two assumptions varied together, a third side by side."
        )
    return f"Two of {len(evidence.factors)} assumptions that vary; mean over the others."


def _footer(evidence: Evidence, planes: list[Plane]) -> str:
    based = next((plane for plane in planes if plane.baseline), None)
    text = "Lines: shares of 25, 50 and 75 %, as far as they occur."
    if evidence.paired:
        text += " All points meet the same draws, so neighbours differ by the figures alone."
    if based is None:
        return text + " The baseline lies outside this plane."
    if based.exact:
        cell = based.at_baseline
        text += f" ★ is the baseline: the share of its one point, {cell.rows if cell else 0:,} runs, with its 95 % interval."
    else:
        text += (
            " ★ marks the baseline’s figures; the share beside it is that of the cell around it, with all else as it varies, "
            "and its 95 % interval."
        )
    return text


def _half(plane: Plane) -> float:
    return max(((one.high - one.low) / 2 for row in plane.cells for one in row if one.rows), default=0.0)


def _panels(
    planes: list[Plane], names: tuple[str, str], signs: tuple[str, str], which: str, theme: str, narrow: bool
) -> list[Panel]:
    told = f"{names[0]}{signs[0]}", f"{names[1]}{signs[1]}"
    compact = narrow or len(planes) > 1
    return [Panel(None, picture(plane, told, which, theme, compact, narrow)) for plane in planes]


def _rows(planes: list[Plane]) -> tuple[tuple[str, ...], ...]:
    """Every cell of a small plane, of a large one every fourth along both axes and the ends."""
    first = planes[0]
    xs, ys = (_thinned(len(axis)) for axis in (first.x, first.y))
    rows: list[tuple[str, ...]] = []
    for y in ys:
        for x in xs:
            cells = [f"{first.x[x]:.3g}", f"{first.y[y]:.3g}"]
            for plane in planes:
                one = plane.cells[y][x]
                cells.append(
                    f"{100 * one.value:.0f} % ({100 * one.low:.0f}–{100 * one.high:.0f})" if one.rows else "not played"
                )
            rows.append(tuple(cells))
    return tuple(rows)


def _thinned(count: int) -> list[int]:
    step = max(1, -(-(count - 1) // 10))
    return sorted({*range(0, count, step), count - 1})


def _frame(planes: list[Plane], x: str, y: str, third: str | None) -> pd.DataFrame:
    found: list[dict[str, Any]] = []
    for plane in planes:
        for row, line in zip(plane.y, plane.cells):
            for at, cell in zip(plane.x, line):
                one: dict[str, object] = {x: at, y: row}
                if third:
                    one[third] = plane.heading.rpartition(": ")[2]
                found.append(one | {"share": cell.value, "low": cell.low, "high": cell.high, "runs": cell.rows})
    return pd.DataFrame(found)
