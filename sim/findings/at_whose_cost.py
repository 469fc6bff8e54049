"""Who gains while whom it costs, and whose gains go together."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import TYPE_CHECKING

from sim.figures.chart import Chart, Panel, fitting, opened
from sim.figures.run import with_article
from sim.findings.evidence import Evidence
from sim.findings.finding import Finding
from sim.findings.gains import LEAST
from sim.findings.intervals import shares, spoken_of
from sim.findings.matrix import matrix

if TYPE_CHECKING:
    import pandas as pd

KEY, QUESTION = "at_whose_cost", "Who gains while another loses?"


def at_whose_cost(evidence: Evidence) -> Finding:
    """Shares of runs in which one party gains while another loses: a matrix."""
    if not evidence.counts[0]:
        return Finding(KEY, QUESTION, nothing="No run was played to its end, so nobody gained or lost.")
    parties = list(evidence.scenario.parties)
    events = {f"{p} {q}": f"gain_{p} >= {LEAST} AND gain_{q} <= -{LEAST}" for p, q in permutations(parties, 2)}
    found = shares(evidence, events)
    if not found["count"].any():
        return Finding(
            KEY, QUESTION, nothing="In no run did one party gain half a point or more while another lost as much."
        )
    by = {row.event: row for row in found.itertuples()}
    shown = [[None if p == q else float(by[f"{p} {q}"].share) for q in parties] for p in parties]
    looks = [evidence.looks[party] for party in parties]
    names = [look.name for look in looks]
    frame = found.assign(
        gains=[event.split(" ")[0] for event in found["event"]], loses=[event.split(" ")[1] for event in found["event"]]
    )[["gains", "loses", "runs", "count", "share", "low", "high"]]
    chart = Chart(
        key=KEY,
        title=_title(evidence, found),
        subtitle=f"Runs in which the party of the row gains while that of the column loses, %. {evidence.story}.",
        footer=f"Half a point or more over the status quo counts, by each party’s own wishes. {spoken_of(evidence)}",
        draw=lambda theme, narrow: [Panel(None, matrix(names, looks, shown, theme, narrow, looks))],
        head=("Gains", *(f"while {name} loses, %" for name in names)),
        rows=tuple(
            (evidence.looks[p].name, *("–" if p == q else _span(by[f"{p} {q}"]) for q in parties)) for p in parties
        ),
    )  # fmt: skip
    return Finding(KEY, QUESTION, chart, frame, _together(evidence, parties))


def _title(evidence: Evidence, found: pd.DataFrame) -> str:
    """Which two it happens to most, as far as shares are printed; where one loses alike beside each of the others, who loses."""
    share = float(found["share"].max())
    most = found[(found["count"] > 0) & (found["share"].round(2) == round(share, 2))].sort_values(
        "count", ascending=False
    )
    pairs = [str(event).split(" ") for event in most["event"]]
    one, other = (with_article(evidence.scenario.parties[party].name) for party in pairs[0])
    often = f"in {f'{100 * share:.0f} %' if share >= 0.005 else 'under 1 %'} of runs"
    if len(pairs) == 1:
        words = f"{one} gains while {other} loses {often}"
        return fitting(f"{words}, the most of any two parties", words)
    if len({loser for _, loser in pairs}) == 1 and len(pairs) == len(evidence.scenario.parties) - 1:
        return fitting(f"{other} loses {often} while any of the others gains")
    return fitting(f"{one} gains while {other} loses {often}")


def _together(evidence: Evidence, parties: list[str]) -> tuple[str, ...]:
    """Whose gains go together most, and whose most against each other, over all runs."""
    pairs = list(combinations(parties, 2))
    asked = ", ".join(f"corr(gain_{p}, gain_{q}) AS c{at}" for at, (p, q) in enumerate(pairs))
    found = evidence.ask(f"SELECT {asked} FROM played").iloc[0]
    known = {pair: float(found[f"c{at}"]) for at, pair in enumerate(pairs) if abs(float(found[f"c{at}"] or 0)) <= 1}
    if not known:
        return ()
    best, worst = max(known, key=lambda pair: known[pair]), min(known, key=lambda pair: known[pair])
    said: list[str] = []
    if known[best] > 0:
        said.append(f"{_both(evidence, best)} rise and fall together most (correlation {known[best]:.2f}).")
    if known[worst] < 0:
        said.append(f"{_both(evidence, worst)} go against each other most (correlation −{-known[worst]:.2f}).")
    elif len(known) > 1:
        said.append("No two parties’ gains go against each other over all runs.")
    return tuple(said)


def _both(evidence: Evidence, pair: tuple[str, str]) -> str:
    one, other = (with_article(evidence.scenario.parties[party].name) for party in pair)
    return opened(f"the gains of {one} and {other}")


def _span(row: object) -> str:
    share, low, high = (100 * getattr(row, name) for name in ("share", "low", "high"))
    return f"{share:.1f} ({low:.1f}–{high:.1f})"
