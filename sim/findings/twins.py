"""Two studies as pairs of runs that met the same chance: what differs between them, and why some cannot be paired."""

from __future__ import annotations

import contextlib
import json
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.domain.layout import tables
from sim.domain.plain import is_list, is_mapping
from sim.domain.problems import ScenarioError
from sim.domain.scenario import Scenario
from sim.findings.evidence import Evidence
from sim.protocol.result import fields_of
from sim.store.folder import StoreError
from sim.store.manifest import BINDING, differences
from sim.store.rows import Study
from sim.sweep.again import read_row
from sim.sweep.paths import FOR_PEOPLE, NO_RULE_READS

WORDS = ("title", "short", "text", "label", "phrase", "dates", "date", "place", "name", "code")
"""Keys inside a scenario that are for people only."""

TOLD = 4
"""Changes that a message writes out as ``--set``."""


@dataclass(frozen=True)
class Differing:
    """A place at which two scenarios differ: its path and the figure in each, None where there is none."""

    path: str
    a: Any
    b: Any

    def __str__(self) -> str:
        return f"{self.path}: {_shown(self.a)} in A, {_shown(self.b)} in B"


class Pairs:
    """Runs of two studies, paired by point and run index.

    Parameters
    ----------
    a, b
        Folders of the two studies; B is A with something changed.

    Attributes
    ----------
    a, b
        The two, opened.
    scenarios
        What each played: of a study with one point that point's, else the one before any factor.
    differing
        Where these differ, words for people left out.
    versions
        Versions in which the two differ that decide figures, in words.
    shared
        Whether all chance is the same; else rounds or venues differ, noise and patience are numbered otherwise, and only
        types, payoffs, lines, insistence and the last number of a run are shared.

    Raises
    ------
    StoreError
        Not two studies, or not to be paired; its text says why and what to do.
    """

    def __init__(self, a: str | Path, b: str | Path) -> None:
        self.a, self.b = _opened(a), _opened(b)
        self._refuse_seeds()
        self._refuse_designs()
        self.scenarios: tuple[Scenario, Scenario] = (_played(self.a), _played(self.b))
        self._refuse_games()
        first, second = (json.loads(one.canonical()) for one in self.scenarios)
        self.differing: tuple[Differing, ...] = tuple(_unlike(first, second, ()))
        self.versions: tuple[str, ...] = tuple(self._versions())
        self.shared = self._shared()
        self._joined()

    @property
    def one_point(self) -> bool:
        """Whether each study played one scenario only."""
        return self.a.points == self.b.points == 1

    @property
    def clustered(self) -> bool:
        """Whether points share their draws, so that pairs of one run index hang together."""
        return self.a.points > 1 and self.a.paired

    @cached_property
    def counts(self) -> dict[str, int]:
        """Pairs of runs that both were played, those that failed in A or B, and runs of each without a twin."""
        (row,) = self.ask(
            "SELECT count(*) FILTER (WHERE a.status = 'played' AND b.status = 'played') AS played, count(*) AS pairs "
            "FROM rows a JOIN others b USING (point, index)"
        ).to_dict("records")
        played, pairs = int(row["played"]), int(row["pairs"])
        (sizes,) = self.ask("SELECT (SELECT count(*) FROM rows) AS a, (SELECT count(*) FROM others) AS b").to_dict(
            "records"
        )
        return {
            "pairs": played, "failed": pairs - played, "alone_a": int(sizes["a"]) - pairs, "alone_b": int(sizes["b"]) - pairs,
        }  # fmt: skip

    def ask(self, sql: str) -> Any:
        """What a query over ``rows`` (A), ``others`` (B) gives, as a frame."""
        return self.a.ask(sql)

    def _joined(self) -> None:
        """B's rows beside A's in one database; refused where no pair was played."""
        self.a.connection.register("others", self.b.study.dataset())
        if not self.counts["pairs"]:
            why = (
                "found no point and run index that both have played"
                if not self.counts["failed"]
                else f"found that in all {self.counts['failed']:,} pairs a run failed"
            )
            raise StoreError(
                f"{self.a.study.folder} and {self.b.study.folder}: {why}; expected common runs. {self._advice}"
            )

    @property
    def _advice(self) -> str:
        """The command that plays a study which can be paired with A."""
        seed, runs = self.a.study.manifest["seed"], self.a.replications
        effective = self.b.study.manifest["effective"]
        if self.one_point:
            words = ["detente", "sweep", str(effective["scenario"]), "--runs", str(runs), "--seed", str(seed)]
            for change in effective["set"][:TOLD]:
                words += ["--set", change]
            return f"This plays a twin of A: {shlex.join(words)}"
        return f"Play A's sweep file with one --set more: its seed ({seed}), points and replications stay."

    def _refuse_seeds(self) -> None:
        seeds = self.a.study.manifest["seed"], self.b.study.manifest["seed"]
        if seeds[0] != seeds[1]:
            raise StoreError(
                f"{self.a.study.folder} and {self.b.study.folder}: found seed {seeds[0]} in A and {seeds[1]} in B; "
                f"expected the same, as runs are paired by their draws. {self._advice}"
            )

    def _refuse_designs(self) -> None:
        """Points are the same where factors, design and seed are; single points may lie anywhere."""
        if self.one_point:
            return
        keys = ("points", "design", "factors", "coding", "listed", "common_random_numbers")
        first, second = ({key: one.study.manifest["effective"].get(key) for key in keys} for one in (self.a, self.b))
        unlike = differences(first, second)
        if unlike:
            told = unlike[0].replace(" there, ", " in A, ").removesuffix(" here") + " in B"
            more = f" ({len(unlike) - 1} more.)" if len(unlike) > 1 else ""
            raise StoreError(
                f"{self.a.study.folder} and {self.b.study.folder}: found different designs ({told}); "
                f"expected the same points in both.{more} {self._advice}"
            )

    def _refuse_games(self) -> None:
        """The same issues with as many options, parties, venues and classes, whatever stands in them."""
        for what, found in _SHAPE.items():
            a, b = (found(one) for one in self.scenarios)
            if a != b:
                raise StoreError(
                    f"{self.a.study.folder} and {self.b.study.folder}: found two games: {what} are {a} in A and {b} in B; "
                    f"expected one scenario with something changed. `detente sweep {self.scenarios[0].name} --set PATH=VALUE` "
                    "changes one."
                )
        if _width(self.scenarios[0]) != _width(self.scenarios[1]):
            raise StoreError(
                f"{self.a.study.folder} and {self.b.study.folder}: found rounds that need {_width(self.scenarios[0])} numbers "
                f"of chance a run in A and {_width(self.scenarios[1])} in B, so that no run of one has a twin in the other; "
                "expected numbers of rounds nearer to each other."
            )

    def _versions(self) -> Iterator[str]:
        first, second = (one.study.manifest.get("versions", {}) for one in (self.a, self.b))
        for name in BINDING:
            if first.get(name) != second.get(name):
                yield f"{name} {first.get(name)} in A, {second.get(name)} in B"

    def _shared(self) -> bool:
        first, second = (tables(one).n for one in self.scenarios)
        names = ("patience_at", "noise_at", "draws", "seats", "rounds")
        same = all(getattr(first, name) == getattr(second, name) for name in names)
        return same and self.scenarios[0].calendar == self.scenarios[1].calendar


