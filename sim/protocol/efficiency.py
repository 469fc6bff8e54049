"""Whether one package is efficient, and by how much it could be bettered for all: exact at any size (clause 13.1)."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from sim.domain.tables import ADDS, CHARGES, DISCOUNTS, Real, Tables, Whole
from sim.protocol.state import Talk, wishes_of
from sim.rules.value import utility

TOLERANCE = 1e-6
"""Gains smaller than this are the solver's, not the game's."""


@dataclass(frozen=True)
class Improvement:
    """What could still be had.

    Attributes
    ----------
    efficient
        Nobody could be better off without somebody being worse off.
    for_all
        The largest utility that everyone could gain at once, in about [0, 1]; 0 where there is none.
    package
        A package that gives everyone that much, int64[I]; the given one where there is none.
    """

    efficient: bool
    for_all: float
    package: NDArray[np.int64]


@contextmanager
def quiet_solver() -> Generator[None]:
    """The solver tells of its progress past Python, on the program's own standard output: nobody asked for it."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def improvement(
    t: Tables, talk: Talk, package: NDArray[np.int64], options: list[NDArray[np.int64]], parties: list[int]
) -> Improvement:
    """Look for a feasible package that is better for the given parties, by small integer programs.

    The conditions of the linkages are enumerated (each holds, or a certain term of it fails; the threat stands or is
    removed); within a case utilities are linear, a discount the smaller of two lines.

    Parameters
    ----------
    options
        Per issue the options that may be taken, see ``sim.protocol.measures.feasible_options``.
    parties
        Whose utilities count.
    """
    wishes = wishes_of(t, talk)
    now = np.array([utility(wishes, p, package) for p in parties])
    best = _best(t, talk, now, options, parties, together=True)
    if best and best[0] > TOLERANCE:
        return Improvement(False, float(best[0]), best[1])
    # Only where not all can gain at once is it a question whether some can at nobody's cost.
    joint = _best(t, talk, now, options, parties, together=False)
    return Improvement(not joint or joint[0] <= TOLERANCE, 0.0, package)


def common_gain(
    t: Tables,
    talk: Talk,
    floor: NDArray[np.float64],
    options: list[NDArray[np.int64]],
    actors: list[int],
    enough: float = np.inf,
) -> tuple[float, NDArray[np.int64]] | None:
    """The largest utility above a floor that all actors can have at once, with a package that gives it.

    Parameters
    ----------
    floor
        float64[N], of each actor.
    options
        Per issue the options that may be taken, at least one.
    actors
        Parties or blocs.
    enough
        A gain with which the search may stop.

    Returns
    -------
    tuple or None
        None where every package leaves one of them below its floor.
    """
    return _best(t, talk, floor, options, actors, together=True, enough=enough)


def _best(
    t: Tables,
    talk: Talk,
    now: NDArray[np.float64],
    options: list[NDArray[np.int64]],
    parties: list[int],
    *,
    together: bool,
    enough: float = np.inf,
) -> tuple[float, NDArray[np.int64]] | None:
    """The largest common gain (together) or sum of gains over all cases, with a package that gives it."""
    found: tuple[float, Whole] | None = None
    for allowed, holds, removed in _cases(t, options):
        if all(len(choice) for choice in allowed):
            solved = _solve(t, talk, now, allowed, holds, removed, parties, together)
            if solved and (found is None or solved[0] > found[0]):
                found = solved
                if found[0] >= enough:
                    break
    return found


def _cases(t: Tables, options: list[Whole]) -> Iterator[tuple[list[Whole], list[bool], bool]]:
    """Yield (allowed options, which linkages hold, whether the threat is removed) for every case."""
    links = int(t.n.links)
    digits: list[range] = []
    for link in range(links):
        terms = [int(i) for i in t.bound[link].term if i >= 0] if t.link[link].form != CHARGES else []
        digits.append(range(len(terms) + 1))
    threats = (False, True) if t.n.threat >= 0 else (False,)
    for case, removed in itertools.product(itertools.product(*digits), threats):
        allowed: list[Whole] = []
        for i, choice in enumerate(options):
            keep = np.ones(len(choice), bool)
            for link, digit in enumerate(case):
                inside = (choice >= t.bound[link, i].low) & (choice <= t.bound[link, i].high)
                if t.link[link].form != CHARGES:
                    if digit == 0:
                        keep &= inside
                    elif t.bound[link, digit - 1].term == i:
                        keep &= ~inside
            if i == t.n.threat:
                keep &= (choice >= t.n.threat_from) == removed
            allowed.append(choice[keep])
        yield allowed, [digit == 0 for digit in case], removed


def _solve(
    t: Tables,
    talk: Talk,
    now: Real,
    allowed: list[Whole],
    holds: list[bool],
    removed: bool,
    parties: list[int],
    together: bool,
):
    """One case as an integer program: variables are the options taken, then the gains (one, or one a party)."""
    columns = [(i, int(k)) for i, choice in enumerate(allowed) for k in choice]
    count, gains = len(columns), 1 if together else len(parties)
    rows: list[Real] = []
    low: list[float] = []
    for at, p in enumerate(parties):
        charge = sum(
            t.factor[p, link] * t.link[link].amount
            for link in range(int(t.n.links))
            if t.link[link].form == CHARGES and not removed
        )
        line = np.array([talk.worth[p, i, k] - (charge if t.limit[i, k] else 0.0) for i, k in columns])
        constant = sum(
            t.factor[p, link] * t.link[link].amount
            for link in range(int(t.n.links))
            if t.link[link].form == ADDS and holds[link]
        )
        cost = float(talk.edge[p].removal) if removed else 0.0
        pieces = [(1.0, 0.0)]
        for link in range(int(t.n.links)):
            if t.link[link].form == DISCOUNTS and t.factor[p, link] > 0.0 and not holds[link]:
                kept = 1.0 - float(talk.insistence[link])
                pieces.append((kept, float(talk.edge[p].zero) * (1.0 - kept)))
        for slope, offset in pieces:
            # slope * (line y + constant) + offset - cost >= now + gain
            row = np.zeros(count + gains)
            row[:count] = slope * line
            row[count + (0 if together else at)] = -1.0
            rows.append(row)
            low.append(now[at] + cost - offset - slope * constant)
    constraints = [LinearConstraint(np.array(rows), lb=np.array(low))]
    choose = np.zeros((len(allowed), count + gains))
    for column, (i, _) in enumerate(columns):
        choose[i, column] = 1.0
    constraints.append(LinearConstraint(choose, lb=1.0, ub=1.0))
    weights = np.concatenate([np.zeros(count), -np.ones(gains)])
    upper = np.concatenate([np.ones(count), np.full(gains, np.inf)])
    whole = np.concatenate([np.ones(count), np.zeros(gains)])
    solved = milp(weights, constraints=constraints, bounds=Bounds(np.zeros(count + gains), upper), integrality=whole)
    if not solved.success:
        return None
    package = np.zeros(len(allowed), np.int64)
    for column, (i, k) in enumerate(columns):
        if solved.x[column] > 0.5:
            package[i] = k
    return -float(solved.fun), package
