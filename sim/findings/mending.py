"""What would have made a deal of one run, as a finding: changes, what they do to this run, and what to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.figures.chart import Chart, Panel, counted, fitting, opened
from sim.findings.dumbbells import CIRCLE, DIAMOND, SQUARE, Dumbbell, dumbbells
from sim.findings.finding import Finding
from sim.findings.jury import Mending
from sim.findings.whatif import Answer
from sim.findings.whatif_words import (
    change_words,
    draw_words,
    effect_words,
    outcome_words,
    percent,
    size_words,
    tried_words,
    verdict,
)

if TYPE_CHECKING:
    import pandas as pd

QUESTION = "What would have made a deal of this run?"
LIMITS = (
    "A counterfactual of the model, not of history. Each change was played again through the Mesa model; shares are of other "
    "runs of the same seed, intervals 95 % (Tango) of the paired difference."
)


def mending(answer: Answer) -> Finding:
    """The changes that make a deal of a run, those that help other runs too first."""
    s = answer.stage.scenario
    shown = [*answer.robust, *answer.lucky, *answer.other]
    if not shown:
        tried = tried_words(answer)
        return Finding("mending", QUESTION, nothing=f"{verdict(answer)}. {tried}".strip())
    marks = [
        Dumbbell(_label(answer, one), 100 * one.before, 100 * one.after, _ends(one), _SYMBOLS[kind_of(one)])
        for one in shown
    ]
    best = shown[0]
    title = fitting(
        verdict(answer),
        f"{opened(change_words(s, best))} makes {outcome_words(s, best.outcome)} of it",
        f"{counted(len(best.moves), 'changed assumption')} would have made {outcome_words(s, best.outcome)} of this run",
    )
    chart = Chart(
        key="mending",
        title=title,
        subtitle=f"Share of {answer.others:,} other runs that end in {answer.want.words}: as assumed hollow, changed full.",
        footer=f"{tried_words(answer)} {LIMITS}",
        draw=lambda theme, narrow: [
            Panel(None, dumbbells(marks, theme, narrow=narrow, change="change, points", of="% of other runs", single=True))
        ],
        legend=(
            ("hollow", "as assumed"), ("full", "with the change"), ("circle", "helps other runs too"),
            ("square", "helps this run by chance"), ("diamond", "another private draw"),
        ),
        head=("Change", "Size", "This run", "Other runs", "Without", "Difference", "95 % interval"),
        rows=tuple(_row(answer, one) for one in shown),
    )  # fmt: skip
    told = tuple(f"With {change_words(s, one)}. {draw_words(answer, one)} {effect_words(answer, one)}" for one in shown)
    return Finding("mending", QUESTION, chart, frame_of(answer), tuple(" ".join(one.split()) for one in told))


_SYMBOLS = {"robust": CIRCLE, "chance": SQUARE, "another_draw": DIAMOND}


def _label(answer: Answer, one: Mending) -> str:
    """A change in as few words as tell it, after what keeps it apart."""
    s = answer.stage.scenario
    text = change_words(s, one).removeprefix("the ")
    kind = kind_of(one)
    if kind == "another_draw":
        return f"A different {s.parties[s.challenger or ''].name}: {text}"
    return f"By chance: {text}" if kind == "chance" else opened(text)


def _ends(one: Mending) -> tuple[float, float, float]:
    found = one.difference
    return 100 * found.value, 100 * (found.low or 0.0), 100 * (found.high or 0.0)


def _row(answer: Answer, one: Mending) -> tuple[str, ...]:
    value, low, high = _ends(one)
    return (
        opened(change_words(answer.stage.scenario, one)), size_words(one),
        outcome_words(answer.stage.scenario, one.outcome), f"{percent(one.after)} %", f"{percent(one.before)} %",
        f"{value:+.1f}".replace("-", "−"), f"{low:+.1f} to {high:+.1f}".replace("-", "−"),
    )  # fmt: skip


def kind_of(one: Mending) -> str:
    """How a change is to be read: robust, chance or another_draw."""
    return "another_draw" if not one.same_draw else "robust" if one.robust else "chance"


def frame_of(answer: Answer) -> pd.DataFrame:
    """Every change shown at full precision."""
    import pandas as pd

    rows = [
        {
            "kind": kind_of(one), "changes": " ".join(answer.stage.changes(one.moves)), "distance": one.distance,
            "exact_distance": one.exact, "outcome": one.outcome, "type": one.kind, "payoff": one.payoff,
            "share_without": one.before, "share_with": one.after, "difference": one.difference.value,
            "low": one.difference.low, "high": one.difference.high, "other_runs": answer.others,
        }
        for one in (*answer.robust, *answer.lucky, *answer.other)
    ]  # fmt: skip
    return pd.DataFrame(rows)
