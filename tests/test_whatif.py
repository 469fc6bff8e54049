"""What would have made a deal of one run: planted games with known answers, ranking, replay, refusals (2.2, 4.1, 11.1, 14.1)."""

import json
import math
import shlex
import subprocess
import sys

import numpy as np
import pytest
from small_sweeps import Grid
from terminal import ROOT, blocks, detente, environment
from typer.testing import CliRunner

from sim.cli import app
from sim.domain.load import load_scenario
from sim.domain.problems import ScenarioError
from sim.engine import Engine
from sim.findings.assumptions import assumptions
from sim.findings.finding import Finding
from sim.findings.jury import Jury
from sim.findings.mending import mending
from sim.findings.single import NARROW
from sim.findings.stage import Move, Stage, want_of
from sim.findings.whatif import search
from sim.findings.whatif_words import change_words, draw_words, move_words, verdict, words_of
from sim.model import NegotiationModel
from sim.store import write_run
from sim.sweep.design import read_sweep, replication
from sim.sweep.plan import Plan
from sim.sweep.run import run_sweep

UP, DOWN = "parties.upstream.reservation", "parties.downstream.reservation"
DEAR = (f"{UP}=0.9", f"{DOWN}=0.12")
"""Upstream asks for 90 points at least, downstream for 12. By the table of two-by-two.yaml the packages that give upstream most
are (0,0), 100 against 0, and (0,1), 80 against 30: a deal needs upstream at 80 or less, or downstream at 0."""


def answer(scenario, want=None, index=0, only=(), runs=50, seed=0):
    return search(Stage(scenario, seed, index, assumptions(scenario, only)), want_of(scenario, want), runs)


def agreed(*changes: str) -> bool:
    model = NegotiationModel(load_scenario("two-by-two", changes))
    return model.run()["outcome"] == "accord"


@pytest.fixture(scope="module")
def january():
    return load_scenario("january-2022")


@pytest.fixture(scope="module")
def payoffs(january):
    """Run 6 of seed 0: Russia seeks a pretext and talks continue."""
    return answer(january, index=6, only=("sanctions", "parties.russia.types"), runs=300)


# ---- Planted answers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "now", "edge"), [(UP, 0.9, 0.8), (DOWN, 0.12, 0.0)])
def test_the_least_change_of_one_figure_is_found(path, now, edge):
    """The reservation value lowered by exactly d makes the deal; less does not, anywhere between."""
    found = answer(load_scenario("two-by-two", DEAR), only=(path,))
    assert found.found == (1, 0, 0)
    (one,) = found.robust
    (move,) = one.moves
    assert move.assumption.path == path and move.value == pytest.approx(edge, abs=1e-12)
    width = move.assumption.high - move.assumption.low
    assert width == pytest.approx(0.3)  # ± 0.15, the range of an estimate (14.1)
    assert one.exact * width == pytest.approx(now - edge, abs=NARROW * width)
    assert one.distance == pytest.approx((now - edge) / width)
    others = [change for change in DEAR if not change.startswith(path)]
    assert agreed(*others, f"{path}={edge}")
    engine = Engine(load_scenario("two-by-two", DEAR), (path,))
    less = np.linspace(now, edge + 1e-6, 500).reshape(-1, 1)
    assert not (engine.play(0, np.zeros(500, np.int64), less)["outcome"] == 0).any()
    assert (one.before, one.after, one.outcome) == (0.0, 1.0, "accord")


def test_the_smallest_comes_first():
    """80 against 90 is a smaller step than 0 against 12, as both have the same range."""
    found = answer(load_scenario("two-by-two", DEAR), only=(UP, DOWN))
    assert [one.moves[0].assumption.path for one in found.robust] == [UP, DOWN]
    assert verdict(found) == "With the worth of no deal to Upstream at 0.8 instead of 0.9 this run ends in “Accord”"


def test_two_changes_where_neither_alone_helps():
    """At 90 and 40 the package (0,1), 80 against 30, needs both to come down by 10."""
    found = answer(load_scenario("two-by-two", (f"{UP}=0.9", f"{DOWN}=0.4")), only=(UP, DOWN))
    assert found.found == (1, 0, 0) and found.pairs
    (one,) = found.robust
    assert {move.assumption.path: move.value for move in one.moves} == pytest.approx({UP: 0.8, DOWN: 0.3})
    assert one.distance == pytest.approx(2 * 0.1 / 0.3)


def test_two_smaller_changes_stand_beside_one_larger():
    """At 85 and 31, upstream alone cannot help and downstream alone has to come down to 0, out of its range."""
    found = answer(load_scenario("two-by-two", (f"{UP}=0.85", f"{DOWN}=0.31")), only=(UP, DOWN))
    (one,) = found.robust
    assert {move.assumption.path: move.value for move in one.moves} == pytest.approx({UP: 0.8, DOWN: 0.3})


def test_as_many_as_it_takes(january):
    """Run 3 of seed 0 needs three changes for an accord, and each of them: without any one there is none."""
    only = ("sanctions", "parties.russia.types")
    stage = Stage(january, 0, 3, assumptions(january, only))
    want = want_of(january, "arms_control_accord")
    found = search(stage, want, 200)
    assert found.together >= 3 and found.found == (1, 0, 0)
    (one,) = found.robust
    assert len(one.moves) == 3
    for left in one.moves:
        rest = tuple(move for move in one.moves if move is not left)
        assert not want.met(stage.again([rest]))[0]
    assert NegotiationModel(stage.changed(one.moves), 0, 3).run()["outcome"] == "arms_control_accord"


