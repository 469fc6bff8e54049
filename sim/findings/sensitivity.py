"""On which factors does what comes out depend, alone and together with the others?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from sim.figures.chart import Chart, Panel, fitting, in_words
from sim.findings.evidence import Evidence
from sim.findings.factor_words import sign_of, the, words_of
from sim.findings.finding import Finding
from sim.findings.indices import MEASURES, Indices, Unfit, indices
from sim.findings.responses import Response, Runs, responses_of, what_agreement_is
from sim.findings.rows_drawn import Bar, bars

QUESTION = "On which assumptions do the outcomes depend, alone and together with the others?"
MOST_ROWS = 12
MATTERS = 0.02
"""Share of the variance below which a factor is not named in a sentence."""

_UNITS = {
    "sobol": "share of the differences it accounts for, %",
    "factorial": "share of the differences it accounts for, %",
    "morris": "effect on the share of runs, points of 100",
    "pawn": "how far outcomes differ along it, points of 100",
}

_SUBTITLES = {
    "sobol": "How much of the differences between the points each factor accounts for, %.",
    "factorial": "How much of the differences between the points each factor accounts for, %.",
    "morris": "How much moving each factor by a step changes the share of runs, points of 100.",
    "pawn": "How far what comes out differs along each factor, points of 100.",
}

_EXPLAINED = {
    "sobol": "Sobol indices from Saltelli’s scheme: first order (alone) and total (with all others).",
    "factorial": "Sobol indices, first order (alone) and total (with all others), exact as every combination was played.",
    "morris": "Morris’s measures: mean absolute effect of moving one factor by a step, and the spread of that effect, which is "
    "large where it depends on the others.",
    "pawn": "PAWN index: over eight slices of the factor, the median of the largest gap between what comes out in the slice "
    "and in all. "
    "Left of the dotted line a factor cannot be told from one that does nothing.",
}


def sensitivity(evidence: Evidence) -> Finding:
    """The measures that the study's design allows, for agreement and escalation, the largest first."""
    nothing = Finding("sensitivity", QUESTION)
    if not evidence.factors:
        return replace(nothing, nothing="Nothing was varied in this study.")
    runs = Runs(evidence)
    found: list[tuple[Response, Indices]] = []
    refused = ""
    for response in responses_of(evidence):
        if response.key in ("agreement", "escalation"):
            try:
                found.append((response, indices(runs, response.key)))
            except Unfit as reason:
                refused = refused or str(reason)
    if not found:
        return replace(nothing, nothing=refused)
    names = {factor.name: words_of(evidence, factor) for factor in evidence.factors}
    signs = {factor.name: sign_of(evidence, factor) for factor in evidence.factors}
    sentences = tuple(_sentence(response, one, names) for response, one in found)
    frame = _frame(found)
    return Finding(
        "sensitivity",
        QUESTION,
        Chart(
            key="sensitivity",
            title=title(found, names),
            subtitle=f"{_SUBTITLES[found[0][1].measure]} {evidence.story}.",
            footer=_footer(evidence, found),
            draw=lambda theme, narrow: _panels(found, names, signs, theme, narrow),
            head=_head(found),
            rows=_rows(found, names, signs),
        ),
        frame,
        sentences,
    )


def title(found: list[tuple[Response, Indices]], names: dict[str, str]) -> str:
    """What each response hangs on most."""
    leads = [_leading(one)[:2] for _, one in found]
    parts: list[str] = []
    for (response, _), lead in zip(found, leads):
        word = response.noun if not parts else response.noun.lower()
        parts.append(
            f"{word} depends most on {in_words([the(names[name]) for name in lead])}"
            if lead
            else f"{word} on none of them"
        )
    if len(parts) == 2 and leads[0] and leads[0][:1] == leads[1][:1]:
        both = in_words([the(names[name]) for name in (leads[0] if leads[0] == leads[1] else leads[0][:1])])
        one = the(names[leads[0][0]])
        nouns = f"{found[0][0].noun} and {found[1][0].noun.lower()}"
        return fitting(
            f"{nouns} both depend most on {both}", f"{nouns} both depend most on {one}", f"{nouns} depend on the same"
        )
    single = [f"{response.noun if not at else response.noun.lower()} depends most on {the(names[lead[0]])}" if lead else parts[at]
              for at, ((response, _), lead) in enumerate(zip(found, leads))]  # fmt: skip
    return fitting("; ".join(parts), "; ".join(single), parts[0], single[0])


def _leading(one: Indices) -> list[str]:
    """Factors that can be told from nothing, the largest first."""
    order = one.table.sort_values(
        "second" if "second" in one.table and one.measure != "morris" else "first", ascending=False
    )
    if one.measure == "pawn":
        return list(order.index[order["first"] > one.least])
    if one.measure == "morris":
        return list(order.index[(order["first_low"] > 0) & (order["first"] > 0.005)])
    return list(order.index[(order["second_low"] > 0) & (order["second"] > MATTERS)])


