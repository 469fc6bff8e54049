"""Which run is meant: a row of a sweep, a stored talk, or a run of a scenario."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.domain.load import load_scenario
from sim.domain.scenario import Scenario
from sim.findings.stage import Stage, class_of
from sim.store.folder import StoreError
from sim.store.rows import Study
from sim.store.schema import FAILED
from sim.store.talk import read_run
from sim.sweep.again import read_row


@dataclass(frozen=True)
class Case:
    """A run.

    Attributes
    ----------
    scenario, seed, index
        What fixes it.
    label
        Names it for people.
    command
        Words that play it.
    stored
        Its outcome class as a folder has it; "" where none has.
    place
        For messages.
    """

    scenario: Scenario
    seed: int
    index: int
    label: str
    command: tuple[str, ...]
    stored: str = ""
    place: str = ""

    def check(self, stage: Stage) -> None:
        """Refuse a stored run that comes out otherwise now, as its changes would be those of another run.

        Raises
        ------
        StoreError
            It does.
        """
        now = class_of(self.scenario, stage.itself[0])
        if self.stored and now != self.stored:
            raise StoreError(
                f"{self.place}: found {self.stored}, and {now} when it is played again; expected a run of this version of "
                "the rules."
            )


def of_scenario(name: str, seed: int, index: int, changes: list[str]) -> Case:
    """A run of a scenario.

    Raises
    ------
    ScenarioError
        No such scenario, or changes that it refuses.
    """
    scenario = load_scenario(name, changes)
    return Case(scenario, seed, index, _label(scenario, seed, index), _command(name, seed, index, changes))


def of_talk(folder: Path) -> Case:
    """A stored talk.

    Raises
    ------
    StoreError
        None, a damaged one, or a sweep.
    """
    import json

    stored = read_run(folder)
    stored.by_tactics(folder, "changes are tried by playing it again")
    seed, index = int(stored.manifest["seed"]), int(stored.manifest["index"])
    try:
        outcome = str(json.loads(stored.record)["outcome"])
        changes = [str(one) for one in stored.manifest["changes"]]
    except (ValueError, KeyError, TypeError):
        raise StoreError(f"{folder}: found a damaged record or manifest; expected it as it was written.") from None
    command = _command(stored.scenario.name, seed, index, changes)
    return Case(stored.scenario, seed, index, _label(stored.scenario, seed, index), command, outcome, str(folder))


def of_row(folder: Path, number: int) -> Case:
    """A row of a sweep.

    Raises
    ------
    StoreError
        No such row, or one that failed.
    ScenarioError
        A row whose point gives no scenario.
    """
    study = Study(folder)
    figures = study.row(number)
    if figures["status"] == FAILED:
        raise StoreError(
            f"{folder}, row {number}: found a run that could not be played ({figures['message']}); "
            "expected one that was played to its end."
        )
    row = read_row(study, number)
    effective: dict[str, Any] = study.manifest["effective"]
    changes = [*map(str, effective.get("set", ())), *row.changes]
    name = effective.get("scenario")
    command = _command(name if isinstance(name, str) else row.scenario.name, row.seed, row.index, changes)
    label = f"Row {number} of {folder} · {_label(row.scenario, row.seed, row.index)}"
    place = f"{folder}, row {number}"
    return Case(row.scenario, row.seed, row.index, label, command, str(row.figures["outcome"]), place)


def _label(scenario: Scenario, seed: int, index: int) -> str:
    return f"{scenario.title} · {scenario.label} · seed {seed} · run {index}"


def _command(name: str, seed: int, index: int, changes: list[str]) -> tuple[str, ...]:
    words = ["detente", "run", name, "--seed", str(seed), "--index", str(index)]
    return (*words, *(word for change in changes for word in ("--set", change)))
