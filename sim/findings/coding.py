"""Which claims survive the doubt about the coding, and which cells do they hang on?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype
from scipy.stats import norm, rankdata

from sim.figures.chart import Chart, Panel, Picture, broken, figure, fitting, inks, opened
from sim.findings.claims import Claim, claims_of, figures_for
from sim.findings.evidence import Evidence
from sim.findings.factor_words import sign_of, words_of
from sim.findings.finding import Finding
from sim.findings.intervals import wilson
from sim.findings.responses import Runs, what_agreement_is

QUESTION = "Which findings survive the doubt about the coding, and which cells do they depend on?"
FEWEST = 30
"""Codings below which nothing is said of how many."""

RESAMPLES = 100
SURE = 0.975
SEED = 14
MOST_CELLS = 3
FIRM, SHAKY = 0.9, 0.6


@dataclass(frozen=True)
class Survival:
    """How far a claim survives.

    Attributes
    ----------
    claim
        What is claimed.
    codings
        In how many it could be asked.
    holds, low, high
        Share of codings in which it holds, with its interval.
    surely, surely_not
        Shares in which it holds, or fails, by more than the chance of a coding's few runs.
    cells
        Factors whose rank correlation with the margin cannot be chance among so many, the largest first, with the correlation.
    """

    claim: Claim
    codings: int
    holds: float
    low: float
    high: float
    surely: float
    surely_not: float
    cells: tuple[tuple[str, float], ...]


def coding(evidence: Evidence, baseline: Evidence | None = None) -> Finding:
    """How many codings every headline claim holds in.

    Parameters
    ----------
    evidence
        A study whose cells were drawn (clause 14).
    baseline
        What the claims are taken from; all runs of the study together where left out.
    """
    if not evidence.coded:
        return Finding(
            "coding",
            QUESTION,
            nothing="This study did not draw its cells anew (clause 14), so it says nothing of them.",
        )
    runs = Runs(evidence, figures_for(evidence))
    enough = runs.played.sum(axis=1) > 0
    if enough.sum() < FEWEST:
        return Finding(
            "coding", QUESTION, nothing=f"{int(enough.sum())} codings are too few; at least {FEWEST} are needed."
        )
    reference = runs if baseline is None else Runs(baseline, figures_for(baseline))
    ranks = _ranks(runs)
    found = [survival(runs, claim, ranks) for claim in claims_of(runs, reference)]
    names = {factor.name: words_of(evidence, factor) + sign_of(evidence, factor) for factor in evidence.factors}
    source = "all codings together" if baseline is None else "the baseline"
    order = sorted(found, key=lambda one: -one.holds)
    return Finding(
        "coding",
        QUESTION,
        Chart(
            key="coding",
            title=title(found),
            subtitle=f"Share of codings in which each claim holds, %. {evidence.story}.",
            footer=f"The claims are true of {source}. A coding redraws every cell marked inferred (~) or estimate (≈) from the "
            "range that its mark sets (clause 14). Too close to call: with the runs of one coding it could as well be chance. "
            f"┝━┥ 95 % for the share of codings. {what_agreement_is(evidence)}",
            draw=lambda theme, narrow: [Panel(None, _picture(order, theme, narrow))],
            head=("Claim", "Holds in", "Clearly holds", "Clearly fails", "Cells it depends on most (rank correlation)"),
            rows=tuple(
                (
                    opened(one.claim.words), f"{100 * one.holds:.0f} % ({100 * one.low:.0f}–{100 * one.high:.0f})",
                    f"{100 * one.surely:.0f} %", f"{100 * one.surely_not:.0f} %", _cells(one, names) or "none stands out",
                )
                for one in order
            ),
        ),
        pd.DataFrame(
            [
                {
                    "claim": one.claim.key, "words": one.claim.words, "codings": one.codings, "holds": one.holds, "low": one.low,
                    "high": one.high, "surely": one.surely, "surely_not": one.surely_not,
                    "cells": "; ".join(f"{name} {value:+.2f}" for name, value in one.cells),
                }
                for one in order
            ]
        ),
        tuple(_sentence(one, names) for one in order),
    )  # fmt: skip


def survival(runs: Runs, claim: Claim, ranks: pd.DataFrame) -> Survival:
    """How far a claim survives over the codings of a study."""
    margin = claim.margin(np.ones(runs.played.shape[1]))
    known = np.isfinite(margin)
    if not known.any():
        return Survival(claim, 0, float("nan"), float("nan"), float("nan"), 0.0, 0.0, ())
    again = _resampled(runs, claim)
    above = (again > 0).sum(axis=0) / np.maximum(np.isfinite(again).sum(axis=0), 1)
    holds = float((margin[known] > 0).mean())
    low, high = wilson(holds, int(known.sum()))
    surely, never = (above[known] >= SURE) & (margin[known] > 0), (above[known] <= 1 - SURE) & (margin[known] <= 0)
    return Survival(
        claim,
        int(known.sum()),
        holds,
        float(low),
        float(high),
        float(surely.mean()),
        float(never.mean()),
        _correlated(margin, known, ranks),
    )


def _resampled(runs: Runs, claim: Claim) -> NDArray[np.float64]:
    """float64[RESAMPLES, P], the margin with the runs of each coding drawn anew."""
    random = np.random.Generator(np.random.Philox(SEED))
    repeats = runs.played.shape[1]
    found: list[Any] = []
    for _ in range(RESAMPLES):
        shape = None if runs.evidence.paired else len(runs.points)
        found.append(claim.margin(random.multinomial(repeats, [1 / repeats] * repeats, size=shape).astype(np.float64)))
    return np.array(found)


def _ranks(runs: Runs) -> pd.DataFrame:
    """Ranks of every factor over the points; of words, whether a coding has the commonest one."""
    found: dict[str, Any] = {}
    for name in runs.factors.columns:
        column = runs.column(name)
        if is_numeric_dtype(column):
            values = column.to_numpy(np.float64)
        else:
            held = column.astype(str)
            values = (held == held.mode().iloc[0]).to_numpy(np.float64)
        if len(np.unique(values[np.isfinite(values)])) > 1:
            found[name] = rankdata(values, nan_policy="omit")
    return pd.DataFrame(found, index=runs.factors.index)


def _correlated(
    margin: NDArray[np.float64], known: NDArray[np.bool_], ranks: pd.DataFrame
) -> tuple[tuple[str, float], ...]:
    """Spearman's correlations that among so many factors would come by chance 5 times in 100 at most (Bonferroni)."""
    count = int(known.sum())
    if ranks.shape[1] == 0 or count < FEWEST or np.ptp(margin[known]) == 0:
        return ()
    own = rankdata(margin[known])
    matrix = ranks.to_numpy(np.float64)[known]
    with np.errstate(invalid="ignore", divide="ignore"):
        centred = matrix - matrix.mean(axis=0)
        values = (centred * (own - own.mean())[:, None]).sum(axis=0) / np.sqrt(
            (centred**2).sum(axis=0) * ((own - own.mean()) ** 2).sum()
        )
    # Fisher's z, with the spread that ranks have without a relation.
    bar = np.tanh(norm.ppf(1 - 0.025 / ranks.shape[1]) / np.sqrt(count - 3))
    order = np.argsort(-np.abs(np.nan_to_num(values)))
    return tuple((str(ranks.columns[at]), float(values[at])) for at in order[:MOST_CELLS] if abs(values[at]) > bar)


