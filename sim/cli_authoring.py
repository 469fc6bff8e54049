"""Commands for authors: new, schema, check."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli_input import fail, say_first_time, whole

if TYPE_CHECKING:
    from sim.domain.scenario import Scenario

PROBLEMS = 1
"""Exit code of a check that found problems; notices alone end with 0, bad input with 2."""


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(new)
    app.command()(check)
    app.command()(schema)


def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Small letters, digits, hyphens; becomes NAME.yaml here.")
    ],
    base: Annotated[
        str | None, typer.Option("--from", metavar="SCENARIO", help="Write a variant of this one instead.")
    ] = None,
) -> None:
    """Write a commented scenario to start from, and beside it a schema for editors."""
    import re

    from sim.authoring import first_scenario, schema_of, variant
    from sim.authoring.template import SCHEMA_FILE
    from sim.domain.files import shipped

    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,60}", name):
        fail(f"NAME: found {name[:70]!r}; expected small letters, digits and hyphens, at most 61.")
    if name in shipped():
        fail(f"NAME: found {name}, which comes with the program; expected a name of its own.")
    place = Path(f"{name}.yaml")
    if place.exists() or place.is_symlink():
        fail(f"{place}: found it here already; expected a new name: nothing is replaced.")
    text = first_scenario(name) if base is None else variant(name, *_base(base))
    beside = _schema_place(Path(SCHEMA_FILE))
    _put(place, text)
    if beside is not None:
        _put(beside, _as_text(schema_of("scenario")))
    print(f"Scenario    {place}")
    print(f"Schema      {SCHEMA_FILE}, for editors")
    print(f"Next        detente check {place}")


def _base(base: str) -> tuple[str, Scenario]:
    """What ``extends`` says, and the scenario it names."""
    from sim.domain.load import load_scenario
    from sim.domain.problems import ScenarioError

    try:
        return base, load_scenario(base)
    except ScenarioError as error:
        fail(str(error))


def _schema_place(place: Path) -> Path | None:
    """Where the schema goes; None where somebody else's file of that name stands, which is left alone."""
    return place if not place.exists() or _is_ours(place) else None


def _is_ours(place: Path) -> bool:
    from sim.authoring.schema import MARK

    try:
        with open(place, "rb") as file:
            return MARK in file.read(2000).decode("utf-8", "ignore")
    except OSError:
        return False


def _put(place: Path, text: str) -> None:
    """Write a file whole or not at all."""
    from sim.store.folder import StoreError, put

    try:
        put(place, text.encode())
    except StoreError as error:
        fail(str(error))


def _as_text(given: dict[str, object]) -> str:
    return json.dumps(given, ensure_ascii=False, indent=1) + "\n"


def schema(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="scenario, sweep or lesson.")] = "scenario",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it there instead of printing it.")] = None,
) -> None:
    """Print the JSON Schema of a kind of file: editors complete its keys and mark mistakes while you write."""
    from sim.authoring import KINDS, schema_of
    from sim.domain.problems import nearest

    if kind not in KINDS:
        fail(f"KIND: found {kind[:40]!r}; expected one of: {', '.join(KINDS)}.{nearest(kind, KINDS)}")
    if out is None:
        print(_as_text(schema_of(kind)), end="")
        return
    if out.is_dir() or not out.parent.is_dir():
        fail(f"--out: found {out}; expected a file in a folder that is there.")
    if out.exists() and not _is_ours(out):
        fail(f"--out: found {out}, which is no schema of this program; expected a new file: nothing else is replaced.")
    _put(out, _as_text(schema_of(kind)))
    print(f"Schema      {out}")


def check(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario's name or a YAML file.")],
    changes: Annotated[
        list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change a figure: outside.alarm=0.5.")
    ] = None,
    runs: Annotated[str, typer.Option(metavar="N", help="Runs that are played; 0 plays none.")] = "1000",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Look for what makes a valid scenario pointless. Ends with 0 without problems, 1 with problems, 2 for bad input."""
    count = whole(runs, "runs", 100_000)
    given, places = _read(scenario, changes or [])
    say_first_time()
    from sim.checks import check as checked
    from sim.screen_checks import Progress, show_found

    with Progress() as told:
        found = checked(given, count, told)
    if as_json:
        rows = [{**one.as_dict(), "place": places.get(one.path)} for one in found]
        print(json.dumps({"scenario": given.name, "hash": given.hash, "found": rows}, ensure_ascii=False, indent=2))
    else:
        import shutil

        show_found(found, places, scenario, count, shutil.get_terminal_size((80, 24)).columns)
    if any(one.severity == "problem" for one in found):
        sys.stdout.flush()
        raise typer.Exit(PROBLEMS)


def _read(name: str, changes: list[str]) -> tuple[Scenario, dict[str, str]]:
    """A scenario, and where each path of it is written."""
    from sim.domain.files import change, gather, laid_places, locate
    from sim.domain.load import build
    from sim.domain.problems import ScenarioError

    try:
        path = locate(name)
        content, places = gather(path)
        content, changed = change(content, changes)
        places = laid_places(places, changed)
        given = build(content, places, str(path))
    except ScenarioError as error:
        fail(str(error))
    return given, {".".join(map(str, key)): f"{file}:{line}" if line else file for key, (file, line) in places.items()}
