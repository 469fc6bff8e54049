"""Every measure of two studies over their pairs: means, paired differences, intervals, and where runs went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.figures.chart import opened
from sim.findings.paired import Interval, Moments, clustered_share, mean_difference, share_difference
from sim.findings.twins import Pairs
from sim.look import outcome_looks

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
    found: list[Difference] = []
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
