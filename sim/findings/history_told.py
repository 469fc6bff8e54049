"""What history says about assumptions, as a finding: computed sentences, a chart of prior and posterior, their figures."""

from __future__ import annotations

from sim.figures.chart import SIGNS, Chart, counted, fitting, in_words, whole
from sim.findings.evidence import Evidence
from sim.findings.finding import Finding
from sim.findings.history import UNTOLD, History
from sim.findings.posterior import DOWN, LEAST, UP, Parameter
from sim.findings.posterior_drawn import chosen, drawn
from sim.narrate import month

KEY = "history"
QUESTION = "Which assumptions make the real course of the talks likely?"

LIMITS = (
    "One history is one observation: it can be consistent with an assumption, it proves none.",
    "Assumptions that bend the same steps stand in for each other, so one that stays where it was is not refuted; and "
    "what the model leaves out is not weighed at all.",
    "The figures around which the ranges lie were set by people who knew what happened: that runs match often is no "
    "evidence for the model.",
)
"""What such a comparison can never say."""

OF_A_WAR = "A war is a single draw: a chance of 30 % and one of 90 % can both end in one."
"""As much, where escalation is part of the record."""


def history_finding(evidence: Evidence, tolerance: int = 0, *, talks_only: bool = False) -> Finding:
    """Prior beside posterior of everything that varied in a study.

    Parameters
    ----------
    evidence
        A study whose points are a prior: ranges that stood before history was looked at.
    tolerance
        Steps that a run may be away from what happened and still match.
    talks_only
        Whether what followed the talks is left out of the comparison.
    """
    return told(History(evidence, tolerance, talks_only=talks_only))


def told(history: History) -> Finding:
    """The finding of a comparison."""
    if history.nothing:
        return Finding(KEY, QUESTION, nothing=history.nothing)
    return Finding(KEY, QUESTION, _chart(history), history.frame(), tuple(sentences(history)))


def when(history: History) -> str:
    """What history is called: "January 2022"."""
    return month(history.evidence.scenario) or "History"


def title(history: History) -> str:
    """Which assumption history speaks for most, and about which of those shown it says almost nothing."""
    name, moved = when(history), history.moved
    silent = [one for one in chosen(history) if one in history.unmoved]
    if not moved:
        if all(history.verdict(one) == UNTOLD for one in history.parameters):
            return fitting(f"Too few runs match {name} to tell any assumption from another")
        return fitting(f"{name} says almost nothing about any of the {len(history.parameters)} assumptions varied")
    first = [_for(one) for one in moved[:2]]
    about = [f"; about “{one.title}” it says almost nothing" for one in silent]
    return fitting(
        *(f"{name} speaks for {first[0]}{words}" for words in about),
        f"{name} speaks for {in_words(first)}", f"{name} speaks for {first[0]}",
        f"{name} says something about {len(moved)} of {len(history.parameters)} assumptions",
    )  # fmt: skip


def _for(one: Parameter) -> str:
    if one.way in (UP, DOWN):
        return f"{'high' if one.way == UP else 'low'} “{one.title}”"
    return f"“{one.title}” {one.way.removeprefix('moved ')}"


def sentences(history: History) -> list[str]:
    """What the comparison says, in order: how many match, what moved, what did not, what else could be, how sure."""
    found = [_matching(history), *_moved(history), *_silent(history), *_by_the_talks(history), *_against(history)]
    return [*found, *_private(history), *_held_out(history), *_tolerance(history), *_shared(history), *limits(history)]


def limits(history: History) -> list[str]:
    """What this comparison can never say."""
    war = history.record is not None and history.record.later is not None
    return [LIMITS[0], *[OF_A_WAR] * war, *LIMITS[1:]]


def _matching(history: History) -> str:
    matched, steps = history.matched, history.tolerance
    near = "exactly" if not steps else f"within {counted(steps, 'step')}"
    what = (
        "the talks"
        if history.talks_only or not (history.record and history.record.later)
        else "the talks and what followed"
    )
    return (
        f"{matched.matching.sum():,} of {matched.runs.sum():,} runs ({100 * matched.acceptance:.1f} %) come to {what} {near}; "
        f"effective sample size {matched.size:,.0f}."
    )


def _moved(history: History) -> list[str]:
    if not history.moved:
        return []
    names = in_words([f"“{one.title}” ({one.way}, {one.shift.distance:.2f})" for one in history.moved[:8]])
    more = len(history.moved) - 8
    return [
        f"The record says something about {counted(len(history.moved), 'parameter')} of {len(history.parameters)}: {names}"
        f"{f', and {more} more' if more > 0 else ''}. The figure is the largest share of weight that moved past any value."
    ]


def _silent(history: History) -> list[str]:
    untold = [one for one in history.parameters if history.verdict(one) == UNTOLD]
    found: list[str] = []
    if history.unmoved:
        largest = max(one.shift.distance for one in history.unmoved)
        found.append(
            f"About {len(history.unmoved)} it says almost nothing: no shift above {largest:.2f}; with so many matching runs "
            f"shifts from {history.visible:.2f} on would be seen."
        )
    if untold:
        found.append(
            f"For {len(untold)} matching runs are too few to tell: only shifts from {history.visible:.2f} on would be seen."
        )
    return found


