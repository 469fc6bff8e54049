"""Dotted paths into a scenario: whether they lead somewhere, to what kind of figure, and which values it takes."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, cast

from pydantic import BaseModel, TypeAdapter, ValidationError

from sim.domain.catalogue import TACTICS
from sim.domain.cells import Cell, is_cell
from sim.domain.parties import RedLine, TacticChoice
from sim.domain.plain import is_mapping, is_tuple
from sim.domain.problems import Problem, shown
from sim.domain.scenario import Scenario

NO_RULE_READS = ("name", "title", "label", "summary", "date", "sources", "background", "history")
"""Parts of a scenario that are for people only: nothing can be learnt from varying them."""

FOR_PEOPLE = ("basis", "source", "note")


class Astray(ValueError):
    """A path that leads nowhere; ``problem`` says where it went wrong."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.found)
        self.problem = problem


@dataclass(frozen=True)
class Place:
    """Where a path ends.

    Attributes
    ----------
    path
        Dotted, without a last ``value``.
    node
        What stands there: a cell, a red line, a tactic, a plain figure, a list or None.
    kind
        Its annotation in the schema.
    bounds
        Lowest and highest figure that the schema takes; infinite where it does not say.
    """

    path: str
    node: Any
    kind: Any
    bounds: tuple[float, float]

    @property
    def value(self) -> Any:
        """The bare figure, name, switch or list; a red line's option."""
        node = self.node
        return node.value if is_cell(node) or isinstance(node, RedLine) else node

    @property
    def whole(self) -> bool:
        """Whether it takes whole numbers only."""
        return int in set(_plain(self.kind)) or RedLine in set(_plain(self.kind))

    @cached_property
    def _schema(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.kind)

    def refusal(self, value: Any) -> str:
        """What the schema expects where it does not take ``value``; empty where it does.

        A null is left to the scenario as a whole, which knows what it can do without.
        """
        if value is None:
            return ""
        if isinstance(value, bool) and bool not in set(_plain(self.kind)):
            return "a figure" if self.bounds != (0, 1) else "a figure from 0 to 1"
        if bool in set(_plain(self.kind)) and not isinstance(value, bool):
            return "true or false"
        if isinstance(value, float) and self.whole and not value.is_integer():
            return "a whole number"
        try:
            self._schema.validate_python(value)
        except ValidationError as error:
            text = str(error.errors(include_url=False)[0]["msg"])
            text = text.removeprefix("Input should be ").removeprefix("Value error, ")
            return text[:1].lower() + text[1:]
        return ""


def place_of(scenario: Scenario, path: str) -> Place:
    """Follow a path.

    Raises
    ------
    Astray
        It leads nowhere, to something that no rule reads, or to a whole part instead of one figure.
    """
    keys = tuple(path.split("."))
    if keys[0] in NO_RULE_READS or keys[-1] in FOR_PEOPLE:
        raise Astray(Problem((), f"{path}, which no rule reads", "the path to a figure, a switch, a name or a list"))
    if keys[-1] == "value":
        keys = keys[:-1]
    node: Any = scenario
    kind: Any = Scenario
    bounds = (float("-inf"), float("inf"))
    for at, key in enumerate(keys):
        if isinstance(node, Cell):
            cell = cast(Cell[Any], node)
            kind = _field(type(cell), "value")
            node = cell.value
        owner = node
        node, kind = _step(node, kind, key, keys[:at])
        bounds = _bounds(kind)
        if isinstance(owner, TacticChoice) and key in ("beta", "phi"):
            bounds = _tactic_bounds(owner, key, bounds)
    if isinstance(node, BaseModel) and not isinstance(node, (Cell, RedLine, TacticChoice)) and not _optional(kind):
        names = tuple(type(node).model_fields)
        raise Astray(Problem((), f"{path}, a whole part", f"one figure in it ({', '.join(names[:12])})"))
    if is_mapping(node):
        raise Astray(Problem((), f"{path}, a whole part", f"one figure in it ({', '.join(map(str, list(node)[:12]))})"))
    return Place(".".join(keys), node, kind, bounds)


