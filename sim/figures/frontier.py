"""The efficient frontier of a run in two dimensions: one party against the mean of others. Exact, or not drawn.

Between the conditions of the linkages and the threat, every utility is a sum over issues, up to a step that keeps its
order. So within a case the frontier of a package is built issue by issue from efficient beginnings alone; what comes out
is valued by the same rule as in play.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.domain.tables import CHARGES, DISCOUNTS, Tables
from sim.protocol.measures import feasible_options, packages_of, worths_of
from sim.protocol.state import Talk

MOST_ENUMERATED = 400_000
"""Where a sum over issues does not do, so many packages are valued one by one; more would take too long for a page."""

MOST_SHOWN = 1_000
"""Spaces up to this size are drawn in full, a dot a package."""


class Front(NamedTuple):
    """What a chart of gains needs of the packages inside the hard lines that stand in this run."""

    size: int  # feasible packages
    packages: NDArray[np.int64] | None  # [N, I] the efficient ones by falling y, None where the space is too large
    x: NDArray[np.float64]  # [N] utility of one party
    y: NDArray[np.float64]  # [N] mean utility of the others
    every: NDArray[np.int64] | None  # [M, I] all packages of a small space


def front(t: Tables, talk: Talk, one: int, others: list[int], among: Collection[int] | None = None) -> Front:
    """The efficient packages of a run for ``one`` party against the mean of ``others``, as wished for at its end.

    ``among`` are the issues that may move, all where left out; the others stay at the status quo.
    """
    options = feasible_options(t, talk)
    if among is not None:
        options = [choice if i in among else t.x0[i : i + 1].copy() for i, choice in enumerate(options)]
    count = math.prod(len(choice) for choice in options)
    every = packages_of(options) if count <= MOST_SHOWN else None
    if every is not None:
        packages = every
    elif _sums(t, others):
        packages = np.concatenate([_efficient(t, talk, one, others, *case) for case in _cases(t, options)])
    elif count <= MOST_ENUMERATED:
        packages = packages_of(options)
    else:
        return Front(count, None, np.empty(0), np.empty(0), None)
    x, y = places(t, talk, packages, one, others)
    best = _front(x, y)
    return Front(count, packages[best], x[best], y[best], every)


def places(
    t: Tables, talk: Talk, packages: NDArray[np.int64], one: int, others: list[int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Utility of packages to one party, and their mean utility to others."""
    worths = worths_of(t, talk, np.ascontiguousarray(packages, dtype=np.int64))
    return worths[:, one], worths[:, others].mean(axis=1)


def _sums(t: Tables, others: list[int]) -> bool:
    """Whether the mean of the others is a sum over issues within a case: no discount bends one of theirs."""
    return not any(
        t.link[link].form == DISCOUNTS and t.factor[p, link] > 0.0 for link in range(int(t.n.links)) for p in others
    )


def _cases(t: Tables, options: list[NDArray[np.int64]]) -> Iterator[tuple[list[NDArray[np.int64]], bool]]:
    """Options of every case: each condition holds or a certain term of it fails, the threat stands or is removed."""
    conditions = [
        [int(i) for i in t.bound[link].term if i >= 0] if t.link[link].form != CHARGES else []
        for link in range(int(t.n.links))
    ]
    threat = int(t.n.threat)
    for *case, removed in itertools.product(*(range(len(terms) + 1) for terms in conditions), (False, True)):
        allowed: list[NDArray[np.int64]] = []
        for i, choice in enumerate(options):
            keep = np.ones(len(choice), bool)
            for link, digit in enumerate(case):
                inside = (choice >= t.bound[link, i].low) & (choice <= t.bound[link, i].high)
                if digit == 0 and conditions[link]:
                    keep &= inside
                elif digit > 0 and conditions[link][digit - 1] == i:
                    keep &= ~inside
            if i == threat:
                keep &= (choice >= t.n.threat_from) == removed
            allowed.append(choice[keep])
        if all(len(choice) for choice in allowed) and (threat >= 0 or not removed):
            yield allowed, bool(removed)


def _efficient(
    t: Tables, talk: Talk, one: int, others: list[int], allowed: list[NDArray[np.int64]], removed: bool
) -> NDArray[np.int64]:
    """Packages of a case that can be efficient, int64[N, I]."""
    x, y = np.zeros(1), np.zeros(1)
    packages = np.empty((1, 0), np.int64)
    for i, choice in enumerate(allowed):
        worth = np.array([[_worth(t, talk, p, i, int(k), removed) for k in choice] for p in (one, *others)])
        wide, high = np.add.outer(x, worth[0]).ravel(), np.add.outer(y, worth[1:].mean(axis=0)).ravel()
        keep = _front(wide, high)
        x, y = wide[keep], high[keep]
        packages = np.column_stack([packages[keep // len(choice)], choice[keep % len(choice)]])
    return packages


def _worth(t: Tables, talk: Talk, p: int, i: int, k: int, removed: bool) -> float:
    """What an option adds for a party within a case: its worth, less the charge on a limit while the threat stands."""
    charge = 0.0
    if t.limit[i, k] and not removed:
        forms: Any = t.link.form == CHARGES
        charge = float((t.factor[p] * t.link.amount)[forms].sum())
    return float(talk.worth[p, i, k]) - charge


def _front(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
    """Rows that no other row betters in both, by falling y; of equal rows the first."""
    order = np.lexsort((-x, -y))
    best = np.maximum.accumulate(np.concatenate([[-np.inf], x[order][:-1]]))
    return order[x[order] > best + 1e-12]
