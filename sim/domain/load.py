"""From a file to a Scenario: schema, then everything that one key alone cannot tell."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from sim.domain.check import problems_of
from sim.domain.files import Places, change, gather, laid_places, locate
from sim.domain.problems import Problem, ScenarioError, message, shown
from sim.domain.scenario import Scenario


def load_scenario(name: str | Path, changes: Iterable[str] = ()) -> Scenario:
    """Read, check and freeze a scenario.

    Parameters
    ----------
    name
        A YAML file, or the name of a scenario that comes with the program ("january-2022").
    changes
        ``path=value`` strings, laid over the file in order ("outside.alarm=0.5").

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        With one message for people: file, path to the key, found, expected, nearest name.
    """
    path = locate(str(name))
    content, places = gather(path)
    changed, changed_places = change(content, changes)
    return build(changed, laid_places(places, changed_places), str(path))


def build(content: dict[str, Any], places: Places | None = None, file: str = "scenario") -> Scenario:
    """Check plain values and freeze them into a Scenario.

    Raises
    ------
    ScenarioError
        As ``load_scenario``.
    """
    places = places or {}
    try:
        scenario = Scenario.model_validate(content)
    except ValidationError as error:
        problems = [_problem(dict(item)) for item in error.errors(include_url=False)]
        # A misspelt key both is unknown and leaves another missing: say the misspelling first.
        problems.sort(key=lambda problem: problem.found == "nothing")
        raise ScenarioError(message(problems, places, file)) from None
    problems = problems_of(scenario)
    if problems:
        raise ScenarioError(message(problems, places, file))
    return scenario


def _problem(item: dict[str, Any]) -> Problem:
    """One of the schema's complaints in our words."""
    path = tuple(part for part in item["loc"])
    kind, found = item["type"], shown(item.get("input"))
    if kind == "missing":
        near = path[-1] if path else ""
        return Problem(path, "nothing", f"the key {near}")
    if kind == "extra_forbidden":
        known = _fields_at(path[:-1])
        listing = ", ".join(known) if len(known) <= 14 else f"one of {len(known)} known keys"
        return Problem(path, f'the unknown key "{path[-1]}"', f"one of: {listing}", known, str(path[-1]))
    if kind == "literal_error":
        expected = str(item["ctx"]["expected"]).replace("'", "")
        return Problem(path, found, expected, tuple(expected.replace(" or ", ", ").split(", ")), str(item["input"]))
    text = str(item["msg"])
    for opening in ("Input should be ", "Value should ", "String should ", "Tuple should "):
        text = text.removeprefix(opening)
    if kind == "finite_number":
        text = "a finite number"
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        text = "a mapping of keys"
    return Problem(path, found, text[:1].lower() + text[1:])


def _fields_at(path: tuple[Any, ...]) -> tuple[str, ...]:
    """Names of the keys that may stand at a path, read off the schema."""
    kind: Any = Scenario
    for part in path:
        kind = _inner(kind, part)
        if kind is None:
            return ()
    kind = _model(kind)
    return tuple(kind.model_fields) if kind else ()


def _model(kind: Any) -> type[BaseModel] | None:
    """The pydantic model behind an annotation, if there is one."""
    for option in (kind, *typing.get_args(kind)):
        if isinstance(option, type) and issubclass(option, BaseModel):
            return option
        if typing.get_origin(option) is not None and option is not kind:
            inner = _model(option)
            if inner:
                return inner
    return None


def _inner(kind: Any, part: Any) -> Any:
    """The annotation of what stands under ``part`` in ``kind``."""
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType, typing.Annotated):
        return next((found for option in typing.get_args(kind) if (found := _inner(option, part)) is not None), None)
    if origin in (dict, tuple):
        return typing.get_args(kind)[1 if origin is dict else 0]
    if isinstance(kind, type) and issubclass(kind, BaseModel) and part in kind.model_fields:
        field = kind.model_fields[part]
        return field.annotation
    return None