def _step(node: Any, kind: Any, key: str, before: tuple[str, ...]) -> tuple[Any, Any]:
    """What stands under ``key``, and its annotation."""
    if isinstance(node, BaseModel):
        fields = type(node).model_fields
        if key in fields:
            return getattr(node, key), _field(type(node), key)
        names = tuple(name for name in fields if name not in FOR_PEOPLE)
    elif is_mapping(node):
        if key in node:
            return node[key], typing.get_args(_container(kind, dict))[1]
        names = tuple(node)
    elif is_tuple(node):
        if key.isdecimal() and int(key) < len(node):
            return node[int(key)], typing.get_args(_container(kind, tuple))[0]
        raise Astray(Problem((), f"{key} under {'.'.join(before)}", f"a number from 0 to {len(node) - 1}"))
    else:
        what = "nothing" if node is None else f"the figure {shown(node)}"
        raise Astray(Problem((), f"{what} at {'.'.join(before)} where {key} was looked for", "a shorter path"))
    where = f"under {'.'.join(before)}" if before else "in the scenario"
    listing = ", ".join(names) if len(names) <= 14 else f"{len(names)} known keys"
    raise Astray(Problem((), f'the unknown key "{key}" {where}', f"one of: {listing}", names, key))


def _field(model: type[BaseModel], name: str) -> Any:
    """Annotation of a field with the bounds that pydantic keeps apart from it."""
    field = model.model_fields[name]
    return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation


def _options(kind: Any) -> Iterator[Any]:
    """The alternatives of an annotation, None left out."""
    if typing.get_origin(kind) is Annotated:
        yield from _options(typing.get_args(kind)[0])
    elif typing.get_origin(kind) in (typing.Union, types.UnionType):
        for option in typing.get_args(kind):
            yield from _options(option)
    elif kind is not type(None):
        yield kind


def _optional(kind: Any) -> bool:
    return typing.get_origin(kind) in (typing.Union, types.UnionType) and type(None) in typing.get_args(kind)


def _container(kind: Any, origin: type) -> Any:
    """The dict or tuple among the alternatives."""
    return next(option for option in _options(kind) if typing.get_origin(option) is origin)


def _plain(kind: Any) -> Iterator[Any]:
    """The plain kinds behind an annotation: int, float, bool, str, a model."""
    for option in _options(kind):
        if isinstance(option, type) and issubclass(option, Cell):
            yield from _plain(option.model_fields["value"].annotation)
        else:
            yield option


def _bounds(kind: Any) -> tuple[float, float]:
    """Lowest and highest figure that an annotation takes."""
    low, high = float("-inf"), float("inf")
    if isinstance(kind, type) and issubclass(kind, Cell):
        return _bounds(_field(cast(type[Cell[Any]], kind), "value"))
    if typing.get_origin(kind) is Annotated:
        inner, *marks = typing.get_args(kind)
        low, high = _bounds(inner)
        for mark in marks:
            for part in getattr(mark, "metadata", [mark]):
                low = max(low, getattr(part, "ge", getattr(part, "gt", low)))
                high = min(high, getattr(part, "le", getattr(part, "lt", high)))
    elif typing.get_origin(kind) in (typing.Union, types.UnionType):
        return _bounds(next(iter(option for option in typing.get_args(kind) if option is not type(None))))
    return low, high


def _tactic_bounds(choice: TacticChoice, key: str, bounds: tuple[float, float]) -> tuple[float, float]:
    """The range of a tactic's parameter, which the catalogue gives (5.5)."""
    row = next(row for row in TACTICS if row.name == choice.name)
    return next(((one.low, one.high) for one in row.parameters if one.name == key), bounds)
