"""How far does each factor move what comes out, from one end of its range to the other?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from sim.figures.chart import NUMBERS, Chart, Panel, fitting, in_words, opened
from sim.findings.crossed import Mean, difference, share
from sim.findings.evidence import Evidence, Varied
from sim.findings.factor_words import baseline_of, level_words, sign_of, the, words_of
from sim.findings.finding import Finding
from sim.findings.responses import Response, Runs, responses_of, what_agreement_is
from sim.findings.rows_drawn import Swing
from sim.findings.rows_drawn import tornado as drawn

QUESTION = "How far does each assumption move the outcomes, from one end of its range to the other?"
MOST_ROWS = 12
TAIL = 0.1
"""Share of the points at either end of a factor that has no levels."""

MOST_LEVELS = 12
"""Figures with more different values than this are cut into tails."""

FEWEST = 2


@dataclass(frozen=True)
class Reach:
    """A response at both ends of a factor.

    Attributes
    ----------
    name
        The factor's column.
    ends
        Value and words of either end: the lower and the higher figure, or the levels where least and most comes out.
    swing
        Second end less the first.
    """

    name: str
    ends: tuple[tuple[Mean, str], tuple[Mean, str]]
    swing: Mean


def tornado(evidence: Evidence) -> Finding:
    """Agreement and escalation at both ends of every factor, the widest first."""
    if not evidence.factors:
        return Finding("tornado", QUESTION, nothing="Nothing was varied in this study.")
    runs = Runs(evidence)
    responses = [one for one in responses_of(evidence) if one.key in ("agreement", "escalation")]
    reaches = {one.key: reaches_of(runs, one.key) for one in responses}
    if not reaches["agreement"]:
        return Finding("tornado", QUESTION, nothing="No factor has two values among the points played so far.")
    names = {factor.name: words_of(evidence, factor) for factor in evidence.factors}
    signs = {factor.name: sign_of(evidence, factor) for factor in evidence.factors}
    lines = {one.key: _line(runs, one.key) for one in responses}
    return Finding(
        "tornado",
        QUESTION,
        Chart(
            key="tornado",
            title=title(reaches["agreement"], names),
            subtitle=f"{opened(in_words([one.share for one in responses]))}, %, at both ends of each factor. {evidence.story}.",
            footer=_footer(evidence, runs, reaches["agreement"]),
            draw=lambda theme, narrow: _panels(responses, reaches, lines, names, signs, theme, narrow),
            head=("Factor", *(part for one in responses for part in _head(one))),
            rows=_rows(responses, reaches, names, signs),
        ),
        _frame(reaches),
        tuple(_sentence(one, reaches[one.key], names) for one in responses),
    )


def reaches_of(runs: Runs, key: str) -> list[Reach]:
    """What a response does along every factor, the widest first."""
    found: list[Reach] = []
    for factor in runs.evidence.factors:
        ends = _ends(runs, factor)
        if len(ends) < FEWEST:
            continue
        means = [(share(runs, runs.values[key], mask), mask, words) for mask, words in ends]
        means = [one for one in means if one[0].rows]
        if len(means) < FEWEST:
            continue
        if _ordered(runs.column(factor.name)):
            first, second = means[0], means[-1]
        else:
            first, second = min(means, key=lambda one: one[0].value), max(means, key=lambda one: one[0].value)
        if first is second:
            second = means[1] if first is means[0] else means[0]
        swing = difference(runs, runs.values[key], second[1], first[1], bound=True)
        found.append(Reach(factor.name, ((first[0], first[2]), (second[0], second[2])), swing))
    return sorted(found, key=lambda one: (-_sure(one.swing), -abs(one.swing.value)))


def _sure(swing: Mean) -> float:
    """How far from nothing a difference is at least: widest intervals come last."""
    return max(0.0, swing.low, -swing.high)


def _ordered(column: pd.Series) -> bool:
    return bool(is_numeric_dtype(column)) and not is_bool_dtype(column)


def _ends(runs: Runs, factor: Varied) -> list[tuple[NDArray[np.bool_], str]]:
    """The ends of a figure's range, or every level of a list, as points and words."""
    column = runs.column(factor.name)
    if not _ordered(column):
        return _levels(runs.evidence, factor, column)
    if column.nunique() <= MOST_LEVELS or runs.evidence.design == "factorial":
        levels = [column.min(), column.max()] if column.nunique() > 1 else []
        return [((column == level).to_numpy(), level_words(runs.evidence, factor, level)) for level in levels]
    values = column.to_numpy(np.float64)
    low, high = np.nanquantile(values, [TAIL, 1 - TAIL])
    bottom, top = np.nanmin(values), np.nanmax(values)
    return [(values <= low, f"{bottom:.2g}–{low:.2g}"), (values >= high, f"{high:.2g}–{top:.2g}")]


