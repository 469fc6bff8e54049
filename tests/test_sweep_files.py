"""Sweep files: those that come with the program, and what bad ones are told before anything runs."""

import json
import re
from pathlib import Path

import pytest
import yaml

from sim.domain.load import load_scenario
from sim.domain.problems import ScenarioError
from sim.sweep.coding import WIDTHS
from sim.sweep.design import read_sweep, replication
from sim.sweep.reading import shelf, shipped
from sim.sweep.schema import DESIGNS, FORMS

GOOD = {
    "scenario": "january-2022",
    "factors": {"sanctions.credibility": {"uniform": [0, 1]}, "outside.alarm": {"grid": [0, 1, 3]}},
    "design": {"random": {"points": 4}},
    "replications": 2,
    "seed": 0,
    "common_random_numbers": True,
}


def write(folder, name="study.yaml", **changed):
    """A sweep file that differs from a good one in some keys; None leaves a key out."""
    content = {key: value for key, value in {**GOOD, **changed}.items() if value is not None}
    path = folder / name
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return path


def refused(path, changes=()):
    """The message that reading ends with."""
    with pytest.raises(ScenarioError) as caught:
        read_sweep(path, changes)
    text = str(caught.value)
    assert "\n" not in text
    assert "Traceback" not in text
    return text


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
    assert shipped() == tuple(SIZES)


@pytest.mark.parametrize(("name", "size"), SIZES.items())
def test_a_shipped_sweep_reads_and_is_as_large_as_its_comment_says(name, size):
    sweep = read_sweep(name)
    assert (sweep.n, sweep.replications) == size
    assert 50_000 <= sweep.rows <= 1_000_000
    assert sweep.question.endswith("?")
    comment = (shelf() / f"{name}.yaml").read_text(encoding="utf-8").split("\nquestion:")[0]
    assert f"{sweep.n:,} " in comment
    assert f" {sweep.rows:,} runs" in comment
    points = sweep.points()
    assert all(len(column) == sweep.n for column in points.columns.values())
    last = load_scenario(sweep.scenario_name, points.changes(sweep.n - 1))
    assert last.hash == points.scenario(sweep.n - 1).hash != sweep.scenario.hash
    assert json.loads(json.dumps(sweep.effective())) == sweep.effective()


# ---- Bad files ----------------------------------------------------------------------------------------------------------

JANUARY = "parties.us.positions.nato_enlargement"


def factor(path, **spec):
    return {"factors": {path: spec}}


