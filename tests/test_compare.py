"""Two studies compared run by run: pairs, differences, intervals, refusals (clauses 10.2, 11.1, 12.1)."""

import csv
import io
import json
import math
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from made_studies import column, doctored
from scipy import stats
from small_sweeps import Grid
from terminal import ROOT, blocks, detente, environment
from typer.testing import CliRunner

from sim.cli import app
from sim.domain.load import load_scenario
from sim.engine import Engine
from sim.findings.comparison import comparison, frame_of, sentences, title
from sim.findings.differences import compare
from sim.findings.finding import Finding
from sim.findings.paired import Moments, clustered_share, mean_difference, share_difference
from sim.findings.twins import Pairs
from sim.model import NegotiationModel
from sim.store import StoreError, Study, write_run
from sim.sweep.design import replication
from sim.sweep.plan import Plan
from sim.sweep.run import run_sweep

RUNS = 400


def played(folder: Path, *changes: str, scenario: str = "january-2022", runs: int = RUNS, seed: int = 0) -> Path:
    run_sweep(Plan(replication(scenario, runs, seed, changes)), folder)
    return folder


def gridded(folder: Path, base: str, values: dict, **more) -> Path:
    run_sweep(Plan(DescribedGrid(base=base, values=values, **more)), folder)
    return folder


@dataclass
class DescribedGrid(Grid):
    """A grid with changes at every point, and the effective configuration of a sweep file."""

    fixed: tuple[str, ...] = ()

    @property
    def scenario(self):
        return load_scenario(self.base, self.fixed)

    def effective(self):
        return {
            "scenario": self.base, "scenario_hash": self.scenario.hash, "set": list(self.fixed), "coding": None, "listed": "",
            "factors": [
                {"name": name, "path": path, "form": "list", "values": ["nan" if v != v else v for v in values]}
                for name, (path, values) in zip(self.names, self.values.items())
            ],
            "design": {"factorial": {}}, "points": self.n, "replications": self.replications, "seed": self.seed,
            "common_random_numbers": self.common_random_numbers,
        }  # fmt: skip


