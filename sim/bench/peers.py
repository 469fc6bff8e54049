"""The same work done by others, in the same process: NegMAS where it is installed, and Mesa's own batch_run where it exists."""

from __future__ import annotations

import importlib
from statistics import median
from typing import Any

import numpy as np

from sim.bench.games import Wishes, drawn_wishes, figure_paths, figures_of, game
from sim.bench.machine import median_seconds, seconds
from sim.engine import Engine

PARTIES, OPTIONS, ROUNDS = 5, (4, 4, 4, 4, 4, 4), 30
BOULWARE = {"name": "boulware", "beta": 0.25, "phi": 1.0}
"""NegMAS's aspiration negotiators ask for 1 − t⁴ of their best unless told otherwise; 5.1 with β = 1/4 is the same curve."""


def five_parties(negotiations: int, ours: int, repeats: int) -> dict[str, Any]:
    """Five parties, six issues of four options, thirty rounds, unanimity; new random wishes in every negotiation.

    Both sides get the same wishes, drawn beforehand. Counted is what a negotiation costs from there: for NegMAS the
    utility functions, the negotiators, the mechanism and its run; for us the wishes written into the tables, the run and
    its record, and, told apart as ``built``, the scenario checked and laid out anew for each.

    Parameters
    ----------
    negotiations, ours
        How many a timing has of NegMAS, where it is installed, and of ours.
    repeats
        Timings, in turns.
    """
    rng = np.random.default_rng(0)
    wishes = [drawn_wishes(rng, PARTIES, OPTIONS) for _ in range(max(ours, negotiations))]
    engine = Engine(_scenario(wishes[0]), figure_paths(PARTIES, OPTIONS))
    values = np.array([figures_of(one) for one in wishes])
    indices = np.arange(len(values), dtype=np.int64)
    records = engine.play(0, indices, values)
    peer = _negmas()
    found: dict[str, Any] = {"negmas": None, "compared": negotiations}
    theirs: list[list[Any]] = []
    peer_seconds: list[float] = []
    our_seconds: list[float] = []
    if peer:
        _negotiate(peer, wishes[0])
    for _ in range(repeats):
        our_seconds.append(seconds(lambda: engine.play(0, indices[:ours], values[:ours])))
        if peer:
            peer_seconds.append(
                seconds(lambda: theirs.append([_negotiate(peer, one) for one in wishes[:negotiations]]))
            )
    built = wishes[:negotiations]
    built_seconds = median_seconds(lambda: [Engine(_scenario(one)).play(0, indices[:1]) for one in built], repeats)
    found["rate"], found["built"] = ours / median(our_seconds), negotiations / built_seconds
    some = records[:negotiations]
    found["agreement"], found["rounds"] = float((some["result_venue"] == 1).mean()), float(some["rounds_venue"].mean())
    if peer:
        found["negmas"] = negotiations / median(peer_seconds)
        states = theirs[0]
        found["negmas_agreement"] = sum(state.agreement is not None for state in states) / negotiations
        found["negmas_rounds"] = sum(state.step for state in states) / negotiations
        found["negmas_version"] = peer.__version__
    return found


def _scenario(wishes: Wishes) -> Any:
    return game(wishes, OPTIONS, ROUNDS, [BOULWARE] * PARTIES)


def _negmas() -> Any:
    """NegMAS, where it is installed: a yardstick that nothing else here knows of."""
    try:
        return importlib.import_module("negmas")
    except ModuleNotFoundError:
        return None


def _negotiate(peer: Any, wishes: Wishes) -> Any:
    """One negotiation of NegMAS, from the wishes to its last state."""
    weights, values = wishes
    issues = [peer.make_issue([str(k) for k in range(count)], f"issue{i}") for i, count in enumerate(OPTIONS)]
    talks = peer.SAOMechanism(issues=issues, n_steps=ROUNDS)
    for p in range(PARTIES):
        worth = peer.LinearAdditiveUtilityFunction(
            weights=weights[p].tolist(),
            values=[{str(k): float(value) for k, value in enumerate(one)} for one in values[p]],
            issues=issues,
            reserved_value=0.0,
        )
        talks.add(peer.AspirationNegotiator(name=f"party{p}"), ufun=worth)
    return talks.run()


def mesa_runs(runs: int, repeats: int) -> dict[str, Any]:
    """January 2022 as a Mesa model: milliseconds of one run, and runs a second of Mesa's own batch_run."""
    from sim.bench.january import SCENARIO
    from sim.domain.load import load_scenario
    from sim.model import NegotiationModel

    given = load_scenario(SCENARIO)
    NegotiationModel(given).run()
    alone = [seconds(NegotiationModel(given, 0, index).run) for index in range(runs)]
    found: dict[str, Any] = {"milliseconds": median(alone) * 1e3, "batch": None}
    try:
        batch_run = importlib.import_module("mesa.batchrunner").batch_run
    except (ModuleNotFoundError, AttributeError):
        return found
    varied = {"scenario": [given], "index": list(range(runs))}
    found["batch"] = runs / median_seconds(
        lambda: batch_run(NegotiationModel, varied, number_processes=1, display_progress=False), repeats
    )
    return found
