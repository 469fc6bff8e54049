"""The commands ``detente import genius`` and ``detente export genius``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from sim.cli_input import fail, whole

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")


def register(app: typer.Typer) -> None:
    """Add the commands, each beneath what it does: other formats may follow."""
    into = typer.Typer(help="Make a scenario of another program's files.", no_args_is_help=True)
    into.command("genius")(import_genius)
    into.callback()(_import)
    app.add_typer(into, name="import")
    out = typer.Typer(help="Write a scenario for another program.", no_args_is_help=True)
    out.command("genius")(export_genius)
    out.callback()(_export)
    app.add_typer(out, name="export")


def _import() -> None:
    """Make a scenario of another program's files."""


def _export() -> None:
    """Write a scenario for another program."""


def import_genius(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Holds a domain's XML and two or more profiles.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The scenario file; NAME.yaml here if not given.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="The scenario's name; the folder's if not given.")] = None,
    profiles: Annotated[
        list[str] | None,
        typer.Option("--profile", metavar="XML", help="Take this profile, in this order. May be repeated; else all."),
    ] = None,
    rounds: Annotated[str, typer.Option(help="Rounds of the one venue, 1 to 200.")] = "20",
    ignore_discount: Annotated[
        bool, typer.Option("--ignore-discount", help="Leave discount factors out; else they are refused.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over a scenario file that is there.")] = False,
) -> None:
    """Make a scenario of a Genius domain: discrete issues, weighted sums, reservation values."""
    from sim.domain.problems import ScenarioError
    from sim.genius.folder import read_folder
    from sim.genius.imported import Choices, imported

    if name is not None and not _NAME.fullmatch(name):
        fail(f"--name: found {name[:60]}; expected lower-case letters, digits and hyphens, at most 61.")
    choices = Choices(name, whole(rounds, "rounds", 200, 1), ignore_discount)
    try:
        read = read_folder(folder, profiles or ())
        made = imported(read, choices)
    except ScenarioError as error:
        fail(str(error))
    file = out or Path(f"{made.scenario.name}.yaml")
    _put(file, made.text, force)
    s = made.scenario
    _say(f"Scenario    {file}")
    _say(f"Domain      {read.file}: {s.summary.partition(',')[0]}")
    for profile, party in zip(read.profiles, s.parties.values()):
        _say(f"Profile     {profile.file}: {party.name}")
    for note in made.notes:
        _paragraph(note)
    _paragraph(f"Next: detente measures {file}")


def export_genius(
    scenario: Annotated[str, typer.Argument(help="A scenario's name (see `detente scenarios`) or a YAML file.")],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="A new or empty folder for the XML files.")],
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Change a figure: outside.alarm=0.5. May be repeated."),
    ] = None,
    drop: Annotated[
        bool, typer.Option("--drop", help="Leave out what Genius cannot say, and list it; else it is refused.")
    ] = False,
) -> None:
    """Write a scenario without challenger as a Genius domain and one profile a party."""
    from sim.domain.load import load_scenario
    from sim.domain.problems import ScenarioError

    try:
        given = load_scenario(scenario, changes or [])
    except ScenarioError as error:
        fail(str(error))
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        fail(f"--out: found {out}, which is there and not empty; expected a new or empty folder.")
    from sim.genius.export import NEVER, written

    try:
        made = written(given, drop=drop)
    except ScenarioError as error:
        fail(str(error))
    _put_folder(out, made.files)
    for name in made.files:
        _say(f"Written     {out / name}")
    for dropped in made.dropped:
        _paragraph(f"Left out: {dropped}.")
    _paragraph(f"{NEVER}.".capitalize())


def _paragraph(text: str) -> None:
    """A sentence within 80 columns."""
    import textwrap

    _say(textwrap.fill(text, 80, break_long_words=False, break_on_hyphens=False))


def _say(text: str) -> None:
    """Print names from a file, whatever letters the terminal knows."""
    import sys

    letters = sys.stdout.encoding or "ascii"
    print(text.encode(letters, "backslashreplace").decode(letters))


def _put(file: Path, text: str, force: bool) -> None:
    """Write the scenario whole or not at all, over nothing that is there unless asked to."""
    from sim.store.folder import StoreError, put

    if file.is_symlink() or (file.exists() and not file.is_file()):
        fail(f"--out: found {file}, which is no plain file; expected a new file.")
    if file.exists() and not force:
        fail(f"--out: found {file}, which is there; expected a new file, or --force to write over it.")
    if not file.parent.is_dir():
        fail(f"--out: found {file}; expected a file in a folder that is there.")
    try:
        put(file, text.encode())
    except (StoreError, OSError) as error:
        fail(str(error))


def _put_folder(folder: Path, files: dict[str, str]) -> None:
    """All files or none: they are written beside the folder, which then takes their place."""
    import os
    import shutil
    import tempfile

    from sim.store.folder import ASIDE, StoreError, put

    aside = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=ASIDE, dir=folder.parent))
        for name, text in files.items():
            put(aside / name, text.encode())
        aside.chmod(0o755)
        if folder.is_dir():
            folder.rmdir()
        os.replace(aside, folder)
    except StoreError as error:
        fail(str(error))
    except OSError as error:
        fail(
            f"--out: found {folder}, a place that cannot be written ({error.strerror}); expected a new or empty folder."
        )
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)