BAD = {
    "no answer on common random numbers": (
        {"common_random_numbers": None},
        "common_random_numbers: found nothing; expected the key common_random_numbers: yes or no, there is no default.",
    ),
    "a word for common random numbers": (
        {"common_random_numbers": "maybe"},
        'common_random_numbers: found "maybe"; expected yes or no.',
    ),
    "a misspelt key": ({"replication": 2}, 'found the unknown key "replication"; expected one of: question, scenario'),
    "a misspelt key is named": ({"replication": 2}, "Did you mean replications?"),
    "no replications": (
        {"replications": 0},
        "study.yaml:15: replications: found 0; expected greater than or equal to 1.",
    ),
    "a fraction of a run": ({"replications": 1.5}, "replications: found 1.5; expected a valid integer."),
    "a negative seed": ({"seed": -1}, "seed: found -1; expected greater than or equal to 0."),
    "no such scenario": ({"scenario": "january-2021"}, "Did you mean january-2022?"),
    "nothing that varies": (
        {"factors": None},
        "found neither factors nor coding; expected at least one thing that varies.",
    ),
    "a path that leads nowhere": (
        factor("sanctions.credibilty", uniform=[0, 1]),
        'study.yaml:3: factors.sanctions.credibilty: found the unknown key "credibilty" under sanctions; '
        "expected one of: credibility, measures. Did you mean credibility?",
    ),
    "a party that is not there": (factor("parties.rusia.patience", list=[1]), "Did you mean russia?"),
    "a path too long": (
        factor("outside.alarm.mean", list=[1]),
        "the figure 0.7 at outside.alarm where mean was looked for; expected a shorter path.",
    ),
    "a list item that is not there": (
        factor("issues.inf_europe.verifiability.9", list=[1]),
        "found 9 under issues.inf_europe.verifiability; expected a number from 0 to 4.",
    ),
    "a whole part": (
        factor("outside", list=[1]),
        "found outside, a whole part; expected one figure in it (tie, friction",
    ),
    "a path for people": (factor("parties.us.patience.note", list=["x"]), "which no rule reads"),
    "a label": (factor("title", list=["x"]), "found title, which no rule reads"),
    "no values": (
        factor("outside.alarm", name="a"),
        "factors.outside.alarm: found no values; expected exactly one of: grid",
    ),
    "two forms": (
        factor("outside.alarm", uniform=[0, 1], list=[1]),
        "factors.outside.alarm: found list and uniform; expected exactly one of",
    ),
    "a misspelt form": (factor("outside.alarm", unifrom=[0, 1]), "Did you mean uniform?"),
    "an end that the scenario refuses": (
        factor("outside.alarm", uniform=[0, 1.5]),
        "study.yaml:4: factors.outside.alarm.uniform: found 1.5; expected less than or equal to 1 (outside.alarm).",
    ),
    "ends the wrong way round": (
        factor("outside.alarm", uniform=[1, 0]),
        "found [1, 0]; expected figures from low to high.",
    ),
    "a single end": (factor("outside.alarm", uniform=[1]), "study.yaml:4: factors.outside.alarm.uniform"),
    "a word for a figure": (factor("outside.alarm", uniform=[0, "much"]), 'found "much"; expected a figure.'),
    "a switch for a figure": (factor("outside.alarm", list=[True]), "found true; expected a figure from 0 to 1"),
    "a figure for a switch": (
        factor("beliefs.updates", list=[0, 1]),
        "found 0; expected true or false (beliefs.updates).",
    ),
    "fractions of rounds": (
        factor("venues.geneva.sessions.main.rounds", uniform=[3, 9]),
        "found a uniform of fractions; expected integers, a grid, a list or a choice of whole numbers.",
    ),
    "half a round": (factor("venues.geneva.sessions.main.rounds", list=[3, 4.5]), "found 4.5; expected a whole number"),
    "a logarithm of nothing": (
        factor("bargaining.noise", log_uniform=[0, 1]),
        "found [0, 1]; expected figures above 0.",
    ),
    "a normal without spread": (factor("bargaining.noise", normal=[0, 0]), "found a standard deviation of 0"),
    "a normal out of reach": (
        factor("outside.alarm", normal=[3, 0.1]),
        "found nothing of it between 0 and 1; expected a mean within 3 standard deviations of that range.",
    ),
    "bounds of what is no normal": (
        factor("outside.alarm", uniform=[0, 1], within=[0, 1]),
        "factors.outside.alarm.within: found within beside uniform; expected none: only a normal has it.",
    ),
    "a value twice": (factor("outside.alarm", list=[0.5, 0.5]), "found a value twice; expected each value once."),
    "weights too few": (
        factor("outside.alarm", choice=[0, 1], weights=[1]),
        "expected 2 weights above 0, one a value.",
    ),
    "a weight of nothing": (factor("outside.alarm", choice=[0, 1], weights=[1, 0]), "found [1, 0]; expected 2 weights"),
    "no weights": (factor("outside.alarm", choice=[0, 1]), "weights: found nothing; expected a weight for each value."),
    "labels too few": (
        factor("outside.alarm", list=[0, 1], labels=["low"]),
        "factors.outside.alarm.labels: found 1 labels; expected 2, one a value.",
    ),
    "an unknown tactic": (factor("parties.us.tactic", list=["linear", "bolware"]), "Did you mean boulware?"),
    "a parameter that the tactic lacks": (
        factor("parties.us.tactic", list=[{"name": "hardliner", "beta": 1}]),
        "study.yaml:3: factors.parties.us.tactic at ",
    ),
    "a tactic's parameter out of its range": (
        factor("parties.us.tactic.beta", uniform=[0.5, 1.5]),
        "parties.us.tactic.beta: found 1.5; expected from 0.01 to 1 for boulware.",
    ),
    "an option that is not there": (
        factor(f"{JANUARY}.red_line", list=[3, 9]),
        "option 9; expected an option of nato_enlar",
    ),
    "a venue that is not there": (factor("calendar", list=[["geneva", "paris"]]), 'found "paris"; expected a venue'),
    "a figure twice": (
        {"factors": {"parties.us.tactic": {"list": ["linear"]}, "parties.us.tactic.phi": {"list": [1]}}},
        "factors.parties.us.tactic.phi: found a path that parties.us.tactic covers already; expected every figure varied once.",
    ),
    "the same figure in other words": (
        {"factors": {"outside.alarm": {"list": [1]}, "outside.alarm.value": {"list": [1]}}},
        "found a path that outside.alarm covers already",
    ),
    "a factor that is set": ({"set": {"outside.alarm": 0.5}}, "found a factor that is also set (outside.alarm=0.5)"),
    "a setting that the scenario refuses": (
        {"set": {"outside.tie": 2}},
        "study.yaml:19: outside.tie.value: found 2; expected less than",
    ),
    "two columns of one name": (
        {"factors": {"outside.alarm": {"list": [1], "name": "a"}, "outside.tie": {"list": [1], "name": "a"}}},
        'factors.outside.tie.name: found the name "a" of another column; expected a name of its own.',
    ),
    "a name that every study has": (
        factor("outside.alarm", list=[1], name="seed"),
        'found the name "seed" of another column',
    ),
    "a name with capitals": (factor("outside.alarm", list=[1], name="Alarm"), "factors.outside.alarm.name"),
    "saliences without room": (
        {
            "factors": {
                "parties.us.positions.nato_enlargement.salience": {"name": "enlargement", "uniform": [10, 60]},
                "parties.us.positions.force_rollback.salience": {"name": "forces", "list": [60]},
            },
            "design": {"morris": {"trajectories": 8}},
        },
        "factors: saliences of us: found forces, enlargement adding up to 120 at some point; expected room for the others",
    ),
    "too many points": (
        {
            "design": "factorial",
            "factors": {"outside.tie": {"grid": [0, 1, 3000]}, "outside.alarm": {"grid": [0, 1, 3000]}},
        },
        "design: found 9,000,000 points; expected at most 5,000,000: fewer values, or a design that samples.",
    ),
    "several places of a whole": (
        factor("parties.us.patience", list=[1], also=["parties.us.positions.inf_europe.salience"]),
        "factors.parties.us.patience.also: found parties.us.positions.inf_europe.salience, a part of a whole; expected figures",
    ),
    "no design": ({"design": {}}, "design: found no design with its sizes; expected exactly one of: factorial, random"),
    "a misspelt design": ({"design": "factorail"}, "Did you mean factorial?"),
    "a design without its size": (
        {"design": "sobol"},
        "design: found no design with its sizes; expected exactly one of",
    ),
    "two designs": (
        {"design": {"factorial": {}, "random": {"points": 3}}},
        "found factorial and random; expected exactly one",
    ),
    "no points": (
        {"design": {"random": {"points": 0}}},
        "design.random.points: found 0; expected greater than or equal to 1.",
    ),
    "Sobol off its powers": (
        {"design": {"sobol": {"points": 1000}}},
        "design.sobol.points: found 1000; expected a power of two, 512 or 1024: a Sobol sequence is balanced only there.",
    ),
    "odd levels": (
        {"design": {"morris": {"trajectories": 4, "levels": 5}}},
        "levels: found 5; expected a multiple of 2.",
    ),
    "a range to combine": (
        {"design": "factorial"},
        "factors.sanctions.credibility.uniform: found a uniform; expected a grid or a list: a factorial design needs values",
    ),
    "coding to combine": (
        {"design": "factorial", "factors": None, "coding": {}},
        "coding: found coding under a factorial design; expected a random, latin_hypercube, sobol or morris design.",
    ),
    "a mark that is none": ({"coding": {"guess": {}}}, "expected one of: cited, inferred, estimate, assumed, only"),
    "a width out of range": (
        {"coding": {"estimate": {"step": 0.7}}},
        "coding.estimate.step: found 0.7; expected less than",
    ),
    "coding of nothing": (
        {"coding": {"only": ["parties.usa"]}},
        'coding.only.0: found "parties.usa"; expected the opening of',
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_told_what_is_wrong_and_where(what, tmp_path):
    changed, expected = BAD[what]
    text = refused(write(tmp_path, **changed))
    assert expected in text
    assert "study.yaml" in text or "scenario" in text


def test_a_key_written_twice_and_what_is_no_yaml(tmp_path):
    path = tmp_path / "twice.yaml"
    path.write_text("seed: 1\nseed: 2\n")
    assert refused(path) == f"{path}:2: seed: found the key twice; expected it once."
    path.write_text("seed: [1\n")
    assert "found no valid YAML" in refused(path)


def test_names_that_lead_to_no_file(tmp_path):
    assert "Did you mean tactics-tournament?" in refused("tactics-tournement")
    assert refused("january-2022").startswith("january-2022: found a scenario; expected a sweep file, or --runs N")
    assert "found a folder" in refused(str(tmp_path))


def test_a_change_from_the_command_line_is_checked_like_the_file(tmp_path):
    path = write(tmp_path)
    assert "--set outside.tie=2" in refused(path, ["outside.tie=2"])
    assert "found a factor that is also set (outside.alarm=0.2)" in refused(path, ["outside.alarm=0.2"])
    sweep = read_sweep(path, ["outside.tie=0.2"])
    assert sweep.scenario.outside.tie.value == 0.2
    assert sweep.points().changes(0)[0] == "outside.tie=0.2"
    assert sweep.hash != read_sweep(path).hash


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
