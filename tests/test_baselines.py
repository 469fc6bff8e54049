"""Simpler models beside the simulation: published figures, properties that define them, solutions found by counting."""

import itertools
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_sweeps import Grid
from terminal import detente, refused
from typer.testing import CliRunner

from sim.cli import app
from sim.domain.files import shelf
from sim.domain.forecasts import weighted_mean, weighted_median
from sim.domain.load import load_scenario
from sim.domain.power import equal, power_of
from sim.domain.problems import ScenarioError
from sim.domain.solutions import nash
from sim.findings.baselines import Baselines, shares_of_engine, shares_of_study
from sim.findings.baselines_told import CAVEAT, QUO, told
from sim.findings.evidence import Evidence
from sim.sweep.plan import Plan
from sim.sweep.run import run_sweep

EMISSIONS = {
    "NL": (0.08, 4, 0.8), "BE": (0.08, 7, 0.4), "LU": (0.03, 4, 0.2), "DE": (0.16, 4, 0.8), "FR": (0.16, 10, 0.6),
    "IT": (0.16, 10, 0.6), "UK": (0.16, 10, 0.9), "IE": (0.05, 7, 0.1), "DK": (0.05, 4, 1.0), "GR": (0.08, 7, 0.7),
}  # fmt: skip
"""Years of delay of an emission standard in the EU: capability, position, salience (Scholz, Calbert & Smith 2011)."""

# ---- Mean and median ----------------------------------------------------------------------------------------------------


def test_the_published_example_of_emissions():
    """Mean 7.38996 and median 7, as printed."""
    positions = [position for _, position, _ in EMISSIONS.values()]
    weights = [capability * salience for capability, _, salience in EMISSIONS.values()]
    assert weighted_mean(positions, weights) == pytest.approx(7.38996, abs=5e-6)
    assert weighted_median(positions, weights) == 7


def test_a_tie_halves_the_way_and_nobody_without_weight_counts():
    assert weighted_median([0, 4], [1, 1]) == 2
    assert weighted_median([0, 4, 2], [1, 1, 0]) == 2
    assert weighted_median([0, 1, 4], [1, 1, 1]) == 1
    assert weighted_median([3], [0.2]) == 3


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 20)), min_size=1, max_size=8),
    st.permutations(range(8)),
)
def test_they_are_the_nearest_points_by_two_distances(votes, order):
    """The mean is nearest by squares, the median by steps; neither asks in which order the parties come."""
    x, w = (np.array(column, float) for column in zip(*votes))
    mean, median = weighted_mean(x.tolist(), w.tolist()), weighted_median(x.tolist(), w.tolist())
    grid = np.linspace(0, 5, 501)
    squares, steps = ((w * (x - at) ** 2).sum() for at in grid), ((w * abs(x - at)).sum() for at in grid)
    assert (w * (x - mean) ** 2).sum() <= min(squares) + 1e-9
    assert (w * abs(x - median)).sum() <= min(steps) + 1e-9
    shuffled = [at for at in order if at < len(x)]
    assert weighted_median(x[shuffled].tolist(), w[shuffled].tolist()) == median


@pytest.mark.parametrize(("x", "w"), [([], []), ([1], [0]), ([1, 2], [1]), ([1], [-1]), ([float("nan")], [1])])
def test_what_is_no_vote_is_refused(x, w):
    for model in (weighted_mean, weighted_median):
        with pytest.raises(ValueError, match="found"):
            model(x, w)


# ---- Power --------------------------------------------------------------------------------------------------------------


def test_power_of_january_is_as_its_source_gives_it(january):
    """Correlates of War 2016; the US counts for itself and not once more within NATO."""
    power = power_of(january)
    assert {name: amount.value for name, amount in power.parties.items()} == {
        "us": 0.13305758, "russia": 0.036472768, "nato": 0.11402, "ukraine": 0.0071723652, "osce": 0,
    }  # fmt: skip
    marks = {name: amount.basis for name, amount in power.parties.items()}
    assert (marks["us"], marks["nato"], marks["osce"]) == ("cited", "inferred", "assumed")
    assert set(itertools.chain(*(amount.source for amount in power.parties.values()))) == set(power.sources)
    assert power_of(load_scenario("january-2022-pretext")) == power
    assert power_of(load_scenario("harbour")).title == "equal power"
    assert [path.name for path in shelf("power").glob("*.yaml")] == ["january-2022.yaml"]