def title(found: list[Survival]) -> str:
    """How many claims survive, and which is the weakest."""
    asked = [one for one in found if one.codings]
    firm, weak = [one for one in asked if one.holds >= FIRM], min(asked, key=lambda one: one.holds)
    if len(firm) == len(asked):
        return (
            f"All {len(asked)} claims hold in at least {round(100 * min(one.holds for one in asked))} % of the codings"
        )
    shaky = f"“{weak.claim.words}” in only {round(100 * weak.holds)} %"
    if not firm:
        return fitting(
            f"No claim holds in nine of ten codings; {shaky}",
            f"No claim holds in nine of ten codings, the weakest in {round(100 * weak.holds)} % of them",
        )
    start = f"{len(firm)} of {len(asked)} claims hold in nine of ten codings"
    return fitting(f"{start}; {shaky}", f"{start}, the weakest in {round(100 * weak.holds)} % of them")


def _sentence(one: Survival, names: dict[str, str]) -> str:
    if not one.codings:
        return f"“{opened(one.claim.words)}” could be asked of no coding."
    text = f"“{opened(one.claim.words)}” holds in {round(100 * one.holds)} % of {one.codings:,} codings"
    text += f" ({round(100 * one.low)}–{round(100 * one.high)})"
    if one.holds < SHAKY:
        text += ", so it is as much the coder’s judgement as a result"
    cells = _cells(one, names)
    return text + (f"; it depends most on {cells}." if cells else "; no single cell decides it.")


