"""Tables in one stretch of memory, and where a figure of a scenario stands in it.

A sweep changes some figures from run to run. Laying a scenario out anew costs milliseconds, writing a figure to its place
nanoseconds. Which places a figure has is found by trying: what differs between layouts, and equals the figure in each.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from sim.domain.cells import Cell
from sim.domain.layout import tables
from sim.domain.parties import RedLine
from sim.domain.problems import shown
from sim.domain.scenario import Scenario
from sim.domain.tables import Tables

REAL, WHOLE, SWITCH = range(3)
"""Kinds of places: float64, int64, bool."""

_STEP = 8
_TRIED = (0, 1000, 500)
"""Figures to try: nothing, and more than any list or count holds. What a scenario allows is no matter, layouts take any.
A whole number may name an option, and what hangs on an option shows only where the figure meets it: all are tried."""


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


def places_of(scenario: Scenario, path: str) -> list[tuple[int, int]]:
    """Where the figure at a dotted path stands in the scenario's arena: (kind, place) pairs, none if nothing uses it.

    Raises
    ------
    NotAFigure
        The path leads to no plain number or switch, or what it changes is more than figures equal to it.
    """
    keys = tuple(path.split("."))
    found: list[Any] = []
    with contextlib.suppress(LookupError, ValueError):
        _with(scenario, keys, found.append)
    if not found or not isinstance(found[0], (bool, int, float)):
        raise NotAFigure(f"{path}: found no plain number or switch.")
    now = found[0]
    base = arena_of(tables(scenario))
    whole = (*range(base.tables.nu.shape[1]), *_TRIED) if type(now) is int else _TRIED
    others = [not now] if isinstance(now, bool) else [type(now)(v) for v in dict.fromkeys(whole) if v != now]
    laid = [base]
    try:
        laid += [arena_of(tables(_with(scenario, keys, lambda _, figure=figure: figure))) for figure in others]
        alike = all(np.array_equal(one.kinds, base.kinds) for one in laid)
    except (LookupError, ValueError):  # such a scenario has no layout
        alike = False
    if not alike:
        raise NotAFigure(f"{path}: found a value ({shown(now)}) that shapes the game; it needs its own layout.")
    figures = np.array([now, *others]).reshape(-1, 1)
    places = []
    for kind, columns in enumerate(zip(*((one.real, one.whole, one.switch) for one in laid))):
        at = np.flatnonzero(base.kinds == kind) // (1 if kind == SWITCH else _STEP)
        held = np.array([column[at] for column in columns])
        same = (held == held[0]) | ((held != held) & (held[0] != held[0]))  # NaN stands where nothing is given
        unlike = ~same.all(axis=0)
        if (held[:, unlike] != figures).any():
            raise NotAFigure(f"{path}: found a value that other figures follow from; it needs its own layout.")
        places += [(kind, place) for place in at[unlike].tolist()]
    return places


def _with(node: Any, keys: tuple[str, ...], put: Callable[[Any], Any]) -> Any:
    """A part of a scenario with another figure under ``keys``: what ``put`` makes of the present one.

    Raises
    ------
    LookupError
        Nothing stands there.
    """
    if isinstance(node, RedLine) and not keys:
        # A line written as a bare figure has no chance of its own.
        node, keys = node.model_copy(update={"resolve": None}), ("value",)
    if isinstance(node, Cell) and (not keys or (isinstance(node.value, tuple) and keys[0].isdecimal())):
        keys = ("value", *keys)
    if not keys:
        return put(node)
    key, rest = keys[0], keys[1:]
    if isinstance(node, BaseModel) and key in type(node).model_fields:
        return node.model_copy(update={key: _with(getattr(node, key), rest, put)})
    if isinstance(node, dict):
        return {**node, key: _with(node[key], rest, put)}
    if isinstance(node, tuple) and key.isdecimal():
        return (*node[: int(key)], _with(node[int(key)], rest, put), *node[int(key) + 1 :])
    raise LookupError(key)
