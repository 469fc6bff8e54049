"""A sweep cut into parts: which rows, which points, which columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from sim.domain.problems import ScenarioError
from sim.engine import Engine, NotAFigure
from sim.store.manifest import study_hash
from sim.store.schema import IDENTITY, STATUS, Column
from sim.store.study import ROWS_A_PART
from sim.sweep.work import Part, Work, engine_of

if TYPE_CHECKING:
    from sim.domain.scenario import Scenario


SHAPING = {"calendar", "active", "challenger", "form", "classes"}
"""Keys whose value decides which results there are; other values are not looked at for columns of their own."""


class Laid(Protocol):
    """Values of all points at one path."""

    @property
    def path(self) -> str:
        """Which."""
        ...

    @property
    def values(self) -> Any:
        """One a point."""
        ...

    @property
    def figure(self) -> str | None:
        """The path under which an engine takes them; None for none."""
        ...


class Points(Protocol):
    """The points of a design, as sim/sweep/design.py makes them."""

    @property
    def n(self) -> int:
        """How many."""
        ...

    @property
    def names(self) -> Sequence[str]:
        """Column names of the factors."""
        ...

    @property
    def paths(self) -> Sequence[str]:
        """Paths of the factors."""
        ...

    @property
    def columns(self) -> Any:
        """Values by column name, one a point."""
        ...

    @property
    def laid(self) -> Sequence[Laid]:
        """What is laid over the scenario, path by path."""
        ...

    def changes(self, k: int) -> list[str]:
        """``path=value`` changes that make the scenario of a point."""
        ...

    def effective(self) -> dict[str, Any]:
        """Everything that fixes the points, ready for JSON."""
        ...


class Sweep(Protocol):
    """A sweep, as sim/sweep/design.py reads it."""

    @property
    def name(self) -> str:
        """Short name for folders."""
        ...

    @property
    def question(self) -> str:
        """Which question it answers."""
        ...

    @property
    def command(self) -> tuple[str, ...]:
        """Words that play it again; none where no command does."""
        ...

    @property
    def scenario(self) -> Scenario:
        """What is varied."""
        ...

    @property
    def seed(self) -> int:
        """Fixes the points and all chance."""
        ...

    @property
    def replications(self) -> int:
        """Runs a point."""
        ...

    @property
    def common_random_numbers(self) -> bool:
        """Whether replication r has the same draws at every point."""
        ...

    def points(self) -> Points:
        """The points of its design."""
        ...


class Plan:
    """All that a study will play.

    Parameters
    ----------
    sweep
        As read from its file.
    rows_a_part
        Of a part file; the same study in other parts is another set of files with the same rows.

    Attributes
    ----------
    name, question, command, effective
        Of the study; the last fixes every row and its hash names the folder.
    points, rows
        How many.
    combinations
        Different scenarios among the points, but for plain figures.
    work
        What all parts share.

    Raises
    ------
    ScenarioError
        A factor has the name of a column that every row has; no point gives a scenario.
    """

    def __init__(self, sweep: Sweep, rows_a_part: int = ROWS_A_PART) -> None:
        self.rows_a_part = rows_a_part
        self._points = points = sweep.points()
        self.name, self.question, self.command = sweep.name, sweep.question, sweep.command
        self.points, self.rows = points.n, points.n * sweep.replications
        self.effective: dict[str, Any] = json.loads(json.dumps(points.effective()))
        self._figures = [laid for laid in points.laid if laid.figure is not None]
        self._structural = [laid for laid in points.laid if laid.figure is None]
        self._arrays: dict[str, NDArray[Any]] = {}
        factors: list[Column] = []
        for name, path in zip(points.names, points.paths):
            self._arrays[name], labels = as_array(points.columns[name])
            dtype = str(self._arrays[name].dtype)
            factors.append(Column(name, dtype, "as in the scenario", f"Factor {path}.", "factor", labels, path))
        self._changes, self._combination = self._combined()
        if 2 * self.combinations > self.points:
            # Nearly every point is a scenario of its own: to find figures' places in each costs more than to write them all.
            self._figures.clear()
            self._structural = list(points.laid)
            self._changes, self._combination = self._combined()
        study = {"name": self.name, "hash": study_hash(self.effective)}
        shared: dict[str, Any] = {
            "study": study,
            "scenario": sweep.scenario.canonical(),
            "seed": sweep.seed,
            "replications": sweep.replications,
            "common": sweep.common_random_numbers,
            "figures": tuple(str(laid.figure) for laid in self._figures),
            "factors": tuple(factors),
        }
        self.work = Work(**shared, results=())
        self.work = Work(**shared, results=self._results())
        _refuse_equal_names(self.work.columns)

    @property
    def parts(self) -> int:
        """How many part files its rows fill."""
        return -(-self.rows // self.rows_a_part)

    @property
    def combinations(self) -> int:
        """Different scenarios among the points, but for plain figures."""
        return len(self._changes)

    def _combined(self) -> tuple[list[tuple[str, ...]], NDArray[np.int64]]:
        """The distinct combinations of what is no figure, and which of them each point has."""
        if not self._structural:
            return [()], np.zeros(self.points, np.int64)
        codes = [np.unique(as_array(laid.values)[0], return_inverse=True)[1] for laid in self._structural]
        _, where, which = np.unique(np.stack(codes, axis=1), axis=0, return_index=True, return_inverse=True)
        paths = {laid.path for laid in self._structural}
        return [self._changes_at(int(k), paths) for k in where], which.reshape(-1).astype(np.int64)

    def _changes_at(self, k: int, paths: set[str]) -> tuple[str, ...]:
        """The changes of a point at some paths."""
        return tuple(change for change in self._points.changes(k) if change.partition("=")[0] in paths)

    def _results(self) -> tuple[Column, ...]:
        """Result columns: those of the scenario, and what a structural value adds to them."""
        variants: list[tuple[str, ...]] = [()]
        for laid in self._structural:
            if not SHAPING & set(laid.path.split(".")):
                continue
            first = np.unique(as_array(laid.values)[0], return_index=True)[1]
            variants += [self._changes_at(int(k), {laid.path}) for k in first]
        found: dict[str, Column] = {}
        problem: Exception | None = None
        for changes in [*dict.fromkeys(variants), self._changes[0]]:
            try:
                _add_fields(found, engine_of(self.work, changes))
            except (ScenarioError, NotAFigure) as error:
                problem = error
        if not found:
            raise ScenarioError(f"{self.name}: no point gives a scenario: {problem}")
        return tuple(found.values())

    def told(self) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """What a row needs to be played again alone.

        Returns
        -------
        tuple
            Per path that the points change: the column of the rows that holds its values, or None; and the values of
            the latter, path by path, figures as they are and everything else as it stands in ``path=value``.
        """
        laid: list[dict[str, Any]] = []
        apart: dict[str, Any] = {}
        for one in self._points.laid:
            array, labels = as_array(one.values)
            column = None if labels else next((n for n, known in self._arrays.items() if _same(known, array)), None)
            laid.append({"path": one.path, "column": column})
            if column is None and labels is None:
                apart[one.path] = array
            elif column is None:
                firsts = np.unique(array, return_index=True)[1]
                texts = [self._changes_at(int(k), {one.path})[-1].partition("=")[2] for k in firsts]
                apart[one.path] = (array, texts)
        return laid, apart

    def part(self, first: int, rows: int) -> Part:
        """The part of some rows from ``first``."""
        some = slice(first // self.work.replications, (first + rows - 1) // self.work.replications + 1)
        numbers, combination = np.unique(self._combination[some], return_inverse=True)
        columns = [np.asarray(laid.values)[some].astype(np.float64) for laid in self._figures]
        values = np.column_stack(columns) if columns else np.empty((len(combination), 0))
        return Part(
            self.work,
            first,
            rows,
            np.ascontiguousarray(values),
            tuple(self._arrays[column.name][some] for column in self.work.factors),
            tuple(self._changes[int(number)] for number in numbers),
            combination.reshape(-1).astype(np.int64),
        )


def as_array(values: Any) -> tuple[NDArray[Any], tuple[str, ...] | None]:
    """A factor's column as numbers, or as codes with their labels where its values are no numbers."""
    plain = cast(NDArray[Any], values) if isinstance(values, np.ndarray) else None
    if plain is not None and plain.dtype.kind in "fbiu":
        return plain, None
    listed: list[Any] = list(cast(Any, values)) if plain is None else plain.tolist()
    kinds: set[type] = {type(value) for value in listed}
    if kinds <= {bool}:
        return np.array(listed, bool), None
    if kinds <= {int}:
        return np.array(listed, np.int64), None
    if kinds <= {int, float}:
        return np.array(listed, np.float64), None
    words = [value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in listed]
    labels = {word: code for code, word in enumerate(dict.fromkeys(words))}
    return np.array([labels[word] for word in words], np.int64), tuple(labels)


def _same(known: NDArray[Any], array: NDArray[Any]) -> bool:
    return known.dtype == array.dtype and known[:1] == array[:1] and np.array_equal(known, array)


def _add_fields(found: dict[str, Column], engine: Engine) -> None:
    """Widen the result columns by what an engine knows."""
    for field in engine.fields:
        old = found.get(field.name)
        if old is None:
            found[field.name] = Column(field.name, field.dtype, field.unit, field.meaning, "result", field.names)
        elif field.names is not None and old.labels is not None and not set(field.names) <= set(old.labels):
            labels = tuple(dict.fromkeys((*old.labels, *field.names)))
            found[field.name] = Column(old.name, old.dtype, old.unit, old.meaning, old.role, labels)


def _refuse_equal_names(columns: Sequence[Column]) -> None:
    seen: dict[str, Column] = {}
    for column in columns:
        if column.name in seen:
            factor = next((c for c in (seen[column.name], column) if c.path), column)
            taken = ", ".join(c.name for c in (*IDENTITY, *STATUS))
            raise ScenarioError(
                f"{factor.path}: found the name {column.name}, which another column has ({taken}, a result or a factor); "
                "expected a name of its own for this factor."
            )
        seen[column.name] = column
