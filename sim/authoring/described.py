"""What every key means, taken from the docstrings of the models, for the boxes that editors show."""

from __future__ import annotations

import inspect
import re
import typing
from typing import Any

from pydantic import BaseModel


def described(definitions: dict[str, dict[str, Any]], model: type[BaseModel]) -> None:
    """Write into every object of a schema what it and its keys mean.

    Parameters
    ----------
    definitions
        The schema's objects by the name of their model; changed in place.
    model
        The outermost model.
    """
    for kind in reached(model, {}).values():
        name = "Cell" if kind.__name__.startswith("Cell[") else kind.__name__
        for key, given in definitions.items():
            if key == name or (name == "Cell" and key.startswith("Cell_")):
                _write(given, kind)


def _write(given: dict[str, Any], kind: type[BaseModel]) -> None:
    text, own = meanings(kind)
    given["description"] = text
    for name, part in given.get("properties", {}).items():
        part["description"] = own.get(name, text)


def meanings(kind: type[BaseModel]) -> tuple[str, dict[str, str]]:
    """What a model is, in a sentence or two, and what each of its keys means where its docstring says so."""
    opening, _, rest = (inspect.getdoc(kind) or "").partition("Attributes\n----------\n")
    found: dict[str, str] = {}
    for block in re.split(r"\n(?=\S)", rest.strip("\n")):
        names, _, words = block.partition("\n")
        for name in names.split(","):
            if words.strip():
                found[name.strip()] = _line(words)
    return _line(opening), found


def _line(text: str) -> str:
    return " ".join(text.replace("``", "").split())


def reached(kind: Any, found: dict[str, type[BaseModel]]) -> dict[str, type[BaseModel]]:
    """Every model that an annotation leads to, by name."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if kind.__name__ not in found:
            found[kind.__name__] = kind
            for field in kind.model_fields.values():
                reached(field.annotation, found)
    for part in typing.get_args(kind):
        reached(part, found)
    return found
