"""Lines that a program wrote, read with care: what is wrong with one is said in one sentence."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ValidationError

from sim.domain.plain import is_mapping
from sim.domain.problems import nearest, shown
from sim.seats.messages import Answer, Ask, Ready


class BadLine(ValueError):
    """A line that says nothing the protocol knows; its text says what was found and expected."""


def ready_of(line: bytes) -> Ready:
    """The answer to hello.

    Raises
    ------
    BadLine
        Anything else.
    """
    return _read(_object(line), Ready)


def answer_of(line: bytes) -> Answer | Ask:
    """An act or a question.

    Raises
    ------
    BadLine
        Anything else.
    """
    found = _object(line)
    return _read(found, Ask if "ask" in found else Answer)


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line.decode("utf-8"), parse_constant=_no_number, object_pairs_hook=_once)
    except UnicodeDecodeError:
        raise BadLine("found a line that is not UTF-8; expected one line of JSON.") from None
    except RecursionError:
        raise BadLine("found brackets within brackets without end; expected one JSON object.") from None
    except BadLine:
        raise
    except ValueError:
        raise BadLine(f"found {shown(_text(line))}; expected one line of JSON.") from None
    if not is_mapping(found):
        raise BadLine(f"found {shown(_text(line))}; expected one JSON object.")
    return found


def _text(line: bytes) -> str:
    return "".join(letter if letter.isprintable() else "·" for letter in line.decode("utf-8", "replace").strip())


def _no_number(word: str) -> None:
    raise BadLine(f"found {word}; expected JSON, which has no such number.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadLine(f"found a key twice among {', '.join(key for key, _ in pairs[:6])}; expected each once.")
    return found


def _read(found: dict[str, Any], model: type[Any]) -> Any:
    try:
        # Through JSON once more: there numbers are not strings, and a list may stand for a tuple.
        return model.model_validate_json(json.dumps(found))
    except (ValidationError, RecursionError) as error:
        raise BadLine(_words(error, found, model)) from None


def _words(error: Exception, found: dict[str, Any], model: type[BaseModel]) -> str:
    """The first of the complaints, an unknown key before a missing one."""
    if not isinstance(error, ValidationError):
        return "found brackets within brackets without end; expected one JSON object."
    known = tuple(model.model_fields)
    first: Any = min(error.errors(include_url=False), key=lambda item: item["type"] != "extra_forbidden")
    path, kind = ".".join(str(part) for part in first["loc"]), first["type"]
    if kind == "extra_forbidden":
        return f"found the key {shown(path)}; expected {', '.join(known)}.{nearest(path, known)}"
    if kind == "missing":
        return f"found {shown(json.dumps(found))}; expected the key {path}."
    if kind == "literal_error":
        choice = str(first["ctx"]["expected"]).replace("'", "")
        names = tuple(choice.replace(" or ", ", ").split(", "))
        return f"{path}: found {shown(first['input'])}; expected {choice}.{nearest(str(first['input']), names)}"
    words = str(first["msg"])
    return f"{path}: found {shown(first['input'])}; {words[:1].lower()}{words[1:].rstrip('.')}."
