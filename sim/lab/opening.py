"""What a new session of the lab opens."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from sim.classroom.kept import is_class
from sim.lab.origin import Origin, of_class, of_scenario

OPENING = "DETENTE_LAB"
"""Where the command that starts the server leaves it: folder of runs, seed, scenario and changes, as a line of words.
A class is named FILE#TABLE; its table is played again where the seed is empty and nothing changes."""


def opening() -> tuple[Origin, Path]:
    """What to open, and where runs are kept.

    Raises
    ------
    ScenarioError
        The scenario cannot be used any more.
    StoreError
        The class cannot be used any more.
    """
    runs, seed, name, *changes = shlex.split(os.environ.get(OPENING, "runs 0 january-2022"))
    return opened(name, changes, int(seed) if seed else None), Path(runs)


def opened(name: str, changes: Sequence[str], seed: int | None) -> Origin:
    """A scenario, or a table of a class named FILE#TABLE; raises as ``opening``."""
    path, _, table = name.rpartition("#")
    if not is_class(path):
        return of_scenario(name, changes, seed or 0)
    origin = of_class(Path(path), int(table))
    return origin if seed is None and not changes else origin.forgotten(changes, seed)
