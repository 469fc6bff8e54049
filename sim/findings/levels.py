"""The levels of a factor: its values as they are, or five even parts of the runs where there are too many."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from sim.findings.evidence import Evidence, Varied
from sim.findings.factor_words import level_words, words_of

if TYPE_CHECKING:
    import pandas as pd

MOST_LEVELS = 7
"""Figures with more values than this are shown in parts."""

PARTS = 5
MOST_POINTS = 50_000
"""Of more points every n-th tells where the levels are."""


@dataclass(frozen=True)
class Levels:
    """The levels of a factor.

    Attributes
    ----------
    factor
        Whose.
    words
        The factor inside a sentence.
    sql
        The level's number, from 0, of a row.
    names
        Of each level: "0.2", "needed", "0.2 to 0.41".
    ordered
        Whether they stand on a scale, from least to most.
    codes
        The level's number by point; of a very large design of every n-th point.
    """

    factor: Varied
    words: str
    sql: str
    names: tuple[str, ...]
    ordered: bool
    codes: pd.Series = field(repr=False)


def levels_of(evidence: Evidence, factors: Sequence[Varied]) -> list[Levels]:
    """The levels of factors that take more than one, in the given order."""
    if not factors:
        return []
    asked = ", ".join(column(factor) for factor in factors)
    thin = max(1, evidence.points // MOST_POINTS)
    points = evidence.ask(f"SELECT point, {asked} FROM rows WHERE replication = 0 AND point % {thin} = 0").set_index(
        "point"
    )
    levels: list[Levels] = []
    for factor in factors:
        values = points[factor.name].dropna()
        many = factor.counts and values.nunique() > MOST_LEVELS
        levels.append((_parts if many else _single)(evidence, factor, values))
    return [one for one in levels if len(one.names) > 1]


def column(factor: Varied) -> str:
    """A factor's column as SQL takes it."""
    return '"' + factor.name.replace('"', '""') + '"'


def _single(evidence: Evidence, factor: Varied, given: pd.Series) -> Levels:
    """Every value is a level, in the order of the sweep's file; figures by size."""
    name, found = column(factor), given.unique().tolist()
    listed = [value for value in factor.values if value in found]
    values = [*listed, *sorted(value for value in found if value not in listed)]
    if factor.counts:
        values.sort()
    cases = " ".join(f"WHEN {name} = {_literal(value)} THEN {at}" for at, value in enumerate(values))
    names = tuple(level_words(evidence, factor, value) for value in values)
    codes = given.map({value: at for at, value in enumerate(values)}).astype(int)
    sql = f"CASE {cases} END" if values else "NULL"
    return Levels(factor, words_of(evidence, factor), sql, names, factor.counts, codes)


def _literal(value: object) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (int, float, np.number)):
        return f"{value!r}::DOUBLE" if isinstance(value, float) else str(cast(Any, value))
    return "'" + str(value).replace("'", "''") + "'"


def _parts(evidence: Evidence, factor: Varied, given: pd.Series) -> Levels:
    """Five parts with as many points each, or fewer where values repeat."""
    name = column(factor)
    values: NDArray[np.float64] = given.to_numpy(float)
    least, most = float(values.min()), float(values.max())
    cuts = np.quantile(values, np.arange(1, PARTS) / PARTS, method="inverted_cdf")
    bounds = [least, *(edge for edge in sorted(set(cuts.tolist())) if least < edge < most), most]
    sql = " + ".join(f"({name} > {edge!r})::INTEGER" for edge in bounds[1:-1]) or "0"
    places = np.searchsorted(bounds[1:-1], values, side="left")
    codes = (given.astype(float) * 0 + places).astype(int)
    return Levels(factor, words_of(evidence, factor), sql, _named(evidence, factor, values, bounds), True, codes)


def _named(evidence: Evidence, factor: Varied, values: NDArray[np.float64], bounds: Sequence[float]) -> tuple[str, ...]:
    """Each part by its least and its largest value: drawn ones meet at the cut, listed ones do not."""
    low_high = list(pairwise(bounds))
    if factor.values:
        listed = np.unique(values).tolist()
        ends: list[tuple[float, float]] = []
        for at, (low, high) in enumerate(low_high):
            inside = [value for value in listed if (low < value if at else low <= value) and value <= high]
            ends.append((inside[0], inside[-1]))
        low_high = ends
    if factor.values:
        words = [(level_words(evidence, factor, low), level_words(evidence, factor, high)) for low, high in low_high]
    else:
        # As many digits as tell a part from its neighbours.
        digits = max(0, 1 - math.floor(math.log10(min(high - low for low, high in low_high))))
        words = [(_short(low, digits), _short(high, digits)) for low, high in low_high]
    return tuple(low if low == high else f"{low} to {high}" for low, high in words)


def _short(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}".replace("-", "−")
    return text.rstrip("0").rstrip(".") if "." in text else text
