"""The path of the talks: from venue to venue, through consent, to the class in which they end and to what follows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sim.figures.chart import Chart, Panel, fitting, opened
from sim.findings.evidence import Evidence
from sim.findings.finding import Finding
from sim.findings.intervals import shares, spoken_of
from sim.findings.outcome_classes import classes
from sim.findings.path_drawn import Flow, Node, drawn
from sim.findings.venues import orders_of
from sim.look import tokens

if TYPE_CHECKING:
    import pandas as pd

KEY, QUESTION = "path", "Which way do the talks take through the venues, and where does it lead?"
LEAST = 0.02


@dataclass(frozen=True)
class Stage:
    """A place on the path: its title and date, and its nodes as name -> SQL of the rows that pass them."""

    title: str
    when: str
    nodes: dict[str, str]


def path(evidence: Evidence) -> Finding:
    """Shares of runs from understanding to understanding and to the classes after consent."""
    if not evidence.counts[0]:
        return Finding(KEY, QUESTION, nothing="No run was played to its end, so there is no path to show.")
    orders = orders_of(evidence)
    among, order = orders[0]
    if not len(evidence.ask(f"SELECT 1 FROM played WHERE {among} LIMIT 1")):
        return Finding(KEY, QUESTION, nothing="No run with the first order of the venues was played to its end.")
    stages = [*(_stage(evidence, name) for name in order), _end(evidence)]
    frame = _frame(evidence, stages, among)
    nodes, flows = _nodes(evidence, stages, frame), _flows(frame)
    title, more = _said(evidence, order, among)
    chart = Chart(
        key=KEY,
        title=title,
        subtitle=f"Share of runs, %, from venue to venue and to the class after consent. {evidence.story}.",
        footer=_footer(evidence, orders, order, frame),
        draw=lambda theme, narrow: [Panel(None, drawn([(s.title, s.when) for s in stages], nodes, flows, theme, narrow))],
        head=("From", "To", "Runs", "% of all runs (interval)", "% of those from there"),
        rows=tuple(
            (f"{row.place}: {row.name}", f"{row.next_place}: {row.next_name}", f"{row.count:,}",
             f"{100 * row.share:.1f} ({100 * row.low:.1f}–{100 * row.high:.1f})", f"{100 * row.of_these:.1f}")
            for row in frame.itertuples()
        ),
    )  # fmt: skip
    return Finding(KEY, QUESTION, chart, frame, more)


def _stage(evidence: Evidence, name: str) -> Stage:
    venue = evidence.scenario.venues[name]
    word = "decision" if venue.binding else "understanding"
    yes = f"coalesce(result_{name} = 'understanding', false)"
    return Stage(venue.title, venue.dates, {word: yes, f"no {word}": f"NOT {yes}"})


def _end(evidence: Evidence) -> Stage:
    """The classes, most agreed first."""
    names = [band.name for band in classes(evidence)]
    found = {name: f"outcome = '{outcome}'" for outcome, name in zip(evidence.outcomes, names)}
    return Stage("After consent", "", dict(reversed(found.items())))


def _frame(evidence: Evidence, stages: list[Stage], among: str) -> pd.DataFrame:
    """A line for every flow that some run took."""
    import pandas as pd

    events: dict[str, str] = {}
    told: dict[str, tuple[int, str, str, str, str]] = {}
    for at, (one, other) in enumerate(pairwise(stages)):
        for name, sql in one.nodes.items():
            for following, further in other.nodes.items():
                event = f"{at} {name} {following}"
                events[event] = f"({sql}) AND ({further})"
                told[event] = (at, one.title, name, other.title, following)
    found = shares(evidence, events, among=among)
    lines: list[dict[str, Any]] = []
    for row in found.itertuples():
        at, place, name, next_place, following = told[str(row.event)]
        lines.append(
            {
                "stage": at, "place": place, "name": name, "next_place": next_place, "next_name": following, "runs": row.runs,
                "count": row.count, "share": row.share, "low": row.low, "high": row.high,
            }
        )  # fmt: skip
    frame = pd.DataFrame(lines)
    sums = frame.groupby(["stage", "name"])["count"].transform("sum")
    return frame.assign(of_these=frame["count"] / sums.clip(lower=1)).query("count > 0").reset_index(drop=True)


def _nodes(evidence: Evidence, stages: list[Stage], frame: pd.DataFrame) -> list[Node]:
    """Where runs can be at every stage, with their share and fill."""
    looks = {band.name: band for band in classes(evidence)}
    escalated = _escalated(evidence)
    scale = tokens()["scale"]["sequential"]
    found: list[Node] = []
    for at, stage in enumerate(stages):
        last = at == len(stages) - 1
        for place, name in enumerate(stage.nodes):
            rows = frame[(frame["stage"] == at - last) & (frame["next_name" if last else "name"] == name)]
            share = float(rows["share"].sum())
            if share > 0:
                fill = looks[name].fill if last else (scale[5], scale[2])[place]
                found.append(Node(at, name, share, fill, escalated.get(name) if last else None))
    return found


def _escalated(evidence: Evidence) -> dict[str, float]:
    """Share of the runs of a class after which escalation followed, by the class's name; empty without a challenger."""
    if not evidence.scenario.challenger:
        return {}
    names = dict(zip(evidence.outcomes, (band.name for band in classes(evidence))))
    found = evidence.ask(
        f"SELECT outcome, avg(escalated::INTEGER) AS share FROM played WHERE {orders_of(evidence)[0][0]} GROUP BY outcome"
    )
    return {names[row.outcome]: float(row.share) for row in found.itertuples()}


