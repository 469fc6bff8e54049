"""What one change does: a study beside its twin, run by run, with the intervals of the paired differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.figures.chart import Chart, Panel, counted, fitting, in_words, opened
from sim.findings.dumbbells import CIRCLE, HEXAGON, Dumbbell, dumbbells
from sim.findings.finding import Finding
from sim.findings.paired import Interval, Moments, clustered_share, mean_difference, share_difference
from sim.findings.twins import Pairs
from sim.look import outcome_looks

if TYPE_CHECKING:
    import pandas as pd

CLASS, AGREED, ESCALATED, CHANCE = "class", "agreed", "escalated", "chance"
SHARES = (CLASS, AGREED, ESCALATED, CHANCE)
"""Kinds of measures that are shown as per cent."""

HELD = {"gain": 100.0, "offers": 1.0, "rounds": 1.0}
"""Kinds of measures that are means, and what a unit of the rows is in the unit shown."""


@dataclass(frozen=True)
class Difference:
    """One measure in A and in B.

    Attributes
    ----------
    key, kind
        Its name in tables; class, agreed, escalated, chance, gain, offers or rounds.
    label
        For people.
    a, b
        Its mean over the pairs.
    change
        B less A, with its interval.
    changed
        Pairs in which it differs.
    """

    key: str
    kind: str
    label: str
    a: float
    b: float
    change: Interval
    changed: int

    @property
    def unit(self) -> str:
        """What the figures count when shown."""
        return {"gain": "points", "offers": "offers", "rounds": "rounds"}.get(self.kind, "per cent of runs")

    @property
    def scale(self) -> float:
        """What a unit of the rows is in the unit shown."""
        return HELD.get(self.kind, 100.0)


@dataclass(frozen=True)
class Compared:
    """Two studies compared.

    Attributes
    ----------
    pairs
        Whose.
    differences
        Measure by measure.
    transitions
        (class in A, class in B) -> pairs; zero where none.
    classes
        Keys and names of the outcome classes in order.
    moved
        Pairs whose course differs: another class, final package, result, number of rounds or offers, or who left.
    other_class, other_type
        Pairs of another class; of another private type (4.1).
    """

    pairs: Pairs
    differences: tuple[Difference, ...]
    transitions: dict[tuple[str, str], int]
    classes: tuple[tuple[str, str], ...]
    moved: int
    other_class: int
    other_type: int

    @property
    def runs(self) -> int:
        """Pairs that both were played."""
        return self.pairs.counts["pairs"]

    @property
    def same(self) -> bool:
        """Whether not one run went another way and no figure differs."""
        return not self.moved and not any(one.changed for one in self.differences)

    def of(self, key: str) -> Difference:
        """One measure."""
        return next(one for one in self.differences if one.key == key)


def compare(pairs: Pairs) -> Compared:
    """Take every measure of two studies over their pairs."""
    scenario = pairs.scenarios[0]
    looks = outcome_looks()
    classes = tuple((name, looks[name]["name"] if name in looks else _own(scenario, name)) for name in pairs.a.outcomes)
    wanted: list[tuple[str, str, str, str]] = [
        (f"class_{name}", CLASS, words, f"(x.outcome = '{name}')::INT") for name, words in classes
    ]
    wanted.append(("agreed", AGREED, _agreed_words(scenario), f"({_of_x(pairs)})::INT"))
    if scenario.challenger:
        wanted.append(("escalated", ESCALATED, "Escalation followed", "x.escalated::INT"))
        wanted.append(("escalation_chance", CHANCE, "Chance of escalation", "x.escalation_chance"))
    wanted += [(f"gain_{p}", "gain", f"Gain of {given.name}", f"x.gain_{p}") for p, given in scenario.parties.items()]
    for kind in ("offers", "rounds"):
        wanted += [
            (f"{kind}_{v}", kind, f"{opened(kind)} in {scenario.venues[v].title}", f"x.{kind}_{v}")
            for v in scenario.calendar
        ]
    transitions, moved, other_type = _counted(pairs)
    other = sum(count for (a, b), count in transitions.items() if a != b)
    return Compared(pairs, _measured(pairs, wanted), transitions, classes, moved, other, other_type)


def _own(scenario: Any, name: str) -> str:
    return scenario.outcomes.classes[name].title if name in scenario.outcomes.classes else "Other"


def _agreed_words(scenario: Any) -> str:
    return "Limited measures or more" if scenario.challenger else "Understanding reached"


def _of_x(pairs: Pairs) -> str:
    """Whether a run ended in an agreement, of the side that x stands for."""
    return pairs.a.agreed.replace("outcome IN", "x.outcome IN").replace("result_", "x.result_")


def _side(sql: str, side: str) -> str:
    return sql.replace("x.", f"{side}.")


_BOTH = "FROM rows a JOIN others b USING (point, index) WHERE a.status = 'played' AND b.status = 'played'"


def _measured(pairs: Pairs, wanted: Sequence[tuple[str, str, str, str]]) -> tuple[Difference, ...]:
    """Every measure's means, difference and interval in one pass; only the columns it needs are read."""
    held = "index" if pairs.clustered else "point, index"
    inner = ["count(*)::DOUBLE AS n"]
    for at, (*_, sql) in enumerate(wanted):
        first, second = f"({_side(sql, 'a')})::DOUBLE", f"({_side(sql, 'b')})::DOUBLE"
        inner += [
            f"fsum({first}) AS a{at}", f"fsum({second}) AS b{at}", f"fsum({second} - {first}) AS d{at}",
            f"fsum(({second} > {first})::INT) AS up{at}", f"fsum(({second} < {first})::INT) AS down{at}",
        ]  # fmt: skip
    outer = ["count(*) AS k", "fsum(n) AS n", "fsum(n * n) AS nn"]
    for at in range(len(wanted)):
        outer += [f"fsum({name}{at}) AS {name}{at}" for name in ("a", "b", "d", "up", "down")]
        outer += [f"fsum(d{at} * d{at}) AS dd{at}", f"fsum(d{at} * n) AS dn{at}"]
    (row,) = pairs.ask(f"SELECT {', '.join(outer)} FROM (SELECT {', '.join(inner)} {_BOTH} GROUP BY {held})").to_dict(
        "records"
    )
    found = []
    for at, (key, kind, label, _) in enumerate(wanted):
        n, up, down = int(row["n"]), int(row[f"up{at}"]), int(row[f"down{at}"])
        # Sums of parts that come in any order, so the last bits are left out: the same rows give the same figures.
        moments = Moments(n, int(row["k"]), *(steady(row[name]) for name in (f"d{at}", f"dd{at}", f"dn{at}", "nn")))
        if kind in (CLASS, AGREED, ESCALATED):
            change = clustered_share(moments, up + down) if pairs.clustered else share_difference(up, down, n)
        else:
            change = mean_difference(moments)
        if not up + down and not pairs.differing:
            # The same runs twice: there is nothing of which other draws could show more.
            change = Interval(0.0, 0.0, 0.0)
        found.append(
            Difference(key, kind, label, steady(row[f"a{at}"]) / n, steady(row[f"b{at}"]) / n, change, up + down)
        )
    return tuple(found)


