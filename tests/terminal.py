"""The command as a person runs it: a real process, its two streams and its exit code.

Most come off a process that has imported the program already (prepared.py); ``started`` ones begin with the interpreter.
"""

from __future__ import annotations

import atexit
import functools
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from prepared import Prepared

ROOT = Path(__file__).parent.parent
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def environment(columns: int = 80, **more: str) -> dict[str, str]:
    """What the process sees: this checkout, a terminal's width, UTF-8, and the tests' one folder of kept code."""
    given = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "TERM")}
    return {**given, "PYTHONPATH": str(ROOT), "COLUMNS": str(columns), "PYTHONIOENCODING": "utf-8", **more}


def detente(*words: str, cwd: Path | None = None, columns: int = 80, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; ``more`` are environment variables, with which it begins with the interpreter."""
    if more:
        return started(*words, cwd=cwd, columns=columns, **more)
    with tempfile.TemporaryDirectory() as place:
        out, err = Path(place, "out"), Path(place, "err")
        out.touch()
        err.touch()
        code = _prepared().run([*words], cwd or ROOT, columns, out, err, seconds=300)
        return subprocess.CompletedProcess(words, code, out.read_text("utf-8"), err.read_text("utf-8"))


def started(*words: str, cwd: Path | None = None, columns: int = 80, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end in an interpreter of its own; ``more`` are environment variables."""
    return subprocess.run(
        [sys.executable, "-m", "sim.cli", *words],
        cwd=cwd or ROOT, env=environment(columns, **more), capture_output=True, text=True, encoding="utf-8", timeout=300,
    )  # fmt: skip


@functools.cache
def _prepared() -> Prepared:
    one = Prepared(ROOT, environment())
    atexit.register(one.end)
    return one


def refused(*words: str, cwd: Path | None = None) -> str:
    """The one message of a command that must refuse: exit code 2, nothing but one line, no traceback."""
    done = detente(*words, cwd=cwd)
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    assert done.stdout == ""
    assert done.stderr.startswith("detente: ")
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def blocks(page: str) -> list[list[str]]:
    """Lines of the code blocks of a page of this project, in order."""
    return [text.strip("\n").splitlines() for text in (ROOT / page).read_text("utf-8").split("```")[1::2]]
