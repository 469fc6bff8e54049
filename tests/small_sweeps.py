"""Small sweeps for the tests of studies: every combination of a few values, of the form that sweep files give."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from sim.domain.load import load_scenario
from sim.domain.scenario import Scenario
from sim.engine import is_figure


@dataclass
class Laid:
    """Values of all points at one path."""

    path: str
    values: list[Any]
    figure: str | None


@dataclass
class Grid:
    """All combinations of values, as sweep and as points."""

    base: str = "two-by-two"
    values: dict[str, list[Any]] = field(default_factory=dict)
    replications: int = 5
    seed: int = 0
    common_random_numbers: bool = True
    name: str = "grid"
    question: str = ""
    command: tuple[str, ...] = ()

    @property
    def scenario(self) -> Scenario:
        return load_scenario(self.base)

    def points(self) -> Grid:
        return self

    @property
    def _points(self) -> list[tuple[Any, ...]]:
        return list(itertools.product(*self.values.values()))

    @property
    def n(self) -> int:
        return len(self._points)

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(self.values)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple("_".join(path.split(".")[-2:]) for path in self.values)

    @property
    def laid(self) -> list[Laid]:
        columns = zip(self.paths, self.columns.values())
        return [Laid(path, values, path if is_figure(self.scenario, path) else None) for path, values in columns]

    @property
    def columns(self) -> dict[str, list[Any]]:
        return {name: [point[at] for point in self._points] for at, name in enumerate(self.names)}

    def changes(self, k: int) -> list[str]:
        return [f"{path}={json.dumps(value)}" for path, value in zip(self.paths, self._points[k])]

    def effective(self) -> dict[str, Any]:
        return {
            "scenario": {"name": self.base, "hash": self.scenario.hash},
            "factors": self.values,
            "replications": self.replications,
            "seed": self.seed,
            "common_random_numbers": self.common_random_numbers,
        }
