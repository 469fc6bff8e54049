"""Détente: the security talks of January 2022 as an agent-based negotiation game.

The public names are loaded when first used, so that asking for help costs no compiler.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.domain.load import load_scenario
    from sim.domain.problems import ScenarioError
    from sim.domain.scenario import Scenario
    from sim.model import NegotiationModel
    from sim.protocol.measures import measures
    from sim.protocol.table import Act, IllegalAct, Legal, Table
    from sim.protocol.view import View, view

__version__ = "0.1.0"

_HOME = {
    "Act": "sim.protocol.table",
    "IllegalAct": "sim.protocol.table",
    "Legal": "sim.protocol.table",
    "NegotiationModel": "sim.model",
    "Scenario": "sim.domain.scenario",
    "ScenarioError": "sim.domain.problems",
    "Table": "sim.protocol.table",
    "View": "sim.protocol.view",
    "load_scenario": "sim.domain.load",
    "measures": "sim.protocol.measures",
    "view": "sim.protocol.view",
}

__all__ = [
    "Act",
    "IllegalAct",
    "Legal",
    "NegotiationModel",
    "Scenario",
    "ScenarioError",
    "Table",
    "View",
    "load_scenario",
    "measures",
    "view",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'sim' has no attribute {name!r}")
