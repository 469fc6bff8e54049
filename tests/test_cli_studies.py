"""The commands sweep, runs, query and replay --row as a person types them: real processes, real folders, a real terminal."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.model import NegotiationModel
from sim.store import Study
from sim.sweep.again import differing, read_row
from sim.sweep.design import read_sweep
from sim.sweep.plan import Plan
from sim.sweep.run import run_sweep

SWEEP = """\
question: Does the worth of no deal decide where the two meet?
scenario: two-by-two
factors:
  parties.upstream.reservation: {grid: [0.2, 0.8, 3]}
  parties.downstream.tactic: {name: tactic, list: [linear, micro]}
design: factorial
replications: 4
seed: 0
common_random_numbers: yes
"""


def detente(*words: str, at: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sim.cli", *words], cwd=at, capture_output=True, text=True, timeout=300
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sweep file, played."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "no-deal.yaml").write_text(SWEEP)
    played = detente("sweep", "no-deal.yaml", at=folder)
    assert played.returncode == 0, played.stderr
    return folder


def run_of(place: Path) -> str:
    return str(next(place.glob("runs/no-deal-*")).relative_to(place))


def test_sizes_are_shown_before_it_starts_and_alone_on_a_dry_run(tmp_path):
    (tmp_path / "no-deal.yaml").write_text(SWEEP)
    shown = detente("sweep", "no-deal.yaml", "--dry-run", at=tmp_path)
    assert shown.returncode == 0
    lines = dict(line.split(maxsplit=1) for line in shown.stdout.splitlines())
    assert lines["Points"] == "6" and lines["Runs"] == "24, in 1 part" and lines["Seed"] == "0"
    assert lines["Replications"] == "4, the same draws at every point"
    assert lines["Folder"].startswith("runs/no-deal-")
    assert "(parties.upstream.reservation)" in shown.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["no-deal.yaml"]


def test_a_scenario_with_runs_is_plain_replication(tmp_path):
    played = detente("sweep", "two-by-two", "--runs", "30", "--seed", "0", "--out", "here", at=tmp_path)
    assert played.returncode == 0, played.stderr
    study = Study(tmp_path / "here")
    assert study.state == "complete" and study.frame()["index"].tolist() == list(range(30))


def test_a_sweep_file_leaves_its_rows(place):
    frame = Study(place / run_of(place)).frame()
    assert len(frame) == 24 and set(frame["tactic"]) == {"linear", "micro"} and set(frame["status"]) == {"played"}


def test_runs_lists_what_is_there(place, tmp_path):
    assert "complete" in detente("runs", at=place).stdout
    (entry,) = json.loads(detente("runs", "--json", at=place).stdout)
    assert (entry["folder"], entry["kind"], entry["state"], entry["rows"]) == (run_of(place), "sweep", "complete", 24)
    told = detente("runs", at=tmp_path)
    assert (
        told.returncode == 2
        and told.stderr == "detente: runs: found no such folder; expected the folder of all runs.\n"
    )


def test_query_answers_as_table_csv_and_json(place):
    sql = "SELECT tactic, count(*) AS runs, sum(replication) AS total FROM rows GROUP BY tactic ORDER BY tactic"
    table = detente("query", run_of(place), sql, at=place)
    assert [line.split() for line in table.stdout.splitlines()] == [
        ["tactic", "runs", "total"], ["linear", "12", "18"], ["micro", "12", "18"],
    ]  # fmt: skip
    assert (
        detente("query", run_of(place), sql, "--csv", at=place).stdout
        == "tactic,runs,total\nlinear,12,18\nmicro,12,18\n"
    )
    assert json.loads(detente("query", run_of(place), sql, "--json", at=place).stdout)[1] == {
        "tactic": "micro", "runs": 12, "total": 18,
    }  # fmt: skip
    bad = detente("query", run_of(place), "SELECT outcom FROM rows", at=place)
    assert bad.returncode == 2 and bad.stderr.startswith("detente: query: ") and "Traceback" not in bad.stderr


def test_a_row_is_played_again_and_told(place):
    told = detente("replay", run_of(place), "--row", "23", at=place)
    assert told.returncode == 0, told.stderr
    assert "--set parties.upstream.reservation=0.8" in told.stdout and "Result" in told.stdout
    assert told.stdout.endswith("Played again: row 23 comes out the same, figure by figure.\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("sweep", "nothing.yaml"), "nothing.yaml"),
        (("sweep", "two-by-two", "--runs", "0"), "--runs: found 0; expected a whole number from 1"),
        (("sweep", "two-by-two", "--runs", "1.5"), "--runs: found 1.5; expected a whole number from 1"),
        (("sweep", "two-by-two", "--runs", "5", "--workers", "0"), "--workers: found 0"),
        (("sweep", "no-deal.yaml", "--seed", "3"), "--seed: found it without --runs"),
        (("sweep", "no-deal.yaml", "--workers", "2", "--cluster", "tcp://a:1"), "--workers: found it beside --cluster"),
        (("sweep", "no-deal.yaml", "--out", "no-deal.yaml"), "cannot be written"),
        (("sweep", "two-by-two", "--runs", "5", "--set", "outside.alarn=1"), "Did you mean alarm?"),
        (("query", "nowhere", "SELECT 1"), "nowhere: found no such folder"),
        (("replay", "RUN"), "found a sweep; expected --row K"),
        (("replay", "RUN", "--row", "24"), "found no row 24; expected 0 to 23"),
        (("replay", "RUN", "--row", "-1"), "--row: found -1; expected a whole number from 0"),
    ],
)
def test_bad_input_is_one_message_and_exit_code_2(place, words, told, monkeypatch):
    monkeypatch.chdir(place)
    ended = CliRunner().invoke(app, [run_of(place) if word == "RUN" else word for word in words])
    assert ended.exit_code == 2, ended.stdout
    assert told in ended.stderr and isinstance(ended.exception, SystemExit)
    assert ended.stderr.count("detente: ") == 1


@pytest.mark.parametrize(("asking", "times"), [(signal.SIGINT, 1), (signal.SIGTERM, 1), (signal.SIGINT, 2)])
def test_asked_to_stop_it_says_how_to_go_on(tmp_path, asking, times):
    """Ctrl-C, once or twice, and what a batch system sends before it kills."""
    words = ["sweep", "january-2022", "--runs", "500000", "--out", "long"]
    process = subprocess.Popen(
        [sys.executable, "-m", "sim.cli", *words],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (tmp_path / "long" / "manifest.json").exists():
        assert process.poll() is None
        select.select([], [], [], 0.05)
    for _ in range(times):
        process.send_signal(asking)
        select.select([], [], [], 0.05)
    told = process.communicate(timeout=120)[1]
    assert process.returncode == 130, told
    assert (
        "detente: stopped" in told
        and "Go on with: detente sweep january-2022 --runs 500000 --out long --resume" in told
    )
    assert Study(tmp_path / "long").state == "interrupted"


def test_a_terminal_gets_a_bar_with_rate_and_time_left(tmp_path):
    main, end = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    process = subprocess.Popen(
        [sys.executable, "-m", "sim.cli", "sweep", "two-by-two", "--runs", "20000", "--out", "bar"],
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=end, env=environment,
    )  # fmt: skip
    os.close(end)
    shown = b""
    while True:
        try:
            piece = os.read(main, 4096)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(main)
    assert process.wait() == 0
    assert b"20,000" in shown and "━".encode() in shown and b"runs/s" in shown


def test_a_row_keeps_what_was_scaled_with_its_factor(tmp_path):
    """2.2: saliences sum to 100, so sweeping one moves the others; the row's scenario has them to the last bit."""
    (tmp_path / "weights.yaml").write_text(
        "question: Does it matter what enlargement weighs?\n"
        "scenario: january-2022\n"
        "factors:\n"
        "  parties.russia.positions.nato_enlargement.salience: {name: enlargement, uniform: [10, 40]}\n"
        "  parties.us.tactic: {name: us, list: [linear, {name: boulware, beta: 0.3, phi: 0.7}]}\n"
        "design: {latin_hypercube: {points: 6}}\n"
        "replications: 2\nseed: 5\ncommon_random_numbers: no\n"
    )
    sweep = read_sweep(tmp_path / "weights.yaml")
    study = run_sweep(Plan(sweep), tmp_path / "weights")
    for number in range(12):
        row = read_row(study, number)
        assert row.scenario == sweep.points().scenario(row.figures["point"])
        model = NegotiationModel(row.scenario, row.seed, row.index)
        model.run()
        assert differing(row, model) == []
