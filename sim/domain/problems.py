"""One clear message for bad input: file, path to the key, what was found, what was expected, the nearest name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """Something wrong at one place of a scenario.

    Attributes
    ----------
    path
        Keys from the top, joined by dots when shown.
    found, expected
        In words.
    near
        Names that could have been meant, all candidates; the nearest is chosen when shown.
    word
        What was written, to compare with ``near``.
    """

    path: tuple[str | int, ...]
    found: str
    expected: str
    near: tuple[str, ...] = ()
    word: str = ""

    @property
    def hint(self) -> str:
        """Did you mean ...? Empty where nothing is near."""
        near = {name.lower(): name for name in self.near}
        close = difflib.get_close_matches(self.word.lower(), near, n=1, cutoff=0.6) if self.word else []
        return f" Did you mean {near[close[0]]}?" if close else ""


class ScenarioError(ValueError):
    """A scenario, a change to it or a path to it that cannot be used; its text is for people."""


def nearest(word: str, names: Iterable[str]) -> str:
    """Return " Did you mean ...?" for the nearest of ``names``, or nothing."""
    return Problem((), "", "", tuple(names), word).hint


def shown(value: object, limit: int = 60) -> str:
    """A value as people wrote it, cut to ``limit`` characters."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        text = f'"{value}"' if isinstance(value, str) else str(value)
    except ValueError:  # Python writes out no number of more than some thousand digits
        text = "a number of very many digits"
    text = "\\n".join(text.splitlines())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def message(problems: list[Problem], places: dict[tuple[str | int, ...], tuple[str, int]], file: str) -> str:
    """The first problem in full, with its file and line, and how many follow."""
    first = problems[0]
    where, line = file, 0
    for length in range(len(first.path), -1, -1):
        if first.path[:length] in places:
            where, line = places[first.path[:length]]
            break
    at = f"{where}:{line}" if line else where
    path = ".".join(str(part) for part in first.path) or "the file"
    more = len(problems) - 1
    rest = f" ({more} more problem{'s' if more > 1 else ''} after this one.)" if more else ""
    return f"{at}: {path}: found {first.found}; expected {first.expected}.{first.hint}{rest}"
