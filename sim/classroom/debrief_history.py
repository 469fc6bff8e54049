"""What happened, issue by issue, beside the tables' texts; with its sources, and as no verdict."""

from __future__ import annotations

from functools import partial
from typing import Any

from sim.classroom import debrief_drawn as drawn
from sim.classroom.cloud import Cloud
from sim.classroom.debrief_part import (
    QUESTIONS,
    TITLES,
    Figure,
    Part,
    count_in_words,
    in_sentence,
    tables_named,
    unfinished,
)
from sim.classroom.debrief_rows import options
from sim.classroom.lesson import in_play
from sim.classroom.seats import outcome_title
from sim.classroom.sheets import bare, codes_of
from sim.classroom.state import State
from sim.figures.chart import counted, fitting, opened


def history_part(state: State, cloud: Cloud) -> Part:
    """What happened, beside the class."""
    scenario = state.scenario
    known = scenario.history
    assert known is not None, "the step is left out where a scenario tells no history"
    codes = codes_of(scenario)
    rows: list[Any] = []
    table: list[tuple[str, ...]] = []
    same = {deal.number: 0 for deal in cloud.deals}
    compared = 0
    for name in in_play(scenario):
        issue = scenario.issues[name]
        option = known.package.get(name)
        ends = {deal.number: int(deal.record["final"][name]) for deal in cloud.deals}
        rows.append((issue.short, codes[name], issue.status_quo.value, option, ends))
        words = [f"{code}: {bare(option.label, code)}" for code, option in zip(codes[name], issue.options)]
        if option is not None:
            compared += 1
            for number, end in ends.items():
                same[number] += end == option
        happened = "not known" if option is None else words[option]
        table.append((issue.title, happened, *(words[end] for end in ends.values())))
    happened = outcome_title(scenario, known.outcome)
    table.append(("Ended as", happened, *(outcome_title(scenario, deal.record["outcome"]) for deal in cloud.deals)))
    when = f"{scenario.date:%B} {scenario.date.year}" if scenario.date else "history"
    figure = Figure(
        "history-options", _alike(same, compared, when),
        "Per issue in play: ★ what happened, numbers: our tables, thick tick: the status quo.",
        drawn.both(partial(options, rows)), "Options by the codes of the sheets; their words are in the table.",
        ("Issue", "★ What happened", *(f"Table\u00a0{deal.number}" for deal in cloud.deals)), tuple(table),
    )  # fmt: skip
    see = [f"{opened(when)} ended as: {in_sentence(happened)}. {known.note}".strip()]
    if known.later is not None:
        day = f" on {known.later.date.day} {known.later.date:%B %Y}" if known.later.date else ""
        followed = f"Escalation followed{day}" if known.later.escalated else f"No escalation followed{day}"
        see.append(f"{followed}{f' ({known.later.note})' if known.later.note else ''}. It is no verdict on your deal.")
    see += unfinished(cloud)
    names = dict.fromkeys([*known.source, *(known.later.source if known.later else ())])
    sources = tuple(
        (scenario.sources[name].what, scenario.sources[name].url) for name in names if name in scenario.sources
    )
    return Part("history", TITLES["history"], (figure,), tuple(see), QUESTIONS["history"], sources)


def _alike(same: dict[int, int], compared: int, when: str) -> str:
    if not same:
        return "No table of ours has finished, so no text can stand beside what happened"
    found: dict[int, list[int]] = {}
    for table, count in same.items():
        found.setdefault(count, []).append(table)
    first, *rest = sorted(found, reverse=True)
    words = f"{tables_named(found[first])} ended where {when} did on {count_in_words(first)} of {counted(compared, 'issue')}"
    more = [f"{in_sentence(tables_named(found[count]))} on {count_in_words(count)}" for count in rest]
    low, high = min(same.values()), max(same.values())
    return fitting(
        "; ".join([words, *more]),
        f"Our tables ended where {when} did on {low} to {high} of {counted(compared, 'issue')}",
    )
