"""Sweep files: those that come with the program, and what bad ones are told before anything runs."""

import json
import re
from pathlib import Path

import pytest
from written_sweeps import refused, write

from sim.domain.files import shelf, shipped
from sim.domain.load import load_scenario
from sim.domain.problems import ScenarioError
from sim.sweep.coding import WIDTHS
from sim.sweep.design import read_sweep, replication
from sim.sweep.schema import DESIGNS, FORMS

# ---- Those that come with the program ----------------------------------------------------------------------------------

SIZES = {
    "all-parameters": (46_080, 16),
    "coding": (2_000, 100),
    "good-faith-and-sanctions": (1_681, 200),
    "history": (50_000, 1),
    "insistence-and-enlargement": (882, 200),
    "tactics-tournament": (4_096, 100),
    "venues-and-consent": (48, 4_000),
}


def test_every_shipped_sweep_is_known_here():
    assert shipped("sweeps") == tuple(SIZES)


@pytest.mark.parametrize(("name", "size"), SIZES.items())
def test_a_shipped_sweep_reads_and_is_as_large_as_its_comment_says(name, size):
    sweep = read_sweep(name)
    assert (sweep.n, sweep.replications) == size
    assert 50_000 <= sweep.rows <= 1_000_000
    assert sweep.question.endswith("?")
    comment = (shelf("sweeps") / f"{name}.yaml").read_text(encoding="utf-8").split("\nquestion:")[0]
    assert f"{sweep.n:,} " in comment
    assert f" {sweep.rows:,} runs" in comment
    points = sweep.points()
    assert all(len(column) == sweep.n for column in points.columns.values())
    last = load_scenario(sweep.scenario_name, points.changes(sweep.n - 1))
    assert last.hash == points.scenario(sweep.n - 1).hash != sweep.scenario.hash
    assert json.loads(json.dumps(sweep.effective())) == sweep.effective()


# ---- Points from a file -------------------------------------------------------------------------------------------------

NAMED = {"sanctions.credibility": {"name": "belief"}, "parties.us.tactic": {}}


def test_points_from_a_file(tmp_path):
    """Columns by name or path, also of factors that the sweep file does not mention; words, fractions and nulls as written."""
    (tmp_path / "points.csv").write_text(
        "parties.us.tactic,belief,venues.geneva.sessions.main.rounds,outside.friction\n"
        'linear,0.25,4,1e-3\n\n"{name: boulware, beta: 0.3}",1,12,0\n',
        encoding="utf-8",
    )
    sweep = read_sweep(write(tmp_path, factors=NAMED, design={"csv": "points.csv"}))
    points = sweep.points()
    assert (sweep.n, sweep.rows) == (2, 4)
    assert points.names == ("tactic", "belief", "rounds", "friction")
    assert points.columns["tactic"] == ["linear", "boulware (beta 0.3)"]
    assert points.columns["belief"].tolist() == [0.25, 1.0]
    assert points.columns["rounds"].tolist() == [4, 12]
    assert points.scenario(0).outside.friction.value == 1e-3
    assert points.scenario(1).parties["us"].tactic.beta == 0.3
    assert points.scenario(1).venues["geneva"].rounds == 14
    assert load_scenario("january-2022", points.changes(0)).hash == points.scenario(0).hash


BAD_POINTS = {
    "no points": ("belief,parties.us.tactic\n", "points.csv: found no points; expected a header and one point a line."),
    "a header astray": (
        "belief,parties.us.tactik\n0,linear\n",
        "points.csv:1: parties.us.tactik: found the unknown key",
    ),
    "a name almost right": ("beleif,parties.us.tactic\n0,linear\n", "Did you mean belief?"),
    "a column missing": ("belief\n0\n", "points.csv:1: found no column tactic; expected one for every factor of"),
    "a column twice": ("belief,sanctions.credibility\n0,0\n", "points.csv:1: found a factor twice"),
    "a short row": ("belief,tactic\n0,linear\n0\n", "points.csv:3: found 1 cells; expected 2, one a column."),
    "a value out of range": (
        "belief,tactic\n0,linear\n1.5,linear\n",
        "points.csv:3: sanctions.credibility: found 1.5; expected less than or equal to 1.",
    ),
    "a word for a figure": (
        "belief,tactic\nhigh,linear\n",
        "points.csv:2: sanctions.credibility: found high; expected a",
    ),
    "a cell left empty": ("belief,tactic\n,linear\n", "points.csv:2: sanctions.credibility.value: found nothing"),
    "an unknown tactic": ("belief,tactic\n0,linear\n0,boulwar\n", "points.csv:3: parties.us.tactic.name"),
}


@pytest.mark.parametrize("what", BAD_POINTS)
def test_a_bad_file_of_points_is_told_its_line(what, tmp_path):
    text, expected = BAD_POINTS[what]
    (tmp_path / "points.csv").write_text(text, encoding="utf-8")
    factors = {"sanctions.credibility": {"name": "belief"}, "parties.us.tactic": {"name": "tactic"}}
    assert expected in refused(write(tmp_path, factors=factors, design={"csv": "points.csv"}))


