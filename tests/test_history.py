"""History beside runs: rejection with known posteriors, simulated histories recovered, sentences that turn with the data."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from browsing import CLIPPED, showing
from scipy import stats
from terminal import detente, refused
from typer.testing import CliRunner

from sim.cli import app
from sim.domain.load import load_scenario
from sim.findings.calibration import simulated_histories
from sim.findings.evidence import Evidence
from sim.findings.history import UNMOVED, UNTOLD, History
from sim.findings.history_told import history_finding, limits, sentences, title, told
from sim.findings.matching import Matching
from sim.findings.posterior import DOWN, LEAST
from sim.findings.record import record_of
from sim.model import NegotiationModel
from sim.report.finding_page import finding_page
from sim.store import Study
from sim.sweep.again import differing, read_row
from sim.sweep.design import read_sweep, replication
from sim.sweep.plan import Plan
from sim.sweep.prior import prior
from sim.sweep.run import run_sweep

RIVER = """\
extends: two-by-two
name: river
sources: {EST: {what: own estimate}}
bargaining:
  noise: {value: 0.02, basis: estimate, source: [EST]}
parties:
  upstream:
    reservation: {value: 0.45, basis: estimate, source: [EST]}
    patience: {value: 1, basis: estimate, source: [EST]}
history: {outcome: accord, package: {reservoir: 0, summer_flow: 2}, venues: {commission: understanding}}
"""


# ---- A study of January -------------------------------------------------------------------------------------------------

STUDY = """\
scenario: january-2022
factors:
  parties.russia.types.good_faith.probability: {name: good_faith, uniform: [0, 1]}
  sanctions.credibility: {uniform: [0, 1]}
  beliefs.ignorance: {uniform: [0, 1]}
  parties.ukraine.has_consent: {name: consent_ukraine, list: [true, false]}
design: {random: {points: 6000}}
replications: 1
seed: 1
common_random_numbers: no
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("history")
    (folder / "small.yaml").write_text(STUDY)
    return run_sweep(Plan(read_sweep(folder / "small.yaml")), folder / "small").folder


@pytest.fixture(scope="module")
def compared(study) -> History:
    return History(Evidence(study))


def test_matching_runs_are_those_that_a_reader_would_count(study, compared):
    frame = Study(study).frame()
    quo = load_scenario("january-2022").status_quo
    off = sum(
        (frame[f"final_{name}"] - option).abs() for name, option in zip(load_scenario("january-2022").active, quo)
    )
    for venue in ("geneva", "brussels", "vienna"):
        off += (frame[f"result_{venue}"] != "no_understanding").astype(int)
    off += (frame["outcome"] != "talks_continue").astype(int)
    talks, full = off, off + (~frame["escalated"]).astype(int)
    assert compared.matched.matching.sum() == (full == 0).sum()
    assert compared.matching.talks.matching.sum() == (talks == 0).sum()
    assert compared.matching.rows()["row"].tolist() == frame["row"][full == 0].tolist()
    for limit in (1, 2, 4):
        assert compared.matching.matched(limit).matching.sum() == (full <= limit).sum()
    later = compared.matching.held_out[-1]
    assert later.before == pytest.approx(frame["escalated"].mean())
    assert later.after[0] == pytest.approx(frame["escalated"][talks == 0].mean())
    geneva = next(one for one in compared.matching.held_out if one.line.column == "result_geneva")
    rest = full - (frame["result_geneva"] != "no_understanding") == 0
    assert geneva.after[0] == pytest.approx((frame["result_geneva"][rest] == "no_understanding").mean())
    before, after = compared.matching.type_shares["pretext"]
    assert before == pytest.approx((frame["type"] == "pretext").mean())
    assert after[0] == pytest.approx((frame["type"][full == 0] == "pretext").mean())
    assert compared.matching.chance[0] == pytest.approx(frame["escalation_chance"][talks == 0].mean())


def test_every_matching_row_can_be_played_again(study, compared):
    """It comes out the same, and it is history: nothing moved and nobody left."""
    for number in compared.matching.rows()["row"].iloc[:2]:
        row = read_row(Study(study), int(number))
        model = NegotiationModel(row.scenario, row.seed, row.index)
        result = model.run()
        assert differing(row, model) == []
        assert result["outcome"] == "talks_continue" and result["escalated"]
        assert result["final"] == load_scenario("january-2022").history.package


