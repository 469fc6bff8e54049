"""The uncertainty of the coding as a set of factors: every cell drawn from a range that its mark sets (clause 14.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sim.domain.cells import Cell
from sim.domain.parties import RedLine
from sim.domain.plain import is_mapping, is_tuple
from sim.domain.scenario import Scenario
from sim.sweep.distributions import Distribution, listed
from sim.sweep.factors import Factor
from sim.sweep.paths import Place, place_of


@dataclass(frozen=True)
class Width:
    """How far a mark lets a cell stray.

    Attributes
    ----------
    relative
        Of amounts without a natural top (saliences, severities, payoffs' spread, patience, rounds): uniform within
        ± this share of the figure.
    absolute
        Of shares, probabilities, values and payoffs, which all live on a scale of about [0, 1]: uniform within ± this
        much, cut to the legal range.
    step
        Of options (preferred, red lines, status quo): chance to move one option down, and the same to move one up; a
        move past the last option stays.
    turn
        Of switches: chance to be turned over. Of lists of names: chance that one name, any, is missing.
    """

    relative: float
    absolute: float
    step: float
    turn: float


WIDTHS: dict[str, Width] = {
    # The page says so: nothing to doubt that a sweep could tell.
    "cited": Width(0.0, 0.0, 0.0, 0.0),
    # A page and judgement: another coder with the same page would rarely differ by more than a fifth, or name another option.
    "inferred": Width(0.2, 0.05, 0.1, 0.05),
    # Judgement alone supports the order, not the numbers: half as much again or half as much, and every other option one off.
    "estimate": Width(0.5, 0.15, 0.25, 0.15),
    # A what-if claims nothing about the world, so there is nothing to be wrong about.
    "assumed": Width(0.0, 0.0, 0.0, 0.0),
}
"""By mark. What is drawn is the coder's judgement, not the world: ranges are wide enough that a second coder would land
inside them, and flat because nobody knows which way the first one erred."""

UTILITIES = ("payoff_mean", "reservation")
"""Cells without a legal range that live on the scale of utility."""


def coded_factors(scenario: Scenario, widths: Mapping[str, Width], only: tuple[str, ...] = ()) -> list[Factor]:
    """A factor for every cell whose mark leaves it a range.

    Left fixed: cells of issues that are out of the game, figures of 0 without a legal top, and what bears no mark of its
    own (tactics, names, agendas, the form of a linkage).

    Parameters
    ----------
    scenario
        Whose cells.
    widths
        By mark.
    only
        Openings of paths to which the set is confined; empty for all.

    Returns
    -------
    list of Factor
        Without names, in the order of the scenario.
    """
    found: list[Factor] = []
    for path, node in _marked(scenario, ""):
        idle = any(f".{name}." in f".{path}." for name in scenario.issues if name not in scenario.active)
        wanted = not only or any(f"{path}.".startswith(f"{start}.") for start in only)
        if not idle and wanted:
            found += [
                Factor("", place, drawn, coded=True)
                for place, drawn in _ranges(scenario, path, node, widths[node.basis])
            ]
    return found


def _marked(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every cell and red line with its path."""
    if isinstance(node, Cell):
        yield path, node
        return
    if isinstance(node, RedLine):
        yield path, node
    inside: list[tuple[Any, Any]]
    if is_mapping(node):
        inside = list(node.items())
    elif is_tuple(node):
        inside = list(enumerate(node))
    else:
        fields: Iterable[str] = getattr(cast(Any, type(node)), "model_fields", ())
        inside = [(name, getattr(node, name)) for name in fields]
    for key, value in inside:
        yield from _marked(value, f"{path}.{key}" if path else str(key))


def _ranges(scenario: Scenario, path: str, node: Any, width: Width) -> Iterator[tuple[Place, Distribution]]:
    """What is drawn for one cell: one range, or one an option where the cell is a list of figures."""
    value, place = node.value, place_of(scenario, path)
    several: tuple[Any, ...] = cast(tuple[Any, ...], value) if isinstance(value, tuple) else ()
    last = path.rpartition(".")[2]
    if isinstance(value, bool):
        if width.turn:
            yield place, listed((value, not value), (1 - width.turn, width.turn))
    elif several and isinstance(several[0], str):
        fewer = [tuple(name for name in several if name != left) for left in several] if len(several) > 1 else []
        if fewer and width.turn:
            yield place, listed((several, *fewer), (1 - width.turn, *[width.turn / len(fewer)] * len(fewer)))
    elif isinstance(value, tuple):
        for at in range(len(several)):
            inner = place_of(scenario, f"{path}.{at}")
            yield from _figure(inner, float(inner.value), width, absolute=inner.bounds == (0, 1))
    elif last in ("preferred", "status_quo", "red_line"):
        issue = path.split(".")[1 if last == "status_quo" else -2]
        yield from _option(place, value, len(scenario.issues[issue].options) - 1, width)
    elif place.whole:
        low, high = max(1, round(value * (1 - width.relative))), round(value * (1 + width.relative))
        if low < high:
            yield place, Distribution("integers", (low, high), low, high)
    else:
        yield from _figure(place, float(value), width, absolute=place.bounds == (0, 1) or last in UTILITIES)


def _figure(place: Place, value: float, width: Width, *, absolute: bool) -> Iterator[tuple[Place, Distribution]]:
    reach = width.absolute if absolute else abs(value) * width.relative
    low, high = max(place.bounds[0], value - reach), min(place.bounds[1], value + reach)
    if low < high:
        yield place, Distribution("uniform", (low, high), low, high)


def _option(place: Place, value: int, last: int, width: Width) -> Iterator[tuple[Place, Distribution]]:
    moves = {option: width.step for option in (value - 1, value + 1) if 0 <= option <= last}
    if width.step:
        chances = {**moves, value: 1 - sum(moves.values())}
        options = sorted(option for option, chance in chances.items() if chance > 0)
        yield place, listed(tuple(options), tuple(chances[option] for option in options))