@pytest.fixture(scope="module")
def shelf(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    played(folder / "a")
    played(folder / "same")
    played(folder / "insist", "linkages.package.insistence=0.2")
    played(folder / "prior", "parties.russia.types.good_faith.probability=0.8")
    played(folder / "other-seed", seed=1)
    played(folder / "few", runs=30)
    played(folder / "river", scenario="two-by-two", runs=30)
    played(folder / "vienna", scenario="january-2022-vienna-first", runs=50)
    for name, fixed in (("grid", ()), ("grid-soft", ("red_lines.firmness=0",))):
        gridded(folder / name, "january-2022", {"outside.alarm": [0.2, 0.7]}, replications=60, fixed=fixed)
    gridded(folder / "alarm", "january-2022", {"outside.alarm": [0.2, 0.9]}, replications=60)
    played(folder / "long", "venues.vienna.sessions.council.rounds=60", runs=3)
    model = NegotiationModel("two-by-two")
    model.run()
    write_run(model, folder, "detente run two-by-two").rename(folder / "talk")
    return folder


# ---- Pairs and differences ---------------------------------------------------------------------------------------------


def test_nothing_changed_gives_exactly_nothing(shelf):
    """11.1: the same scenario, seed and index give the same run, so every difference is 0, and its interval too."""
    found = compare(Pairs(shelf / "a", shelf / "same"))
    assert found.pairs.differing == () and found.same and found.moved == found.other_class == 0
    for one in found.differences:
        assert (one.change.value, one.change.low, one.change.high, one.changed) == (0.0, 0.0, 0.0, 0), one.key
    assert title(found) == "Nothing changed: every run of B is its twin in A"
    assert sum(found.transitions.values()) == RUNS
    assert all(a == b for (a, b), n in found.transitions.items() if n)


def test_what_differs_is_named_by_path_and_value(shelf):
    found = compare(Pairs(shelf / "a", shelf / "insist"))
    assert [str(one) for one in found.pairs.differing] == ["linkages.package.insistence: 0.5 in A, 0.2 in B"]
    assert found.pairs.shared and not found.pairs.versions


def test_differences_are_those_of_the_rows(shelf):
    """Every measure against the engine's own records of both scenarios, reckoned with numpy and scipy."""
    found = compare(Pairs(shelf / "a", shelf / "insist"))
    a, b = (
        Engine(load_scenario("january-2022", changes)).play(0, np.arange(RUNS))
        for changes in ([], ["linkages.package.insistence=0.2"])
    )
    agreed = found.of("agreed")
    assert agreed.a == pytest.approx((a["outcome"] >= 2).mean(), abs=1e-12)
    assert agreed.change.value == pytest.approx((b["outcome"] >= 2).mean() - (a["outcome"] >= 2).mean(), abs=1e-12)
    assert agreed.changed == int(((a["outcome"] >= 2) != (b["outcome"] >= 2)).sum()) > 20
    for key in ("gain_russia", "escalation_chance", "offers_vienna", "rounds_geneva"):
        gap = b[key].astype(float) - a[key]
        low, high = stats.t.interval(0.95, RUNS - 1, gap.mean(), stats.sem(gap))
        one = found.of(key)
        assert (one.change.value, one.change.low, one.change.high) == pytest.approx((gap.mean(), low, high), abs=1e-9)
        assert one.changed == int((gap != 0).sum())
    assert found.other_class == int((a["outcome"] != b["outcome"]).sum())
    for (one, two), count in found.transitions.items():
        names = list(found.pairs.a.outcomes)
        assert count == int(((a["outcome"] == names.index(one)) & (b["outcome"] == names.index(two))).sum())


def test_the_sentence_turns_when_the_change_is_turned(shelf):
    up, down = (compare(Pairs(shelf / x, shelf / y)) for x, y in (("a", "insist"), ("insist", "a")))
    assert up.of("agreed").change.value == -down.of("agreed").change.value > 0
    for found, way in ((up, "rise"), (down, "fall")):
        assert re.match(rf"With .*insistence on the package at 0\.\d.*, agreements {way} from \d", title(found)), title(
            found
        )


def test_another_private_type_is_said(shelf):
    """4.1: a changed prior decides which Russia comes; such pairs are no twins in that."""
    found = compare(Pairs(shelf / "a", shelf / "prior"))
    a = Engine(load_scenario("january-2022")).play(0, np.arange(RUNS))
    b = Engine(load_scenario("january-2022", ["parties.russia.types.good_faith.probability=0.8"])).play(
        0, np.arange(RUNS)
    )
    assert found.other_type == int((a["type"] != b["type"]).sum()) > 50
    assert any(f"{found.other_type} pairs Russia is of another private type" in one for one in sentences(found))


def test_more_runs_than_the_twin_has_are_left_out_and_said(shelf):
    found = compare(Pairs(shelf / "a", shelf / "few"))
    assert found.pairs.counts == {"pairs": 30, "failed": 0, "alone_a": RUNS - 30, "alone_b": 0}
    assert found.same and "370 runs without a twin left out" in (comparison(found).chart.footer)


def test_another_order_of_venues_is_compared_and_the_chance_that_is_not_shared_is_said(shelf):
    found = compare(Pairs(shelf / "a", shelf / "vienna"))
    assert [one.path for one in found.pairs.differing] == ["calendar"] and not found.pairs.shared
    assert any("the rest of chance is not" in one for one in sentences(found))


def test_points_that_share_draws_hang_together(shelf):
    """Common random numbers: a run index is one observation, however many points it was played at."""
    found = compare(Pairs(shelf / "grid", shelf / "grid-soft"))
    assert found.pairs.clustered and found.runs == 120
    assert "at 2 points" in comparison(found).chart.footer
    gaps = []
    for alarm in (0.2, 0.7):
        one, two = (
            Engine(load_scenario("january-2022", [f"outside.alarm={alarm}", f"red_lines.firmness={firm}"])).play(
                0, np.arange(60)
            )
            for firm in (0.3, 0.0)
        )
        gaps.append(two["gain_us"] - one["gain_us"])
    by_index = np.mean(gaps, axis=0)
    low, high = stats.t.interval(0.95, 59, by_index.mean(), stats.sem(by_index))
    change = found.of("gain_us").change
    assert (change.value, change.low, change.high) == pytest.approx((by_index.mean(), low, high), abs=1e-9)


def test_a_game_of_its_own_classes(shelf, tmp_path):
    played(tmp_path / "dear", "parties.upstream.reservation=0.95", scenario="two-by-two", runs=30)
    found = compare(Pairs(shelf / "river", tmp_path / "dear"))
    assert found.of("agreed").change.value == -1.0 and found.transitions["accord", "no_accord"] == 30
    assert title(found) == "With the worth of no deal to Upstream at 0.95, understandings fall from 100 to 0 % of runs"


def test_failed_runs_are_counted_and_left_out(tmp_path):
    """12: a failed run is a row without results; its pair says nothing."""
    values = {"parties.upstream.patience": [2.0, math.nan], "parties.downstream.patience": [2.0]}
    gridded(tmp_path / "x", "two-by-two", values, replications=3)
    gridded(tmp_path / "y", "two-by-two", values, replications=3)
    found = compare(Pairs(tmp_path / "x", tmp_path / "y"))
    assert found.pairs.counts["pairs"] == found.pairs.counts["failed"] == 3
    assert "3 pairs with a failed run left out" in comparison(found).chart.footer
    only = {"parties.upstream.patience": [math.nan]}
    gridded(tmp_path / "none", "two-by-two", only, replications=3)
    with pytest.raises(StoreError, match="in all 3 pairs a run failed"):
        Pairs(tmp_path / "none", tmp_path / "none")


def test_a_single_pair_has_no_interval(tmp_path):
    played(tmp_path / "one", runs=1)
    played(tmp_path / "two", "outside.tie=0", runs=1)
    found = compare(Pairs(tmp_path / "one", tmp_path / "two"))
    assert found.of("gain_us").change.low is None
    assert comparison(found).chart.panels()[0].figure is not None


def test_the_finding(shelf):
    found = compare(Pairs(shelf / "a", shelf / "insist"))
    one = comparison(found)
    assert isinstance(one, Finding) and one.chart is not None and len(one.chart.title) <= 100
    assert len(one.frame) == len(one.chart.rows) == len(found.differences)
    assert one.frame["difference"].tolist() == [d.change.value for d in found.differences]
    for theme in ("light", "dark"):
        for narrow in (False, True):
            one.chart.figure(theme, narrow=narrow)


# ---- Intervals ---------------------------------------------------------------------------------------------------------


def test_share_interval_against_published_and_hand_values():
    """Bentur and others (2009) as reckoned by Fagerland and others (2014): 1 and 7 of 21 pairs, −0.517 to −0.026 by Tango.

    Without any changed pair the equation of the score interval is n·x² = z²·x·(1 − x): x = z²/(n + z²).
    """
    found = share_difference(1, 7, 21)
    assert (found.value, found.low, found.high) == pytest.approx((-6 / 21, -0.517, -0.026), abs=5e-4)
    z = stats.norm.ppf(0.975)
    for runs in (1, 30, 2000):
        none = share_difference(0, 0, runs)
        assert (
            none.value == 0
            and none.high == pytest.approx(z**2 / (runs + z**2))
            and none.low == pytest.approx(-none.high)
        )
    turned = share_difference(7, 1, 21)
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))
    assert (share_difference(30, 0, 30).high, share_difference(0, 30, 30).low) == pytest.approx((1, -1))