def _levels(evidence: Evidence, factor: Varied, column: pd.Series) -> list[tuple[NDArray[np.bool_], str]]:
    """Every level that is not rare; where only one is not, that one and all others together.

    Among many rare levels the least and the most would be found by chance alone.
    """
    counts = column.astype(str).value_counts(normalize=True)
    common = [str(level) for level, share_of in counts.items() if share_of >= TAIL]
    held = column.astype(str)
    if len(common) >= FEWEST:
        return [((held == level).to_numpy(), level_words(evidence, factor, level)) for level in sorted(common)]
    if len(counts) < FEWEST:
        return []
    usual = str(counts.index[0])
    return [
        ((held == usual).to_numpy(), level_words(evidence, factor, usual)),
        ((held != usual).to_numpy() & column.notna().to_numpy(), "anything else"),
    ]


def _line(runs: Runs, key: str) -> tuple[float, float | None]:
    """Mean of all runs, and of the point that is the scenario itself where that was played."""
    same = np.ones(len(runs.points), np.bool_)
    for factor in runs.evidence.factors:
        base, column = baseline_of(runs.evidence, factor), runs.column(factor.name)
        if _ordered(column) and isinstance(base, (int, float)):
            same &= np.isclose(column.to_numpy(np.float64), float(base))
        else:
            same &= (column.astype(str) == _as_held(runs, factor, base)).to_numpy()
    whole = float(runs.values[key].sum() / runs.played.sum())
    if not runs.played[same].any():
        return whole, None
    return whole, float(runs.values[key][same].sum() / runs.played[same].sum())


def _as_held(runs: Runs, factor: Varied, base: object) -> str:
    """A baseline in the words of the rows, which are labels where the sweep gave some."""
    for one in runs.evidence.study.manifest["effective"]["factors"]:
        if one["name"] == factor.name and one.get("labels"):
            from sim.sweep.factors import in_words as told

            words = dict(zip((told(value) for value in one["values"]), one["labels"]))
            return str(words.get(str(base), base))
    return str(base)


def title(reaches: list[Reach], names: dict[str, str]) -> str:
    """Which factors move agreement most, and whether some hardly do."""
    moved = [one for one in reaches if one.swing.low > 0 or one.swing.high < 0]
    if not moved:
        return "No factor moves the share of agreements by more than chance would"
    first = moved[0]
    points = round(100 * abs(first.swing.value))
    still = [one for one in reaches if max(abs(one.swing.low), abs(one.swing.high)) < 0.05]
    tail = ""
    if len(still) == 1 and len(reaches) < len(NUMBERS):
        tail = f"; {the(names[still[0].name])} hardly matters"
    elif 2 * len(still) >= len(reaches):
        tail = f"; {len(still)} of {len(reaches)} factors hardly matter"
    lead = f"{the(names[first.name])} moves agreement by {points} points"
    second = f"{the(names[first.name])} and {the(names[moved[1].name])} move agreement most" if len(moved) > 1 else lead
    return fitting(second + tail, lead + tail, second, lead, f"One factor moves agreement by {points} points")


