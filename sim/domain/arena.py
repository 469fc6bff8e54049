"""Tables in one stretch of memory, and where a figure of a scenario stands in it.

A sweep changes some figures from run to run. Laying a scenario out anew costs milliseconds, writing a figure to its place
nanoseconds. Which places a figure has is found by trying: what differs between two layouts, and equals the figure in both.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from sim.domain.files import change
from sim.domain.problems import ScenarioError, shown
from sim.domain.scenario import Scenario
from sim.domain.tables import Tables, tables

REAL, WHOLE, SWITCH = range(3)
"""Kinds of places: float64, int64, bool."""

_STEP = 8
_TRIED = (0.25, 0.75, 0.5, 0.125, 1.0, 2.0, 0.0, 3.0, 20.0, 40.0)


class NotAFigure(ValueError):
    """A path whose value is no plain figure that the tables take over unchanged."""


@dataclass(frozen=True)
class Arena:
    """Tables whose arrays are views of one buffer, and the buffer as figures of each kind.

    Attributes
    ----------
    tables
        What rules see.
    real, whole, switch
        float64[N], int64[N], bool[8 N] over the same memory.
    kinds
        int8[8 N]: the kind of the place that begins at a byte, -1 where none does.
    """

    tables: Tables
    real: NDArray[np.float64]
    whole: NDArray[np.int64]
    switch: NDArray[np.bool_]
    kinds: NDArray[np.int8]


def arena_of(laid: Tables) -> Arena:
    """Copy tables into one buffer."""
    leaves: list[Any] = []
    _collect(laid, leaves)
    sizes = [-(-np.asarray(leaf).nbytes // _STEP) * _STEP for leaf in leaves]
    buffer = np.zeros(sum(sizes), np.uint8)
    kinds = np.full(len(buffer), -1, np.int8)
    at, views = 0, []
    for leaf, size in zip(leaves, sizes):
        views.append(_placed(leaf, buffer[at : at + size], kinds[at : at + size]))
        at += size
    return Arena(
        _rebuilt(laid, iter(views)), buffer.view(np.float64), buffer.view(np.int64), buffer.view(np.bool_), kinds
    )


def _collect(node: Any, leaves: list[Any]) -> None:
    for part in node:
        if isinstance(part, tuple):
            _collect(part, leaves)
        else:
            leaves.append(part)


def _rebuilt(node: Any, views: Any) -> Any:
    return type(node)(*(_rebuilt(part, views) if isinstance(part, tuple) else next(views) for part in node))


def _placed(leaf: Any, room: NDArray[np.uint8], kinds: NDArray[np.int8]) -> Any:
    """A leaf of the tables as a view of ``room``; its places are noted in ``kinds``."""
    values = np.asarray(leaf)
    view = room[: values.nbytes].view(values.dtype).reshape(values.shape)
    view[...] = values
    columns = values.dtype.fields or {"": (values.dtype, 0)}
    for kind, offset in [(field[0], field[1]) for field in columns.values()]:
        code = {"f": REAL, "i": WHOLE, "b": SWITCH}[kind.kind]
        kinds[offset : values.nbytes : values.dtype.itemsize] = code
    if isinstance(leaf, np.record):
        return view.reshape(1).view(np.recarray)[0]
    return view.view(np.recarray) if isinstance(leaf, np.recarray) else view


class _Trial:
    """A scenario's plain content and layout, to compare layouts of changed ones with."""

    def __init__(self, scenario: Scenario) -> None:
        self.content = scenario.model_dump(mode="json")
        self.arena = arena_of(tables(scenario))

    def with_(self, path: str, value: float | bool) -> NDArray[np.uint8] | None:
        """The buffer of the scenario with a figure changed; None where it is another shape or no scenario."""
        text = str(value).lower() if isinstance(value, bool) else repr(value)
        try:
            # What only whole points must satisfy (saliences that sum to 100) is no matter here.
            scenario = Scenario.model_validate(change(self.content, [f"{path}={text}"])[0])
            arena = arena_of(tables(scenario))
        except (ScenarioError, ValidationError, ValueError, IndexError, KeyError):
            return None
        same = arena.kinds.shape == self.arena.kinds.shape and (arena.kinds == self.arena.kinds).all()
        return arena.real.view(np.uint8) if same else None

    def figure(self, path: str) -> float | bool | None:
        """The plain figure at a path, None where there is none."""
        node: Any = self.content
        for key in path.split("."):
            if isinstance(node, dict) and isinstance(node.get("value"), list) and key.isdigit():
                node = node["value"]
            if isinstance(node, list) and key.isdigit() and int(key) < len(node):
                node = node[int(key)]
            elif isinstance(node, dict) and key in node:
                node = node[key]
            else:
                return None
        node = node["value"] if isinstance(node, dict) and "value" in node else node
        return node if isinstance(node, (bool, int, float)) else None


@functools.lru_cache(maxsize=8)
def _trial(scenario_hash: str, scenario: _ByHash) -> _Trial:
    return _Trial(scenario.scenario)


@dataclass(frozen=True, eq=False)
class _ByHash:
    """A scenario that counts as any other in a cache keyed by its hash."""

    scenario: Scenario

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByHash)

    def __hash__(self) -> int:
        return 0


def places_of(scenario: Scenario, path: str) -> list[tuple[int, int]]:
    """Where the figure at a dotted path stands in the scenario's arena: (kind, place) pairs, none if nothing uses it.

    Raises
    ------
    NotAFigure
        The path leads to no plain number or switch, or what it changes is more than figures equal to it.
    """
    trial = _trial(scenario.hash, _ByHash(scenario))
    now = trial.figure(path)
    if now is None:
        raise NotAFigure(f"{path}: found no plain number or switch.")
    tried = (not now,) if isinstance(now, bool) else tuple(int(v) if isinstance(now, int) else v for v in _TRIED)
    base = trial.arena.real.view(np.uint8)
    found: list[list[tuple[int, int]]] = []
    for value in dict.fromkeys(tried):
        if value == now or len(found) == 2:
            continue
        other = trial.with_(path, value)
        if other is not None:
            found.append(_differences(trial.arena.kinds, base, other, value, path))
    wanted = 1 if isinstance(now, bool) else 2
    if len(found) < wanted or found[0] != found[-1]:
        raise NotAFigure(f"{path}: found a value ({shown(now)}) that shapes the game; it needs its own layout.")
    return found[0]


def _differences(
    kinds: NDArray[np.int8], base: NDArray[np.uint8], other: NDArray[np.uint8], value: float | bool, path: str
) -> list[tuple[int, int]]:
    """Places that differ, each of which must hold the value itself."""
    starts = np.flatnonzero(kinds >= 0)
    widths = np.where(kinds[starts] == SWITCH, 1, _STEP)
    unlike = np.flatnonzero(base != other)
    owners = np.unique(np.searchsorted(starts, unlike, side="right") - 1)
    places = []
    for owner in owners.tolist():
        start, kind = int(starts[owner]), int(kinds[starts[owner]])
        raw = other[start : start + int(widths[owner])]
        held = raw.view((np.float64, np.int64, np.bool_)[kind])[0]
        if held != value:
            raise NotAFigure(f"{path}: found a value that other figures follow from; it needs its own layout.")
        places.append((kind, start if kind == SWITCH else start // _STEP))
    return places
