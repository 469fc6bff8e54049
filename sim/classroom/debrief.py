"""What the debrief shows, step by step: sentences computed from the class and the runs, pictures, the figures in tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from markupsafe import Markup

from sim.classroom import debrief_drawn as drawn
from sim.classroom.cloud import RUNS, Cloud
from sim.classroom.colours import looks_of
from sim.classroom.lesson import in_play
from sim.classroom.seats import outcome_title, points
from sim.classroom.state import State
from sim.domain.scenario import Scenario
from sim.figures.chart import counted, fitting, in_words, number, opened, signed
from sim.figures.run import with_article
from sim.findings.intervals import wilson
from sim.protocol.result import outcome_names

TITLES = {
    "own": "Own result",
    "table": "The table’s results",
    "cloud": "Simulated cloud",
    "frontier": "Frontier",
    "history": "History",
}
"""The steps' names for people."""

QUESTIONS = {
    "own": ("Describe: what did you want most, and did you get it?",),
    "table": (
        "Describe: which issue did you trade first, and for what?",
        "Explain: who could have blocked your text, and did you ask them?",
    ),
    "cloud": ("Explain: what did your table do that most simulated runs did not?",),
    "frontier": (
        "Explain: what kept you from what was still to be had?",
        "Apply: which estimate would you check before you trust this picture?",
    ),
    "history": (
        "Describe: where does your text differ from what happened?",
        "Apply: what did those who really met know, or fear, that no sheet here says?",
    ),
}
"""What to talk about at each step."""

THIN = "\u202f"


@dataclass(frozen=True)
class Figure:
    """A picture with its sentence above and its figures below.

    Attributes
    ----------
    key
        Short name.
    title, subtitle, footer
        What these data show; what is drawn; source, marks and limits.
    picture
        SVG, or empty where a table says it all.
    head, rows
        The same figures as a table; what is a number stands to the right.
    """

    key: str
    title: str
    subtitle: str
    picture: Markup
    footer: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def numeric(self) -> set[int]:
        """Columns whose every cell is a number, or none."""
        columns = range(1, len(self.head))
        return {at for at in columns if all(row[at][:1] in "+−–0123456789" and ":" not in row[at] for row in self.rows)}


@dataclass(frozen=True)
class Part:
    """A step of the debrief: its figures, what to see in them, what to talk about, sources by name and address."""

    key: str
    title: str
    figures: tuple[Figure, ...]
    see: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    sources: tuple[tuple[str, str | None], ...] = ()


def parts_of(state: State, cloud: Cloud, shown: int) -> list[Part]:
    """The steps from the simulated cloud on, as far as they are shown."""
    made = {"cloud": _cloud, "frontier": _frontier, "history": _history}
    return [made[key](state, cloud) for key in state.reveals[:shown] if key in made]


def table_part(state: State) -> Part:
    """How every table ended: class and points, for the projector and the report."""
    scenario, over = state.scenario, finished(state)
    records = {number: state.tables[number].talks.table.record() for number in over}
    rows = []
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
        ("Table", "Ended as", *(_short(scenario, party) for party in scenario.parties)), tuple(rows),
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
    words = [f"{_low(_tables(found[name]))}: {_low(outcome_title(state.scenario, name))}" for name in order]
    left = len(state.tables) - len(records)
    rest = f"; {counted(left, 'table')} unfinished" if left else ""
    return fitting("; ".join(words) + rest, f"{counted(len(records), 'table')} ended in {len(found)} classes{rest}")


# ---- Simulated cloud -------------------------------------------------------------------------------------------------


def _cloud(state: State, cloud: Cloud) -> Part:
    space = Figure(
        "cloud-gains", _beaten(cloud), _gains_words(cloud),
        drawn.both(drawn.Space(cloud, "cloud", _axes(cloud)).draw),
        f"{_many(RUNS)} simulated runs of this very game, seed {cloud.seed}; larger dots: ten, and a hundred, runs at one place. "
        f"{_mean_words(cloud)}{_news(state)}",
        *_gains_table(cloud, spare=False),
    )  # fmt: skip
    return Part(
        "cloud", TITLES["cloud"], (space, _strips(cloud), _classes(cloud)), _unfinished(cloud), QUESTIONS["cloud"]
    )


