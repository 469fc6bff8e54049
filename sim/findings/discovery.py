"""Which simple conditions tell runs with an agreement apart from those without?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from sim.figures.chart import Chart, Panel, fitting, in_words
from sim.findings.boxes import Box, Field, Limit, find_box
from sim.findings.crossed import blocks_of
from sim.findings.discovery_drawn import Condition, picture, plain
from sim.findings.evidence import Evidence
from sim.findings.factor_words import baseline_of, level_words, sign_of, the, words_of
from sim.findings.finding import Finding
from sim.findings.intervals import FIXED
from sim.findings.responses import factors_of, what_agreement_is

QUESTION = "Which simple conditions tell runs with an agreement apart from those without?"
MOST_ROWS = 30_000
FEWEST = 200
FEWEST_DRAWS = 100
"""Different draws below which nothing is said of what a run draws: a third of them must be enough to judge by."""

MOST_LEVELS = 12
FIELDS = (6, 60)
A_FIELD = 30
"""Factors looked at, fewest and most: one for so many independent points or draws that the box is found in, those that go
together with agreement most. Among more some would seem to matter by chance."""

LEAST_LIFT = 1.15
"""A box must be denser than all runs together by this factor to be worth a sentence."""


def discovery(evidence: Evidence) -> Finding:
    """A box over the factors and over what a run draws before anybody speaks."""
    played, _ = evidence.counts
    if played < FEWEST:
        return Finding(
            "discovery",
            QUESTION,
            nothing=f"{played} runs are too few to look for conditions; at least {FEWEST} are needed.",
        )
    rows = _rows(evidence)
    cases = rows.pop("agreed").to_numpy(np.float64) > 0.5
    if len(set(cases.tolist())) < 2:
        every = "Every run ends" if cases.tolist()[0] else "No run ends"
        return Finding("discovery", QUESTION, nothing=f"{every} in an agreement: there is nothing to tell apart.")
    parts, clusters = _split(evidence, rows)
    names = {factor.name: words_of(evidence, factor) + sign_of(evidence, factor) for factor in evidence.factors}
    if len(np.unique(rows["index"])) >= FEWEST_DRAWS:
        names |= _drawn(evidence)
    fields = _strongest(
        [_field(evidence, name, rows[name]) for name in names if int(rows[name].nunique()) > 1], cases, parts, clusters
    )
    box = find_box(fields, cases, parts, clusters) if fields else None
    if box is not None:
        box = replace(box, base=float(cases.mean()))
    if box is not None and (box.density < LEAST_LIFT * box.base or box.density_low <= box.base):
        box = None
    base = float(cases.mean())
    held = int((parts == 2).sum())
    conditions = _conditions(evidence, box, fields, names) if box else []
    if box is None or not conditions:
        sentence = "No simple condition tells the runs with an agreement apart from the others"
        return Finding(
            "discovery",
            QUESTION,
            sentences=(sentence + ".",),
            nothing=f"{sentence}: {round(100 * base)} % of all have one.",
        )
    return Finding(
        "discovery",
        QUESTION,
        Chart(
            key="discovery",
            title=title(box, conditions),
            subtitle=f"The box in which agreements are common, against the whole range of what limits it. {evidence.story}.",
            footer=f"Density {_span(box)}: runs in the box that end in an agreement; of all runs {100 * box.base:.0f} %. "
            f"Coverage {100 * box.coverage:.0f} %: agreements that lie in the box. Both from {held:,} runs{_apart(evidence)}. "
            f"{what_agreement_is(evidence)} Method: patient rule induction.",
            draw=lambda theme, narrow: [Panel(None, picture(conditions, theme, narrow))],
            head=("Limit", "In the box", "Whole range", "Quasi-p-value"),
            rows=tuple((one.name, one.words, _range(one), _chance(one.p_value)) for one in conditions),
        ),
        pd.DataFrame(
            [
                {
                    "limit": one.limit.name, "words": one.words, "low": one.limit.low, "high": one.limit.high,
                    "quasi_p": one.p_value,
                    "density": box.density, "density_low": box.density_low, "density_high": box.density_high,
                    "coverage": box.coverage, "mass": box.mass, "all_runs": box.base,
                }
                for one in conditions
            ]
        ),
        (_sentence(box, conditions),),
    )  # fmt: skip


def _apart(evidence: Evidence) -> str:
    """How the runs a box is judged on differ from those it was found in."""
    if evidence.design in FIXED:
        return " at the same points, with other draws than those it was found in"
    return " at other points than those it was found in" + (
        ", with other draws" if evidence.replications >= FEWEST_DRAWS else ""
    )


def _drawn(evidence: Evidence) -> dict[str, str]:
    """What a run draws before anybody speaks, in words, by column."""
    scenario = evidence.scenario
    if not scenario.challenger:
        return {}
    who = scenario.parties[scenario.challenger].name
    found = {
        "type": f"{who}’s type",
        "payoff": f"worth of force to {who}",
        "number_defenders": "draw for the defenders’ lines",
        "number_challenger": f"draw for {who}’s lines",
    }
    found |= {
        f"insistence_{name}": f"insistence on the {name.replace('_', ' ')} as drawn"
        for name, link in scenario.linkages.items()
        if link.form == "discounts_gain"
    }
    return {name: words for name, words in found.items() if name in evidence.columns}


def _rows(evidence: Evidence) -> pd.DataFrame:
    """A sample of the rows that is the same every time, spread evenly over points and replications."""
    played, _ = evidence.counts
    step = max(1, -(-played // MOST_ROWS))
    # Multiplicative hashing (Knuth): even over points and replications, whatever their counts.
    sample = f" WHERE (row * 2654435761) % 4294967296 < {4294967296 // step}" if step > 1 else ""
    drawn = "".join(f', "{name}"' for name in _drawn(evidence))
    agreed = f"CAST({evidence.agreed} AS DOUBLE) AS agreed"
    rows = evidence.ask(f'SELECT point, "index", {agreed}{drawn} FROM played{sample} ORDER BY row')
    return rows.join(factors_of(evidence), on="point")


def _split(evidence: Evidence, rows: pd.DataFrame) -> tuple[NDArray[np.int64], list[NDArray[np.int64]]]:
    """Rows to find a box in (0), to choose on (1) and to judge on (2), so that no two parts share a point's block or a draw.

    Where points are chosen and not drawn (a grid) they may be shared: they are the ones that are asked about.
    """
    blocks = blocks_of(evidence, rows["point"].to_numpy(np.int64))
    draws = rows["index"].to_numpy(np.int64)
    random = np.random.Generator(np.random.Philox(14))

    def thirds(keys: NDArray[np.int64]) -> NDArray[np.int64]:
        kinds, at = np.unique(keys, return_inverse=True)
        return random.permutation(len(kinds))[at] % 3

    by_draw = thirds(draws)
    if evidence.design in FIXED:
        return by_draw, [draws] if evidence.paired else []
    by_block = thirds(blocks)
    if not evidence.paired:
        return by_block, [blocks]
    if len(np.unique(draws)) < FEWEST_DRAWS:
        return by_block, [blocks, draws]
    return np.where(by_block == by_draw, by_draw, 3), [blocks, draws]


def _field(evidence: Evidence, name: str, column: pd.Series) -> Field:
    if bool(is_bool_dtype(column)) or not bool(is_numeric_dtype(column)):
        held = column.astype("category")
        kinds = tuple(map(str, held.cat.categories))
        codes = held.cat.codes.to_numpy(np.float64)
        if len(kinds) > MOST_LEVELS:
            return Field(name, np.zeros(len(column)), ())
        return Field(name, codes, kinds)
    return Field(name, column.to_numpy(np.float64))


def _strongest(
    fields: list[Field], cases: NDArray[np.bool_], parts: NDArray[np.int64], clusters: list[NDArray[np.int64]]
) -> list[Field]:
    """The fields that go together with agreement most, seen on the rows that the box is found in."""
    here = parts == 0
    independent = len(np.unique(clusters[0][here])) if clusters else int(here.sum())
    most = int(np.clip(independent // A_FIELD, *FIELDS))
    if len(fields) <= most:
        return fields
    own = cases[here] - cases[here].mean()

    def worth(field: Field) -> float:
        ranks = np.argsort(np.argsort(field.values[here])).astype(np.float64)
        spread = ranks.std()
        return (
            abs(float((own * (ranks - ranks.mean())).mean())) / spread if spread and np.ptp(field.values[here]) else 0.0
        )

    return sorted(fields, key=worth, reverse=True)[:most]


def _conditions(evidence: Evidence, box: Box, fields: list[Field], names: dict[str, str]) -> list[Condition]:
    by = {field.name: field for field in fields}
    factors = {factor.name: factor for factor in evidence.factors}
    found: list[Condition] = []
    for limit, p_value in zip(box.limits, box.p_values):
        field, factor = by[limit.name], factors.get(limit.name)
        base = baseline_of(evidence, factor) if factor else None
        plain = float(base) if isinstance(base, (int, float)) and not isinstance(base, bool) else None
        found.append(
            Condition(
                names[limit.name],
                _told(evidence, limit, field),
                _opened(limit, field),
                float(np.nanmin(field.values)),
                float(np.nanmax(field.values)),
                None if field.levels else plain,
                p_value,
            )
        )
    return sorted(found, key=lambda one: one.p_value)


def _opened(limit: Limit, field: Field) -> Limit:
    """A limit whose ends that shut nothing out are the range's own."""
    if limit.levels is not None:
        return limit
    return Limit(
        limit.name, max(limit.low, float(np.nanmin(field.values))), min(limit.high, float(np.nanmax(field.values)))
    )


