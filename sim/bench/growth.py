"""How cost grows: with rounds, with issues times options, to a large game, to the exact measures of many packages."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.bench.games import drawn_wishes, game
from sim.bench.machine import median_seconds
from sim.domain.scenario import Scenario
from sim.engine import Engine
from sim.protocol.measures import measures

GIVING = {"name": "linear", "phi": 1.0}
# One seat that never gives keeps the talks going to the last round, so that all play equally many turns.
STAYING = {"name": "hardliner"}


def _lasting(parties: int, options: list[int], rounds: int) -> Scenario:
    """A game that lasts all its rounds, in which all but one party give all the way."""
    wishes = drawn_wishes(np.random.default_rng(0), parties, options)
    return game(wishes, options, rounds, [STAYING] + [GIVING] * (parties - 1))


def _microseconds(scenario: Scenario, runs: int, repeats: int) -> tuple[float, float]:
    """Microseconds a run, and offers a run."""
    engine, indices = Engine(scenario), np.arange(runs, dtype=np.int64)
    offers = engine.play(0, indices)["offers_venue"]
    return median_seconds(lambda: engine.play(0, indices), repeats) / runs * 1e6, float(offers.mean())


def rounds(counts: list[int], runs: int, repeats: int) -> dict[str, Any]:
    """Microseconds a round of five parties over six issues of four options, by how many rounds there are."""
    found = {}
    for count in counts:
        took, _ = _microseconds(_lasting(5, [4] * 6, count), runs, repeats)
        found[str(count)] = took / count
    return {"microseconds": found}


def offers(sizes: list[list[int]], runs: int, repeats: int) -> dict[str, Any]:
    """Microseconds an offer of five parties, its answers included, by issues and options."""
    found = {}
    for issues, options in sizes:
        took, made = _microseconds(_lasting(5, [options] * issues, 20), runs, repeats)
        found[f"{issues} x {options}"] = took / made
    return {"microseconds": found}


def large(parties: int, issues: int, options: int, runs: int, repeats: int) -> dict[str, Any]:
    """Milliseconds of a run of a large game, and how many offers it has."""
    took, made = _microseconds(_lasting(parties, [options] * issues, 10), runs, repeats)
    return {"milliseconds": took / 1e3, "offers": made}


def exact(options: list[int], repeats: int) -> dict[str, Any]:
    """Seconds that the exact measures of five parties take, over how many packages."""
    given = game(drawn_wishes(np.random.default_rng(0), 5, options), options, 10, [GIVING] * 5)
    found = measures(given)
    return {
        "seconds": median_seconds(lambda: measures(given), repeats),
        "packages": found["feasible"],
        "efficient": found["frontier"],
    }
