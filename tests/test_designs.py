"""Designs and distributions against scipy and SALib, and the way from a point to its scenario."""

import itertools
import json
import math
import sys

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from SALib.analyze import morris as morris_analysis
from SALib.analyze import sobol as sobol_analysis
from SALib.sample import sobol as sobol_sample
from SALib.test_functions import Ishigami
from scipy import stats

from sim import draws
from sim.domain.arena import arena_of
from sim.domain.cells import Cell
from sim.domain.layout import tables
from sim.domain.load import load_scenario
from sim.domain.parties import RedLine
from sim.domain.problems import ScenarioError
from sim.sweep import samples
from sim.sweep.coding import WIDTHS
from sim.sweep.design import Sweep, read_sweep
from sim.sweep.distributions import grid
from sim.sweep.factors import written

# Three figures without a legal range, so that any function can be tried on points.
FREE = (
    "parties.russia.types.good_faith.payoff_mean",
    "parties.russia.types.pretext.payoff_mean",
    "linkages.reciprocity.amount",
)
DESIGNS = {
    "random": {"random": {"points": 64}},
    "latin_hypercube": {"latin_hypercube": {"points": 64}},
    "sobol": {"sobol": {"points": 16, "second_order": True}},
    "morris": {"morris": {"trajectories": 16}},
}


@pytest.fixture
def study(tmp_path):
    """Read a sweep of the January scenario from its parts."""

    def read(factors, design, seed=0, **more) -> Sweep:
        content = {
            "scenario": "january-2022",
            "factors": factors,
            "design": design,
            "replications": 1,
            "seed": seed,
            "common_random_numbers": True,
            **more,
        }
        path = tmp_path / "study.yaml"
        path.write_text(json.dumps(content), encoding="utf-8")
        return read_sweep(path)

    return read


def figure(scenario, path):
    """The bare figure at a path of a scenario."""
    node = scenario
    for key in path.split("."):
        node = node.value if isinstance(node, Cell) else node
        node = (
            node[int(key)] if isinstance(node, tuple) else node[key] if isinstance(node, dict) else getattr(node, key)
        )
    return node.value if isinstance(node, (Cell, RedLine)) else node


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
def test_a_distribution_is_that_of_scipy(law, study):
    """Value by value the inverse of the distribution function; as a sample by Kolmogorov and Smirnov."""
    spec, expected = LAWS[law]
    sweep = study({FREE[0]: {"name": "x", **spec}}, {"random": {"points": 5000}}, seed=3)
    points = sweep.points()
    x, unit = points.columns["x"], points.unit[:, 0]
    np.testing.assert_allclose(x, expected.ppf(unit), rtol=1e-9, atol=1e-12)
    assert stats.kstest(x, expected.cdf).pvalue > 0.01
    ends = sweep.factors[0].distribution.figures_at(np.array([0.0, 1.0]))
    np.testing.assert_allclose(ends, expected.support(), rtol=1e-12)


