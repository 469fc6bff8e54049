"""A class that was kept: its file opened only to be read, and its state by replay."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sim.classroom.events import FORMAT, Entry, LogError
from sim.classroom.state import State

ENDING = ".session"
"""How the files of classes end."""


@dataclass(frozen=True)
class Kept:
    """A class as its file tells it.

    Attributes
    ----------
    path
        The file.
    entries
        All events, in order.
    state
        Their fold.
    """

    path: Path
    entries: tuple[Entry, ...]
    state: State


def is_class(path: str | Path) -> bool:
    """Whether a path names the file of a class, by its ending."""
    return Path(path).suffix == ENDING


def replayed(entries: Iterable[Entry]) -> State:
    """The state that events come to."""
    state = State()
    for entry in entries:
        state.take(entry)
    return state


def read(path: Path) -> Kept:
    """Read a class; its file does not change, and a class that goes on in it is not disturbed.

    Raises
    ------
    LogError
        There is no such file, it is something else, or this version of the rules does not play it as it was played.
    """
    if not path.is_file():
        raise LogError(f"{path}: found no such file; expected the file of a class (runs/classes/*{ENDING}).")
    entries = tuple(_entries(path))
    if not entries:
        raise LogError(f"{path}: found a file in which no class has begun; expected the file of a class.")
    state = State()
    for entry in entries:
        try:
            state.take(entry)
        except (AttributeError, KeyError, TypeError, ValueError) as error:  # IllegalAct and ScenarioError among them
            raise LogError(
                f"{path}: event {entry.number} ({entry.kind}): found what this version cannot play again ({error}); "
                "expected a class that was played with the same rules."
            ) from None
    return Kept(path, entries, state)


def _entries(path: Path) -> Iterator[Entry]:
    # Without a write-ahead log beside it nobody writes; then the folder need not be writable either.
    alone = "" if Path(f"{path}-wal").exists() else "&immutable=1"
    try:
        file = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{alone}", uri=True)
        try:
            version = file.execute("PRAGMA user_version").fetchone()[0]
            if version != FORMAT:
                raise LogError(
                    f"{path}: found a file of another kind or version; expected a class of this program (version {FORMAT})."
                )
            rows = file.execute(
                "SELECT number, at, kind, seat_table, seat, body FROM events ORDER BY number"
            ).fetchall()
        finally:
            file.close()
        for number, at, kind, table, seat, body in rows:
            yield Entry(number, at, kind, table, seat, json.loads(body))
    except (sqlite3.Error, json.JSONDecodeError) as error:
        raise LogError(f"{path}: found a file that cannot be read as a class ({error}).") from None
