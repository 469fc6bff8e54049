"""One row of a study, played again alone through the Mesa model, and whether it comes out the same."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.compiled import EQUAL
from sim.domain.files import change
from sim.domain.load import build
from sim.domain.scenario import Scenario
from sim.protocol.result import figures
from sim.store.extras import needed
from sim.store.folder import StoreError
from sim.store.rows import Study
from sim.store.schema import FAILED, IDENTITY, STATUS
from sim.store.study import POINTS

if TYPE_CHECKING:
    from sim.model import NegotiationModel


@dataclass(frozen=True)
class Row:
    """A stored row with what it takes to play it.

    Attributes
    ----------
    number, seed, index
        The row; with its scenario, seed and index fix the run.
    changes
        ``path=value`` changes that make its scenario of the study's.
    scenario
        The whole scenario of its point.
    figures
        All columns as they are stored.
    """

    number: int
    seed: int
    index: int
    changes: tuple[str, ...]
    scenario: Scenario
    figures: dict[str, Any]

    @property
    def failed(self) -> bool:
        """Whether the study could not play it."""
        return self.figures["status"] == FAILED


def read_row(study: Study, number: int) -> Row:
    """Find a row and build its scenario.

    Raises
    ------
    StoreError
        No such row, or a study that does not say what its points changed.
    ScenarioError
        The row failed because its point gives no scenario.
    """
    return next(_rows(study, [study.row(number)]))


def read_rows(study: Study, numbers: Sequence[int], figures: Sequence[str] = ()) -> Iterator[Row]:
    """Rows by their numbers, in order, found together; rows of one point share its scenario.

    Parameters
    ----------
    study, numbers
        Where, and which; rows that are not there are left out.
    figures
        Columns that they shall hold beside what it takes to play them.

    Raises
    ------
    StoreError
        As ``read_row``.
    ScenarioError
        As ``read_row``.
    """
    dataset, field = study.dataset(), needed("pyarrow.dataset", "analysis", "Reading rows").field
    held = {column.name for column in (*IDENTITY, *STATUS)} | set(figures)
    held |= {str(one.get("column")) for one in study.manifest.get("laid", ())}
    columns = [name for name in dataset.schema.names if name in held]
    found = dataset.to_table(columns=columns, filter=field("row").isin(list(numbers))).to_pylist()
    return _rows(study, sorted(found, key=lambda row: row["row"]))


def _rows(study: Study, found: list[dict[str, Any]]) -> Iterator[Row]:
    """What rows need to be played, one after another."""
    apart: dict[int, dict[str, Any]] = {}
    try:
        laid = [(str(one["path"]), one["column"]) for one in study.manifest["laid"]]
        if any(column is None for _, column in laid):
            apart = _points(study, sorted({held["point"] for held in found}))
        seed = int(study.manifest["seed"])
        columns = [column for _, column in laid if column is not None]
        if any(column not in held for held in found[:1] for column in columns):
            raise KeyError
        if any(path not in values for values in apart.values() for path, column in laid if column is None):
            raise KeyError
    except (KeyError, TypeError, ValueError):
        raise StoreError(f"{study.folder}: found a damaged manifest or points; expected them as written.") from None
    base, scenarios = json.loads(study.scenario), dict[tuple[str, ...], Scenario]()
    for held in found:
        values = [(path, apart[held["point"]][path] if column is None else held[column]) for path, column in laid]
        changes = tuple(f"{path}={figure_text(value)}" for path, value in values)
        if changes not in scenarios:
            scenarios.clear()
            file = f"{study.folder}, row {held['row']}"
            scenarios[changes] = build(change(base, changes)[0], file=file)
        yield Row(held["row"], seed, held["index"], changes, scenarios[changes], held)


def _points(study: Study, numbers: list[int]) -> dict[int, dict[str, Any]]:
    """The values of points that no column of the rows holds, by point."""
    dataset = needed("pyarrow.dataset", "analysis", "Reading rows")
    try:
        taken = dataset.dataset(str(study.folder / POINTS), format="parquet").take(numbers).to_pylist()
    except (OSError, ValueError, IndexError):
        raise StoreError(f"{study.folder}: found no readable {POINTS}; expected it as it was written.") from None
    return dict(zip(numbers, taken))


def figure_text(value: Any) -> str:
    """A stored value as ``path=value`` takes it, exact; words stand as they are."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        mantissa, e, power = repr(value).partition("e")
        return f"{mantissa}.0e{power}" if e and "." not in mantissa else repr(value)
    return str(value)


def differing(row: Row, model: NegotiationModel) -> list[str]:
    """Figures of a stored row that a finished talk does not have: "utility_us: 0.4 stored, 0.5 now".

    Figures nearer to each other than 10⁻⁹ are the same, as a study may come from another machine (11.1).
    """
    now = figures(model.game, model.table.t, model.table.talk)
    unlike: list[str] = []
    for name, figure in now.items():
        if name in row.figures and not _equal(row.figures[name], figure):
            unlike.append(f"{name}: {row.figures[name]} stored, {figure} now")
    return unlike


def _equal(stored: Any, now: Any) -> bool:
    """Whether two figures are the same; nothing may be stored as nothing, not a number, or -1."""
    nothing = [
        value is None or value == -1 or (isinstance(value, float) and math.isnan(value)) for value in (stored, now)
    ]
    if any(nothing):
        return all(nothing)
    if isinstance(stored, str) or isinstance(now, str):
        return stored == now
    return abs(float(stored) - float(now)) <= EQUAL
