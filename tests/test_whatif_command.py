"""What a search for the smallest changes may move, and its command."""

import json
import math
import shlex
import subprocess
import sys

import pytest
from planted import DEAR, answer
from small_sweeps import Grid
from terminal import ROOT, blocks, detente, environment
from typer.testing import CliRunner

from sim.cli import app
from sim.domain.load import load_scenario
from sim.domain.problems import ScenarioError
from sim.findings.assumptions import assumptions
from sim.findings.jury import Jury
from sim.findings.stage import Move, Stage, want_of
from sim.findings.whatif_words import move_words, words_of
from sim.model import NegotiationModel
from sim.store import write_run
from sim.sweep.design import read_sweep, replication
from sim.sweep.plan import Plan
from sim.sweep.run import run_sweep

UP, DOWN = "parties.upstream.reservation", "parties.downstream.reservation"


# ---- What may be moved -------------------------------------------------------------------------------------------------


def test_ranges_are_the_documented_ones(january):
    given = {one.path: one for one in assumptions(january).each}
    sweep = {factor.path: factor.distribution for factor in read_sweep("all-parameters").factors}
    for path in ("outside.tie", "linkages.package.insistence", "parties.us.tactic.phi"):
        assert (given[path].low, given[path].high) == (sweep[path].low, sweep[path].high)
    noise = given["beliefs.observation_sd"]
    assert noise.distance(noise.high) + noise.distance(noise.low) == pytest.approx(1)
    assert noise.distance(noise.now * 2) == pytest.approx(math.log(2) / math.log(20))  # by ratio, as it is drawn
    assert given["parties.russia.positions.nato_enlargement.salience"].low == 14  # an estimate, ± 50 %
    assert given["parties.us.positions.inf_europe.red_line.value"].steps == (0, 2)
    assert "parties.us.positions.force_rollback.red_line.value" not in given  # cited


def test_saliences_move_as_in_a_sweep(january, tmp_path):
    """2.2: a party's saliences sum to 100, so the others are scaled, to the last bit as a sweep lays them."""
    path = "parties.russia.positions.russian_buildup.salience"
    (one,) = assumptions(january, (path,)).each
    (tmp_path / "one.yaml").write_text(
        f"question: none\nscenario: january-2022\nfactors:\n  {path}: {{list: [6.5]}}\n"
        "design: factorial\nreplications: 1\nseed: 0\ncommon_random_numbers: yes\n"
    )
    laid = {each.path: float(each.values[0]) for each in read_sweep(tmp_path / "one.yaml").points().laid}
    assert one.laid(6.5) == pytest.approx(laid, abs=1e-12) and sum(one.laid(6.5).values()) == pytest.approx(100)
    stage = Stage(january, 0, 6, assumptions(january, (path,)))
    assert stage.replayed((Move(one, 6.5),)) is not None


def test_what_the_scenario_refuses_is_not_shown(january):
    """A value beyond what a scenario takes is no change: it cannot be played from a file."""
    (one,) = assumptions(january, ("outside.tie",)).each
    assert Stage(january, 0, 1, assumptions(january, ("outside.tie",))).replayed((Move(one, 1.5),)) is None


def test_every_figure_has_words(january):
    for one in assumptions(january).each:
        words = words_of(january, one.path)
        assert words != one.path and "." not in words and "_" not in words, one.path
        told = move_words(january, Move(one, one.steps[0] if one.steps else one.high))
        assert "instead of" in told and len(told) < 200


def test_few_runs_are_no_proof(january):
    """With 20 other runs a change of a few points is not called a help."""
    stage = Stage(january, 0, 6, assumptions(january, ("sanctions",)))
    jury = Jury(stage, want_of(january, None), 20)
    one = assumptions(january, ("sanctions.credibility",)).each[0]
    (judged,) = jury.of([((Move(one, 0.64),), 0.14)])
    assert len(jury.indices) == 20 and not judged.robust


# ---- The command -------------------------------------------------------------------------------------------------------


def said(*words):
    return CliRunner().invoke(app, ["whatif", *map(str, words)])


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    run_sweep(Plan(replication("two-by-two", 5, 0, DEAR)), folder / "dear")
    values = {UP: [0.45, 0.9], "parties.upstream.patience": [2.0, math.nan]}
    run_sweep(Plan(Grid(values=values, replications=3)), folder / "grid")
    model = NegotiationModel(load_scenario("two-by-two", DEAR), 0, 4)
    model.run()
    write_run(model, folder, "detente run", DEAR).rename(folder / "talk")
    return folder


def test_a_row_a_talk_and_a_scenario_are_one_question(shelf):
    """The same run, however it is named, has the same answer."""
    told = [
        json.loads(said(*words, "--runs", 50, "--only", "parties", "--json").stdout)
        for words in (
            (shelf / "dear", "--row", 4), (shelf / "talk",),
            ("two-by-two", "--seed", 0, "--index", 4, "--set", DEAR[0], "--set", DEAR[1]),
        )
    ]  # fmt: skip
    assert told[0]["changes"] == told[1]["changes"] == told[2]["changes"] != []
    assert {(one["seed"], one["index"]) for one in told} == {(0, 4)}
    assert told[0]["changes"][0]["kind"] == "robust"


