"""Many runs of one scenario, without Mesa: the same rules over the same table, compiled from the first act to the last.

Figures of the scenario may differ from run to run; they are written into the tables before each. The transcript of a run
is bit for bit that of the Mesa model (clause 11.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import draws as chance
from sim.compiled import remember
from sim.domain.arena import NotAFigure, are_figures, arena_of, places_of, places_together
from sim.domain.layout import tables
from sim.domain.scenario import Scenario
from sim.domain.tables import Tables
from sim.protocol.play import RUN, Room, drive
from sim.protocol.result import Field, fields_of
from sim.protocol.state import new_talk

__all__ = ["Engine", "Field", "NotAFigure", "figures_among", "is_figure"]

BLOCK = 512
"""Runs whose numbers of chance are drawn at once: some two MiB, which stay in the processor's cache."""


def is_figure(scenario: Scenario, path: str) -> bool:
    """Whether a dotted path leads to one plain number or switch that the tables take over unchanged."""
    try:
        places_of(scenario, path)
    except NotAFigure:
        return False
    return True


def figures_among(scenario: Scenario, paths: Iterable[str]) -> set[str]:
    """Which of some dotted paths lead to plain numbers or switches that the tables take over unchanged."""
    given = list(dict.fromkeys(paths))
    if len(given) < 2:
        return {path for path in given if is_figure(scenario, path)}
    if are_figures(scenario, given):
        return set(given)
    half = len(given) // 2  # a few that are none do not make each of the others be tried alone
    return figures_among(scenario, given[:half]) | figures_among(scenario, given[half:])


class Engine:
    """Plays runs of one scenario; one thread at a time.

    Parameters
    ----------
    scenario
        What is played.
    figures
        Dotted paths of plain numbers and switches that ``play`` gives each run its own value of.

    Attributes
    ----------
    scenario, figures
        As given.
    fields
        The figures of a result, in order.

    Raises
    ------
    NotAFigure
        A path whose change would need another layout: a name, a list, rounds, an order.
    """

    def __init__(self, scenario: Scenario, figures: Sequence[str] = ()) -> None:
        self.scenario, self.figures = scenario, tuple(figures)
        self.fields = fields_of(scenario)
        found = places_together(scenario, self.figures)
        places = [(kind, at, column) for column, own in enumerate(found) for kind, at in own]
        self._places = np.array(places, np.int64).reshape(-1, 3)
        self._take_room(tables(scenario))

    def _take_room(self, laid: Tables) -> None:
        self._arena = arena_of(laid)
        self._talk = new_talk(self._arena.tables)

    def copy(self) -> Engine:
        """Another engine like this one, for another thread.

        The figures that it is given stand in the copy as they stood in the last run here; each run brings all of them.
        """
        other = object.__new__(Engine)
        other.scenario, other.figures, other.fields = self.scenario, self.figures, self.fields
        other._places = self._places
        other._take_room(self._arena.tables)
        return other

    def play(self, seed: int, indices: NDArray[np.int64], values: NDArray[np.float64] | None = None) -> NDArray[Any]:
        """Play one run for each index.

        Parameters
        ----------
        seed
            0 to 2¹²⁸ − 1.
        indices
            int64[N], run indices from 0, in any order and as often as wanted.
        values
            float64[N, F], a value a figure for each run, in the order of ``figures``; switches are 0 or 1. They are
            taken as they are: what a scenario would refuse is for the caller to refuse.

        Returns
        -------
        records[N]
            One a run, with the names and dtypes of ``fields``.

        Raises
        ------
        ValueError
            Shapes that do not fit, an index that is negative or no whole number, a seed out of range, a figure that is
            not finite. Then nothing is played.
        """
        indices = _checked(indices)
        count = len(indices)
        values = np.empty((count, 0)) if values is None else np.ascontiguousarray(values, np.float64)
        if values.shape != (count, len(self.figures)):
            raise ValueError(f"values: found shape {values.shape}; expected {(count, len(self.figures))}.")
        if not np.isfinite(values).all():
            row, column = np.argwhere(~np.isfinite(values))[0]
            raise ValueError(f"{self.figures[column]}: found {values[row, column]} in row {row}; expected a figure.")
        rows = np.empty(count, [(field.name, field.dtype) for field in self.fields])
        figures = np.empty((min(count, BLOCK), len(self.fields)))
        arena, t = self._arena, self._arena.tables
        for first in range(0, count, BLOCK):
            part = slice(first, min(count, first + BLOCK))
            numbers, which = _numbers(seed, indices[part], int(t.n.draws))
            room = Room(arena.real, arena.whole, arena.switch, self._places, values[part], numbers, which, figures)
            drive(t, self._talk, room, RUN)
            for column, field in enumerate(self.fields):
                rows[field.name][part] = figures[: part.stop - first, column]
        remember()
        return rows


def _checked(indices: Any) -> NDArray[np.int64]:
    """Run indices that the numbers of chance reach: one row of whole numbers from 0 to 2⁶³ − 1."""
    given = np.asarray(indices)
    if given.ndim != 1:
        raise ValueError(f"indices: found shape {given.shape}; expected one row.")
    if len(given) and given.dtype.kind not in "iu":
        raise ValueError(f"indices: found {given.dtype} ({given[0]} first); expected whole numbers below 2^63.")
    whole = given.astype(np.int64)  # what is too large becomes negative
    if (whole < 0).any():
        raise ValueError(f"index: found {given[whole < 0][0]}; expected a whole number from 0 to 2^63 - 1.")
    return whole


def _numbers(seed: int, indices: NDArray[np.int64], needed: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The numbers of chance of some runs, each distinct run's once, and which row of them a run has."""
    distinct, which = np.unique(indices, return_inverse=True)
    stretches = np.split(distinct, np.flatnonzero(np.diff(distinct) != 1) + 1) if len(distinct) else []
    parts = [chance.rows(seed, int(stretch[0]), len(stretch), needed) for stretch in stretches]
    return (parts[0] if len(parts) == 1 else np.concatenate(parts)), which.astype(np.int64)
