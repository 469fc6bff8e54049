"""The folder of a study while it is written: parts of fixed size, each whole or missing, one writer at a time."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sim.store.extras import needed
from sim.store.folder import StoreError, put, sweep_out
from sim.store.lock import Lock
from sim.store.manifest import (
    BINDING,
    COMPLETE,
    INTERRUPTED,
    NAME,
    RUNNING,
    differences,
    machine,
    now,
    read_manifest,
    study_hash,
    versions,
    write_manifest,
)
from sim.store.schema import Column, schema_of

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_A_PART = 8192
"""Rows of a part file; fixed, so that the same study leaves the same files whatever played it."""

SCENARIO = "scenario.json"
POINTS = "points.parquet"
"""Values by point that no column of the rows holds, where there are any."""

_PART = re.compile(r"rows-(\d{12})\.parquet")
_NOTED_EVERY = 5.0
"""Seconds between two notes of the time worked, so that a killed study loses little of it."""


def part_name(first: int) -> str:
    """File of the part that begins with a row."""
    return f"rows-{first:012d}.parquet"


def parts_in(folder: Path) -> dict[int, Path]:
    """First row -> file of every part there, in order."""
    found = {int(match[1]): path for path in folder.glob("rows-*.parquet") if (match := _PART.fullmatch(path.name))}
    return dict(sorted(found.items()))


class StudyWriter:
    """Writes a study; as a context it holds the folder's lock and leaves a true manifest behind.

    Parameters
    ----------
    folder
        Made where it is missing.
    name, effective
        The study's name, and everything that fixes its rows, ready for JSON.
    scenario
        The scenario before any factor, as one line of JSON.
    seed
        Of the study, for whoever plays a row again.
    rows
        How many the whole study has.
    rows_a_part
        Of a part file.
    columns
        Of a row, in order.
    laid, apart
        What a row needs to be played again alone: per changed path the column that holds its values, or None; and the
        values of the latter by point, numbers or codes and their texts.
    how
        What plays it, for the manifest: {"executor": "threads", "workers": 2}.
    resume
        Whether an unfinished study in the folder is gone on with.
    question
        Which question it answers, for people.
    command
        Words that play it again, for people; empty where no command does.

    Attributes
    ----------
    damaged
        Part files that were not whole and will be played again.

    Raises
    ------
    StoreError
        Another process holds the folder; it holds something else, or an unfinished study and ``resume`` is off; what
        is there was made from another configuration or by other versions.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        effective: dict[str, Any],
        scenario: str,
        seed: int,
        rows: int,
        rows_a_part: int,
        columns: Sequence[Column],
        laid: Sequence[dict[str, Any]],
        apart: dict[str, Any],
        how: dict[str, Any],
        *,
        resume: bool = False,
        question: str = "",
        command: Sequence[str] = (),
    ) -> None:
        self._parquet = needed("pyarrow.parquet", "analysis", "A study")
        self.folder, self.rows, self.rows_a_part = folder, rows, rows_a_part
        self.schema = schema_of(columns, {"name": name, "hash": study_hash(effective)})
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{folder}: found a place that cannot be written ({error.strerror}).") from None
        self._lock = Lock(folder)
        try:
            self._manifest = self._begun(name, effective, seed, laid, resume, question, command)
            self._beside(scenario, apart)
            self.damaged = [path for first, path in parts_in(folder).items() if not self._whole(first, path)]
        except BaseException:
            self._lock.__exit__(None, None, None)
            raise
        self._how, self._since, self._noted, self._kept = how, time.monotonic(), time.monotonic(), 0

    def _begun(
        self,
        name: str,
        effective: dict[str, Any],
        seed: int,
        laid: Sequence[Any],
        resume: bool,
        question: str,
        command: Sequence[str],
    ) -> dict[str, Any]:
        """The manifest that is there, checked, or a new one."""
        made_by = versions()
        if not (self.folder / NAME).exists():
            others = [path.name for path in self.folder.iterdir() if not path.name.startswith(".")]
            if not set(others) <= {SCENARIO, POINTS}:
                raise StoreError(
                    f"{self.folder}: found {min(others)} and no {NAME}; expected a study or an empty folder."
                )
            return {
                "kind": "study",
                "name": name,
                "question": question,
                "command": list(command),
                "hash": study_hash(effective),
                "state": RUNNING,
                "seed": seed,
                "rows": self.rows,
                "rows_a_part": self.rows_a_part,
                "effective": effective,
                "laid": list(laid),
                "versions": made_by,
                "stretches": [],
            }
        found = read_manifest(self.folder)
        unlike = differences(found["effective"], effective)
        if not unlike and (found["rows"], found["rows_a_part"]) != (self.rows, self.rows_a_part):
            there = f"{found['rows']:,} in parts of {found['rows_a_part']:,}"
            unlike = [f"rows: {there} there, {self.rows:,} in parts of {self.rows_a_part:,} here"]
        if unlike:
            more = f" ({len(unlike) - 1} more.)" if len(unlike) > 1 else ""
            raise StoreError(f"{self.folder}: found a study that is not of this file: {unlike[0]}.{more}")
        was = found.get("versions", {})
        unlike = [f"{key} {was.get(key)} there, {made_by[key]} here" for key in BINDING if was.get(key) != made_by[key]]
        if unlike and len(self.whole()) < self.parts:
            raise StoreError(
                f"{self.folder}: found rows made by other versions: {', '.join(unlike)}; expected the same, so that "
                "the rest fits them. Another --out plays the study anew."
            )
        if not resume and found.get("state") != COMPLETE:
            kept = len(parts_in(self.folder))
            raise StoreError(
                f"{self.folder}: found an unfinished study ({kept:,} of {self.parts:,} parts); expected --resume to go on."
            )
        return found

    def _beside(self, scenario: str, apart: dict[str, Any]) -> None:
        """The scenario, and what of the points no column of the rows holds; before any row, so that rows can tell."""
        if not (self.folder / SCENARIO).exists():
            put(self.folder / SCENARIO, f"{scenario}\n".encode())
        if apart and not (self.folder / POINTS).exists():
            import pyarrow as pa

            columns = {}
            for path, values in apart.items():
                if isinstance(values, tuple):
                    columns[path] = pa.DictionaryArray.from_arrays(pa.array(values[0], pa.int32()), pa.array(values[1]))
                else:
                    columns[path] = pa.array(values)
            put(self.folder / POINTS, self._bytes(pa.table(columns)))

    def _bytes(self, table: pa.Table) -> memoryview:
        """A table as a Parquet file."""
        import pyarrow as pa

        sink = pa.BufferOutputStream()
        labelled = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
        self._parquet.write_table(
            table, sink, compression="zstd", compression_level=1, use_dictionary=labelled, row_group_size=1 << 16
        )
        return memoryview(sink.getvalue())

    @property
    def parts(self) -> int:
        """How many part files the whole study has."""
        return -(-self.rows // self.rows_a_part)

    def size(self, first: int) -> int:
        """Rows of the part that begins with a row."""
        return min(self.rows_a_part, self.rows - first)

    def whole(self) -> list[int]:
        """First rows of the parts that are there and whole."""
        return [first for first, path in parts_in(self.folder).items() if self._whole(first, path)]

    def _whole(self, first: int, path: Path) -> bool:
        """Whether a part has its rows and this study's schema."""
        if first % self.rows_a_part or first >= self.rows:
            return False
        try:
            with self._parquet.ParquetFile(path) as file:
                same = file.schema_arrow.equals(self.schema, check_metadata=True)
                return same and file.metadata.num_rows == self.size(first)
        except (OSError, ValueError):
            return False

    def missing(self) -> list[int]:
        """First rows of the parts still to be played."""
        there = set(self.whole())
        return [first for first in range(0, self.rows, self.rows_a_part) if first not in there]

    def put(self, first: int, table: pa.Table) -> None:
        """Keep a part.

        Raises
        ------
        StoreError
            The disk is full or cannot be written; nothing half-written stays.
        """
        put(self.folder / part_name(first), self._bytes(table.cast(self.schema)))
        self._kept += table.num_rows
        if time.monotonic() - self._noted > _NOTED_EVERY:
            self._note(RUNNING)

    def _note(self, state: str) -> None:
        """Bring the manifest up to date."""
        self._noted = time.monotonic()
        stretch = self._manifest["stretches"][-1]
        stretch["rows"], stretch["seconds"] = self._kept, round(self._noted - self._since, 3)
        stretch["ended"] = None if state == RUNNING else now()
        self._manifest["state"] = state
        write_manifest(self.folder, self._manifest)

    def __enter__(self) -> StudyWriter:
        try:
            sweep_out(self.folder)
            for path in self.damaged:
                path.unlink(missing_ok=True)
            if self.missing() or self._manifest["state"] != COMPLETE:
                self._manifest["stretches"].append({"started": now(), **self._how, "machine": machine()})
                self._note(RUNNING)
        except BaseException:
            self._lock.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._manifest["state"] != COMPLETE or self.missing():
                self._note(INTERRUPTED if self.missing() else COMPLETE)
        except StoreError:
            # The disk is full as well for a manifest: the old one says "running", and nobody holds the lock.
            if error is None:
                raise
        finally:
            self._lock.__exit__(kind, error, trace)
