"""Designs and distributions against scipy and SALib, and the way from a point to its scenario."""

import itertools
import math
import sys

import numpy as np
import pytest
from drawn_designs import DESIGNS, FREE, three
from SALib.analyze import morris as morris_analysis
from SALib.analyze import sobol as sobol_analysis
from SALib.sample import sobol as sobol_sample
from SALib.test_functions import Ishigami
from scipy import stats

from sim import draws
from sim.domain.problems import ScenarioError
from sim.sweep import samples
from sim.sweep.distributions import grid

# Three figures without a legal range, so that any function can be tried on points.


# ---- Distributions ------------------------------------------------------------------------------------------------------

LAWS = {
    "uniform": ({"uniform": [-2, 3]}, stats.uniform(-2, 5)),
    "triangular": ({"triangular": [0, 1, 4]}, stats.triang(0.25, 0, 4)),
    "triangular, mode at an end": ({"triangular": [0, 0, 4]}, stats.triang(0, 0, 4)),
    "log_uniform": ({"log_uniform": [0.01, 10]}, stats.loguniform(0.01, 10)),
    "normal, cut at three deviations": ({"normal": [1, 2]}, stats.truncnorm(-3, 3, 1, 2)),
    "normal, cut nearer": ({"normal": [1, 2], "within": [0, 2]}, stats.truncnorm(-0.5, 0.5, 1, 2)),
}


@pytest.mark.parametrize("law", LAWS)
def test_a_distribution_is_that_of_scipy(law, sweep_of):
    """Value by value the inverse of the distribution function; as a sample by Kolmogorov and Smirnov."""
    spec, expected = LAWS[law]
    sweep = sweep_of({FREE[0]: {"name": "x", **spec}}, {"random": {"points": 5000}}, seed=3)
    points = sweep.points()
    x, unit = points.columns["x"], points.unit[:, 0]
    np.testing.assert_allclose(x, expected.ppf(unit), rtol=1e-9, atol=1e-12)
    assert stats.kstest(x, expected.cdf).pvalue > 0.01
    ends = sweep.factors[0].distribution.figures_at(np.array([0.0, 1.0]))
    np.testing.assert_allclose(ends, expected.support(), rtol=1e-12)


def test_a_normal_is_cut_to_the_legal_range(sweep_of):
    sweep = sweep_of(
        {"outside.alarm": {"normal": [0.9, 0.2]}, "bargaining.noise": {"normal": [0.01, 0.02]}}, DESIGNS["random"]
    )
    alarm, noise = (factor.distribution for factor in sweep.factors)
    assert (alarm.low, alarm.high) == (pytest.approx(0.3), 1.0)
    assert (noise.low, noise.high) == (0.0, pytest.approx(0.07))


COUNTED = {
    "integers": ({"integers": [3, 8]}, dict.fromkeys(range(3, 9), 1 / 6)),
    "list": ({"list": [2, 5, 11]}, dict.fromkeys((2, 5, 11), 1 / 3)),
    "choice": ({"choice": [2, 5, 11], "weights": [1, 2, 5]}, {2: 1 / 8, 5: 2 / 8, 11: 5 / 8}),
}


@pytest.mark.parametrize("law", COUNTED)
def test_counts_are_those_of_the_chances(law, sweep_of):
    spec, chances = COUNTED[law]
    sweep = sweep_of(
        {"venues.geneva.sessions.main.rounds": {"name": "x", **spec}}, {"random": {"points": 6000}}, seed=5
    )
    values, counts = np.unique(sweep.points().columns["x"], return_counts=True)
    assert values.tolist() == list(chances)
    assert stats.chisquare(counts, [6000 * chance for chance in chances.values()]).pvalue > 0.01