def test_a_normal_is_cut_to_the_legal_range(study):
    sweep = study(
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
def test_counts_are_those_of_the_chances(law, study):
    spec, chances = COUNTED[law]
    sweep = study({"venues.geneva.sessions.main.rounds": {"name": "x", **spec}}, {"random": {"points": 6000}}, seed=5)
    values, counts = np.unique(sweep.points().columns["x"], return_counts=True)
    assert values.tolist() == list(chances)
    assert stats.chisquare(counts, [6000 * chance for chance in chances.values()]).pvalue > 0.01


def test_every_slice_of_a_list_is_as_wide_as_its_chance(study):
    """Under a Latin hypercube the counts are exact, not only likely."""
    factors = {
        "parties.us.tactic": {"name": "x", "list": ["linear", "micro", "random", "hardliner"]},
        "venues.geneva.sessions.main.rounds": {"name": "y", "choice": [3, 8], "weights": [1, 3]},
        "venues.vienna.sessions.council.rounds": {"name": "z", "integers": [1, 5]},
    }
    columns = study(factors, {"latin_hypercube": {"points": 40}}).points().columns
    assert sorted(columns["x"]) == sorted(["linear", "micro", "random", "hardliner"] * 10)
    assert np.bincount(columns["y"]).tolist() == [0, 0, 0, 10, 0, 0, 0, 0, 30]
    assert np.bincount(columns["z"]).tolist() == [0, 8, 8, 8, 8, 8]


def test_a_grid_is_exact():
    assert grid(0, 1, 11).values == (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
    assert grid(2, 8, 4).values == (2, 4, 6, 8)
    assert all(type(value) is int for value in grid(2, 8, 4).values)


# ---- Designs ------------------------------------------------------------------------------------------------------------


def three(spec):
    return {path: {"name": name, **spec} for name, path in zip("abc", FREE)}


def test_factorial_takes_every_combination_in_order(study):
    factors = {
        FREE[0]: {"name": "a", "grid": [0, 0.2, 3]},
        "beliefs.updates": {"name": "b", "list": [True, False]},
        "parties.us.tactic": {"name": "c", "list": ["linear", "micro"]},
    }
    sweep = study(factors, "factorial")
    columns = sweep.points().columns
    rows = list(zip(columns["a"].tolist(), columns["b"].tolist(), columns["c"]))
    assert rows == list(itertools.product([0.0, 0.1, 0.2], [True, False], ["linear", "micro"]))
    assert sweep.n == 12


def test_a_latin_hypercube_has_one_point_in_every_slice(study):
    points = study(three({"uniform": [0, 1]}), {"latin_hypercube": {"points": 100}}, seed=2).points()
    for name in "abc":
        assert sorted(np.floor(points.columns[name] * 100).astype(int)) == list(range(100))
    assert abs(np.corrcoef(points.unit.T)[np.triu_indices(3, 1)]).max() < 0.3


def test_random_points_are_independent_and_spread(study):
    points = study(three({"uniform": [0, 1]}), {"random": {"points": 4000}}, seed=1).points()
    assert abs(np.corrcoef(points.unit.T)[np.triu_indices(3, 1)]).max() < 0.05
    for name in "abc":
        assert stats.kstest(points.columns[name], "uniform").pvalue > 0.01


@pytest.mark.parametrize(("second_order", "rows"), [(False, 64 * 5), (True, 64 * 8)])
def test_sobol_points_are_those_of_salib(second_order, rows, study):
    """``N (D + 2)`` rows, with second order ``N (2 D + 2)``; each block of a base point differs in one factor at a time."""
    sweep = study(three({"uniform": [0, 1]}), {"sobol": {"points": 64, "second_order": second_order}}, seed=9)
    points = sweep.points()
    assert points.unit.shape == (sweep.n, 3) == (rows, 3)
    expected = sobol_sample.sample(points.problem(), 64, calc_second_order=second_order, seed=samples.generator(9))
    np.testing.assert_array_equal(points.unit, expected)
    block = points.unit[:5]
    assert [(block[0] != block[at]).nonzero()[0].tolist() for at in (1, 2, 3)] == [[0], [1], [2]]


def test_sobol_indices_of_ishigami(study):
    """First-order, total and second-order indices known in closed form (Ishigami and Homma 1990), a = 7, b = 0.1."""
    spec = {"uniform": [-math.pi, math.pi]}
    sweep = study(three(spec), {"sobol": {"points": 4096, "second_order": True}}, seed=0)
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


def test_morris_on_a_function_that_is_known(study):
    """y = 3a − 2b has effects 3, −2 and 0 everywhere; with 4c² only c's effect varies."""
    points = study(three({"uniform": [0, 1]}), {"morris": {"trajectories": 40, "levels": 4}}, seed=4).points()
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


def test_morris_moves_one_factor_a_step_and_asks_for_nothing_infinite(study):
    factors = {
        FREE[0]: {"name": "a", "normal": [0.4, 0.1]},
        "parties.us.tactic": {"name": "b", "list": ["linear", "micro"]},
        "venues.geneva.sessions.main.rounds": {"name": "c", "integers": [3, 8]},
    }
    points = study(factors, {"morris": {"trajectories": 10}}).points()
    steps = np.abs(np.diff(points.unit.reshape(10, 4, 3), axis=1))
    assert ((steps > 0).sum(axis=2) == 1).all()
    assert points.columns["a"].min() == pytest.approx(0.1)
    assert points.columns["a"].max() == pytest.approx(0.7)
    assert set(points.columns["b"]) == {"linear", "micro"}
    assert {3, 8} <= set(points.columns["c"].tolist()) <= set(range(3, 9))


@pytest.mark.parametrize("design", DESIGNS)
def test_points_follow_from_the_seed_and_0_is_a_seed(design, study):
    """The same file gives the same points; every seed its own, 0 and one of 2¹²⁷ among them; nothing global is drawn from."""
    seeds = (0, 1, 2**127)
    state = np.random.get_state()[1].tolist()  # noqa: NPY002
    first = {seed: study(three({"uniform": [0, 1]}), DESIGNS[design], seed).points().unit for seed in seeds}
    again = {seed: study(three({"uniform": [0, 1]}), DESIGNS[design], seed).points().unit for seed in seeds}
    assert np.random.get_state()[1].tolist() == state  # noqa: NPY002
    for seed in seeds:
        np.testing.assert_array_equal(first[seed], again[seed])
    for one, other in itertools.combinations(seeds, 2):
        assert not np.array_equal(first[one], first[other])


def test_without_salib_the_designs_that_need_it_say_so(study, monkeypatch):
    monkeypatch.setitem(sys.modules, "SALib.sample", None)
    for design in ("sobol", "morris"):
        with pytest.raises(ScenarioError, match=r"found no SALib.*pip install .*\[analysis\]"):
            study(three({"uniform": [0, 1]}), DESIGNS[design])
    assert study(three({"uniform": [0, 1]}), DESIGNS["latin_hypercube"]).points().n == 64


def test_points_are_not_drawn_from_the_numbers_of_the_runs(study):
    """A design that used the run's own numbers would tie factors to types and payoffs (11.1)."""
    points = study(three({"uniform": [0, 1]}), {"random": {"points": 500}}, seed=0).points()
    run = draws.rows(0, 0, 4, 512)
    assert not np.isin(points.unit, run).any()


# ---- From a point to its scenario ---------------------------------------------------------------------------------------

MIXED = {
    "sanctions.credibility": {"uniform": [0, 1]},
    "parties.russia.types.pretext.probability": {"name": "pretext", "triangular": [0.1, 0.5, 0.9]},
    "venues.geneva.sessions.main.rounds": {"name": "rounds", "integers": [3, 16]},
    "parties.us.tactic": {"name": "tactic", "list": ["linear", {"name": "boulware", "beta": 0.25}, "mirroring"]},
    "parties.ukraine.has_consent": {"name": "consent", "choice": [True, False], "weights": [3, 1]},
    "parties.ukraine.positions.nato_enlargement.red_line": {"name": "line", "list": [None, 3, 4]},
    "parties.us.positions.force_rollback.red_line": {"name": "us_line", "list": [2, 3]},
    "parties.us.positions.nato_enlargement.salience": {"name": "salience", "uniform": [5, 40]},
    "parties.nato.blocs.eastern.share": {"name": "share", "uniform": [0.1, 0.5]},
    "issues.russian_buildup.verifiability.2": {"name": "pull_back", "log_uniform": [1e-6, 1]},
    "calendar": {
        "name": "order",
        "list": [["geneva", "vienna"], ["vienna", "brussels", "geneva"]],
        "labels": ["short", "turned"],
    },
    "beliefs.observation_sd": {"normal": [0.45, 0.1]},
}


@pytest.mark.parametrize("design", DESIGNS)
def test_changes_rebuild_a_points_scenario_to_the_last_bit(design, study):
    """The texts, read back as YAML by ``--set``, give the scenario that the columns say."""
    points = study(MIXED, DESIGNS[design], seed=11).points()
    columns = points.columns
    for k in (0, 1, points.n // 2, points.n - 1):
        scenario = load_scenario("january-2022", points.changes(k))
        assert scenario.hash == points.scenario(k).hash
        for name, path in zip(points.names, points.paths):
            if isinstance(columns[name], np.ndarray) and name != "pretext":
                assert figure(scenario, path) == columns[name][k]
        good_faith = scenario.parties["russia"].types["good_faith"].probability.value
        assert good_faith == 1 - columns["pretext"][k]
        line = scenario.parties["ukraine"].positions["nato_enlargement"].red_line
        assert columns["line"][k] == ("none" if line is None else str(line.value))
        assert columns["order"][k] == {2: "short", 3: "turned"}[len(scenario.calendar)]
        # Hardness, own chance and mark of a line stay when its option moves.
        assert scenario.parties["us"].positions["force_rollback"].red_line.resolve.value == 1


def test_a_whole_tactic_takes_nothing_from_the_one_before(study):
    points = study({"parties.us.tactic": MIXED["parties.us.tactic"]}, "factorial").points()
    tactics = [points.scenario(k).parties["us"].tactic for k in range(3)]
    assert [(one.name, one.beta, one.phi) for one in tactics] == [
        ("linear", None, None),
        ("boulware", 0.25, None),
        ("mirroring", None, None),
    ]
    assert points.columns["tactic"] == ["linear", "boulware (beta 0.25)", "mirroring"]


def test_one_factor_may_set_several_places(study):
    also = ["parties.nato.patience", "parties.ukraine.patience"]
    points = study({"parties.us.patience": {"list": [1, 4], "also": also}}, "factorial").points()
    assert points.names == ("patience",)
    for k, patience in enumerate((1, 4)):
        assert {points.scenario(k).parties[name].patience.value for name in ("us", "nato", "ukraine")} == {patience}


def test_saliences_keep_their_sum_and_the_others_their_ratios(study):
    points = study({k: v for k, v in MIXED.items() if k.endswith("salience")}, DESIGNS["random"]).points()
    base = load_scenario("january-2022")
    swept = "nato_enlargement"
    for k in range(8):
        scenario = points.scenario(k)
        weights = {name: scenario.parties["us"].positions[name].salience.value for name in scenario.active}
        assert math.fsum(weights.values()) == pytest.approx(100, abs=1e-9)
        assert weights[swept] == points.columns["salience"][k]
        scale = (100 - weights[swept]) / (100 - base.parties["us"].positions[swept].salience.value)
        for name in set(weights) - {swept}:
            assert weights[name] == pytest.approx(scale * base.parties["us"].positions[name].salience.value)


def test_a_factor_at_the_scenarios_own_figure_changes_nothing(study, january):
    """To the last bit, the scaled members of its whole included."""
    paths = (
        "parties.nato.blocs.eastern.share",
        "parties.us.positions.inf_europe.salience",
        "linkages.package.insistence",
    )
    scenario = study({path: {"list": [figure(january, path)]} for path in paths}, "factorial").points().scenario(0)
    assert arena_of(tables(scenario)).real.tobytes() == arena_of(tables(january)).real.tobytes()


def test_figures_and_structure_together_are_the_point(study):
    """An engine that plays the scenario of the structure with the figures laid in plays the point's own scenario."""
    points = study(MIXED, DESIGNS["latin_hypercube"], seed=6).points()
    kinds = dict(zip(points.names, points.kinds))
    assert kinds["credibility"] == kinds["pretext"] == kinds["observation_sd"] == "figure"
    assert kinds["tactic"] == kinds["order"] == kinds["line"] == kinds["rounds"] == "structural"
    values = points.figures_of(np.arange(points.n))
    assert values.shape == (points.n, len(points.figures))
    for k in (0, 17, 63):
        bare = load_scenario("january-2022", points.structure(k))
        assert bare.hash == points.scenario(k, figures=False).hash
        laid = [f"{path}={written(value)}" for path, value in zip(points.figures, values[k])]
        whole = load_scenario("january-2022", [*points.structure(k), *laid])
        assert whole.hash == points.scenario(k).hash


def test_points_of_one_structure_share_it(study):
    factors = {"sanctions.credibility": {"uniform": [0, 1]}, "parties.us.tactic": {"list": ["linear", "micro"]}}
    points = study(factors, DESIGNS["random"]).points()
    assert len({points.structure(k) for k in range(points.n)}) == 2
    assert study(three({"uniform": [0, 1]}), DESIGNS["random"]).points().structure(5) == ()


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**9), 10**9) | st.booleans() | st.none())
def test_a_written_value_is_read_back_exactly(value):
    """YAML takes 1e-07 for a word; what is written here it takes for the same figure."""
    read = yaml.safe_load(written(value))
    assert read == value
    assert type(read) is type(value)


