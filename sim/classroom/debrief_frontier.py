"""What was still to be had: each deal beside the efficient frontier of its own table."""

from __future__ import annotations

from sim.classroom import debrief_drawn as drawn
from sim.classroom.cloud import Cloud
from sim.classroom.debrief_part import (
    QUESTIONS,
    TITLES,
    Figure,
    Part,
    axes,
    gains_table,
    gains_words,
    mean_words,
    others_named,
    the,
    unfinished,
)
from sim.classroom.debrief_space import Space, frontiers
from sim.classroom.state import State
from sim.figures.chart import counted, fitting, opened, signed


def frontier_part(state: State, cloud: Cloud) -> Part:
    """What was still to be had at every table."""
    one = the(cloud.scenario, cloud.one)
    lines = frontiers(cloud)
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
        "frontier-gains", _spared(cloud), gains_words(cloud),
        drawn.both(Space(cloud, "frontier", axes(cloud), frontier=True).draw), f"{line} {mean_words(cloud)}",
        *gains_table(cloud, spare=True),
    )  # fmt: skip
    see = [*unfinished(cloud)]
    if lines and cloud.threshold < 100:
        most = max(float(curve[:, 0].max()) for _, curve in lines)
        reach = "reaches" if most >= cloud.threshold - 1e-7 else "ends short of"
        what = "The frontier" if len(lines) == 1 else "The outermost frontier"
        see.append(f"{what} {reach} what no deal is worth to {one} at the median (≈ {signed(round(cloud.threshold))}).")
    return Part("frontier", TITLES["frontier"], (figure,), tuple(see), QUESTIONS["frontier"])


def _spared(cloud: Cloud) -> str:
    """Which tables left something that one side could have had at no cost to the other."""
    one, others = the(cloud.scenario, cloud.one), others_named(cloud)
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
