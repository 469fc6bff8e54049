"""Which figures of a scenario may differ from run to run without laying its tables out anew."""

from __future__ import annotations

from typing import Any

from sim.domain.scenario import Scenario


class NotAFigure(ValueError):
    """A path whose value the tables do not take over unchanged."""


def is_figure(scenario: Scenario, path: str) -> bool:
    """Whether a dotted path leads to one plain number or switch that the tables take over unchanged."""
    node: Any = scenario.model_dump(mode="json")
    for key in path.split("."):
        if isinstance(node, dict) and "value" in node and key.isdigit():
            node = node["value"]
        if isinstance(node, list) and key.isdigit() and int(key) < len(node):
            node = node[int(key)]
        elif isinstance(node, dict) and key in node:
            node = node[key]
        else:
            return False
    node = node["value"] if isinstance(node, dict) and "value" in node else node
    last = path.rpartition(".")[2]
    return isinstance(node, float) or (isinstance(node, bool) and last == "updates")