@pytest.mark.parametrize(
    ("text", "told_"),
    [
        ("title: t\nparties: {upstream: 1}\n", "found no downstream"),
        ("title: t\nparties: {upstrem: 1, downstream: 1}\n", "Did you mean upstream?"),
        ("title: t\nparties: {upstream: 0, downstream: 0}\n", "found nobody with any power"),
        ("title: t\nparties: {upstream: -1, downstream: 1}\n", "parties.upstream"),
        ("parties: {upstream: 1, downstream: 1}\n", "title"),
        ("- 1\n", "expected a mapping"),
    ],
)
def test_a_file_of_power_that_does_not_fit_is_refused(text, told_, tmp_path):
    (tmp_path / "power.yaml").write_text(text)
    with pytest.raises(ScenarioError, match=r"power\.yaml") as refusal:
        power_of(load_scenario("two-by-two"), str(tmp_path / "power.yaml"))
    assert told_ in str(refusal.value)


# ---- Side by side -------------------------------------------------------------------------------------------------------


def river(history: dict | None = None, power: dict | None = None) -> Baselines:
    """The river by hand: nine packages, every run ends with a full reservoir and much water in summer."""
    scenario = load_scenario("two-by-two", [f"history={json.dumps(history)}"] if history else [])
    weights = equal(scenario)
    if power:
        weights = weights.model_validate({"title": "hand", "parties": power})
    return Baselines(scenario, weights, shares_of_engine(scenario, 20, 0), 20)


def test_the_river_by_hand():
    """Weights: saliences times power. Reservoir 0·60 against 2·40 and summer 0·40 against 2·60; no deal .45 and .1."""
    models = {one.key: one.options for one in river().forecasts}
    assert models["status_quo"] == {"reservoir": 1, "summer_flow": 1}
    assert models["mean"] == {"reservoir": pytest.approx(0.8), "summer_flow": pytest.approx(1.2)}
    assert models["median"] == {"reservoir": 0, "summer_flow": 2}
    assert models["nash"] == models["simulation"] == {"reservoir": 0, "summer_flow": 2}
    tilted = {one.key: one.options for one in river(power={"upstream": 1, "downstream": 2}).forecasts}
    assert tilted["median"] == {"reservoir": 2, "summer_flow": 2}
    assert tilted["mean"]["reservoir"] == pytest.approx(2 * 80 / 140)


def test_nash_is_the_solution_over_all_packages():
    """Against the solution of sim/domain/solutions.py over the nine packages, reckoned from the table of the scenario."""
    packages = list(itertools.product(range(3), repeat=2))
    worths = np.array([[1 - 0.3 * r - 0.2 * s, 0.2 * r + 0.3 * s] for r, s in packages])
    row = nash(worths, np.array([0.45, 0.1]))
    assert row is not None
    models = {one.key: one.options for one in river().forecasts}
    assert tuple(models["nash"].values()) == packages[row]


def test_distances_from_history_by_hand():
    """History at (1, 2): one option off for each issue that a model misses, means over the two."""
    found = river({"outcome": "accord", "package": {"reservoir": 1, "summer_flow": 2}})
    errors = {one.key: found.error(one) for one in found.forecasts}
    assert errors["status_quo"] == pytest.approx(0.5)
    assert errors["mean"] == pytest.approx((0.2 + 0.8) / 2)
    assert errors["median"] == errors["nash"] == errors["simulation"] == pytest.approx(0.5)
    assert found.expected_error() == pytest.approx(0.5)
    frame = found.frame()
    assert frame["distance_mean"].tolist() == pytest.approx([0.2, 0.8, 0.5])
    assert frame["simulation_share_of_history"].tolist()[:2] == [0.0, 1.0]
    finding = told(found)
    assert CAVEAT in finding.sentences and QUO not in finding.sentences
    untold = river()
    assert [untold.error(one) for one in untold.forecasts] == [None] * 5 and untold.expected_error() is None


def test_the_title_turns_with_history():
    near = told(river({"outcome": "accord", "package": {"reservoir": 0, "summer_flow": 2}})).chart
    far = told(river({"outcome": "no_accord", "package": {"reservoir": 1, "summer_flow": 1}})).chart
    none = told(river()).chart
    assert near.title.startswith(
        "The weighted median, the Nash solution and the simulation name what happened on every issue"
    )
    assert far.title.startswith("The status quo names what happened on every issue")
    assert none.title == "The weighted median and the simulation part by an option or more on 0 of 2 issues"
    assert QUO in told(river({"outcome": "no_accord", "package": {"reservoir": 1, "summer_flow": 1}})).sentences


