"""The commands ``detente lesson list`` and ``detente lesson print``: lessons, and their teaching packs for the printer."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli_files import page_place, put_page
from sim.cli_input import fail, say_first_time, whole

if TYPE_CHECKING:
    from sim.classroom.lesson import Lesson
    from sim.domain.scenario import Scenario

SHELF = Path("runs/lessons")
"""Where packs are kept unless asked otherwise."""

lessons = typer.Typer(
    help="Lessons for a class, and their teaching packs.", no_args_is_help=True, rich_markup_mode=None
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(lessons, name="lesson")


@lessons.command("list")
def list_lessons() -> None:
    """List the lessons that come with the program."""
    from sim.classroom.lesson import load, shipped

    for name in shipped():
        found = load(name)[0]
        print(f"{name:<18} {found.minutes} minutes: {found.title}")
        print(textwrap.fill(found.summary, 78, initial_indent="    ", subsequent_indent="    "))


@lessons.command("print")
def print_lesson(
    lesson: Annotated[str, typer.Argument(help="A lesson's name (see `detente lesson list`) or a YAML file.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to; else a file in runs/lessons/.", show_default=False)
    ] = None,
    party: Annotated[str | None, typer.Option(metavar="NAME", help="One party's confidential sheet alone.")] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="A PDF, through an installed Chromium or Chrome.")] = False,
    seed: Annotated[str, typer.Option(help="Of the class whose sheets these are.")] = "0",
    table: Annotated[str, typer.Option(help="Whose private figures stand on the sheets, from 1.")] = "1",
) -> None:
    """Print a lesson's teaching pack: one page with everything, each part and each sheet on paper of its own."""
    from sim.classroom.lesson import load
    from sim.domain.problems import ScenarioError

    seed_, table_ = whole(seed, "seed", 2**128 - 1), whole(table, "table", 60, 1)
    try:
        given, scenario = load(lesson)
    except ScenarioError as error:
        fail(str(error))
    chosen = _party(scenario, party) if party is not None else None
    place = _place(given, out, chosen, pdf)
    say_first_time()
    from sim.classroom.printed import pack_page

    page = pack_page(given, scenario, seed_, table_, chosen)
    if not pdf:
        put_page(place, page)
        return
    from sim.classroom.paper import to_pdf
    from sim.store import StoreError
    from sim.store.folder import put

    try:
        put(place, to_pdf(page))
    except (StoreError, OSError) as error:
        fail(str(error))
    print(f"PDF         {place}")


def _party(scenario: Scenario, name: str) -> str:
    """A party by id, name or code, in any case of letters."""
    from sim.domain.problems import nearest, shown

    for party, given in scenario.parties.items():
        if name.casefold() in (party.casefold(), given.name.casefold(), given.code.casefold()):
            return party
    known = tuple(scenario.parties)
    fail(f"--party: found {shown(name)}; expected one of: {', '.join(known)}.{nearest(name, known)}")


def _place(lesson: Lesson, out: Path | None, party: str | None, pdf: bool) -> Path:
    """Where the pack goes, or the end with a message where it must not go."""
    form = "pdf" if pdf else "html"
    if out is None:
        # A party is called what a scenario's author likes; a file is not.
        suffix = "-" + re.sub(r"[^A-Za-z0-9]+", "-", party) if party else ""
        out = SHELF / f"{lesson.name}{suffix}.{form}"
        try:
            SHELF.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            fail(f"{SHELF}: found a place that cannot be written ({error.strerror}); expected a folder for lessons.")
    elif pdf and out.suffix.lower() != ".pdf":
        fail(f"--out: found {out}; expected a name that ends in .pdf beside --pdf.")
    if pdf and out.is_file():
        _own_pdf(out)
    else:
        page_place(out)
    return out


def _own_pdf(path: Path) -> None:
    """End with a message where a PDF is another's: only packs are written over."""
    try:
        with open(path, "rb") as file:
            begins = file.read(4000)
    except OSError as error:
        fail(f"--out: found {path}, which cannot be read ({error.strerror}); expected a pack or a new file.")
    own = " · Détente, teaching pack"
    if not begins.startswith(b"%PDF") or own.encode("utf-16-be").hex().upper().encode() not in begins:
        fail(
            f"--out: found {path}, which is no pack of this program; expected a pack or a new file: nothing else is replaced."
        )