def _sentence(response: Response, one: Indices, names: dict[str, str]) -> str:
    table, lead = one.table, _leading(one)
    if not lead:
        return f"{response.noun}: no factor can be told from one that does nothing."
    if one.measure in ("sobol", "factorial"):
        alone, rest = table["first"].clip(0).sum(), len(table) - len(lead)
        text = f"{response.noun}: the factors one by one account for {round(100 * min(alone, 1))} % of the differences"
        own, total = float(table["first"].loc[lead[0]]), float(table["second"].loc[lead[0]])
        text += f", {the(names[lead[0]])} for {round(100 * min(max(own, 0.0), 1.0))} %"
        if total > own + 0.02:
            text += f" and for {round(100 * min(total, 1.0))} % together with others"
        return text + f". {_others(rest)}" if rest else text + "."
    if one.measure == "morris":
        points = f"{100 * table['first'][lead[0]]:.1f} points on average"
        return f"{response.noun}: moving {the(names[lead[0]])} by a step changes it by {points}."
    rest = len(table) - len(lead)
    return f"{response.noun}: {len(lead)} of {len(table)} factors can be told from one that does nothing" + (
        f"; {the(names[lead[0]])} stands out most." if rest else "."
    )


def _others(rest: int) -> str:
    return f"{'One factor does' if rest == 1 else f'{rest} factors do'} next to nothing."


def _footer(evidence: Evidence, found: list[tuple[Response, Indices]]) -> str:
    one = found[0][1]
    text = f"{_EXPLAINED[one.measure]} {what_agreement_is(evidence)}"
    noises = [100 * one.noise for _, one in found if one.noise == one.noise]
    if noises:
        low, high = (f"{bound:.1f}" if bound < 10 else f"{bound:.0f}" for bound in (min(noises), max(noises)))
        span = f"{low} %" if low == high else f"{low} to {high} %"
        text += f" Of the differences between points {span} is chance of their {evidence.replications} runs"
        if one.measure == "sobol":
            text += ": so much is added to every total" if not evidence.paired else ": it shows as working together"
        text += "; it has been taken off." if one.measure == "factorial" else "."
    if one.measure in ("sobol", "morris"):
        text += " Bars ┝━┥ 95 %, resampled."
    if one.measure == "factorial":
        text += " Bars ┝━┥ 95 %, from resampled replications."
    if one.left_out:
        text += f" {one.left_out:,} points of incomplete blocks are left out."
    return text


def _panels(
    found: list[tuple[Response, Indices]], names: dict[str, str], signs: dict[str, str], theme: str, narrow: bool
) -> list[Panel]:
    panels: list[Panel] = []
    compact = narrow or len(found) > 1
    for response, one in found:
        table = _shown(one)
        rows: list[Bar] = []
        for name, row in table.iterrows():
            first = (row["first"], row.get("first_low", row["first"]), row.get("first_high", row["first"]))
            second = (
                row.get("second", 0),
                *(row.get(f"second_{side}", row.get("second", 0)) for side in ("low", "high")),
            )
            clipped = one.measure in ("sobol", "factorial")
            rows.append(
                Bar(
                    names[str(name)] + signs[str(name)],
                    _within(first, clipped),
                    _within(second, clipped) if "second" in table else None,
                )
            )
        picture = bars(rows, MEASURES[one.measure], _UNITS[one.measure], theme, compact, one.least)
        picture["layout"]["annotations"].append(
            {
                "x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 8,
                "text": f"<b>{response.noun}</b>", "showarrow": False, "font": {"size": 14},
            }
        )  # fmt: skip
        panels.append(Panel(None, picture))
    return panels


def _within(bar: tuple[float, float, float], clipped: bool) -> tuple[float, float, float]:
    """A share of variance kept in [0, 1], which estimates leave by a little."""
    value, low, high = (max(0.0, min(1.0, float(one))) if clipped else float(one) for one in bar)
    return value, low, high


def _shown(one: Indices) -> pd.DataFrame:
    by = "second" if "second" in one.table and one.measure != "morris" else "first"
    return one.table.sort_values(by, ascending=False).head(MOST_ROWS)


def _frame(found: list[tuple[Response, Indices]]) -> pd.DataFrame:
    parts = [one.table.reset_index().assign(response=response.key, measure=one.measure) for response, one in found]
    return pd.concat(parts, ignore_index=True)


def _head(found: list[tuple[Response, Indices]]) -> tuple[str, ...]:
    head = ["Factor"]
    for response, one in found:
        head += [f"{response.noun}: {word}" for word in MEASURES[one.measure] if word]
    return tuple(head)


def _rows(
    found: list[tuple[Response, Indices]], names: dict[str, str], signs: dict[str, str]
) -> tuple[tuple[str, ...], ...]:
    rows: list[tuple[str, ...]] = []
    for name in _order(found):
        cells = [names[name] + signs[name]]
        for _, one in found:
            row = one.table.loc[name]
            for part in ("first", "second"):
                if part in one.table:
                    cells.append(_cell(row, part, one.measure))
        rows.append(tuple(cells))
    return tuple(rows)


def _order(found: list[tuple[Response, Indices]]) -> list[str]:
    one = found[0][1]
    by = "second" if "second" in one.table and one.measure != "morris" else "first"
    return [str(name) for name in one.table.sort_values(by, ascending=False).index]


def _cell(row: pd.Series, part: str, measure: str) -> str:
    value, unit = 100 * row[part], " %" if measure in ("sobol", "factorial") else ""
    text = f"{value:.1f}{unit}".replace("-", "−")
    if f"{part}_low" in row.index and np.isfinite(float(row[f"{part}_low"])):
        text += f" ({100 * row[f'{part}_low']:.1f} to {100 * row[f'{part}_high']:.1f})".replace("-", "−")
    return text