def test_history_speaks_for_what_makes_it_likely(compared):
    """Where the rest stands as coded, less good faith and less credible sanctions make this January likelier; how well
    parties see each other's wishes does not matter."""
    by = {one.factor.name: one for one in compared.parameters}
    assert compared.verdict(by["credibility"]) == DOWN and compared.verdict(by["good_faith"]) == DOWN
    assert compared.verdict(by["ignorance"]) == UNMOVED
    assert compared.verdict(by["consent_ukraine"]) == UNMOVED
    assert title(compared).startswith("January 2022 speaks for low “Credibility of sanctions”")
    said = " ".join(sentences(compared))
    for word in ("proves none", "a single draw", "stand in for each other", "effective sample size", "45 to 50 %"):
        assert word in said
    assert "explains" not in said and limits(compared) == sentences(compared)[-len(limits(compared)) :]


def test_simulated_histories_find_their_own_parameters(compared):
    """The truth lies evenly in the posterior, and 95 of 100 intervals hold it, whichever history was played."""
    places = simulated_histories(compared, 400)
    assert places["row"].nunique() > 250
    for name, some in places.groupby("factor"):
        assert stats.kstest(some["place"], "uniform").pvalue > 0.001, name
        held = ((some["low"] <= some["truth"]) & (some["truth"] <= some["high"])).sum()
        low, high = stats.binom.interval(0.998, len(some), 0.95)
        assert low <= held <= high, name
    truth = places[places["factor"] == "good_faith"]
    high, low = truth["mean"][truth["truth"] > 0.8], truth["mean"][truth["truth"] < 0.2]
    # Histories of a Russia in good faith speak for good faith.
    assert stats.ttest_ind(high, low, alternative="greater").pvalue < 1e-6
    blind = places[places["factor"] == "ignorance"]
    high, low = blind["mean"][blind["truth"] > 0.8], blind["mean"][blind["truth"] < 0.2]
    assert abs(high.mean() - low.mean()) < 0.03


def test_places_are_uneven_where_the_comparison_is_wrong(compared):
    """The check can fail: a posterior that is never told of what it matches would be too wide, one of other runs astray."""
    places = simulated_histories(compared, 400, ["good_faith"])
    # With the record of another history in its place, the truth of histories in bad faith lies low in the posterior.
    bad = places["truth"] < 0.3
    assert stats.kstest(places["place"][bad], "uniform").pvalue < 1e-6


def doctored(study: Path, folder: Path, change) -> Path:
    """A copy of a study with other figures in its rows."""
    shutil.copytree(study, folder)
    for path in folder.glob("rows-*.parquet"):
        table = parquet.read_table(path)
        parquet.write_table(change(table), path)
    return folder


def with_column(table: pa.Table, name: str, values) -> pa.Table:
    at = table.schema.get_field_index(name)
    return table.set_column(at, table.schema.field(at), pa.array(values, table.schema.field(at).type))


def test_sentences_turn_with_the_data(study, compared, tmp_path):
    """The same rows with credibility turned over say the opposite; with it shuffled they say almost nothing."""
    turned = doctored(
        study, tmp_path / "turned", lambda t: with_column(t, "credibility", 1 - t["credibility"].to_numpy())
    )
    assert title(History(Evidence(turned))).startswith("January 2022 speaks for high “Credibility of sanctions”")
    shuffle = np.random.default_rng(3).permutation

    def mixed(table):
        for name in ("credibility", "good_faith"):
            table = with_column(table, name, shuffle(table[name].to_numpy()))
        return table

    history = History(Evidence(doctored(study, tmp_path / "mixed", mixed)))
    assert history.moved == [] and title(history).startswith("January 2022 says almost nothing")
    assert "By tolerance" not in " ".join(sentences(history))


