"""Scenario discovery: a planted box is found and told, chance is not taken for one, figures come from rows held out."""

import numpy as np
import pytest
from made_studies import column, doctored, plain, swept

from sim.findings import Evidence
from sim.findings.boxes import Field, Limit, clustered, find_box, inside, pasted, peeled
from sim.findings.discovery import discovery

DRAWN = """\
scenario: january-2022
factors:
  sanctions.credibility: {uniform: [0, 1]}
  outside.alarm: {uniform: [0, 1]}
  linkages.package.insistence: {uniform: [0, 1]}
  bargaining.reciprocity: {uniform: [0, 0.6]}
  parties.ukraine.has_consent: {name: consent, list: [true, false]}
design: {latin_hypercube: {points: 400}}
replications: 2
seed: 3
common_random_numbers: no
"""


def fields(random, rows, count=8):
    found = [Field(f"f{at}", random.random(rows)) for at in range(count)]
    return [*found, Field("kind", random.integers(0, 4, rows).astype(float), ("a", "b", "c", "d"))]


def test_a_planted_box_is_found():
    """Cases in nine of ten rows where f1 < 0.5, f4 > 0.4 and kind is a or c, in one of twenty elsewhere."""
    random = np.random.default_rng(1)
    some = fields(random, 9000)
    there = (some[1].values < 0.5) & (some[4].values > 0.4) & np.isin(some[8].values, [0, 2])
    chance, parts = np.where(there, 0.9, 0.05), np.arange(9000) % 3
    cases = random.random(9000) < chance
    box = find_box(some, cases, parts)
    limits = {limit.name: limit for limit in box.limits}
    assert set(limits) == {"f1", "f4", "kind"}
    assert limits["f1"].high == pytest.approx(0.5, abs=0.05) and limits["f1"].low < 0.05
    assert limits["f4"].low == pytest.approx(0.4, abs=0.05) and limits["f4"].high > 0.95
    assert limits["kind"].levels == {0, 2}
    held, found = parts == 2, inside(some, box.limits)
    assert box.density_low < chance[held & found].mean() < box.density_high and box.density > 0.8
    assert box.coverage == pytest.approx(chance[held & found].sum() / chance[held].sum(), abs=0.03)
    assert max(box.p_values) < 1e-6


def test_density_and_coverage_are_those_of_the_rows_held_out():
    random = np.random.default_rng(5)
    some = fields(random, 3000, 3)
    cases = (some[0].values > 0.7) ^ (random.random(3000) < 0.1)
    parts = np.arange(3000) % 3
    box = find_box(some, cases, parts)
    there, held = inside(some, box.limits), parts == 2
    assert box.density == pytest.approx(cases[held & there].mean())
    assert box.coverage == pytest.approx(cases[held & there].sum() / cases[held].sum())
    assert box.base == pytest.approx(cases[held].mean())


def test_chance_is_not_taken_for_a_box():
    """Cases at random among nine fields, 40 times over: hardly ever is anything found."""
    found = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        found += find_box(fields(random, 900), random.random(900) < 0.4, np.arange(900) % 3) is not None
    assert found <= 2


def test_shared_draws_are_not_taken_for_a_box():
    """Each draw falls for all of its 30 rows alike: without clusters chance would look sure."""
    found = {True: 0, False: 0}
    for seed in range(25):
        random = np.random.default_rng(seed)
        draw = np.repeat(np.arange(120), 30)
        own = [Field(f"d{at}", random.random(120)[draw]) for at in range(4)]
        cases = (random.random(120) < 0.4)[draw]
        parts = random.permutation(120)[draw] % 3
        for known in found:
            found[known] += find_box(own, cases, parts, [draw] if known else []) is not None
    assert found[True] <= 2 < found[False]


