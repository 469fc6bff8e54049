"""One writer a folder: a lock that the system itself lets go of when its process ends, however it ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import time
from pathlib import Path
from types import TracebackType

from sim.store.folder import StoreError

NAME = ".lock"


class Lock:
    """Holds a folder while open.

    Parameters
    ----------
    folder
        An existing folder.

    Raises
    ------
    StoreError
        Another process holds it, or the lock file cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._number = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreError(f"{folder}: found a place that cannot be written ({error.strerror}).") from None
        if not _taken(self._number):
            holder = os.pread(self._number, 200, 0).decode("utf-8", "replace").strip() or "another process"
            os.close(self._number)
            raise StoreError(f"{folder}: found it in use by {holder}; expected no other writer.") from None
        # A full disk must not keep anybody from a lock that needs no room.
        with contextlib.suppress(OSError):
            os.ftruncate(self._number, 0)
            os.pwrite(self._number, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)

    def __enter__(self) -> Lock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._number)


def _taken(number: int) -> bool:
    """Take the lock; who only looks (``held``) has it for an instant, so a refusal is asked again."""
    for attempt in range(4):
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            time.sleep(0.05 * attempt)
    return False


def held(folder: Path) -> bool:
    """Whether some process holds the folder now."""
    try:
        number = os.open(folder / NAME, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(number, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(number)
    return False