@given(
    st.recursive(st.text(max_size=8) | st.floats(-1, 1) | st.none(), lambda x: st.lists(x, max_size=3), max_leaves=6)
)
def test_written_lists_and_words_are_read_back_exactly(value):
    assert yaml.safe_load(written(value)) == value


# ---- The coding (14.1) --------------------------------------------------------------------------------------------------


@pytest.fixture
def coding(study):
    def read(spec=None, factors=None, points=400, seed=0):
        return study(factors or {}, {"latin_hypercube": {"points": points}}, seed, coding=spec or {})

    return read


def marked(scenario, path):
    """The cell or red line behind a coded factor."""
    node = scenario
    for key in path.split("."):
        if isinstance(node, Cell):
            break
        node = node[key] if isinstance(node, dict) else getattr(node, key)
    return node


def test_cited_cells_are_fixed_and_all_uncertain_ones_drawn(coding, january):
    """Clause 14.1: cited fixed, inferred narrow, estimate wide."""
    sweep = coding()
    marks = {factor.path: marked(january, factor.path).basis for factor in sweep.factors}
    assert set(marks.values()) == {"inferred", "estimate"}
    assert all(factor.coded for factor in sweep.factors)
    assert not any("donbas_minsk" in path for path in marks)
    for path in (
        "sanctions.credibility",
        "parties.us.positions.inf_europe.salience",
        "parties.us.positions.nato_enlargement.red_line",
        "parties.russia.has_consent",
        "venues.geneva.sessions.main.rounds",
        "parties.nato.blocs.eastern.share",
        "issues.inf_europe.verifiability.2",
        "issues.inf_europe.consent",
        "linkages.package.insistence",
    ):
        assert path in marks
    for path in ("parties.us.positions.nato_enlargement.preferred", "parties.nato.has_consent", "bargaining.patience"):
        assert path not in marks


