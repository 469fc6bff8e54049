"""The one way to compile a rule, and the folder where compiled rules are kept between runs.

The compiler (numba) keeps a compiled function beside a stamp of its own file only: it notices neither a change in a
function that is called from another file nor a change of the bounds-check switch. So the kept code lives in a folder
whose name is the hash of every source file of this package, of where the package lies (the compiler keeps its code by
that, too), and of everything else that decides the machine code.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numba.core import config

F = TypeVar("F", bound=Callable[..., Any])

_switches = cast(Any, config)
"""The compiler sets its switches as it is imported, unseen by a type checker."""

KEPT_VERSIONS = 6
"""Versions of the rules whose compiled code stays in the cache folder, some 40 MB each."""

EQUAL = 1e-9
"""Utilities nearer to each other than this count as equal, so that last bits decide nothing (clause 11.1)."""


def _source_hash() -> str:
    """Hash of every source that decides compiled code, of where they lie, and of the versions and switches that count."""
    package = Path(__file__).parent
    digest = hashlib.sha256(str(package).encode())
    for source in sorted(package.glob("**/*.py")):
        text = source.read_bytes()
        # Besides the rules themselves these alone give them constants.
        rules = b"\n@compiled" in text or b"\n@part" in text
        if rules or source.name in ("compiled.py", "tables.py", "catalogue.py"):
            digest.update(source.name.encode() + text)
    digest.update(f"{numba.__version__} {np.__version__} {sys.version} {platform.machine()}".encode())
    digest.update(f"{_switches.BOUNDSCHECK} {_switches.CPU_NAME}".encode())
    return digest.hexdigest()[:16]


def _kept_code() -> Path:
    """Folder of the compiled rules: the user's cache folder, or what DETENTE_CACHE names."""
    base = os.environ.get("DETENTE_CACHE")
    if base is None:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        base = str(Path(base) / "detente")
    return Path(base) / _source_hash()


CACHE = _kept_code()
JIT = not _switches.DISABLE_JIT


def first_time() -> bool:
    """Whether the rules have not been compiled on this machine yet (then the first talk takes a minute longer)."""
    return JIT and not (CACHE / "complete").exists()


def remember() -> None:
    """Note that every rule of a whole talk has been compiled and kept; what older versions left is cleared away."""
    if JIT and CACHE.is_dir() and not (CACHE / "complete").exists():
        (CACHE / "complete").touch()
        others = sorted(CACHE.parent.glob("????????????????"), key=lambda folder: folder.stat().st_mtime, reverse=True)
        for folder in others[KEPT_VERSIONS:]:
            shutil.rmtree(folder, ignore_errors=True)


def compiled(function: F) -> F:
    """Compile a rule: pure, without the interpreter's lock, kept between runs, IEEE division (no ZeroDivisionError).

    Rules allocate nothing: they work in arrays that the caller brings. So the compiler's reference counts are left out,
    which cost four fifths of a run's time; a rule that allocates does not compile.
    """
    return _compiled(function, forceinline=False)


def part(function: F) -> F:
    """Compile a rule into each place that calls it.

    For what takes the whole table or an actor's wishes: some hundreds of words, which each call would copy.
    """
    return _compiled(function, forceinline=True)


def _compiled(function: F, *, forceinline: bool) -> F:
    before = _switches.CACHE_DIR
    _switches.CACHE_DIR = str(CACHE)  # read while decorating; put back so that other users of numba keep theirs
    try:
        njit = cast(Any, numba.njit)  # declares no ``_nrt``
        compile_it = njit(cache=True, nogil=True, error_model="numpy", _nrt=False, forceinline=forceinline)
        return cast(F, compile_it(function))
    finally:
        _switches.CACHE_DIR = before
