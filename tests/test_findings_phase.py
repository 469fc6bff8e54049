"""Phase diagrams, pairs of levels and tactics: cells against plain shares, lines where they belong, titles that turn."""

import re

import numpy as np
import pytest
from made_studies import TRUST, column, doctored, plain, swept

from sim.findings import Evidence
from sim.findings.crossed import Mean
from sim.findings.pairs import pairs
from sim.findings.phase import phase, phase_of_escalation
from sim.findings.phase_drawn import crossing
from sim.findings.planes import Plane
from sim.findings.tactics import tactics

GRID = """\
scenario: january-2022
factors:
  sanctions.credibility: {grid: [0, 1, 5]}
  parties.russia.types.good_faith.probability: {name: good_faith, list: [0.25, 0.45, 0.65]}
  red_lines.resolve_challenger: {list: [0.9, 0.5]}
design: factorial
replications: 12
seed: 1
common_random_numbers: yes
"""

SEATS = """\
scenario: january-2022
factors:
  parties.us.tactic: {name: tactic_us, list: [linear, hardliner]}
  parties.nato.tactic: {name: tactic_nato, list: [linear, hardliner]}
design: factorial
replications: 40
seed: 1
common_random_numbers: yes
"""

AGREED = ("limited_measures", "arms_control_accord", "settlement")


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    return swept(GRID, tmp_path_factory.mktemp("grid"))


def made(study, folder, rule):
    """A copy whose runs agree where a rule says so."""

    def change(table):
        rows = table.to_pandas()
        return column(table, "outcome", ["settlement" if yes else "breakdown" for yes in rule(rows)])

    return Evidence(doctored(study, folder, change))


def test_cells_are_plain_shares(grid):
    """Every cell of both planes, the scenario's own level first, and the chance of escalation likewise."""
    rows = grid.frame()
    rows["agreed"] = rows["outcome"].isin(AGREED)
    for answer, figure in ((phase, "agreed"), (phase_of_escalation, "escalation_chance")):
        found = answer(Evidence(grid)).frame
        own = rows.groupby(["credibility", "good_faith", "resolve_challenger"])[figure].mean()
        assert len(found) == 30 and found["runs"].tolist() == [12] * 30
        for one in found.itertuples():
            assert one.share == pytest.approx(own[one.credibility, one.good_faith, float(one.resolve_challenger)])
            assert one.low <= one.share <= one.high
        assert found["resolve_challenger"].tolist() == ["0.9"] * 15 + ["0.5"] * 15


def test_the_baseline_is_the_scenarios_own_cell(grid):
    """Credibility 0.5, good faith 0.45, lines that hold with 0.9: a star in the first plane, none in the second."""
    rows, chart = grid.frame(), phase(Evidence(grid)).chart
    first, second = (panel.figure for panel in chart.panels())
    own = rows[(rows["credibility"] == 0.5) & (rows["good_faith"] == 0.45) & (rows["resolve_challenger"] == 0.9)]
    share = round(100 * own["outcome"].isin(AGREED).mean())
    words = [str(note["text"]) for note in first["layout"]["annotations"]]
    assert any(re.fullmatch(rf"<b>baseline {share} % \(\d+–\d+\)</b>", text) for text in words)
    assert f"{len(own):,} runs, with its 95 % interval" in chart.footer
    stars = [[trace for trace in one["data"] if trace["type"] == "scatter"] for one in (first, second)]
    assert [(len(found)) for found in stars] == [1, 0]
    assert (stars[0][0]["x"], stars[0][0]["y"]) == ([0.5], [0.45])


@pytest.mark.parametrize(
    ("rule", "title"),
    [
        (
            lambda rows: rows["credibility"] > 0.4,
            "Agreements are common with high credibility of sanctions: 60 % of the plane",
        ),
        (
            lambda rows: rows["credibility"] < 0.4,
            "Agreements are common with low credibility of sanctions: 40 % of the plane",
        ),
        (
            lambda rows: rows["good_faith"] > 0.6,
            "Agreements are common with high chance of good faith: 33 % of the plane",
        ),
        (
            lambda rows: (rows["good_faith"] > 0.3) & (rows["credibility"] > 0.2),
            "Agreements are common with high chance of good faith and high credibility of sanctions: 53 % of the plane",
        ),
        (lambda rows: rows["replication"] < 3, "Nowhere here do half of the runs end in an agreement: at most 25 %"),
        (
            lambda rows: rows["replication"] < 9,
            "Everywhere here more than half of the runs end in an agreement: at least 75 %",
        ),
    ],
)
def test_the_title_turns_with_the_rows(grid, tmp_path, rule, title):
    found = phase(made(grid, tmp_path / "made", rule)).chart.title
    assert found == title if len(title) <= 100 else found == title.partition(":")[0]


