"""Runs on disk: files whole or missing, one writer, manifests that match, rows that tell what they are (clause 12.1)."""

import errno
import json
import os
import subprocess
import sys

import pytest
from small_sweeps import Grid

import sim.store
from sim.domain.files import shipped
from sim.domain.load import build, load_scenario
from sim.model import NegotiationModel
from sim.store import StoreError, Study, read_run, record_bytes, transcript_bytes, write_run
from sim.store.folder import put
from sim.store.lock import Lock, held
from sim.store.manifest import differences, read_manifest, study_hash
from sim.store.schema import labels_of
from sim.store.shelf import listed
from sim.sweep.plan import Plan
from sim.sweep.run import run_sweep

GRID = Grid(
    values={
        "parties.upstream.reservation": [0.3, 0.9],
        "parties.downstream.tactic": [{"name": "linear"}, {"name": "micro", "phi": None}],
    },
    replications=5,
)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return run_sweep(Plan(GRID, rows_a_part=8), tmp_path_factory.mktemp("runs") / "grid")


@pytest.fixture
def talk() -> NegotiationModel:
    model = NegotiationModel("two-by-two")
    model.run()
    return model


# ---- One talk ---------------------------------------------------------------------------------------------------------


def test_a_talk_is_read_back_as_it_was_written(talk, tmp_path):
    folder = write_run(talk, tmp_path, "detente run two-by-two")
    stored = read_run(folder)
    assert stored.record == record_bytes(talk) and stored.transcript == transcript_bytes(talk)
    assert stored.scenario == talk.game


@pytest.mark.parametrize("name", shipped())
def test_a_kept_scenario_is_built_again_to_the_same_hash(name):
    """What replay stands on: nothing is lost and nothing added, not even a default that would cover another cell (2.6)."""
    scenario = load_scenario(name)
    again = build(json.loads(scenario.canonical()))
    assert again == scenario and again.hash == scenario.hash


def test_a_talk_written_again_replaces_itself_and_leaves_nothing_aside(talk, tmp_path):
    first = write_run(talk, tmp_path, "detente run two-by-two")
    assert write_run(talk, tmp_path, "detente run two-by-two") == first
    assert [path.name for path in tmp_path.iterdir()] == [first.name]


# ---- Files and locks --------------------------------------------------------------------------------------------------


def test_a_file_replaces_an_older_one_whole(tmp_path):
    put(tmp_path / "a", b"old and longer")
    put(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_file_beyond_the_limit_is_refused_and_the_old_one_stays(tmp_path):
    """The limit on the size of files stands in for a full disk: the system refuses in the middle of a write alike."""
    (tmp_path / "a").write_bytes(b"old")
    script = f"""
import resource, pathlib
from sim.store.folder import NoRoom, put
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    put(pathlib.Path({str(tmp_path / "a")!r}), b"x" * 100_000)
except NoRoom as error:
    print(error)
"""
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert told == f"{tmp_path}: the file would be too large ({os.strerror(errno.EFBIG)}).\n"
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_place_that_is_no_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        put(tmp_path / "file" / "a", b"")
    with pytest.raises(StoreError, match="cannot be written"):
        run_sweep(Plan(GRID), tmp_path / "file" / "study")


def test_the_second_lock_is_refused_and_the_first_goes_with_its_process(tmp_path):
    """Killed with SIGKILL, a process cannot tidy up: the system itself lets go."""
    script = f"""
import pathlib, time
from sim.store.lock import Lock
with Lock(pathlib.Path({str(tmp_path)!r})):
    print("held", flush=True)
    time.sleep(600)
"""
    holder = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert holder.stdout and holder.stdout.readline() == "held\n"
    assert held(tmp_path)
    with pytest.raises(StoreError, match=f"in use by process {holder.pid} on"):
        Lock(tmp_path)
    holder.kill()
    holder.wait()
    assert not held(tmp_path)
    with Lock(tmp_path):
        assert held(tmp_path)


# ---- Manifest ---------------------------------------------------------------------------------------------------------


def test_the_manifest_says_what_fixes_the_rows_and_what_made_them(study):
    manifest = study.manifest
    assert manifest["effective"] == GRID.effective()
    assert manifest["hash"] == study_hash(GRID.effective())
    assert (manifest["state"], manifest["rows"], manifest["rows_a_part"], manifest["seed"]) == ("complete", 20, 8, 0)
    assert {"detente", "python", "numpy", "numba", "pyarrow", "rules"} <= set(manifest["versions"])
    (stretch,) = manifest["stretches"]
    assert stretch["rows"] == 20 and stretch["seconds"] > 0 and stretch["started"] <= stretch["ended"]
    assert json.loads(study.scenario)["name"] == "two-by-two"


def test_differences_name_the_keys_and_both_values():
    there = {"seed": 0, "factors": {"a": [1, 2]}, "old": 1}
    here = {"seed": 1, "factors": {"a": [1, 3]}, "new": None}
    assert differences(there, here) == [
        "seed: 0 there, 1 here",
        "factors.a.1: 2 there, 3 here",
        "old: 1 there, nothing here",
        "new: nothing there, nothing here",
    ]
    assert differences(there, there) == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "damaged file"),
        ("[]", "no study"),
        ('{"kind": "study"}', "name: found nothing"),
        ('{"kind": "study", "name": "a", "hash": "b", "effective": {}, "rows": "many"}', 'rows: found "many"'),
    ],
)
def test_a_damaged_manifest_is_told_in_one_message(tmp_path, content, told):
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(StoreError, match=told) as error:
        read_manifest(tmp_path)
    assert str(tmp_path) in str(error.value)


