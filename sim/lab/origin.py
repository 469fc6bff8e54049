"""Where a talk of the lab comes from: a scenario by name or file, or a stored run, before anything is set in the page."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.domain.files import change, gather, locate
from sim.domain.load import build
from sim.domain.scenario import Scenario
from sim.store import StoreError, read_run


@dataclass(frozen=True, eq=False)
class Origin:
    """A scenario as it was opened.

    Attributes
    ----------
    argument
        What the command line calls it: a shipped name or a file.
    changes
        ``path=value`` changes that were laid over it before.
    content
        The scenario as plain values, those changes inside.
    scenario
        The same, checked and frozen.
    seed, index
        Of the talk that is shown first.
    folder
        Of a stored run; None for a scenario.
    record
        Of a stored run: its record as it was written, against which the talk played again is held.
    """

    argument: str
    changes: tuple[str, ...]
    content: dict[str, Any]
    scenario: Scenario
    seed: int = 0
    index: int = 0
    folder: Path | None = None
    record: bytes = b""

    @property
    def label(self) -> str:
        """Its name for people."""
        return f"{self.scenario.title}, {self.scenario.label}"

    def changed(self, changes: Sequence[str]) -> Scenario:
        """The scenario with more changes laid over it.

        Raises
        ------
        ScenarioError
            A change that the scenario refuses.
        """
        if not changes:
            return self.scenario
        content, places = change(self.content, changes)
        return build(content, places, self.argument)

    def command(self, seed: int, index: int, changes: Sequence[str]) -> str:
        """What a person types to play the same talk."""
        parts = ["detente", "run", self.argument, "--seed", str(seed)]
        if index:
            parts += ["--index", str(index)]
        for one in (*self.changes, *changes):
            parts += ["--set", one]
        return shlex.join(parts)


def of_scenario(argument: str, changes: Sequence[str] = (), seed: int = 0) -> Origin:
    """A scenario by name or file.

    Raises
    ------
    ScenarioError
        It cannot be used.
    """
    path = locate(argument)
    content, _ = gather(path)
    changed, places = change(content, changes)
    return Origin(argument, tuple(changes), changed, build(changed, places, str(path)), seed)


def of_run(folder: Path) -> Origin:
    """A stored talk.

    Raises
    ------
    StoreError
        No run, a sweep, or a damaged run.
    """
    stored = read_run(folder)
    stored.by_tactics(folder, "the page plays it again")
    manifest = stored.manifest
    words = shlex.split(str(manifest.get("command", "")))
    argument = words[2] if words[:2] == ["detente", "run"] and len(words) > 2 else str(manifest.get("scenario", ""))
    return Origin(
        argument=argument,
        changes=tuple(map(str, manifest.get("changes", ()))),
        content=json.loads(stored.scenario.canonical()),
        scenario=stored.scenario,
        seed=int(manifest["seed"]),
        index=int(manifest["index"]),
        folder=folder,
        record=stored.record,
    )


def stored_talks(runs: Path) -> list[Path]:
    """Folders of single talks under ``runs``, the newest first."""
    found = [path.parent for path in runs.glob("[!.]*/record.json") if path.with_name("transcript.jsonl").is_file()]
    return sorted(found, key=lambda path: (-path.stat().st_mtime, path.name))


__all__ = ["Origin", "StoreError", "of_run", "of_scenario", "stored_talks"]