def _beaten(cloud: Cloud) -> str:
    """How many runs gave both sides less than the best of the tables."""
    one, others = _the(cloud.scenario, cloud.one), _others(cloud)
    if not cloud.deals:
        return f"{_many(RUNS)} simulated runs; no table of ours has finished"
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
        f"{_tables(which)} gave {one} and {others} more than {_percent(best)} of simulated runs",
        f"{_tables(which)} gave both sides more than {_percent(best)} of simulated runs gave them",
    )


def _any(cloud: Cloud) -> str:
    return "our table" if len(cloud.deals) == 1 else "any table of ours"


def _strips(cloud: Cloud) -> Figure:
    scenario = cloud.scenario
    looks = looks_of(scenario)
    rows, above, cases = [], 0, 0
    for party in scenario.parties:
        gains = cloud.gains(party)
        five, half, most = np.quantile(gains, (0.05, 0.5, 0.95)).tolist()
        own = [100 * deal.record["parties"][party]["gain"] for deal in cloud.deals]
        above += sum(value > half + 1e-7 for value in own)
        cases += len(own)
        cells = [f"{signed(round(value))} ({_percent(float((gains < value - 1e-7).mean()))} less)" for value in own]
        rows.append(
            (_short(scenario, party), signed(round(half)), f"{signed(round(five))} to {signed(round(most))}", *cells)
        )
    title = (
        f"Our tables gave parties more than the median simulated run in {above} of {cases} cases"
        if cases
        else "What simulated runs gave each party"
    )
    return Figure(
        "cloud-parties", title, "Gain of every party over the status quo, in points of its own sheet. Numbers are our tables.",
        drawn.both(partial(drawn.strips, cloud, looks)),
        "Pale band: nine tenths of the simulated runs; dark band: the middle half; bar: the median. In brackets: share of runs that "
        "gave the party less.",
        ("Party", "Median run", "Nine tenths", *(f"Table\u00a0{deal.number}" for deal in cloud.deals)), tuple(rows),
    )  # fmt: skip


def _classes(cloud: Cloud) -> Figure:
    scenario, rows = cloud.scenario, []
    for at, name in enumerate(outcome_names(scenario)):
        share = float((cloud.rows["outcome"] == at).mean())
        low, high = wilson(share, RUNS)
        tables = [deal.number for deal in cloud.deals if deal.record["outcome"] == name]
        if share or tables or name != "other":
            rows.append((outcome_title(scenario, name), name, share, float(low), float(high), tables))
    top = max(rows, key=lambda row: row[2])
    total = len(cloud.deals)
    common = f"{_low(top[0])} ({_percent(top[2])})"
    title = f"Of simulated runs most often: {common}"
    if total:
        there = len(top[5])
        how = f"{'one' if there == 1 else 'all' if there == total else 'none' if not there else there} of our {total} tables"
        how = ("Our table" if there else "Our table did not") if total == 1 else opened(how)
        title = f"{how} ended as simulated runs most often do: {common}"
        if total == 1 and not there:
            title = f"Our table did not end as simulated runs most often do: {common}"
    return Figure(
        "cloud-classes", title, f"Share of {_many(RUNS)} simulated runs by outcome class, from less to more agreed. Numbers are our tables.",
        drawn.both(partial(drawn.classes, rows)), "Capped bars: 95 % intervals.",
        ("Class", "Share", "95 %", "Our tables"),
        tuple(
            (title_, _percent(share), f"{100 * low:.0f}–{100 * high:.0f} %", drawn.numbers(tables) or "–")
            for title_, _, share, low, high, tables in rows
        ),
    )  # fmt: skip


# ---- Frontier --------------------------------------------------------------------------------------------------------


