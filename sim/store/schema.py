"""The one schema of a study's rows: who a row is, its factors, its results, and whether it was played."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.store.extras import needed

if TYPE_CHECKING:
    import pyarrow as pa

PLAYED, FAILED = "played", "failed"


@dataclass(frozen=True)
class Column:
    """One column of rows.

    Attributes
    ----------
    name, dtype
        ``dtype`` as numpy writes it; that of the codes where there are labels, "str" for words.
    unit, meaning
        For people.
    role
        identity, factor, result or status.
    labels
        What integer codes stand for; -1 is nothing.
    path
        Of a factor: where it stands in the scenario.
    """

    name: str
    dtype: str
    unit: str
    meaning: str
    role: str
    labels: tuple[str, ...] | None = None
    path: str | None = None


IDENTITY = (
    Column(
        "row", "int64", "number", "Row of the study, from 0: point times replications plus replication.", "identity"
    ),
    Column("point", "int64", "number", "Point of the design, from 0.", "identity"),
    Column("replication", "int64", "number", "Replication of the point, from 0.", "identity"),
    Column("index", "int64", "number", "Run index: with the seed it fixes all chance (11.1).", "identity"),
)
STATUS = (
    Column("status", "int64", "status", "Whether the run was played to its end.", "status", (PLAYED, FAILED)),
    Column("clause", "str", "clause", "Of a failed run: the clause that failed, where known.", "status"),
    Column("message", "str", "words", "Of a failed run: what happened.", "status"),
)


def schema_of(columns: Sequence[Column], study: Mapping[str, Any]) -> pa.Schema:
    """The Arrow schema, units and meanings in each column's metadata, the study's identity in its own."""
    return _schema(tuple(columns), json.dumps(dict(study), ensure_ascii=False, sort_keys=True))


@functools.lru_cache(8)
def _schema(columns: tuple[Column, ...], study: str) -> pa.Schema:
    pa = needed("pyarrow", "analysis", "A study")
    fields: list[Any] = []
    for column in columns:
        words = {
            key: value for key, value in asdict(column).items() if value is not None and key not in ("name", "dtype")
        }
        if column.labels is not None:
            words["labels"] = json.dumps(column.labels, ensure_ascii=False)
        fields.append(pa.field(column.name, _type(column), metadata=words))
    return pa.schema(fields, metadata={"detente": study})


def _type(column: Column) -> Any:
    pa = needed("pyarrow", "analysis", "A study")
    if column.labels is not None:
        return pa.dictionary(pa.int32(), pa.string())
    return pa.string() if column.dtype == "str" else pa.from_numpy_dtype(np.dtype(column.dtype))


def arrow_column(column: Column, values: NDArray[Any], missing: NDArray[np.bool_] | None = None) -> Any:
    """One column of a part; codes below 0, NaN and what ``missing`` marks become nulls.

    ``values`` are codes where the column has labels.
    """
    pa = needed("pyarrow", "analysis", "A study")
    if column.labels is not None:
        codes = values.astype(np.int32)
        codes_missing = codes < 0 if missing is None else (codes < 0) | missing
        indices = pa.array(codes, pa.int32(), mask=codes_missing)
        return pa.DictionaryArray.from_arrays(indices, pa.array(column.labels, pa.string()))
    if values.dtype.kind == "f":
        missing = np.isnan(values) if missing is None else np.isnan(values) | missing
    return pa.array(values, _type(column), mask=missing)


def labels_of(field: Any) -> tuple[str, ...] | None:
    """Labels of a stored column in the order of their codes."""
    words: dict[bytes, bytes] = field.metadata or {}
    text = words.get(b"labels")
    return tuple(json.loads(text)) if text else None
