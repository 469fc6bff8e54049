"""Is the comparison with history sound? Asked of simulated histories, whose true parameters are known.

A run of the study plays history: its record is matched against all other points, and where its own parameters lie in that
posterior is noted. Over many such histories the places must be even in [0, 1], and 95 of 100 intervals must hold the truth
(simulation-based calibration; Cook, Gelman & Rubin 2006, doi:10.1198/106186006X136976).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from sim.findings.history import History
from sim.findings.record import PACKAGE
from sim.findings.rejection import Matched, Ordered

if TYPE_CHECKING:
    import pandas as pd

LEAST_MATCHING = 20
"""A history that fewer others match is left out: its posterior is too coarse to tell a place in it."""


def simulated_histories(
    history: History, count: int, names: Sequence[str] = (), rows: Sequence[int] | None = None
) -> pd.DataFrame:
    """Play history with runs of the study.

    Parameters
    ----------
    history
        The study, with the lines and tolerance of its comparison.
    count
        How many runs, evenly spread over the study; those too rare to have a posterior are left out.
    names
        Factors to look at; all that are drawn from a range where left out.
    rows
        Numbers of the runs that play history, instead of ``count`` evenly spread ones.

    Returns
    -------
    DataFrame
        One row a history and factor: ``row``, ``factor``, ``matching`` other runs, ``truth``, ``place`` in the
        posterior, ``low`` and ``high`` end of the central 95 %, ``mean``.
    """
    import pandas as pd

    evidence, record = history.evidence, history.record
    if record is None or history.nothing:
        return pd.DataFrame()
    lines = record.talks if history.talks_only else record.lines
    frame = evidence.ask(f"SELECT row, point, {', '.join(line.column for line in lines)} FROM played ORDER BY row")
    known = np.stack([_codes(frame[line.column]) for line in lines])
    steps = np.array([line.part == PACKAGE for line in lines])
    points, where = np.unique(frame["point"].to_numpy(), return_inverse=True)
    runs = np.bincount(where)
    blocks = history.matching.blocks
    at = np.searchsorted(frame["row"], rows) if rows is not None else np.linspace(0, len(frame) - 1, count).astype(int)
    figures = {
        factor.name: Ordered.of(raw.astype(float))
        for factor, raw in history.matching.values()
        if not factor.values and raw.dtype.kind == "f" and (not names or factor.name in names)
    }
    found: list[tuple[int, str, int, float, float, float, float, float]] = []
    for k in np.unique(at).tolist():
        apart = np.abs(known - known[:, k : k + 1])
        apart[~steps] = apart[~steps] > 0
        near = apart.sum(axis=0) <= history.tolerance
        near &= blocks[where] != blocks[where[k]]
        others = Matched(np.bincount(where[near], minlength=len(points)), runs, blocks)
        if others.matching.sum() < LEAST_MATCHING:
            continue
        for name, figure in figures.items():
            truth, weights = float(figure.values[where[k]]), others.weights
            low, high = figure.quantiles(weights, (0.025, 0.975)).tolist()
            place = (weights[figure.values < truth].sum() + weights[figure.values == truth].sum() / 2) / weights.sum()
            found.append(
                (int(frame["row"][k]), name, int(near.sum()), truth, place, low, high, others.mean(figure.values))
            )
    return pd.DataFrame(found, columns=["row", "factor", "matching", "truth", "place", "low", "high", "mean"])


def _codes(column: pd.Series) -> NDArray[np.int64]:
    """A column of a record as whole numbers, nothing as -1."""
    # A kind of numpy's; pandas has others, with nothing among their figures.
    dtype: Any = column.dtype
    kind: str = cast(Any, dtype).kind if isinstance(dtype, np.dtype) else ""
    if kind and kind in "iub":
        return column.to_numpy(np.int64)
    if kind == "f":
        return column.fillna(-1).to_numpy(np.int64)
    return column.astype("category").cat.codes.to_numpy(np.int64)
