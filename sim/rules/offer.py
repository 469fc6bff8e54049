"""What a party offers: exchange rates, swap by swap, and the chair's text on common ground (clauses 6, 8.5)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.compiled import EQUAL, compiled, part
from sim.domain.tables import Real, Switch, Whole
from sim.rules.copying import same, write
from sim.rules.queue import Queue, goes_before, put, take
from sim.rules.value import Wishes, added, additive, insisted_on, limits_in, linked, removes_threat, settled, utility

NO_LIMIT = 1 << 30


@compiled
def audience(
    estimates: Real,
    seats: Whole,
    speaker: int,
    refusals: Whole,
    attention: float,
    absent_weight: float,
    asked: Switch,
    table: Real,
):
    """Fill ``table`` with what a party's audience is thought to gain from each option (6.2).

    Parameters
    ----------
    estimates
        float64[P, I, M], û of every party.
    seats
        int64[S] parties at the venue, padded with -1; all but the speaker count, each 1 + attention per refusal.
    refusals
        int64[P] at this venue.
    asked
        bool[I, P]; an absent party counts with ``absent_weight`` on the issues where its consent is asked.
    """
    parties, issues, options = estimates.shape
    table[:] = 0.0
    for q in range(parties):
        if q == speaker:
            continue
        seated = False
        for s in range(seats.shape[0]):
            if seats[s] == q:
                seated = True
        if seated:
            weight = 1.0 + attention * refusals[q]
            for i in range(issues):
                for k in range(options):
                    table[i, k] += weight * estimates[q, i, k]
        elif absent_weight > 0.0:
            for i in range(issues):
                if asked[i, q]:
                    for k in range(options):
                        table[i, k] += absent_weight * estimates[q, i, k]


class _Standing(NamedTuple):
    """How a package stands with the actor that swaps from it: what the worth of a further swap depends on."""

    total: Any  # additive worth
    limits: Any  # arms issues at a limit
    u: Any  # utility
    open: Any  # utility before discount and cost of removal
    extra: Any  # what conditions add
    charge: Any  # what a limit costs now
    removed: Any  # whether the threat is removed
    met: Any  # whether gains are not discounted


@part
def _standing(wishes: Wishes, a: int, x: Whole, total: float, limits: int):
    """How package x stands with a, given its additive worth and its number of limits."""
    removed, met = removes_threat(wishes, x, -1, -1), insisted_on(wishes, a, x, -1, -1)
    charge = 0.0 if removed else wishes.edge[a].charge
    extra = added(wishes, a, x, -1, -1)
    u = total + extra - charge * limits
    return _Standing(total, limits, settled(wishes.edge[a], u, removed, met), u, extra, charge, removed, met)


@part
def _price(
    wishes: Wishes, a: int, x: Whole, allowed: Switch, floor: float, gains: Real, i: int, now: _Standing, queue: Queue
):
    """Enter the swap of issue i that is to be made first into ``queue``; False where there is none.

    Free swaps go by the audience's gain, others by its gain per unit lost, then the nearer option. Both are rounded to
    1e-9, so that last bits decide no tie.
    """
    at, edge, tied, found = x[i], wishes.edge[a], wishes.cases.tied[a, i], False
    open_here, liked, worth, limit = allowed[i], gains[i], wishes.worth[a, i], wishes.limit[i]
    for k in range(open_here.shape[0]):
        gain = liked[k] - liked[at]
        if gain <= EQUAL or not open_here[k]:
            continue
        change = worth[k] - worth[at]
        arms = (1 if limit[k] else 0) - (1 if limit[at] else 0)
        if tied:
            then = linked(wishes, a, now.total + change, now.limits + arms, x, i, k)
        else:
            then = settled(edge, now.open + change - now.charge * arms, now.removed, now.met)
        if then < floor - EQUAL:
            continue
        loss = now.u - then
        priced = loss > EQUAL
        price = -np.rint((gain / loss if priced else gain) * 1e9)
        better = not found or (queue.priced[i] and not priced)
        if not better and priced == queue.priced[i]:
            nearer = abs(k - at) < abs(queue.option[i] - at)
            better = price < queue.price[i] or (price == queue.price[i] and nearer)
        if better:
            queue.priced[i], queue.price[i], queue.option[i], found = priced, price, k, True
    return found


_ALL, _TAKEN, _MADE = range(3)
"""What is to be priced: every issue, the one whose turn it is, the one just swapped."""


@compiled
def exchange(wishes: Wishes, a: int, x: Whole, allowed: Switch, floor: float, gains: Real, most: int, queue: Queue):
    """Swap, one issue at a time, the option that gives the audience most per unit a loses, down to ``floor`` (6.1).

    The queue holds one swap an issue. A price can only rise while a's utility falls, so a swap is priced again when its
    turn comes and put back if another is better now; only a swap of a tied issue makes others be priced anew. The cost
    so grows with issues times options (6.3).

    Parameters
    ----------
    x
        int64[I], where to start; changed in place.
    allowed
        bool[I, M].
    floor
        Utility that a keeps at least.
    gains
        float64[I, M], see ``audience``.
    most
        Swaps to make at most.
    queue
        Room to work in, see ``sim.rules.queue``.

    Returns
    -------
    tuple
        Utility of the package reached, and how many swaps led there.
    """
    issues = x.shape[0]
    now = _standing(wishes, a, x, additive(wishes.worth, a, x), limits_in(wishes, a, x))
    swaps, size, i, task, turned = 0, 0, -1, _ALL, True
    while swaps < most:
        first, last = (0, issues) if task == _ALL else (i, i + 1)
        for j in range(first, last):
            fresh = task == _TAKEN and queue.priced_at[j] == swaps
            if not fresh and (task != _ALL or turned or wishes.cases.tied[a, j] or j == i):
                queue.waits[j] = _price(wishes, a, x, allowed, floor, gains, j, now, queue)
                queue.priced_at[j] = swaps
            if task != _TAKEN and queue.waits[j]:
                size = put(queue, size, j)
        if task == _TAKEN and queue.waits[i]:
            if size > 0 and goes_before(queue, queue.heap[0], i):
                size = put(queue, size, i)
            else:
                k, before = queue.option[i], now
                total = now.total + wishes.worth[a, i, k] - wishes.worth[a, i, x[i]]
                limits = now.limits + (1 if wishes.limit[i, k] else 0) - (1 if wishes.limit[i, x[i]] else 0)
                x[i] = k
                now = _standing(wishes, a, x, total, limits)
                swaps += 1
                # Where a condition has come to hold or to fail all prices are old, else those of tied issues may be.
                turned = now.met != before.met or now.removed != before.removed or now.extra != before.extra
                turned = turned or now.u > before.u + EQUAL
                task = _ALL if turned or wishes.cases.tied[a, i] else _MADE
                if task == _ALL:
                    size = 0
                continue
        if size == 0:
            break
        i, size = take(queue, size)
        task = _TAKEN
    return now.u, swaps


@part
def walk_path(
    wishes: Wishes,
    a: int,
    best: Whole,
    within: Whole,
    u_within: float,
    own: Switch,
    known: Switch,
    floor: float,
    gains: Real,
    steps: int,
    x: Whole,
    queue: Queue,
):
    """Go along a's exchange path: its best package, then its best within the known lines, then swaps (6.1).

    Parameters
    ----------
    best, within
        int64[I]: its best packages within ``own`` and within ``known``; a first option of -1 says there is none.
    u_within
        Utility of the second, -inf where there is none.
    own, known
        bool[I, M]: options a itself can live with; those among them that no needed party's standing line bars.
    floor
        Utility that a keeps at least.
    steps
        How far to go at most: 0 stays at the best package; going to the known lines is a step where it changes the
        package, and so is each swap.
    x
        int64[I], filled with the package reached.
    queue
        Room to work in, see ``sim.rules.queue``.

    Returns
    -------
    tuple
        Its utility (-inf: a has no package at all) and the steps taken.
    """
    if best[0] < 0:
        return -np.inf, 0
    if steps <= 0:
        write(x, best)
        return utility(wishes, a, x), 0
    start, allowed, parted = best, own, 0
    if u_within >= floor - EQUAL:
        start, allowed, parted = within, known, (0 if same(best, within) else 1)
    write(x, start)
    u, swaps = exchange(wishes, a, x, allowed, floor, gains, steps - parted, queue)
    return u, swaps + parted


@compiled
def common_ground(wishes: Wishes, voters: Whole, voter_count: int, known: bool, standing: Whole, i: int, k: int):
    """Whether option k of issue i is common ground: no voter ranks it below the standing option (8.5).

    Judged by public values and charges, the threat as in the standing text. ``known`` is False for what may not move
    here or lies beyond the standing red line of a party whose consent it needs. ``voters`` are actors: blocs for an
    alliance.
    """
    if not known:
        return k == standing[i]
    stands = not removes_threat(wishes, standing, -1, -1)
    for v in range(voter_count):
        a = voters[v]
        charge = wishes.edge[a].charge if stands else 0.0
        then = wishes.worth[a, i, k] - (charge if wishes.limit[i, k] else 0.0)
        now = wishes.worth[a, i, standing[i]] - (charge if wishes.limit[i, standing[i]] else 0.0)
        if then < now - EQUAL:
            return False
    return True


@compiled
def chair_text(ground: Switch, gains: Real, standing: Whole, x: Whole):
    """Fill x, issue by issue, with the common-ground option the audience is thought to like most (8.5).

    Ties go to the option nearest to the standing one, then to the lower.
    """
    for i in range(x.shape[0]):
        at = standing[i]
        for k in range(ground.shape[1]):
            if ground[i, k]:
                better = gains[i, k] > gains[i, at] + EQUAL
                if not better and gains[i, k] > gains[i, at] - EQUAL:
                    better = abs(k - standing[i]) < abs(at - standing[i])
                if better:
                    at = k
        x[i] = at
