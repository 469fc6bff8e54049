"""Where each issue ends: the status quo, or so many steps toward the challenger's demand or away from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.figures.chart import Chart, Panel, fitting, in_words, number
from sim.findings.bars import Band, Bar
from sim.findings.bars_drawn import stacked
from sim.findings.evidence import Evidence
from sim.findings.finding import Finding
from sim.findings.intervals import shares, spoken_of
from sim.findings.levels import column
from sim.look import tokens
from sim.narrate import issue_name

if TYPE_CHECKING:
    import pandas as pd

KEY, QUESTION = "final_options", "Which issues move, how far and which way?"
FARTHEST = 3
"""Steps that are told apart; more count with these."""


@dataclass(frozen=True)
class Issue:
    """An issue of a study.

    Attributes
    ----------
    id, name, told
        Its id, its name, and that inside a sentence.
    quo, fixed
        SQL of its status quo; the option itself, None where a factor moves it.
    labels
        Of its options.
    """

    id: str
    name: str
    told: str
    quo: str
    fixed: int | None
    labels: tuple[str, ...]


def issues_of(evidence: Evidence) -> list[Issue]:
    """The issues whose final option the rows hold."""
    varied = {factor.path: factor for factor in evidence.factors}
    found: list[Issue] = []
    for name in evidence.scenario.active:
        if f"final_{name}" in evidence.columns:
            issue, factor = evidence.scenario.issues[name], varied.get(f"issues.{name}.status_quo")
            given = int(issue.status_quo.value)
            labels = tuple(option.label for option in issue.options)
            quo = column(factor) if factor else str(given)
            found.append(
                Issue(name, issue.short, issue_name(evidence.scenario, name), quo, None if factor else given, labels)
            )
    return found


def final_options(evidence: Evidence) -> Finding:
    """Final options of every issue, those that leave the status quo most often first."""
    if not evidence.counts[0]:
        return Finding(KEY, QUESTION, nothing="No run was played to its end, so no issue has a final option.")
    issues = issues_of(evidence)
    frame = _frame(evidence, issues)
    if not frame["moved"].any():
        return Finding(KEY, QUESTION, nothing="No issue left the status quo in any run.")
    order = sorted(issues, key=lambda issue: -float(_of(frame, issue)["moved"].iloc[0]))
    bands, bars = _bands(evidence), [_bar(frame, issue) for issue in order]
    chart = Chart(
        key=KEY,
        title=_title(frame, order),
        subtitle=f"Where each issue ends after consent, % of runs, the issue that moves most often first. {evidence.story}.",
        footer=_footer(evidence, order),
        draw=lambda theme, narrow: [Panel(None, stacked(bands, bars, theme, narrow, ends=78))],
        head=("Issue and option", "Runs", "% of runs (interval)"),
        rows=tuple(
            (f"{row.issue}: {row.option}{' (status quo)' if row.steps == 0 else ''}", f"{row.count:,}",
             f"{100 * row.share:.1f} ({100 * row.low:.1f}–{100 * row.high:.1f})")
            for issue in order
            for row in _of(frame, issue).itertuples()
        ),
    )  # fmt: skip
    return Finding(KEY, QUESTION, chart, frame)


def _frame(evidence: Evidence, issues: list[Issue]) -> pd.DataFrame:
    """A line for every issue and every distance from its status quo that came about."""
    import pandas as pd

    steps = {
        (issue, step): f"final_{issue.id} - {issue.quo} = {step}"
        for issue in issues
        for step in range(1 - len(issue.labels), len(issue.labels))
        if issue.fixed is None or 0 <= issue.fixed + step < len(issue.labels)
    }
    moved = {f"moved {issue.id}": f"final_{issue.id} != {issue.quo}" for issue in issues}
    found = shares(evidence, {str(at): sql for at, sql in enumerate(steps.values())} | moved).set_index("event")
    lines: list[dict[str, Any]] = []
    for at, (issue, step) in enumerate(steps):
        row, off = found.loc[str(at)], found.loc[f"moved {issue.id}"]
        if row["count"] or step == 0:
            lines.append(
                {
                    "issue_id": issue.id, "issue": issue.name, "steps": step, "option": _option(evidence, issue, step),
                    "runs": int(row["runs"]), "count": int(row["count"]), "share": row["share"],
                    "low": row["low"], "high": row["high"],
                    "moved": off["share"], "moved_low": off["low"], "moved_high": off["high"],
                }
            )  # fmt: skip
    return pd.DataFrame(lines)


def _option(evidence: Evidence, issue: Issue, step: int) -> str:
    if issue.fixed is not None:
        return issue.labels[issue.fixed + step]
    if step == 0:
        return "as it stood"
    side = "toward" if step < 0 else "away from"
    return f"{number(abs(step))} step{'s' if abs(step) > 1 else ''} {side} option 0"


def _of(frame: pd.DataFrame, issue: Issue) -> pd.DataFrame:
    return frame[frame["issue_id"] == issue.id]


def _bands(evidence: Evidence) -> list[Band]:
    """Status quo, steps toward option 0, steps away from it (hatched): the look's diverging scale."""
    scale, dark, light, pale = tokens()["scale"]["diverging"], "#1A2127", "#FFFFFF", "#F6DDBB"
    challenger = evidence.scenario.challenger
    demand = f"{evidence.looks[challenger].name}’s demand" if challenger else "the first option"
    toward, away = (scale[2], scale[1], scale[0]), (scale[4], scale[5], scale[6])
    return [
        Band("status quo", scale[3], dark),
        *(
            Band(f"1 step toward {demand}" if at == 0 else f"{at + 1} steps{'+' if at == 2 else ''}", fill, light if at else dark)
            for at, fill in enumerate(toward)
        ),
        *(
            Band(f"{at + 1} step{'s' if at else ''}{'+' if at == 2 else ''} away", fill, light if at == 2 else dark, "/", pale)
            for at, fill in enumerate(away)
        ),
    ]  # fmt: skip


