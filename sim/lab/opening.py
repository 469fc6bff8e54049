"""What a new session of the lab opens."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from sim.lab.origin import Origin, of_scenario

OPENING = "DETENTE_LAB"
"""Where the command that starts the server leaves it: folder of runs, seed, scenario and changes, as a line of words."""


def opening() -> tuple[Origin, Path]:
    """What to open, and where runs are kept.

    Raises
    ------
    ScenarioError
        The scenario cannot be used any more.
    """
    runs, seed, name, *changes = shlex.split(os.environ.get(OPENING, "runs 0 january-2022"))
    return of_scenario(name, changes, int(seed)), Path(runs)
