"""The class among simulated runs of its game: gains, every party, outcome classes."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from sim.classroom import debrief_drawn as drawn
from sim.classroom.cloud import RUNS, Cloud
from sim.classroom.colours import looks_of
from sim.classroom.debrief_part import (
    QUESTIONS,
    TITLES,
    Figure,
    Part,
    axes,
    gains_table,
    gains_words,
    in_sentence,
    many,
    mean_words,
    news_left_out,
    others_named,
    percent,
    short,
    tables_named,
    the,
    unfinished,
)
from sim.classroom.debrief_rows import classes, strips
from sim.classroom.debrief_space import Space
from sim.classroom.seats import outcome_title
from sim.classroom.state import State
from sim.figures.chart import fitting, opened, signed
from sim.findings.intervals import wilson
from sim.protocol.result import outcome_names


def cloud_part(state: State, cloud: Cloud) -> Part:
    """The class among simulated runs."""
    space = Figure(
        "cloud-gains", _beaten(cloud), gains_words(cloud),
        drawn.both(Space(cloud, "cloud", axes(cloud)).draw),
        f"{many(RUNS)} simulated runs of this very game, seed {cloud.seed}; larger dots: ten, and a hundred, runs at one place. "
        f"{mean_words(cloud)}{news_left_out(state)}",
        *gains_table(cloud, spare=False),
    )  # fmt: skip
    return Part(
        "cloud", TITLES["cloud"], (space, _strips(cloud), _classes(cloud)), unfinished(cloud), QUESTIONS["cloud"]
    )


def _beaten(cloud: Cloud) -> str:
    """How many runs gave both sides less than the best of the tables."""
    one, others = the(cloud.scenario, cloud.one), others_named(cloud)
    if not cloud.deals:
        return f"{many(RUNS)} simulated runs; no table of ours has finished"
    shares = {
        deal.number: float(((cloud.x < deal.x - 1e-7) & (cloud.y < deal.y - 1e-7)).mean()) for deal in cloud.deals
    }
    best = max(shares.values())
    if best == 0:
        return fitting(
            f"No simulated run gave both {one} and {others} less than {_any(cloud)}",
            f"No simulated run gave both sides less than {_any(cloud)}",
        )
    which = [number for number, share in shares.items() if share > best - 1e-9]
    return fitting(
        f"{tables_named(which)} gave {one} and {others} more than {percent(best)} of simulated runs",
        f"{tables_named(which)} gave both sides more than {percent(best)} of simulated runs gave them",
    )


def _any(cloud: Cloud) -> str:
    return "our table" if len(cloud.deals) == 1 else "any table of ours"


def _strips(cloud: Cloud) -> Figure:
    scenario = cloud.scenario
    looks = looks_of(scenario)
    above, cases = 0, 0
    rows: list[Any] = []
    for party in scenario.parties:
        gains = cloud.gains(party)
        five, half, most = np.quantile(gains, (0.05, 0.5, 0.95)).tolist()
        own = [100 * deal.record["parties"][party]["gain"] for deal in cloud.deals]
        above += sum(value > half + 1e-7 for value in own)
        cases += len(own)
        cells = [f"{signed(round(value))} ({percent(float((gains < value - 1e-7).mean()))})" for value in own]
        rows.append(
            (short(scenario, party), signed(round(half)), f"{signed(round(five))} to {signed(round(most))}", *cells)
        )
    title = (
        f"Our tables gave parties more than the median simulated run in {above} of {cases} cases"
        if cases
        else "What simulated runs gave each party"
    )
    return Figure(
        "cloud-parties", title, "Gain of every party over the status quo, in points of its own sheet. Numbers are our tables.",
        drawn.both(partial(strips, cloud, looks)),
        "Pale band: nine tenths of the simulated runs; dark band: the middle half; bar: the median. In brackets: share of runs "
        "that gave the party less. Marks that would cover each other are one.",
        ("Party", "Median run", "Nine tenths", *(f"Table\u00a0{deal.number}" for deal in cloud.deals)), tuple(rows),
    )  # fmt: skip


def _classes(cloud: Cloud) -> Figure:
    scenario = cloud.scenario
    rows: list[Any] = []
    for at, name in enumerate(outcome_names(scenario)):
        share = float((cloud.rows["outcome"] == at).mean())
        low, high = wilson(share, RUNS)
        tables = [deal.number for deal in cloud.deals if deal.record["outcome"] == name]
        if share or tables or name != "other":
            rows.append((outcome_title(scenario, name), name, share, float(low), float(high), tables))
    top = max(rows, key=lambda row: row[2])
    total = len(cloud.deals)
    common = f"{in_sentence(top[0])} ({percent(top[2])})"
    title = f"Of simulated runs most often: {common}"
    if total:
        there = len(top[5])
        how = f"{'all' if there == total else {0: 'none', 1: 'one'}.get(there, there)} of our {total} tables"
        how = ("Our table" if there else "Our table did not") if total == 1 else opened(how)
        title = f"{how} ended as simulated runs most often do: {common}"
        if total == 1 and not there:
            title = f"Our table did not end as simulated runs most often do: {common}"
    return Figure(
        "cloud-classes", title,
        f"Share of {many(RUNS)} simulated runs by outcome class, from less to more agreed. Numbers are our tables.",
        drawn.both(partial(classes, rows)), "Capped bars: 95 % intervals.",
        ("Class", "Share", "95 %", "Our tables"),
        tuple(
            (title_, percent(share), f"{100 * low:.0f}–{100 * high:.0f} %", drawn.numbers(tables) or "–")
            for title_, _, share, low, high, tables in rows
        ),
    )  # fmt: skip