def test_nothing_can_mend_it():
    """Patience decides nothing between two who never reach a common package."""
    found = answer(load_scenario("two-by-two", DEAR), only=("parties.upstream.patience",))
    assert found.nothing and found.tried == 1
    assert verdict(found) == "No change within the ranges that was tried makes this run end in an understanding"
    one = mending(found)
    assert one.chart is None and one.nothing.startswith("No change within the ranges")


def test_a_run_that_agreed_needs_nothing():
    found = answer(load_scenario("two-by-two"))
    assert found.agreed and not found.nothing and found.tried == 0
    assert verdict(found) == "This run ended in “Accord”: there is nothing to mend"


# ---- Robust, lucky, another challenger ---------------------------------------------------------------------------------


def test_what_helps_by_chance_is_told_from_what_helps(january):
    """Run 11: a trifle less spread of insistence sends it another way; elsewhere as many runs gain as lose."""
    found = answer(january, index=11, only=("linkages.package.insistence_sd",), runs=400)
    assert found.found == (0, 1, 0)
    (one,) = found.lucky
    assert one.distance < 0.01 and not one.robust
    assert (
        verdict(found)
        == "Only changes that make no clear difference in other runs make this one end in limited measures or more"
    )
    told = mending(found)
    assert "no clear difference" in told.sentences[0] and told.frame["kind"].tolist() == ["chance"]


def test_another_private_draw_is_kept_apart(payoffs, january):
    """4.1: type and payoff are part of the run; who changes the prior or the payoffs plays another Russia."""
    paths = {one.moves[0].assumption.path: one for one in payoffs.other}
    prior = paths["parties.russia.types.good_faith.probability"]
    assert (payoffs.kind, prior.kind) == ("Russia seeks a pretext", "Russia in good faith")
    assert draw_words(payoffs, prior) == (
        "A different Russia: “Russia in good faith” comes to the talks instead of “Russia seeks a pretext”."
    )
    payoff = paths["parties.russia.types.pretext.payoff_mean"]
    assert payoff.kind == payoffs.kind and payoff.payoff < payoffs.payoff
    assert "force is worth 42 points to it instead of 46" in draw_words(payoffs, payoff)
    for one in (*payoffs.robust, *payoffs.lucky):
        assert one.same_draw and (one.kind, one.payoff) == (payoffs.kind, payoffs.payoff)
    assert not any("payoff" in one.moves[0].assumption.path for one in payoffs.robust)


def test_shares_are_those_of_other_runs(payoffs, january):
    """The run itself is no witness; the others are played with and without the change, on the same draws."""
    one = payoffs.robust[0]
    indices = np.array([at for at in range(301) if at != 6])
    base = Engine(january).play(0, indices)["outcome"] >= 2
    changes = payoffs.stage.changes(one.moves)
    after = Engine(load_scenario("january-2022", changes)).play(0, indices)["outcome"] >= 2
    assert (one.before, one.after) == (base.mean(), after.mean())
    assert one.difference.value == pytest.approx(after.mean() - base.mean(), abs=1e-12)
    assert payoffs.others == 300 and payoffs.share == base.sum()
    assert one.clearer.low < one.difference.low  # many changes were tried


def test_every_change_shown_makes_the_deal_when_played_again(payoffs):
    """11.1: the same draws through the Mesa model, from the changed scenario itself."""
    for one in (*payoffs.robust, *payoffs.lucky, *payoffs.other):
        result = NegotiationModel(payoffs.stage.changed(one.moves), 0, 6).run()
        assert result["outcome"] == one.outcome and one.outcome in (
            "limited_measures",
            "arms_control_accord",
            "settlement",
        )
    sizes = [one.distance for one in payoffs.robust]
    assert sizes == sorted(sizes)


def test_the_same_question_gets_the_same_answer(january, payoffs):
    again = answer(january, index=6, only=("sanctions", "parties.russia.types"), runs=300)
    told = [
        [change_words(january, one) for one in (*found.robust, *found.lucky, *found.other)]
        for found in (payoffs, again)
    ]
    assert told[0] == told[1]


def test_zero_is_a_seed_like_any_other(january):
    zero, one = (Stage(january, seed, 6, assumptions(january, ("outside",))) for seed in (0, 1))
    assert zero.itself["payoff"][0] != one.itself["payoff"][0]
    assert zero.itself["payoff"][0] == Engine(january).play(0, np.array([6]))["payoff"][0]


def test_more_can_be_wanted(january):
    """10.2: an accord is more than limited measures; the smallest change for it cannot be smaller."""
    less, more = (
        answer(january, want, index=6, only=("sanctions",), runs=100) for want in (None, "arms_control_accord")
    )
    assert all(one.outcome in ("arms_control_accord", "settlement") for one in more.robust)
    assert not more.robust or more.robust[0].exact >= less.robust[0].exact - 1e-9


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


def test_the_finding(payoffs):
    found = mending(payoffs)
    assert isinstance(found, Finding) and found.chart is not None and len(found.chart.title) <= 100
    assert len(found.frame) == len(found.chart.rows) == len(found.sentences)
    for theme in ("light", "dark"):
        for narrow in (False, True):
            picture = found.chart.figure(theme, narrow=narrow)
            assert {trace.type for trace in picture.data} == {"scatter"}


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
