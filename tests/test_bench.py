"""The command bench: every figure there, of its kind and consistent with the others; nothing is timed against a bound here.

The small games that it measures on are the games they are said to be.
"""

import json
import math
import subprocess
import sys

import numpy as np
import pytest
from terminal import ROOT, detente

from sim.bench import FIGURES
from sim.bench.apart import NotMeasured, apart
from sim.bench.figures import FULL, QUICK
from sim.bench.games import drawn_wishes, figure_paths, figures_of, game
from sim.engine import Engine

ASKED = {
    "january_runs_per_second_one_core", "january_runs_per_second_two_cores", "replications_per_second_one_core",
    "million_runs_seconds", "million_runs_peak_mib", "negmas_case_per_second", "negmas_per_second", "negmas_ratio",
    "dask_over_threads",
}  # fmt: skip
LINEAR = {"name": "linear", "phi": 1.0}
# Each pair of figures with the ratio that the report makes of it.
RATIOS = (
    ("january_runs_per_second_two_cores", "january_runs_per_second_one_core", "two_cores_over_one"),
    ("dask_runs_per_second", "threads_runs_per_second", "dask_over_threads"),
    ("negmas_case_per_second", "negmas_per_second", "negmas_ratio"),
    ("negmas_case_built_per_second", "negmas_per_second", "negmas_ratio_built"),
    ("replications_per_second_one_core", "batch_run_per_second", "replications_over_batch_run"),
)


@pytest.fixture(scope="module")
def report():
    done = detente("bench", "--quick", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_every_figure_is_there_and_plausible(report):
    assert {figure.key for figure in FIGURES} >= ASKED
    assert set(report) == {"quick", "date", "machine", "missing", "broken"} | {figure.key for figure in FIGURES}
    assert report["quick"] is True and report["broken"] == []
    for figure in FIGURES:
        value = report[figure.key]
        for one in value.values() if isinstance(value, dict) else [value]:
            assert one is None or (math.isfinite(one) and one >= 0), figure.key
    absent = [figure.key for figure in FIGURES if report[figure.key] is None]
    assert bool(absent) == bool(report["missing"])
    assert not set(absent) & {"january_runs_per_second_one_core", "replications_per_second_one_core", "run_seconds"}


@pytest.mark.slow
def test_figures_fit_together(report):
    for above, below, ratio in RATIOS:
        if report[ratio] is None:
            assert report[above] is None or report[below] is None
        else:
            assert report[ratio] == pytest.approx(report[above] / report[below])
    if report["million_runs_seconds"] is not None:
        assert report["million_runs_played"] == QUICK.million < FULL.million == 1_000_000
        # An interpreter with numpy and the compiler loaded holds some 100 MiB before anything is played.
        assert report["million_runs_peak_mib"] > 50
    assert report["measures_packages"] == 240_000
    assert 0 <= report["negmas_case_agreement"] <= 1 and 1 <= report["negmas_case_rounds"] <= 30
    assert list(report["microseconds_a_run"]) == ["100", "500", "2500"]
    assert {"12 x 4", "50 x 4", "100 x 4"} <= set(report["microseconds_an_offer"])
    assert 0 < report["large_game_offers"] <= 30 * 10


@pytest.mark.slow
def test_the_machine_is_described(report):
    machine = report["machine"]
    assert machine["processor"] and machine["processors"] >= 1 and machine["python"].startswith("3.")
    assert machine["numpy"] == np.__version__
    assert set(machine) >= {
        "memory_mib",
        "system",
        "numba",
        "detente",
        "load_before",
        "load_after",
        "compiled",
        "bounds_checked",
    }


def test_wishes_written_into_the_tables_are_those_of_a_scenario_of_its_own():
    """The case measured against NegMAS (2.2, 5.1, 8.3): figures written for each run play as scenarios laid out anew do."""
    rng, options = np.random.default_rng(1), (4, 4, 4, 4, 4, 4)
    wishes = [drawn_wishes(rng, 5, options) for _ in range(20)]
    scenarios = [game(one, options, 30, [LINEAR] * 5) for one in wishes]
    engine = Engine(scenarios[0], figure_paths(5, options))
    found = engine.play(0, np.arange(20), np.array([figures_of(one) for one in wishes]))
    for index, scenario in enumerate(scenarios):
        alone = Engine(scenario).play(0, np.array([index]))[0]
        for name in found.dtype.names:
            assert found[index][name] == pytest.approx(alone[name], abs=1e-9, nan_ok=True), (index, name)
    assert len({tuple(found[index][f"final_issue{i}"] for i in range(6)) for index in range(20)}) > 10


def test_drawn_wishes_are_what_they_are_said_to_be():
    weights, values = drawn_wishes(np.random.default_rng(2), 3, [2, 5])
    assert weights.sum(axis=1) == pytest.approx(1.0)
    for at, count in enumerate([2, 5]):
        some = values[:, at, :count]
        assert (some.min(axis=1) == 0).all() and (some.max(axis=1) == 1).all()


def test_a_measurement_apart_may_use_only_its_processors_and_tells_its_own_peak():
    found = apart("january.replications", 1, runs=200, repeats=1)
    assert found["rate"] > 0 and found["peak_mib"] > 50


def test_the_peak_of_a_measurement_apart_is_not_that_of_who_asks_for_it():
    """Linux hands a process's peak of memory on to the ones it starts."""
    much = np.ones(100_000_000)
    assert apart("january.replications", 1, runs=200, repeats=1)["peak_mib"] < much.nbytes / 2**20


def test_a_measurement_that_breaks_off_says_why():
    with pytest.raises(NotMeasured, match=r"growth\.rounds broke off: .*counts"):
        apart("growth.rounds", 1, runs=1, repeats=1)


def test_the_page_shows_what_the_command_prints():
    """docs/performance.md is written from the command's own output, all of it."""
    page = (ROOT / "docs" / "performance.md").read_text("utf-8")
    for figure in FIGURES:
        assert f"\n{figure.meaning}" in page, figure.key


def test_nothing_of_the_program_needs_the_yardstick():
    """NegMAS is looked for only while measuring."""
    loaded = "import sys, sim.cli, sim.bench, sim.bench.peers, sim.engine; sys.exit('negmas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded]).returncode == 0
