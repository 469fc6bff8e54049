"""One row of a study, played again alone through the Mesa model, and whether it comes out the same."""

from __future__ import annotations

import json
import math
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
from sim.store.schema import FAILED
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
    figures = study.row(number)
    apart: dict[str, Any] = {}
    try:
        laid = [(str(one["path"]), one["column"]) for one in study.manifest["laid"]]
        if any(column is None for _, column in laid):
            apart = _point(study, figures["point"])
        values = [(path, apart[path] if column is None else figures[column]) for path, column in laid]
        seed = int(study.manifest["seed"])
    except (KeyError, TypeError, ValueError):
        raise StoreError(f"{study.folder}: found a damaged manifest or points; expected them as written.") from None
    changes = tuple(f"{path}={figure_text(value)}" for path, value in values)
    scenario = build(change(json.loads(study.scenario), changes)[0], file=f"{study.folder}, row {number}")
    return Row(number, seed, figures["index"], changes, scenario, figures)


def _point(study: Study, number: int) -> dict[str, Any]:
    """The values of a point that no column of the rows holds."""
    dataset = needed("pyarrow.dataset", "analysis", "Reading rows")
    try:
        return dataset.dataset(str(study.folder / POINTS), format="parquet").take([number]).to_pylist()[0]
    except (OSError, ValueError, IndexError):
        raise StoreError(f"{study.folder}: found no readable {POINTS}; expected it as it was written.") from None


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
    unlike = []
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
