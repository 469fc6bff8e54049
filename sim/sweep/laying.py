"""How drawn values are laid over the scenario: each at its path, and parts of a whole so that their sum stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.domain.problems import ScenarioError
from sim.domain.scenario import Scenario
from sim.engine import figures_among, is_figure
from sim.sweep.factors import Factor, Values, completed
from sim.sweep.paths import Place


@dataclass(frozen=True)
class Laid:
    """Values of all points at one path.

    Attributes
    ----------
    path
        As in ``path=value``.
    values
        One a point.
    figure
        The path under which an engine takes them as figures of a run; None where they need their own scenario.
    owners
        Paths of the factors behind them: several where the values are parts of one whole.
    """

    path: str
    values: Values
    figure: str | None
    owners: frozenset[str]


@dataclass(frozen=True)
class Whole:
    """Figures of a scenario that sum to a total: a party's saliences, an alliance's shares, a challenger's types.

    Attributes
    ----------
    title
        For messages.
    members
        Paths with their present figures.
    total
        100 or 1.
    rest
        The member that a scenario does not write because it takes the rest; empty for none.
    """

    title: str
    members: dict[str, float]
    total: float
    rest: str = ""


def whole_of(scenario: Scenario, path: str) -> Whole | None:
    """The whole that a path is part of, if any (2.2, 2.6, 4.1)."""
    match path.split("."):
        case ["parties", party, "positions", issue, "salience"] if issue in scenario.active:
            given = scenario.parties[party].positions
            cells = {name: given[name].salience for name in scenario.active}
            members = {f"parties.{party}.positions.{name}.salience": cell.value for name, cell in cells.items() if cell}
            return Whole(f"saliences of {party}", members, 100.0)
        case ["parties", party, "blocs", _, "share"]:
            blocs = scenario.parties[party].blocs
            members = {f"parties.{party}.blocs.{name}.share": bloc.share.value for name, bloc in blocs.items()}
            return Whole(f"shares of {party}", members, 1.0)
        case ["parties", party, "types", _, "probability"]:
            types = scenario.parties[party].types
            known = {name: one.probability.value for name, one in types.items() if one.probability}
            left = next(name for name in types if name not in known)
            members = {f"parties.{party}.types.{name}.probability": value for name, value in known.items()}
            open_path = f"parties.{party}.types.{left}.probability"
            return Whole(f"probabilities of {party}", {**members, open_path: 1 - sum(known.values())}, 1.0, open_path)
        case _:
            return None


def lay(scenario: Scenario, factors: Sequence[Factor], drawn: Sequence[Values]) -> list[Laid]:
    """Everything that the points change, path by path.

    A salience, a share or the probability of the type that takes the rest is laid together with the others of its whole:
    those that are no factors, or only coded ones, are scaled by a common factor so that the sum stays. Where all members
    are factors, all are scaled.

    Raises
    ------
    ScenarioError
        Members of a whole that leave less than nothing for the others.
    """
    found: list[Laid] = []
    done: set[str] = set()
    wholes = {factor.path: whole_of(scenario, factor.path) for factor in factors}
    numbers = [place.path for f, v in zip(factors, drawn) if isinstance(v, np.ndarray) for place in (f.place, *f.also)]
    members = [path for whole in wholes.values() if whole for path in whole.members if path != whole.rest]
    figures = figures_among(scenario, [*numbers, *members])
    by_path = {factor.path: (factor, values) for factor, values in zip(factors, drawn)}
    for factor, values in zip(factors, drawn):
        if factor.path in done:
            continue
        whole = wholes[factor.path]
        if whole is not None and (not whole.rest or whole.rest in by_path):
            scaled = _scaled(whole, by_path)
            done |= set(scaled)
            scaled.pop(whole.rest, None)
            plain = scaled.keys() <= figures
            owners = frozenset(path for path in whole.members if path in by_path)
            found += [Laid(path, one, path if plain else None, owners) for path, one in scaled.items()]
            continue
        for place in (factor.place, *factor.also):
            found.append(_laid(scenario, place, values, figures, frozenset({factor.path})))
    return found


def _scaled(whole: Whole, by_path: dict[str, tuple[Factor, Values]]) -> dict[str, NDArray[np.float64]]:
    """Figures of all members of a whole at every point, summing to its total."""
    size = next(len(by_path[path][1]) for path in whole.members if path in by_path)
    figures = {
        path: np.asarray(by_path[path][1], float) if path in by_path else np.full(size, float(base))
        for path, base in whole.members.items()
    }
    kept = {path for path in figures if path in by_path and not by_path[path][0].coded}
    loose = [path for path in figures if path not in kept]
    room = sum((figures[path] for path in loose), np.zeros(size))
    if not room.any():
        kept, loose = set[str](), list(figures)
        room = sum(figures.values(), np.zeros(size))
    left = whole.total - sum((figures[path] for path in kept), np.zeros(size))
    if (left < -1e-9).any() or ((room <= 0) & (left > 1e-9)).any():
        worst = float(whole.total - left.min())
        names = ", ".join(by_path[path][0].name for path in sorted(kept)) or whole.title
        raise ScenarioError(
            f"factors: {whole.title}: found {names} adding up to {worst:g} at some point; "
            f"expected room for the others, which are scaled so that all sum to {whole.total:g}."
        )
    left = np.maximum(left, 0.0)
    if len(loose) == 1:
        return {path: one if path in kept else left for path, one in figures.items()}
    scale = left / np.where(room > 0, room, 1.0)
    # A factor at the scenario's own figure leaves the others as they are, to the last bit.
    scale = np.where(np.abs(scale - 1) < 1e-12, 1.0, scale)
    return {path: one if path in kept else one * scale for path, one in figures.items()}


def _laid(scenario: Scenario, place: Place, values: Values, figures: set[str], owners: frozenset[str]) -> Laid:
    """Values at one place that is no part of a whole."""
    path = place.path
    if path.endswith("red_line") and isinstance(values, np.ndarray):
        # The option alone, so that hardness, chance and mark of the line stay.
        full = f"{path}.value"
        figure = path if path in figures else full if is_figure(scenario, full) else None
        return Laid(f"{path}.value", values, figure, owners)
    if isinstance(values, np.ndarray):
        return Laid(path, values, path if path in figures else None, owners)
    return Laid(path, [completed(place, value) for value in values], None, owners)