@pytest.mark.parametrize(("gained", "lost"), [(20, 9), (20, 8), (3, 0), (4, 0), (60, 41), (60, 39)])
def test_share_interval_leaves_out_nothing_where_mcnemar_rejects(gained, lost):
    rejects = (gained - lost) ** 2 / (gained + lost) > stats.norm.ppf(0.975) ** 2
    assert share_difference(gained, lost, 500).clear == rejects


@pytest.mark.parametrize(
    ("gain", "loss", "runs"), [(0.1, 0.05, 200), (0.005, 0.0, 1000), (0.01, 0.001, 1000), (0.02, 0.02, 200)]
)
def test_share_interval_covers_the_truth(gain, loss, runs):
    """2,000 samples: at least 93 % covered, also where the plain normal interval covers 87 % of rare changes."""
    drawn = np.random.default_rng(1).multinomial(runs, [gain, loss, 1 - gain - loss], 2000)
    found = [share_difference(int(up), int(down), runs) for up, down, _ in drawn]
    covered = np.mean([one.low <= gain - loss <= one.high for one in found])
    assert covered >= 0.93
    if loss == 0.0:
        half = 1.96 * np.sqrt(drawn[:, 0] - drawn[:, 0] ** 2 / runs) / runs
        assert np.mean(np.abs(drawn[:, 0] / runs - gain) <= half) < 0.9


def test_clustered_interval_covers_the_truth_where_pairs_hang_together():
    """40 indices at 10 points, each index with its own inclination: as if independent, half of the samples are missed."""
    random, covered, naive = np.random.default_rng(2), [], []
    for _ in range(1500):
        inclination = random.beta(1, 3, 40)
        changes = random.random((40, 10)) < inclination[:, None]
        sums = changes.sum(axis=1).astype(float)
        moments = Moments(400, 40, sums.sum(), (sums**2).sum(), (sums * 10).sum(), 40 * 100.0)
        found = clustered_share(moments, int(sums.sum()))
        covered.append(found.low <= 0.25 <= found.high)
        loose = share_difference(int(sums.sum()), 0, 400)
        naive.append(loose.low <= 0.25 <= loose.high)
    assert np.mean(covered) > 0.93 and np.mean(naive) < 0.85


