"""Sweep files with mistakes: one clear message each, with the place, what was found and what was expected."""

import pytest
from written_sweeps import refused, write

from sim.sweep.design import read_sweep

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