def test_ranges_are_those_of_the_marks(coding):
    ranges = {factor.path: factor.distribution for factor in coding().factors}
    credibility = ranges["sanctions.credibility"]
    assert (credibility.low, credibility.high) == (pytest.approx(0.35), pytest.approx(0.65))
    tie = ranges["outside.tie"]
    assert (tie.low, tie.high) == (0.0, pytest.approx(0.2))
    severity = ranges["sanctions.measures.financial.severity"]
    assert (severity.low, severity.high) == (pytest.approx(0.06), pytest.approx(0.18))
    payoff = ranges["parties.russia.types.pretext.payoff_mean"]
    assert (payoff.low, payoff.high) == (pytest.approx(0.38), pytest.approx(0.68))
    rounds = ranges["venues.geneva.sessions.main.rounds"]
    assert (rounds.form, rounds.low, rounds.high) == ("integers", 4, 12)
    line = ranges["parties.us.positions.nato_enlargement.red_line"]
    assert dict(zip(line.values, line.weights)) == {2: 0.1, 3: 0.8, 4: 0.1}
    # At the end of the scale a move off it stays.
    edge = ranges["parties.ukraine.positions.nato_enlargement.preferred"]
    assert dict(zip(edge.values, edge.weights)) == {4: 0.1, 5: 0.9}
    consent = ranges["parties.us.has_consent"]
    assert dict(zip(consent.values, consent.weights)) == {True: 0.95, False: 0.05}
    names = ranges["issues.force_rollback.consent"]
    assert names.values == (("us", "russia", "nato"), ("russia", "nato"), ("us", "nato"), ("us", "russia"))
    assert names.weights == pytest.approx((0.95, 0.05 / 3, 0.05 / 3, 0.05 / 3))