def test_clusters_of_unequal_size_by_hand():
    """Clusters (2 pairs, sum 2) and (1 pair, sum 0): mean 2/3, residuals 2/3 and −2/3, error √(8/9 · 2)/3."""
    found = mean_difference(Moments(3, 2, 2.0, 4.0, 4.0, 5.0))
    half = stats.t.ppf(0.975, 1) * math.sqrt(8 / 9 * 2) / 3
    assert (found.value, found.low, found.high) == pytest.approx((2 / 3, 2 / 3 - half, 2 / 3 + half))


# ---- The command -------------------------------------------------------------------------------------------------------


def test_the_command_in_80_columns(shelf):
    done = detente("compare", "a", "insist", cwd=shelf)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert "Differs: linkages.package.insistence: 0.5 in A, 0.2 in B" in lines
    assert any(line.startswith("Limited measures or more") for line in lines)
    assert any(line.startswith("Another way at all: ") for line in lines)
    found = compare(Pairs(shelf / "a", shelf / "insist"))
    rows = list(csv.DictReader(io.StringIO(detente("compare", "a", "insist", "--csv", cwd=shelf).stdout)))
    assert [float(row["difference"]) for row in rows] == frame_of(found)["difference"].tolist()
    told = json.loads(detente("compare", "a", "insist", "--json", cwd=shelf).stdout)
    assert told["differs"] == [{"path": "linkages.package.insistence", "a": 0.5, "b": 0.2}]
    assert len(told["differences"]) == len(rows) and told["pairs"]["pairs"] == RUNS


def test_letters_where_there_are_no_symbols(shelf):
    done = detente("compare", "a", "same", cwd=shelf, PYTHONIOENCODING="ascii")
    assert done.returncode == 0 and "Differs: nothing; both played the same scenario." in done.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("a", "other-seed"), "found seed 0 in A and 1 in B"),
        (("a", "other-seed"), "detente sweep january-2022 --runs 400 --seed 0"),
        (
            ("a", "river"),
            "found two games: parties are us, russia, nato, ukraine, osce in A and upstream, downstream in B",
        ),
        (("a", "grid"), "found different designs (points: 1 in A, 2 in B)"),
        (("grid", "alarm"), "found different designs (factors.0.values.1: 0.7 in A, 0.9 in B)"),
        (("a", "nowhere"), "nowhere: found no such folder"),
        (("a", "talk"), "talk: found a single talk; expected a sweep's folder"),
        (("a", "long"), "numbers of chance a run"),
    ],
)
def test_what_cannot_be_paired_is_one_message(shelf, words, told, monkeypatch):
    monkeypatch.chdir(shelf)
    ended = CliRunner().invoke(app, ["compare", *words])
    assert ended.exit_code == 2 and isinstance(ended.exception, SystemExit), ended.stdout
    assert told in ended.stderr and ended.stderr.startswith("detente: ") and ended.stderr.count("\n") == 1


def test_no_common_run_is_refused(tmp_path):
    """Own draws at every point: the index is the row, so fewer replications share none beyond the first point."""
    values = {"parties.upstream.reservation": [0.3, 0.45]}
    gridded(tmp_path / "two", "two-by-two", values, replications=2, common_random_numbers=False)
    gridded(tmp_path / "five", "two-by-two", values, replications=5, common_random_numbers=False)
    found = Pairs(tmp_path / "two", tmp_path / "five")
    assert found.counts["pairs"] == 2 and found.counts["alone_b"] == 8


@pytest.mark.slow
def test_the_page_about_it_shows_what_comes_out(tmp_path):
    """docs/what-if.md: its commands, typed as they stand, print the lines that it shows."""
    for line in blocks("docs/what-if.md")[0]:
        done = detente(*shlex.split(line)[1:], cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    printed = done.stdout.splitlines()
    assert [line for line in blocks("docs/what-if.md")[1] if line != "…" and line not in printed] == []


@pytest.mark.slow
def test_the_short_script(tmp_path):
    script = [sys.executable, str(ROOT / "analysis" / "compare.py"), "outside.alarm=0.2", "--runs", "40"]
    done = subprocess.run(script, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "| Limited measures or more |" in done.stdout and "outside.alarm: 0.7 in A, 0.2 in B" in done.stdout


def test_one_kind_of_agreement_for_another_is_said(shelf, tmp_path):
    """Agreement overall stays; the title must not say that nothing happened."""
    study = Study(shelf / "a")
    told = study.frame()["outcome"].astype(str).replace("arms_control_accord", "settlement")
    doctored(study, tmp_path / "b", lambda table: column(table, "outcome", list(told)))
    found = compare(Pairs(shelf / "a", tmp_path / "b"))
    assert found.of("agreed").change.value == 0
    assert re.search(r"(?i)“(arms-control accord|settlement)” (rises|falls) from", title(found)), title(found)