def test_a_row_of_a_grid_has_its_point(shelf):
    """Rows 0 to 2 agree at 45 points; rows 6 to 8 do not at 90."""
    ended = said(shelf / "grid", "--row", 0, "--runs", 50)
    assert ended.exit_code == 0 and "there is nothing to mend" in ended.stdout
    ended = said(shelf / "grid", "--row", 6, "--runs", 50, "--only", UP)
    assert ended.exit_code == 0 and "at 0.8 instead of 0.9" in ended.stdout
    assert "seed 0 · run 0" in ended.stdout
    lines = ended.stdout.splitlines()
    assert max(map(len, lines)) <= 80 and any(
        "Play the first: detente run two-by-two --seed 0" in line for line in lines
    )


def test_nothing_is_said_and_is_no_failure(shelf):
    ended = said(shelf / "dear", "--row", 0, "--only", "parties.upstream.patience", "--runs", 50)
    assert ended.exit_code == 0 and "No change within the ranges that was tried" in ended.stdout


def test_a_search_says_how_far_it_is(shelf):
    ended = said(shelf / "dear", "--row", 0, "--only", UP, "--runs", 50)
    assert (
        "Step 1 of 7: what can be changed" in ended.stderr and "Step 2 of 7: one assumption at a time" in ended.stderr
    )


def test_a_row_that_comes_out_otherwise_now_is_refused(shelf, tmp_path):
    import shutil

    shutil.copytree(shelf / "talk", tmp_path / "talk")
    record = tmp_path / "talk" / "record.json"
    record.write_text(record.read_text().replace('"no_accord"', '"accord"'))
    ended = said(tmp_path / "talk", "--only", UP)
    assert ended.exit_code == 2 and "found accord, and no_accord when it is played again" in ended.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("grid",), "found a sweep; expected --row K"),
        (("grid", "--row", "12"), "found no row 12; expected 0 to 11"),
        (("grid", "--row", "-1"), "--row: found -1"),
        (("grid", "--row", "4"), "row 4: found a run that could not be played"),
        (("grid", "--row", "0", "--seed", "1"), "--seed: found it beside a stored run"),
        (("grid", "--row", "0", "--set", "outside.alarm=1"), "--set: found it beside a stored run"),
        (("two-by-two", "--row", "0"), "--row: found it with two-by-two; expected a sweep's folder"),
        (("two-by-too",), "Did you mean two-by-two?"),
        (
            ("two-by-two", "--want", "accrd"),
            "--want: found accrd; expected one of: accord, no_accord. Did you mean accord?",
        ),
        (("january-2022", "--want", "breakdown"), "expected one of: limited_measures, arms_control_accord, settlement"),
        (("two-by-two", "--only", "parties.nobody"), "--only: found parties.nobody; expected the opening of a path"),
        (("two-by-two", "--runs", "5"), "--runs: found 5; expected a whole number from 20"),
        (("two-by-two", "--index", "x"), "--index: found x"),
        (("talk", "--row", "1"), "found no study; expected the folder of a sweep"),
    ],
)
def test_bad_input_is_one_message_and_exit_code_2(shelf, words, told, monkeypatch):
    monkeypatch.chdir(shelf)
    ended = said(*words)
    assert ended.exit_code == 2, ended.stdout
    assert told in ended.stderr and isinstance(ended.exception, SystemExit)
    assert ended.stderr.count("detente: ") == 1 and ended.stderr.count("\n") == 1


def test_a_class_of_its_own_game_can_be_wanted():
    scenario = load_scenario("two-by-two", DEAR)
    assert answer(scenario, "accord", only=(UP,)).found == (1, 0, 0)
    with pytest.raises(ScenarioError):
        want_of(scenario, "settlement")


@pytest.mark.slow
def test_the_page_about_it_shows_what_comes_out(tmp_path):
    """docs/what-if.md: its first command, typed as it stands, prints the lines that it shows."""
    command, shown = blocks("docs/what-if.md")[2:4]
    done = detente(*shlex.split(command[0].partition("#")[0])[1:], cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    printed = done.stdout.splitlines()
    assert [line for line in shown if line != "…" and line not in printed] == []


@pytest.mark.slow
def test_the_short_script(tmp_path):
    script = [sys.executable, str(ROOT / "analysis" / "whatif.py"), "--runs", "2", "--only", "sanctions"]
    done = subprocess.run(script, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(
        "run 1 (Russia seeks a pretext): With the credibility of sanctions at 0.63 instead of 0.5"
    )


@pytest.mark.slow
def test_the_whole_search_ends_within_a_minute(january):
    """All assumptions of January 2022, 1,000 other runs: pairs and combinations where it takes them."""
    import time

    for index in (3, 6, 7):
        began = time.monotonic()
        found = answer(january, index=index, runs=1000)
        assert time.monotonic() - began < 60
        assert found.tried > 250 and found.robust
