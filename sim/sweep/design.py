"""A sweep: what varies, which points are run, how often and with which chance; and the points themselves."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.domain import files as scenario_files
from sim.domain.files import change, laid_places
from sim.domain.load import build
from sim.domain.problems import ScenarioError
from sim.domain.scenario import Scenario
from sim.sweep import samples
from sim.sweep.factors import Factor, Values, typed, written
from sim.sweep.laying import lay
from sim.sweep.listed import listed_points
from sim.sweep.points import Points
from sim.sweep.reading import Reader, locate, widths_of
from sim.sweep.schema import DesignSpec, Factorial

MOST_POINTS = 5_000_000
"""All points of a sweep stand in memory."""

TRIED = 64
"""So many distinct scenarios of a design are built before it runs; with more, the first ones."""


@dataclass(frozen=True)
class Sweep:
    """A study before it runs.

    Attributes
    ----------
    name, question
        Short name for folders; which question it answers.
    scenario_name, fixed
        What the study varies, and the ``path=value`` changes that hold at every point.
    scenario, content
        The scenario with those changes, checked, and as plain values.
    factors
        What varies; none in plain replication.
    design
        Which points are run.
    replications
        Runs a point.
    seed
        Fixes the points and all chance.
    common_random_numbers
        Whether replication r has the same draws at every point.
    listed
        Values by factor where a file lists the points.
    widths
        Of the coded cells by mark (14.1), where they are drawn.
    command
        Words that play it again, from any folder; none where no command does.
    """

    name: str
    question: str
    scenario_name: str
    fixed: tuple[str, ...]
    scenario: Scenario
    content: dict[str, Any]
    factors: tuple[Factor, ...]
    design: DesignSpec
    replications: int
    seed: int
    common_random_numbers: bool
    listed: tuple[Values, ...] = ()
    widths: dict[str, dict[str, float]] | None = None
    command: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """How many points there are."""
        design, factors = self.design, len(self.factors)
        if design.sobol is not None:
            return design.sobol.points * (2 * factors + 2 if design.sobol.second_order else factors + 2)
        if design.morris is not None:
            return design.morris.trajectories * (factors + 1)
        if design.csv is not None:
            return len(self.listed[0])
        if design.factorial is not None:
            return math.prod(len(factor.distribution.values) for factor in self.factors if factor.distribution)
        points = design.random or design.latin_hypercube
        return points.points if points else 0

    @property
    def rows(self) -> int:
        """How many runs there are: points times replications."""
        return self.n * self.replications

    def identity(self, row: int) -> tuple[int, int, int]:
        """Point, replication and run index of a row, counted from 0."""
        point, repeat = divmod(row, self.replications)
        return point, repeat, repeat if self.common_random_numbers else row

    def points(self) -> Points:
        """All points, the same for the same file and seed."""
        return self._points

    @cached_property
    def _points(self) -> Points:
        unit: NDArray[np.float64] | None = None
        if self.design.csv is not None:
            drawn = list(self.listed)
        elif self.design.factorial is not None:
            drawn = _combined(self.factors)
        else:
            unit = self._unit()
            drawn = [_drawn(factor, unit[:, at]) for at, factor in enumerate(self.factors)]
        return Points(self, tuple(drawn), tuple(lay(self.scenario, self.factors, drawn)), unit)

    def _unit(self) -> NDArray[np.float64]:
        """Every factor's shares of [0, 1] by the design."""
        design, factors, seed = self.design, len(self.factors), self.seed
        if design.sobol is not None:
            return samples.saltelli(design.sobol.points, factors, seed, second_order=design.sobol.second_order)
        if design.morris is not None:
            return samples.morris(design.morris.trajectories, design.morris.levels, factors, seed)
        if design.latin_hypercube is not None:
            return samples.latin_hypercube(design.latin_hypercube.points, factors, seed)
        return samples.uniform(self.n, factors, seed)

    def effective(self) -> dict[str, Any]:
        """Everything that decides the rows, defaults filled in, ready for JSON; words for people are left out."""
        found = {
            "scenario": self.scenario.name,
            "scenario_hash": self.scenario.hash,
            "set": list(self.fixed),
            "factors": [_described(factor) for factor in self.factors],
            "coding": self.widths,
            "design": {self.design.kind: self.design.model_dump(mode="json")[self.design.kind]},
            "listed": hashlib.sha256(written([_plain(values) for values in self.listed]).encode()).hexdigest(),
            "points": self.n,
            "replications": self.replications,
            "seed": self.seed,
            "common_random_numbers": self.common_random_numbers,
        }
        return json.loads(json.dumps(found))

    @property
    def hash(self) -> str:
        """SHA-256 of the effective configuration, 64 hex digits."""
        text = json.dumps(self.effective(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def read_sweep(name: str | Path, changes: Iterable[str] = (), instead: Mapping[str, Any] | None = None) -> Sweep:
    """Read and check a sweep.

    Parameters
    ----------
    name
        A YAML file, or the name of a sweep that comes with the program.
    changes
        ``path=value`` strings laid over its scenario at every point.
    instead
        Keys of the file that are replaced whole, for a program that asks the file's question of something else.

    Returns
    -------
    Sweep

    Raises
    ------
    ScenarioError
        With one message for people: file, line, path to the key, found, expected, nearest name.
    """
    path, changes = locate(str(name)), tuple(changes)
    reader = Reader(path, changes, instead)
    given, factors = reader.given, reader.factors()
    listed: list[Values] = []
    if given.design.csv is not None:
        factors, listed = listed_points(reader, factors)
    widths = {mark: vars(width) for mark, width in widths_of(given.coding).items()} if given.coding else None
    sweep = Sweep(
        name=re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "sweep",
        question=given.question,
        scenario_name=reader.scenario_name,
        fixed=reader.fixed,
        scenario=reader.scenario,
        content=reader.content,
        factors=factors,
        design=given.design,
        replications=given.replications,
        seed=given.seed,
        common_random_numbers=given.common_random_numbers,
        listed=tuple(listed),
        widths=widths,
        command=() if instead else ("detente", "sweep", anywhere(str(name)), *_sets(changes)),
    )
    if sweep.n > MOST_POINTS:
        reader.fail(
            ("design",), f"{sweep.n:,} points", f"at most {MOST_POINTS:,}: fewer values, or a design that samples"
        )
    _try_points(sweep, path)
    return sweep


def replication(scenario_name: str, runs: int, seed: int, changes: Iterable[str] = ()) -> Sweep:
    """Plain replication: one scenario, ``runs`` times.

    Raises
    ------
    ScenarioError
        As ``read_sweep``; also for less than one run.
    """
    if runs < 1:
        raise ScenarioError(f"--runs: found {runs}; expected a whole number from 1.")
    fixed = tuple(changes)
    path = scenario_files.locate(scenario_name)
    base, places = scenario_files.gather(path)
    content, changed = change(base, fixed)
    scenario = build(content, laid_places(places, changed), str(path))
    return Sweep(
        name=scenario.name,
        question="",
        scenario_name=scenario_name,
        fixed=fixed,
        scenario=scenario,
        content=content,
        factors=(),
        design=DesignSpec(factorial=Factorial()),
        replications=runs,
        seed=seed,
        common_random_numbers=False,
        command=(
            "detente", "sweep", anywhere(scenario_name), "--runs", str(runs), "--seed", str(seed), *_sets(fixed),
        ),
    )  # fmt: skip


def anywhere(name: str) -> str:
    """A name as it is; a file by its whole path, which means the same in every folder."""
    return str(Path(name).resolve()) if Path(name).is_file() else name


def _sets(changes: Iterable[str]) -> list[str]:
    return [word for change_ in changes for word in ("--set", change_)]


def _try_points(sweep: Sweep, path: Path) -> None:
    """Build the first distinct scenarios of a design, so that what no value alone shows is found before it runs."""
    try:
        points = sweep.points()
        seen: set[tuple[str, ...]] = set()
        for k in range(sweep.n):
            structure = points.structure(k)
            if structure not in seen:
                seen.add(structure)
                points.scenario(k)
            if len(seen) >= TRIED:
                return
    except ScenarioError as error:
        raise ScenarioError(f"{path}: {error}") from None


def _combined(factors: tuple[Factor, ...]) -> list[Values]:
    """Every combination of all values, the last factor moving fastest."""
    sizes = [len(factor.distribution.values) for factor in factors if factor.distribution]
    at = np.unravel_index(np.arange(math.prod(sizes)), sizes) if sizes else ()
    return [_picked(factor, which) for factor, which in zip(factors, at)]


def _drawn(factor: Factor, unit: NDArray[np.float64]) -> Values:
    """A factor's values at shares of [0, 1]."""
    distribution = factor.distribution
    if distribution is None:
        raise ValueError(f"{factor.path}: a factor without a distribution has its points listed.")
    return _picked(factor, distribution.slices(unit)) if distribution.values else distribution.figures_at(unit)


def _picked(factor: Factor, at: NDArray[np.int64]) -> Values:
    """Values of a list by their numbers."""
    values = typed(factor.distribution.values if factor.distribution else ())
    return values[at] if isinstance(values, np.ndarray) else [values[one] for one in at.tolist()]


def _described(factor: Factor) -> dict[str, Any]:
    """A factor for the effective configuration."""
    found: dict[str, Any] = {"name": factor.name, "path": factor.path, "also": [place.path for place in factor.also]}
    if factor.distribution is not None:
        found |= {key: value for key, value in vars(factor.distribution).items() if value != ()}
    return {**found, "labels": list(factor.labels)} if factor.labels else found


def _plain(values: Values) -> list[Any]:
    return values.tolist() if isinstance(values, np.ndarray) else list(values)