def test_a_file_of_points_that_is_not_there_or_beside_a_range(tmp_path):
    text = refused(write(tmp_path, factors=NAMED, design={"csv": "absent.csv"}))
    assert "design.csv: found no file absent.csv; expected a CSV file beside the sweep file." in text
    (tmp_path / "points.csv").write_text("alarm\n0\n")
    text = refused(write(tmp_path, design={"csv": "points.csv"}))
    assert (
        "factors.sanctions.credibility.uniform: found a uniform; expected none: the file of points holds the values."
        in text
    )


# ---- Names, scenarios beside a file, replication --------------------------------------------------------------------------


def test_a_name_is_the_shortest_tail_that_no_other_path_has(tmp_path):
    paths = (
        "parties.us.patience",
        "parties.nato.patience",
        "outside.alarm",
        "parties.nato.blocs.eastern.conflict_loss",
        "parties.ukraine.conflict_loss",
        "issues.inf_europe.verifiability.1",
    )
    sweep = read_sweep(write(tmp_path, factors={path: {"list": [0, 0.1]} for path in paths}))
    assert sweep.points().names == (
        "us_patience",
        "nato_patience",
        "alarm",
        "eastern_conflict_loss",
        "ukraine_conflict_loss",
        "verifiability_1",
    )


def test_a_scenario_beside_the_sweep_file(tmp_path):
    (tmp_path / "mine.yaml").write_text("extends: january-2022\nname: mine\noutside: {tie: 0.25}\n")
    sweep = read_sweep(write(tmp_path, scenario="mine"))
    points = sweep.points()
    assert sweep.scenario.name == "mine"
    assert load_scenario(sweep.scenario_name, points.changes(2)).hash == points.scenario(2).hash
    assert str(tmp_path) not in json.dumps(sweep.effective())


def test_plain_replication_is_one_point_with_a_run_an_index():
    sweep = replication("january-2022", 50, 0, ["outside.alarm=0.25"])
    points = sweep.points()
    assert (sweep.n, sweep.rows, sweep.name) == (1, 50, "january-2022")
    assert points.names == points.figures == ()
    assert points.columns == {}
    assert points.changes(0) == ["outside.alarm=0.25"]
    assert points.scenario(0).hash == load_scenario("january-2022", ["outside.alarm=0.25"]).hash
    assert [sweep.identity(row) for row in (0, 49)] == [(0, 0, 0), (0, 49, 49)]
    with pytest.raises(ScenarioError, match="--runs: found 0; expected a whole number from 1"):
        replication("january-2022", 0, 0)


def test_run_indices_with_and_without_common_random_numbers(tmp_path):
    """Row K is replication K % replications of point K // replications; the run index is the replication, or K."""
    common = read_sweep(write(tmp_path))
    apart = read_sweep(write(tmp_path, common_random_numbers=False))
    assert [common.identity(row) for row in (0, 1, 2, 7)] == [(0, 0, 0), (0, 1, 1), (1, 0, 0), (3, 1, 1)]
    assert [apart.identity(row) for row in (0, 1, 2, 7)] == [(0, 0, 0), (0, 1, 1), (1, 0, 2), (3, 1, 7)]
    assert common.hash != apart.hash


def test_words_for_people_do_not_change_the_hash(tmp_path):
    plain = read_sweep(write(tmp_path))
    assert read_sweep(write(tmp_path, "other.yaml", question="Why?")).hash == plain.hash
    for changed in ({"seed": 1}, {"replications": 3}, {"design": {"random": {"points": 5}}}):
        assert read_sweep(write(tmp_path, "changed.yaml", **changed)).hash != plain.hash


# ---- The page about them --------------------------------------------------------------------------------------------------

PAGE = Path(__file__).parent.parent / "docs" / "sweep-files.md"


def test_the_examples_of_the_page_read(tmp_path):
    whole, coding = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "example.yaml"
    path.write_text(whole, encoding="utf-8")
    sweep = read_sweep(path)
    assert (len(sweep.factors), sweep.rows) == (9, 256 * 20)
    assert set(sweep.points().columns["red_line"]) == {"none", "not now", "open door"}
    path.write_text(whole + coding, encoding="utf-8")
    assert sum(factor.coded for factor in read_sweep(path).factors) > 30


def test_the_pages_widths_are_those_of_the_code():
    rows = dict(re.findall(r"^\| `(\w+)`:.*? \| (.*? \| .*?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert set(rows) == set(vars(WIDTHS["cited"]))
    for name, row in rows.items():
        for mark, cell in zip(("inferred", "estimate"), row.split(" | ")):
            figure = float(cell.strip("± %"))
            assert (figure / 100 if "%" in cell else figure) == getattr(WIDTHS[mark], name)


def test_the_page_names_every_form_and_design():
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"`{name}" in text for name in (*FORMS, *DESIGNS))