def _cells(one: Survival, names: dict[str, str]) -> str:
    return ", ".join(f"{names[name]} ({'−' if value < 0 else '+'}{abs(value):.2f})" for name, value in one.cells)


def _picture(found: list[Survival], theme: str, narrow: bool) -> Picture:
    """A bar of all codings a claim: clearly holds, holds narrowly, fails narrowly, clearly fails."""
    ink = inks(theme)
    shown = [one for one in found if one.codings]
    parts = (
        ("clearly holds", "#17305A", "", [one.surely for one in shown]),
        ("holds, too close to call", "#9A998C", "", [one.holds - one.surely for one in shown]),
        ("fails, too close to call", "#CFC291", "/", [1 - one.holds - one.surely_not for one in shown]),
        ("clearly fails", "#F0E3B2", "x", [one.surely_not for one in shown]),
    )
    lower = 0.14 if narrow else 0.0
    places = [-at - lower for at in range(len(shown))]
    data: list[dict[str, Any]] = []
    for words, colour, pattern, values in parts:
        data.append(
            {
                "type": "bar", "orientation": "h", "y": places, "x": [100 * max(0.0, value) for value in values], "width": 0.44,
                "name": words, "hovertemplate": f"{words}: %{{x:.0f}} %<extra></extra>",
                "marker": {"color": colour, "line": {"width": 1 if theme == "dark" else 0, "color": ink["line-strong"]},
                           "pattern": {"shape": pattern, "fgcolor": "#4A535A", "bgcolor": colour, "size": 7, "solidity": 0.18}},
            }
        )  # fmt: skip
    data.append(
        {
            "type": "scatter", "mode": "markers", "showlegend": False,
            "x": [100 * one.holds for one in shown], "y": places,
            "hoverinfo": "skip",
            "marker": {"symbol": "line-ns", "size": 20, "line": {"width": 2.5, "color": ink["ink"]}},
            "error_x": {
                "type": "data", "symmetric": False, "color": ink["ink"], "thickness": 2, "width": 5,
                "array": [100 * (one.high - one.holds) for one in shown],
                "arrayminus": [100 * (one.holds - one.low) for one in shown],
            },
        }
    )  # fmt: skip
    letters = 50 if narrow else 34
    annotations: list[dict[str, Any]] = []
    for at, one in enumerate(shown):
        name = broken(opened(one.claim.words), letters)
        annotations.append(
            {
                "x": 0, "xref": "paper", "y": -at + (0.1 if narrow else 0.0), "xanchor": "left" if narrow else "right",
                "xshift": 0 if narrow else -10, "yanchor": "bottom" if narrow else "middle",
                "align": "left" if narrow else "right", "showarrow": False,
                "text": name, "font": {"size": 12 if narrow else 13, "color": ink["ink"]},
            }
        )  # fmt: skip
        annotations.append(
            {
                "x": 1, "xref": "paper", "y": places[at], "xanchor": "left", "xshift": 6, "showarrow": False,
                "text": f"<b>{round(100 * one.holds)} %</b>", "font": {"size": 13, "color": ink["ink"]},
            }
        )  # fmt: skip
    room = (72 if narrow else 52) * max(len(shown), 1)
    bare = {"fixedrange": True, "automargin": False}
    return figure(
        data,
        height=116 + room,
        barmode="stack",
        margin={"l": 10 if narrow else 290, "r": 60, "t": 8, "b": 108 if narrow else 100},
        showlegend=True,
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": -56 / room, "yanchor": "top", "font": {"size": 12},
                "traceorder": "normal", "itemclick": False, "itemdoubleclick": False},
        xaxis={**bare, "range": [0, 100], "ticksuffix": " %", "title": {"text": "codings", "standoff": 4}},
        yaxis={**bare, "range": [-len(shown) + 0.45, 0.6], "showticklabels": False, "ticks": "", "showgrid": False,
               "zeroline": False},
        annotations=annotations,
    )  # fmt: skip
