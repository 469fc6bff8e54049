"""The release: the source archive makes the wheel, the wheel holds every config and asset and runs far from the repository."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist", "runs", "htmlcov")

pytestmark = pytest.mark.slow


def built(kind, source, folder):
    """Build from a folder with the tools that are installed, without a network; the file."""
    folder.mkdir(exist_ok=True)
    code = f"from setuptools import build_meta; print(build_meta.build_{kind}({str(folder)!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=source, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / done.stdout.split()[-1]


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """The source archive of a clean copy, and the wheel made from that archive alone."""
    place = tmp_path_factory.mktemp("release")
    shutil.copytree(ROOT, place / "clean", ignore=LEFT_OUT)
    (place / "clean" / "runs").mkdir()
    shutil.copy(ROOT / "runs" / "README.md", place / "clean" / "runs")
    sdist = built("sdist", place / "clean", place / "dist")
    with tarfile.open(sdist) as archive:
        archive.extractall(place / "unpacked", filter="data")
    (source,) = (place / "unpacked").iterdir()
    return {"sdist": sdist, "source": source, "wheel": built("wheel", source, place / "dist")}


@pytest.fixture(scope="module")
def installed(release, tmp_path_factory):
    """The wheel unpacked as an installer does it, and how to run the program from there, outside the repository.

    Libraries come from the environment of the tests. Without start-up files (``-S``) its editable install of the project
    is not on the path; that the program is the wheel's is checked by asking where it was found.
    """
    place = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(release["wheel"]) as wheel:
        wheel.extractall(place / "site")
    away = place / "away"
    away.mkdir()
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    env |= {"PYTHONPATH": os.pathsep.join([str(place / "site"), sysconfig.get_path("purelib")]), "COLUMNS": "80"}
    # Rules in a new place would be compiled anew, for minutes; as plain Python they play one talk in a second.
    env |= {"PYTHONIOENCODING": "utf-8", "DETENTE_CACHE": str(place / "kept"), "NUMBA_DISABLE_JIT": "1"}

    def run(*words):
        return subprocess.run(
            [sys.executable, "-S", "-m", "sim.cli", *words],
            cwd=away, env=env, capture_output=True, text=True, encoding="utf-8", timeout=600,
        )  # fmt: skip

    where = subprocess.run(
        [sys.executable, "-S", "-c", "import sim; print(sim.__file__)"],
        cwd=away,
        env=env,
        capture_output=True,
        text=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(place / "site"), where.stdout + where.stderr
    return run, away


def test_every_config_and_asset_is_inside(release):
    """What is no Python under sim/, and every file of configs/, stands in the wheel byte for byte, and nothing else does."""
    data = {path: path.relative_to(ROOT) for path in (ROOT / "sim").rglob("*")}
    data |= {path: Path("sim") / path.relative_to(ROOT) for path in (ROOT / "configs").rglob("*")}
    wanted = {name.as_posix(): path.read_bytes() for path, name in data.items() if path.is_file()}
    wanted = {name: text for name, text in wanted.items() if "__pycache__" not in name}
    with zipfile.ZipFile(release["wheel"]) as wheel:
        there = {name: wheel.read(name) for name in wheel.namelist() if ".dist-info/" not in name}
        licence = [name for name in wheel.namelist() if name.endswith("LICENSE")]
    assert sorted(wanted) == sorted(there)
    assert wanted == there
    assert licence


def test_the_source_archive_is_whole(release):
    """Tests, documents and scripts are in it, so that whoever has it can check it; nothing of a machine is."""
    for name in ("tests", "docs", "analysis", "configs"):
        ours = {path.relative_to(ROOT).as_posix() for path in (ROOT / name).rglob("*") if path.is_file()}
        ours = {path for path in ours if "__pycache__" not in path}
        assert {path for path in ours if not (release["source"] / path).is_file()} == set()
    for name in (
        "RULES.md",
        "README.md",
        "CITATION.cff",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "LICENSE",
        "Makefile",
        "mkdocs.yml",
    ):
        assert (release["source"] / name).is_file(), name
    assert not [path for path in release["source"].rglob("*") if path.suffix in (".pyc", ".session", ".parquet")]


def test_it_runs_outside_the_repository(installed):
    run, away = installed
    told = run("run", "--seed", "1")
    assert told.returncode == 0, told.stderr
    assert "Result" in told.stdout
    (folder,) = (away / "runs").glob("january-2022-*")
    assert (folder / "report.html").stat().st_size > 1_000_000
    assert run("replay", f"runs/{folder.name}").returncode == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("scenarios",), "january-2022-pretext"),
        (("lesson", "list"), "january-50"),
        (("class", "--list"), "january-50"),
        (("lab", "--help"), "--port"),
        (("lesson", "print", "january-50"), "january-50.html"),
        (("sweep", "coding", "--dry-run"), "Runs"),
        (("baselines", "--help"), "--power"),
        (("new", "my-game"), "my-game.yaml"),
        (("schema",), "properties"),
        (("measures", "harbour"), "Nash"),
    ],
)  # fmt: skip
def test_what_needs_configs_and_assets(installed, words, said):
    run, _ = installed
    done = run(*words)
    assert done.returncode == 0, done.stderr
    assert said in done.stdout