def _by_the_talks(history: History) -> list[str]:
    if history.talks_only or not (history.record and history.record.later):
        return []
    alone = [one for one in history.moved if one.talks < LEAST]
    if not alone:
        return []
    names = in_words([f"“{one.title}”" for one in alone])
    stay = "it stays" if len(alone) == 1 else "they stay"
    return [f"Of these, {names} moved by what followed: where the talks alone are matched, {stay}."]


def _against(history: History) -> list[str]:
    found = [one for one in history.moved if one.against == one.against][:3]
    if not found:
        return []
    shares = in_words([f"{whole(one.against)} % for “{one.title}”" for one in found])
    return [
        f"Other explanations remain: of the matching runs this many lie on the other side of the prior’s median: {shares}."
    ]


def _private(history: History) -> list[str]:
    shares = history.matching.type_shares
    scenario = history.evidence.scenario
    if len(shares) < 2 or scenario.challenger is None:
        return []
    types = scenario.parties[scenario.challenger].types
    name, (before, after) = max(shares.items(), key=lambda one: one[1][1][0] - one[1][0])
    return [
        f"“{types[name].title}” was the private type in {_interval(after)} of the matching runs, and in {whole(before)} % of all."
    ]


def _held_out(history: History) -> list[str]:
    """What runs that match the rest of the record say about a line that they were not matched on."""
    record = history.record
    found: list[str] = []
    later = next((one for one in history.matching.held_out if record and one.line is record.later), None)
    if later is not None and later.after[0] == later.after[0]:
        odds = history.odds
        words = f", to set beside the {whole(odds[0])} to {whole(odds[1])} % that forecasters gave" if odds else ""
        followed = bool(later.line.value)
        shares = later.after if followed else (1 - later.after[0], 1 - later.after[2], 1 - later.after[1])
        before = later.before if followed else 1 - later.before
        found.append(
            f"Matched on the talks alone, escalation followed in {_interval(shares)} of runs ({whole(before)} % of all){words}."
        )
    open_lines = [one for one in history.matching.held_out if one.line.part == "venue" and one.after[0] < 0.995]
    if open_lines:
        names = in_words([f"{one.line.title} in {_interval(one.after)}" for one in open_lines])
        found.append(f"Each held out in turn, venues end as they did where all else matches: {names}.")
    return found


def _shared(history: History) -> list[str]:
    evidence = history.evidence
    if not evidence.paired or history.matching.exhaustive or evidence.points == 1:
        return []
    return [
        f"All points share the same {counted(evidence.replications, 'draw')} of chance: shares of types and of what followed "
        "are those of these draws, and their intervals are too narrow by what other draws would give."
    ]


def _tolerance(history: History) -> list[str]:
    if not history.moved:
        return []
    parts = [
        f"{counted(row.tolerance, 'step')}: {100 * row.acceptance:.0f} % match, "
        f"{row.moved_the_same_way} of {row.moved} shifts are there"
        for row in history.tolerances().itertuples()
    ]
    return [f"By tolerance: {'; '.join(parts)}."]


def _interval(share: tuple[float, float, float]) -> str:
    return f"{whole(share[0])} % ({whole(share[1])}–{whole(share[2])})"


def _chart(history: History) -> Chart:
    shown, matched = chosen(history), history.matched
    near = "matching it exactly" if not history.tolerance else f"within {counted(history.tolerance, 'step')} of it"
    both = not history.talks_only and history.record is not None and history.record.later is not None
    lines = "dashed: before; thin: after the talks alone; filled: after the talks and what followed" if both else (
        "dashed: before; filled: after"
    )  # fmt: skip
    return Chart(
        key=KEY,
        title=title(history),
        subtitle=f"How likely each value is; {lines}. {matched.runs.sum():,} runs, {matched.matching.sum():,} {near}.",
        footer=(
            f"Shown: parameters that moved most, and some that did not; {len(history.parameters)} varied. "
            f"Bar: central 95 % after. Moved: a shift of at least {LEAST:.2f} by Kolmogorov and Smirnov’s test, for all "
            "parameters together wrong in at most 5 % of cases (Holm). One history is one observation: read as "
            "“consistent with”, not “caused by”."
        ),
        draw=lambda theme, narrow: drawn(history, shown, theme, narrow),
        head=("Parameter", "Mark", "Before", "After", "95 % after", "Shift", "History"),
        rows=tuple(_row(history, one) for one in shown),
    )  # fmt: skip


def _row(history: History, one: Parameter) -> tuple[str, ...]:
    sign = SIGNS.get(one.mark, "")
    if one.labels:
        cells = (one.figures["before"], one.figures["after"], "–")
    else:
        given = one.figures
        cells = (
            f"{sign}{given['prior_mean']:.3g}", f"{given['posterior_mean']:.3g}",
            f"{given['posterior_low']:.3g} to {given['posterior_high']:.3g}",
        )  # fmt: skip
    return (one.title, one.mark or "no mark", *cells, f"{one.shift.distance:.2f}", history.verdict(one))
