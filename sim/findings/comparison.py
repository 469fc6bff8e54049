"""What one change does: a study beside its twin, run by run, with the intervals of the paired differences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.figures.chart import Chart, Panel, counted, fitting, in_words
from sim.findings.differences import CHANCE, CLASS, ESCALATED, SHARES, Compared, Difference
from sim.findings.dumbbells import CIRCLE, HEXAGON, Dumbbell, dumbbells
from sim.findings.finding import Finding
from sim.findings.paired import Interval
from sim.findings.whatif_words import instead_words, value_words, words_of

if TYPE_CHECKING:
    import pandas as pd

MUCH_MORE = 3.0
"""A title is about a class instead of about agreement where its share changes so many times as much: one kind for another."""


def comparison(compared: Compared) -> Finding:
    """Shares of classes, agreement and escalation in A and B, with the intervals of their differences."""
    shown = [one for one in compared.differences if one.kind in SHARES]
    marks = [
        Dumbbell(
            one.label,
            100 * one.a,
            100 * one.b,
            _ends(one.change),
            HEXAGON if one.kind in (ESCALATED, CHANCE) else CIRCLE,
        )
        for one in shown
    ]
    footer = (
        f"{paired_words(compared)} Bars: 95 % intervals of the paired difference (shares: Tango’s score interval; "
        "means and runs that share draws: Student’s t over run indices). "
        "Escalation stands beside the class. All of it is conditional on the coded scenario."
    )
    chart = Chart(
        key="comparison",
        title=title(compared),
        subtitle=f"{change_told(compared)} Share of runs, %: A hollow, B full; and B less A, percentage points.",
        footer=footer,
        draw=lambda theme, narrow: [
            Panel(None, dumbbells(marks, theme, narrow=narrow, change="B less A, points", of="% of runs"))
        ],
        legend=(("hollow", "A"), ("full", "B")),
        head=("", "A", "B", "B less A", "95 % interval", "Runs that differ"),
        rows=tuple(row_of(one) for one in compared.differences),
    )
    return Finding("comparison", "What does the change do?", chart, frame_of(compared), tuple(sentences(compared)))


def change_told(compared: Compared) -> str:
    """What B has otherwise than A, as a sentence."""
    places = [str(one) for one in compared.pairs.differing]
    if not places:
        return "A and B played the same scenario."
    more = f" and {counted(len(places) - 1, 'more change')}" if len(places) > 1 else ""
    return f"{places[0]}{more}."


def _ends(change: Interval) -> tuple[float, float, float] | None:
    if change.low is None or change.high is None:
        return None
    return 100 * change.value, 100 * change.low, 100 * change.high


def frame_of(compared: Compared) -> pd.DataFrame:
    """Every measure at full precision."""
    import pandas as pd

    rows = [
        {
            "measure": one.key, "a": one.a, "b": one.b, "difference": one.change.value, "low": one.change.low,
            "high": one.change.high, "runs_that_differ": one.changed, "pairs": compared.runs,
        }
        for one in compared.differences
    ]  # fmt: skip
    return pd.DataFrame(rows)


def row_of(one: Difference) -> tuple[str, ...]:
    """A measure as a row of a table."""
    digits = 2 if one.kind in ("offers", "rounds") else 1
    ends = "–"
    if one.change.low is not None and one.change.high is not None:
        ends = f"{plus(one.change.low * one.scale, digits)} to {plus(one.change.high * one.scale, digits)}"
    level = " %" if one.kind in SHARES else ""
    label = f"{one.label}, points" if one.kind == "gain" else one.label
    a, b = (f"{number(share * one.scale, digits)}{level}" for share in (one.a, one.b))
    return label, a, b, plus(one.change.value * one.scale, digits), ends, f"{one.changed:,}"


def number(figure: float, digits: int) -> str:
    """A figure with a true minus sign, never "−0.0"."""
    text = f"{figure:.{digits}f}"
    return text.replace("-", "−") if float(text) else f"{0:.{digits}f}"


def plus(figure: float, digits: int) -> str:
    """A difference with its sign; a difference of exactly 0 is "0"."""
    if figure == 0:
        return "0"
    text = number(figure, digits)
    return f"+{text}" if figure > 0 and not text.startswith("−") and float(text) else text


def title(compared: Compared) -> str:
    """What was changed, and what that does to agreement and to escalation, in one sentence."""
    if compared.same:
        return "Nothing changed: every run of B is its twin in A"
    agreed, largest = compared.of("agreed"), _largest_class(compared)
    what = "agreements" if compared.pairs.scenarios[0].challenger else "understandings"
    if largest is not None and abs(largest.change.value) > MUCH_MORE * abs(agreed.change.value):
        text = _moved(f"“{largest.label.lower()}”", largest, "s")
    elif agreed.change.clear:
        text = _moved(what, agreed)
    else:
        a, b = percent(agreed.a), percent(agreed.b)
        text = f"the share of {what} does not clearly change ({f'{a} and {b}' if a != b else a} %)"
    change, short = _change(compared)
    if not compared.pairs.scenarios[0].challenger:
        return fitting(f"with {change}, {text}", f"with {short}, {text}", text)
    chance = compared.of("escalation_chance")
    tail = "the chance of escalation "
    if chance.change.clear:
        tail += f"{'rises' if chance.change.value > 0 else 'falls'} by {points(abs(chance.change.value))} points"
    else:
        tail += "does not clearly change"
    told = [f"with {words}, {end}" for end in (f"{text}; {tail}", text) for words in (change, short)]
    return fitting(*told, f"{text}; {tail}", text)


def _largest_class(compared: Compared) -> Difference | None:
    """The class whose share changes most, among those that clearly change."""
    clear = [one for one in compared.differences if one.kind == CLASS and one.change.clear]
    return max(clear, key=lambda one: abs(one.change.value), default=None)


def _moved(what: str, one: Difference, ending: str = "") -> str:
    """A share that clearly changes, in words; ``ending`` is that of a verb of one."""
    a, b = percent(one.a), percent(one.b)
    if a == b:  # a clear change that whole per cents would hide
        a, b = f"{100 * one.a:.1f}", f"{100 * one.b:.1f}"
    verb = way(one) + ending
    return f"{what} {verb} from {a} to {b} % of runs" if a != b else f"{what} {verb} by less than 0.1 points"


def _change(compared: Compared) -> tuple[str, str]:
    """What B has otherwise than A, in words: beside what it has instead of, and alone."""
    scenario, places = compared.pairs.scenarios[1], compared.pairs.differing
    if len(places) != 1:
        many = f"{counted(len(places), 'figure')} changed" if places else "the same scenario"
        return many, many
    one = places[0]
    if not all(isinstance(value, (bool, int, float)) for value in (one.a, one.b)):
        words = f"{words_of(scenario, one.path)} changed"
        return words, words
    joint = "" if isinstance(one.a, bool) else "at "
    alone = f"{words_of(scenario, one.path)} {joint}{value_words(scenario, one.path, one.b)}"
    return instead_words(scenario, one.path, one.b, one.a), alone


def way(one: Difference) -> str:
    """Up or down, as a verb of what is many."""
    return "rise" if one.change.value > 0 else "fall"


def percent(share: float) -> str:
    """A share as per cent, one digit where it is small."""
    return f"{100 * share:.0f}" if share >= 0.095 or share == 0 else f"{100 * share:.1f}"


def points(share: float) -> str:
    """A share as points of a hundred: whole, or with one digit below 2."""
    hundred = 100 * share
    return f"{hundred:.0f}" if hundred >= 2 else f"{hundred:.1f}" if hundred >= 0.05 else "less than 0.1"


def paired_words(compared: Compared) -> str:
    """Which runs were paired, as a sentence."""
    counts, pairs = compared.pairs.counts, compared.pairs
    text = f"{counts['pairs']:,} pairs of runs with the same draws"
    if pairs.a.points > 1:
        text += f" at {pairs.a.points:,} points"
    rest: list[str] = []
    if counts["failed"]:
        rest.append(f"{counts['failed']:,} pairs with a failed run")
    if counts["alone_a"] or counts["alone_b"]:
        rest.append(f"{counts['alone_a'] + counts['alone_b']:,} runs without a twin")
    return text + (f"; {in_words(rest)} left out." if rest else ".")


def sentences(compared: Compared) -> list[str]:
    """How many runs changed, where they went, and what makes the pairing less than it seems."""
    n, pairs = compared.runs, compared.pairs
    if compared.same:
        found = [f"All {n:,} runs of B are those of A: the same classes, packages, rounds and offers."]
    else:
        found = [
            f"{compared.moved:,} of {n:,} runs went another way; {compared.other_class:,} of them ended in another class."
        ]
        named = dict(compared.classes)
        most = sorted(
            ((count, pair) for pair, count in compared.transitions.items() if pair[0] != pair[1] and count),
            key=lambda one: -one[0],
        )[:2]
        if most:
            ways = [f"from {named[a].lower()} to {named[b].lower()} ({count:,})" for count, (a, b) in most]
            found.append(f"Most often a run went {in_words(ways)}.")
    if compared.other_type:
        whose = pairs.scenarios[0].parties[pairs.scenarios[0].challenger or ""].name
        found.append(
            f"In {counted(compared.other_type, 'pair')} {whose} is of another private type: the change decides which "
            f"{whose} comes to the talks, not only how the talks go."
        )
    if not pairs.shared:
        found.append(
            "Venues or rounds differ, so noise and patience meet other numbers: types, payoffs, lines and the last number of "
            "a run are shared, the rest of chance is not."
        )
    if pairs.versions:
        found.append(
            f"The two were made by different versions ({'; '.join(pairs.versions)}): part of this may be theirs."
        )
    return found
