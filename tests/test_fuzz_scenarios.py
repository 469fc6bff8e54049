"""Damaged files end in a valid game or one message each: no traceback, no hang, memory bounded (see fuzzed.py)."""

import json
import subprocess
import sys

import pytest
from fuzzed import SLOWEST, damaged
from terminal import ROOT, environment, refused

from sim.domain.load import load_scenario
from sim.domain.problems import ScenarioError

MOST_MB = 700
"""What reading may take beside the program itself; the libraries alone take some 80 MB."""


def read(kind: str, first: int, count: int, checked: str = "plain") -> dict:
    """What came of some damaged files, read in a process of their own with bounded memory."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "fuzzed.py"), kind, str(first), str(count), checked],
        cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60 + SLOWEST * count,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert found["bad"] == []
    assert found["valid"] + found["message"] == count
    return found


@pytest.mark.parametrize(("kind", "count"), [("scenario", 220), ("lesson", 60)])
def test_damaged_files_are_valid_or_one_message(kind, count):
    found = read(kind, 0, count)
    assert found["message"] > found["valid"] > 0, "damage that is never, or always, noticed tests nothing"
    assert found["slowest"][0] < SLOWEST
    assert found["peak_mb"] < MOST_MB


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "count"), [("scenario", 3000), ("lesson", 200), ("sweep", 60)])
def test_many_damaged_files_are_valid_or_one_message(kind, count):
    for first in range(1000, 1000 + count, 500):
        found = read(kind, first, min(500, 1000 + count - first))
        assert found["peak_mb"] < MOST_MB


@pytest.mark.slow
def test_what_is_valid_after_damage_can_be_checked():
    """Extreme figures that a scenario allows trouble no check."""
    read("scenario", 20_000, 250, "checked")


def test_damage_is_the_same_for_the_same_number():
    assert [damaged("scenario", n) for n in range(20)] == [damaged("scenario", n) for n in range(20)]
    assert len({damaged("scenario", n) for n in range(40)}) > 30, "some damage is none"


def test_the_command_says_it_in_one_line(tmp_path):
    """At the command line, too: exit code 2 and one line."""
    path = tmp_path / "mine.yaml"
    for number in range(40):
        path.write_bytes(damaged("scenario", number))
        try:
            load_scenario(path)
        except ScenarioError as error:
            said = refused("check", str(path))
            assert said.startswith("detente: " + "\\n".join(str(error).splitlines())[:100])
            return
    raise AssertionError("no file was refused")


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (b"name: 0x" + b"f" * 9000, "found"),
        (b"extends: " + b"a" * 5000, "found no such file or scenario"),
        (b"extends: '\\0'\n", "found no such file or scenario"),
        (b"outside: {alarm: " + b"9" * 5000 + b"}\nextends: harbour\n", "outside.alarm"),
    ],
    ids=["digits", "long-name", "zero-name", "figure"],
)
def test_what_damage_has_found(tmp_path, written, message):
    """Each of these ended in a traceback once."""
    path = tmp_path / "mine.yaml"
    path.write_bytes(written)
    said = refused("check", str(path))
    assert message in said
    assert len(said) < 1000
