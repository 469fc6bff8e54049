"""Two assumptions that are words, not figures: what comes out of every pair of their levels?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from sim.figures.chart import Chart, Panel, Picture, broken, figure, fitting, inks
from sim.findings.crossed import Mean, difference, share
from sim.findings.evidence import Evidence, Varied
from sim.findings.factor_words import level_words, the, words_of
from sim.findings.finding import Finding
from sim.findings.responses import Response, Runs, responses_of, what_agreement_is
from sim.findings.variance import exact
from sim.look import tokens

QUESTION = "What comes out of every pair of levels of two assumptions?"
MOST_LEVELS = 12
LEAST = 0.02
"""Difference from which pairs are told apart: the extremes of many pairs always lie apart by something."""

DARK = 0.55
"""Share of the scale from which figures are written in white."""


@dataclass(frozen=True)
class Pair:
    """Two factors with what comes out of every pair of their levels, mean over everything else."""

    across: Varied
    up: Varied
    columns: list[str]
    rows: list[str]
    cells: list[list[Mean]]  # [row][column]


def pairs(evidence: Evidence) -> Finding:
    """The two factors with few levels that move agreement most, the number written into every cell."""
    if evidence.design != "factorial":
        return Finding(
            "pairs", QUESTION, nothing="A matrix needs a design that combines levels; this one draws its points."
        )
    runs = Runs(evidence)
    few = [one for one in evidence.factors if 2 <= runs.column(one.name).nunique() <= MOST_LEVELS]
    words = [one for one in few if not one.counts]
    if len(few) < 2 or not words:
        return Finding("pairs", QUESTION, nothing="A matrix needs two factors with few levels, one of them in words.")
    up, across = _two(runs, few, words)
    responses = [one for one in responses_of(evidence) if one.key in ("agreement", "escalation")]
    found = {one.key: pair_of(runs, one.key, across, up) for one in responses}
    names = words_of(evidence, up), words_of(evidence, across)
    return Finding(
        "pairs",
        QUESTION,
        Chart(
            key="pairs",
            title=title(found["agreement"], names, _gap(runs, found["agreement"])),
            subtitle=f"Agreement and escalation, % of runs: {names[0]} down, {names[1]} across. {evidence.story}."
            if len(responses) > 1
            else f"Agreement, % of runs: {names[0]} down, {names[1]} across. {evidence.story}.",
            footer=_footer(evidence, found, len(evidence.factors) - 2),
            draw=lambda theme, narrow: [
                Panel(None, drawn(found[one.key], one, names, theme, narrow or len(responses) > 1)) for one in responses
            ],
            head=(names[0], names[1], *(one.noun for one in responses)),
            rows=_rows(found),
        ),
        _frame(found, up.name, across.name),
        (_sentence(found["agreement"], names),),
    )


def _two(runs: Runs, few: list[Varied], words: list[Varied]) -> tuple[Varied, Varied]:
    """The factor in words that moves agreement most, and of the others the one that does."""
    means = runs.means("agreement")
    alone = {
        one.name: float(np.nanvar([np.nanmean(means[(runs.column(one.name) == level).to_numpy()])
                                   for level in runs.column(one.name).dropna().unique()]))
        for one in few
    }  # fmt: skip
    up = max(words, key=lambda one: alone[one.name])
    return up, max((one for one in few if one is not up), key=lambda one: alone[one.name])


def pair_of(runs: Runs, key: str, across: Varied, up: Varied) -> Pair:
    """What comes out of every pair of levels."""
    first, second = runs.column(up.name), runs.column(across.name)
    rows, columns = ([level for level in _levels(one, runs)] for one in (up, across))
    cells = [
        [share(runs, runs.values[key], ((first == row) & (second == column)).to_numpy()) for column in columns]
        for row in rows
    ]
    told = [
        [level_words(runs.evidence, one, level) for level in levels] for one, levels in ((up, rows), (across, columns))
    ]
    return Pair(across, up, told[1], told[0], cells)


def _levels(factor: Varied, runs: Runs) -> list[Any]:
    """Levels in the order of the sweep's file, as far as the rows hold them so."""
    found = list(runs.column(factor.name).dropna().unique())
    order = [str(value) for value in factor.values]
    return sorted(found, key=lambda one: (order.index(str(one)) if str(one) in order else len(order), str(one)))


def _gap(runs: Runs, pair: Pair) -> Mean:
    """The most frequent pair less the rarest, run by run where runs are paired."""
    held = [runs.column(one.name).map(partial(level_words, runs.evidence, one)) for one in (pair.up, pair.across)]
    by = [
        (cell.value, ((held[0] == row) & (held[1] == column)).to_numpy())
        for row, line in zip(pair.rows, pair.cells)
        for column, cell in zip(pair.columns, line)
        if cell.rows
    ]
    return difference(
        runs,
        runs.values["agreement"],
        max(by, key=lambda one: one[0])[1],
        min(by, key=lambda one: one[0])[1],
        bound=True,
    )


def title(pair: Pair, names: tuple[str, str], gap: Mean) -> str:
    """Whether one factor decides, or how far the pairs lie apart."""
    values = np.array([[one.value for one in row] for row in pair.cells])
    if not np.isfinite(values).all():
        return fitting(
            f"Agreement by {the(names[0])} and {the(names[1])}, as far as played", "Agreement by pair, as far as played"
        )
    top, bottom = np.unravel_index(values.argmax(), values.shape), np.unravel_index(values.argmin(), values.shape)
    most, least = pair.cells[top[0]][top[1]], pair.cells[bottom[0]][bottom[1]]
    if gap.low <= 0 or gap.value < LEAST:
        return "No pair of levels stands out: agreement is much the same in all of them"
    span = f"{round(100 * least.value)} to {round(100 * most.value)} %"
    (up, across), _ = exact(values)
    if max(up, across) > 0.9:
        lead = names[0] if up > across else names[1]
        return fitting(
            f"Agreement ranges from {span}, and {the(lead)} decides nearly alone",
            f"Agreement ranges from {span} by {the(lead)}",
        )
    return fitting(
        f"Agreement ranges from {span}: most with {the(names[0])} {pair.rows[top[0]]}, {the(names[1])} {pair.columns[top[1]]}",
        f"Agreement ranges from {span} over the pairs",
    )


