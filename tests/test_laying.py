"""From a point of a design to its scenario, and the coding drawn by its marks (clause 14.1)."""

import math

import numpy as np
import pytest
import yaml
from drawn_designs import DESIGNS, figure, three
from hypothesis import given
from hypothesis import strategies as st

from sim.domain.arena import arena_of
from sim.domain.cells import Cell
from sim.domain.layout import tables
from sim.domain.load import load_scenario
from sim.sweep.coding import WIDTHS
from sim.sweep.factors import written

# Three figures without a legal range, so that any function can be tried on points.


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
def test_changes_rebuild_a_points_scenario_to_the_last_bit(design, sweep_of):
    """The texts, read back as YAML by ``--set``, give the scenario that the columns say."""
    points = sweep_of(MIXED, DESIGNS[design], seed=11).points()
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


def test_a_whole_tactic_takes_nothing_from_the_one_before(sweep_of):
    points = sweep_of({"parties.us.tactic": MIXED["parties.us.tactic"]}, "factorial").points()
    tactics = [points.scenario(k).parties["us"].tactic for k in range(3)]
    assert [(one.name, one.beta, one.phi) for one in tactics] == [
        ("linear", None, None),
        ("boulware", 0.25, None),
        ("mirroring", None, None),
    ]
    assert points.columns["tactic"] == ["linear", "boulware (beta 0.25)", "mirroring"]


def test_one_factor_may_set_several_places(sweep_of):
    also = ["parties.nato.patience", "parties.ukraine.patience"]
    points = sweep_of({"parties.us.patience": {"list": [1, 4], "also": also}}, "factorial").points()
    assert points.names == ("patience",)
    for k, patience in enumerate((1, 4)):
        assert {points.scenario(k).parties[name].patience.value for name in ("us", "nato", "ukraine")} == {patience}


def test_saliences_keep_their_sum_and_the_others_their_ratios(sweep_of):
    points = sweep_of({k: v for k, v in MIXED.items() if k.endswith("salience")}, DESIGNS["random"]).points()
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


def test_a_factor_at_the_scenarios_own_figure_changes_nothing(sweep_of, january):
    """To the last bit, the scaled members of its whole included."""
    paths = (
        "parties.nato.blocs.eastern.share",
        "parties.us.positions.inf_europe.salience",
        "linkages.package.insistence",
    )
    scenario = sweep_of({path: {"list": [figure(january, path)]} for path in paths}, "factorial").points().scenario(0)
    assert arena_of(tables(scenario)).real.tobytes() == arena_of(tables(january)).real.tobytes()


def test_figures_and_structure_together_are_the_point(sweep_of):
    """An engine that plays the scenario of the structure with the figures laid in plays the point's own scenario."""
    points = sweep_of(MIXED, DESIGNS["latin_hypercube"], seed=6).points()
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


def test_points_of_one_structure_share_it(sweep_of):
    factors = {"sanctions.credibility": {"uniform": [0, 1]}, "parties.us.tactic": {"list": ["linear", "micro"]}}
    points = sweep_of(factors, DESIGNS["random"]).points()
    assert len({points.structure(k) for k in range(points.n)}) == 2
    assert sweep_of(three({"uniform": [0, 1]}), DESIGNS["random"]).points().structure(5) == ()


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
def coding(sweep_of):
    def read(spec=None, factors=None, points=400, seed=0):
        return sweep_of(factors or {}, {"latin_hypercube": {"points": points}}, seed, coding=spec or {})

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
