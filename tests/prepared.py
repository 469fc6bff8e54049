"""A process that has imported the program, and processes that come off it, one a command.

An interpreter takes a second or two to start the program and its libraries, and the tests give hundreds of commands. Each
still runs in a process of its own, with its own folder, streams and exit code.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

LIBRARIES = ("mesa", "scipy.stats", "pandas", "duckdb", "pyarrow.parquet", "plotly.graph_objects")
SERVERS = ("sim.lab", "sim.classroom", "sim.envs", "sim.bench")
"""Parts of the program that are not imported beforehand."""


class Prepared:
    """The prepared process, as tests see it: commands go in one at a time, exit codes come out."""

    def __init__(self, root: Path, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__], cwd=root, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, encoding="utf-8", start_new_session=True,
        )  # fmt: skip

    def run(self, words: list[str], cwd: Path, columns: int, out: Path, err: Path, seconds: float) -> int:
        """Exit code of a command whose streams go to two files.

        Raises
        ------
        TimeoutError
            It did not end in time; it and the prepared process were ended.
        """
        assert self._process.stdin is not None and self._process.stdout is not None
        asked = {"words": words, "cwd": str(cwd), "columns": columns, "out": str(out), "err": str(err)}
        watch = threading.Timer(seconds, os.killpg, (self._process.pid, signal.SIGKILL))
        watch.start()
        try:
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        finally:
            watch.cancel()
        if not line:
            raise TimeoutError(f"detente {' '.join(words)} did not end in {seconds} seconds.")
        return int(line)

    def end(self) -> None:
        """End the prepared process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def _become(words: list[str], cwd: str, columns: int, out: str, err: str) -> None:
    """Become the command: what a process does that came off the prepared one."""
    from sim.cli import main

    os.chdir(cwd)
    os.environ["COLUMNS"] = str(columns)
    for number, name, mode in ((0, os.devnull, os.O_RDONLY), (1, out, os.O_WRONLY), (2, err, os.O_WRONLY)):
        os.dup2(os.open(name, mode), number)
    sys.argv = ["detente", *words]
    main()


def _serve() -> None:
    import sim
    from sim import NegotiationModel, load_scenario
    from sim.compiled import first_time

    for name in LIBRARIES:
        importlib.import_module(name)
    for found in pkgutil.walk_packages(sim.__path__, "sim."):
        if not found.name.startswith(SERVERS):
            importlib.import_module(found.name)
    if not first_time():
        NegotiationModel(load_scenario("two-by-two"), seed=0).run()
    gc.collect()
    gc.freeze()
    asked, answers = os.fdopen(os.dup(0), encoding="utf-8"), os.dup(1)
    for line in asked:
        child = os.fork()
        if child == 0:
            _become(**json.loads(line))
        _, status = os.waitpid(child, 0)
        os.write(answers, f"{os.waitstatus_to_exitcode(status)}\n".encode())


if __name__ == "__main__":
    _serve()
