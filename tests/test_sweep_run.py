"""Studies played: the same rows whoever plays them, failures as rows, one row again, bad input in one message."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import distributed
import pytest
import yaml
from small_sweeps import Grid

from sim.domain.load import load_scenario
from sim.domain.problems import ScenarioError
from sim.engine import Engine
from sim.model import NegotiationModel
from sim.protocol.result import fields_of
from sim.store import StoreError, Study
from sim.sweep import work
from sim.sweep.again import differing, figure_text, read_row
from sim.sweep.executors import ClusterLost
from sim.sweep.plan import Plan
from sim.sweep.run import place_of, run_sweep
from sim.sweep.work import play_part

TACTICS = [{"name": "linear"}, {"name": "micro", "phi": None}]
MIXED = Grid(
    values={
        "parties.upstream.reservation": [0.3, 0.45, 0.9],
        "parties.downstream.tactic": TACTICS,
        "parties.upstream.patience": [0.5, 2.0],
    },
    replications=7,
)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.parquet"))}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return run_sweep(Plan(MIXED, rows_a_part=10), tmp_path_factory.mktemp("runs") / "mixed", workers=1)


# ---- Who plays ---------------------------------------------------------------------------------------------------------


def test_threads_leave_the_same_files(study, tmp_path):
    """11.1: in any chunking and order, byte for byte on one platform."""
    many = run_sweep(Plan(MIXED, rows_a_part=10), tmp_path / "many", workers=5)
    assert files(many.folder) == files(study.folder)


def test_parts_of_any_size_hold_the_same_rows(study, tmp_path):
    for size in (1, 13, 1000):
        cut = run_sweep(Plan(MIXED, rows_a_part=size), tmp_path / str(size))
        assert len(cut.parts) == -(-84 // size)
        assert cut.table().combine_chunks().equals(study.table().combine_chunks())


def test_own_draws_at_every_point_make_the_row_the_index(tmp_path):
    own = Grid(values=MIXED.values, replications=7, common_random_numbers=False)
    frame = run_sweep(Plan(own), tmp_path / "own").frame()
    assert frame["index"].tolist() == frame["row"].tolist()


def test_zero_is_a_seed_like_any_other(tmp_path):
    """January 2022 draws types and patience: 0 gives other rows than 1, and the same each time."""
    rows = {}
    for name, seed in (("zero", 0), ("again", 0), ("one", 1), ("large", 2**128 - 1)):
        grid = Grid("january-2022", {"outside.alarm": [0.2]}, 40, seed)
        study = run_sweep(Plan(grid), tmp_path / name)
        assert study.manifest["seed"] == seed
        rows[name] = study.table().drop_columns(["row"])
    assert rows["zero"].equals(rows["again"])
    assert not rows["zero"].equals(rows["one"]) and not rows["one"].equals(rows["large"])


def test_a_sweep_without_factors_is_plain_replication(tmp_path):
    study = run_sweep(Plan(Grid(replications=9)), tmp_path / "plain")
    assert study.frame()["point"].tolist() == [0] * 9


def test_the_same_study_again_is_not_played_again(study):
    before = {path.name: path.stat().st_mtime_ns for path in study.folder.iterdir()}
    told: list[tuple[int, int]] = []
    again = run_sweep(Plan(MIXED, rows_a_part=10), study.folder, told=lambda *at: told.append(at))
    assert again.state == "complete" and told == [(84, 84)]
    assert {name: when for name, when in before.items() if name.startswith("rows")} == {
        path.name: path.stat().st_mtime_ns for path in study.parts
    }


def test_the_folder_is_named_by_everything_that_fixes_the_rows():
    place = place_of(Plan(MIXED))
    assert place == place_of(Plan(Grid(values=MIXED.values, replications=7)))
    assert place.parent == Path("runs") and place.name.startswith("grid-")
    assert place != place_of(Plan(Grid(values=MIXED.values, replications=7, seed=1)))


# ---- A cluster --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster() -> Iterator[distributed.LocalCluster]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as started:
        yield started


def test_a_cluster_leaves_the_same_files(study, cluster, tmp_path):
    far = run_sweep(Plan(MIXED, rows_a_part=10), tmp_path / "far", cluster=cluster.scheduler_address)
    assert files(far.folder) == files(study.folder)
    assert far.manifest["stretches"][0]["executor"] == "cluster"


def test_a_worker_killed_midway_loses_no_row(cluster, tmp_path):
    grid = Grid("january-2022", {"outside.alarm": [0.1, 0.7]}, 200)
    alone = run_sweep(Plan(grid, rows_a_part=10), tmp_path / "alone")
    with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
        victims = sorted(client.run(os.getpid).values())
    killed: list[int] = []

    def told(there: int, rows: int) -> None:
        if 0 < there < rows and not killed:
            killed.append(victims[0])
            os.kill(victims[0], signal.SIGKILL)

    far = run_sweep(Plan(grid, rows_a_part=10), tmp_path / "far", cluster=cluster.scheduler_address, told=told)
    assert killed and far.state == "complete"
    assert files(far.folder) == files(alone.folder)


def test_rows_that_died_with_their_worker_are_waited_for(cluster, tmp_path, monkeypatch):
    """A part may be ready, and its worker gone before the rows are fetched; to play it again may take longer than an answer."""
    grid = Grid("january-2022", {"outside.alarm": [0.1, 0.7]}, 200)
    alone = run_sweep(Plan(grid, rows_a_part=50), tmp_path / "alone")
    with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
        victims = sorted(client.run(os.getpid).values())
    taken: list[int] = []

    def told(there: int, rows: int) -> None:
        if 0 < there < rows:
            taken.append(there)
            if len(taken) == 1:
                time.sleep(3)  # what was handed out is ready by now, on both workers
            elif len(taken) == 2:
                monkeypatch.setattr("sim.sweep.executors.CONNECTING", 0.01)
                os.kill(victims[0], signal.SIGKILL)

    far = run_sweep(Plan(grid, rows_a_part=50), tmp_path / "far", cluster=cluster.scheduler_address, told=told)
    assert len(taken) >= 2 and far.state == "complete"
    assert files(far.folder) == files(alone.folder)


def test_a_scheduler_that_does_not_answer_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.sweep.executors.CONNECTING", 1.0)
    with pytest.raises(ClusterLost, match=r"--cluster tcp://127\.0\.0\.1:9: found no scheduler that answers"):
        run_sweep(Plan(MIXED), tmp_path / "lost", cluster="tcp://127.0.0.1:9")
    assert Study(tmp_path / "lost").state == "interrupted"


def test_other_versions_do_not_mix(study, tmp_path):
    """11.1 promises the same bytes for pinned libraries only."""
    part = Plan(MIXED).part(0, 5)
    old = work.Work(**{**vars(part.work), "versions": {**part.work.versions, "numba": "0.1"}})
    with pytest.raises(work.OtherVersions, match=r"a worker has numba .*, not 0\.1"):
        play_part(work.Part(**{**vars(part), "work": old}))


# ---- Failures are rows ------------------------------------------------------------------------------------------------


class Failing(Engine):
    """The engine, but for two runs that it cannot play."""

    def copy(self):
        return self

    def play(self, seed, indices, values):
        if set(indices.tolist()) & {3, 17}:
            raise ArithmeticError("clause 10.1: nothing to divide by")
        return super().play(seed, indices, values)


def test_a_run_that_raises_is_a_row_and_the_rest_goes_on(tmp_path, monkeypatch):
    grid = Grid("january-2022", {"outside.alarm": [0.2]}, 40)
    good = run_sweep(Plan(grid), tmp_path / "good").table()
    monkeypatch.setattr(work, "Engine", Failing)
    monkeypatch.setattr(work, "_engines", type(work._engines)())
    bad = run_sweep(Plan(grid), tmp_path / "bad")
    failed = bad.query("SELECT * FROM rows WHERE status = 'failed' ORDER BY row").to_pylist()
    assert [(row["row"], row["clause"], row["message"]) for row in failed] == [
        (number, "10.1", "ArithmeticError: clause 10.1: nothing to divide by") for number in (3, 17)
    ]
    assert [row["row"] for row in bad.failed()] == [3, 17] and bad.failed()[0]["clause"] == "10.1"
    assert failed[0]["outcome"] is None and failed[0]["outside_alarm"] == 0.2
    others = [number for number in range(40) if number not in (3, 17)]
    assert bad.table().take(others).combine_chunks().equals(good.take(others).combine_chunks())


def test_a_point_that_gives_no_scenario_is_rows_too(tmp_path):
    """A conceder gives early, beta above 1 (5.5)."""
    grid = Grid(values={"parties.downstream.tactic": [TACTICS[0], {"name": "conceder", "beta": 0.5}]}, replications=3)
    study = run_sweep(Plan(grid), tmp_path / "half")
    frame = study.frame()
    assert frame["status"].tolist() == ["played"] * 3 + ["failed"] * 3
    assert frame["message"][3].startswith("scenario: parties.downstream.tactic.beta: found 0.5")
    with pytest.raises(ScenarioError, match=r"tactic\.beta: found 0\.5"):
        read_row(study, 4)


def test_a_study_whose_every_run_fails_has_its_rows(tmp_path):
    grid = Grid(values={"calendar": [["nowhere"]]})
    frame = run_sweep(Plan(grid), tmp_path / "none").frame()
    assert frame["status"].tolist() == ["failed"] * 5 and frame["outcome"].isna().all()


def test_a_factor_named_as_a_result_is_refused():
    class Named(Grid):
        @property
        def names(self):
            return ("outcome",)

    with pytest.raises(ScenarioError, match=r"outside\.alarm: found the name outcome, which another column has"):
        Plan(Named("january-2022", {"outside.alarm": [0.2]}))


def test_a_result_that_only_some_scenarios_have_is_a_column(tmp_path):
    """Without a venue in the calendar there is no result of it."""
    grid = Grid("january-2022", {"calendar": [["geneva"], ["geneva", "brussels", "vienna"]]}, 4)
    frame = run_sweep(Plan(grid), tmp_path / "venues").frame()
    assert frame["result_vienna"].isna().tolist() == [True] * 4 + [False] * 4
    assert frame["result_geneva"].notna().all()


# ---- One row again ----------------------------------------------------------------------------------------------------


def test_any_row_can_be_played_again_alone(study):
    for number in range(0, 84, 5):
        row = read_row(study, number)
        model = NegotiationModel(row.scenario, row.seed, row.index)
        model.run()
        assert differing(row, model) == []
        assert row.scenario == load_scenario(MIXED.base, MIXED.changes(row.figures["point"]))


def test_a_row_of_january_played_again_has_every_figure(tmp_path):
    grid = Grid("january-2022", {"outside.alarm": [1e-05, 0.7]}, 3, seed=4)
    study = run_sweep(Plan(grid), tmp_path / "january")
    row = read_row(study, 4)
    assert row.changes == ("outside.alarm=0.7",)
    assert read_row(study, 1).scenario.outside.alarm.value == 1e-05
    model = NegotiationModel(row.scenario, row.seed, row.index)
    model.run()
    assert differing(row, model) == []
    assert {column.name for column in Plan(grid).work.results} == {field.name for field in fields_of(row.scenario)}


def test_a_row_that_differs_is_told(study):
    row = read_row(study, 0)
    model = NegotiationModel(row.scenario, row.seed, row.index)
    model.run()
    row.figures["utility_upstream"] += 1e-6
    row.figures["outcome"] = "other"
    unlike = differing(row, model)
    assert len(unlike) == 2 and unlike[0].startswith("outcome: other stored, ")


@pytest.mark.parametrize("figure", [1e-05, 1e22, 0.1, -2.5e-300, 1 / 3, 3, True, False])
def test_a_figure_is_read_back_to_the_last_bit(figure):
    read = yaml.safe_load(figure_text(figure))
    assert read == figure and type(read) is type(figure)


# ---- Stopping ---------------------------------------------------------------------------------------------------------


def test_asked_to_stop_it_leaves_whole_parts_and_goes_on_later(study, tmp_path):
    stop = threading.Event()

    def told(there: int, rows: int) -> None:
        if there >= 30:
            stop.set()

    plan = Plan(MIXED, rows_a_part=10)
    half = run_sweep(plan, tmp_path / "half", workers=1, told=told, stop=stop)
    assert half.state == "interrupted" and 3 <= len(half.parts) < 9
    with pytest.raises(StoreError, match=r"found an unfinished study \(. of 9 parts\); expected --resume"):
        run_sweep(plan, tmp_path / "half")
    rest = run_sweep(plan, tmp_path / "half", resume=True)
    assert rest.state == "complete" and files(rest.folder) == files(study.folder)
    assert len(rest.manifest["stretches"]) == 2
    assert sum(stretch["rows"] for stretch in rest.manifest["stretches"]) == 84
    assert rest.seconds == pytest.approx(sum(stretch["seconds"] for stretch in rest.manifest["stretches"]))


def test_a_missing_library_says_what_installs_it(tmp_path):
    """An installation without the extra: the library cannot be found, everything else can."""
    script = f"""
import sys
sys.modules["pyarrow"] = None
sys.modules["pyarrow.parquet"] = None
sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from small_sweeps import Grid
from sim.store import StoreError
from sim.sweep.plan import Plan
from sim.sweep.run import run_sweep
try:
    run_sweep(Plan(Grid()), Path({str(tmp_path / "none")!r}))
except StoreError as error:
    print(error)
"""
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "needs pyarrow, which is not installed" in told and "-m pip install" in told and "[analysis]" in told
    assert not (tmp_path / "none").exists()
