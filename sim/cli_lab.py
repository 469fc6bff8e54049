"""The command ``detente lab``: one talk to watch and to steer in a browser."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import Annotated

import typer

from sim.cli_input import fail, say_first_time, whole

MODULES = ("solara", "altair", "matplotlib", "anywidget", "uvicorn")
"""What Mesa's page needs; each is missing from a plain installation."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(lab)


def lab(
    scenario: Annotated[
        str,
        typer.Argument(
            help="A scenario's name (see `detente scenarios`), a YAML file, or a class (runs/classes/NAME.session)."
        ),
    ] = "january-2022",
    seed: Annotated[
        str | None, typer.Option(help="Fixes all chance of the first talk; 0, or the class's, where left out.")
    ] = None,
    table: Annotated[
        str | None, typer.Option(help="Of a class: the table that is played again; 1 where left out.")
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Change a figure: outside.alarm=0.5. May be repeated."),
    ] = None,
    runs: Annotated[Path, typer.Option(help="Where runs are kept.")] = Path("runs"),
    port: Annotated[str, typer.Option(help="Port to listen on; 0 takes a free one.")] = "8765",
    host: Annotated[str, typer.Option(help="Address to listen on; only this machine where left out.")] = "127.0.0.1",
    browser: Annotated[bool, typer.Option(help="Open a browser, or only serve.")] = True,
) -> None:
    """Watch and steer one talk in a browser, on Mesa's own visualisation."""
    number = whole(port, "port", 65_535)
    first = None if seed is None else whole(seed, "seed", 2**128 - 1)
    if Path(scenario).suffix == ".session":
        scenario = f"{scenario}#{whole(table or '1', 'table', 60, 1)}"
        _check_class(scenario, changes or [], first)
    elif table is not None:
        fail(f"--table: found {table[:40]} with a scenario; expected it with a class (runs/classes/NAME.session).")
    else:
        _check(scenario, changes or [])
    from sim.lab.serve import serve, settle
    from sim.store import StoreError
    from sim.store.extras import needed

    # Solara reads its settings when it is first imported.
    settle(scenario, changes or [], first, runs.absolute())
    try:
        for module in MODULES:
            needed(module, "lab", "The lab")
    except StoreError as error:
        fail(str(error))
    listening = _listening(host, number)
    number = listening.getsockname()[1]
    say_first_time()
    serve(listening, host, number, browser=browser, said=lambda words: print(words, file=sys.stderr, flush=True))


def _check(scenario: str, changes: list[str]) -> None:
    """End with the scenario's message before a page opens."""
    from sim.domain.load import load_scenario
    from sim.domain.problems import ScenarioError

    try:
        load_scenario(scenario, changes)
    except ScenarioError as error:
        fail(str(error))


def _check_class(name: str, changes: list[str], seed: int | None) -> None:
    """End with the message of a class or of its scenario before a page opens."""
    from sim.domain.problems import ScenarioError
    from sim.lab.opening import opened
    from sim.store import StoreError

    say_first_time()
    try:
        opened(name, changes, seed)
    except (ScenarioError, StoreError) as error:
        fail(str(error))


def _listening(host: str, port: int) -> socket.socket:
    """The port, taken before anything slow: whoever holds it already is named at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, UnicodeError) as error:
        words = getattr(error, "strerror", None) or str(error)
        fail(f"--host {host} --port {port}: found a place that cannot be listened on ({words}); expected a free one.")
    return listening
