"""Which issues settle, where the understanding that holds was struck, and what consent takes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.figures.chart import Chart, Panel, fitting
from sim.findings.bars import Band, Bar
from sim.findings.bars_drawn import stacked
from sim.findings.evidence import Evidence
from sim.findings.final_options import Issue, issues_of
from sim.findings.finding import Finding
from sim.findings.intervals import shares, spoken_of
from sim.findings.venues import orders_of, struck, venues_of
from sim.look import tokens

if TYPE_CHECKING:
    import pandas as pd

KEY, QUESTION = "settling", "Which issues settle, where, and what does consent take back?"


def settling(evidence: Evidence) -> Finding:
    """Shares of runs in which each issue is agreed at a venue and stays, is agreed and taken back, or is never agreed."""
    if not evidence.counts[0]:
        return Finding(KEY, QUESTION, nothing="No run was played to its end, so nothing settled.")
    venues, issues = venues_of(evidence), issues_of(evidence)
    frame = _frame(evidence, issues, venues)
    if not (frame["settled"] + frame["taken_back"]).any():
        return Finding(KEY, QUESTION, nothing="In no run was anything agreed that differs from the status quo.")
    frame = frame.sort_values(["settled", "taken_back"], ascending=False, kind="stable", ignore_index=True)
    bands = _bands(evidence, venues)
    bars = [
        Bar(
            row["issue"],
            (*(row[name] for name in venues), row["taken_back"], row["not_agreed"]),
            bracket=(row["settled_low"], row["settled_high"]) if row["settled"] else None,
            end=_settled(row["settled"]),
        )
        for _, row in frame.iterrows()
    ]  # fmt: skip
    titles = [evidence.scenario.venues[name].title for name in venues]
    chart = Chart(
        key=KEY,
        title=_title(evidence, frame, venues),
        subtitle=f"Where the understanding that moved each issue was struck last, % of runs. {evidence.story}.",
        footer=f"{_footer(evidence)} ├┤ interval of the share that settles. {spoken_of(evidence)}",
        draw=lambda theme, narrow: [Panel(None, stacked(bands, bars, theme, narrow, ends=82))],
        head=("Issue", *(f"{title}, %" for title in titles), "Settles, %", "Taken back, %", "Not agreed, %"),
        rows=tuple(
            (
                row["issue"], *(f"{100 * row[name]:.1f}" for name in venues), _span(row, "settled"), _span(row, "taken_back"),
                f"{100 * row['not_agreed']:.1f}",
            )
            for _, row in frame.iterrows()
        ),
    )  # fmt: skip
    return Finding(KEY, QUESTION, chart, frame, _sentences(evidence))


def _frame(evidence: Evidence, issues: list[Issue], venues: list[str]) -> pd.DataFrame:
    """A line an issue."""
    import pandas as pd

    last = struck(evidence)
    events: dict[str, str] = {}
    for issue in issues:
        agreed, held = f"text_{issue.id} != {issue.quo}", f"final_{issue.id} != {issue.quo}"
        for name in venues:
            events[f"{name} {issue.id}"] = f"{held} AND ({last}) = '{name}'"
        events[f"settled {issue.id}"] = held
        events[f"taken_back {issue.id}"] = f"{agreed} AND NOT ({held})"
        events[f"not_agreed {issue.id}"] = f"NOT ({agreed})"
    found = shares(evidence, events).set_index("event")
    lines: list[dict[str, Any]] = []
    for issue in issues:
        line: dict[str, Any] = {
            "issue_id": issue.id,
            "issue": issue.name,
            "told": issue.told,
            "runs": int(found["runs"].iloc[0]),
        }
        for kind in (*venues, "settled", "taken_back", "not_agreed"):
            row = found.loc[f"{kind} {issue.id}"]
            line |= {kind: float(row["share"]), f"{kind}_low": float(row["low"]), f"{kind}_high": float(row["high"])}
        lines.append(line)
    return pd.DataFrame(lines)


def _bands(evidence: Evidence, venues: list[str]) -> list[Band]:
    scale = tokens()["scale"]["sequential"]
    fills = [scale[6], scale[4], scale[2], scale[5], scale[3]]
    bands = [
        Band(
            evidence.scenario.venues[name].title, fills[at % 5], "#1A2127" if fills[at % 5] in scale[:4] else "#FFFFFF"
        )
        for at, name in enumerate(venues)
    ]
    return [*bands, Band("taken back", scale[1], "#1A2127", "/"), Band("not agreed", "#ECEAE3", "#1A2127")]


def _title(evidence: Evidence, frame: pd.DataFrame, venues: list[str]) -> str:
    """Where most of what holds was struck, or what is taken back most."""
    back = frame.iloc[int(frame["taken_back"].to_numpy().argmax())]
    if not frame["settled"].any():
        return fitting(
            f"Nothing that is agreed stays: {back['told']} is taken back most often", "Nothing that is agreed stays"
        )
    sums = {name: float(frame[name].sum()) for name in venues}
    first = max(sums, key=lambda name: sums[name])
    share = sums[first] / sum(sums.values())
    part = "all" if share > 0.9995 else f"{100 * share:.0f} %"
    lead = f"{part} of what settles does so by the understanding of {evidence.scenario.venues[first].title}"
    if len(venues) == 1:
        top = frame.iloc[0]
        lead = f"{top['told']} settles most often, in {100 * top['settled']:.0f} % of runs"
    if back["taken_back"] >= 0.005:
        return fitting(
            f"{lead}; {back['told']} is taken back in {100 * back['taken_back']:.0f} %",
            f"{lead}; most taken back: {back['told']}",
            lead,
        )
    return fitting(
        f"{lead}; hardly anything is taken back" if back["taken_back"] else f"{lead}; nothing is taken back", lead
    )


def _sentences(evidence: Evidence) -> tuple[str, ...]:
    """What consent does to whole packages."""
    issues = issues_of(evidence)
    agreed = " OR ".join(f"text_{issue.id} != {issue.quo}" for issue in issues)
    back = " OR ".join(f"(text_{issue.id} != {issue.quo} AND final_{issue.id} = {issue.quo})" for issue in issues)
    left = " OR ".join(f"final_{issue.id} != {issue.quo}" for issue in issues)
    found = shares(evidence, {"some": f"({back}) AND ({left})", "all": f"NOT ({left})"}, among=f"({agreed})")
    some, whole = (found[found["event"] == name].iloc[0] for name in ("some", "all"))
    words = [f"{100 * row['share']:.1f} % ({100 * row['low']:.1f}–{100 * row['high']:.1f})" for row in (some, whole)]
    return (
        f"Of {int(some['runs']):,} packages that moved something, consent takes back a part of {words[0]} and all of {words[1]}.",
    )


def _footer(evidence: Evidence) -> str:
    text = "Counted for the last understanding, which may repeat what an earlier venue had agreed."
    if len(orders_of(evidence)) > 1:
        text += " The order of the venues differs between points."
    return text


def _settled(share: float) -> str:
    return "never" if share == 0 else f"{100 * share:.0f} % settle" if share >= 0.005 else "< 1 % settle"


def _span(row: pd.Series, kind: str) -> str:
    return f"{100 * row[kind]:.1f} ({100 * row[f'{kind}_low']:.1f}–{100 * row[f'{kind}_high']:.1f})"
