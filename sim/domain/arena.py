"""Tables in one stretch of memory, and where a figure of a scenario stands in it.

A sweep changes some figures from run to run. Laying a scenario out anew costs milliseconds, writing a figure to its place
nanoseconds. Which places a figure has is found by trying: what differs between layouts, and equals the figure in each.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from sim.domain.cells import is_cell
from sim.domain.layout import tables
from sim.domain.parties import RedLine
from sim.domain.plain import is_mapping, is_tuple
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
    at = 0
    views: list[Any] = []
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
    found: list[Any] = []
    with contextlib.suppress(LookupError, ValueError):
        _with(scenario, _tree({path: found.append}))
    if not found or not isinstance(found[0], (bool, int, float)):
        raise NotAFigure(f"{path}: found no plain number or switch.")
    now = found[0]
    base = arena_of(tables(scenario))
    whole = (*range(base.tables.nu.shape[1]), *_TRIED) if type(now) is int else _TRIED
    others = [not now] if isinstance(now, bool) else [type(now)(v) for v in dict.fromkeys(whole) if v != now]
    laid = [base]
    try:
        laid += [arena_of(tables(_with(scenario, _tree({path: lambda _, v=v: v})))) for v in others]
        alike = all(np.array_equal(one.kinds, base.kinds) for one in laid)
    except (LookupError, ValueError):  # such a scenario has no layout
        alike = False
    if not alike:
        raise NotAFigure(f"{path}: found a value ({shown(now)}) that shapes the game; it needs its own layout.")
    figures = [now, *others]
    places: list[tuple[int, int]] = []
    for kind, found_at, held in _unlike(laid):
        if (held != figures).any():
            raise NotAFigure(f"{path}: found a value that other figures follow from; it needs its own layout.")
        places += [(kind, place) for place in found_at]
    return places


def places_together(scenario: Scenario, paths: Sequence[str]) -> list[list[tuple[int, int]]]:
    """``places_of`` for many paths, by some ten layouts in all instead of several each.

    All figures are tried at once, each by a row of figures that no other has. Where one place then follows none of
    them, or two paths lead to one figure, they are tried one by one.

    Raises
    ------
    NotAFigure
        As ``places_of``.
    """
    found = _tried_together(scenario, paths)
    return [places_of(scenario, path) for path in paths] if found is None else found


def are_figures(scenario: Scenario, paths: Sequence[str]) -> bool:
    """Whether all paths lead to figures of their own; False may also mean that this takes a look at each."""
    return _tried_together(scenario, paths) is not None


def _tried_together(scenario: Scenario, paths: Sequence[str]) -> list[list[tuple[int, int]]] | None:
    """Places of every path, or None where trying all at once leaves a doubt."""
    given: dict[str, Any] = {}
    base = arena_of(tables(scenario))
    options = range(base.tables.nu.shape[1])
    try:
        _with(scenario, _tree({path: lambda now, path=path: given.setdefault(path, now) for path in paths}))
        if len(given) != len(paths) or not all(isinstance(now, (bool, int, float)) for now in given.values()):
            return None
        rows = [_row(given[path], at, len(paths), options) for at, path in enumerate(paths)]
        laid = [base]
        for trial in list(zip(*rows))[1:]:
            laid.append(arena_of(tables(_with(scenario, _tree({p: lambda _, v=v: v for p, v in zip(paths, trial)})))))
    except (LookupError, ValueError):
        return None
    if not all(np.array_equal(one.kinds, base.kinds) for one in laid):
        return None
    wanted = {tuple(map(float, row)): at for at, row in enumerate(rows)}
    found: list[list[tuple[int, int]]] = [[] for _ in paths]
    for kind, places, held in _unlike(laid):
        for place, row in zip(places, held):
            at = wanted.get(tuple(map(float, row)))
            if at is None:
                return None
            found[at].append((kind, place))
    return found


def _row(now: Any, at: int, count: int, options: range) -> list[Any]:
    """What a figure is in each layout that tries all of them: as it is, nothing, every option, figures of its own twice.

    The two run against each other, so that the larger or the smaller of two figures is told from either.
    """
    if isinstance(now, bool):
        signs = [bool((at + 1) >> bit & 1) for bit in range(max(count.bit_length(), len(options)))]
        return [now, not now, *signs, now, not now]
    ends = [_TRIED[1] + at, _TRIED[1] + 2 * count - at]
    between = list(options) + [0] * (count.bit_length() - len(options))
    return [now, 0, *between, *ends] if isinstance(now, int) else [now, 0.0, *[now] * len(between), *map(float, ends)]


def _unlike(laid: list[Arena]) -> Iterator[tuple[int, list[int], NDArray[Any]]]:
    """By kind, the places in which layouts differ, and what each layout has there: [places, layouts]."""
    base = laid[0]
    for kind, columns in enumerate(zip(*((one.real, one.whole, one.switch) for one in laid))):
        at = np.flatnonzero(base.kinds == kind) // (1 if kind == SWITCH else _STEP)
        held = np.array([column[at] for column in columns])
        same = (held == held[0]) | ((held != held) & (held[0] != held[0]))  # NaN stands where nothing is given
        unlike = ~same.all(axis=0)
        yield kind, at[unlike].tolist(), held[:, unlike].T


_Put = Callable[[Any], Any]
"""What stands at a place of a scenario -> what shall stand there."""


def _tree(puts: dict[str, _Put]) -> dict[str, Any]:
    """Dotted paths as a tree of their keys, so that each part of a scenario is copied once.

    Raises
    ------
    LookupError
        A path leads to what another one leads through.
    """
    tree: dict[str, Any] = {}
    for path, put in puts.items():
        *way, last = path.split(".")
        node = tree
        for key in way:
            below = node.setdefault(key, {})
            if not is_mapping(below):
                raise LookupError(path)
            node = below
        if last in node:
            raise LookupError(path)
        node[last] = put
    return tree


def _with(node: Any, branch: Any) -> Any:
    """A part of a scenario with other figures under the keys of a tree (or, at the end of a path, put in its place).

    Raises
    ------
    LookupError
        Nothing stands there.
    """
    if isinstance(node, RedLine) and not is_mapping(branch):
        # A line written as a bare figure has no chance of its own.
        return _with(node.model_copy(update={"resolve": None}), {"value": branch})
    if is_cell(node) and (not is_mapping(branch) or (is_tuple(node.value) and next(iter(branch)).isdecimal())):
        return _with(node, {"value": branch})
    if not is_mapping(branch):
        return cast(_Put, branch)(node)
    if isinstance(node, BaseModel) and branch.keys() <= type(node).model_fields.keys():
        return node.model_copy(update={key: _with(getattr(node, key), rest) for key, rest in branch.items()})
    if is_mapping(node):
        return {**node, **{key: _with(node[key], rest) for key, rest in branch.items()}}
    if is_tuple(node) and all(key.isdecimal() for key in branch):
        parts = list(node)
        for key, rest in branch.items():
            parts[int(key)] = _with(parts[int(key)], rest)
        return tuple(parts)
    raise LookupError(next(iter(branch)))
