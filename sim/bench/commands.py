"""What a person waits for at the command line, the rules compiled already."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from typing import Any

from sim.bench.apart import surroundings
from sim.bench.machine import median_seconds


def waits(repeats: int) -> dict[str, Any]:
    """Seconds of ``detente run``, which keeps its run, and of ``detente --help``."""
    with tempfile.TemporaryDirectory() as place:
        given = ["run", "--runs", place]
        _ended(given)
        return {
            "run": median_seconds(lambda: _ended(given), repeats),
            "help": median_seconds(lambda: _ended(["--help"]), repeats),
        }


def _ended(words: list[str]) -> None:
    subprocess.run(
        [sys.executable, "-P", "-m", "sim.cli", *words],
        env=surroundings(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True,
    )  # fmt: skip