def test_what_cannot_be_told_is_said(study, tmp_path):
    failed = doctored(
        study, tmp_path / "failed", lambda t: t.set_column(
            t.schema.get_field_index("status"), t.schema.field("status"),
            pa.array(["failed"] * len(t)).dictionary_encode().cast(t.schema.field("status").type),
        ),
    )  # fmt: skip
    assert "No run" in history_finding(Evidence(failed)).nothing
    moved = doctored(study, tmp_path / "moved", lambda t: with_column(t, "final_force_rollback", [0] * len(t)))
    assert "the nearest is 3 steps away" in history_finding(Evidence(moved)).nothing
    assert history_finding(Evidence(moved), 3).chart is not None
    fewer = doctored(study, tmp_path / "fewer", lambda t: t.drop_columns(["escalated", "escalation_chance", "type"]))
    history = History(Evidence(fewer))
    assert history.record.later is None and history.matching.type_shares == {} and told(history).chart is not None
    one = doctored(study, tmp_path / "one", lambda t: t.slice(0, 1))
    lonely = History(Evidence(one), 100)
    assert {lonely.verdict(parameter) for parameter in lonely.parameters} == {UNTOLD}
    assert title(lonely) == "Too few runs match January 2022 to tell any assumption from another"
    harbour = run_sweep(Plan(replication("harbour", 3, 0)), tmp_path / "harbour")
    assert "says nothing about what happened" in history_finding(Evidence(harbour)).nothing
    plain = run_sweep(Plan(replication("january-2022", 30, 0)), tmp_path / "plain")
    assert "Nothing varies" in history_finding(Evidence(plain), 40).nothing


def test_what_followed_can_be_left_out(study, compared):
    """A war is a single draw six weeks later: without it the comparison is with the talks alone."""
    talks = History(Evidence(study), talks_only=True)
    assert talks.matched.matching.sum() == compared.matching.talks.matching.sum() > compared.matched.matching.sum()
    by = {one.factor.name: one for one in talks.parameters}
    assert by["credibility"].shift.distance == pytest.approx(by["credibility"].talks)
    assert "what followed" not in sentences(talks)[0]


@pytest.mark.parametrize(
    ("design", "size"),
    [
        ("{sobol: {points: 64}}", 5),
        ("{sobol: {points: 64, second_order: yes}}", 8),
        ("{morris: {trajectories: 40}}", 4),
    ],
)
def test_points_that_were_drawn_together_count_once(design, size, tmp_path):
    """Points of one Sobol base point, or of one Morris trajectory, share most of their figures."""
    (tmp_path / "d.yaml").write_text(
        "scenario: january-2022\nfactors:\n  sanctions.credibility: {uniform: [0, 1]}\n"
        "  outside.alarm: {uniform: [0, 1]}\n  bargaining.absent: {uniform: [0, 1]}\n"
        f"design: {design}\nreplications: 2\nseed: 1\ncommon_random_numbers: yes\n"
    )
    evidence = Evidence(run_sweep(Plan(read_sweep(tmp_path / "d.yaml")), tmp_path / "d"))
    matching = Matching(evidence, record_of(evidence.scenario, evidence.columns), 4)
    counts = np.bincount(matching.blocks)
    assert set(counts.tolist()) == {size} and len(counts) == evidence.points // size
    assert matching.matched().size <= len(counts)


def test_a_grid_counts_its_runs(tmp_path):
    """All points that there are: chance lies in the runs, and shared draws make the replications the clusters."""
    (tmp_path / "g.yaml").write_text(
        "scenario: january-2022\nfactors:\n  sanctions.credibility: {grid: [0, 1, 6]}\n"
        "design: factorial\nreplications: 200\nseed: 1\ncommon_random_numbers: yes\n"
    )
    history = History(Evidence(run_sweep(Plan(read_sweep(tmp_path / "g.yaml")), tmp_path / "g")))
    assert history.matched.size == history.matched.matching.sum()
    (one,) = history.parameters
    assert history.verdict(one) == DOWN and one.histogram.words == ("0", "0.2", "0.4", "0.6", "0.8", "1")
    assert sum(one.histogram.after) == pytest.approx(1)


# ---- Chart and page -----------------------------------------------------------------------------------------------------


def test_the_chart_says_what_it_shows(compared):
    chart = told(compared).chart
    assert len(chart.title) <= 100 and "6,000 runs" in chart.subtitle and "consistent with" in chart.footer
    assert all(len(row) == len(chart.head) for row in chart.rows)
    for narrow in (False, True):
        (panel,) = chart.panels("light", narrow=narrow)
        kinds = {trace["type"] for trace in panel.figure["data"]}
        sizes = [note["font"]["size"] for note in panel.figure["layout"]["annotations"]]
        assert kinds == {"scatter"} and min(sizes) >= 12
    frame = compared.frame()
    row = frame[frame["path"] == "sanctions.credibility"].iloc[0]
    assert row["posterior_mean"] < row["prior_mean"] and row["shift"] >= LEAST and row["mark"] == "estimate"


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_the_page_opens_alone_and_nothing_is_clipped(browser, compared, tmp_path, width, theme):
    evidence = compared.evidence
    page = finding_page(told(compared), evidence.scenario, evidence.looks, "detente history")
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    with showing(browser, tmp_path / "page.html") as show:
        shown = show(width, theme)
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        assert shown.locator(".plot svg text").count() > 10
        assert shown.evaluate(CLIPPED) == []
        assert "Credibility of" in shown.locator(".plot").inner_text()


