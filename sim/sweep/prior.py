"""What is held possible before history is looked at: the sweep of configs/sweeps/history.yaml, asked of any scenario."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sim.domain import files as scenario_files
from sim.domain.load import load_scenario
from sim.domain.parties import TacticChoice
from sim.domain.scenario import Scenario
from sim.sweep.coding import WIDTHS, coded_factors
from sim.sweep.design import Sweep, anywhere, read_sweep
from sim.sweep.paths import Astray, place_of
from sim.sweep.reading import locate

FILE = "history"

TACTICS = {"beta": [0.2, 1], "phi": [0.4, 1]}
"""How early and how far a party gives, from low to high as far as it can be defended: the file's ranges for its defenders."""

LAYOUT = ("rounds", "share", "consent", "has_consent", "status_quo")
"""Last keys of cells that stay: a scenario of its own for every value."""


def prior(
    scenario_name: str, points: int | None = None, replications: int | None = None, seed: int | None = None
) -> Sweep:
    """The sweep whose rows are compared with history.

    Parameters
    ----------
    scenario_name
        Name or file. Of the sweep's file a scenario with other issues or parties takes the ranges of figures that every game
        has; its tactics have the file's ranges, and all its coded cells are drawn but those of parties without a vote and
        those that shape the game. Ranges that a scenario has no place for are left out, and so are those of a figure that
        it assumes: a what-if claims nothing about the world (14.1). Where none of the coded cells that the file names are
        there, all coded cells are drawn.
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
    about = load_scenario(content["scenario"])
    coded = [factor.path for factor in coded_factors(scenario, WIDTHS)]
    factors = {path: spec for path, spec in content["factors"].items() if _open(scenario, path)}
    if (tuple(scenario.issues), tuple(scenario.parties)) == (tuple(about.issues), tuple(about.parties)):
        only = [start for start in content["coding"]["only"] if _under(coded, start)]
    else:
        own = {path.split(".")[0] for path in factors} - {"parties", "issues", "linkages", "venues"}
        factors = {path: spec for path, spec in factors.items() if path.split(".")[0] in own} | dict(_tactics(scenario))
        only = list(dict.fromkeys(_cell(path) for path in coded if _drawn(scenario, path, factors)))
    instead: dict[str, Any] = {
        "scenario": scenario_name,
        "factors": factors,
        "coding": {"only": only} if only else {},
    }
    given = {"replications": replications, "seed": seed, "design": points and {"random": {"points": points}}}
    drawn = read_sweep(
        locate(FILE), instead=instead | {key: value for key, value in given.items() if value is not None}
    )
    named = {"--points": points, "--replications": replications, "--seed": seed}
    words = [word for name, value in named.items() if value is not None for word in (name, str(value))]
    return replace(drawn, command=("detente", "history", anywhere(scenario_name), *words))


def _under(paths: list[str], start: str) -> bool:
    return any(f"{path}.".startswith(f"{start}.") for path in paths)


def _cell(path: str) -> str:
    """The cell that a coded path belongs to: a figure of a list bears the mark of the list."""
    head, _, last = path.rpartition(".")
    return head if last.isdecimal() else path


def _drawn(scenario: Scenario, path: str, factors: dict[str, Any]) -> bool:
    """Whether a coded cell is drawn: nothing that shapes the game, and no wish of somebody without a vote."""
    keys = path.split(".")
    party = scenario.parties.get(keys[1]) if keys[0] == "parties" else None
    idle = party is not None and not party.has_consent.value
    return path not in factors and _cell(path).rpartition(".")[2] not in LAYOUT and not idle


def _tactics(scenario: Scenario) -> Iterator[tuple[str, dict[str, Any]]]:
    """Ranges of the tactics of those who make offers, where the scenario gives a figure."""
    for name, party in scenario.parties.items():
        if not any(name in venue.seats and name != venue.chair for venue in scenario.seated):
            continue
        choices: dict[str, TacticChoice | None] = {f"parties.{name}.tactic": party.tactic}
        choices |= {f"parties.{name}.types.{kind}.tactic": one.tactic for kind, one in party.types.items()}
        for path, choice in choices.items():
            for figure, (low, high) in TACTICS.items():
                now = getattr(choice, figure, None)
                if now is not None:
                    short = path.removeprefix("parties.").removesuffix(".tactic").replace(".types.", "_")
                    yield f"{path}.{figure}", {"name": f"{figure}_{short}", "uniform": [min(low, now), max(high, now)]}


def _open(scenario: Scenario, path: str) -> bool:
    """Whether a scenario has a figure at a path and does not merely assume it."""
    try:
        place = place_of(scenario, path)
    except Astray:
        return False
    return place.value is not None and getattr(place.node, "basis", "") != "assumed"
