"""One measurement in a process of its own: on as many processors as it is about, with a peak of memory of its own."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


class NotMeasured(RuntimeError):
    """A measurement that broke off; its text is for people."""


def apart(task: str, cores: int, **given: Any) -> dict[str, Any]:
    """Take a measurement in another process.

    Parameters
    ----------
    task
        Module of this package and function: "january.stored".
    cores
        Processors that the process may use, where the system lets it be confined to some.
    given
        The function's arguments, ready for JSON.

    Returns
    -------
    dict
        What the function found, and ``peak_mib`` of its process.

    Raises
    ------
    NotMeasured
        The process broke off.
    """
    command = [sys.executable, "-P", "-m", "sim.bench.apart", task, str(cores), json.dumps(given)]
    done = subprocess.run(command, env=surroundings(), capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise NotMeasured(f"{task} broke off: {reason}")
    return json.loads(done.stdout.splitlines()[-1])


def surroundings() -> dict[str, str]:
    """The environment of a process that is to use this very program, wherever it is started."""
    here = str(Path(__file__).parent.parent.parent)
    given = os.environ.get("PYTHONPATH")
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([here, given] if given else [here]),
        "PYTHONIOENCODING": "utf-8",
    }


def processors() -> list[int]:
    """Numbers of the processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def peak_mib() -> float:
    """The most memory that this process has held so far, in MiB; nan where the system does not tell.

    Linux is asked for the program's own peak: what it counts for a process begins with the peak of the one that started it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return (
            next(int(line.split()[1]) for line in status.read_text("utf-8").splitlines() if line.startswith("VmHWM"))
            / 1024
        )
    try:
        import resource
    except ModuleNotFoundError:
        return float("nan")
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def _main(task: str, cores: str, given: str) -> None:
    # Before anything heavy is imported: libraries count the processors when they are loaded.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, processors()[: int(cores)])
    module, _, name = task.partition(".")
    found = getattr(importlib.import_module(f"sim.bench.{module}"), name)(**json.loads(given))
    print(json.dumps({**found, "peak_mib": peak_mib()}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
