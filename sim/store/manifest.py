"""The manifest of a study: what fixes its rows, what made them, how far it is."""

from __future__ import annotations

import datetime
import functools
import hashlib
import json
import os
import platform
import socket
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim import __version__
from sim.domain.plain import is_list, is_mapping
from sim.domain.problems import shown
from sim.store.folder import StoreError, put

NAME = "manifest.json"
RUNNING, INTERRUPTED, COMPLETE = "running", "interrupted", "complete"
BINDING = ("detente", "numpy", "numba", "rules")
"""Versions that decide the figures: rows made under two of them are not mixed (11.1)."""


def study_hash(effective: dict[str, Any]) -> str:
    """SHA-256 of everything that fixes a study's rows and of the program's version, 64 hex digits."""
    text = json.dumps(effective, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{text} {__version__}".encode()).hexdigest()


def study_name(name: str, effective: dict[str, Any]) -> str:
    """Folder of a study: its name and eight hex digits of its hash."""
    return f"{name}-{study_hash(effective)[:8]}"


def versions() -> dict[str, str]:
    """What makes the rows here: versions, and a hash of the rules as they stand in the source."""
    return dict(_versions())


@functools.cache
def _versions() -> tuple[tuple[str, str], ...]:
    found = [("detente", __version__), ("python", platform.python_version())]
    for name in ("numpy", "numba", "pyarrow"):
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            found.append((name, "none"))
    return (*found, ("rules", _rules()))


def _rules() -> str:
    """Hash of every source that decides a run."""
    digest = hashlib.sha256()
    package = Path(__file__).parents[1]
    sources = [package / name for name in ("compiled.py", "draws.py", "engine.py")]
    for folder in ("domain", "rules", "protocol"):
        sources += sorted((package / folder).glob("*.py"))
    for source in sources:
        digest.update(source.name.encode() + source.read_bytes())
    return digest.hexdigest()[:16]


def machine() -> dict[str, Any]:
    """Where rows are made."""
    return {
        "host": socket.gethostname(),
        "system": f"{platform.system()} {platform.release()}",
        "processor": platform.machine(),
        "cores": os.cpu_count(),
    }


def now() -> str:
    """This moment in UTC, to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read a study's manifest.

    Raises
    ------
    StoreError
        There is none, or it is damaged.
    """
    if not folder.is_dir():
        raise StoreError(f"{folder}: found no such folder; expected a run under runs/.")
    try:
        manifest = json.loads((folder / NAME).read_text("utf-8"))
    except OSError as error:
        raise StoreError(f"{folder}: found no readable {NAME} ({error.strerror}); expected a stored run.") from None
    except ValueError:
        raise StoreError(f"{folder / NAME}: found a damaged file; expected it as it was written.") from None
    if not is_mapping(manifest) or manifest.get("kind") != "study":
        raise StoreError(f"{folder}: found no study; expected the folder of a sweep.")
    wanted = {"name": str, "hash": str, "effective": dict, "rows": int, "rows_a_part": int, "stretches": list}
    for key, kind in wanted.items():
        if not isinstance(manifest.get(key), kind):
            raise StoreError(
                f"{folder / NAME}: {key}: found {shown(manifest.get(key))}; expected it as it was written."
            )
    return manifest


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write it whole, over an older one.

    Raises
    ------
    StoreError
        As ``put``.
    """
    put(folder / NAME, (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode())


def differences(there: Any, here: Any, path: str = "") -> list[str]:
    """Where two configurations differ, one line a key: "seed: 0 there, 1 here"."""
    if is_mapping(there) and is_mapping(here):
        found: list[str] = []
        for key in dict.fromkeys((*there, *here)):
            dotted = f"{path}.{key}" if path else str(key)
            if key not in there:
                found.append(f"{dotted}: nothing there, {shown(here[key])} here")
            elif key not in here:
                found.append(f"{dotted}: {shown(there[key])} there, nothing here")
            else:
                found += differences(there[key], here[key], dotted)
        return found
    if is_list(there) and is_list(here) and len(there) == len(here):
        return [line for at, pair in enumerate(zip(there, here)) for line in differences(*pair, f"{path}.{at}")]
    return [] if there == here else [f"{path}: {shown(there)} there, {shown(here)} here"]
