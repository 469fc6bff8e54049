"""What is held possible before history is looked at: the sweep of configs/sweeps/history.yaml, asked of any scenario."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sim.domain import files as scenario_files
from sim.domain.load import load_scenario
from sim.domain.scenario import Scenario
from sim.sweep.coding import WIDTHS, coded_factors
from sim.sweep.design import Sweep, anywhere, read_sweep
from sim.sweep.paths import Astray, place_of
from sim.sweep.reading import locate

FILE = "history"


def prior(
    scenario_name: str, points: int | None = None, replications: int | None = None, seed: int | None = None
) -> Sweep:
    """The sweep whose rows are compared with history.

    Parameters
    ----------
    scenario_name
        Name or file. Ranges of the sweep's file that this scenario has no place for are left out, and so are those of a
        figure that it assumes: a what-if claims nothing about the world (14.1). Where none of the coded cells that the
        file names are there, all coded cells are drawn.
    points, replications, seed
        Instead of those of the file.

    Returns
    -------
    Sweep

    Raises
    ------
    ScenarioError
        No such scenario, or nothing in it is uncertain.
    """
    content, _ = scenario_files.read(locate(FILE))
    scenario = load_scenario(scenario_name)
    coded = [factor.path for factor in coded_factors(scenario, WIDTHS)]
    only = [start for start in content["coding"]["only"] if any(f"{path}.".startswith(f"{start}.") for path in coded)]
    instead: dict[str, Any] = {
        "scenario": scenario_name,
        "factors": {path: spec for path, spec in content["factors"].items() if _open(scenario, path)},
        "coding": {"only": only} if only else {},
    }
    given = {"replications": replications, "seed": seed, "design": points and {"random": {"points": points}}}
    drawn = read_sweep(
        locate(FILE), instead=instead | {key: value for key, value in given.items() if value is not None}
    )
    named = {"--points": points, "--replications": replications, "--seed": seed}
    words = [word for name, value in named.items() if value is not None for word in (name, str(value))]
    return replace(drawn, command=("detente", "history", anywhere(scenario_name), *words))


def _open(scenario: Scenario, path: str) -> bool:
    """Whether a scenario has a figure at a path and does not merely assume it."""
    try:
        place = place_of(scenario, path)
    except Astray:
        return False
    return place.value is not None and getattr(place.node, "basis", "") != "assumed"
