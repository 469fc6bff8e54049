"""What happens to a study that is killed, gets no room, has company, or is not the one it seems. Nothing lost, nothing twice."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import playing
import pytest
from playing import GRID, ROWS_A_PART
from small_sweeps import Grid

from sim.store import StoreError, Study
from sim.store.folder import ASIDE, NoRoom
from sim.store.lock import Lock
from sim.sweep.plan import Plan
from sim.sweep.run import place_of, run_sweep

ROWS = 12_000


def begin(folder: Path, how: str, *limit: str) -> subprocess.Popen[str]:
    script = str(Path(playing.__file__))
    return subprocess.Popen(
        [sys.executable, script, str(folder), how, *limit], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def under_way(process: subprocess.Popen[str]) -> int:
    """Wait until the study has begun; rows there then."""
    assert process.stdout
    line = process.stdout.readline()
    assert line, process.communicate()[1]
    return int(line)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.parquet"))}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return run_sweep(Plan(GRID, ROWS_A_PART), tmp_path_factory.mktemp("runs") / "undisturbed")


def kill_often(folder: Path, kills: int, chance: random.Random) -> list[int]:
    """Play, kill with SIGKILL at a random moment, resume, ... and let the last one finish; parts found after each kill.

    One moment in four lies anywhere from the start on, while nothing may have been written; the others between, or
    within, the writing of two parts.
    """
    found = []
    while len(found) < kills:
        process = begin(folder, "resume")
        under_way(process)
        if chance.random() < 0.25:
            time.sleep(chance.uniform(0.0, 1.0))
        else:
            for _ in range(chance.randint(1, ROWS // ROWS_A_PART // (kills + 1))):
                assert process.stdout and process.stdout.readline()
            time.sleep(chance.uniform(0.0, 0.02))
        process.kill()
        process.communicate()
        if process.returncode == -signal.SIGKILL:
            found.append(len(list(folder.glob("rows-*.parquet"))))
        elif Study(folder).state == "complete":
            shutil.rmtree(folder)
    last = begin(folder, "resume")
    assert last.communicate()[1] == "" and last.returncode == 0
    return found


def check_same(folder: Path, undisturbed: Study) -> None:
    study = Study(folder)
    assert study.state == "complete"
    assert study.frame(["row"])["row"].tolist() == list(range(ROWS))
    assert files(folder) == files(undisturbed.folder)
    assert not list(folder.glob(f"{ASIDE}*"))


def test_killed_and_resumed_it_has_the_rows_of_an_undisturbed_study(undisturbed, tmp_path):
    found = kill_often(tmp_path / "killed", 2, random.Random(1))
    assert len(found) == 2
    check_same(tmp_path / "killed", undisturbed)


@pytest.mark.slow
def test_killed_at_twenty_random_moments(undisturbed, tmp_path):
    """Of the twenty some hit while parts are written; each study then finishes with the same bytes."""
    chance, found = random.Random(20220110), []
    for number in range(5):
        folder = tmp_path / str(number)
        found += kill_often(folder, 4, chance)
        check_same(folder, undisturbed)
    assert len(found) == 20
    assert len([parts for parts in found if 0 < parts < ROWS / ROWS_A_PART]) >= 10, found


def test_what_a_killed_process_left_aside_is_swept_out(undisturbed, tmp_path):
    folder = tmp_path / "left"
    process = begin(folder, "new")
    under_way(process)
    process.kill()
    process.communicate()
    (folder / f"{ASIDE}123-rows-000000000000.parquet").write_bytes(b"half")
    run_sweep(Plan(GRID, ROWS_A_PART), folder, resume=True)
    check_same(folder, undisturbed)


def test_a_killed_study_is_interrupted_not_running(undisturbed, tmp_path):
    process = begin(tmp_path / "killed", "new")
    under_way(process)
    assert Study(tmp_path / "killed").state == "running"
    process.kill()
    process.communicate()
    study = Study(tmp_path / "killed")
    assert study.manifest["state"] == "running" and study.state == "interrupted"


def test_a_damaged_part_is_played_again(undisturbed, tmp_path):
    folder = tmp_path / "damaged"
    plan = Plan(GRID, ROWS_A_PART)
    study = run_sweep(plan, folder)
    whole = study.parts[3].read_bytes()
    study.parts[3].write_bytes(whole[: len(whole) // 2])
    study.parts[5].unlink()
    (folder / "rows-000000000700.parquet").write_bytes(study.parts[8].read_bytes()[:-1] + b"x")
    run_sweep(plan, folder, resume=True)
    check_same(folder, undisturbed)


def test_no_room_is_told_and_nothing_is_corrupt(undisturbed, tmp_path):
    """A limit on the size of files stops a part in the middle, as a full disk does; with room again it goes on."""
    folder = tmp_path / "full"
    size = min(path.stat().st_size for path in undisturbed.parts)
    process = begin(folder, "new", str(size - 100))
    told = process.communicate()[1]
    assert process.returncode == 2
    assert told == f"{folder}: the file would be too large (File too large).\n"
    assert {path.name for path in folder.iterdir()} == {".lock", "manifest.json", "scenario.json", "points.parquet"}
    assert Study(folder).state == "interrupted"
    run_sweep(Plan(GRID, ROWS_A_PART), folder, resume=True)
    check_same(folder, undisturbed)


def test_no_room_even_for_the_manifest_is_told(tmp_path):
    process = begin(tmp_path / "full", "new", "200")
    told = process.communicate()[1]
    assert process.returncode == 2 and "the file would be too large" in told and "Traceback" not in told
    assert issubclass(NoRoom, StoreError)
    run_sweep(Plan(GRID, ROWS_A_PART), tmp_path / "full", resume=True)


def test_the_second_of_two_processes_is_refused(undisturbed, tmp_path):
    folder = tmp_path / "shared"
    first = begin(folder, "new")
    under_way(first)
    first.send_signal(signal.SIGSTOP)  # so that it is not done before the other has begun
    second = begin(folder, "resume")
    told = second.communicate()[1]
    first.send_signal(signal.SIGCONT)
    assert second.returncode == 2 and f"{folder}: found it in use by process {first.pid}" in told
    assert first.communicate()[1] == "" and first.returncode == 0
    check_same(folder, undisturbed)


def test_a_folder_that_is_held_is_left_as_it_is(tmp_path):
    folder = tmp_path / "held"
    folder.mkdir()
    with Lock(folder), pytest.raises(StoreError, match=f"in use by process {os.getpid()}"):
        run_sweep(Plan(GRID), folder)
    assert [path.name for path in folder.iterdir()] == [".lock"]


# ---- Not the study it seems -------------------------------------------------------------------------------------------


def changed(**figures: object) -> Grid:
    return Grid(**{**vars(GRID), **figures})


def test_a_file_that_was_changed_is_refused_with_the_difference(undisturbed):
    with pytest.raises(StoreError, match=r"not of this file: seed: 0 there, 1 here"):
        run_sweep(Plan(changed(seed=1), ROWS_A_PART), undisturbed.folder, resume=True)
    with pytest.raises(StoreError, match=r"replications: 2000 there, 101 here"):
        run_sweep(Plan(changed(replications=101), ROWS_A_PART), undisturbed.folder, resume=True)
    with pytest.raises(StoreError, match=r"scenario\.name: \"two-by-two\" there, \"harbour\" here"):
        run_sweep(Plan(Grid("harbour", replications=12_000), ROWS_A_PART), undisturbed.folder, resume=True)


def test_resuming_a_changed_file_names_the_study_that_it_was(undisturbed, tmp_path, monkeypatch):
    """The folder's name changes with the file, so the old one is looked for beside the new one."""
    monkeypatch.chdir(tmp_path)
    process = begin(place_of(Plan(GRID)), "new")
    under_way(process)
    process.kill()
    process.communicate()
    with pytest.raises(StoreError, match=r"unfinished study that is not of this file: seed: 0 there, 7 here"):
        run_sweep(Plan(changed(seed=7)), resume=True)
    assert len(list(Path("runs").iterdir())) == 1


def test_rows_of_other_versions_are_not_gone_on_with(tmp_path):
    folder = tmp_path / "old"
    run_sweep(Plan(GRID, ROWS_A_PART), folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["versions"] |= {"numba": "0.1", "rules": "0"}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert run_sweep(Plan(GRID, ROWS_A_PART), folder).state == "complete"
    next(iter(folder.glob("rows-*"))).unlink()
    with pytest.raises(StoreError, match=r"made by other versions: numba 0\.1 there, .* here, rules 0 there"):
        run_sweep(Plan(GRID, ROWS_A_PART), folder, resume=True)


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(
        StoreError, match=r"found letters\.txt and no manifest\.json; expected a study or an empty folder"
    ):
        run_sweep(Plan(GRID), tmp_path)
    assert (tmp_path / "letters.txt").read_text() == "dear"


def test_parts_of_another_size_are_refused(undisturbed):
    with pytest.raises(
        StoreError, match="not of this file: rows: 12,000 in parts of 100 there, 12,000 in parts of 20 here"
    ):
        run_sweep(Plan(GRID, 20), undisturbed.folder, resume=True)
