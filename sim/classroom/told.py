"""Acts as a seat hears them, in words: nothing in them tells what another wants, asks for or thinks (clause 4).

The sentences of ``sim.narrate`` name others' points and order what is offered by the speaker's weights, so they are for
reports after the talks.
"""

from __future__ import annotations

from typing import Any

from sim.domain.scenario import Scenario
from sim.narrate import issue_name, listed
from sim.protocol.view import View


def told(scenario: Scenario, view: View, act: dict[str, Any]) -> str:
    """One act as a sentence without its subject.

    Parameters
    ----------
    act
        One of ``view.heard``.
    """
    kind, issue = act["act"], act["issue"]
    over = issue_name(scenario, issue) if issue else "the text"
    if kind == "offer":
        return f"offers {contents(scenario, act['package'])}."
    if kind == "pass":
        return "makes no offer."
    if kind == "accept":
        return "accepts."
    if kind == "walk_out":
        return "leaves the talks."
    if kind == "take_back":
        return f"takes back {over}."
    line = issue and act["package"].get(issue) in view.known_lines.get(act["speaker"], {}).get(issue, ())
    return f"refuses over {over}{': beyond its red line' if line else ''}."


def contents(scenario: Scenario, package: dict[str, int]) -> str:
    """A package as what it moves off the status quo, in the order of the issues."""
    quo = dict(zip(scenario.active, scenario.status_quo))
    moved = [scenario.issues[n].options[package[n]].words for n in scenario.active if package[n] != quo[n]]
    return listed(moved, len(moved)) or "the status quo"
