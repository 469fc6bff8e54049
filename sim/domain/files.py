"""Scenario files: YAML read with a safe loader, ``extends`` laid over its base, changes by dotted path."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import yaml

from sim.domain.plain import is_list, is_mapping
from sim.domain.problems import ScenarioError, nearest, shown

_reader = cast(Any, yaml)
"""The reader, whose stubs leave streams, events and values without types."""

Places = dict[tuple[str | int, ...], tuple[str, int]]
"""Where each key was written: path -> (file, line)."""

LARGEST = 1 << 20
DEEPEST = 24
_LONGEST = 1024
"""Bits of a whole number; one that is longer than any figure stays the word that was written."""
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def shelf(kind: str = "scenarios") -> Path:
    """Folder of what comes with the program: scenarios, sweeps, lessons or power."""
    inside = Path(str(files("sim"))) / "configs" / kind
    return inside if inside.is_dir() else Path(str(files("sim"))).parent / "configs" / kind


def shipped(kind: str = "scenarios") -> tuple[str, ...]:
    """Names of what comes with the program, in alphabetical order."""
    return tuple(sorted(path.stem for path in shelf(kind).glob("*.yaml")))


LONGEST_NAME = 200
"""Characters of a name that a message repeats."""


def is_file(path: Path) -> bool:
    """Whether a file is there; a name that no file can have names none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Whether a folder is there, likewise."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def locate(name: str, beside: Path | None = None) -> Path:
    """Find a scenario by file name, by name beside another file, or by name on the shelf.

    Raises
    ------
    ScenarioError
        Where there is none, with the nearest name.
    """
    for candidate in (Path(name), *([beside / name, beside / f"{name}.yaml"] if beside else [])):
        if is_file(candidate):
            return candidate
    if name in shipped():
        return shelf() / f"{name}.yaml"
    if is_folder(Path(name)):
        raise ScenarioError(f"{name}: found a folder; expected a scenario file or the name of a scenario.")
    known = ", ".join(shipped())
    raise ScenarioError(
        f"{name[:LONGEST_NAME]}: found no such file or scenario; expected a YAML file or one of: {known}."
        f"{nearest(name, shipped())}"
    )


def read(path: Path) -> tuple[dict[str, Any], Places]:
    """Read one file, without its base.

    Returns
    -------
    tuple
        The content, and the line of every key. A file is parsed once a process: both are everybody's, so whoever changes
        something makes a new mapping, as ``lay_over`` and ``change`` do.

    Raises
    ------
    ScenarioError
        Not readable, larger than 1 MiB, not UTF-8 text, not YAML, a duplicate key, an alias, nested too deep.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise ScenarioError(f"{path}: found {size / 1e6:.1f} MB; expected a scenario file of at most 1 MB.")
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise ScenarioError(f"{path}: found a file that cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{path}: found bytes that are no text (at byte {error.start}); expected UTF-8.") from None
    return _parsed(text, path)


@functools.lru_cache(maxsize=32)
def _parsed(text: str, path: Path) -> tuple[dict[str, Any], Places]:
    """Content of a file's text, and where its keys stand."""
    try:
        _refuse_odd_structure(text, path)
        node: yaml.Node | None = _reader.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        if "nesting depth" in str(error.problem):
            # Newer readers stop by themselves, before the structure is looked at.
            raise ScenarioError(f"{path}:{line}: found more than {DEEPEST} levels; expected one scenario.") from None
        raise ScenarioError(f"{path}:{line}: found no valid YAML ({error.problem}); expected a mapping.") from None
    except yaml.YAMLError as error:
        reason = str(error).splitlines()[0][:100]
        raise ScenarioError(f"{path}: found no valid YAML ({reason}); expected a mapping.") from None
    places: Places = {}
    content = _build(node, (), str(path), places) if node is not None else None
    if not is_mapping(content):
        raise ScenarioError(f"{path}: the file: found {shown(content)}; expected a mapping of keys.")
    return content, places


def _refuse_odd_structure(text: str, path: Path) -> None:
    """Refuse aliases, several documents and depth before anything recursive walks the file."""
    depth = documents = 0
    for event in _reader.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise ScenarioError(f"{path}:{line}: found an anchor or alias; expected every figure written out.")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if depth > DEEPEST or documents > 1:
            found = "more than one document" if documents > 1 else f"more than {DEEPEST} levels"
            raise ScenarioError(f"{path}:{line}: found {found}; expected one scenario.")


