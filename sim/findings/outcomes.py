"""How the talks end: outcome classes and escalation as shares of runs, over the whole study and along what varied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.figures.chart import Chart, Panel, fitting, inks, number, opened
from sim.findings.bars import Bar, Right
from sim.findings.bars_drawn import stacked
from sim.findings.evidence import Evidence
from sim.findings.finding import Finding
from sim.findings.intervals import difference, shares, spoken_of
from sim.findings.levels import Levels, levels_of
from sim.findings.outcome_classes import class_events, classes, ending

if TYPE_CHECKING:
    import pandas as pd

KEY, QUESTION = "outcomes", "How do the talks end, and what decides it?"
MOST_BARS = 18
"""Bars of a chart; the factors that move the classes most come first."""

ENDED = "ended"
"""A table of what is counted here."""

MOST_FACTORS = 8
"""Factors of the table."""

LEAST = 0.02
"""Classes that move by less are not worth a title."""


@dataclass(frozen=True)
class _Counted:
    """A factor with its levels' shares and how far they move the classes."""

    levels: Levels | None
    found: pd.DataFrame
    moved: float


def outcomes(evidence: Evidence) -> Finding:
    """Outcome classes and escalation overall, and by the factors that move the classes most."""
    if not evidence.counts[0]:
        return Finding(KEY, QUESTION, nothing="No run was played to its end, so there are no outcomes to show.")
    ranked = _ranked(evidence)
    events = _gathered(evidence, [levels for levels, _ in ranked[:MOST_FACTORS]])
    whole = _Counted(None, shares(evidence, events, table=ENDED), 0.0)
    factors = [
        _Counted(levels, shares(evidence, events, [f"level{at} AS level"], f"level{at} IS NOT NULL", ENDED), moved)
        for at, (levels, moved) in enumerate(ranked[:MOST_FACTORS])
    ]
    frame = _frame(evidence, [whole, *factors])
    bands = classes(evidence)
    bars = _bars(evidence, frame, factors)
    title, more = _said(evidence, frame, factors)

    def right(theme: str) -> Right:
        if evidence.scenario.challenger:
            return Right("<b>Escalation</b>, %", inks(theme)["escalation"])
        return Right("<b>Understanding</b>, %", inks(theme)["ink"], "circle")

    chart = Chart(
        key=KEY,
        title=title,
        subtitle=f"Share of runs that end in each class, %. {evidence.story}{_averaged(evidence)}.",
        footer=_footer(evidence, ranked),
        draw=lambda theme, narrow: [
            Panel(None, stacked(bands, bars, theme, narrow, right(theme)))
        ],
        head=("Which runs", "Runs", *(band.name for band in bands), *_columns(evidence)),
        rows=tuple(_rows(evidence, frame)),
    )  # fmt: skip
    return Finding(KEY, QUESTION, chart, frame, more)


def _gathered(evidence: Evidence, levels: Sequence[Levels]) -> dict[str, str]:
    """Lay what is counted aside, a few bytes a run, so that the files are read once; name and column of every event."""
    events = class_events(evidence)
    chosen = [f"({sql}) AS event{at}" for at, sql in enumerate(events.values())]
    chosen += [f"({one.sql})::TINYINT AS level{at}" for at, one in enumerate(levels)]
    evidence.connection.execute(
        f'CREATE OR REPLACE TEMP TABLE {ENDED} AS SELECT point, "index", {", ".join(chosen)} FROM played'
    )
    return {name: f"event{at}" for at, name in enumerate(events)}


def _ranked(evidence: Evidence) -> list[tuple[Levels, float]]:
    """Every factor with how far its levels move the classes, most first: the mean share of runs that change class."""
    counts = evidence.ask("SELECT point, outcome, count(*) AS n FROM played GROUP BY ALL")
    by_point = counts.pivot_table(index="point", columns="outcome", values="n", fill_value=0)
    found: list[tuple[Levels, float]] = []
    for levels in levels_of(evidence, evidence.factors):
        table = by_point.join(levels.codes.rename("level"), how="inner").groupby("level").sum()
        sizes = table.sum(axis=1)
        apart = (table.div(sizes, axis=0) - table.sum() / sizes.sum()).abs().sum(axis=1) / 2
        found.append((levels, float((apart * sizes).sum() / sizes.sum())))
    return sorted(found, key=lambda one: -one[1])


