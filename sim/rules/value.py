"""What a package is worth to an actor: values, promises, linkages, and the best package there is (clauses 2, 3.2, 5.4)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.compiled import EQUAL, compiled, part
from sim.domain.tables import ADDS, Real, Record, Switch, Whole


class Wishes(NamedTuple):
    """Utilities of several actors over packages, ready to be evaluated.

    Sizes: actors A, issues I, options M, linkages L. ``worth`` is weight times value. ``edge`` has the fields
    ``zero``, u(x⁰), above which a discount bites; ``kept``, 1 − insistence as drawn; ``discount``, the linkage that
    discounts or -1; ``charge``, what each limit costs while the threat stands; ``removal``, what removing it costs (3.2).
    """

    worth: Any  # float64[A, I, M]
    edge: Any  # records[A]
    factor: Any  # float64[A, L], how much of a linkage an actor has
    adding: Any  # int, linkages up to the last that adds; 0 where none counts
    link: Any  # records[L], see sim/domain/tables.py
    bound: Any  # records[L, I], the conditions
    limit: Any  # bool[I, M]
    arms: Any  # bool[I], issues with a limit
    threat: Any  # int, the issue that carries the threat, -1 for none
    threat_from: Any  # int, the option from which it counts as removed
    cases: Any  # see Cases there


@compiled
def option_value(preferred: int, options: int, k: int):
    """Value of option k of ``options`` for one who prefers ``preferred``: 1 there, falling off to 0 (2.1)."""
    return 1.0 - abs(k - preferred) / max(preferred, options - 1 - preferred)


@compiled
def promised(value: float, before: float, verifiability: float, belief: float):
    """What a defender makes of a promised value above today's (2.7): the unverifiable part counts as far as believed."""
    if value <= before:
        return value
    return before + (verifiability + (1.0 - verifiability) * belief) * (value - before)


@part
def holds(wishes: Wishes, link: int, x: Whole, i: int, k: int):
    """Whether a linkage's condition holds for package x with issue i set to k (i = -1: as it is) (2.5)."""
    for q in range(wishes.bound.shape[1]):
        j = wishes.bound[link, q].term
        if j < 0:
            break
        option = k if j == i else x[j]
        if option < wishes.bound[link, j].low or option > wishes.bound[link, j].high:
            return False
    return True


@part
def removes_threat(wishes: Wishes, x: Whole, i: int, k: int):
    """Whether package x, with issue i set to k, removes the threat (1.5)."""
    j = wishes.threat
    if j < 0:
        return False
    return (k if j == i else x[j]) >= wishes.threat_from


@part
def insisted_on(wishes: Wishes, a: int, x: Whole, i: int, k: int):
    """Whether nothing discounts a's gains from x with issue i set to k: it meets the condition, or a has none (2.5b)."""
    link = wishes.edge[a].discount
    return link < 0 or holds(wishes, link, x, i, k)


@part
def added(wishes: Wishes, a: int, x: Whole, i: int, k: int):
    """What the conditions that x meets, with issue i set to k, add for a (2.5a)."""
    total = 0.0
    for link in range(wishes.adding):
        if wishes.link[link].form == ADDS and wishes.factor[a, link] != 0.0 and holds(wishes, link, x, i, k):
            total += wishes.factor[a, link] * wishes.link[link].amount
    return total


@part
def settled(edge: Record, u: float, removed: bool, met: bool):
    """Utility after adds and charges, discounted above u(x⁰) unless ``met`` (2.5b), less the cost of removal (3.2)."""
    if not met and u > edge.zero:
        u = edge.zero + edge.kept * (u - edge.zero)
    return u - edge.removal if removed else u


@part
def linked(wishes: Wishes, a: int, total: float, limits: int, x: Whole, i: int, k: int):
    """Utility of x with issue i set to k, given the additive ``total`` and the number of arms ``limits`` of that package.

    Linkages in the order adds, charges, discounts (2.2), then the cost of removing the threat (3.2).
    """
    removed = removes_threat(wishes, x, i, k)
    u = total + added(wishes, a, x, i, k)
    if not removed:
        u -= wishes.edge[a].charge * limits
    return settled(wishes.edge[a], u, removed, insisted_on(wishes, a, x, i, k))


@part
def additive(worth: Real, a: int, x: Whole):
    """Weighted sum of values of package x, before linkages (2.2). worth: float64[A, I, M]."""
    total = 0.0
    for i in range(x.shape[0]):
        total += worth[a, i, x[i]]
    return total


@part
def limits_in(wishes: Wishes, a: int, x: Whole):
    """Number of arms issues that x sets at a limit (1.5), as far as a is charged for them: else 0."""
    count = 0
    if wishes.edge[a].charge == 0.0:
        return count
    for i in range(x.shape[0]):
        if wishes.limit[i, x[i]]:
            count += 1
    return count