# ---- The command --------------------------------------------------------------------------------------------------------


def test_the_command_compares_a_kept_study(study, tmp_path):
    done = detente("history", "--run", str(study), "--tolerance", "1", "--check", "40", "--out", "here", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert max(len(line) for line in done.stdout.splitlines() if str(study) not in line) <= 80
    assert "intervals of 95 %" in " ".join(done.stdout.split()) and f"detente replay {study} --row " in done.stdout
    frame = pd.read_csv(tmp_path / "here" / "posterior.csv")
    assert set(frame["path"]) == {factor.path for factor in Evidence(study).factors}
    rows = pd.read_csv(tmp_path / "here" / "matching-rows.csv")
    assert rows["steps"].max() == 1 and len(rows) == History(Evidence(study), 1).matched.matching.sum()
    assert (tmp_path / "here" / "history.html").read_text("utf-8").count("<html") == 1


def test_the_command_plays_a_prior_of_its_own_and_goes_on_with_it(tmp_path, monkeypatch):
    """Any scenario that tells its history: what its marks leave open is drawn, and tactics; only a lost part is played again."""
    (tmp_path / "river.yaml").write_text(RIVER)
    monkeypatch.chdir(tmp_path)
    words = ["history", "river.yaml", "--points", "9000", "--seed", "2"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.stderr
    (folder,) = tmp_path.glob("runs/history-*")
    varied = {factor.path for factor in Evidence(folder).factors}
    marked = {"bargaining.noise", "parties.upstream.reservation", "parties.upstream.patience"}
    assert varied == marked | {"parties.upstream.tactic.phi", "parties.downstream.tactic.phi"}
    assert "“Upstream: worth of no deal”" in done.stdout
    kept = {path.name: path.read_bytes() for path in folder.glob("rows-*.parquet")}
    (folder / "rows-000000008192.parquet").unlink()
    again = CliRunner().invoke(app, words)
    assert again.exit_code == 0 and again.stdout == done.stdout
    assert {path.name: path.read_bytes() for path in folder.glob("rows-*.parquet")} == kept
    assert "8,192 of 9,000 runs are there already" in again.stderr
    before = (folder / "history" / "posterior.csv").read_bytes()
    assert CliRunner().invoke(app, [*words, "--tolerance", "2"]).exit_code == 0
    assert (folder / "history" / "posterior.csv").read_bytes() == before
    assert (folder / "history-tolerance-2" / "posterior.csv").read_bytes() != before


@pytest.mark.parametrize(
    ("words", "told_"),
    [
        (("history", "harbour"), "harbour: history: found nothing; expected what happened"),
        (("history", "january"), "found no such file or scenario"),
        (("history", "--points", "0"), "--points: found 0; expected a whole number from 1"),
        (("history", "--tolerance", "0.5"), "--tolerance: found 0.5; expected a whole number from 0"),
        (("history", "--run", "nowhere"), "nowhere: found no such folder"),
        (("history", "--run", "nowhere", "--points", "5"), "--points: found it beside --run"),
        (("history", "--run", "nowhere", "--seed", "0"), "--seed: found it beside --run"),
    ],
)
def test_bad_input_is_one_message(words, told_, tmp_path):
    assert told_ in refused(*words, cwd=tmp_path)


@pytest.mark.slow
def test_january_at_some_size(tmp_path):
    """The shipped prior as it is: over two hundred assumptions, of which history speaks about few."""
    study = run_sweep(Plan(prior("january-2022", points=20_000)), tmp_path / "prior")
    history = History(Evidence(study))
    assert len(history.parameters) > 200 and 0.1 < history.matched.acceptance < 0.4
    assert len(history.moved) < 20 < len(history.unmoved)
    assert "credibility" in {one.factor.name for one in history.moved}
    places = simulated_histories(history, 60)
    held = ((places["low"] <= places["truth"]) & (places["truth"] <= places["high"])).mean()
    assert held == pytest.approx(0.95, abs=0.01)