def test_lines_of_equal_share_cross_where_they_should():
    """Shares rise by a tenth a column: a quarter lies halfway between 0.2 and 0.3; above the last there is none."""
    cells = [[Mean(0.1 * x, 0.0, 1.0, 10) for x in range(6)] for _ in range(4)]
    plane = Plane(np.arange(6.0), np.arange(4.0), cells, "", None, False)
    x, y = crossing(plane, 0.25, [])
    assert x == pytest.approx(2.5) and 0.5 <= y <= 2.5
    assert crossing(plane, 0.75, []) is None
    far = crossing(plane, 0.25, [(2.5, y)])
    assert far[0] == pytest.approx(2.5) and abs(far[1] - y) > 0.5
    assert crossing(plane, 0.25, [(2.5, at / 10) for at in range(31)]) is None


def test_drawn_points_fall_into_bins(tmp_path):
    """A Latin hypercube: the two factors that move agreement most make the plane, bins hold all of its points."""
    text = GRID.replace("design: factorial", "design: {latin_hypercube: {points: 90}}").replace(
        "replications: 12", "replications: 2"
    )
    text = text.replace("grid: [0, 1, 5]", "uniform: [0, 1]").replace("list: [0.25, 0.45, 0.65]", "uniform: [0.2, 0.8]")
    evidence = made(
        swept(text + "", tmp_path / "played"),
        tmp_path / "made",
        lambda rows: rows["credibility"] + rows["good_faith"] > 1,
    )
    found = phase(evidence)
    assert set(found.frame.columns[:2]) == {"credibility", "good_faith"}
    assert found.frame["runs"].sum() == 180 and len(found.frame) == 9
    assert "with high credibility of sanctions and high chance of good faith" in found.chart.title
    assert "★ marks the baseline’s figures" in found.chart.footer


def test_planes_need_two_figures(tmp_path):
    trust = Evidence(swept(TRUST.replace("replications: 60", "replications: 3"), tmp_path / "trust"))
    words = "A phase diagram needs two figures with three values each; no figure varied here."
    assert phase(trust).nothing == words
    assert phase(Evidence(plain("january-2022", 3, tmp_path / "plain"))).nothing == words
    calm = Evidence(plain("two-by-two", 3, tmp_path / "calm"))
    assert phase_of_escalation(calm).nothing == "This scenario has no challenger, so nothing escalates."


# ---- Pairs of levels ---------------------------------------------------------------------------------------------------


def test_pairs_are_plain_shares(tmp_path):
    study = swept(SEATS, tmp_path / "seats")
    rows, found = study.frame(), pairs(Evidence(study)).frame
    own = rows.assign(agreed=rows["outcome"].isin(AGREED)).groupby(["tactic_us", "tactic_nato"], observed=True)
    for one in found.itertuples():
        figure = "agreed" if one.response == "agreement" else "escalation_chance"
        assert one.share == pytest.approx(own[figure].mean()[one.tactic_us, one.tactic_nato])
    flat = pairs(made(study, tmp_path / "flat", lambda rows: rows["replication"] < 10))
    assert flat.chart.title == "No pair of levels stands out: agreement is much the same in all of them"
    lead = pairs(
        made(study, tmp_path / "lead", lambda rows: (rows["tactic_us"].astype(str) == "linear") & (rows["row"] % 5 > 0))
    )
    assert lead.chart.title.startswith("Agreement ranges from 0 to 80 %") and "the tactic of the US" in lead.chart.title


def test_pairs_need_levels(grid, tmp_path):
    assert pairs(Evidence(plain("january-2022", 3, tmp_path))).nothing.startswith("A matrix needs two factors")
    assert pairs(Evidence(grid)).nothing == "A matrix needs two factors with few levels, one of them in words."


# ---- Tactics -----------------------------------------------------------------------------------------------------------


def test_whose_tactic_serves_whom(tmp_path):
    """Gains made by hand: the US gains .3 by its own linear tactic, NATO .1 by the hardness of the US."""
    study = swept(SEATS, tmp_path / "seats")

    def change(table):
        rows = table.to_pandas()
        soft = (rows["tactic_us"].astype(str) == "linear").to_numpy(float)
        table = column(table, "gain_us", 0.3 * soft)
        return column(table, "gain_nato", 0.1 * (1 - soft))

    found = tactics(Evidence(doctored(study, tmp_path / "made", change)))
    assert found.chart.title == "The linear tactic serves the US best, by 30.0 points over hardliner"
    cells = found.frame.set_index(["gain_of", "seat", "tactic"])["gain"]
    assert cells["us", "us", "linear"] == pytest.approx(0.3) and cells["us", "nato", "linear"] == pytest.approx(0.15)
    assert cells["nato", "us", "hardliner"] == pytest.approx(0.1)
    assert "NATO gains the same whichever tactic it uses; the tactic of the US moves its gain most" in " ".join(
        found.sentences
    )
    turned = tactics(
        Evidence(
            doctored(study, tmp_path / "turned", lambda table: column(change(table), "gain_us", [0.2] * len(table)))
        )
    )
    assert turned.chart.title == "No party’s own tactic changes what it gains by more than chance would"
    assert (
        tactics(Evidence(plain("january-2022", 3, tmp_path / "plain"))).nothing == "No tactic was varied in this study."
    )
