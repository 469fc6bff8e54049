"""Pages of one change: two studies compared, and what would have made a deal of one run; files that need no network."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

from sim.figures.chart import opened
from sim.findings.cases import Case
from sim.findings.comparison import comparison, paired_words
from sim.findings.differences import Compared
from sim.findings.finding import Finding
from sim.findings.jury import Mending
from sim.findings.mending import mending
from sim.findings.transitions import differing, transitions
from sim.findings.whatif import Answer
from sim.findings.whatif_words import (
    change_words,
    draw_words,
    effect_words,
    outcome_words,
    percent,
    size_words,
    tried_words,
)
from sim.findings.whatif_words import verdict as verdict_of
from sim.look import party_looks
from sim.report.sheet import filled
from sim.report.study import played_by

Commands = list[tuple[str, str]]
"""Words, and what a reader types."""


def comparison_page(compared: Compared, again: Sequence[str]) -> str:
    """What differs between two studies and what that changes, as HTML.

    Parameters
    ----------
    compared
        The two.
    again
        Words that make the page once more.
    """
    pairs = compared.pairs
    found = [comparison(compared), transitions(compared)]
    facts = [
        ("A", _named(pairs.a)),
        ("B", _named(pairs.b)),
        ("Differs", "; ".join(line.strip().removeprefix("Differs: ") for line in differing(compared))),
        ("Paired", paired_words(compared)),
    ]
    figures = ["detente", "compare", str(pairs.a.study.folder), str(pairs.b.study.folder), "--csv"]
    commands = [
        *played_by(pairs.a, "Play A:"), *played_by(pairs.b, "Play B:"),
        ("Print every figure:", shlex.join(figures)),
        ("Make this page:", shlex.join(again)),
    ]  # fmt: skip
    chart = found[0].chart
    content = {
        "scenario": pairs.scenarios[0], "question": found[0].question, "headline": chart.title if chart else "",
        "facts": facts, "all": found, "groups": [], "how": [], "commands": commands,
    }  # fmt: skip
    return _filled(content, pairs.scenarios[0], found)


def _named(evidence: Any) -> str:
    state = evidence.study.state
    words = f"{evidence.study.folder} ({evidence.study.manifest['hash'][:8]}), {evidence.story}"
    return words if state == "complete" else f"{words}; it is {state}: these are the rows it has so far"


def whatif_page(answer: Answer, case: Case, again: Sequence[str]) -> str:
    """What would have made a deal of one run, as HTML.

    Parameters
    ----------
    answer, case
        The search and the run that it is about.
    again
        Words that make the page once more.
    """
    found = [mending(answer)]
    ended = f"{opened(outcome_words(case.scenario, answer.outcome))}"
    facts = [("Run", case.label), ("It ended in", ended)]
    if answer.kind:
        facts.append(("Private type in it", f"{answer.kind}; force was worth {100 * answer.payoff:.0f} points to it"))
    facts.append(("Asked for", f"{opened(answer.want.words)}"))
    if not answer.agreed:
        share = percent(answer.share / answer.others)
        facts.append(("Other runs", f"{share} % of {answer.others:,} of seed {case.seed} end so, as assumed"))
    how = [tried_words(answer), _SIZE, _JUDGED] if not answer.agreed else []
    commands = [("Play the run as it was:", shlex.join(case.command)), ("Make this page:", shlex.join(again))]
    content = {
        "scenario": case.scenario, "question": found[0].question, "headline": verdict_of(answer), "facts": facts,
        "all": found, "groups": _groups(answer, case), "how": how, "commands": commands,
    }  # fmt: skip
    return _filled(content, case.scenario, found)


_SIZE = (
    "Size is a share of an assumption’s documented range: a small change is not a likely one, nor one that anybody could "
    "have made."
)
_JUDGED = (
    "The search saw this run only; every change was then judged on other runs of the seed, and every change shown was played "
    "again through the Mesa model. A counterfactual of the model, not of history."
)


def _groups(answer: Answer, case: Case) -> list[dict[str, Any]]:
    """The three kinds of changes with their words and commands."""
    s = case.scenario
    name = s.parties[s.challenger].name if s.challenger else ""
    kinds = (
        ("Changes that help other runs too, the smallest first", "", answer.robust),
        (
            "Changes that only send this run another way",
            "At this size they make no clear difference elsewhere: this run stood on an edge, or went another way by chance.",
            answer.lucky,
        ),
        (
            f"Changes that put a different {name} at the table",
            f"They alter {name}’s private type or payoff in this run: another run, not the same one under another assumption.",
            answer.other,
        ),
    )
    return [
        {
            "title": title + (f" ({len(shown)} of {count})" if count > len(shown) else ""),
            "note": note,
            "changes": [_told(answer, case, one) for one in shown],
        }
        for (title, note, shown), count in zip(kinds, answer.found)
        if shown
    ]


def _told(answer: Answer, case: Case, one: Mending) -> dict[str, str]:
    sets = [word for change in answer.stage.changes(one.moves) for word in ("--set", change)]
    effect = f"{draw_words(answer, one)} {effect_words(answer, one)}".strip()
    return {
        "words": f"{opened(change_words(case.scenario, one))}. Size {size_words(one)}.",
        "effect": effect,
        "command": shlex.join([*case.command, *sets]),
    }


def _filled(content: dict[str, Any], scenario: Any, found: Sequence[Finding]) -> str:
    looks = party_looks({name: (party.name, party.code) for name, party in scenario.parties.items()})
    return filled("change.html.j2", content, looks, [one.chart for one in found if one.chart is not None])
