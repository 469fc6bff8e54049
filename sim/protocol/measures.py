"""Measures of a game (clause 13): exact, with no behaviour in them, or refused.

Private draws stand on their medians (the type too), beliefs on their priors; hard lines hold where their chance is above
one half. Whatever is counted is said in each key.
"""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import draws as chance
from sim.compiled import EQUAL, compiled
from sim.domain.frontier import pareto_frontier
from sim.domain.layout import tables
from sim.domain.problems import ScenarioError
from sim.domain.scenario import Scenario
from sim.domain.solutions import egalitarian, kalai_smorodinsky, nash, utilitarian
from sim.domain.tables import Real, Tables, Whole
from sim.protocol.play import BEGIN, drive, single
from sim.protocol.state import Talk, new_talk, wishes_of
from sim.rules.value import Wishes, utility

THREADS = min(8, os.cpu_count() or 1)
MOST_PACKAGES = 5_000_000
"""A larger space is refused, never sampled in silence."""


def central_talk(scenario: Scenario) -> tuple[Tables, Talk]:
    """The table before the first act of a run whose every draw falls on its median."""
    t = tables(scenario)
    talk = new_talk(t)
    drive(t, talk, single(chance.central(int(t.n.draws))), BEGIN)
    return t, talk


def feasible_options(t: Tables, talk: Talk, *, soft: bool = False) -> list[NDArray[np.int64]]:
    """Per issue the options that no standing hard line of a party whose consent they need bars (13.1).

    With ``soft``, options beyond soft lines are left out too. The status quo is always among them.
    """
    found: list[Whole] = []
    for i in range(int(t.n.issues)):
        x0 = int(t.x0[i])
        options: list[int] = []
        for k in range(int(t.issue[i].options)):
            needed = np.flatnonzero(t.needs[i, k])
            barred = any(talk.barred[p, i, k] or (soft and _beyond_soft(t, int(p), i, k)) for p in needed)
            if k == x0 or not barred:
                options.append(k)
        found.append(np.array(options, np.int64))
    return found


def _beyond_soft(t: Tables, p: int, i: int, k: int) -> bool:
    """Whether an option lies beyond any red line of a party or of one of its blocs."""
    rows = [p] if not t.party[p].blocs else list(range(t.party[p].first_bloc, t.party[p].first_bloc + t.party[p].blocs))
    for a in rows:
        stance = t.stance[a if t.actor[a].refers < 0 else t.actor[a].refers, i]
        if stance.line >= 0 and (k < stance.line if stance.at_least else k > stance.line):
            return True
    return False


@compiled
def _worths(wishes: Wishes, packages: Whole, worths: Real):
    """Fill float64[N, A] with the utility of every package to every actor."""
    for n in range(packages.shape[0]):
        for a in range(worths.shape[1]):
            worths[n, a] = utility(wishes, a, packages[n])


