"""The log of a session: everything that happened, one row an event, only ever added to; the session's state is its replay."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LASTING = frozenset(
    {"begun", "act", "undo", "seat", "link", "invite", "joined", "news", "stage", "secret", "teacher", "clock"}
)
"""Kinds that are on the disk before anybody is told of them; the others survive the end of the program, not of the power."""

FORMAT = 1


class LogError(ValueError):
    """A file that is no session of this program, or cannot be used; its text is for people."""


@dataclass(frozen=True)
class Entry:
    """One event.

    Attributes
    ----------
    number
        From 1, without gaps.
    at
        Seconds since 1970, by the server's clock.
    kind
        What happened; see ``sim.classroom.session``.
    table
        From 1; None where it concerns the whole class.
    seat
        A party's id, or None.
    body
        Plain values, by kind.
    """

    number: int
    at: float
    kind: str
    table: int | None
    seat: str | None
    body: dict[str, Any]


class Log:
    """A session's file: SQLite with a write-ahead log.

    Parameters
    ----------
    path
        The file; made where there is none.
    now
        The clock, seconds since 1970.

    Raises
    ------
    LogError
        The file is something else, written by a later version, or cannot be written.
    """

    def __init__(self, path: Path, now: Callable[[], float]) -> None:
        self.path, self._now = path, now
        try:
            self._file = sqlite3.connect(path, isolation_level=None)
            self._file.execute("PRAGMA journal_mode=WAL")
            version = self._file.execute("PRAGMA user_version").fetchone()[0]
            names = [row[0] for row in self._file.execute("SELECT name FROM sqlite_master WHERE type='table'")]
            if version not in (0, FORMAT) or (version == 0 and names):
                raise LogError(f"{path}: found a file of another kind or version; expected a session of this program.")
            self._file.execute(
                "CREATE TABLE IF NOT EXISTS events (number INTEGER PRIMARY KEY, at REAL NOT NULL, kind TEXT NOT NULL,"
                " seat_table INTEGER, seat TEXT, body TEXT NOT NULL) STRICT"
            )
            self._file.execute(f"PRAGMA user_version={FORMAT}")
        except sqlite3.Error as error:
            raise LogError(f"{path}: found a file that cannot be used as a session ({error}).") from None
        self._last = int(self._file.execute("SELECT coalesce(max(number), 0) FROM events").fetchone()[0])

    def __iter__(self) -> Iterator[Entry]:
        """All events, in order."""
        rows = self._file.execute("SELECT number, at, kind, seat_table, seat, body FROM events ORDER BY number")
        for number, at, kind, table, seat, body in rows:
            yield Entry(number, at, kind, table, seat, json.loads(body))

    def add(self, kind: str, table: int | None, seat: str | None, body: dict[str, Any]) -> Entry:
        """Write one event; when this returns it is kept (see ``LASTING``)."""
        entry = Entry(self._last + 1, self._now(), kind, table, seat, body)
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        self._file.execute(f"PRAGMA synchronous={'FULL' if kind in LASTING else 'NORMAL'}")
        self._file.execute(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", (entry.number, entry.at, kind, table, seat, text)
        )
        self._last = entry.number
        return entry

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def delete(self) -> None:
        """Close the file and remove it, with what SQLite keeps beside it.

        Raises
        ------
        OSError
            It cannot be removed.
        """
        self._file.close()
        for ending in ("", "-wal", "-shm"):
            Path(f"{self.path}{ending}").unlink(missing_ok=True)