def _frontier(state: State, cloud: Cloud) -> Part:
    one = _the(cloud.scenario, cloud.one)
    lines = drawn.frontiers(cloud)
    if not lines:
        line = "No frontier is drawn: too many packages would have to be valued one by one."
    elif not cloud.deals:
        line = "Line: efficient packages of a table whose every chance falls on its median."
    elif not lines[0][0]:
        line = "Line: the outermost of our tables’ own efficient frontiers, by the beliefs and red lines at their end."
    else:
        line = "Lines: each table’s own efficient frontier, by the beliefs and red lines at its end; equal ones are one line."
    if cloud.threshold < 100:
        line += f" {opened(one)} prefers a deal from a gain of {signed(round(cloud.threshold))} on (shaded; median, ≈ estimate)."
    figure = Figure(
        "frontier-gains", _spared(cloud), _gains_words(cloud),
        drawn.both(drawn.Space(cloud, "frontier", _axes(cloud), frontier=True).draw), f"{line} {_mean_words(cloud)}",
        *_gains_table(cloud, spare=True),
    )  # fmt: skip
    see = [*_unfinished(cloud)]
    if lines and cloud.threshold < 100:
        most = max(float(curve[:, 0].max()) for _, curve in lines)
        reach = "reaches" if most >= cloud.threshold - 1e-7 else "ends short of"
        what = "The frontier" if len(lines) == 1 else "The outermost frontier"
        see.append(f"{what} {reach} what no deal is worth to {one} at the median (≈ {signed(round(cloud.threshold))}).")
    return Part("frontier", TITLES["frontier"], (figure,), tuple(see), QUESTIONS["frontier"])


def _spared(cloud: Cloud) -> str:
    """Which tables left something that one side could have had at no cost to the other."""
    one, others = _the(cloud.scenario, cloud.one), _others(cloud)
    known = {deal.number: deal.spare for deal in cloud.deals if deal.spare is not None}
    if not cloud.deals:
        return "No table of ours has finished, so no deal can stand beside the frontier"
    if not known:
        return "Too many packages to tell what was still to be had"
    left = {number: spare for number, spare in known.items() if max(spare) >= 0.5}
    if not left:
        none = "Our table" if len(known) == 1 else "No table"
        verb = "left nothing" if len(known) == 1 else "left anything"
        return f"{none} {verb} that would better one side at no cost to the other"
    at, most = max(left.items(), key=lambda item: max(item[1]))
    whom = one if most[0] >= most[1] else others
    more = counted(round(max(most)), "more point")
    whose = "Our table" if len(known) == 1 else f"{len(left)} of {len(known)} tables"
    where = "" if len(known) == 1 else f" (table {at})"
    return fitting(
        f"{whose} left up to {more} for {whom}{where}, at no cost to the other side",
        f"{whose} left up to {more} for one side{where}, at no cost to the other",
    )


# ---- History ---------------------------------------------------------------------------------------------------------


def _history(state: State, cloud: Cloud) -> Part:
    scenario = state.scenario
    known = scenario.history
    assert known is not None, "the step is left out where a scenario tells no history"
    rows, table = [], []
    same = {deal.number: 0 for deal in cloud.deals}
    compared = 0
    for name in in_play(scenario):
        issue = scenario.issues[name]
        option = known.package.get(name)
        ends = {deal.number: int(deal.record["final"][name]) for deal in cloud.deals}
        rows.append((issue.short, len(issue.options), issue.status_quo.value, option, ends))
        if option is not None:
            compared += 1
            for number, end in ends.items():
                same[number] += end == option
        happened = "not known" if option is None else f"{option}: {issue.options[option].label}"
        table.append((issue.title, happened, *(f"{end}: {issue.options[end].label}" for end in ends.values())))
    happened = outcome_title(scenario, known.outcome)
    table.append(("Ended as", happened, *(outcome_title(scenario, deal.record["outcome"]) for deal in cloud.deals)))
    when = f"{scenario.date:%B} {scenario.date.year}" if scenario.date else "history"
    figure = Figure(
        "history-options", _alike(same, compared, when),
        "Per issue in play: ★ what happened, numbers: our tables, thick tick: the status quo.",
        drawn.both(partial(drawn.options, rows)), "Options as the scenario codes them; their words are in the table.",
        ("Issue", "★ What happened", *(f"Table\u00a0{deal.number}" for deal in cloud.deals)), tuple(table),
    )  # fmt: skip
    see = [f"{opened(when)} ended as: {_low(happened)}. {known.note}".strip()]
    if known.later is not None:
        day = f" on {known.later.date.day} {known.later.date:%B %Y}" if known.later.date else ""
        followed = f"Escalation followed{day}" if known.later.escalated else f"No escalation followed{day}"
        see.append(f"{followed}{f' ({known.later.note})' if known.later.note else ''}. It is no verdict on your deal.")
    see += _unfinished(cloud)
    names = dict.fromkeys([*known.source, *(known.later.source if known.later else ())])
    sources = tuple((scenario.sources[name].what, scenario.sources[name].url) for name in names if name in scenario.sources)
    return Part("history", TITLES["history"], (figure,), tuple(see), QUESTIONS["history"], sources)


