"""January 2022 in numbers: runs alone, runs that are stored, many of them, on threads and on workers of a cluster."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from typing import Any, cast

import numpy as np

from sim.bench.machine import median_seconds, seconds
from sim.domain.load import load_scenario
from sim.engine import Engine
from sim.store.study import ROWS_A_PART
from sim.sweep.design import read_sweep
from sim.sweep.plan import Plan
from sim.sweep.run import run_sweep

SCENARIO = "january-2022"
DRAWN = """\
question: How fast are runs whose parameters are all drawn anew?
scenario: january-2022
factors:
  sanctions.credibility: {uniform: [0, 1]}
  outside.alarm: {uniform: [0, 1]}
  outside.tie: {uniform: [0, 0.3]}
  red_lines.resolve_defenders: {uniform: [0.6, 1]}
  red_lines.resolve_challenger: {uniform: [0.6, 1]}
  red_lines.firmness: {uniform: [0, 0.9]}
  linkages.package.insistence: {uniform: [0.2, 0.8]}
  beliefs.ignorance: {uniform: [0, 1]}
  beliefs.observation_sd: {log_uniform: [0.1, 2]}
  bargaining.reciprocity: {uniform: [0, 0.6]}
  bargaining.attention: {uniform: [0, 0.6]}
  bargaining.patience_sd: {uniform: [0, 0.8]}
design: {random: {points: POINTS}}
replications: 1
seed: 20220109
common_random_numbers: no
"""
"""A sweep in which every run has twelve parameters of its own."""

WARM = 2_000
"""Runs played before a timing, so that compiled rules are loaded and memory is there."""


def replications(runs: int, repeats: int) -> dict[str, Any]:
    """Runs a second with nothing varied and nothing stored, on one thread."""
    engine = Engine(load_scenario(SCENARIO))
    indices = np.arange(runs, dtype=np.int64)
    engine.play(0, indices[:WARM])
    return {"rate": runs / median_seconds(lambda: engine.play(0, indices), repeats)}


def growing(counts: list[int], repeats: int) -> dict[str, Any]:
    """Microseconds a run by how many runs are played."""
    engine = Engine(load_scenario(SCENARIO))
    engine.play(0, np.arange(WARM, dtype=np.int64))
    found = {}
    for count in counts:
        indices = np.arange(count, dtype=np.int64)
        found[str(count)] = median_seconds(lambda some=indices: engine.play(0, some), repeats) / count * 1e6
    return {"microseconds": found}


def stored(runs: int, workers: int) -> dict[str, Any]:
    """Seconds from a sweep's file to its last row on disk, every run with its own drawn parameters.

    Counted: reading the sweep, drawing its points, playing, writing; not counted: loading the compiled rules.
    """
    with tempfile.TemporaryDirectory() as place:
        _swept(Path(place), "warm", WARM, workers=workers)
        took = seconds(lambda: _swept(Path(place), "runs", runs, workers=workers))
    return {"seconds": took, "rate": runs / took}


def clustered(runs: int, workers: int, repeats: int) -> dict[str, Any]:
    """Runs a second on threads of this process and on as many Dask worker processes, in turns; all warm."""
    from dask import distributed

    # Declares no address for "no dashboard", and itself as asynchronous: neither is so here.
    local_cluster = cast(Any, distributed.LocalCluster)
    threads: list[float] = []
    cluster: list[float] = []
    with (
        tempfile.TemporaryDirectory() as place,
        local_cluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, local_directory=place
        ) as dask,
    ):
        folder, address = Path(place), dask.scheduler_address
        _swept(folder, "warm", WARM, workers=workers)
        # Several parts, so that no worker is left out.
        _swept(folder, "warm-cluster", 2 * workers * ROWS_A_PART, cluster=address)
        for at in range(repeats):
            threads.append(seconds(lambda at=at: _swept(folder, f"threads-{at}", runs, workers=workers)))
            cluster.append(seconds(lambda at=at: _swept(folder, f"cluster-{at}", runs, cluster=address)))
    return {"threads": runs / median(threads), "cluster": runs / median(cluster)}


def _swept(folder: Path, name: str, runs: int, **how: Any) -> None:
    file = folder / f"{name}.yaml"
    file.write_text(DRAWN.replace("POINTS", str(runs)), encoding="utf-8")
    run_sweep(Plan(read_sweep(file)), folder / name, **how)