def test_every_slice_of_a_list_is_as_wide_as_its_chance(sweep_of):
    """Under a Latin hypercube the counts are exact, not only likely."""
    factors = {
        "parties.us.tactic": {"name": "x", "list": ["linear", "micro", "random", "hardliner"]},
        "venues.geneva.sessions.main.rounds": {"name": "y", "choice": [3, 8], "weights": [1, 3]},
        "venues.vienna.sessions.council.rounds": {"name": "z", "integers": [1, 5]},
    }
    columns = sweep_of(factors, {"latin_hypercube": {"points": 40}}).points().columns
    assert sorted(columns["x"]) == sorted(["linear", "micro", "random", "hardliner"] * 10)
    assert np.bincount(columns["y"]).tolist() == [0, 0, 0, 10, 0, 0, 0, 0, 30]
    assert np.bincount(columns["z"]).tolist() == [0, 8, 8, 8, 8, 8]


def test_a_grid_is_exact():
    assert grid(0, 1, 11).values == (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
    assert grid(2, 8, 4).values == (2, 4, 6, 8)
    assert all(type(value) is int for value in grid(2, 8, 4).values)


# ---- Designs ------------------------------------------------------------------------------------------------------------


def test_factorial_takes_every_combination_in_order(sweep_of):
    factors = {
        FREE[0]: {"name": "a", "grid": [0, 0.2, 3]},
        "beliefs.updates": {"name": "b", "list": [True, False]},
        "parties.us.tactic": {"name": "c", "list": ["linear", "micro"]},
    }
    sweep = sweep_of(factors, "factorial")
    columns = sweep.points().columns
    rows = list(zip(columns["a"].tolist(), columns["b"].tolist(), columns["c"]))
    assert rows == list(itertools.product([0.0, 0.1, 0.2], [True, False], ["linear", "micro"]))
    assert sweep.n == 12


def test_a_latin_hypercube_has_one_point_in_every_slice(sweep_of):
    points = sweep_of(three({"uniform": [0, 1]}), {"latin_hypercube": {"points": 100}}, seed=2).points()
    for name in "abc":
        assert sorted(np.floor(points.columns[name] * 100).astype(int)) == list(range(100))
    assert abs(np.corrcoef(points.unit.T)[np.triu_indices(3, 1)]).max() < 0.3


def test_random_points_are_independent_and_spread(sweep_of):
    points = sweep_of(three({"uniform": [0, 1]}), {"random": {"points": 4000}}, seed=1).points()
    assert abs(np.corrcoef(points.unit.T)[np.triu_indices(3, 1)]).max() < 0.05
    for name in "abc":
        assert stats.kstest(points.columns[name], "uniform").pvalue > 0.01


@pytest.mark.parametrize(("second_order", "rows"), [(False, 64 * 5), (True, 64 * 8)])
def test_sobol_points_are_those_of_salib(second_order, rows, sweep_of):
    """``N (D + 2)`` rows, with second order ``N (2 D + 2)``; each block of a base point differs in one factor at a time."""
    sweep = sweep_of(three({"uniform": [0, 1]}), {"sobol": {"points": 64, "second_order": second_order}}, seed=9)
    points = sweep.points()
    assert points.unit.shape == (sweep.n, 3) == (rows, 3)
    expected = sobol_sample.sample(points.problem(), 64, calc_second_order=second_order, seed=samples.generator(9))
    np.testing.assert_array_equal(points.unit, expected)
    block = points.unit[:5]
    assert [(block[0] != block[at]).nonzero()[0].tolist() for at in (1, 2, 3)] == [[0], [1], [2]]


def test_sobol_indices_of_ishigami(sweep_of):
    """First-order, total and second-order indices known in closed form (Ishigami and Homma 1990), a = 7, b = 0.1."""
    spec = {"uniform": [-math.pi, math.pi]}
    sweep = sweep_of(three(spec), {"sobol": {"points": 4096, "second_order": True}}, seed=0)
    points = sweep.points()
    y = Ishigami.evaluate(np.column_stack([points.columns[name] for name in "abc"]))
    found = sobol_analysis.analyze(points.problem(), y, calc_second_order=True, num_resamples=10, seed=1)
    a, b, pi = 7.0, 0.1, math.pi
    parts = {"1": (1 + b * pi**4 / 5) ** 2 / 2, "2": a**2 / 8, "13": b**2 * pi**8 * (1 / 18 - 1 / 50)}
    total = sum(parts.values())
    s1, s2, s13 = (part / total for part in parts.values())
    np.testing.assert_allclose(found["S1"], [s1, s2, 0], atol=0.02)
    np.testing.assert_allclose(found["ST"], [s1 + s13, s2, s13], atol=0.02)
    assert found["S2"][0, 2] == pytest.approx(s13, abs=0.03)


def test_morris_on_a_function_that_is_known(sweep_of):
    """y = 3a − 2b has effects 3, −2 and 0 everywhere; with 4c² only c's effect varies."""
    points = sweep_of(three({"uniform": [0, 1]}), {"morris": {"trajectories": 40, "levels": 4}}, seed=4).points()
    assert points.n == 40 * 4
    a, b, c = (points.columns[name] for name in "abc")
    plain = morris_analysis.analyze(points.problem(), points.unit, 3 * a - 2 * b, num_levels=4, seed=1)
    np.testing.assert_allclose(plain["mu"], [3, -2, 0], atol=1e-9)
    np.testing.assert_allclose(plain["sigma"], 0, atol=1e-9)
    bent = morris_analysis.analyze(points.problem(), points.unit, 3 * a - 2 * b + 4 * c * c, num_levels=4, seed=1)
    np.testing.assert_allclose(bent["sigma"][:2], 0, atol=1e-9)
    # Steps of 2/3 from 0 or 1/3 and back: effects 4 · 2/3 and 4 · 4/3.
    assert bent["mu"][2] == pytest.approx(4, abs=0.5)
    assert bent["sigma"][2] == pytest.approx(4 / 3, abs=0.1)


def test_morris_moves_one_factor_a_step_and_asks_for_nothing_infinite(sweep_of):
    factors = {
        FREE[0]: {"name": "a", "normal": [0.4, 0.1]},
        "parties.us.tactic": {"name": "b", "list": ["linear", "micro"]},
        "venues.geneva.sessions.main.rounds": {"name": "c", "integers": [3, 8]},
    }
    points = sweep_of(factors, {"morris": {"trajectories": 10}}).points()
    steps = np.abs(np.diff(points.unit.reshape(10, 4, 3), axis=1))
    assert ((steps > 0).sum(axis=2) == 1).all()
    assert points.columns["a"].min() == pytest.approx(0.1)
    assert points.columns["a"].max() == pytest.approx(0.7)
    assert set(points.columns["b"]) == {"linear", "micro"}
    assert {3, 8} <= set(points.columns["c"].tolist()) <= set(range(3, 9))


@pytest.mark.parametrize("design", DESIGNS)
def test_points_follow_from_the_seed_and_0_is_a_seed(design, sweep_of):
    """The same file gives the same points; every seed its own, 0 and one of 2¹²⁷ among them; nothing global is drawn from."""
    seeds = (0, 1, 2**127)
    state = np.random.get_state()[1].tolist()  # noqa: NPY002
    first = {seed: sweep_of(three({"uniform": [0, 1]}), DESIGNS[design], seed).points().unit for seed in seeds}
    again = {seed: sweep_of(three({"uniform": [0, 1]}), DESIGNS[design], seed).points().unit for seed in seeds}
    assert np.random.get_state()[1].tolist() == state  # noqa: NPY002
    for seed in seeds:
        np.testing.assert_array_equal(first[seed], again[seed])
    for one, other in itertools.combinations(seeds, 2):
        assert not np.array_equal(first[one], first[other])


def test_without_salib_the_designs_that_need_it_say_so(sweep_of, monkeypatch):
    monkeypatch.setitem(sys.modules, "SALib.sample", None)
    for design in ("sobol", "morris"):
        with pytest.raises(ScenarioError, match=r"found no SALib.*pip install .*\[analysis\]"):
            sweep_of(three({"uniform": [0, 1]}), DESIGNS[design])
    assert sweep_of(three({"uniform": [0, 1]}), DESIGNS["latin_hypercube"]).points().n == 64


def test_points_are_not_drawn_from_the_numbers_of_the_runs(sweep_of):
    """A design that used the run's own numbers would tie factors to types and payoffs (11.1)."""
    points = sweep_of(three({"uniform": [0, 1]}), {"random": {"points": 500}}, seed=0).points()
    run = draws.rows(0, 0, 4, 512)
    assert not np.isin(points.unit, run).any()
