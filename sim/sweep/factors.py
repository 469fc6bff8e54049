"""What varies: factors, their short names, and their values in words and as a scenario takes them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from sim.domain.parties import RedLine, TacticChoice
from sim.domain.plain import is_list, is_mapping, is_tuple
from sim.sweep.distributions import Distribution
from sim.sweep.paths import Place

TAKEN = ("row", "point", "replication", "index", "seed", "status", "clause", "message")
"""Names of the columns that every study has."""

Values = NDArray[Any] | list[Any]


@dataclass(frozen=True)
class Factor:
    """Something that varies from point to point.

    Attributes
    ----------
    name
        Of its column: lower case with underscores.
    place
        Where its path ends.
    distribution
        None where a file lists the points.
    also
        Further places that get the same value.
    labels
        Words for the values of a list, in order; empty for the values themselves.
    coded
        Whether it stands for the uncertainty of a coded cell (14.1).
    """

    name: str
    place: Place
    distribution: Distribution | None
    also: tuple[Place, ...] = ()
    labels: tuple[str, ...] = ()
    coded: bool = False

    @property
    def path(self) -> str:
        """The path of its first place."""
        return self.place.path

    def column(self, values: Values) -> Values:
        """Values as a column: figures and switches as they are, everything else in words."""
        if isinstance(values, np.ndarray):
            return values
        if self.labels and self.distribution is not None:
            words = dict(zip(map(written, self.distribution.values), self.labels))
            return [words[written(value)] for value in values]
        plain = typed(values)
        return plain if isinstance(plain, np.ndarray) else [in_words(value) for value in values]


def written(value: Any) -> str:
    """A value as ``path=value`` takes it, exact: reading it back gives the same value."""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, (float, np.floating)):
        text = repr(float(cast(float, value)))
        mantissa, e, power = text.partition("e")
        return f"{mantissa}.0e{power}" if e and "." not in mantissa else text
    if isinstance(value, (int, np.integer)):
        return str(int(cast(int, value)))
    if is_mapping(value):
        return "{" + ", ".join(f"{written(str(key))}: {written(one)}" for key, one in value.items()) + "}"
    if is_list(value) or is_tuple(value):
        return "[" + ", ".join(map(written, value)) + "]"
    # YAML takes JSON's quotes, but wants what cannot be printed escaped in its own way.
    quoted = json.dumps(str(value), ensure_ascii=False)
    return "".join(sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in quoted)


def in_words(value: Any) -> str:
    """A value of a column that holds words: a tactic by its name and parameters, a list joined, null as none."""
    if is_mapping(value) and "name" in value:
        rest = ", ".join(f"{key} {written(one)}" for key, one in value.items() if key != "name" and one is not None)
        return f"{value['name']} ({rest})" if rest else str(value["name"])
    if is_mapping(value):
        return ", ".join(f"{key} {in_words(one)}" for key, one in value.items() if one is not None)
    if is_list(value) or is_tuple(value):
        return ", ".join(map(in_words, value))
    if value is None:
        return "none"
    return value if isinstance(value, str) else written(value)


def typed(values: Sequence[Any]) -> Values:
    """An array of switches, whole numbers or floats where all values are such; else the list."""
    kinds: set[type] = {type(value) for value in values}
    for allowed, dtype in (({bool}, np.bool_), ({int}, np.int64), ({int, float}, np.float64)):
        if kinds and kinds <= allowed:
            return np.array(values, dtype)
    return list(values)


def completed(place: Place, value: Any) -> Any:
    """A value so that nothing of the scenario's own shines through where whole parts are laid over others.

    A tactic named by one word, or without its parameters, gets the catalogue's own and not those of the tactic that it
    replaces. A red line given by its option keeps hardness, side and resolve.
    """
    if place.path.endswith("tactic") and value is not None:
        given = {"name": value} if isinstance(value, str) else value
        return {**dict.fromkeys(TacticChoice.model_fields), **given} if isinstance(given, dict) else given
    if place.path.endswith("red_line") and type(value) is int:
        base = place.node.model_dump(mode="json") if isinstance(place.node, RedLine) else {}
        return {**base, "value": value}
    return value


def named(paths: Sequence[str], given: Sequence[str]) -> list[str]:
    """Column names: those given, else the shortest tail of the path that no other has and that starts with a letter."""
    names = list(given)
    tails = [_tails(path) for path in paths]
    counted: dict[str, int] = {}
    for tail in (one for row in tails for one in row):
        counted[tail] = counted.get(tail, 0) + 1
    for at, row in enumerate(tails):
        if not names[at]:
            free = (one for one in row if counted[one] == 1 and one[0].isalpha() and one not in (*TAKEN, *given))
            names[at] = next(free, row[-1])
    return names


def _tails(path: str) -> list[str]:
    keys = path.lower().replace("-", "_").split(".")
    return ["_".join(keys[-length:]) for length in range(1, len(keys) + 1)]


def overlapping(paths: Iterable[str]) -> tuple[str, str] | None:
    """Two paths of which one is the other or lies inside it."""
    ordered = sorted(tuple(path.split(".")) for path in paths)
    for first, second in itertools.pairwise(ordered):
        if second[: len(first)] == first:
            return ".".join(first), ".".join(second)
    return None