def _frame(evidence: Evidence, counted: list[_Counted]) -> pd.DataFrame:
    """A line for all runs and for every level: share and interval of everything."""
    import pandas as pd

    lines: list[dict[str, Any]] = []
    for one in counted:
        found = one.found.assign(level=0) if one.levels is None else one.found
        for level, part in found.groupby("level"):
            line: dict[str, object] = {
                "factor": one.levels.factor.name if one.levels else "",
                "level": one.levels.names[int(level)] if one.levels else "all runs",
                "words": one.levels.words if one.levels else "all runs",
                "moved": one.moved,
                "runs": int(part["runs"].iloc[0]),
            }
            for row in part.itertuples():
                line |= {row.event: row.share, f"{row.event}_low": row.low, f"{row.event}_high": row.high}
            lines.append(line)
    return pd.DataFrame(lines)


def _column(evidence: Evidence) -> str:
    """What the column beside the bars shows."""
    return "escalated" if evidence.scenario.challenger else "agreed"


def _columns(evidence: Evidence) -> list[str]:
    return ["Accord or settlement", "Escalation"] if evidence.scenario.challenger else ["An understanding stood"]


def _bars(evidence: Evidence, frame: pd.DataFrame, factors: Sequence[_Counted]) -> list[Bar]:
    """All runs first, then as many factors as there is room for."""
    beside = _column(evidence)
    bars: list[Bar] = []
    for at, one in enumerate([None, *factors]):
        lines = frame[frame["factor"] == (one.levels.factor.name if one and one.levels else "")]
        if at > 1 and len(bars) + len(lines) > MOST_BARS:
            break
        for place, (_, line) in enumerate(lines.iterrows()):
            bracket = None
            if evidence.scenario.challenger:
                bracket = (1 - line["accord_or_settlement_high"], 1 - line["accord_or_settlement_low"])
            bars.append(
                Bar(
                    opened(str(line["level"])),
                    tuple(float(line[name]) for name in evidence.outcomes),
                    bracket=bracket,
                    point=(line[beside], line[f"{beside}_low"], line[f"{beside}_high"]),
                    strong=one is None,
                    head="" if one is None or one.levels is None or place else opened(one.levels.words),
                )
            )
    return bars


