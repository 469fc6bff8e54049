"""The gallery: its page names today's studies, its pictures are plain drawings, made twice it is the same."""

import importlib.util
import re
import shlex
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from sim.cli import app
from sim.findings import CATALOGUE
from sim.sweep.plan import Plan
from sim.sweep.run import place_of

ROOT = Path(__file__).parent.parent
PAGE, FOLDER, SCRIPT = ROOT / "docs" / "gallery.md", ROOT / "docs" / "gallery", ROOT / "analysis" / "gallery.py"
AGAIN = "the gallery shows another state of the program: make it again with python analysis/gallery.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("gallery", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def page():
    return PAGE.read_text("utf-8")


@pytest.fixture(scope="module")
def contents():
    return yaml.safe_load((ROOT / "analysis" / "gallery.yaml").read_text("utf-8"))


def commands_of(page):
    return [line for block in re.findall(r"```\n(.*?)```", page, re.S) for line in block.splitlines()]


def test_every_picture_is_named_and_is_there(page, contents):
    named = set(re.findall(r"\]\(gallery/([^)]+)\)", page))
    assert named == {file.name for file in FOLDER.iterdir()}
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 1.5e6
    for picture in contents["pictures"]:
        assert any(name == f"{picture['file']}.svg" or name.startswith(f"{picture['file']}-") for name in named)
    assert len(re.findall(r"^## \d+\. ", page, re.M)) == len(contents["pictures"])


def test_pictures_are_plain_drawings_with_their_titles(page):
    for title, files in re.findall(r"^## \d+\. (.+)\n\n((?:!\[.+\n)+)", page, re.M):
        for name in re.findall(r"\]\(gallery/([^)]+)\)", files):
            text = (FOLDER / name).read_text("utf-8")
            words = "".join(ET.fromstring(text).itertext())
            assert re.sub(r"\s", "", title) in re.sub(r"\s", "", words), name
            assert "<script" not in text and "javascript:" not in text and not re.search(r'href="https?:', text)


def test_every_command_is_one_and_names_what_there_is(page):
    known = get_command(app).commands
    for line in commands_of(page):
        program, *words = shlex.split(line)
        assert program == "detente"
        known[words[0]].make_context(words[0], words[1:])  # raises where an option or argument is wrong
        for at, word in enumerate(words):
            if word == "--only":
                assert words[at + 1] in CATALOGUE


def test_studies_and_rules_are_todays(page, contents, script):
    named = set(re.findall(r"runs/[a-z0-9-]+", "\n".join(commands_of(page))))
    today = {str(place_of(Plan(script.asked(study)))) for study in contents["studies"].values()}
    assert named == today, AGAIN
    assert script.fingerprint() in page, AGAIN


@pytest.mark.slow
@pytest.mark.browser
def test_made_twice_it_is_the_same(tmp_path):
    """At a hundredth of the size: once playing, then some pictures from what is kept; nothing else lies there in the end."""
    (tmp_path / "one" / "gallery").mkdir(parents=True)
    (tmp_path / "one" / "gallery" / "stale.svg").write_text("old")
    made = made_in(tmp_path / "one", tmp_path / "runs")
    assert "gallery/stale.svg" not in made and len(made) > 20
    assert b"Made at 0.01 of the size" in made["gallery.md"]
    again = made_in(tmp_path / "two", tmp_path / "runs", "how-talks-end", "selection", "path", "beliefs", "history")
    assert len(again) >= 6 and again.items() <= made.items()


def made_in(out: Path, runs: Path, *only: str) -> dict[str, bytes]:
    """Make a small gallery, or some of its pictures; its files by name."""
    words = ["--share", "0.01", "--runs", str(runs), "--out", str(out)]
    words += [word for name in only for word in ("--only", name)]
    ran = subprocess.run([sys.executable, str(SCRIPT), *words], capture_output=True, text=True, timeout=900, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_bad_input_is_one_message(tmp_path):
    for words, expected in ((["--only", "nothing"], "expected one of: how-talks-end"), (["--share", "2"], "found 2")):
        ran = subprocess.run([sys.executable, str(SCRIPT), *words], capture_output=True, text=True, cwd=ROOT)
        assert ran.returncode == 2 and expected in ran.stderr and not ran.stdout
