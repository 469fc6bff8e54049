"""Rows of figures, copied and compared in place: rules allocate nothing, so they cannot say it with slices."""

from __future__ import annotations

from sim.compiled import compiled
from sim.domain.tables import Real, Whole


@compiled
def write(into: Real | Whole, row: Real | Whole):
    """Copy a row of figures (a package, a belief) into another of its length."""
    for n in range(row.shape[0]):
        into[n] = row[n]


@compiled
def same(x: Whole, y: Whole):
    """Whether two packages are the same."""
    for i in range(x.shape[0]):
        if x[i] != y[i]:
            return False
    return True
