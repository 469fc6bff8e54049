"""What has to be played, cut into parts that anybody can play alone: the one chunk function of every executor."""

from __future__ import annotations

import functools
import json
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.domain.files import change
from sim.domain.load import build
from sim.domain.problems import ScenarioError
from sim.engine import Engine, NotAFigure
from sim.store.manifest import BINDING, versions
from sim.store.schema import FAILED, IDENTITY, PLAYED, STATUS, Column, arrow_column, schema_of

if TYPE_CHECKING:
    import pyarrow as pa

SLICE = 1024
"""Runs played between two looks at whether to stop; how runs are cut changes nothing about them (11.1)."""

ENGINES_KEPT = 64
_CLAUSE = re.compile(r"\bclause (\d+(?:\.\d+)?)")


class Stopped(Exception):
    """A part was left because the study is to stop."""


class OtherVersions(Exception):
    """Who was to play a part has other versions than who asked; its text is for people."""


@dataclass(frozen=True)
class Work:
    """What all parts of a study share; small enough to travel with each.

    Attributes
    ----------
    study
        Name and hash, for the rows' metadata.
    scenario
        The scenario before any factor, as one line of JSON.
    seed, replications, common
        The study's seed; runs of each point; whether all points use the same draws.
    figures
        Paths of the factors that are figures.
    factors, results
        Columns of the rows.
    versions
        What the rows are to be made by.
    """

    study: dict[str, str]
    scenario: str
    seed: int
    replications: int
    common: bool
    figures: tuple[str, ...]
    factors: tuple[Column, ...]
    results: tuple[Column, ...]
    versions: dict[str, str] = field(default_factory=versions)

    @property
    def columns(self) -> tuple[Column, ...]:
        """Columns of a row, in order."""
        return (*IDENTITY, *self.factors, *self.results, *STATUS)


@dataclass(frozen=True)
class Part:
    """Some rows of a study, with what their points are.

    Attributes
    ----------
    first, rows
        The first row and how many.
    values
        float64[points, figures], for the points that the rows touch, in order.
    factors
        Per factor its column over these points: numbers, or codes of its labels.
    changes
        The combinations of what is no figure, each as ``path=value`` changes.
    combination
        int64[points], which of ``changes`` a point has.
    """

    work: Work
    first: int
    rows: int
    values: NDArray[np.float64]
    factors: tuple[NDArray[Any], ...]
    changes: tuple[tuple[str, ...], ...]
    combination: NDArray[np.int64]


_engines: OrderedDict[tuple[Any, ...], Engine] = OrderedDict()
_building = threading.Lock()


def engine_of(work: Work, changes: tuple[str, ...]) -> Engine:
    """The engine of one combination, kept for the next part; at most ``ENGINES_KEPT`` of them.

    Raises
    ------
    ScenarioError
        The combination gives no scenario.
    """
    key = (work.scenario, work.figures, changes)
    with _building:
        if key not in _engines:
            _engines[key] = Engine(build(change(_read(work.scenario), changes)[0]), work.figures)
            while len(_engines) > ENGINES_KEPT:
                _engines.popitem(last=False)
        _engines.move_to_end(key)
        return _engines[key].copy()


@functools.lru_cache(maxsize=4)
def _read(scenario: str) -> dict[str, Any]:
    """The scenario before any factor; ``change`` writes nothing into it."""
    return json.loads(scenario)


