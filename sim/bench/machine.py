"""The machine that figures were measured on, and how busy it was."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, cast

from sim import __version__
from sim.bench.apart import processors
from sim.compiled import JIT


def described() -> dict[str, Any]:
    """What a reader needs to judge a figure: processor, memory, system, versions, load, switches of the compiler."""
    import numba
    import numpy as np
    from numba.core import config

    return {
        "processor": _processor(),
        "processors": len(processors()),
        "memory_mib": _memory(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
        "detente": __version__,
        "load_before": load(),
        "compiled": JIT,
        # Numba sets its switches as it is imported, unseen by a type checker.
        "bounds_checked": bool(cast(Any, config).BOUNDSCHECK),
    }


def load() -> float | None:
    """Processes that wanted a processor over the last minute; what is above our own had its share of the machine."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def _processor() -> str:
    """The processor's name as the system gives it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()


def _memory() -> int | None:
    """Memory of the machine in MiB, where the system tells."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
    except (AttributeError, OSError, ValueError):
        return None


def seconds(call: Callable[[], object]) -> float:
    """How long a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def median_seconds(call: Callable[[], object], repeats: int) -> float:
    """The median of several timings; the caller has made the first, cold call."""
    return median(seconds(call) for _ in range(repeats))
