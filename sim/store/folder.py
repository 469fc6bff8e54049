"""Files written aside, flushed to the disk and then renamed, so that what bears a name is whole."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

ASIDE = ".writing-"
"""How the names of files begin that are not whole yet."""

_FULL = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the quota is used up",
    errno.EFBIG: "the file would be too large",
}


class StoreError(ValueError):
    """A runs folder that cannot be written, or a run that cannot be read; its text is for people."""


class NoRoom(StoreError):
    """Nothing more can be written for now; what is there stays good."""


def put(path: Path, content: bytes | memoryview) -> None:
    """Write a file that is there whole or not at all, whatever happens meanwhile.

    Raises
    ------
    NoRoom
        The disk is full, a quota or a limit on the size of files is reached.
    StoreError
        The place cannot be written.
    """
    aside = path.with_name(f"{ASIDE}{os.getpid()}-{path.name}")
    try:
        with open(aside, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
        _flush_folder(path.parent)
    except OSError as error:
        if error.errno in _FULL:
            raise NoRoom(f"{path.parent}: {_FULL[error.errno]} ({error.strerror}).") from None
        raise StoreError(f"{path}: found a place that cannot be written ({error.strerror}).") from None
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    """Make a renaming itself last."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def sweep_out(folder: Path) -> None:
    """Remove what a killed process left half-written; only for who holds the folder's lock."""
    for left in folder.glob(f"{ASIDE}*"):
        with contextlib.suppress(OSError):
            left.unlink()