def _sentence(response: Response, reaches: list[Reach], names: dict[str, str]) -> str:
    one = reaches[0]
    (low, at_low), (high, at_high) = one.ends
    text = f"{opened(response.share)}: {round(100 * low.value)} % where {the(names[one.name])} is {at_low}"
    text += f", {round(100 * high.value)} % where it is {at_high}"
    return f"{text} (a difference of {_points(one.swing)})."


def _points(swing: Mean) -> str:
    value, low, high = (f"{100 * bound:.0f}".replace("-", "−") for bound in (swing.value, swing.low, swing.high))
    return f"{value} points, {low} to {high}"


def _footer(evidence: Evidence, runs: Runs, reaches: list[Reach]) -> str:
    text = "Each end is the mean over all else that varies."
    if any(
        _ordered(runs.column(f.name)) and runs.column(f.name).nunique() > MOST_LEVELS and evidence.design != "factorial"
        for f in evidence.factors
    ):
        text += " Ends of a range are its lowest and its highest tenth."
    if len(reaches) > MOST_ROWS:
        text += f" The widest {MOST_ROWS} of {len(reaches)} factors; the table has all."
    text += f" {what_agreement_is(evidence)} Bars ┝━┥ 95 %"
    text += ", with the draws that points share taken into account." if evidence.paired else "."
    return text + " ≈ estimate, ~ inferred."


def _panels(
    responses: list[Response],
    reaches: dict[str, list[Reach]],
    lines: dict[str, tuple[float, float | None]],
    names: dict[str, str],
    signs: dict[str, str],
    theme: str,
    narrow: bool,
) -> list[Panel]:
    panels: list[Panel] = []
    compact, width = narrow or len(responses) > 1, 300 if narrow else 470 if len(responses) > 1 else 800
    letters = 15 if narrow else 26
    for response in responses:
        rows: list[Swing] = []
        for one in reaches[response.key][:MOST_ROWS]:
            (low, at_low), (high, at_high) = one.ends
            rows.append(
                Swing(
                    names[one.name] + signs[one.name],
                    (
                        (low.value, low.low, low.high, _cut(at_low, letters)),
                        (high.value, high.low, high.high, _cut(at_high, letters)),
                    ),
                )
            )
        line, baseline = lines[response.key]
        unit = f"{response.noun.lower()}, % of runs"
        panels.append(Panel(None, drawn(rows, line, baseline, unit, theme, compact, width)))
    return panels


def _cut(words: str, letters: int) -> str:
    """Words for a bar's end; the table has them in full."""
    return words if len(words) <= letters else words[: letters - 1].rstrip(" ,") + "…"


def _head(response: Response) -> tuple[str, str, str]:
    noun = response.noun
    return f"{noun} at one end", f"{noun} at the other", f"{noun}: difference"


def _rows(
    responses: list[Response], reaches: dict[str, list[Reach]], names: dict[str, str], signs: dict[str, str]
) -> tuple[tuple[str, ...], ...]:
    by = {key: {one.name: one for one in found} for key, found in reaches.items()}
    rows: list[tuple[str, ...]] = []
    for first in reaches["agreement"]:
        cells = [names[first.name] + signs[first.name]]
        for response in responses:
            one = by[response.key][first.name]
            for end, words in one.ends:
                cells.append(f"{words}: {100 * end.value:.0f} % ({100 * end.low:.0f}–{100 * end.high:.0f})")
            cells.append(_points(one.swing).replace(" points,", ",").replace(", ", " (") + ")")
        rows.append(tuple(cells))
    return tuple(rows)


def _frame(reaches: dict[str, list[Reach]]) -> pd.DataFrame:
    found: list[dict[str, Any]] = []
    for key, ones in reaches.items():
        for one in ones:
            row: dict[str, Any] = {"response": key, "factor": one.name}
            for which, (end, words) in zip(("first", "second"), one.ends):
                row |= {f"{which}_at": words, which: end.value, f"{which}_low": end.low, f"{which}_high": end.high}
            row |= {"difference": one.swing.value, "difference_low": one.swing.low, "difference_high": one.swing.high}
            found.append(row)
    return pd.DataFrame(found)
