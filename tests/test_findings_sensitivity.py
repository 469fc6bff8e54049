"""What outcomes depend on: indices against closed forms and hand values, through the order of points that is stored."""

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from made_studies import DRAWN, TRUST, column, doctored, plain, swept

from sim.findings import Evidence
from sim.findings.crossed import blocks_of, difference, share
from sim.findings.indices import Unfit, indices, pawn_of, sobol_of
from sim.findings.intervals import wilson
from sim.findings.responses import Runs
from sim.findings.sensitivity import sensitivity
from sim.findings.tornado import reaches_of, tornado
from sim.findings.variance import exact, noise_of
from sim.sweep import samples

THREE = """\
scenario: january-2022
factors:
  sanctions.credibility: {uniform: [0, 1]}
  outside.alarm: {uniform: [0, 1]}
  linkages.package.insistence: {uniform: [0, 1]}
design: DESIGN
replications: 1
seed: 0
common_random_numbers: no
"""


def ishigami(unit):
    """sin x₁ + 7 sin² x₂ + 0.1 x₃⁴ sin x₁ over [−π, π]³ (Ishigami and Homma 1990)."""
    x = np.pi * (2 * unit - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def closed_form():
    """First-order and total indices of that function."""
    a, b, pi = 7.0, 0.1, np.pi
    variance = a**2 / 8 + b * pi**4 / 5 + b**2 * pi**8 / 18 + 0.5
    one, two, both = 0.5 * (1 + b * pi**4 / 5) ** 2, a**2 / 8, b**2 * pi**8 * (1 / 18 - 1 / 50)
    return np.array([one, two, 0]) / variance, np.array([one + both, two, both]) / variance


@pytest.mark.parametrize("second", [False, True])
def test_ishigami(second):
    """The order of ``samples.saltelli`` is the one that the indices are taken from."""
    unit = samples.saltelli(2048, 3, 5, second_order=second)
    found = sobol_of(ishigami(unit), ["x1", "x2", "x3"], second).table
    first, total = closed_form()
    assert found["first"].to_numpy() == pytest.approx(first, abs=0.02)
    assert found["second"].to_numpy() == pytest.approx(total, abs=0.02)
    assert (found["first_low"] <= first + 0.005).all() and (first - 0.005 <= found["first_high"]).all()


def shaped(tmp_path, design, function, replications=1):
    """A played study whose chance of escalation is a function of what its rows hold of the factors."""
    text = THREE.replace("DESIGN", design).replace("replications: 1", f"replications: {replications}")
    study = swept(text, tmp_path / "played")
    names = ["credibility", "alarm", "insistence"]

    def change(table):
        unit = np.column_stack([table.column(name).to_numpy() for name in names])
        return column(table, "escalation_chance", function(unit))

    return Evidence(doctored(study, tmp_path / "shaped", change))


def test_ishigami_through_a_stored_study(tmp_path):
    """Sweep file, engine, Parquet, points in order, SALib; the function scaled to [0, 1], which changes no index."""
    evidence = shaped(tmp_path, "{sobol: {points: 256}}", lambda unit: (ishigami(unit) + 11) / 29)
    found = indices(Runs(evidence), "escalation")
    first, total = closed_form()
    assert found.points == 256 * 5 and found.left_out == 0
    assert found.table["first"].to_numpy() == pytest.approx(first, abs=0.08)
    assert found.table["second"].to_numpy() == pytest.approx(total, abs=0.08)
    answer = sensitivity(evidence)
    assert "the credibility of sanctions" in answer.chart.title
    assert answer.frame[answer.frame["response"] == "escalation"].set_index("factor")[
        "first"
    ].to_numpy() == pytest.approx(found.table["first"].to_numpy())


def test_incomplete_blocks_are_left_out(tmp_path):
    """A failed run takes its base point's block with it; the rest keeps its order."""
    evidence = shaped(tmp_path, "{sobol: {points: 64}}", lambda unit: 0.1 + 0.6 * unit[:, 0] + 0.2 * unit[:, 2])
    status = ["failed" if row == 12 else "played" for row in range(320)]
    broken = Evidence(doctored(evidence.study, tmp_path / "broken", lambda table: column(table, "status", status)))
    found = indices(Runs(broken), "escalation")
    # Linear: shares are those of the squared coefficients, 36 : 0 : 4.
    assert (found.points, found.left_out) == (315, 5)
    assert found.table["first"].to_numpy() == pytest.approx([0.9, 0, 0.1], abs=0.05)
    assert "5 points of incomplete blocks are left out" in sensitivity(broken).chart.footer


def test_morris_of_a_plane_is_its_slopes(tmp_path):
    """Every effect is the slope, so the spread is nothing; steps that the rows do not hold are refused."""
    evidence = shaped(
        tmp_path, "{morris: {trajectories: 6, levels: 4}}", lambda unit: 0.5 * unit[:, 0] + 0.1 * unit[:, 1]
    )
    found = indices(Runs(evidence), "escalation")
    assert found.measure == "morris"
    assert found.table["first"].to_numpy() == pytest.approx([0.5, 0.1, 0], abs=1e-9)
    assert found.table["second"].to_numpy() == pytest.approx([0, 0, 0], abs=1e-9)
    shuffled = doctored(
        evidence.study, tmp_path / "other", lambda table: column(table, "alarm", 1 - table.column("alarm").to_numpy())
    )
    with pytest.raises(Unfit, match="cannot be made again"):
        indices(Runs(Evidence(shuffled)), "escalation")


def test_exact_shares_by_hand():
    """y = 4a + 2b + 2ab on {0, 1}²: values 0, 2, 4, 8; means of a 1 and 6, of b 2 and 5; variance 8.75."""
    first, total = exact(np.array([[0.0, 2.0], [4.0, 8.0]]))
    assert first == pytest.approx([6.25 / 8.75, 2.25 / 8.75])
    assert total == pytest.approx([(4 / 4 * 4 + 9) / 2 / 8.75, (1 + 4) / 2 / 8.75])
    assert 1 - first.sum() == pytest.approx(0.25 / 8.75)


def test_noise_is_taken_off_without_bias():
    """A grid with chance of known variance in its cells gives on average the shares of the grid without it."""
    random = np.random.default_rng(2)
    grid = np.add.outer(np.linspace(0, 1, 5), np.linspace(0, 0.5, 4))
    plainly, _ = exact(grid)
    noisy = [exact(grid + random.normal(0, 0.15, grid.shape), 0.15**2) for _ in range(800)]
    assert np.mean([first for first, _ in noisy], axis=0) == pytest.approx(plainly, abs=0.02)
    assert np.mean([total for _, total in noisy], axis=0) == pytest.approx([0.8, 0.2], abs=0.05)
    raw = np.mean([exact(grid + random.normal(0, 0.15, grid.shape))[1] for _ in range(200)], axis=0)
    assert raw[1] > 0.25  # what it would be with the noise left in


def runs_of(values, *, paired, design="factorial", factors=2):
    """Runs as a study would hold them: float64[points, replications]."""
    made = object.__new__(Runs)
    made.evidence = SimpleNamespace(
        paired=paired,
        design=design,
        factors=[None] * factors,
        study=SimpleNamespace(manifest={"effective": {"design": {}}}),
    )
    made.values, made.played = {"y": np.asarray(values, float)}, np.ones(np.shape(values), bool)
    made.points = np.arange(len(values))
    return made


def test_noise_between_points_by_hand():
    """Under shared draws a draw that lifts all points alike is no noise between them."""
    values = [[0.0, 1.0], [1.0, 2.0]]
    assert noise_of(runs_of(values, paired=True), "y", np.ones(2, bool)) == pytest.approx((0.0, 0.25))
    assert noise_of(runs_of(values, paired=False), "y", np.ones(2, bool)) == pytest.approx((0.25, 0.25))


def test_intervals_count_what_is_shared():
    """40 draws that come out alike at 25 points are 40 runs, not 1,000; drawn points that come out alike are points."""
    draws = np.tile(np.arange(40) < 10, (25, 1)).astype(float)
    shared, own = runs_of(draws, paired=True), runs_of(draws, paired=False)
    every = np.ones(25, bool)
    assert share(shared, draws, every).low == pytest.approx(wilson(0.25, 39)[0], abs=1e-9)
    assert share(own, draws, every).high == pytest.approx(wilson(0.25, 975)[1], abs=1e-9)
    points = draws.T
    drawn = runs_of(points, paired=False, design="latin_hypercube")
    assert share(drawn, points, np.ones(40, bool)).high == pytest.approx(wilson(0.25, 40)[1], abs=1e-9)
    # Two halves of the points under the same draws do not differ at all.
    gap = difference(shared, draws, every & (np.arange(25) < 12), every & (np.arange(25) >= 12))
    assert (gap.value, gap.low, gap.high) == pytest.approx((0, 0, 0), abs=1e-12)


def test_points_made_of_one_another_are_a_block():
    made = runs_of(np.zeros((10, 2)), paired=True, design="sobol", factors=3)
    assert blocks_of(made.evidence, made.points).tolist() == [0] * 5 + [1] * 5
    made.evidence.design = "morris"
    assert blocks_of(made.evidence, made.points).tolist() == [0] * 4 + [1] * 4 + [2] * 2


def test_pawn_tells_what_matters_from_what_does_not():
    """Of 30 factors two matter, one of them in words with three levels; no other passes the line."""
    random = np.random.default_rng(4)
    factors = pd.DataFrame(random.random((600, 30)), columns=[f"f{at}" for at in range(30)])
    factors["f7"] = random.integers(0, 3, 600)
    values = 0.5 * factors["f3"] + 0.2 * factors["f7"] + 0.1 * random.random(600)
    found = pawn_of(factors, values.to_numpy())
    assert set(found.table.index[found.table["first"] > found.least]) == {"f3", "f7"}
    idle = pawn_of(factors, random.random(600))
    assert (idle.table["first"] <= idle.least).all()


# ---- Played studies ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trust(tmp_path_factory):
    return swept(TRUST, tmp_path_factory.mktemp("trust"))


def outcome_by(table, rule):
    rows = table.to_pandas()
    return column(table, "outcome", ["limited_measures" if yes else "talks_continue" for yes in rule(rows)])


def test_the_tornado_is_plain_shares(trust):
    evidence, frame = Evidence(trust), trust.frame()
    agreed = frame["outcome"].isin(["limited_measures", "arms_control_accord", "settlement"])
    runs = Runs(evidence)
    for one in reaches_of(runs, "agreement"):
        for (end, words), level in zip(one.ends, sorted(frame[one.name].astype(str).unique())):
            if one.name == "good_faith":
                assert words == f"{float(level):.3g}"
                assert end.value == pytest.approx(agreed[frame[one.name] == float(level)].mean())
            assert end.low <= end.value <= end.high
        assert one.swing.value == pytest.approx(one.ends[1][0].value - one.ends[0][0].value)
    chances = {one.name: one for one in reaches_of(runs, "escalation")}
    for level, (end, _) in zip((0.1, 0.9), chances["good_faith"].ends):
        assert end.value == pytest.approx(frame["escalation_chance"][frame["good_faith"] == level].mean())


def test_the_title_turns_with_the_rows(trust, tmp_path):
    """Agreement made to follow one factor, then the other, then neither."""
    for name, rule, lead in (
        ("faith", lambda rows: (rows["good_faith"] > 0.5) ^ (rows["replication"] % 10 == 0), "good faith"),
        (
            "order",
            lambda rows: (rows["order"].astype(str) == "Vienna first") ^ (rows["replication"] % 10 == 0),
            "order",
        ),
    ):
        evidence = Evidence(doctored(trust, tmp_path / name, lambda table, rule=rule: outcome_by(table, rule)))
        assert re.match(f"The .*{lead}.* moves agreement by 80 points", tornado(evidence).chart.title)
        assert sensitivity(evidence).frame.query("response == 'agreement'").set_index("factor")["first"].idxmax() == {
            "faith": "good_faith", "order": "order"
        }[name]  # fmt: skip
        assert re.match(
            f"Agreement (and escalation both )?depends? most on the .*{lead}", sensitivity(evidence).chart.title
        )
    none = Evidence(
        doctored(trust, tmp_path / "none", lambda table: outcome_by(table, lambda rows: rows["replication"] < 20))
    )
    assert tornado(none).chart.title == "No factor moves the share of agreements by more than chance would"


def test_the_baseline_is_marked_where_it_was_played(trust, tmp_path):
    """Good faith 0.1 and 0.9 are not the scenario's 0.45; with 0.45 the point of the real order is."""
    chart = tornado(Evidence(trust)).chart
    told = [note["text"] for note in chart.panels()[0].figure["layout"]["annotations"]]
    assert any("all runs" in text for text in told) and not any("baseline" in text for text in told)
    text = TRUST.replace("[0.1, 0.9]", "[0.1, 0.45]").replace("replications: 60", "replications: 5")
    evidence = Evidence(swept(text, tmp_path))
    frame = evidence.study.frame()
    own = frame[(frame["good_faith"] == 0.45) & (frame["order"].astype(str) == "Geneva first")]
    agreed = own["outcome"].isin(["limited_measures", "arms_control_accord", "settlement"]).mean()
    told = [note["text"] for note in tornado(evidence).chart.panels()[0].figure["layout"]["annotations"]]
    assert f"<b>baseline {round(100 * agreed)} %</b>" in told


def test_nothing_is_said_where_nothing_can_be(trust, tmp_path):
    plainly = Evidence(plain("two-by-two", 5, tmp_path / "plain"))
    for answer in (sensitivity, tornado):
        assert answer(plainly).nothing == "Nothing was varied in this study."
    few = Evidence(swept(DRAWN, tmp_path / "few"))
    assert sensitivity(few).nothing == "24 points are too few to say what they depend on; at least 64 are needed."
    failed = Evidence(
        doctored(trust, tmp_path / "failed", lambda table: column(table, "status", ["failed"] * len(table)))
    )
    for answer in (sensitivity, tornado):
        assert re.fullmatch(r"[A-Z].*\.", answer(failed).nothing)
    same = Evidence(
        doctored(
            trust,
            tmp_path / "same",
            lambda table: column(
                outcome_by(table, lambda rows: rows["row"] < 0), "escalation_chance", [0.5] * len(table)
            ),
        )
    )
    assert sensitivity(same).nothing == "It comes out the same at every point."


def test_a_game_without_a_challenger_has_agreement_alone(tmp_path):
    text = (
        "scenario: two-by-two\nfactors:\n  parties.upstream.reservation: {list: [0.1, 0.5, 0.9]}\n"
        "  parties.downstream.reservation: {list: [0.1, 0.5]}\ndesign: factorial\nreplications: 20\nseed: 0\n"
        "common_random_numbers: yes\n"
    )
    evidence = Evidence(swept(text, tmp_path))
    for answer in (sensitivity(evidence), tornado(evidence)):
        assert answer.chart is not None and len(answer.chart.panels()) == 1
        assert "scalation" not in answer.chart.title + answer.chart.subtitle + answer.chart.footer
