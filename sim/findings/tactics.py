"""Which tactic serves which party best, its own and the others'?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.figures.chart import Chart, Panel, Picture, figure, fitting, in_words, inks, opened
from sim.figures.run import with_article
from sim.findings.crossed import Mean, difference, mean
from sim.findings.evidence import Evidence, Varied
from sim.findings.factor_words import level_words
from sim.findings.finding import Finding
from sim.findings.responses import Runs
from sim.look import tokens

DARK = 0.55
"""Share of the scale from which figures are written in white."""

QUESTION = "Which tactic serves each party best, and whose tactic counts for it most?"


@dataclass(frozen=True)
class Served:
    """What a party gains by each tactic in each seat.

    Attributes
    ----------
    party
        Whose gain.
    cells
        By the seat whose tactic it is, then by tactic: the party's mean gain over the status quo.
    best, worst
        Of its own seat, where it has one: the tactics and their difference with an interval.
    """

    party: str
    cells: dict[str, dict[str, Mean]]
    best: str
    worst: str
    swing: Mean | None


def tactics(evidence: Evidence) -> Finding:
    """Mean gain of each party by the tactic in every seat, mean over the tactics in all other seats."""
    seats = {
        _party(one): one for one in evidence.factors if one.path.startswith("parties.") and one.path.endswith(".tactic")
    }
    if not seats:
        return Finding("tactics", QUESTION, nothing="No tactic was varied in this study.")
    parties = list(evidence.scenario.parties)
    runs = Runs(evidence, {f"gain_{party}": f"gain_{party}" for party in parties})
    found = [served(runs, party, seats) for party in parties]
    if not any(cell.rows for one in found for line in one.cells.values() for cell in line.values()):
        return Finding("tactics", QUESTION, nothing="No run is played so far.")
    scenario = evidence.scenario
    names = {party: with_article(scenario.parties[party].name) for party in parties}
    return Finding(
        "tactics",
        QUESTION,
        Chart(
            key="tactics",
            title=title(found, names),
            subtitle="Mean gain over the status quo, points of 100, by the tactic in each seat; mean over the tactics in all "
            f"other seats. {evidence.story}.",
            footer=_footer(found, evidence),
            draw=lambda theme, narrow: [Panel(one.party, _picture(evidence, one, theme)) for one in found],
            head=("Gain of", "Seat", "Tactic", "Mean gain"),
            rows=tuple(
                (scenario.parties[one.party].name, scenario.parties[seat].name, tactic, _points(cell))
                for one in found
                for seat, line in one.cells.items()
                for tactic, cell in line.items()
            ),
        ),
        pd.DataFrame(
            [
                {"gain_of": one.party, "seat": seat, "tactic": tactic, "gain": cell.value, "low": cell.low, "high": cell.high,
                 "runs": cell.rows}
                for one in found for seat, line in one.cells.items() for tactic, cell in line.items()
            ]
        ),
        tuple(_sentence(one, names) for one in found),
    )  # fmt: skip


def _party(factor: Varied) -> str:
    return factor.path.split(".")[1]


def served(runs: Runs, party: str, seats: dict[str, Varied]) -> Served:
    """A party's mean gain by the tactic in every seat."""
    values = runs.values[f"gain_{party}"]
    cells: dict[str, dict[str, Mean]] = {}
    for seat, factor in seats.items():
        column = runs.column(factor.name).astype(str)
        levels = sorted(column.unique(), key=lambda one: _place(factor, one))
        cells[seat] = {
            level_words(runs.evidence, factor, level): mean(runs, values, (column == level).to_numpy())
            for level in levels
        }
    best = worst = ""
    swing = None
    if party in seats and len(cells[party]) > 1:
        column = runs.column(seats[party].name).astype(str)
        told = {level_words(runs.evidence, seats[party], level): level for level in column.unique()}
        known = {tactic: cell for tactic, cell in cells[party].items() if cell.rows}
        best, worst = max(known, key=lambda one: known[one].value), min(known, key=lambda one: known[one].value)
        swing = difference(runs, values, (column == told[best]).to_numpy(), (column == told[worst]).to_numpy())
    return Served(party, cells, best, worst, swing)


def _place(factor: Varied, level: str) -> tuple[int, str]:
    """Where a level stands in the sweep's file."""
    order = [str(value) for value in factor.values]
    return (order.index(level) if level in order else len(order)), level


def title(found: list[Served], names: dict[str, str]) -> str:
    """Whose own tactic makes a difference, and which serves most of them best."""
    swings = {one.party: one for one in found if one.swing is not None and one.swing.low > 0}
    if not swings:
        return "No party’s own tactic changes what it gains by more than chance would"
    lead = max(swings.values(), key=lambda one: one.swing.value if one.swing else 0.0)
    points = 100 * (lead.swing.value if lead.swing else 0.0)
    text = f"The {lead.best} tactic serves {names[lead.party]} best, by {points:.1f} points over {lead.worst}"
    rest = [one.best for one in swings.values()]
    if len(set(rest)) == 1 and len(rest) > 1:
        return fitting(f"The {rest[0]} tactic serves {in_words([names[party] for party in swings])} best", text)
    return fitting(text, f"The {lead.best} tactic serves {names[lead.party]} best")


