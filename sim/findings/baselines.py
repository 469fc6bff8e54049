"""What simpler models say of the same issues, beside the simulation and what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.domain.forecasts import weighted_mean, weighted_median
from sim.domain.power import Power, equal
from sim.domain.problems import ScenarioError
from sim.domain.scenario import Scenario
from sim.findings.record import history_of
from sim.protocol.measures import measures

if TYPE_CHECKING:
    import pandas as pd

    from sim.findings.evidence import Evidence

Shares = Mapping[str, NDArray[np.float64]]
"""By issue, the share of runs that ended at each option."""


@dataclass(frozen=True)
class Forecast:
    """What one model says.

    Attributes
    ----------
    key, letter, title
        Short name, one letter for pictures, name in full.
    options
        By issue the option that it names, a fraction where it is a mean; None where the model has no answer.
    """

    key: str
    letter: str
    title: str
    options: Mapping[str, float | None]


def shares_of_engine(scenario: Scenario, runs: int, seed: int) -> Shares:
    """Shares of options over plain replications, each of which ``detente run --seed S --index K`` plays again."""
    from sim.engine import Engine

    rows = Engine(scenario).play(seed, np.arange(runs))
    return {
        name: np.bincount(rows[f"final_{name}"].astype(int), minlength=len(scenario.issues[name].options)) / runs
        for name in scenario.active
    }


def shares_of_study(evidence: Evidence) -> Shares:
    """Shares of options over the played runs of a study; issues that its rows lack are left out."""
    issues = {
        name: range(len(evidence.scenario.issues[name].options))
        for name in evidence.scenario.active
        if f"final_{name}" in evidence.columns
    }
    if not issues:
        return {}
    counted = [f"count(*) FILTER (WHERE final_{name} = {k})" for name, options in issues.items() for k in options]
    (counts,) = evidence.ask(f"SELECT {', '.join(counted)} FROM played").to_numpy(float)
    ends = np.cumsum([len(options) for options in issues.values()])[:-1]
    return {name: part / max(1.0, part.sum()) for name, part in zip(issues, np.split(counts, ends))}


class Baselines:
    """Forecasts of every issue, side by side.

    Parameters
    ----------
    scenario
        Whose issues.
    power
        How much each party counts.
    shares
        What the simulation gives.
    runs
        How many runs those are shares of.

    Attributes
    ----------
    history
        By issue the option that stood at the end; empty where the scenario tells no history.
    notes
        What a model could not say, as sentences.
    """

    def __init__(self, scenario: Scenario, power: Power, shares: Shares, runs: int) -> None:
        self.scenario, self.power, self.shares, self.runs = scenario, power, shares, runs
        told = history_of(scenario)
        self.history = {name: told.package[name] for name in scenario.active if told and name in told.package}
        self.notes: list[str] = []

    @cached_property
    def forecasts(self) -> tuple[Forecast, ...]:
        """Status quo, weighted mean, weighted median, Nash solution, the simulation's commonest option."""
        nash = self._nash()
        return (
            Forecast("status_quo", "Q", "status quo", dict(zip(self.scenario.active, self.scenario.status_quo))),
            Forecast("mean", "M", "weighted mean", self._weighed(weighted_mean, self.power)),
            Forecast("median", "D", "weighted median", self._weighed(weighted_median, self.power)),
            Forecast("nash", "N", "Nash solution", {name: nash.get(name) for name in self.scenario.active}),
            Forecast("simulation", "S", "simulation", self._commonest()),
        )

    @cached_property
    def with_equal_power(self) -> tuple[Forecast, ...]:
        """Mean and median once more with every party counting the same, to see what hangs on the figures of power."""
        power = equal(self.scenario)
        return (
            Forecast("mean_equal", "M", "mean, equal power", self._weighed(weighted_mean, power)),
            Forecast("median_equal", "D", "median, equal power", self._weighed(weighted_median, power)),
        )

    def _nash(self) -> dict[str, int]:
        try:
            package = measures(self.scenario)["nash"]["package"]
        except ScenarioError as error:
            self.notes.append(f"The Nash solution is left out: {error}")
            return {}
        if package is None:
            self.notes.append("There is no Nash solution: no package is worth no less than no deal to everyone.")
        return package or {}

    def _weighed(
        self, model: Callable[[Sequence[float], Sequence[float]], float], power: Power
    ) -> dict[str, float | None]:
        found: dict[str, float | None] = {}
        for name in self.scenario.active:
            wishes = [(wish, weight * power.parties[party].value) for party, wish, weight in self.wishes(name)]
            some = [one for one in wishes if one[1] > 0]
            found[name] = model([x for x, _ in some], [w for _, w in some]) if some else None
        return found

    def wishes(self, issue: str) -> list[tuple[str, float, float]]:
        """Every party's best option of an issue and the issue's weight for it; an alliance speaks with its common voice."""
        found: list[tuple[str, float, float]] = []
        for name, party in self.scenario.parties.items():
            given = party.positions.get(issue)
            if given is None:
                continue
            listed = given.points or given.values
            if given.preferred is not None:
                best = float(given.preferred.value)
            elif listed is not None and max(listed.value) > 0:
                best = float(np.argmax(listed.value))
            else:
                continue
            weight = (
                given.salience.value if given.salience is not None else max(given.points.value) if given.points else 0.0
            )
            found.append((name, best, float(weight)))
        return found

    def _commonest(self) -> dict[str, float | None]:
        return {
            name: float(self.shares[name].argmax()) if name in self.shares and self.shares[name].any() else None
            for name in self.scenario.active
        }

    def error(self, forecast: Forecast) -> float | None:
        """Mean distance from history in options, over the issues that both tell; None where there is none."""
        apart = [
            abs(option - self.history[name])
            for name, option in forecast.options.items()
            if option is not None and name in self.history
        ]
        return float(np.mean(apart)) if apart else None

    def expected_error(self) -> float | None:
        """Mean distance of single runs from history, in options: what the simulation's spread costs it."""
        apart = [
            float((shares * np.abs(np.arange(len(shares)) - self.history[name])).sum())
            for name, shares in self.shares.items()
            if name in self.history
        ]
        return float(np.mean(apart)) if apart else None

    def frame(self) -> pd.DataFrame:
        """A row an issue, a column a model, distances beside them; the last row holds the means."""
        import pandas as pd

        models = (*self.forecasts, *self.with_equal_power)
        rows: list[dict[str, object]] = []
        for name in self.scenario.active:
            row: dict[str, Any] = {"issue": name, "options": len(self.scenario.issues[name].options)}
            row["history"] = self.history.get(name)
            for model in models:
                row[model.key] = model.options[name]
            row["simulation_share"] = float(self.shares[name].max()) if name in self.shares else None
            row["simulation_share_of_history"] = (
                float(self.shares[name][self.history[name]]) if name in self.shares and name in self.history else None
            )
            for model in models:
                option = model.options[name]
                known = option is not None and name in self.history
                row[f"distance_{model.key}"] = (
                    abs(option - self.history[name]) if known and option is not None else None
                )
            rows.append(row)
        last: dict[str, object] = {"issue": "mean distance"}
        last |= {f"distance_{model.key}": self.error(model) for model in models}
        return pd.DataFrame([*rows, last])
