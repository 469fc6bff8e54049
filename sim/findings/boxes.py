"""Boxes in which something is common: the patient rule induction method, peeling and pasting (Friedman and Fisher 1999).

Written here in plain steps: the library of that name is GPL, and the workbenches that hold one bring far more than it. Three
things keep a box from fitting chance: it is peeled on one part of the data, chosen on another and judged on a third, parts
that share neither points nor draws; each restriction must stand against a quasi-p-value on the third part (Bryant and Lempert
2010, doi:10.1016/j.techfore.2009.08.002), here from variances that know which rows share their draws; and few are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm
from scipy.stats import t as student

PEEL, MOST_PEEL, ROWS_A_PEEL = 0.06, 0.25, 25
"""Share of the rows in the box that one step takes off: more where few are left, as a slice of five rows says nothing."""

PASTE = 0.01
LEAST = 0.05
"""Share of the rows that a box must hold."""

MOST_LIMITS = 4
SIGNIFICANT = 0.01


@dataclass(frozen=True)
class Field:
    """Something that rows differ in: a figure, or words as codes.

    Attributes
    ----------
    name
        Its column.
    values
        float64[n]; of words their codes.
    levels
        The words by code; empty for a figure.
    """

    name: str
    values: NDArray[np.float64]
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Limit:
    """A restriction of a box on one field: a span of a figure (ends included), or the levels that are left."""

    name: str
    low: float = -np.inf
    high: float = np.inf
    levels: frozenset[int] | None = None

    def holds(self, field: Field) -> NDArray[np.bool_]:
        """Which rows are inside."""
        if self.levels is not None:
            return np.isin(field.values, list(self.levels))
        return (field.values >= self.low) & (field.values <= self.high)


@dataclass(frozen=True)
class Box:
    """A box and how it does on rows that it was not made from.

    Attributes
    ----------
    limits
        Its restrictions.
    density, coverage, mass
        Share of cases among the rows inside, share of all cases that lie inside, share of the rows inside.
    base
        Share of cases among all rows.
    density_low, density_high
        95 % interval of the density.
    p_values
        Of every restriction: how likely so large a density would be, did the restriction do nothing.
    """

    limits: tuple[Limit, ...]
    density: float
    coverage: float
    mass: float
    base: float
    density_low: float
    density_high: float
    p_values: tuple[float, ...]


def inside(fields: Sequence[Field], limits: Sequence[Limit]) -> NDArray[np.bool_]:
    """Rows inside all limits."""
    by = {field.name: field for field in fields}
    found = np.ones(len(fields[0].values), np.bool_)
    for limit in limits:
        found &= limit.holds(by[limit.name])
    return found


def peeled(fields: Sequence[Field], cases: NDArray[np.bool_]) -> list[dict[str, Limit]]:
    """The trajectory of boxes, each the last one with one thin slice taken off: the slice that leaves the most cases.

    Gains are weighed per row taken off, so that a level of few rows and a slice of a figure compete on equal terms.
    """
    box: dict[str, Limit] = {}
    here = np.arange(len(cases))
    path = [dict(box)]
    while len(here) > LEAST * len(cases):
        mean = cases[here].mean()
        best: tuple[float, str, Limit, NDArray[np.int64]] | None = None
        for field in fields:
            for limit in _slices(field, field.values[here], box.get(field.name, Limit(field.name))):
                kept = here[limit.holds(replace(field, values=field.values[here]))]
                lost = len(here) - len(kept)
                if lost and len(kept) >= LEAST * len(cases):
                    gain = (cases[kept].mean() - mean) / lost
                    if best is None or gain > best[0]:
                        best = gain, field.name, limit, kept
        if best is None or best[0] <= 0:
            break
        _, name, limit, here = best
        box[name] = limit
        path.append(dict(box))
    return path


def _slices(field: Field, values: NDArray[np.float64], now: Limit) -> list[Limit]:
    """What can be peeled off a field: a little at either end, or one level."""
    if field.levels:
        left = now.levels if now.levels is not None else frozenset(range(len(field.levels)))
        there = [level for level in left if (values == level).any()]
        return [replace(now, levels=frozenset(there) - {level}) for level in there] if len(there) > 1 else []
    part = float(np.clip(ROWS_A_PEEL / len(values), PEEL, MOST_PEEL))
    low, high = np.quantile(values, [part, 1 - part])
    found: list[Limit] = []
    # Where many rows share the end's value the slice is all of them.
    above, below = values[values > min(low, values.min())], values[values < max(high, values.max())]
    if low > values.min():
        found.append(replace(now, low=float(low)))
    elif len(above):
        found.append(replace(now, low=float(above.min())))
    if high < values.max():
        found.append(replace(now, high=float(high)))
    elif len(below):
        found.append(replace(now, high=float(below.max())))
    return found


def pasted(fields: Sequence[Field], cases: NDArray[np.bool_], box: dict[str, Limit]) -> dict[str, Limit]:
    """A box made wider again at its ends as long as that raises its density: what peeling took too greedily."""
    by = {field.name: field for field in fields}
    here = inside(fields, list(box.values()))
    improved = True
    while improved:
        improved = False
        for name, limit in list(box.items()):
            for wider in _wider(by[name], limit, max(1, int(PASTE * here.sum()))):
                tried = {**box, name: wider}
                there = inside(fields, list(tried.values()))
                if there.sum() > here.sum() and cases[there].mean() > cases[here].mean():
                    box, here, improved = tried, there, True
                    break
    return box


def _wider(field: Field, limit: Limit, step: int) -> list[Limit]:
    if limit.levels is not None:
        return [
            replace(limit, levels=limit.levels | {level})
            for level in range(len(field.levels))
            if level not in limit.levels
        ]
    below, above = np.sort(field.values[field.values < limit.low]), np.sort(field.values[field.values > limit.high])
    found: list[Limit] = []
    if len(below):
        found.append(replace(limit, low=float(below[max(0, len(below) - step)])))
    if len(above):
        found.append(replace(limit, high=float(above[min(len(above) - 1, step - 1)])))
    return found


def find_box(
    fields: Sequence[Field],
    cases: NDArray[np.bool_],
    parts: NDArray[np.int64],
    clusters: Sequence[NDArray[np.int64]] = (),
) -> Box | None:
    """The box that best tells cases apart; None where no restriction stands on rows that it was not made from.

    Parameters
    ----------
    fields
        What rows differ in.
    cases
        bool[n].
    parts
        int[n]: 0 rows to peel on, 1 to choose on, 2 to judge on; others are not looked at.
    clusters
        Ways in which rows hang together, int[n] each.
    """
    split = [parts == at for at in range(3)]
    if any(not one.any() or cases[one].all() or not cases[one].any() for one in split):
        return None
    make, choose, judge = split
    own = [replace(field, values=field.values[make]) for field in fields]
    boxes = [pasted(own, cases[make], box) if box else box for box in peeled(own, cases[make])]
    held = [replace(field, values=field.values[choose]) for field in fields]
    best = max(boxes, key=lambda box: _worth(held, cases[choose], list(box.values())))
    rest = [replace(field, values=field.values[judge]) for field in fields]
    groups = [cluster[judge] for cluster in clusters]
    limits = list(best.values())
    # From the choosing rows: limits that cost more coverage than they bring density, the least useful first.
    while len(limits) > 1:
        worths = [_worth(held, cases[choose], [one for one in limits if one is not limit]) for limit in limits]
        if len(limits) <= MOST_LIMITS and max(worths) < 0.97 * _worth(held, cases[choose], limits):
            break
        limits.pop(int(np.argmax(worths)))
    # From the judging rows: limits that could be chance.
    while limits:
        values = [_quasi_p(rest, cases[judge], limits, limit, groups) for limit in limits]
        worst = int(np.argmax(values))
        if values[worst] <= SIGNIFICANT:
            break
        limits.pop(worst)
    return _judged(rest, cases[judge], limits, groups) if limits else None


def _worth(fields: Sequence[Field], cases: NDArray[np.bool_], limits: Sequence[Limit]) -> float:
    """Cases inside beyond what as many rows would hold anyhow, per row: neither a box of everything nor one of few rows wins.

    Weighted relative accuracy (Lavrač, Flach and Zupan 1999).
    """
    there = inside(fields, limits)
    return float(there.mean() * (cases[there].mean() - cases.mean())) if there.any() else 0.0


def _quasi_p(
    fields: Sequence[Field],
    cases: NDArray[np.bool_],
    limits: Sequence[Limit],
    limit: Limit,
    clusters: Sequence[NDArray[np.int64]],
) -> float:
    """How likely the box would be so dense if the limit did nothing: inside against what the other limits alone let in."""
    there = inside(fields, limits)
    rest = inside(fields, [one for one in limits if one is not limit]) & ~there
    if not there.any() or not rest.any():
        return 1.0
    gap = float(cases[there].mean() - cases[rest].mean())
    # Under the hypothesis both have one share, so a box of a few draws that all fall alike is not sure of itself.
    pooled = cases[there | rest].mean()
    influence = (there / there.sum() - rest / rest.sum()) * (cases - pooled)
    alone = pooled * (1 - pooled) * (1 / there.sum() + 1 / rest.sum())
    deviation = max(clustered(influence, clusters), alone) ** 0.5
    # Student's t by the clusters of the smaller side: few of them tell little of how they vary.
    counts = [len(np.unique(cluster[side])) for cluster in clusters for side in (there, rest)] or [int(there.sum())]
    return float(student.sf(gap / deviation, max(1, min(counts) - 1))) if deviation > 0 else 1.0


def clustered(influence: NDArray[np.float64], clusters: Sequence[NDArray[np.int64]]) -> float:
    """Variance of a figure from what every row adds to its error, rows of one cluster together, both ways."""
    alone = float((influence**2).sum())
    sums: list[float] = []
    for cluster in clusters:
        _, at = np.unique(cluster, return_inverse=True)
        sums.append(float((np.bincount(at, influence) ** 2).sum()))
    if not sums:
        return alone
    return max(sum(sums) - (len(sums) - 1) * alone, *sums, alone if len(sums) == 1 else 0.0)


def _judged(
    fields: Sequence[Field], cases: NDArray[np.bool_], limits: Sequence[Limit], clusters: Sequence[NDArray[np.int64]]
) -> Box:
    there = inside(fields, limits)
    density = float(cases[there].mean())
    influence = there * (cases - density) / there.sum()
    half = norm.ppf(0.975) * clustered(influence, clusters) ** 0.5
    return Box(
        tuple(limits),
        density,
        float(cases[there].sum() / cases.sum()),
        float(there.mean()),
        float(cases.mean()),
        max(0.0, density - half),
        min(1.0, density + half),
        tuple(_quasi_p(fields, cases, limits, limit, clusters) for limit in limits),
    )
