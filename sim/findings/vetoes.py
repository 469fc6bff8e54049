"""What consent takes back, by the party that takes it back and the issue."""

from __future__ import annotations

from typing import Any

from sim.figures.chart import Chart, Panel, fitting, opened
from sim.figures.run import with_article
from sim.findings.evidence import Evidence
from sim.findings.final_options import Issue, issues_of
from sim.findings.finding import Finding
from sim.findings.intervals import shares, spoken_of
from sim.findings.matrix import matrix

KEY, QUESTION = "vetoes", "Who takes back what at consent?"


def vetoes(evidence: Evidence) -> Finding:
    """Shares of runs in which a party took an issue back: a matrix."""
    if not evidence.counts[0]:
        return Finding(KEY, QUESTION, nothing="No run was played to its end, so nobody was asked to consent.")
    issues = [issue for issue in issues_of(evidence) if f"veto_{issue.id}" in evidence.columns]
    parties = list(evidence.scenario.parties)
    events = {f"{issue.id} {party}": f"veto_{issue.id} = '{party}'" for issue in issues for party in parties}
    found = shares(evidence, events) if events else None
    if found is None or not found["count"].any():
        return Finding(KEY, QUESTION, nothing="In no run did anybody take back what had been agreed.")
    by = {row.event: row for row in found.itertuples()}
    table = {issue: [by[f"{issue.id} {party}"] for party in parties] for issue in issues}
    issues.sort(key=lambda issue: -sum(row.share for row in table[issue]))
    taken = [issue for issue in issues if any(row.count for row in table[issue])]
    owners = [at for at, _ in enumerate(parties) if any(table[issue][at].count for issue in taken)]
    shown = [[float(table[issue][at].share) for at in owners] for issue in taken]
    looks = [evidence.looks[parties[at]] for at in owners]
    frame = found.assign(
        issue=[event.rpartition(" ")[0] for event in found["event"]],
        party=[event.rpartition(" ")[2] for event in found["event"]],
    )[["issue", "party", "runs", "count", "share", "low", "high"]]
    never = [issue.name for issue in issues if issue not in taken]
    chart = Chart(
        key=KEY,
        title=_title(evidence, taken, parties, table),
        subtitle=f"Runs in which a party took back what had been agreed on an issue, %. {evidence.story}.",
        footer=f"Of several that could have, the first of the scenario counts (9.2). {_left_out(never)}{spoken_of(evidence)}",
        draw=lambda theme, narrow: [Panel(None, matrix([issue.name for issue in taken], looks, shown, theme, narrow))],
        head=("Issue", *(f"{look.name}, % (interval)" for look in looks)),
        rows=tuple(
            (issue.name, *(_span(table[issue][at]) for at in owners)) for issue in taken
        ),
    )  # fmt: skip
    return Finding(KEY, QUESTION, chart, frame)


def _title(evidence: Evidence, taken: list[Issue], parties: list[str], table: dict[Issue, list[Any]]) -> str:
    """Who takes back what most often."""
    cells = [(row, issue, parties[at]) for issue in taken for at, row in enumerate(table[issue])]
    row, issue, party = max(cells, key=lambda cell: cell[0].share)
    name = opened(with_article(evidence.scenario.parties[party].name))
    share = f"{100 * row.share:.0f} %" if row.share >= 0.005 else "under 1 %"
    alone = sum(1 for cell in cells if cell[0].count) == 1
    if alone:
        return fitting(
            f"Only {with_article(evidence.scenario.parties[party].name)} takes anything back: {issue.told}, in {share} of runs"
        )
    return fitting(f"{name} takes back {issue.told} in {share} of runs, more often than anything else is taken back",
                   f"{name} takes back {issue.told} in {share} of runs")  # fmt: skip


def _left_out(never: list[str]) -> str:
    if not never:
        return ""
    return f"Never taken back, and left out: {', '.join(never)}. "


def _span(row: object) -> str:
    share, low, high = (100 * getattr(row, name) for name in ("share", "low", "high"))
    return f"{share:.2f} ({low:.2f}–{high:.2f})"