def _sentence(one: Served, names: dict[str, str]) -> str:
    spans = {
        seat: max(cell.value for cell in line.values()) - min(cell.value for cell in line.values())
        for seat, line in one.cells.items()
        if len(line) > 1 and all(cell.rows for cell in line.values())
    }
    text = f"{opened(names[one.party])}"
    if one.swing is not None and abs(one.swing.value) < 0.0005:
        text += " gains the same whichever tactic it uses"
    elif one.swing is not None:
        text += f" gains most with {one.best} in its own seat, {_span(one.swing)} points more than with {one.worst}"
    else:
        text += " chose no tactic here"
    if spans:
        most = max(spans, key=lambda seat: spans[seat])
        whose = "its own tactic" if most == one.party else f"the tactic of {names[most]}"
        text += f"; {whose} moves its gain most ({100 * spans[most]:.1f} points from the worst to the best)"
    return text + "."


def _span(swing: Mean) -> str:
    return f"{100 * swing.value:.1f} ({100 * swing.low:.1f} to {100 * swing.high:.1f})".replace("-", "−")


def _picture(evidence: Evidence, one: Served, theme: str) -> Picture:
    """Tactics down, seats across; the party's own seat framed; a tenth of a point written in each cell."""
    ink, seats = inks(theme), list(one.cells)
    tactics_ = list(dict.fromkeys(tactic for line in one.cells.values() for tactic in line))
    values = np.array(
        [[100 * one.cells[seat][t].value if t in one.cells[seat] else np.nan for seat in seats] for t in tactics_]
    )
    scale = tokens()["scale"]["sequential"]
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    # A narrow span would make noise look like a pattern.
    low, high = min(low, (low + high) / 2 - 1), max(high, (low + high) / 2 + 1)
    data = [
        {
            "type": "heatmap", "x": list(range(len(seats))), "y": list(range(len(tactics_))), "showscale": False, "xgap": 2,
            "z": [[None if np.isnan(cell) else cell for cell in row] for row in values], "zmin": low, "zmax": high,
            "colorscale": [[at / (len(scale) - 1), colour] for at, colour in enumerate(scale)], "hoverinfo": "skip", "ygap": 2,
        }
    ]  # fmt: skip
    annotations = [
        {
            "x": x, "y": y, "text": "–" if np.isnan(cell) else _tenth(cell), "showarrow": False,
            "font": {"size": 12, "color": "#FFFFFF" if (cell - low) / (high - low) > DARK else "#1A2127"},
        }
        for y, row in enumerate(values) for x, cell in enumerate(row)
    ]  # fmt: skip
    shapes: list[dict[str, Any]] = []
    if one.party in seats:
        x = seats.index(one.party)
        shapes.append(
            {
                "type": "rect", "x0": x - 0.49, "x1": x + 0.49, "y0": -0.49, "y1": len(tactics_) - 0.51, "layer": "above",
                "line": {"color": evidence.looks[one.party].colour(theme), "width": 3},
            }
        )  # fmt: skip
    axis = {"fixedrange": True, "showgrid": False, "zeroline": False, "ticks": ""}
    words = [f"{evidence.looks[seat].glyph} {evidence.looks[seat].code}" for seat in seats]
    return figure(
        data,
        height=60 + 28 * len(tactics_),
        margin={"l": 130, "r": 10, "t": 30, "b": 12},
        xaxis={**axis, "tickvals": list(range(len(seats))), "ticktext": words, "side": "top", "tickfont": {"size": 12}},
        yaxis={**axis, "tickvals": list(range(len(tactics_))), "ticktext": tactics_, "autorange": "reversed",
               "tickfont": {"size": 12}},
        annotations=annotations,
        shapes=shapes,
        plot_bgcolor=ink["surface"],
    )  # fmt: skip


def _tenth(points: float) -> str:
    return f"{abs(points):.1f}" if abs(points) < 0.05 else f"{'+' if points > 0 else '−'}{abs(points):.1f}"


def _points(cell: Mean) -> str:
    if not cell.rows:
        return "not played"
    return f"{_tenth(100 * cell.value)} ({_tenth(100 * cell.low)} to {_tenth(100 * cell.high)})"


def _footer(found: list[Served], evidence: Evidence) -> str:
    cells = [cell for one in found for line in one.cells.values() for cell in line.values() if cell.rows]
    widest = max((cell.high - cell.low) / 2 for cell in cells)
    text = "Columns are seats, the party’s own framed; rows are tactics. "
    text += f"Half-width of the 95 % interval of a cell: at most {100 * widest:.1f} points"
    if evidence.paired:
        text += "; differences between cells are surer, as all meet the same draws"
    return f"{text}. The darker, the larger the gain in that panel. Gains are by a party’s wishes, without what force costs."
