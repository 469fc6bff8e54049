"""What of a scenario could have been assumed otherwise, and how far: the figures that a search for changes may move.

Ranges are documented ones, so that a distance means something. Of the January 2022 game the sweep all-parameters.yaml gives
those of its parameters, "from low to high as far as they can be defended"; every other cell that is marked inferred or estimate
has the range of its mark (clause 14.1, sim/sweep/coding.py). Cited cells stay. In a game that marks nothing, and where a value
was set by hand, a figure is taken for an estimate: whoever wrote it claims no more.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sim.domain.load import load_scenario
from sim.domain.scenario import Scenario
from sim.engine import figures_among
from sim.sweep.coding import WIDTHS, coded_factors
from sim.sweep.design import locate
from sim.sweep.distributions import Distribution
from sim.sweep.laying import whole_of
from sim.sweep.paths import Astray, place_of
from sim.sweep.reading import Reader

JANUARY, RANGES = "january-2022", "all-parameters"

EVEN, RATIO, STEPS = "even", "ratio", "steps"

OPTION, SWITCH = 0.5, 1.0
"""Distances of a step: an option may be one off either way, so a step is half its range; a switch has only its other end."""


SHAPING = ("rounds", "share", "consent", "status_quo")
"""Last keys of figures that may shape the game. Asking of each path whether it does takes longer than a whole search; an
engine refuses whatever else is none."""


@dataclass(frozen=True)
class Assumption:
    """A figure that may be moved.

    Attributes
    ----------
    path
        As in ``path=value``.
    now
        Its present value.
    low, high
        Its range; of steps the lowest and highest.
    form
        even: distance goes by the figure; ratio: by its logarithm; steps: an option or a switch.
    steps
        The other values that an option or a switch may have, the nearest first.
    rest, total
        Of a part of a whole (saliences): the other parts, and what all sum to. They are scaled so that the sum stays (2.2).
    """

    path: str
    now: Any
    low: float
    high: float
    form: str
    steps: tuple[Any, ...] = ()
    rest: tuple[tuple[str, float], ...] = ()
    total: float = 0.0

    def unit(self, value: float) -> float:
        """Where a value lies in the range, 0 to 1."""
        if self.form == RATIO:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def value(self, unit: float) -> float:
        """The value at a place of the range; its ends exactly."""
        if unit <= 0 or unit >= 1:
            return self.low if unit <= 0 else self.high
        if self.form == RATIO:
            return self.low * (self.high / self.low) ** unit
        return self.low + unit * (self.high - self.low)

    def distance(self, value: Any) -> float:
        """How large a change to ``value`` is, as a share of the range; a step by its kind."""
        if self.form == STEPS:
            return SWITCH if isinstance(self.now, bool) else OPTION * abs(value - self.now)
        return abs(self.unit(value) - self.unit(self.now))

    def laid(self, value: Any) -> dict[str, Any]:
        """Path -> value of everything that changes with it."""
        if not self.rest:
            return {self.path: value}
        scale = (self.total - value) / (self.total - self.now)
        return {self.path: value, **{path: figure * scale for path, figure in self.rest}}


@dataclass(frozen=True)
class Assumptions:
    """What a search may move.

    Attributes
    ----------
    each
        In the order of the scenario.
    fixed
        Paths with a range whose change needs another layout of the game: rounds, shares, lists of names.
    """

    each: tuple[Assumption, ...]
    fixed: tuple[str, ...]


def assumptions(scenario: Scenario, only: Iterable[str] = ()) -> Assumptions:
    """Everything of a scenario that has a documented range and is a plain figure.

    Parameters
    ----------
    scenario
        Whose.
    only
        Openings of paths to which the set is confined; empty for all.
    """
    openings = tuple(only)
    ranges = {**_coded(scenario), **_documented(scenario)}
    found: list[Assumption] = []
    for path, drawn in ranges.items():
        if openings and not any(f"{path}.".startswith(f"{start}.") for start in openings):
            continue
        one = _assumption(scenario, path, drawn)
        if one is None:
            continue
        found.append(one)
    doubtful = [one.path for one in found if one.path.rpartition(".")[2] in SHAPING]
    fixed = set(doubtful) - figures_among(scenario, doubtful)
    return Assumptions(
        tuple(one for one in found if one.path not in fixed), tuple(path for path in doubtful if path in fixed)
    )


def _coded(scenario: Scenario) -> dict[str, Distribution]:
    widths = {**WIDTHS, "assumed": WIDTHS["estimate"]}
    return {one.path: one.distribution for one in coded_factors(scenario, widths) if one.distribution is not None}


def _documented(scenario: Scenario) -> dict[str, Distribution]:
    """The ranges of the sweep over all parameters, for games with the issues and parties of January 2022."""
    issues, parties, ranges = _january()
    if tuple(scenario.issues) != issues or tuple(scenario.parties) != parties:
        return {}
    found: dict[str, Distribution] = {}
    for path, drawn in ranges:
        try:
            place_of(scenario, path)
        except Astray:  # a variant may lack a linkage or a type
            continue
        found[path] = drawn
    return found


@cache
def _january() -> tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, Distribution], ...]]:
    january = load_scenario(JANUARY)
    ranges = [(one.path, one.distribution) for one in Reader(locate(RANGES), ()).factors() if one.distribution]
    return tuple(january.issues), tuple(january.parties), tuple(ranges)


def _assumption(scenario: Scenario, path: str, drawn: Distribution) -> Assumption | None:
    """A figure with its range, which holds its present value; None where nothing but lists can stand there."""
    now = place_of(scenario, path).value
    if isinstance(now, bool):
        return Assumption(path, now, 0, 1, STEPS, (not now,))
    if path.endswith("red_line"):
        path = f"{path}.value"
    if drawn.values:
        options = [value for value in drawn.values if isinstance(value, int) and not isinstance(value, bool)]
        if len(options) < len(drawn.values) or not isinstance(now, int):
            return Assumption(path, now, 0, 1, STEPS)
        others = tuple(
            sorted((value for value in options if value != now), key=lambda value: (abs(value - now), value))
        )
        return Assumption(path, now, min(options), max(options), STEPS, others)
    low, high = min(float(drawn.low), float(now)), max(float(drawn.high), float(now))
    form = RATIO if drawn.form == "log_uniform" and low > 0 else EVEN
    rest: tuple[tuple[str, float], ...] = ()
    whole = whole_of(scenario, path)
    if whole is not None and not whole.rest:
        rest = tuple((member, float(figure)) for member, figure in whole.members.items() if member != path)
        high = min(high, whole.total)
        if now >= whole.total:  # the others weigh nothing and cannot be scaled
            return None
    return Assumption(path, float(now), low, high, form, (), rest, whole.total if whole and rest else 0.0)