def _options(scenario: Scenario) -> str:
    return ", ".join(f"{name} ({len(scenario.issues[name].options)} options)" for name in scenario.active)


_SHAPE: dict[str, Callable[[Scenario], str]] = {
    "parties": lambda s: ", ".join(s.parties),
    "issues": _options,
    "venues": lambda s: ", ".join(sorted(s.calendar)),
    "challengers": lambda s: s.challenger or "nobody",
    "classes": lambda s: ", ".join(fields_of(s)[0].names or ()),
}
"""What two scenarios must have in common to be one game, in words."""


def _width(scenario: Scenario) -> int:
    from sim.draws import width

    return width(int(tables(scenario).n.draws))


def _opened(folder: str | Path) -> Evidence:
    place = Path(folder)
    kind = "study"
    with contextlib.suppress(OSError, ValueError, AttributeError):  # then Study says what is wrong
        kind = json.loads((place / "manifest.json").read_text("utf-8")).get("kind", "talk")
    if kind == "talk":
        raise StoreError(
            f"{place}: found a single talk; expected a sweep's folder: one run is one story. "
            "`detente sweep NAME --runs 2000` plays many."
        )
    return Evidence(Study(place))


def _played(evidence: Evidence) -> Scenario:
    """What a study of one point played; of several, the scenario before any factor."""
    if evidence.points > 1 or not evidence.factors:
        return evidence.scenario
    first = evidence.ask("SELECT min(row) AS row FROM rows")["row"].iloc[0]
    try:
        return read_row(evidence.study, int(first)).scenario
    except ScenarioError:  # its point gives no scenario, and every row failed
        return evidence.scenario


def _unlike(a: Any, b: Any, path: tuple[str, ...]) -> Iterator[Differing]:
    """Places that differ, keys for people left out; a cell counts as its value."""
    if not path or path[-1] not in (
        "issues",
        "parties",
        "venues",
        "blocs",
        "types",
        "linkages",
        "measures",
        "sessions",
    ):
        skipped: tuple[str, ...] = (*FOR_PEOPLE, *(NO_RULE_READS if not path else WORDS))
    else:
        skipped = ()
    if path and path[-1] == "tactic":
        skipped = ()
    if is_mapping(a) and is_mapping(b):
        for key in dict.fromkeys((*a, *b)):
            if key not in skipped:
                yield from _unlike(a.get(key), b.get(key), (*path, key))
    elif is_list(a) and is_list(b) and len(a) == len(b) and not all(isinstance(one, str) for one in (*a, *b)):
        for at, (one, other) in enumerate(zip(a, b)):
            yield from _unlike(one, other, (*path, str(at)))
    elif a != b:
        yield Differing(".".join(path).removesuffix(".value").replace(".value.", "."), a, b)


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_list(value):
        return "[" + ", ".join(map(_shown, value)) + "]"
    if is_mapping(value):
        return "{" + ", ".join(f"{key}: {_shown(one)}" for key, one in value.items() if one is not None) + "}"
    return f"{value:.10g}" if isinstance(value, float) else str(value)