def play_part(part: Part, stopping: Callable[[], bool] = lambda: False) -> pa.Table:
    """Play a part and lay its rows out as they are stored.

    Parameters
    ----------
    part
        What to play.
    stopping
        Asked now and then; when it says so the part is left.

    Raises
    ------
    Stopped
        ``stopping`` said so.
    OtherVersions
        This process would make other rows than the study asks for.
    """
    work, here = part.work, versions()
    unlike = [
        f"{name} {here[name]}, not {work.versions[name]}" for name in BINDING if here[name] != work.versions[name]
    ]
    if unlike:
        raise OtherVersions(f"a worker has {', '.join(unlike)}; expected the same versions everywhere")
    row = np.arange(part.first, part.first + part.rows, dtype=np.int64)
    point, replication = np.divmod(row, work.replications)
    index = replication if work.common else row
    at = point - point[0]
    results = _Results(work.results, part.rows)
    combinations: list[int] = np.unique(part.combination[at]).tolist()
    for number in combinations:
        chosen = np.flatnonzero(part.combination[at] == number)
        try:
            engine = engine_of(work, part.changes[number])
            results.check(engine)
        except (ScenarioError, NotAFigure) as error:
            results.fail(chosen, error)
            continue
        for begin in range(0, len(chosen), SLICE):
            if stopping():
                raise Stopped
            some = chosen[begin : begin + SLICE]
            _play(engine, work.seed, index[some], part.values[at[some]], some, results)
    identity = (row, point, replication, index)
    arrays = [arrow_column(column, values) for column, values in zip(IDENTITY, identity)]
    arrays += [arrow_column(column, values[at]) for column, values in zip(work.factors, part.factors)]
    arrays += results.arrow()
    import pyarrow as pa

    return pa.Table.from_arrays(arrays, schema=schema_of(work.columns, work.study))


def _play(
    engine: Engine,
    seed: int,
    indices: NDArray[np.int64],
    values: NDArray[np.float64],
    places: NDArray[np.int64],
    results: _Results,
) -> None:
    """Play some runs; where one raises, halve until it stands alone and becomes a row of its own kind."""
    try:
        records = engine.play(seed, indices, values)
    except Exception as error:  # whatever a run raises is a result of the study
        if len(places) == 1:
            results.fail(places, error)
            return
        half = len(places) // 2
        for side in (slice(None, half), slice(half, None)):
            _play(engine, seed, indices[side], values[side], places[side], results)
        return
    results.keep(places, engine, records)


class _Results:
    """Result columns of a part, filled combination by combination."""

    def __init__(self, columns: tuple[Column, ...], rows: int) -> None:
        self._columns = columns
        self._arrays = {column.name: np.zeros(rows, column.dtype) for column in columns}
        self._missing = {column.name: np.ones(rows, bool) for column in columns}
        self._status = np.zeros(rows, np.int64)
        self._clause: list[str | None] = [None] * rows
        self._message: list[str | None] = [None] * rows

    def check(self, engine: Engine) -> None:
        """Refuse an engine with a result that the study has no column for."""
        known = {column.name: column for column in self._columns}
        for found in engine.fields:
            column = known.get(found.name)
            if column is None or not set(found.names or ()) <= set(column.labels or ()):
                raise ScenarioError(f"{found.name}: found a result that only this combination of factors has.")

    def keep(self, places: NDArray[np.int64], engine: Engine, records: NDArray[Any]) -> None:
        """Put results in their places."""
        labels = {column.name: column.labels for column in self._columns}
        for found in engine.fields:
            values = records[found.name]
            if found.names is not None and found.names != labels[found.name]:
                known = labels[found.name] or ()
                code = [known.index(name) for name in found.names]
                values = np.array([*code, -1])[values]
            self._arrays[found.name][places] = values
            self._missing[found.name][places] = False

    def fail(self, places: NDArray[np.int64], error: Exception) -> None:
        """Note runs that could not be played."""
        text = " ".join(str(error).split()) or type(error).__name__
        if not isinstance(error, ScenarioError):
            text = f"{type(error).__name__}: {text}"
        clause = getattr(error, "clause", None) or next(iter(_CLAUSE.findall(text)), None)
        self._status[places] = (PLAYED, FAILED).index(FAILED)
        for place in places.tolist():
            self._clause[place], self._message[place] = clause, text[:500]

    def arrow(self) -> list[Any]:
        """The columns, status columns last."""
        import pyarrow as pa

        arrays: list[Any] = []
        for column in self._columns:
            missing = self._missing[column.name]
            arrays.append(arrow_column(column, self._arrays[column.name], missing if missing.any() else None))
        if not self._status.any():
            words = [pa.nulls(len(self._status), pa.string())] * 2
        else:
            words = [pa.array(given, pa.string()) for given in (self._clause, self._message)]
        return [*arrays, arrow_column(STATUS[0], self._status), *words]