@part
def weighed(wishes: Wishes, a: int, x: Whole):
    """Utility of package x to actor a (2.2), in about [0, 1]: ``utility`` for where it is asked most often."""
    return linked(wishes, a, additive(wishes.worth, a, x), limits_in(wishes, a, x), x, -1, -1)


@compiled
def utility(wishes: Wishes, a: int, x: Whole):
    """Utility of package x to actor a (2.2), in about [0, 1]."""
    return weighed(wishes, a, x)


@part
def _most(worth: Real, limit: Switch, allowed: Switch, fits: Switch, charge: float):
    """The most that an allowed, fitting option of one issue is worth; -inf where there is none. All [M]."""
    top = -np.inf
    for k in range(worth.shape[0]):
        if allowed[k] and fits[k]:
            top = max(top, worth[k] - (charge if limit[k] else 0.0))
    return top


@part
def _nearest_best(worth: Real, limit: Switch, allowed: Switch, fits: Switch, charge: float, near: int):
    """The option of one issue that is worth most; of equal ones the nearest to ``near``, then the lower. All [M]."""
    top, at = -np.inf, -1
    for k in range(worth.shape[0]):
        if allowed[k] and fits[k]:
            value = worth[k] - (charge if limit[k] else 0.0)
            if value > top + EQUAL or (value > top - EQUAL and abs(k - near) < abs(at - near)):
                top, at = value, k
    return at


@compiled
def best_package(wishes: Wishes, a: int, allowed: Switch, near: Whole, best: Whole):
    """Find a's best package exactly: enumerate the cases of the conditions, additive within each (5.4).

    Issues outside every condition are summed once, with the threat standing and with it removed.

    Parameters
    ----------
    allowed
        bool[I, M], the options that may be taken.
    near
        int64[I]; among options of equal worth the nearest to this package is taken, then the lower.
    best
        int64[I], filled with the package.

    Returns
    -------
    float
        Its utility; -inf where an issue has no allowed option.
    """
    issues = allowed.shape[0]
    charge, worth, limit = wishes.edge[a].charge, wishes.worth[a], wishes.limit
    standing, removing = 0.0, 0.0
    for i in range(issues):
        if not wishes.cases.tied[a, i]:
            # Outside every condition the first case's options are all there are.
            most = _most(worth[i], limit[i], allowed[i], wishes.cases.fits[a, 0, i], 0.0)
            removing += most
            if charge != 0.0 and wishes.arms[i]:
                most = _most(worth[i], limit[i], allowed[i], wishes.cases.fits[a, 0, i], charge)
            standing += most
    found, at = -np.inf, -1
    for case in range(wishes.cases.count[a]):
        removed = wishes.cases.meets[a, case, 0]
        u = removing if removed else standing
        for i in range(issues):
            if wishes.cases.tied[a, i]:
                u += _most(worth[i], limit[i], allowed[i], wishes.cases.fits[a, case, i], 0.0 if removed else charge)
                if u == -np.inf:
                    break
        if u == -np.inf:
            continue
        for link in range(wishes.adding):
            if wishes.link[link].form == ADDS and wishes.cases.meets[a, case, 1 + link]:
                u += wishes.factor[a, link] * wishes.link[link].amount
        discount = wishes.edge[a].discount
        u = settled(wishes.edge[a], u, removed, discount < 0 or wishes.cases.meets[a, case, 1 + discount])
        tie = at >= 0 and abs(u - found) <= EQUAL
        if u > found + EQUAL or (
            tie and _distance(wishes, a, allowed, near, case) < _distance(wishes, a, allowed, near, at)
        ):
            found, at = u, case
    if at < 0:
        return found
    for i in range(issues):
        best[i] = _option_in(wishes, a, allowed, near, at, i)
    return utility(wishes, a, best)


@part
def _option_in(wishes: Wishes, a: int, allowed: Switch, near: Whole, case: int, i: int):
    """a's best option of issue i in a case, the nearest of equal ones."""
    charge = 0.0 if wishes.cases.meets[a, case, 0] else wishes.edge[a].charge
    return _nearest_best(
        wishes.worth[a, i], wishes.limit[i], allowed[i], wishes.cases.fits[a, case, i], charge, near[i]
    )


@compiled
def _distance(wishes: Wishes, a: int, allowed: Switch, near: Whole, case: int):
    """How many options a case's best package lies from ``near``: what decides between cases of equal worth."""
    total = 0
    for i in range(allowed.shape[0]):
        total += abs(_option_in(wishes, a, allowed, near, case, i) - near[i])
    return total
