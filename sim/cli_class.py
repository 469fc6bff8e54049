"""The command ``detente class``: a class takes the seats, in its browsers."""

from __future__ import annotations

import textwrap
from typing import Annotated

import typer

from sim.cli_input import fail

DEFAULT = "january-50"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("class")(classroom)


def classroom(
    lesson: Annotated[str, typer.Argument(help="A lesson's name (see --list) or a YAML file.")] = DEFAULT,
    listing: Annotated[bool, typer.Option("--list", help="List the lessons and end.")] = False,
) -> None:
    """Run the talks with a class: teams take seats in their browsers, simulated parties fill the rest."""
    from sim.classroom.lesson import load, shipped
    from sim.domain.problems import ScenarioError

    if listing:
        for name in shipped():
            found = load(name)[0]
            print(f"{name:<18} {found.minutes} minutes: {found.title}")
            print(textwrap.fill(found.summary, 78, initial_indent="    ", subsequent_indent="    "))
        return
    try:
        load(lesson)
    except ScenarioError as error:
        fail(str(error))
