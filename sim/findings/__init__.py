"""From rows to answers: a question a file, each with its chart, its table and sentences that are true of these rows alone."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from sim.findings.evidence import Evidence, Varied
from sim.findings.finding import Finding

__all__ = ["CATALOGUE", "Evidence", "Finding", "Varied", "answer"]

CATALOGUE = {
    "outcomes": "outcomes.outcomes",
    "selection": "selection.selection",
    "path": "path.path",
    "final_options": "final_options.final_options",
    "settling": "settling.settling",
    "vetoes": "vetoes.vetoes",
    "beliefs_over_time": "over_time.beliefs_over_time",
    "asks_over_time": "over_time.asks_over_time",
    "gains": "gains.gains",
    "at_whose_cost": "at_whose_cost.at_whose_cost",
    "unused_gains": "unused_gains.unused_gains",
    "phase": "phase.phase",
    "phase_of_escalation": "phase.phase_of_escalation",
    "pairs": "pairs.pairs",
    "tactics": "tactics.tactics",
    "tornado": "tornado.tornado",
    "sensitivity": "sensitivity.sensitivity",
    "discovery": "discovery.discovery",
    "coding": "coding.coding",
    "history": "looking_back.history",
    "baselines": "looking_back.baselines",
}
"""Key of a finding -> module and function that gives it, in the order in which a report shows them."""


def answer(key: str) -> Callable[[Evidence], Finding]:
    """The function that answers a question of the catalogue, by its key.

    Examples
    --------
    >>> answer("outcomes").__name__
    'outcomes'
    """
    module, _, function = CATALOGUE[key].partition(".")
    return getattr(import_module(f"sim.findings.{module}"), function)