def steady(total: Any) -> float:
    """A sum without its last bits, which depend on the order of its parts."""
    return float(f"{float(total):.13g}")


def _counted(pairs: Pairs) -> tuple[dict[tuple[str, str], int], int, int]:
    """Pairs by their two classes; pairs that went another way; pairs of another private type."""
    scenario = pairs.scenarios[0]
    names = ["outcome", *(f"final_{name}" for name in scenario.active)]
    names += [f"{kind}_{name}" for name in scenario.calendar for kind in ("result", "rounds", "offers", "walker")]
    unlike = " OR ".join(f"{_plain('a', name)} IS DISTINCT FROM {_plain('b', name)}" for name in names)
    kind = f"{_plain('a', 'type')} IS DISTINCT FROM {_plain('b', 'type')}" if scenario.challenger else "false"
    frame = pairs.ask(
        f"SELECT a.outcome::VARCHAR AS a, b.outcome::VARCHAR AS b, count(*) AS n, count(*) FILTER (WHERE {unlike}) AS moved, "
        f"count(*) FILTER (WHERE {kind}) AS typed {_BOTH} GROUP BY ALL ORDER BY ALL"
    )
    there = {(row.a, row.b): int(row.n) for row in frame.itertuples()}
    every = {(a, b): there.get((a, b), 0) for a in pairs.a.outcomes for b in pairs.a.outcomes}
    return every, int(frame["moved"].sum()), int(frame["typed"].sum())


def _plain(side: str, name: str) -> str:
    """A column as plain text or number, as two files may number the same labels otherwise."""
    labelled = name in ("outcome", "type") or name.startswith(("result_", "walker_"))
    return f"{side}.{name}::VARCHAR" if labelled else f"{side}.{name}"


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
    """What the change does to agreement, and to escalation, in one sentence."""
    if compared.same:
        return "Nothing changed: every run of B is its twin in A"
    agreed = compared.of("agreed")
    what = "agreements" if compared.pairs.scenarios[0].challenger else "understandings"
    if agreed.change.clear:
        text = f"{what} {way(agreed)} from {percent(agreed.a)} to {percent(agreed.b)} % of runs"
    else:
        a, b = percent(agreed.a), percent(agreed.b)
        text = f"the share of {what} does not clearly change ({f'{a} and {b}' if a != b else a} %)"
    if not compared.pairs.scenarios[0].challenger:
        return fitting(text)
    chance = compared.of("escalation_chance")
    tail = "the chance of escalation "
    if chance.change.clear:
        tail += f"{'rises' if chance.change.value > 0 else 'falls'} by {points(abs(chance.change.value))} points"
    else:
        tail += "does not clearly change"
    return fitting(f"{text}; {tail}", text)


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
    rest = []
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