def test_drawn_codings_are_scenarios_with_whole_sums(coding, january):
    points = coding(points=40).points()
    for k in range(0, 40, 8):
        scenario = points.scenario(k)
        assert scenario.hash == load_scenario("january-2022", points.changes(k)).hash
        for party in scenario.parties.values():
            assert math.fsum(party.positions[name].salience.value for name in scenario.active) == pytest.approx(100)
        assert math.fsum(bloc.share.value for bloc in scenario.parties["nato"].blocs.values()) == pytest.approx(1)
        us = scenario.parties["us"].positions
        assert us["force_rollback"].red_line.value == january.parties["us"].positions["force_rollback"].red_line.value
        assert us["nato_enlargement"].red_line.hardness == "hard"


def test_options_move_as_often_as_the_table_says(coding):
    """Under a Latin hypercube of 400 points a chance of 1/10 each way is 40 points each way."""
    columns = coding({"only": ["parties.us.positions.nato_enlargement"]}).points().columns
    assert np.bincount(columns["red_line"]).tolist() == [0, 0, 40, 320, 40]


def test_widths_can_be_changed_mark_by_mark(coding):
    spec = {"estimate": {"relative": 0.1, "absolute": 0}, "inferred": {"step": 0}, "only": ["sanctions", "parties.us"]}
    sweep = coding(spec)
    ranges = {factor.path: factor.distribution for factor in sweep.factors}
    assert "sanctions.credibility" not in ranges
    assert "parties.us.positions.nato_enlargement.red_line" not in ranges
    severity = ranges["sanctions.measures.financial.severity"]
    assert (severity.low, severity.high) == (pytest.approx(0.108), pytest.approx(0.132))
    assert sweep.effective()["coding"]["estimate"] == {"relative": 0.1, "absolute": 0.0, "step": 0.25, "turn": 0.15}
    assert all(path.startswith(("sanctions.", "parties.us.")) for path in ranges)


def test_a_written_factor_comes_before_the_coded_one(coding):
    """It keeps its value exactly; the coded saliences beside it are scaled to what it leaves."""
    path = "parties.us.positions.nato_enlargement.salience"
    points = coding({"only": ["parties.us"]}, {path: {"name": "enlargement", "list": [10, 30]}}, points=50).points()
    assert points.paths.count(path) == 1
    for k in (0, 20, 49):
        positions = points.scenario(k).parties["us"].positions
        assert positions["nato_enlargement"].salience.value == points.columns["enlargement"][k] in (10, 30)
        assert math.fsum(one.salience.value for one in positions.values()) == pytest.approx(100)


def test_the_wider_mark_strays_further():
    for name in ("relative", "absolute", "step", "turn"):
        assert (
            0 == getattr(WIDTHS["cited"], name) < getattr(WIDTHS["inferred"], name) < getattr(WIDTHS["estimate"], name)
        )
