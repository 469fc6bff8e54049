"""Lessons for tests: those that ship, read once, and a teacher's own laid over them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sim.classroom.lesson import Lesson, load, shipped
from sim.domain.files import shelf
from sim.domain.scenario import Scenario

EVERY = [(name, party) for name in shipped() for party in load(name)[1].parties]


def written(tmp_path: Path, base: str, name: str = "mine", **changes: Any) -> Path:
    path = tmp_path / f"{name}.yaml"
    path.write_text(yaml.safe_dump({"extends": str(shelf("lessons") / f"{base}.yaml"), **changes}), "utf-8")
    return path


@cache
def known(name: str) -> tuple[Lesson, Scenario]:
    """A shipped lesson and its game; nothing changes them."""
    return load(name)
