"""The lab's style: the look's tokens and the parties' colours of a scenario, over Mesa's page."""

from __future__ import annotations

from pathlib import Path

from sim.domain.scenario import Scenario
from sim.look import party_looks, text
from sim.report.sheet import party_rules

HERE = Path(__file__).parent
DARK = ".theme--dark"
"""How Mesa's theme switch marks a dark page."""


def style(scenario: Scenario) -> str:
    """The style of a session's page, light and dark."""
    looks = party_looks({name: (party.name, party.code) for name, party in scenario.parties.items()})
    light, dark = party_rules(list(looks.values()))
    tokens = text("tokens.css").replace('[data-theme="dark"]', DARK)
    return "\n".join([tokens, (HERE / "lab.css").read_text("utf-8"), *light, *(f"{DARK} {rule}" for rule in dark)])
