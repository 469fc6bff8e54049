"""Checks of a valid scenario for what makes it pointless: each says what, where, by which figures, and what to do.

Exact wherever that can be had at any size: best packages by cases (5.4), common gains by small integer programs, options by
who bars them. What only playing can show is played, and said with the number of runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sim.checks.finding import Found
from sim.checks.linkages import never_binds
from sim.checks.outcome_classes import unreachable
from sim.checks.played import RUNS, played
from sim.checks.satisfied import accepts_all, never_satisfied, without_say
from sim.checks.unused import without_effect
from sim.checks.venues import rounds, types
from sim.checks.weights import decides_nothing
from sim.checks.worlds import Game
from sim.checks.zones import issue_without_zone, out_of_play, venue_without_zone
from sim.domain.scenario import Scenario
from sim.protocol.efficiency import quiet_solver

__all__ = ["CHECKS", "RUNS", "Found", "check"]

Check = Callable[[Game], Iterable[Found]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("parties that nothing satisfies", never_satisfied),
    ("parties that accept everything", accepts_all),
    ("parties without a say", without_say),
    ("issues that cannot move", out_of_play),
    ("issues without a zone of agreement", issue_without_zone),
    ("venues with nothing to decide", venue_without_zone),
    ("rounds that are too few", rounds),
    ("types that are never drawn", types),
    ("weights that decide nothing", decides_nothing),
    ("linkages that never bind", never_binds),
    ("classes that cannot be reached", unreachable),
    ("figures without effect", without_effect),
)
"""Every check with what it looks for, in the order in which they are made."""


def check(scenario: Scenario, runs: int = RUNS, told: Callable[[str], None] = lambda _: None) -> list[Found]:
    """Make every check of a valid scenario.

    Parameters
    ----------
    scenario
        As read.
    runs
        How many runs are played; 0 plays none.
    told
        Called with what is looked for next.

    Returns
    -------
    list
        Problems first, then notices; within them in the order of the checks.
    """
    game = Game(scenario)
    found: list[Found] = []
    with quiet_solver():
        for name, one in CHECKS:
            told(name)
            found.extend(one(game))
    if runs:
        told(f"{runs:,} runs")
        dead = {one.path.removesuffix(".sessions") for one in found if one.severity == "problem"}
        # What follows from a problem is not said again.
        found.extend(one for one in played(game, runs) if one.path not in dead)
    return sorted(found, key=lambda one: one.severity != "problem")
