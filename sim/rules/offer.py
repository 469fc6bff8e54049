"""What a party offers: exchange rates, swap by swap, and the chair's text on common ground (clauses 6, 8.5)."""

from __future__ import annotations

import heapq

import numpy as np

from sim.compiled import EQUAL, compiled
from sim.domain.tables import CHARGES
from sim.rules.value import additive, best_package, limits_in, linked, linked_issues, removes_threat

NO_LIMIT = 1 << 30


@compiled
def audience(estimates, seats, speaker, refusals, attention, absent_weight, needs, table):
    """Fill ``table`` with what a party's audience is thought to gain from each option (6.2).

    Parameters
    ----------
    estimates
        float64[P, I, M], û of every party.
    seats
        int64[S] parties at the venue, padded with -1; all but the speaker count, each 1 + attention per refusal.
    refusals
        int64[P] at this venue.
    needs
        bool[I, M, P]; an absent party counts with ``absent_weight`` on the issues where its consent is needed.
    """
    issues, options, parties = needs.shape
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
                asked = False
                for k in range(options):
                    asked = asked or needs[i, k, q]
                if asked:
                    for k in range(options):
                        table[i, k] += absent_weight * estimates[q, i, k]


@compiled
def _best_swap(wishes, a, x, allowed, floor, gains, i, total, limits, u):
    """The swap of issue i to be made first, as a key that sorts (smallest first); option -1 where there is none.

    Key: not free, then minus the audience's gain (a free swap) or minus its gain per unit lost, then the lower issue,
    then the nearer option. Rates are rounded to 1e-9, so that last bits decide no tie.
    """
    best = (2.0, 0.0, i, 0, -1)
    now = x[i]
    for k in range(allowed.shape[1]):
        gain = gains[i, k] - gains[i, now]
        if k == now or not allowed[i, k] or gain <= EQUAL:
            continue
        arms = limits + (1 if wishes.limit[i, k] else 0) - (1 if wishes.limit[i, now] else 0)
        then = linked(wishes, a, total - wishes.worth[a, i, now] + wishes.worth[a, i, k], arms, x, i, k)
        if then < floor - EQUAL:
            continue
        loss = u - then
        if loss <= EQUAL:
            key = (0.0, -np.rint(gain * 1e9), i, abs(k - now), k)
        else:
            key = (1.0, -np.rint(gain / loss * 1e9), i, abs(k - now), k)
        if key < best:
            best = key
    return best


@compiled
def exchange(wishes, a, x, allowed, floor, gains, most):
    """Swap, one issue at a time, the option that gives the audience most per unit a loses, down to ``floor`` (6.1).

    The queue holds one swap an issue. A price can only rise while a's utility falls, so a swap is priced again when its
    turn comes and put back if another is better now; only a swap of a linked issue makes the queue be built anew. The
    cost so grows with issues times options (6.3).

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

    Returns
    -------
    tuple
        Utility of the package reached, and how many swaps led there.
    """
    issues = x.shape[0]
    total, limits = additive(wishes, a, x), limits_in(wishes, x)
    u = linked(wishes, a, total, limits, x, -1, -1)
    ties = linked_issues(wishes, a, issues)
    queue = [(2.0, 0.0, 0, 0, -1)]
    swaps = 0
    anew = True
    while swaps < most:
        if anew:
            queue.clear()
            for i in range(issues):
                swap = _best_swap(wishes, a, x, allowed, floor, gains, i, total, limits, u)
                if swap[4] >= 0:
                    heapq.heappush(queue, swap)
            anew = False
        if len(queue) == 0:
            break
        i = heapq.heappop(queue)[2]
        swap = _best_swap(wishes, a, x, allowed, floor, gains, i, total, limits, u)
        if swap[4] < 0:
            continue
        if len(queue) > 0 and queue[0] < swap:
            heapq.heappush(queue, swap)
            continue
        k = swap[4]
        total += wishes.worth[a, i, k] - wishes.worth[a, i, x[i]]
        limits += (1 if wishes.limit[i, k] else 0) - (1 if wishes.limit[i, x[i]] else 0)
        x[i] = k
        before, u = u, linked(wishes, a, total, limits, x, -1, -1)
        swaps += 1
        anew = ties[i] or u > before + EQUAL
        if not anew:
            swap = _best_swap(wishes, a, x, allowed, floor, gains, i, total, limits, u)
            if swap[4] >= 0:
                heapq.heappush(queue, swap)
    return u, swaps


@compiled
def walk_path(wishes, a, own, known, near, floor, gains, steps, x):
    """Go along a's exchange path: its best package, then its best within the known lines, then swaps (6.1).

    Parameters
    ----------
    own, known
        bool[I, M]: options a itself can live with; those among them that no needed party's standing line bars.
    near
        int64[I], decides ties of the best packages.
    floor
        Utility that a keeps at least.
    steps
        How far to go at most: 0 stays at the best package, 1 goes to the known lines, each further one is a swap.
    x
        int64[I], filled with the package reached.

    Returns
    -------
    tuple
        Its utility (-inf: a has no package at all) and the steps taken.
    """
    u = best_package(wishes, a, own, near, x)
    if steps <= 0 or u == -np.inf:
        return u, 0
    within = np.empty(x.shape[0], np.int64)
    u_within = best_package(wishes, a, known, near, within)
    if u_within == -np.inf or u_within < floor - EQUAL:
        u, swaps = exchange(wishes, a, x, own, floor, gains, steps)
        return u, swaps
    x[:] = within
    u, swaps = exchange(wishes, a, x, known, floor, gains, steps - 1)
    return u, swaps + 1


@compiled
def common_ground(wishes, voters, voter_count, known, standing, i, k):
    """Whether option k of issue i is common ground: no voter ranks it below the standing option (8.5).

    Judged by public values and charges, the threat as in the standing text; ``known`` (bool[I, M]) leaves out options
    beyond the standing red line of a party whose consent they need. ``voters`` are actors: blocs for an alliance.
    """
    if not known[i, k]:
        return k == standing[i]
    stands = not removes_threat(wishes, standing, -1, -1)
    for v in range(voter_count):
        a = voters[v]
        charge = 0.0
        if stands:
            for link in range(wishes.link.shape[0]):
                if wishes.link[link].form == CHARGES:
                    charge += wishes.factor[a, link] * wishes.link[link].amount
        then = wishes.worth[a, i, k] - (charge if wishes.limit[i, k] else 0.0)
        now = wishes.worth[a, i, standing[i]] - (charge if wishes.limit[i, standing[i]] else 0.0)
        if then < now - EQUAL:
            return False
    return True


@compiled
def chair_text(ground, gains, standing, x):
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
