"""What a package is worth to an actor: values, promises, linkages, and the best package there is (clauses 2, 3.2, 5.4)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.compiled import EQUAL, compiled
from sim.domain.tables import ADDS, CHARGES, DISCOUNTS


class Wishes(NamedTuple):
    """Utilities of several actors over packages, ready to be evaluated.

    Sizes: actors A, issues I, options M, linkages L. ``worth`` is weight times value; ``edge`` has the fields ``zero``,
    u(x⁰), above which a discount bites, and ``removal``, what removing the threat costs (3.2).
    """

    worth: Any  # float64[A, I, M]
    edge: Any  # records[A]
    factor: Any  # float64[A, L], how much of a linkage an actor has
    insistence: Any  # float64[L], as drawn
    link: Any  # records[L], see sim/domain/tables.py
    bound: Any  # records[L, I], the conditions
    limit: Any  # bool[I, M]
    threat: Any  # int, the issue that carries the threat, -1 for none
    threat_from: Any  # int, the option from which it counts as removed


@compiled
def option_value(preferred, options, k):
    """Value of option k of ``options`` for one who prefers ``preferred``: 1 there, falling off to 0 (2.1)."""
    return 1.0 - abs(k - preferred) / max(preferred, options - 1 - preferred)


@compiled
def promised(value, before, verifiability, belief):
    """What a defender makes of a promised value above today's (2.7): the unverifiable part counts as far as believed."""
    if value <= before:
        return value
    return before + (verifiability + (1.0 - verifiability) * belief) * (value - before)


@compiled
def holds(wishes, link, x, i, k):
    """Whether a linkage's condition holds for package x with issue i set to k (i = -1: as it is) (2.5)."""
    for q in range(wishes.bound.shape[1]):
        j = wishes.bound[link, q].term
        if j < 0:
            break
        option = k if j == i else x[j]
        if option < wishes.bound[link, j].low or option > wishes.bound[link, j].high:
            return False
    return True


@compiled
def removes_threat(wishes, x, i, k):
    """Whether package x, with issue i set to k, removes the threat (1.5)."""
    j = wishes.threat
    if j < 0:
        return False
    return (k if j == i else x[j]) >= wishes.threat_from


@compiled
def linked(wishes, a, total, limits, x, i, k):
    """Utility of x with issue i set to k, given the additive ``total`` and the number of arms ``limits`` of that package.

    Linkages in the order adds, charges, discounts (2.2), then the cost of removing the threat (3.2).
    """
    u = total
    removed = removes_threat(wishes, x, i, k)
    for link in range(wishes.link.shape[0]):
        factor = wishes.factor[a, link]
        if factor == 0.0:
            continue
        if wishes.link[link].form == ADDS and holds(wishes, link, x, i, k):
            u += factor * wishes.link[link].amount
        elif wishes.link[link].form == CHARGES and not removed:
            u -= factor * wishes.link[link].amount * limits
    for link in range(wishes.link.shape[0]):
        if wishes.link[link].form == DISCOUNTS and wishes.factor[a, link] > 0.0:
            if u > wishes.edge[a].zero and not holds(wishes, link, x, i, k):
                u = wishes.edge[a].zero + (1.0 - wishes.insistence[link]) * (u - wishes.edge[a].zero)
    if removed:
        u -= wishes.edge[a].removal
    return u


@compiled
def additive(wishes, a, x):
    """Weighted sum of values of package x, before linkages (2.2)."""
    total = 0.0
    for i in range(x.shape[0]):
        total += wishes.worth[a, i, x[i]]
    return total


@compiled
def limits_in(wishes, x):
    """Number of arms issues that x sets at a limit (1.5)."""
    count = 0
    for i in range(x.shape[0]):
        if wishes.limit[i, x[i]]:
            count += 1
    return count


@compiled
def utility(wishes, a, x):
    """Utility of package x to actor a (2.2), in about [0, 1]."""
    return linked(wishes, a, additive(wishes, a, x), limits_in(wishes, x), x, -1, -1)


