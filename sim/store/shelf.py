"""What stands in a runs folder: talks and studies, how far they are, how large, since when."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from pathlib import Path

from sim.store.folder import StoreError
from sim.store.manifest import COMPLETE, NAME
from sim.store.rows import Study
from sim.store.study import ROWS_A_PART

TALK, STUDY = "talk", "sweep"


@dataclass(frozen=True)
class Entry:
    """One run.

    Attributes
    ----------
    folder
        Where it is.
    kind
        talk or sweep.
    state
        complete, running, interrupted or damaged.
    rows_there, rows
        Of a sweep; 1 of a talk.
    size
        Bytes of all its files.
    changed
        UTC, to the second.
    """

    folder: str
    kind: str
    state: str
    rows_there: int
    rows: int
    size: int
    changed: str


def listed(runs: Path) -> list[Entry]:
    """Everything in a runs folder that has a manifest, by name.

    Raises
    ------
    StoreError
        No such folder.
    """
    if not runs.is_dir():
        raise StoreError(f"{runs}: found no such folder; expected the folder of all runs.")
    return [_entry(path.parent) for path in sorted(runs.glob(f"*/{NAME}"))]


def _entry(folder: Path) -> Entry:
    files = [path.stat() for path in folder.iterdir() if path.is_file()]
    size = sum(file.st_size for file in files)
    last = datetime.datetime.fromtimestamp(max(file.st_mtime for file in files), datetime.UTC)
    changed = last.isoformat(timespec="seconds")
    try:
        kind = json.loads((folder / NAME).read_text("utf-8")).get("kind", TALK)
        if kind == TALK:
            return Entry(str(folder), TALK, COMPLETE, 1, 1, size, changed)
        study = Study(folder)
    except (OSError, ValueError, AttributeError, StoreError):
        return Entry(str(folder), "unknown", "damaged", 0, 0, size, changed)
    rows = study.manifest["rows"]
    there = min(rows, len(study.parts) * study.manifest.get("rows_a_part", ROWS_A_PART))
    return Entry(str(folder), STUDY, study.state, there, rows, size, changed)
