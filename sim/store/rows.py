"""The rows of a study, to read: as a frame, as an Arrow table, lazily, or by SQL that reaches nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sim.domain.problems import nearest
from sim.store.extras import needed
from sim.store.folder import StoreError
from sim.store.lock import held
from sim.store.manifest import INTERRUPTED, RUNNING, read_manifest
from sim.store.schema import FAILED, labels_of
from sim.store.study import SCENARIO, parts_in

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow as pa


class Study:
    """A stored study; an unfinished one shows the rows it has so far.

    Parameters
    ----------
    folder
        The folder of a sweep.

    Attributes
    ----------
    manifest
        What fixes the rows, what made them, how far they are.
    parts
        The part files, in the order of their rows.

    Raises
    ------
    StoreError
        Not a study, or a damaged one.

    Examples
    --------
    >>> import sim.store
    >>> study = sim.store.open("runs/phase-diagram-0a1b2c3d")  # doctest: +SKIP
    >>> study.frame(["outcome", "escalated"]).groupby("outcome").mean()  # doctest: +SKIP
    >>> study.relation().filter("status = 'played'").aggregate("outcome, count(*)")  # doctest: +SKIP
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.manifest = read_manifest(self.folder)
        self.parts = list(parts_in(self.folder).values())

    @property
    def state(self) -> str:
        """complete, running or interrupted; a study whose process was killed is interrupted."""
        state = self.manifest["state"]
        return INTERRUPTED if state == RUNNING and not held(self.folder) else state

    @property
    def seconds(self) -> float:
        """Time worked on it, over every stretch."""
        return sum(float(stretch.get("seconds", 0.0)) for stretch in self.manifest["stretches"])

    @property
    def scenario(self) -> str:
        """The scenario before any factor, as one line of JSON."""
        try:
            return (self.folder / SCENARIO).read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            raise StoreError(f"{self.folder}: found no readable {SCENARIO}; expected it as it was written.") from None

    def dataset(self) -> Any:
        """The parts as one Arrow dataset, nothing read yet."""
        dataset = needed("pyarrow.dataset", "analysis", "Reading rows")
        if not self.parts:
            raise StoreError(f"{self.folder}: found no rows yet; expected at least one part.")
        try:
            return dataset.dataset([str(path) for path in self.parts], format="parquet")
        except (OSError, ValueError) as error:
            reason = str(error).splitlines()[0][:120]
            raise StoreError(
                f"{self.folder}: found a damaged part ({reason}); expected it as it was written."
            ) from None

    @property
    def schema(self) -> pa.Schema:
        """Columns with their units, meanings and labels as metadata."""
        return self.dataset().schema

    def table(self, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows in order as an Arrow table.

        Parameters
        ----------
        columns
            Only these; all where left out.
        """
        dataset = self.dataset()
        for name in columns or ():
            if name not in dataset.schema.names:
                raise StoreError(f"{self.folder}: found no column {name}.{nearest(name, dataset.schema.names)}")
        return dataset.to_table(columns=list(columns) if columns is not None else None).unify_dictionaries()

    def frame(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """The rows in order as a pandas frame; labelled columns are categories in the order of their codes."""
        table = self.table(columns)
        frame = table.to_pandas()
        for field in table.schema:
            labels = labels_of(field)
            if labels:
                frame[field.name] = frame[field.name].cat.set_categories(labels)
        return frame

    def row(self, number: int) -> dict[str, Any]:
        """One row by its number."""
        field = needed("pyarrow.dataset", "analysis", "Reading rows").field
        found = self.dataset().to_table(filter=field("row") == number).to_pylist()
        if not found:
            last = self.manifest["rows"] - 1
            there = "" if number > last else f"; it is not played yet ({self.state})"
            raise StoreError(f"{self.folder}: found no row {number}; expected 0 to {last}{there}.")
        return found[0]

    def failed(self) -> list[dict[str, Any]]:
        """Row, clause and message of every run that could not be played, in order."""
        field = needed("pyarrow.dataset", "analysis", "Reading rows").field
        columns = ["row", "clause", "message"]
        return self.dataset().to_table(columns=columns, filter=field("status") == FAILED).to_pylist()

    def connection(self) -> duckdb.DuckDBPyConnection:
        """A fresh DuckDB database in memory whose table ``rows`` is this study; it reaches no file and no network."""
        duckdb = needed("duckdb", "analysis", "SQL")
        connection = duckdb.connect(":memory:")
        connection.execute("SET python_enable_replacements = false")
        connection.register("rows", self.dataset())
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        return connection

    def reader(self) -> duckdb.DuckDBPyConnection:
        """The same over the files themselves, for the program's own questions: DuckDB reads them twice as fast as Arrow.

        It may reach files, which ``connection`` may not, so no statement that somebody typed belongs here.
        """
        duckdb = needed("duckdb", "analysis", "SQL")
        self.dataset()  # says what is wrong where parts are missing or damaged
        connection = duckdb.connect(":memory:")
        connection.execute("SET python_enable_replacements = false")
        connection.read_parquet([str(path) for path in self.parts]).create_view("rows")
        return connection

    def relation(self) -> duckdb.DuckDBPyRelation:
        """The rows as a lazy DuckDB relation: columns and filters are pushed down to the files."""
        return self.connection().table("rows")

    def query(self, sql: str) -> pa.Table:
        """Ask in SQL; the rows are the table ``rows``.

        Raises
        ------
        StoreError
            SQL that DuckDB refuses, or that would reach beyond the rows.
        """
        duckdb = needed("duckdb", "analysis", "SQL")
        connection = self.connection()
        try:
            statements = connection.extract_statements(sql)
            if len(statements) != 1:
                raise StoreError(
                    f"query: found {len(statements)} statements; expected one, say SELECT * FROM rows LIMIT 5"
                )
            # Its stub promises rows; a statement that gives none gives None.
            result = cast(Any, connection.sql(sql))
            if result is None:
                raise StoreError("query: found nothing that gives rows; expected, say, SELECT * FROM rows LIMIT 5")
            return result.to_arrow_table()
        except duckdb.Error as error:
            told = str(error).strip().splitlines()[0]
            raise StoreError(f"query: found {told}; expected SQL over the one table rows.") from None


def open(run: str | Path) -> Study:
    """Open a stored study: ``sim.store.open("runs/…").frame()``.

    Raises
    ------
    StoreError
        Not a study, or a damaged one.
    """
    return Study(run)