def _build(node: yaml.Node, path: tuple[str | int, ...], file: str, places: Places) -> Any:
    """Turn a node into plain values, noting where each key stands; refuse duplicate keys."""
    places.setdefault(path, (file, node.start_mark.line + 1))
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise ScenarioError(f"{file}:{line}: found a key that is no word; expected a name.")
            key = key_node.value
            here = (*path, key)
            if key in result:
                dotted = ".".join(map(str, here))
                raise ScenarioError(f"{file}:{line}: {dotted}: found the key twice; expected it once.")
            places[here] = (file, line)
            result[key] = _build(value_node, here, file, places)
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*path, index), file, places) for index, item in enumerate(node.value)]
    try:
        value = _reader.constructor.SafeConstructor().construct_object(node)
    except (ValueError, yaml.YAMLError, OverflowError):
        value = node.value
    if isinstance(value, int) and value.bit_length() > _LONGEST:
        return node.value
    return value if isinstance(value, (str, int, float, bool, datetime.date, type(None))) else node.value


def gather(path: Path, seen: tuple[Path, ...] = ()) -> tuple[dict[str, Any], Places]:
    """Read a file and everything it extends, each laid over its base.

    Raises
    ------
    ScenarioError
        As ``read``; also where ``extends`` runs in a circle.
    """
    here = path.resolve()
    if here in seen:
        circle = " → ".join(step.name for step in (*seen[seen.index(here) :], here))
        raise ScenarioError(f"{path}: extends: found a circle ({circle}); expected a chain that ends.")
    content, places = read(path)
    base = content.get("extends")
    content = {key: value for key, value in content.items() if key != "extends"}
    if base is None:
        return content, places
    if not isinstance(base, str):
        raise ScenarioError(f"{path}: extends: found {shown(base)}; expected the name of a scenario.")
    try:
        found = locate(base, beside=path.parent)
    except ScenarioError as error:
        raise ScenarioError(f"{path}: extends: {error}") from None
    under, under_places = gather(found, (*seen, here))
    return lay_over(under, content), laid_places(under_places, places)


def laid_places(under: Places, over: Places) -> Places:
    """Where keys stand after one source was laid over another: what it wrote covers whatever stood below that key."""
    if not over:
        return under
    parents = {path[:-1] for path in over if path and not isinstance(path[-1], int)}
    covering = {path for path in over if path not in parents}
    kept = {
        path: place
        for path, place in under.items()
        if not any(path[:length] in covering for length in range(1, len(path)))
    }
    return {**kept, **over}


def lay_over(base: Any, top: Any) -> Any:
    """Merge ``top`` over ``base``: mappings key by key; a bare figure over a marked one becomes an assumption."""
    if is_mapping(base) and is_mapping(top):
        if "value" in top and "value" in base:
            return {**top}
        return {**base, **{key: laid(key, base.get(key), value) for key, value in top.items()}}
    if is_mapping(base) and "value" in base and top is not None:
        return {**{key: kept for key, kept in base.items() if key in ("hardness", "side")}, "value": top}
    return top


def laid(key: str, base: Any, top: Any) -> Any:
    """A key's value over that of the base; a tactic of another name brings its own parameters."""
    whole = key == "tactic" and is_mapping(base) and is_mapping(top) and top.get("name") != base.get("name")
    return top if base is None or (whole and "name" in top) else lay_over(base, top)


def change(content: dict[str, Any], changes: Iterable[str]) -> tuple[dict[str, Any], Places]:
    """Lay ``path=value`` changes over a scenario; values are read as YAML.

    Raises
    ------
    ScenarioError
        No equals sign, a path through something that is no mapping, a value that is no YAML.
    """
    places: Places = {}
    for text in changes:
        dotted, equals, raw = text.partition("=")
        keys = tuple(part.strip() for part in dotted.split("."))
        if not equals or not all(keys):
            raise ScenarioError(f"--set {text}: found no path=value; expected, say, outside.alarm=0.5")
        try:
            value = yaml.safe_load(raw)
        except yaml.YAMLError:
            raise ScenarioError(f"--set {text}: found a value that is no YAML; expected a figure or a word.") from None
        content = _placed(content, keys, value, f"--set {text}")
        for length in range(1, len(keys) + 1):
            places[tuple(int(key) if key.isdecimal() else key for key in keys[:length])] = (f"--set {text}", 0)
            places[keys[:length]] = (f"--set {text}", 0)
    return content, places


def _placed(node: Any, keys: tuple[str, ...], value: Any, label: str) -> Any:
    """A copy of ``node`` with ``value`` at ``keys``."""
    if not keys:
        return lay_over(node, value)
    key, rest = keys[0], keys[1:]
    if isinstance(node, dict) and "value" in node and isinstance(node["value"], list) and key.isdecimal():
        return {"value": _placed(node["value"], keys, value, label)}
    if is_list(node):
        if not key.isdecimal() or int(key) >= len(node):
            raise ScenarioError(f"{label}: found {key}; expected a number from 0 to {len(node) - 1}.")
        return [_placed(item, rest, value, label) if at == int(key) else item for at, item in enumerate(node)]
    if node is None:
        node = {}
    if not is_mapping(node):
        raise ScenarioError(f"{label}: found a figure where {key} was looked for; expected a shorter path.")
    if not rest:
        return {**node, key: laid(key, node.get(key), value)}
    return {**node, key: _placed(node.get(key), rest, value, label)}
