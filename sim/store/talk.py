"""One talk on disk: a folder, written aside and then renamed, so that nothing half-written is ever found."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import __version__
from sim.domain.problems import ScenarioError
from sim.narrate import closing, sentence
from sim.protocol.record import Event
from sim.store.folder import StoreError

if TYPE_CHECKING:
    from sim.domain.scenario import Scenario
    from sim.model import NegotiationModel

FILES = ("manifest.json", "scenario.json", "record.json", "transcript.jsonl", "transcript.md", "report.html")


@dataclass(frozen=True)
class StoredRun:
    """What replay needs of a stored run: its manifest, scenario, and the bytes that must come out again."""

    manifest: dict[str, Any]
    scenario: Scenario
    record: bytes
    transcript: bytes

    def by_tactics(self, place: Path, use: str) -> None:
        """Refuse a run in which somebody outside took a seat, for what plays runs again without them.

        Raises
        ------
        StoreError
            It is one.
        """
        taken = ", ".join(self.manifest.get("seats", {}))
        if taken:
            raise StoreError(
                f"{place}: found a run in which somebody outside took a seat ({taken}); expected one that tactics played, "
                f"as {use}."
            )


def run_name(scenario: Scenario, seed: int, index: int, acts: bytes = b"") -> str:
    """Folder of a run: its scenario's name and eight hex digits of everything that fixes it.

    ``acts`` is the transcript where somebody outside took a seat: there the acts themselves are part of that.
    """
    fixed = f"{scenario.hash} {seed} {index} {__version__}" + (f" {hashlib.sha256(acts).hexdigest()}" if acts else "")
    return f"{scenario.name}-{hashlib.sha256(fixed.encode()).hexdigest()[:8]}"


def record_bytes(model: NegotiationModel) -> bytes:
    """The record as it stands in a file."""
    return (json.dumps(model.result(), ensure_ascii=False, indent=2) + "\n").encode()


def transcript_bytes(model: NegotiationModel) -> bytes:
    """The transcript, one act a line, with its words."""
    acts = model.transcript()
    lines = [
        json.dumps({**event.as_dict(), "words": sentence(model.game, event, acts[:at])}, ensure_ascii=False)
        for at, event in enumerate(acts)
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def seats_of(model: NegotiationModel) -> dict[str, dict[str, Any]]:
    """The seats that somebody outside took: who, and the numbers of the acts chosen there.

    Keys of each: ``by`` ("program", or "policy" for a function in Python), ``name``, ``acts``; of a program also
    ``command`` and ``failure`` (why its tactic went on, or "").
    """
    found: dict[str, dict[str, Any]] = {}
    for name, policy in model.outside.items():
        told = getattr(policy, "told", None) or {
            "by": "policy",
            "name": getattr(policy, "__name__", type(policy).__name__),
        }
        found[name] = {**told, "acts": list(model.parties[name].chosen)}
    return found


def seat_words(model: NegotiationModel) -> list[str]:
    """One sentence for every seat that somebody outside took."""
    found: list[str] = []
    for name, kept in seats_of(model).items():
        who = f"{'an outside program' if kept['by'] == 'program' else 'a function'}"
        named = f" ({kept['name']})" if kept["name"] else ""
        count = len(kept["acts"])
        after = f" Then its tactic went on. {kept['failure']}" if kept.get("failure") else ""
        acts = f"{count} act{'' if count == 1 else 's'} by it"
        found.append(f"{model.game.parties[name].name}: seat taken by {who}{named}, {acts}.{after}")
    return found


def transcript_text(model: NegotiationModel) -> str:
    """The transcript for people, as Markdown."""
    scenario, acts, result = model.game, model.transcript(), model.result()
    lines = [f"# {scenario.title} · {scenario.label} · seed {model.table.seed} · index {model.table.index}", ""]
    if model.outside:
        lines += [*(f"- {words}" for words in seat_words(model)), ""]
    for name in scenario.calendar:
        venue = scenario.venues[name]
        seats = ", ".join(scenario.parties[seat].name for seat in venue.seats)
        lines += [f"## {venue.title} · {venue.dates} · {seats}".replace(" ·  · ", " · "), ""]
        lines += _acts(scenario, acts, name)
        lines += ["", f"→ {closing(scenario, name, result['venues'][name], acts)}", ""]
    taken = _acts(scenario, acts, None)
    lines += ["## Consent", "", *(taken or ["→ Nothing taken back."]), "", "## Result", ""]
    lines.append(f"Class: {result['outcome'].replace('_', ' ').replace('arms control', 'arms-control')}.")
    if result["escalated"] is not None:
        followed = "followed" if result["escalated"] else "did not follow"
        lines.append(f"Escalation {followed}; its chance was {result['escalation_chance']:.0%}.")
    for name in scenario.active:
        option = scenario.issues[name].options[int(result["final"][name])]
        lines.append(f"- {scenario.issues[name].short}: {option.label}")
    return "\n".join(lines) + "\n"


def _acts(scenario: Scenario, acts: Sequence[Event], venue: str | None) -> list[str]:
    return [
        f"- {event.turn}. **{scenario.parties[event.speaker].name}** {sentence(scenario, event, acts[:at])}"
        for at, event in enumerate(acts)
        if event.venue == venue
    ]


def write_run(
    model: NegotiationModel,
    runs: Path,
    command: str,
    changes: Sequence[str] = (),
    report: Callable[..., None] | None = None,
) -> Path:
    """Write a finished run and return its folder; a folder of the same name is replaced whole.

    Parameters
    ----------
    runs
        The folder of all runs; made where it is missing.
    command
        What plays this run again, for manifest and report.
    changes
        The ``path=value`` changes laid over the scenario.
    report
        Writes report.html: ``report(path, model, command=...)``; None leaves it out.

    Raises
    ------
    StoreError
        The folder cannot be written.
    """
    import mesa
    import numba
    import numpy

    acts = transcript_bytes(model)
    name = run_name(model.game, model.table.seed, model.table.index, acts if model.outside else b"")
    manifest = {
        "name": name,
        "scenario": model.game.name,
        "scenario_hash": model.game.hash,
        "changes": list(changes),
        "seed": model.table.seed,
        "index": model.table.index,
        "command": command,
        "versions": {
            "detente": __version__,
            "python": platform.python_version(),
            "numpy": numpy.__version__,
            "numba": numba.__version__,
            "mesa": mesa.__version__,
        },
    }
    if model.outside:
        manifest["seats"] = seats_of(model)
    try:
        runs.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".writing-", dir=runs))
    except OSError as error:
        raise StoreError(
            f"{runs}: found a place that cannot be written ({error.strerror}); expected a folder."
        ) from None
    try:
        (aside / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", "utf-8")
        (aside / "scenario.json").write_text(model.game.canonical() + "\n", "utf-8")
        (aside / "record.json").write_bytes(record_bytes(model))
        (aside / "transcript.jsonl").write_bytes(acts)
        (aside / "transcript.md").write_text(transcript_text(model), "utf-8")
        if report is not None:
            report(aside / "report.html", model, command=command)
        aside.chmod(0o755)
        _swap(aside, runs / name)
    except OSError as error:
        raise StoreError(f"{runs / name}: found a place that cannot be written ({error.strerror}).") from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return runs / name


def _swap(aside: Path, place: Path) -> None:
    """Put a finished folder in place; an older one of the same name steps aside first and is then removed."""
    if place.exists():
        old = Path(tempfile.mkdtemp(prefix=".replaced-", dir=place.parent))
        os.replace(place, old / place.name)
        os.replace(aside, place)
        shutil.rmtree(old, ignore_errors=True)
    else:
        os.replace(aside, place)


def read_run(folder: Path) -> StoredRun:
    """Read what a replay needs.

    Raises
    ------
    StoreError
        Not a run, or a damaged one.
    """
    from sim.domain.load import build

    if not folder.is_dir():
        raise StoreError(f"{folder}: found no such folder; expected a run under runs/.")
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        if manifest.get("kind") == "study":
            raise StoreError(f"{folder}: found a sweep; expected --row K to say which of its runs.")
        scenario = build(json.loads((folder / "scenario.json").read_text("utf-8")), file=str(folder / "scenario.json"))
        record, transcript = (folder / "record.json").read_bytes(), (folder / "transcript.jsonl").read_bytes()
        for whole in ("seed", "index"):
            int(manifest[whole])
    except OSError as error:
        raise StoreError(
            f"{folder}: found no readable {Path(str(error.filename)).name}; expected a stored run."
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, (ScenarioError, StoreError)):
            raise StoreError(str(error)) from None
        raise StoreError(
            f"{folder}: found a damaged run ({type(error).__name__}); expected it as it was written."
        ) from None
    return StoredRun(manifest, scenario, record, transcript)
