"""What simpler models say of January 2022, under other figures of power: a table to copy and to extend.

python analysis/baselines.py              the shipped figures, equal power, and each party alone twice as strong
python analysis/baselines.py harbour      another scenario
"""

from __future__ import annotations

import argparse

from sim import load_scenario
from sim.domain.power import Power, equal, power_of
from sim.findings.baselines import Baselines, shares_of_engine


def main() -> None:
    """Print the mean distance from history of every model, for several readings of power."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("scenario", nargs="?", default="january-2022")
    parser.add_argument("--runs", type=int, default=4000)
    given = parser.parse_args()
    scenario = load_scenario(given.scenario)
    shares = shares_of_engine(scenario, given.runs, 0)
    shipped = power_of(scenario)
    readings = {shipped.title: shipped, "equal power": equal(scenario)}
    for name, party in scenario.parties.items():
        amounts = {one: amount.value * (2 if one == name else 1) for one, amount in shipped.parties.items()}
        readings[f"{party.name} twice as strong"] = Power.model_validate({"title": "a what-if", "parties": amounts})
    for title, power in readings.items():
        found = Baselines(scenario, power, shares, given.runs)
        errors = {one.title: found.error(one) for one in found.forecasts}
        told = ", ".join(f"{model} {'–' if error is None else f'{error:.2f}'}" for model, error in errors.items())
        print(f"{title}: {told}")


if __name__ == "__main__":
    main()
