"""Every number and switch of a scenario by its dotted path, and other values that the scenario would take there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sim.domain.files import change
from sim.domain.load import build
from sim.domain.problems import ScenarioError
from sim.domain.scenario import Scenario

NUMBERS = (0, 4, 1, 2, 0.0, 1.75, 1.0, 0.3, 0.07, 30.0)
"""Both ends of a share, options of an issue, and what only an amount may be; the ends first."""


def cells(scenario: Scenario) -> dict[str, Any]:
    """Path -> number or switch, in the order of the file."""
    return dict(_walk(json.loads(scenario.canonical()), ()))


def _walk(node: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if isinstance(node, (dict, list)):
        parts = node.items() if isinstance(node, dict) else enumerate(node)
        for key, part in parts:
            yield from _walk(part, (*path, str(key)))
    elif isinstance(node, (bool, int, float)):
        yield ".".join(path), node


def changed(scenario: Scenario, values: dict[str, Any]) -> Scenario:
    """The scenario as ``--set`` would change it."""
    texts = [f"{path}={json.dumps(value)}" for path, value in values.items()]
    return build(change(json.loads(scenario.canonical()), texts)[0])


def others(scenario: Scenario, path: str, now: Any) -> Iterator[tuple[dict[str, Any], Scenario]]:
    """Changes that give the cell another value and leave a scenario; saliences move together, as their sum is 100."""
    for values in _saliences(scenario, path) or [{path: one} for one in _unlike(now)]:
        other = taken(scenario, values)
        if other is not None:
            yield values, other


def _unlike(now: Any) -> list[Any]:
    return [not now] if isinstance(now, bool) else [one for one in NUMBERS if type(one) is type(now) and one != now]


def _saliences(scenario: Scenario, path: str) -> list[dict[str, Any]]:
    """A party's saliences, each given to the issue before."""
    match path.split("."):
        case ["parties", party, "positions", issue, "salience", "value"] if issue in scenario.active:
            given = scenario.parties[party].positions
            names = [f"parties.{party}.positions.{name}.salience.value" for name in scenario.active]
            figures = [given[name].salience.value for name in scenario.active]
            return [dict(zip(names, figures[at:] + figures[:at])) for at in (1, 2)]
    return []


def taken(scenario: Scenario, values: dict[str, Any]) -> Scenario | None:
    """The scenario with these values, None where that is none."""
    try:
        return changed(scenario, values)
    except ScenarioError:
        return None