def test_what_is_no_study_is_told(tmp_path):
    with pytest.raises(StoreError, match="found no such folder"):
        sim.store.open(tmp_path / "nothing")
    with pytest.raises(StoreError, match=r"found no readable manifest\.json"):
        sim.store.open(tmp_path)


# ---- Rows -------------------------------------------------------------------------------------------------------------


def test_every_row_says_who_it_is(study):
    """12.1: design point and its parameters, run index; the same draws at every point make the replication the index."""
    frame = study.frame()
    assert frame["row"].tolist() == list(range(20))
    assert frame["point"].tolist() == [row // 5 for row in range(20)]
    assert frame["replication"].tolist() == frame["index"].tolist() == [row % 5 for row in range(20)]
    assert frame["upstream_reservation"].tolist() == [0.3] * 10 + [0.9] * 10
    assert frame["downstream_tactic"].astype(str).tolist()[4:6] == [
        '{"name": "linear"}',
        '{"name": "micro", "phi": null}',
    ]
    assert set(frame["status"]) == {"played"} and frame["message"].isna().all()


def test_parts_are_of_fixed_size_and_named_by_their_first_row(study):
    names = [path.name for path in study.parts]
    assert names == ["rows-000000000000.parquet", "rows-000000000008.parquet", "rows-000000000016.parquet"]


def test_every_column_has_a_unit_and_a_meaning(study):
    for field in study.schema:
        assert field.metadata[b"unit"] and field.metadata[b"meaning"].endswith(b"."), field.name
    assert json.loads(study.schema.metadata[b"detente"])["hash"] == study.manifest["hash"]


def test_labels_stand_in_the_order_of_their_codes(study):
    """Classes keep their order (10.2) even where the rows know only some of them."""
    frame = study.frame(["outcome"])
    assert list(frame["outcome"].cat.categories) == ["accord", "no_accord", "other"]
    assert labels_of(study.schema.field("outcome")) == ("accord", "no_accord", "other")


def test_rows_are_those_of_the_model(study):
    """11.1: the same scenario, seed and index give the same result, whoever plays it."""
    for number in (0, 7, 19):
        row = study.row(number)
        scenario = load_scenario(GRID.base, GRID.changes(row["point"]))
        result = NegotiationModel(scenario, seed=0, index=row["index"]).run()
        assert row["outcome"] == result["outcome"]
        assert row["utility_upstream"] == result["parties"]["upstream"]["utility"]
        assert row["final_reservoir"] == result["final"]["reservoir"]


def test_unknown_columns_and_rows_are_told(study):
    with pytest.raises(StoreError, match=r"no column outcom.*Did you mean outcome"):
        study.frame(["outcom"])
    with pytest.raises(StoreError, match="no row 20; expected 0 to 19"):
        study.row(20)


# ---- Questions --------------------------------------------------------------------------------------------------------


def test_sql_agrees_with_the_frame(study):
    answer = study.query("SELECT downstream_tactic, count(*) AS runs FROM rows GROUP BY 1 ORDER BY 1").to_pylist()
    counts = study.frame()["downstream_tactic"].value_counts()
    assert {row["downstream_tactic"]: row["runs"] for row in answer} == counts.to_dict()
    assert study.relation().filter("point = 3").aggregate("count(*)").fetchall() == [(5,)]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "COPY rows TO '{folder}/stolen.csv'",
        "ATTACH '{folder}/other.db'",
        "EXPORT DATABASE '{folder}/all'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "DELETE FROM rows",
        "SELECT * FROM study",
        "SELECT 1; SELECT 2",
        "",
        "SELECT",
        "SELEC 1",
    ],
)
def test_sql_reaches_nothing_but_the_rows(study, sql, tmp_path):
    before = [(path.name, path.stat().st_mtime_ns) for path in sorted(study.folder.iterdir())]
    with pytest.raises(StoreError, match="query: "):
        study.query(sql.format(folder=tmp_path))
    assert list(tmp_path.iterdir()) == []
    assert before == [(path.name, path.stat().st_mtime_ns) for path in sorted(study.folder.iterdir())]


def test_a_study_without_rows_yet_is_told(tmp_path, study):
    for name in ("manifest.json", "scenario.json"):
        (tmp_path / name).write_bytes((study.folder / name).read_bytes())
    with pytest.raises(StoreError, match="found no rows yet"):
        sim.store.open(tmp_path).frame()


def test_a_damaged_part_is_told_when_it_is_read(tmp_path, study):
    for path in study.folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / study.parts[0].name).write_bytes(b"PAR1 nothing")
    with pytest.raises(StoreError, match="found a damaged part"):
        sim.store.open(tmp_path).frame()


# ---- The shelf --------------------------------------------------------------------------------------------------------


def test_the_shelf_lists_talks_and_sweeps(study, talk, tmp_path):
    write_run(talk, tmp_path, "detente run two-by-two")
    os.symlink(study.folder, tmp_path / "z-grid")
    (tmp_path / "a-damaged").mkdir()
    (tmp_path / "a-damaged" / "manifest.json").write_text("{")
    (tmp_path / "README.md").write_text("")
    found = listed(tmp_path)
    assert [(entry.kind, entry.state, entry.rows_there, entry.rows) for entry in found] == [
        ("unknown", "damaged", 0, 0), ("talk", "complete", 1, 1), ("sweep", "complete", 20, 20),
    ]  # fmt: skip
    assert all(entry.size > 0 for entry in found)
    with pytest.raises(StoreError, match="found no such folder"):
        listed(tmp_path / "nothing")