def _told(evidence: Evidence, limit: Limit, field: Field) -> str:
    if limit.levels is not None:
        factor = next((one for one in evidence.factors if one.name == limit.name), None)
        kinds = [field.levels[at] for at in sorted(limit.levels)]
        if limit.name == "type" and evidence.scenario.challenger:
            types = evidence.scenario.parties[evidence.scenario.challenger].types
            return " or ".join(types[kind].title if kind in types else kind for kind in kinds)
        return " or ".join(level_words(evidence, factor, kind) if factor else kind for kind in kinds)
    low, high = limit.low > np.nanmin(field.values), limit.high < np.nanmax(field.values)
    if low and high:
        return f"{plain(limit.low)} to {plain(limit.high)}"
    return f"at least {plain(limit.low)}" if low else f"at most {plain(limit.high)}"


def _plain(name: str) -> str:
    return name.removesuffix(" ≈").removesuffix(" ~")


def title(box: Box, conditions: list[Condition]) -> str:
    """The conditions with the share of agreements inside and in all."""
    told = [f"{the(_plain(one.name))} is {one.words}" for one in conditions]
    short = [_short(one) for one in conditions]
    inside, outside = round(100 * box.density), round(100 * box.base)
    return fitting(
        f"Where {in_words(told)}, {inside} % of runs agree, of all {outside} %",
        f"{inside} % of runs agree where {in_words(told)}",
        f"{inside} % of runs agree where {in_words(short)}",
        f"{len(told)} conditions tell agreements apart: {inside} % of runs in them agree, of all {outside} %",
    )


def _short(one: Condition) -> str:
    words = one.words.replace("at least ", "≥ ").replace("at most ", "≤ ")
    return f"{_plain(one.name)} {words}"


def _sentence(box: Box, conditions: list[Condition]) -> str:
    told = in_words([f"{the(_plain(one.name))} is {one.words}" for one in conditions])
    how = "happen" if box.density >= 0.5 else "are likelier"
    return (
        f"Agreements {how} when {told}: {_span(box)} of such runs end in one, of all runs {100 * box.base:.0f} %; "
        f"{100 * box.coverage:.0f} % of the agreements lie there."
    )


def _span(box: Box) -> str:
    return f"{100 * box.density:.0f} % ({100 * box.density_low:.0f}–{100 * box.density_high:.0f})"


def _chance(p_value: float) -> str:
    return "below 0.001" if p_value < 0.001 else f"{p_value:.3f}"


def _range(one: Condition) -> str:
    return "" if one.limit.levels is not None else f"{plain(one.low)} to {plain(one.high)}"