def _alike(same: dict[int, int], compared: int, when: str) -> str:
    if not same:
        return "No table of ours has finished, so no text can stand beside what happened"
    found: dict[int, list[int]] = {}
    for table, count in same.items():
        found.setdefault(count, []).append(table)
    first, *rest = sorted(found, reverse=True)
    words = f"{_tables(found[first])} ended where {when} did on {_count(first)} of {counted(compared, 'issue')}"
    more = [f"{_low(_tables(found[count]))} on {_count(count)}" for count in rest]
    low, high = min(same.values()), max(same.values())
    return fitting(
        "; ".join([words, *more]),
        f"Our tables ended where {when} did on {low} to {high} of {counted(compared, 'issue')}",
    )


# ---- Words and rows that several share -------------------------------------------------------------------------------


def _gains_table(cloud: Cloud, *, spare: bool) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Gains of every party at every table; with what one side could still have had."""
    scenario = cloud.scenario
    head = ["Table", "Ended as", *(_short(scenario, party) for party in scenario.parties)]
    if spare:
        head += [f"Left for {_the(scenario, cloud.one)}", f"Left for {_the(scenario, cloud.others[0]) if len(cloud.others) == 1 else 'the others'}"]
    rows = []
    for deal in cloud.deals:
        cells = [signed(round(100 * row["gain"])) for row in deal.record["parties"].values()]
        if spare:
            cells += ["not reckoned"] * 2 if deal.spare is None else [signed(round(value)) for value in deal.spare]
        rows.append((f"Table\u00a0{deal.number}", outcome_title(scenario, deal.record["outcome"]), *cells))
    rows += [(f"Table\u00a0{number}", "unfinished", *("–" for _ in head[2:])) for number in cloud.unfinished]
    return tuple(head), tuple(rows)


def _gains_words(cloud: Cloud) -> str:
    return f"Gain over the status quo, in points: {_the(cloud.scenario, cloud.one)} across, {_others(cloud)} up. A dot is a simulated run, numbers are our tables."


def _axes(cloud: Cloud) -> tuple[str, str]:
    others = cloud.others
    up = cloud.scenario.parties[others[0]].name if len(others) == 1 else f"mean of {_codes(cloud)}"
    return cloud.scenario.parties[cloud.one].name, up


def _codes(cloud: Cloud) -> str:
    """The others by their short names, each of which may be as long as a word."""
    names = [cloud.scenario.parties[party].code for party in cloud.others]
    return in_words(names) if len(names) < 5 else f"the {len(names)} others"


def _mean_words(cloud: Cloud) -> str:
    if len(cloud.others) == 1:
        return ""
    named = in_words([_the(cloud.scenario, party) for party in cloud.others])
    return f"The others are {named}; their mean is a way to draw them in one picture, not a score."


def _news(state: State) -> str:
    return " News that was sent in class counts in no simulated run." if state.news else ""


def _unfinished(cloud: Cloud) -> tuple[str, ...]:
    if not cloud.unfinished:
        return ()
    verb = "is" if len(cloud.unfinished) == 1 else "are"
    return (f"{_tables(cloud.unfinished)} {verb} unfinished and in no picture.",)


def _others(cloud: Cloud) -> str:
    return _the(cloud.scenario, cloud.others[0]) if len(cloud.others) == 1 else "the others on average"


def _the(scenario: Scenario, party: str) -> str:
    return with_article(scenario.parties[party].name)


def _short(scenario: Scenario, party: str) -> str:
    """A party at the head of a column: its sign and its short name."""
    its = looks_of(scenario)[party]
    return f"{its.glyph} {its.code}"


def _tables(tables: Sequence[int]) -> str:
    *most, last = drawn.numbers(tables).split(", ")
    return f"Table{'' if len(tables) == 1 else 's'} {', '.join(most)}{' and ' if most else ''}{last}"


def _count(count: int) -> str:
    return "none" if count == 0 else number(count)


def _low(title: str) -> str:
    return title[:1].lower() + title[1:]


def _percent(share: float) -> str:
    if 0 < share < 0.005:
        return "less than 1 %"
    return f"{100 * share:.0f} %"


def _many(count: int) -> str:
    return f"{count:,}".replace(",", THIN)