def test_peeling_and_pasting_by_hand():
    """Twenty rows, cases are the six largest: peeling takes the smallest ones off; what was cut too far is pasted back."""
    one = Field("x", np.arange(20.0))
    cases = one.values >= 14
    last = peeled([one], cases)[-1]["x"]
    assert last.low > 9 and last.high == np.inf and cases[inside([one], [last])].mean() > 0.8
    two = [Field("x", np.arange(100.0)), Field("y", np.arange(100.0) % 2)]
    dense = (two[0].values >= 50) | (two[0].values == 45)
    wide = pasted(two, dense, {"x": Limit("x", low=60.0), "y": Limit("y", low=1.0)})
    assert wide["y"].low == 1.0 and wide["x"].low == 60.0  # all cases inside already: nothing is denser
    mixed = pasted(two, two[0].values >= 40, {"x": Limit("x", low=0.0, high=59.0)})
    assert mixed["x"].high > 59.0


def test_variance_over_clusters_by_hand():
    """Influences 1, 1, −1, −1: alone 4; in clusters of equal signs 4 + 4 = 8, of both ways max(8 + 0 − 4, 8) = 8."""
    influence = np.array([1.0, 1.0, -1.0, -1.0])
    assert clustered(influence, []) == 4
    assert clustered(influence, [np.array([0, 0, 1, 1])]) == 8
    assert clustered(influence, [np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])]) == 8


# ---- Through a stored study ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return swept(DRAWN, tmp_path_factory.mktemp("drawn"))


def made(study, folder, rule):
    def change(table):
        rows = table.to_pandas()
        return column(table, "outcome", ["settlement" if yes else "breakdown" for yes in rule(rows)])

    return Evidence(doctored(study, folder, change))


def test_the_sentence_says_the_planted_box(study, tmp_path):
    random = np.random.default_rng(0)
    flip = random.random(800) < 0.1
    found = discovery(
        made(study, tmp_path / "box", lambda rows: ((rows["credibility"] > 0.6) & (rows["alarm"] < 0.5)) ^ flip)
    )
    words = found.sentences[0]
    assert words.startswith("Agreements happen when ") and "credibility of sanctions is at least 0." in words
    assert "alarm about having no deal is at most 0." in words and "insistence" not in words
    row = found.frame.iloc[0]
    assert row["density"] > 0.75 and row["coverage"] > 0.5
    assert f"{round(100 * row['density'])} % of runs agree" in found.chart.title
    turned = discovery(made(study, tmp_path / "turned", lambda rows: (rows["consent"]) ^ flip))
    assert "consent of Ukraine is needed" in turned.sentences[0]


def test_no_box_is_said_to_be_none(study, tmp_path):
    random = np.random.default_rng(7)
    drawn = random.random(800) < 0.4
    found = discovery(made(study, tmp_path / "none", lambda rows: drawn))
    assert found.chart is None
    share = round(100 * drawn.mean())
    assert found.nothing == (
        f"No simple condition tells the runs with an agreement apart from the others: {share} % of all have one."
    )


def test_a_plain_study_is_asked_of_its_draws(tmp_path):
    """Nothing varied, but worth of force, type and lines are drawn; agreement made to follow the worth alone."""
    study = plain("january-2022", 600, tmp_path / "plain")
    found = discovery(made(study, tmp_path / "worth", lambda rows: rows["payoff"] < 0.4))
    assert found.sentences[0].startswith("Agreements happen when the worth of force to Russia is at most 0.")
    assert found.frame["limit"].tolist() == ["payoff"]


def test_too_little_or_nothing_to_tell_apart(study, tmp_path):
    assert discovery(Evidence(plain("two-by-two", 9, tmp_path / "few"))).nothing == (
        "9 runs are too few to look for conditions; at least 200 are needed."
    )
    for name, rule, words in (
        ("all", lambda rows: rows["row"] >= 0, "Every run ends"), ("none", lambda rows: rows["row"] < 0, "No run ends"),
    ):  # fmt: skip
        found = discovery(made(study, tmp_path / name, rule))
        assert found.nothing == f"{words} in an agreement: there is nothing to tell apart."