def packages_of(options: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Every package over the given options, int64[N, I], the last issue varying fastest.

    Raises
    ------
    ScenarioError
        More than ``MOST_PACKAGES``.
    """
    count = math.prod(len(choice) for choice in options)
    if count > MOST_PACKAGES:
        raise ScenarioError(
            f"measures: found {count:,} feasible packages; expected at most {MOST_PACKAGES:,}, so that they are exact. "
            "Leave issues out (issues.NAME.active=false) or harden red lines."
        )
    grid = np.empty((count, len(options)), np.int64)
    repeat, tile = count, 1
    for i, choice in enumerate(options):
        repeat //= len(choice)
        grid[:, i] = np.tile(np.repeat(choice, repeat), tile)
        tile *= len(choice)
    return grid


def worths_of(t: Tables, talk: Talk, packages: NDArray[np.int64]) -> NDArray[np.float64]:
    """Utility of every package to every actor, float64[N, A], by the same rule as in play."""
    worths, wishes = np.empty((len(packages), int(t.n.actors))), wishes_of(t, talk)
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(_worths, [wishes] * THREADS, np.array_split(packages, THREADS), np.array_split(worths, THREADS)))
    return worths


def measures(scenario: Scenario) -> dict[str, Any]:
    """What a game offers its parties, whoever plays it how (13.1).

    Returns
    -------
    dict
        ``packages``: all of them. ``feasible``: inside the hard lines of those who must consent.
        ``inside_all_lines``: inside soft lines too. ``agreeable``: feasible and worth no less than no deal to every party
        with consent, bloc by bloc (the zone of possible agreement; the status quo counts where it is).
        ``decidable``: feasible and adoptable by one venue's decision rule, moving its agenda and the levers of those
        seated, with every consenting seat at or above its worth of no deal.
        ``frontier``: count of efficient utility points of all parties, over the feasible packages.
        ``mean_utility``: mean over the feasible packages and all parties; ``mean_utilities``: that of each party.
        ``nash``, ``kalai_smorodinsky``, ``egalitarian``: among the parties with consent, no deal as disagreement point;
        ``utilitarian``: largest sum over all parties. Each has ``package`` (None where no package is agreeable) and
        ``utilities`` of all parties. ``veto_power``: for a party with consent, how often that is pivotal: the share of feasible
        changes which would stand with it, everyone else judging by its worth of no deal, and which it bars by its own.
        ``no_deal``: reservation values.

    Raises
    ------
    ScenarioError
        The space is too large to be exact.
    """
    t, talk = central_talk(scenario)
    options = feasible_options(t, talk)
    packages = packages_of(options)
    worths = worths_of(t, talk, packages)
    parties = list(scenario.parties)
    points = np.ascontiguousarray(worths[:, : len(parties)])
    content = worths >= np.asarray(talk.edge.no_deal) - EQUAL
    happy = np.stack([_of_party(t, content, p) for p in range(len(parties))], axis=1)
    voters = [p for p, party in enumerate(scenario.parties.values()) if party.has_consent.value]
    agreeable = happy[:, voters].all(axis=1)
    no_deal = np.asarray(talk.edge.no_deal)[: len(parties)].copy()
    efficient = pareto_frontier(points)
    rational = np.flatnonzero(agreeable)
    bargaining = np.ascontiguousarray(points[rational][:, voters])
    result: dict[str, Any] = {
        "scenario": scenario.name,
        "packages": math.prod(len(scenario.issues[name].options) for name in scenario.active),
        "feasible": len(packages),
        "inside_all_lines": math.prod(len(choice) for choice in feasible_options(t, talk, soft=True)),
        "agreeable": int(agreeable.sum()),
        "decidable": int(_decidable(t, packages, happy).sum()),
        "frontier": len(np.unique(np.rint(points[efficient] / EQUAL), axis=0)),
        "mean_utility": float(points.mean()),
        "mean_utilities": dict(zip(parties, points.mean(axis=0).tolist())),
    }
    for name, solve in (("nash", nash), ("kalai_smorodinsky", kalai_smorodinsky), ("egalitarian", egalitarian)):
        row = solve(bargaining, no_deal[voters])
        result[name] = _solution(scenario, packages, points, None if row is None else int(rational[row]))
    result["utilitarian"] = _solution(scenario, packages, points, utilitarian(points))
    result["veto_power"] = _veto_power(t, packages, happy, parties, voters)
    result["no_deal"] = dict(zip(parties, no_deal.tolist()))
    return result


def _of_party(t: Tables, content: NDArray[np.bool_], p: int) -> NDArray[np.bool_]:
    """Packages that a party is content with: an alliance only where every bloc is (2.6)."""
    first, count = int(t.party[p].first_bloc), int(t.party[p].blocs)
    return np.asarray(content[:, first : first + count].all(axis=1)) if count else content[:, p]


def _decidable(t: Tables, packages: NDArray[np.int64], happy: NDArray[np.bool_]) -> NDArray[np.bool_]:
    found = np.zeros(len(packages), bool)
    moved = packages != np.asarray(t.x0)
    for v in range(int(t.n.venues)):
        voters = [p for p in t.seats[v].tolist() if p >= 0 and p != t.venue[v].chair]
        movable = np.array([t.agenda[v, i] or t.issue[i].owner in voters for i in range(int(t.n.issues))])
        consents = happy[:, voters].sum(axis=1) >= (t.venue[v].quorum or len(voters))
        included = happy[:, [p for p in voters if t.include[v, p]]].all(axis=1)
        found |= consents & included & ~moved[:, ~movable].any(axis=1) & moved.any(axis=1)
    return found


def _veto_power(
    t: Tables, packages: NDArray[np.int64], happy: NDArray[np.bool_], parties: list[str], voters: list[int]
) -> dict[str, float]:
    """Share of the feasible changes that would stand with p's consent and that p, by its worth of no deal, bars."""
    moved = packages != np.asarray(t.x0)
    asked = np.zeros(happy.shape, bool)
    for i in range(packages.shape[1]):
        asked |= t.needs[i, packages[:, i]] & moved[:, i : i + 1]
    power: dict[str, float] = {}
    for p in voters:
        willing = happy.copy()
        willing[:, p] = True
        # Where no issue asks anybody's consent, a venue's decision is all it takes.
        stands = np.where(
            asked.any(axis=1), (willing | ~asked)[:, voters].all(axis=1), _decidable(t, packages, willing)
        )
        stands &= moved.any(axis=1)
        unwilling = happy.copy()
        unwilling[:, p] = False
        falls = np.where(asked.any(axis=1), asked[:, p], ~_decidable(t, packages, unwilling))
        total = int(stands.sum())
        power[parties[p]] = float((stands & falls & ~happy[:, p]).sum() / total) if total else 0.0
    return power


def _solution(
    scenario: Scenario, packages: NDArray[np.int64], points: NDArray[np.float64], row: int | None
) -> dict[str, Any]:
    if row is None:
        return {"package": None, "utilities": None}
    return {
        "package": dict(zip(scenario.active, packages[row].tolist())),
        "utilities": dict(zip(scenario.parties, points[row].tolist())),
    }