def test_where_nobody_can_gain_there_is_no_nash_solution():
    scenario = load_scenario("two-by-two", ["parties.upstream.reservation=0.99", "parties.downstream.reservation=0.99"])
    found = Baselines(scenario, equal(scenario), shares_of_engine(scenario, 5, 0), 5)
    finding = told(found)
    assert {one.key: one.options for one in found.forecasts}["nash"] == {"reservoir": None, "summer_flow": None}
    assert any("no Nash solution" in sentence for sentence in finding.sentences)
    assert finding.chart is not None and finding.chart.panels()[0].figure is not None


def test_a_kept_study_gives_the_shares_of_its_runs(tmp_path, january):
    """The first 300 runs of seed 7 are the same runs, kept or not."""
    grid = Grid("january-2022", {"outside.alarm": [0.7]}, replications=300, seed=7)
    frame = run_sweep(Plan(grid), tmp_path / "kept").frame()
    for name, shares in shares_of_engine(january, 300, 7).items():
        assert shares.tolist() == [(frame[f"final_{name}"] == option).mean() for option in range(len(shares))]


def test_a_study_is_asked_in_its_own_rows(tmp_path):
    (tmp_path / "s.yaml").write_text(
        "scenario: two-by-two\nfactors:\n  parties.upstream.reservation: {grid: [0.3, 0.9, 3]}\n"
        "design: factorial\nreplications: 2\nseed: 0\ncommon_random_numbers: yes\n"
    )
    done = CliRunner().invoke(app, ["sweep", str(tmp_path / "s.yaml"), "--out", str(tmp_path / "s")])
    assert done.exit_code == 0, done.stderr
    evidence = Evidence(tmp_path / "s")
    frame = evidence.study.frame()
    for name, shares in shares_of_study(evidence).items():
        assert shares.tolist() == [(frame[f"final_{name}"] == option).mean() for option in range(3)]


# ---- January, and the command -------------------------------------------------------------------------------------------


def test_january_on_a_terminal_of_80_columns(tmp_path):
    done = detente("baselines", "--runs", "300", "--out", "here", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert max(len(line) for line in done.stdout.splitlines()) <= 80
    text = " ".join(done.stdout.split())
    assert CAVEAT in text and QUO in text and "material capabilities, 2016" in text
    frame = pd.read_csv(tmp_path / "here" / "baselines.csv")
    assert frame["issue"].tolist()[-1] == "mean distance" and len(frame) == 13
    enlargement = frame[frame["issue"] == "nato_enlargement"].iloc[0]
    assert (enlargement["history"], enlargement["status_quo"], enlargement["median"]) == (4, 4, 4)
    # By hand: power times salience, NATO and the US at 4, Russia at 0, Ukraine at 5, the chair without power.
    january = load_scenario("january-2022").parties
    weights = {
        name: power * january[name].positions["nato_enlargement"].salience.value
        for name, power in (("us", 0.13305758), ("russia", 0.036472768), ("nato", 0.11402), ("ukraine", 0.0071723652))
    }
    wishes = {name: january[name].positions["nato_enlargement"].preferred.value for name in weights}
    mean = sum(weights[name] * wishes[name] for name in weights) / sum(weights.values())
    assert enlargement["mean"] == pytest.approx(mean)
    assert (tmp_path / "here" / "baselines.html").read_text("utf-8").count("<html") == 1


def test_letters_stand_apart_and_json_is_json(january):
    found = Baselines(january, power_of(january), shares_of_engine(january, 200, 0), 200)
    for narrow in (False, True):
        (panel,) = told(found).chart.panels("light", narrow=narrow)
        notes = [note for note in panel.figure["layout"]["annotations"] if note["text"].startswith("<b>")]
        assert len(notes) == 4 * 12 and {note["font"]["size"] for note in notes} == {13}
        for row in {note["y"] for note in notes}:
            places = sorted(note["x"] for note in notes if note["y"] == row)
            assert min(np.diff(places)) > 0.05
    done = CliRunner().invoke(app, ["baselines", "two-by-two", "--json", "--runs", "5"])
    assert [row["issue"] for row in json.loads(done.stdout)] == ["reservoir", "summer_flow", "mean distance"]


@pytest.mark.parametrize(
    ("words", "told_"),
    [
        (("baselines", "january"), "found no such file or scenario"),
        (("baselines", "two-by-two", "--runs", "0"), "--runs: found 0; expected a whole number from 1"),
        (("baselines", "two-by-two", "--power", "nothing.yaml"), "nothing.yaml: found no such file"),
        (("baselines", "--run", "nowhere"), "nowhere: found no such folder"),
    ],
)
def test_bad_input_is_one_message(words, told_, tmp_path):
    assert told_ in refused(*words, cwd=tmp_path)
