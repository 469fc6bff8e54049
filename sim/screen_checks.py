"""What checks found, on a terminal: problems first, each with its place, figures and what to do."""

from __future__ import annotations

import sys
import textwrap
import time
from collections.abc import Mapping, Sequence
from types import TracebackType

from sim.checks import CHECKS, Found

_PATIENCE = 2.0
"""Seconds before it is said what is being looked for."""


def show_found(found: Sequence[Found], places: Mapping[str, str], name: str, runs: int, width: int) -> None:
    """Print everything, and a line that sums it up.

    Parameters
    ----------
    places
        Path -> file and line, where it is known.
    """
    wide = max(40, min(width, 100))
    for one in found:
        place = places.get(one.path)
        print(f"{one.severity.upper() if one.severity == 'problem' else 'Notice'}  {one.check}")
        print(f"  {one.path}{f'  ({place})' if place else ''}")
        for lead, text in (("", one.what), ("Figures: ", one.figures), ("What to do: ", one.advice)):
            print(
                textwrap.fill(lead + text, wide, initial_indent="  ", subsequent_indent="    ", break_long_words=False)
            )
        print()
    problems = sum(one.severity == "problem" for one in found)
    notices = len(found) - problems
    print(f"{name}: {_counted(problems, 'problem')}, {_counted(notices, 'notice')}.")
    played = f", and {runs:,} runs played" if runs else ""
    print(f"Looked for {len(CHECKS)} kinds of trouble{played}.")
    if found:
        print("A problem leaves a part of the game pointless; a notice may be meant.")


def _counted(count: int, word: str) -> str:
    return f"{count or 'no'} {word}{'' if count == 1 else 's'}"


class Progress:
    """Says on the error stream what is being looked for, once that takes longer than two seconds."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._shown = False

    def __enter__(self) -> Progress:
        return self

    def __call__(self, what: str) -> None:
        """Say what comes next, if it is time to say anything."""
        if time.monotonic() - self._began < _PATIENCE:
            return
        if sys.stderr.isatty():
            print(f"\r\x1b[KLooking for {what} …", end="", file=sys.stderr, flush=True)
        elif not self._shown:
            print(f"Looking for {what} …", file=sys.stderr, flush=True)
        self._shown = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown and sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
