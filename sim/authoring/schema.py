"""JSON Schema (draft 2020-12) of the files that people write, so that editors complete keys and mark mistakes.

Made from the models that check the files, so the two cannot drift apart. A schema knows keys, kinds and ranges; what one key
alone cannot tell (names that must exist, weights that sum) is for ``detente validate``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from sim.authoring.described import described
from sim.domain.plain import is_list, is_mapping
from sim.domain.scenario import Scenario

KINDS = ("scenario", "sweep", "lesson")
DRAFT = "https://json-schema.org/draft/2020-12/schema"
MARK = "Written by `detente schema`; made from the models that read the files."
"""Stands in every schema, so that one's own file is told from one that may be written over."""

_SWITCH = {"enum": [True, False, "yes", "no", "on", "off", "true", "false"]}
"""YAML 1.1, which this program reads, knows more words for a switch than YAML 1.2, which editors read."""
_WORD_FIGURE = {"type": "string", "pattern": r"^[-+]?[0-9][0-9_]*(\.[0-9]*)?([eE][-+]?[0-9]+)?$"}
"""A figure such as 1e-3, which YAML 1.1 takes for a word."""
_PARTIAL = "-partial"

Schema = dict[str, Any]


def schema_of(kind: str) -> Schema:
    """The schema of a kind of file, ready for ``json.dumps``.

    Parameters
    ----------
    kind
        One of ``KINDS``.

    Raises
    ------
    KeyError
        Another kind.
    """
    model = _models()[kind]
    raw = model.model_json_schema(mode="validation")
    definitions = {**raw.pop("$defs", {}), model.__name__: raw}
    names = {name: _plain(name) for name in definitions}
    strict = {names[name]: _tidied(part, names) for name, part in definitions.items()}
    described(strict, model)
    strict = {name: _cell(part) if name.startswith("Cell") else part for name, part in strict.items()}
    if kind == "lesson":
        strict["Asked"] = _either(strict["Asked"], {"type": "string"})  # plain text is an open question
    if kind == "sweep":
        strict["SweepFile"]["properties"]["design"] = _either(
            strict["SweepFile"]["properties"]["design"], {"enum": ["factorial"]}
        )
    top: Schema = {"$schema": DRAFT, "title": f"Détente: {kind} file", "$comment": MARK}
    whole = {"$ref": f"#/$defs/{model.__name__}"}
    if kind == "sweep":
        return {**top, **whole, "$defs": strict}
    partial = {name + _PARTIAL: _loosened(name, part) for name, part in strict.items()}
    base = {
        "type": "string",
        "description": "Name or file of what this file lies over; then only what differs is written.",
    }
    partial[model.__name__ + _PARTIAL]["properties"]["extends"] = base
    return {
        **top,
        "type": "object",
        "if": {"required": ["extends"]},
        "then": {"$ref": f"#/$defs/{model.__name__}{_PARTIAL}"},
        "else": whole,
        "$defs": {**strict, **partial},
    }


def _models() -> Mapping[str, type[BaseModel]]:
    from sim.classroom.lesson import Lesson
    from sim.sweep.schema import SweepFile

    return {"scenario": Scenario, "sweep": SweepFile, "lesson": Lesson}


def _plain(name: str) -> str:
    """A definition's name without what only the library needs to know: Cell_float_ge_0_le_1."""
    if not name.startswith("Cell"):
        return name
    kind = "_".join(re.findall(r"(?<![a-z])(tuple|float|int|bool|str|ge_[0-9]+|le_[0-9]+)(?![a-z])", name, re.I))
    return f"Cell_{kind}"


def _tidied(node: Any, names: Mapping[str, str]) -> Any:
    """A part of the schema with our names and words, without titles that repeat a key."""
    if is_list(node):
        return [_tidied(part, names) for part in node]
    if not is_mapping(node):
        return node
    pointed: dict[str, Any] = (
        {**node, "$ref": "#/$defs/" + names[node["$ref"].rsplit("/", 1)[1]]} if "$ref" in node else node
    )
    found: dict[str, Any] = {}
    for key, part in pointed.items():
        if key == "title" and isinstance(part, str):
            continue
        if key == "properties" and is_mapping(part):
            found[key] = {name: _tidied(one, names) for name, one in part.items()}
        elif key == "default":
            plain = part["value"] if is_mapping(part) and "basis" in part else part
            if not isinstance(plain, dict):  # an empty mapping or a whole part tells nothing
                found[key] = plain
        else:
            found[key] = _tidied(part, names)
    if found.get("type") == "boolean":
        return {**{k: v for k, v in found.items() if k != "type"}, **_SWITCH}
    if found.get("type") in ("number", "integer"):
        outside = {key: found.pop(key) for key in ("default", "description") if key in found}
        return {"anyOf": [found, _WORD_FIGURE], **outside}
    return found


def _either(one: Schema, other: Schema) -> Schema:
    """Either of two, described as the first."""
    outside = {key: one[key] for key in ("description", "default") if key in one}
    return {"anyOf": [{k: v for k, v in one.items() if k not in outside}, other], **outside}


def _cell(part: Schema) -> Schema:
    """A cell: the bare figure, or the figure with its mark and sources."""
    return {"anyOf": [_bare(part), part]}


def _bare(part: Schema) -> Schema:
    """The figure of a cell by itself; what it means stands at the key that holds it."""
    return {key: value for key, value in part["properties"]["value"].items() if key != "description"}


def _loosened(name: str, part: Any) -> Any:
    """A part as it may stand in a file that extends another: no key must be there; lists replace, so theirs are whole."""
    loose = _without_required(part)
    if name == "RedLine":
        return {"anyOf": [_bare(part), loose]}
    return loose


def _without_required(node: Any) -> Any:
    if is_list(node):
        return [_without_required(part) for part in node]
    if not is_mapping(node):
        return node
    if "$ref" in node:
        return {**node, "$ref": node["$ref"] + _PARTIAL}
    found: Schema = {}
    for key, part in node.items():
        if key in ("items", "prefixItems"):
            found[key] = part
        elif key == "properties":
            found[key] = {name: _without_required(one) for name, one in part.items()}
        elif key not in ("required", "minProperties"):
            found[key] = _without_required(part)
    return found