def _sentence(pair: Pair, names: tuple[str, str]) -> str:
    by = sorted(
        ((cell.value, row, column, cell) for row, line in zip(pair.rows, pair.cells) for column, cell in zip(pair.columns, line)
         if cell.rows),
        key=lambda one: one[0],
    )  # fmt: skip
    (_, row, column, low), (_, upper_row, upper_column, high) = by[0], by[-1]
    return (
        f"Agreement is rarest with {the(names[0])} {row} and {the(names[1])} {column} ({_percent(low)}), and most frequent with "
        f"{upper_row} and {upper_column} ({_percent(high)})."
    )


def drawn(pair: Pair, response: Response, names: tuple[str, str], theme: str, compact: bool) -> Picture:
    """Cells in the sequential scale, the figure in each."""
    ink, values = inks(theme), np.array([[one.value for one in row] for row in pair.cells])
    scale = tokens()["scale"]["sequential"]
    low, high = 100 * np.nanmin(values), 100 * np.nanmax(values)
    # A narrow span would make noise look like a pattern.
    low, high = min(low, (low + high) / 2 - 10), max(high, (low + high) / 2 + 10)
    level = len(pair.columns) <= 4
    rows, columns = (
        [broken(word, 16) for word in pair.rows],
        [broken(word, 12) if level else _cut(word) for word in pair.columns],
    )
    data = [
        {
            "type": "heatmap", "x": list(range(len(columns))), "y": list(range(len(rows))), "showscale": False, "xgap": 2,
            "ygap": 2, "z": [[None if np.isnan(one) else 100 * one for one in line] for line in values], "zmin": low,
            "zmax": high,
            "colorscale": [[at / (len(scale) - 1), colour] for at, colour in enumerate(scale)], "hoverinfo": "skip",
        }
    ]  # fmt: skip
    annotations: list[dict[str, Any]] = []
    for y, line in enumerate(values):
        for x, one in enumerate(line):
            dark = not np.isnan(one) and (100 * one - low) / (high - low) > DARK
            annotations.append(
                {
                    "x": x, "y": y, "text": "–" if np.isnan(one) else f"{round(100 * one)}", "showarrow": False,
                    "font": {"size": 13, "color": "#FFFFFF" if dark else "#1A2127"},
                }
            )  # fmt: skip
    annotations.append(
        {
            "x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 8,
            "text": f"<b>{response.noun}, % of runs</b>", "showarrow": False, "font": {"size": 13},
        }
    )  # fmt: skip
    room = 16 * max(word.count("<br>") + 1 for word in columns) if level else 8 + 6 * max(map(len, columns))
    axis = {"fixedrange": True, "showgrid": False, "zeroline": False, "ticks": ""}
    return figure(
        data,
        height=34 + 34 * len(rows) + 48 + room,
        margin={"l": 120, "r": 10, "t": 34, "b": 44 + room},
        xaxis={**axis, "tickvals": list(range(len(columns))), "ticktext": columns, "tickangle": 0 if level else -90,
               "automargin": True, "tickfont": {"size": 12}, "title": {"text": broken(names[1], 44), "font": {"size": 13}}},
        yaxis={**axis, "tickvals": list(range(len(rows))), "ticktext": rows, "autorange": "reversed", "automargin": True,
               "tickfont": {"size": 12 if compact else 13}},
        annotations=annotations,
        plot_bgcolor=ink["surface"],
    )  # fmt: skip


def _cut(word: str) -> str:
    """A word for a narrow column; the table has it in full."""
    return word if len(word) <= 22 else word[:21].rstrip() + "…"


def _percent(cell: Mean) -> str:
    return f"{100 * cell.value:.0f} % ({100 * cell.low:.0f}–{100 * cell.high:.0f})" if cell.rows else "not played"


def _footer(evidence: Evidence, found: dict[str, Pair], rest: int) -> str:
    widest = max((one.high - one.low) / 2 for pair in found.values() for row in pair.cells for one in row if one.rows)
    text = f"Half-width of the 95 % interval in a cell: at most {100 * widest:.1f} points."
    if rest:
        text += f" Mean over {'the other factor' if rest == 1 else f'the {rest} other factors'}."
    if evidence.paired:
        text += " All cells meet the same draws, so they differ from each other more surely than that."
    return f"{text} {what_agreement_is(evidence)}"


def _rows(pairs: dict[str, Pair]) -> tuple[tuple[str, ...], ...]:
    first = pairs["agreement"]
    return tuple(
        (row, column, *(_percent(pair.cells[y][x]) for pair in pairs.values()))
        for y, row in enumerate(first.rows)
        for x, column in enumerate(first.columns)
    )


def _frame(pairs: dict[str, Pair], up: str, across: str) -> pd.DataFrame:
    found: list[dict[str, Any]] = []
    for key, pair in pairs.items():
        for row, line in zip(pair.rows, pair.cells):
            for column, one in zip(pair.columns, line):
                found.append(
                    {
                        "response": key,
                        up: row,
                        across: column,
                        "share": one.value,
                        "low": one.low,
                        "high": one.high,
                        "runs": one.rows,
                    }
                )
    return pd.DataFrame(found)
