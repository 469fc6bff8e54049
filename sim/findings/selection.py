"""Do runs with an agreement escalate less because of its text, or because those runs would have escalated less anyway?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.figures.chart import Chart, Panel, Picture, figure, fitting, inks
from sim.findings.crossed import Mean, difference, share
from sim.findings.evidence import Evidence
from sim.findings.finding import Finding
from sim.findings.responses import Runs
from sim.findings.without_text import Unknown, chance_without_text
from sim.look import outcome_looks

QUESTION = "Do agreements lower the risk of war, or do they come about where it is lower anyway?"
FEWEST = 30
"""Runs below which a class is left out."""

NEARLY_ALL = 0.85
NOTHING = "no agreement"


@dataclass(frozen=True)
class Taken:
    """A class of outcomes against the runs without an agreement.

    Attributes
    ----------
    outcome, name
        Its id and name.
    own, without
        Chance of escalation with the runs' own final texts, and of the same runs at the status quo.
    raw
        Chance less that of the runs without an agreement.
    chosen
        What of it those runs would have had without any text: selection.
    text
        What of it the text does, in the same runs.
    """

    outcome: str
    name: str
    own: Mean
    without: Mean
    raw: Mean
    chosen: Mean
    text: Mean


def selection(evidence: Evidence) -> Finding:
    """Escalation by class of outcome, taken apart into who agrees and what the text does."""
    try:
        chance = chance_without_text(evidence)
    except Unknown as reason:
        return Finding("selection", QUESTION, nothing=str(reason))
    places = {name: at for at, name in enumerate(evidence.outcomes)}
    code = "CASE outcome " + " ".join(f"WHEN '{name}' THEN {at}" for name, at in places.items()) + " END"
    runs = Runs(evidence, {"own": "escalation_chance", "without": chance, "outcome": code, "agreed": evidence.agreed})
    none = runs.played & (runs.values["agreed"] < 0.5)
    if none.sum() < FEWEST:
        return Finding(
            "selection", QUESTION, nothing="Nearly every run ends in an agreement: there is nothing to compare with."
        )
    own, without = runs.values["own"], runs.values["without"]
    reference = share(runs, own, none), share(runs, without, none)
    names = {name: look["name"] for name, look in outcome_looks().items()}
    found: list[Taken] = []
    for name, at in places.items():
        mask = runs.played & (runs.values["agreed"] > 0.5) & (runs.values["outcome"] == at)
        if mask.sum() >= FEWEST:
            found.append(
                Taken(
                    name,
                    names.get(name, name.replace("_", " ")),
                    share(runs, own, mask),
                    share(runs, without, mask),
                    difference(runs, own, mask, none),
                    difference(runs, without, mask, none),
                    difference(runs, own - without, mask, none),
                )
            )
    if not found:
        return Finding(
            "selection", QUESTION, nothing="Hardly any run ends in an agreement: there is nothing to compare."
        )
    return Finding(
        "selection",
        QUESTION,
        Chart(
            key="selection",
            title=title(found),
            subtitle=f"Chance of escalation, %, with the run’s own final text and had the run changed nothing. {evidence.story}.",
            footer="The hollow mark is the same run at the status quo: same draws, same private payoff, rule 10.1 reckoned "
            "again from its row. The way from one mark to the other is the text’s doing; what lies between the hollow marks of "
            "two classes is not. Intervals ┝━┥ 95 %. Talks continue and breakdown count as no agreement.",
            draw=lambda theme, narrow: [Panel(None, _picture(found, reference, theme, narrow))],
            head=(
                "Outcome",
                "With its text",
                "Same runs, nothing changed",
                "Against no agreement",
                "Selection",
                "The text",
            ),
            rows=_rows(found, reference),
        ),
        _frame(found, reference),
        tuple(_sentence(one, reference[0]) for one in found),
    )


def title(found: list[Taken]) -> str:
    """What limited measures, else the commonest kind of agreement, do and what is only who agrees."""
    one = next(
        (item for item in found if item.outcome == "limited_measures"), max(found, key=lambda item: item.own.rows)
    )
    name, own, without = one.name, round(100 * one.own.value), round(100 * one.without.value)
    many = name if name.endswith("s") else f"{name}s"
    if one.raw.high >= 0:
        return fitting(f"Runs that end in {name.lower()} do not escalate less than those without an agreement")
    if _part(one) >= NEARLY_ALL or one.text.high >= 0:
        cause = "hardly cause it" if one.text.high < 0 else "do not cause it"
        return fitting(
            f"{many} go with less escalation but {cause}: {own} % with the text, {without} % without",
            f"{many} go with less escalation but {cause}",
        )
    if _part(one) <= 1 - NEARLY_ALL:
        return fitting(f"{many} lower the chance of escalation in the same runs, from {without} to {own} %")
    return fitting(
        f"{many} go with less escalation: {round(100 * _part(one))} % of that is who agrees, the rest the text",
        f"Part of why runs with {name.lower()} escalate less is who agrees",
    )


def _part(one: Taken) -> float:
    """Share of the raw difference that is selection."""
    return one.chosen.value / one.raw.value if one.raw.value else 0.0


def _sentence(one: Taken, none: Mean) -> str:
    text = f"Of 100 runs that end in {one.name.lower()} {round(100 * one.own.value)} escalate, of 100 without an agreement "
    text += f"{round(100 * none.value)}. Had the talks changed nothing, the same runs would have escalated in "
    text += f"{round(100 * one.without.value)} of 100: "
    gap, chosen, doing = (100 * abs(part.value) for part in (one.raw, one.chosen, one.text))
    if one.raw.high >= 0:
        return text + "there is no smaller risk to explain."
    if one.text.low <= 0 <= one.text.high:
        return text + f"all of the difference of {gap:.0f} points was there before the text."
    less = "lowers" if one.text.value < 0 else "raises"
    low, high = sorted((100 * abs(one.text.low), 100 * abs(one.text.high)))
    before = (
        f"{chosen:.0f} of the {gap:.0f} points were there before it"
        if one.chosen.value < 0
        else "nothing of that was there before"
    )
    return text + f"the text {less} the risk by {doing:.1f} points ({low:.1f} to {high:.1f}); {before}."


def _span(one: Mean) -> str:
    return f"{100 * one.low:.1f} to {100 * one.high:.1f}".replace("-", "−")


def _picture(found: list[Taken], reference: tuple[Mean, Mean], theme: str, narrow: bool) -> Picture:
    """A row a class: hollow mark at the status quo, an arrow to the full mark with the own text."""
    ink = inks(theme)
    rows: list[tuple[str, Mean, Mean, int]] = [("No agreement", reference[0], reference[1], reference[0].rows)]
    rows += [(one.name, one.own, one.without, one.own.rows) for one in found]
    colour, lower = ink["escalation"], 0.1 if narrow else 0.0
    data: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    own, without = [row[1] for row in rows], [row[2] for row in rows]
    for means, shift, symbol, words, short in (
        (without, 0.13, "hexagon-open", "same runs, nothing changed", "unchanged"),
        (own, -0.13, "hexagon", "with the text", "own text"),
    ):
        data.append(
            {
                "type": "scatter", "mode": "markers", "name": words, "x": [100 * one.value for one in means],
                "y": [-at + shift - lower for at in range(len(rows))],
                "marker": {"symbol": symbol, "size": 13, "color": colour, "line": {"width": 2, "color": colour}},
                "error_x": {
                    "type": "data", "symmetric": False, "color": ink["ink"], "thickness": 1.6, "width": 4,
                    "array": [100 * (one.high - one.value) for one in means],
                    "arrayminus": [100 * (one.value - one.low) for one in means],
                },
                "customdata": [row[0] for row in rows],
                "hovertemplate": f"%{{customdata}}, {words}: %{{x:.1f}} %<extra></extra>",
            }
        )  # fmt: skip
        first = means[1]
        told = short if narrow else words
        left = first.low > 1 - first.high
        annotations.append(
            {
                "x": 100 * (first.low if left else first.high), "y": -1 + shift - lower, "xanchor": "right" if left else "left",
                "xshift": -8 if left else 8, "text": f"{told}, {round(100 * first.value)} %", "showarrow": False,
                "font": {"size": 12, "color": ink["ink-2"]},
            }
        )  # fmt: skip
    for at, (name, _, _, count) in enumerate(rows):
        annotations.append(
            {
                "x": 0, "xref": "paper", "y": -at + (0.36 if narrow else 0.0), "xanchor": "left" if narrow else "right",
                "xshift": 0 if narrow else -12, "yanchor": "middle", "showarrow": False, "bgcolor": ink["surface"],
                "text": f"<b>{name}</b> {count:,} runs" if narrow else f"<b>{name}</b><br>{count:,} runs",
                "align": "left" if narrow else "right", "font": {"size": 13, "color": ink["ink"]},
            }
        )  # fmt: skip
    shapes = [
        {
            "type": "line", "x0": 100 * reference[0].value, "x1": 100 * reference[0].value, "y0": 0, "y1": 1, "yref": "paper",
            "line": {"color": ink["ink-2"], "width": 1.2, "dash": "dot"}, "layer": "below",
        }
    ]  # fmt: skip
    return figure(
        data,
        height=24 + 56 + (72 if narrow else 62) * len(rows),
        margin={"l": 14 if narrow else 190, "r": 16, "t": 20, "b": 52},
        xaxis={"range": [0, 100], "fixedrange": True, "tickvals": [0, 20, 40, 60, 80, 100], "ticksuffix": " %",
               "title": {"text": "chance of escalation"}, "automargin": False},
        yaxis={"range": [-len(rows) + 0.45, 0.55], "fixedrange": True, "showticklabels": False, "showgrid": False,
               "zeroline": False, "ticks": "", "automargin": False},
        annotations=annotations,
        shapes=shapes,
    )  # fmt: skip


def _rows(found: list[Taken], reference: tuple[Mean, Mean]) -> tuple[tuple[str, ...], ...]:
    rows: list[tuple[str, ...]] = [("No agreement", _percent(reference[0]), _percent(reference[1]), "", "", "")]
    for one in found:
        rows.append(
            (
                one.name,
                _percent(one.own),
                _percent(one.without),
                *(_points(part) for part in (one.raw, one.chosen, one.text)),
            )
        )
    return tuple(rows)


def _percent(one: Mean) -> str:
    return f"{100 * one.value:.1f} % ({100 * one.low:.1f}–{100 * one.high:.1f})"


def _points(one: Mean) -> str:
    return f"{100 * one.value:.1f} ({_span(one)})".replace("-", "−")


def _frame(found: list[Taken], reference: tuple[Mean, Mean]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for name, parts in (
        (NOTHING, {"own": reference[0], "without": reference[1]}),
        *(
            (
                one.outcome,
                {"own": one.own, "without": one.without, "raw": one.raw, "selection": one.chosen, "text": one.text},
            )
            for one in found
        ),
    ):
        row: dict[str, Any] = {"outcome": name, "runs": parts["own"].rows}
        for key, part in parts.items():
            row |= {key: part.value, f"{key}_low": part.low, f"{key}_high": part.high}
        rows.append(row)
    return pd.DataFrame(rows).replace({np.nan: None})