def _flows(frame: pd.DataFrame) -> list[Flow]:
    return [Flow(int(row.stage), str(row.name), str(row.next_name), float(row.share)) for row in frame.itertuples()]


def _said(evidence: Evidence, order: tuple[str, ...], among: str) -> tuple[str, tuple[str, ...]]:
    """What an understanding at one venue does to the next, where it does most; what follows after agreements and without."""
    venues = evidence.scenario.venues
    best, title = 0.0, ""
    for one, other in pairwise(order):
        yes = f"coalesce(result_{one} = 'understanding', false)"
        found = shares(evidence, {"agrees": f"result_{other} = 'understanding'"}, [f"{yes} AS after"], among)
        after = {bool(row.after): row for row in found.itertuples()}
        if len(after) < 2:
            continue
        apart = abs(after[True].share - after[False].share)
        if apart > max(best, LEAST) and (after[True].low > after[False].high or after[True].high < after[False].low):
            best = apart
            does = "decides" if venues[other].binding else "finds one"
            with_it, without = (_often(after[known].share) for known in (True, False))
            after_it = f"After an understanding in {venues[one].title}, {venues[other].title}"
            title = fitting(f"{after_it} {does} in {with_it}; without it, in {without}")
    return title or _plain_title(evidence, order, among), _aftermath(evidence, among)


def _often(share: float) -> str:
    return "no run" if share == 0 else "under 1 % of runs" if share < 0.005 else f"{100 * share:.0f} % of runs"


def _plain_title(evidence: Evidence, order: tuple[str, ...], among: str) -> str:
    """Where understandings are found, when one venue does not clearly bear on the next."""
    found = shares(evidence, {name: f"result_{name} = 'understanding'" for name in order}, among=among)
    row = found.loc[found["share"].idxmax()]
    title = evidence.scenario.venues[str(row["event"])].title
    if not row["count"]:
        return "No venue finds an understanding in any run"
    share = f"{100 * row['share']:.0f} %" if row["share"] >= 0.005 else "under 1 %"
    return fitting(
        f"{title} finds an understanding in {share} of runs"
        + (", more often than any other venue" if len(order) > 1 else "")
    )


def _aftermath(evidence: Evidence, among: str) -> tuple[str, ...]:
    if not evidence.scenario.challenger:
        return ()
    found = shares(evidence, {"war": "escalated"}, [f"({evidence.agreed}) AS agreed"], among)
    after = {bool(row.agreed): row for row in found.itertuples()}
    said: list[str] = []
    for known, words in ((True, "agreements of any kind"), (False, "talks without one")):
        if known in after:
            row = after[known]
            said.append(f"after {words} in {100 * row.share:.0f} % ({100 * row.low:.0f}–{100 * row.high:.0f})")
    return (opened(f"escalation follows {', '.join(said)} of runs."),)


def _footer(
    evidence: Evidence, orders: list[tuple[str, tuple[str, ...]]], order: tuple[str, ...], frame: pd.DataFrame
) -> str:
    text = ""
    if len(orders) > 1:
        names = ", ".join(evidence.scenario.venues[name].title for name in order)
        text = f"Only the {int(frame['runs'].iloc[0]):,} runs with the order {names}. "
    if evidence.scenario.challenger:
        text += "⬢ of the runs of a class, those after which escalation followed, %. "
    soft = [evidence.scenario.venues[name].title for name in order if not evidence.scenario.venues[name].binding]
    if soft:
        text += f"Not binding: {', '.join(soft)}. "
    return f"{text}Intervals stand in the table. {spoken_of(evidence)}"