def _bar(frame: pd.DataFrame, issue: Issue) -> Bar:
    rows = _of(frame, issue)
    places: list[list[Any]] = [[] for _ in range(1 + 2 * FARTHEST)]
    for row in rows.itertuples():
        far = min(abs(row.steps), FARTHEST)
        places[0 if row.steps == 0 else far if row.steps < 0 else FARTHEST + far].append(row)
    words = ["status quo" if at == 0 else _numbers(issue, found) for at, found in enumerate(places)]
    line = rows.iloc[0]
    return Bar(
        issue.name,
        tuple(sum(float(row.share) for row in found) for found in places),
        tuple(words),
        bracket=(1 - line["moved_high"], 1 - line["moved_low"]) if line["moved"] else None,
        end=_moved(line["moved"]),
    )


def _numbers(issue: Issue, found: list[Any]) -> str:
    """Which options a part stands for: "2", "0–1"."""
    if issue.fixed is None or not found:
        return ""
    options = sorted(issue.fixed + row.steps for row in found)
    return str(options[0]) if len(options) == 1 else f"{options[0]}–{options[-1]}"


def _moved(share: float) -> str:
    return "never" if share == 0 else f"{100 * share:.0f} % moved" if share >= 0.005 else "< 1 % moved"


def _title(frame: pd.DataFrame, order: list[Issue]) -> str:
    """Which issue moves most often, and which never do."""
    share = {issue: float(_of(frame, issue)["moved"].iloc[0]) for issue in order}
    first, still = order[0], [issue.told for issue in order if share[issue] == 0]
    rest = [issue for issue in order[1:] if share[issue] > 0]
    lead = f"{first.told} moves in {100 * share[first]:.0f} % of runs"
    if share[first] < 0.005:
        lead = f"{first.told} moves most often, in under 1 % of runs"
    if still:
        never = "no run moves " + in_words(still).replace(" and ", " or ")
        return fitting(
            f"{lead}; {never}", f"{lead}; {number(len(still))} of {number(len(order))} issues never move", lead
        )
    if not rest:
        return fitting(lead)
    last = rest[-1]
    least = f"{100 * share[last]:.0f} %" if share[last] >= 0.005 else "under 1 %"
    return fitting(f"{lead}, {last.told} in {least}", lead)


def _footer(evidence: Evidence, order: list[Issue]) -> str:
    zero = ""
    if all(issue.fixed is not None for issue in order):
        zero = "Number in a bar: the option, 0 being the first"
        if evidence.scenario.challenger:
            zero = f"Number in a bar: the option, 0 being {evidence.looks[evidence.scenario.challenger].name}’s full demand"
        zero += ". "
    return f"{zero}├┤ interval of the share that moved. {spoken_of(evidence)} Wordings stand in the table."
