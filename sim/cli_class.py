"""The command ``detente class``: a class takes the seats, in its browsers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli_input import fail, say_first_time, whole

if TYPE_CHECKING:
    from sim.classroom.door import Certificate
    from sim.classroom.lesson import Lesson
    from sim.classroom.session import Session
    from sim.domain.scenario import Scenario

DEFAULT = "january-50"
MODULES = ("segno", "starlette", "uvicorn", "websockets")
"""What the server needs; each is missing from a plain installation."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("class")(classroom)


def classroom(
    lesson: Annotated[str, typer.Argument(help="A lesson's name (see --list) or a YAML file.")] = DEFAULT,
    tables: Annotated[str, typer.Option(help="How many tables play side by side.")] = "4",
    port: Annotated[str, typer.Option(help="Where browsers find it.")] = "8000",
    opened: Annotated[
        bool, typer.Option("--open", help="Open to the network at once, not on this machine alone.")
    ] = False,
    new: Annotated[
        bool, typer.Option("--new", help="Begin anew; else today's session of this lesson goes on.")
    ] = False,
    seed: Annotated[str, typer.Option(help="Fixes all chance; tables are its runs 0, 1, 2 …")] = "0",
    sessions: Annotated[Path, typer.Option(help="Where sessions are kept.")] = Path("runs/classes"),
    certificate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Speak TLS in the network: a certificate, PEM; with --key.")
    ] = None,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The certificate's key, PEM, without password.")
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="List the lessons and end.")] = False,
) -> None:
    """Run the talks with a class: teams take seats in their browsers, simulated parties fill the rest."""
    from sim.classroom.lesson import load
    from sim.domain.problems import ScenarioError
    from sim.store import StoreError
    from sim.store.extras import needed

    if listing:
        from sim.cli_lesson import list_lessons

        list_lessons()
        return
    count, port_, seed_ = whole(tables, "tables", 60, 1), whole(port, "port", 65535, 1), whole(seed, "seed", 2**128 - 1)
    try:
        given, scenario = load(lesson)
    except ScenarioError as error:
        fail(str(error))
    try:
        for module in MODULES:
            needed(module, "classroom", "A class")
    except StoreError as error:
        fail(str(error))
    from sim.classroom.door import Certificate

    if (certificate is None) != (key is None):
        fail("--certificate, --key: found one of them; expected both or neither.")
    tls = Certificate(certificate, key) if certificate and key else None
    try:
        if tls:
            tls.check()
    except ValueError as error:
        fail(f"--certificate, --key: {error}; expected both in PEM form, the key without a password.")
    say_first_time()
    _hold(given, scenario, count, port_, seed_, sessions, tls, opened=opened, new=new)


def _hold(
    lesson: Lesson,
    scenario: Scenario,
    tables: int,
    port: int,
    seed: int,
    folder: Path,
    tls: Certificate | None,
    *,
    opened: bool,
    new: bool,
) -> None:
    """Serve until stopped."""
    import asyncio

    from sim.classroom.door import Door, bound

    try:
        inside = bound("127.0.0.1", port)
    except OSError as error:
        fail(f"--port: found {port}, which cannot be used ({error.strerror}); expected a free one.")
    session = _session(lesson, scenario, tables, seed, folder, new=new)
    print(f"{lesson.title}, {len(session.state.tables)} tables. Kept in {session.log.path}.")
    print(f"Teacher's page: http://127.0.0.1:{port}/teacher")
    print(f"Teacher's secret: {session.new_secret()}")
    print("Nobody else can reach it before you open it to the classroom. End with Ctrl+C.", flush=True)
    try:
        asyncio.run(Door(session, port, tls).serve(inside, opened=opened))
    finally:
        session.close()
    if not session.log.path.exists():
        print(f"The class has been deleted: {session.log.path} is gone.")


def _session(lesson: Lesson, scenario: Scenario, tables: int, seed: int, folder: Path, *, new: bool) -> Session:
    """Today's session of the lesson, or a new one."""
    import time

    from sim.classroom.door import latest, session_file
    from sim.classroom.events import LogError
    from sim.classroom.session import Session

    try:
        folder.mkdir(parents=True, exist_ok=True)
        before = None if new else latest(folder, lesson.name)
        if before is not None:
            found = Session(before, time.time)
            if found.state.last:
                print("Going on with today's session of this lesson; --new begins another.")
                return found
            found.close()
        session = Session(session_file(folder, lesson.name), time.time)
        session.begin(lesson, scenario, tables, seed)
        return session
    except OSError as error:
        fail(f"{folder}: found a place that cannot be written ({error.strerror}); expected a folder for sessions.")
    except LogError as error:
        fail(str(error))
