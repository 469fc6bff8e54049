"""How much each party's position counts in forecasts: a small file beside the scenarios, used by no rule."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from sim.domain.cells import Amount, Frozen
from sim.domain.files import read, shelf
from sim.domain.problems import ScenarioError, nearest
from sim.domain.scenario import Scenario, Source

EQUAL_POWER = "equal"


class Power(Frozen):
    """A file of power.

    Attributes
    ----------
    title
        What is counted: "material capabilities, 2016".
    scenario
        Name of the scenario that it is about; its variants, whose names begin with it, take it too.
    parties
        By party an amount, in any unit: only ratios matter.
    """

    title: str
    scenario: str = ""
    parties: dict[str, Amount]
    sources: dict[str, Source] = {}


def equal(scenario: Scenario) -> Power:
    """Every party counts the same."""
    return Power.model_validate({"title": "equal power", "parties": dict.fromkeys(scenario.parties, 1.0)})


def power_of(scenario: Scenario, name: str | None = None) -> Power:
    """The power that a scenario's parties have.

    Parameters
    ----------
    scenario
        Whose parties.
    name
        A file, or "equal"; where left out the shipped file about this scenario, else equal power.

    Raises
    ------
    ScenarioError
        No such file, not a file of power, a party missing or unknown, nobody with any power.
    """
    if name == EQUAL_POWER:
        return equal(scenario)
    if name is None:
        about = [
            path for path in sorted(shelf("power").glob("*.yaml")) if f"{scenario.name}-".startswith(f"{path.stem}-")
        ]
        if not about:
            return equal(scenario)
        path = about[-1]
    else:
        path = Path(name)
        if not path.is_file():
            raise ScenarioError(f"{name}: found no such file; expected a file of power, or {EQUAL_POWER}.")
    content, _ = read(path)
    try:
        found = Power.model_validate(content)
    except ValidationError as error:
        item = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in item["loc"])
        raise ScenarioError(f"{path}: {where}: found {item['msg'][:1].lower()}{item['msg'][1:]}.") from None
    for party in found.parties:
        if party not in scenario.parties:
            known = ", ".join(scenario.parties)
            raise ScenarioError(
                f"{path}: parties.{party}: found an unknown party; expected one of: {known}."
                f"{nearest(party, tuple(scenario.parties))}"
            )
    for party in scenario.parties:
        if party not in found.parties:
            raise ScenarioError(
                f"{path}: parties: found no {party}; expected an amount for every party of the scenario."
            )
    if not any(amount.value > 0 for amount in found.parties.values()):
        raise ScenarioError(f"{path}: parties: found nobody with any power; expected an amount above 0.")
    return found
