"""Where a talk of the lab comes from: a scenario, a stored run, or a table of a class, before anything is set in the page."""

from __future__ import annotations

import dataclasses
import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.classroom.events import LogError
from sim.classroom.kept import is_class
from sim.domain.files import change, gather, locate
from sim.domain.load import build
from sim.domain.scenario import Scenario
from sim.lab.given import Given, given_of
from sim.store import StoreError, read_run


@dataclass(frozen=True, eq=False)
class Origin:
    """A scenario as it was opened.

    Attributes
    ----------
    argument
        What the command line calls it: a shipped name, a file of a scenario or of a class.
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
    given
        Of a table of a class: what was done there, until it is forgotten for a new talk.
    """

    argument: str
    changes: tuple[str, ...]
    content: dict[str, Any]
    scenario: Scenario
    seed: int = 0
    index: int = 0
    folder: Path | None = None
    record: bytes = b""
    given: Given | None = None

    @property
    def label(self) -> str:
        """Its name for people."""
        return f"{self.scenario.title}, {self.scenario.label}"

    @property
    def shown(self) -> str:
        """What the list of scenarios calls it."""
        if self.folder is not None:
            return f"stored run {self.folder.name}"
        if self.given is not None:
            return f"{self.given.name}, table {self.given.table}"
        return self.argument

    def forgotten(self, changes: Sequence[str] = (), seed: int | None = None) -> Origin:
        """The same scenario with what was done at a class's table forgotten.

        Raises
        ------
        ScenarioError
            A change that the scenario refuses.
        """
        content, scenario = self.content, self.changed(changes)
        if changes:
            content, _ = change(self.content, changes)
        return dataclasses.replace(
            self,
            given=None,
            changes=(*self.changes, *changes),
            content=content,
            scenario=scenario,
            seed=self.seed if seed is None else seed,
        )

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
        if is_class(self.argument):
            again = [] if self.given is not None else ["--seed", str(seed)]
            parts = ["detente", "lab", self.argument, "--table", str(index + 1), *again]
            return shlex.join([*parts, *(word for one in (*self.changes, *changes) for word in ("--set", one))])
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


def of_class(path: Path, table: int = 1) -> Origin:
    """A table of a class that was kept.

    Raises
    ------
    StoreError
        No class, or no such table in it.
    """
    try:
        given, state = given_of(path, table)
    except LogError as error:
        raise StoreError(str(error)) from None
    except KeyError:
        raise StoreError(f"{path}: found no table {table}; expected one of its tables, from 1 on.") from None
    content = json.loads(state.scenario.canonical())
    return Origin(str(path), (), content, state.scenario, state.seed, table - 1, given=given)


def stored_talks(runs: Path) -> list[Path]:
    """Folders of single talks under ``runs``, the newest first."""
    found = [path.parent for path in runs.glob("[!.]*/record.json") if path.with_name("transcript.jsonl").is_file()]
    return sorted(found, key=lambda path: (-path.stat().st_mtime, path.name))


__all__ = ["Origin", "StoreError", "of_class", "of_run", "of_scenario", "stored_talks"]