@compiled
def _cases(wishes, a, digits):
    """Fill ``digits`` with the number of cases of each condition that matters to a; return their product.

    A linkage's condition holds, or a certain term of it fails; the threat (last digit) stands or is removed.
    """
    links = wishes.link.shape[0]
    product = 1
    matters = wishes.edge[a].removal != 0.0
    for link in range(links):
        digits[link] = 1
        if wishes.factor[a, link] != 0.0:
            if wishes.link[link].form == CHARGES:
                matters = True
            else:
                for q in range(wishes.bound.shape[1]):
                    if wishes.bound[link, q].term < 0:
                        break
                    digits[link] += 1
        product *= digits[link]
    digits[links] = 2 if matters and wishes.threat >= 0 else 1
    return product * digits[links]


@compiled
def _fits(wishes, digits, case, i, k):
    """Whether option k of issue i belongs to the numbered case of the conditions."""
    links = wishes.link.shape[0]
    rest = case
    for link in range(links):
        if digits[link] > 1:
            digit = rest % digits[link]
            rest //= digits[link]
            inside = wishes.bound[link, i].low <= k <= wishes.bound[link, i].high
            if digit == 0 and not inside:
                return False
            if digit > 0 and wishes.bound[link, digit - 1].term == i and inside:
                return False
    if digits[links] == 2 and wishes.threat == i:
        return (rest % 2 == 1) == (k >= wishes.threat_from)
    return True


@compiled
def _best_option(wishes, a, i, allowed, near, charge, digits, case):
    """a's best allowed option of issue i in a numbered case (-1: whatever the case), -1 where there is none.

    Of options of equal worth the nearest to ``near``, then the lower.
    """
    top, at = -np.inf, -1
    for k in range(allowed.shape[1]):
        if allowed[i, k] and (case < 0 or _fits(wishes, digits, case, i, k)):
            worth = wishes.worth[a, i, k] - (charge if wishes.limit[i, k] else 0.0)
            better = worth > top + EQUAL
            if not better and worth > top - EQUAL:
                better = abs(k - near[i]) < abs(at - near[i])
            if better:
                top, at = worth, k
    return at


@compiled
def best_package(wishes, a, allowed, near, best):
    """Find a's best package exactly: enumerate the cases of the conditions, additive within each (5.4).

    Issues outside every condition are settled once, with the threat standing and with it removed.

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
    issues, links = allowed.shape[0], wishes.link.shape[0]
    digits = np.ones(links + 1, np.int64)
    cases = _cases(wishes, a, digits)
    tied = linked_issues(wishes, a, issues)
    full = 0.0
    for link in range(links):
        if wishes.link[link].form == CHARGES:
            full += wishes.factor[a, link] * wishes.link[link].amount
    settled = np.full((2, issues), -1)
    for removed in range(digits[links]):
        for i in range(issues):
            if not tied[i]:
                charge = 0.0 if removed == 1 else full
                settled[removed, i] = _best_option(wishes, a, i, allowed, near, charge, digits, -1)
                if settled[removed, i] < 0:
                    return -np.inf
    x = np.empty(issues, np.int64)
    found = -np.inf
    for case in range(cases):
        removed = case // (cases // 2) if digits[links] == 2 else 0
        possible = True
        for i in range(issues):
            x[i] = settled[removed, i]
            if tied[i]:
                x[i] = _best_option(wishes, a, i, allowed, near, 0.0 if removed == 1 else full, digits, case)
                if x[i] < 0:
                    possible = False
                    break
        if possible:
            u = utility(wishes, a, x)
            if u > found + EQUAL:
                found = u
                best[:] = x
    return found


@compiled
def linked_issues(wishes, a, issues):
    """Which issues stand in a condition that matters to a, so that moving one changes the worth of others: bool[I]."""
    flags = np.zeros(issues, np.bool_)
    for link in range(wishes.link.shape[0]):
        if wishes.factor[a, link] != 0.0 and wishes.link[link].form != CHARGES:
            for q in range(issues):
                if wishes.bound[link, q].term >= 0:
                    flags[wishes.bound[link, q].term] = True
    if wishes.threat >= 0:
        flags[wishes.threat] = True
    return flags