def _rows(evidence: Evidence, frame: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    for _, line in frame.iterrows():
        name = "All runs" if not line["factor"] else f"{opened(line['words'])}: {line['level']}"
        cells = [f"{100 * line[one]:.1f}" for one in evidence.outcomes]
        if evidence.scenario.challenger:
            cells += [span(line, "accord_or_settlement"), span(line, "escalated")]
        else:
            cells.append(span(line, "agreed"))
        yield name, f"{line['runs']:,}", *cells


def span(line: Any, event: str) -> str:
    """A share and its interval in per cent: "12.3 (11.9–12.7)"."""
    return f"{100 * line[event]:.1f} ({100 * line[f'{event}_low']:.1f}–{100 * line[f'{event}_high']:.1f})"


def _said(evidence: Evidence, frame: pd.DataFrame, factors: Sequence[_Counted]) -> tuple[str, tuple[str, ...]]:
    """The title, and further sentences."""
    whole = frame.iloc[0]
    first, second = sorted(evidence.outcomes, key=lambda name: -whole[name])[:2]
    overall = f"{percent(whole[first])} of runs {ending(evidence, first)}"
    if whole[second] > 0:
        overall += f", {percent(whole[second])} {ending(evidence, second)}"
    if whole[first] == 1:
        overall = f"All runs {ending(evidence, first)}"
    overall = fitting(overall, f"{percent(whole[first])} of runs {ending(evidence, first)}")
    more: list[str] = []
    if evidence.scenario.challenger:
        more.append(f"Escalation follows in {told(whole, 'escalated')} of all runs.")
    moving = _moves(evidence, frame, factors[0]) if factors else ""
    if moving:
        return moving, (f"{overall}.", *more)
    if factors:
        more.append("Nothing that varied moves a boundary between the classes by more than chance would.")
    return overall, tuple(more)


def percent(share: float) -> str:
    """A share in whole per cent; small ones are not rounded to nothing, nor large ones to all."""
    if 0 < share < 0.01 or 0.99 < share < 1:
        return "under 1 %" if share < 0.5 else "over 99 %"
    return f"{100 * share:.0f} %"


def told(line: Any, event: str) -> str:
    """A share with its interval inside a sentence: "12 % (11–13)"."""
    return f"{100 * line[event]:.0f} % ({100 * line[f'{event}_low']:.0f}–{100 * line[f'{event}_high']:.0f})"


def _moves(evidence: Evidence, frame: pd.DataFrame, one: _Counted) -> str:
    """What a factor does to the boundary that it moves most, if that is more than chance; empty otherwise."""
    assert one.levels is not None
    lines = frame[frame["factor"] == one.levels.factor.name].reset_index(drop=True)
    names = _boundaries(evidence)
    ends = {name: (int(lines[name].idxmin()), int(lines[name].idxmax())) for name in names}
    name = max(names, key=lambda name: float(lines[name].max() - lines[name].min()))
    low, high = ends[name]
    if lines[name][high] - lines[name][low] < LEAST:
        return ""
    places = {level: at for at, level in enumerate(one.levels.names)}
    first, last = (places[str(lines["level"][at])] for at in (low, high))
    apart = difference(
        evidence, class_events(evidence)[name], f"({one.levels.sql}) = {last}", f"({one.levels.sql}) = {first}"
    )
    if not apart[1] > 0:
        return ""
    return _sentence(one.levels, names[name], lines, name, low, high)


def _boundaries(evidence: Evidence) -> dict[str, str]:
    """Events whose share a factor may move, and what they are called in the plural."""
    if evidence.scenario.challenger:
        return {
            "accord_or_settlement": "accords or settlements", "agreed": "agreements of any kind",
            "not_breakdown": "talks without a breakdown",
        }  # fmt: skip
    return {"agreed": "understandings"}


def _sentence(levels: Levels, what: str, lines: pd.DataFrame, name: str, low: int, high: int) -> str:
    words = levels.words
    the = words if ":" in words or words.startswith(("how ", "whose ")) else f"the {words}"
    shares_ = [f"{100 * lines[name][at]:.0f}" for at in (low, high)]
    first, last = (str(lines["level"][at]) for at in (low, high))
    if levels.ordered:
        rising = levels.names.index(first) < levels.names.index(last)
        verb, a, b, p, q = ("rise", first, last, *shares_) if rising else ("fall", last, first, *reversed(shares_))
        return fitting(
            *((f"{what} {verb} from {p} to {q} % of runs as {the} goes from {a} to {b}",) if "to" not in a else ()),
            f"{what} {verb} from {p} to {q} % of runs with {the}",
            f"{what} {verb} from {p} to {q} % with {the}",
            f"{what} {verb} from {p} to {q} % of runs with what moves them most",
        )
    return fitting(
        f"{what}: {shares_[1]} % of runs where {the} is {last}, {shares_[0]} % where it is {first}",
        f"{what}: {shares_[1]} % of runs with {last}, {shares_[0]} % with {first}",
        f"{what} come in {shares_[0]} to {shares_[1]} % of runs by {levels.words}",
    )


def _averaged(evidence: Evidence) -> str:
    return ", each level averaged over all others" if len(evidence.factors) > 1 else ""


def _footer(evidence: Evidence, ranked: list[tuple[Levels, float]]) -> str:
    text = spoken_of(evidence)
    if evidence.scenario.challenger:
        text = f"├┤ interval of the boundary “accord or settlement” and of escalation. {text}"
    if len(ranked) > MOST_FACTORS:
        text += f" The table holds the {number(MOST_FACTORS)} of {len(ranked)} factors that move the classes most."
    return text + " Everything is conditional on the coded table."
