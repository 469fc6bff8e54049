"""What the debrief shows, step by step, as far as it is shown."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from sim.classroom.cloud import Cloud
from sim.classroom.debrief_cloud import cloud_part
from sim.classroom.debrief_frontier import frontier_part
from sim.classroom.debrief_history import history_part
from sim.classroom.debrief_part import QUESTIONS, TITLES, Figure, Part, in_sentence, short, tables_named
from sim.classroom.seats import outcome_title, points
from sim.classroom.state import State
from sim.figures.chart import counted, fitting


def parts_of(state: State, cloud: Cloud, shown: int) -> list[Part]:
    """The steps from the simulated cloud on, as far as they are shown."""
    made = {"cloud": cloud_part, "frontier": frontier_part, "history": history_part}
    return [made[key](state, cloud) for key in state.reveals[:shown] if key in made]


def table_part(state: State) -> Part:
    """How every table ended: class and points, for the projector and the report."""
    scenario, over = state.scenario, finished(state)
    records = {number: state.tables[number].talks.table.record() for number in over}
    rows: list[tuple[str, ...]] = []
    for number in state.tables:
        record = records.get(number)
        if record is None:
            rows.append((f"Table\u00a0{number}", "unfinished", *("–" for _ in scenario.parties)))
            continue
        own = [f"{points(row['utility'])} (no deal {points(row['no_deal'])})" for row in record["parties"].values()]
        rows.append((f"Table\u00a0{number}", outcome_title(scenario, record["outcome"]), *own))
    figure = Figure(
        "ends", _ends(state, records), "Points of each party’s own sheet at the end, and what no deal was worth to it then.",
        Markup(""), "Weights and worths of no deal are estimates ≈.",
        ("Table", "Ended as", *(short(scenario, party) for party in scenario.parties)), tuple(rows),
    )  # fmt: skip
    return Part("table", TITLES["table"], (figure,), questions=QUESTIONS["table"])


def finished(state: State) -> list[int]:
    """Numbers of the tables whose talks are over."""
    return [number for number, place in state.tables.items() if place.talks.table.over]


def _ends(state: State, records: dict[int, dict[str, Any]]) -> str:
    """Which classes the tables ended in."""
    if not records:
        return "No table has finished"
    found: dict[str, list[int]] = {}
    for number, record in records.items():
        found.setdefault(record["outcome"], []).append(number)
    order = sorted(found, key=lambda name: -len(found[name]))
    words = [
        f"{in_sentence(tables_named(found[name]))}: {in_sentence(outcome_title(state.scenario, name))}"
        for name in order
    ]
    left = len(state.tables) - len(records)
    rest = f"; {counted(left, 'table')} unfinished" if left else ""
    return fitting("; ".join(words) + rest, f"{counted(len(records), 'table')} ended in {len(found)} classes{rest}")
