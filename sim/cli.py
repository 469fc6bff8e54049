"""The command line. Everything heavy is imported inside a command, so that asking for help costs nothing."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim import (
    cli_authoring,
    cli_bench,
    cli_class,
    cli_compare,
    cli_findings,
    cli_genius,
    cli_history,
    cli_lab,
    cli_lesson,
    cli_seats,
    cli_studies,
)
from sim.cli_input import complain, fail, say_first_time, whole

if TYPE_CHECKING:
    from sim.domain.scenario import Scenario
    from sim.model import NegotiationModel

app = typer.Typer(
    help="The security talks of January 2022 as a negotiation game.",
    add_completion=True,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

ScenarioName = Annotated[str, typer.Argument(help="A scenario's name (see `detente scenarios`) or a YAML file.")]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change a figure: outside.alarm=0.5. May be repeated."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
BASELINE = "january-2022"


def _scenario(name: str, changes: list[str] | None) -> Scenario:
    """Load a scenario or end with its message."""
    from sim.domain.load import load_scenario
    from sim.domain.problems import ScenarioError

    try:
        return load_scenario(name, changes or [])
    except ScenarioError as error:
        fail(str(error))


def _check_writable(runs: Path) -> None:
    """End with a message before the talks are played, not after, where their run could not be kept."""
    if runs.exists() and not runs.is_dir():
        fail(f"{runs}: found a file; expected a folder for runs.")
    try:
        runs.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(f"{runs}: found a place that cannot be written ({error.strerror}); expected a folder for runs.")
    if not os.access(runs, os.W_OK | os.X_OK):
        fail(f"{runs}: found a folder that cannot be written; expected one for runs.")


def _version(wanted: bool) -> None:
    if wanted:
        from sim import __version__

        print(f"detente {__version__}")
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """The security talks of January 2022 as a negotiation game."""


@app.command()
def run(
    scenario: ScenarioName = BASELINE,
    seed: Annotated[str, typer.Option(help="Fixes all chance.")] = "0",
    index: Annotated[str, typer.Option(help="Which run of the seed.")] = "0",
    changes: Changes = None,
    as_json: AsJson = False,
    everything: Annotated[bool, typer.Option("--all", help="Tell every turn.")] = False,
    runs: Annotated[Path, typer.Option(help="Where runs are kept.")] = Path("runs"),
    write: Annotated[bool, typer.Option(help="Keep the run, or only show it.")] = True,
    seat: Annotated[
        list[str] | None,
        typer.Option(
            "--seat", metavar="PARTY=COMMAND", help="A program takes a seat (docs/agents.md). May be repeated."
        ),
    ] = None,
    seat_timeout: Annotated[str, typer.Option(help="Seconds that a program has for a turn.")] = "10",
    on_failure: Annotated[str, typer.Option(help="If a program fails: stop, or let the seat's tactic go on.")] = "stop",
) -> None:
    """Play the talks, tell them as they go, and keep record, transcript and report."""
    seed_, index_ = whole(seed, "seed", 2**128 - 1), whole(index, "index", 2**48)
    given = _scenario(scenario, changes)
    if write:
        _check_writable(runs)
    say_first_time()
    from sim.model import NegotiationModel

    screen = None if as_json else _screen(given)
    with cli_seats.seated(given, seat or [], seat_timeout, on_failure) as seats:
        model = NegotiationModel(given, seed_, index_, seats.programs)
        seats.play(model, lambda: _told(model, screen, everything))
    if screen is not None and model.outside:
        from sim.store.talk import seat_words

        for words in seat_words(model):
            screen.paragraph(words)
    if write:
        command = _command(scenario, seed_, index_, changes or [], seat or [])
        folder = _kept(model, runs, command, changes or [])
        if screen is not None:
            from sim.screen_result import show_places
            from sim.store import FILES

            show_places(screen, folder, [name for name in reversed(FILES) if name != "scenario.json"])
    if as_json:
        print(json.dumps(model.result(), ensure_ascii=False, indent=2))


def _screen(given: Scenario) -> Any:
    from rich.console import Console

    from sim.screen import Screen

    return Screen(Console(highlight=False), given)


def _told(model: NegotiationModel, screen: Any, everything: bool) -> None:
    """Play to the end, telling it where there is a screen."""
    if screen is None:
        model.run()
        return
    from sim.screen import show_talks
    from sim.screen_result import show_result

    show_talks(screen, model, everything=everything)
    show_result(screen, model)


def _kept(model: NegotiationModel, runs: Path, command: str, changes: list[str]) -> Path:
    from sim.report import write_report
    from sim.store import StoreError, write_run

    try:
        return write_run(model, runs, command, changes, write_report)
    except StoreError as error:
        fail(str(error))


def _command(scenario: str, seed: int, index: int, changes: list[str], seats: list[str]) -> str:
    """What a person types to play this run again."""
    import shlex

    parts = ["detente", "run", scenario, "--seed", str(seed)]
    if index:
        parts += ["--index", str(index)]
    for change in changes:
        parts += ["--set", change]
    for seat in seats:
        parts += ["--seat", seat]
    return shlex.join(parts)


@app.command()
def replay(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder under runs/.")],
    row: Annotated[str | None, typer.Option(help="Of a sweep's folder: which row.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Tell every turn.")] = False,
) -> None:
    """Play a kept run again and check that it comes out the same: a talk byte by byte, a row figure by figure."""
    if row is not None:
        cli_studies.replay_row(folder, row, lambda model: _told(model, _screen(model.game), everything))
        return
    from sim.store import StoreError, read_run

    try:
        stored = read_run(folder)
    except StoreError as error:
        fail(str(error))
    say_first_time()
    from sim.protocol.table import IllegalAct
    from sim.store import record_bytes, transcript_bytes

    model, note = cli_seats.replayed(stored)
    try:
        _told(model, _screen(stored.scenario), everything)
        same = record_bytes(model) == stored.record and transcript_bytes(model) == stored.transcript
    except IllegalAct:
        same = False  # a stored act that the table as it stands now does not allow
    print()
    if same:
        print("Played again: record and transcript are the same, byte by byte.")
        if note:
            print(note)
        return
    from sim import __version__

    was = stored.manifest.get("versions", {}).get("detente", "unknown")
    other = f" It was written by version {was}, this is {__version__}." if was != __version__ else ""
    print(f"Played again: record or transcript differ from what {folder} holds.{other}", file=sys.stderr)
    raise typer.Exit(1)


@app.command()
def show(scenario: ScenarioName = BASELINE, changes: Changes = None) -> None:
    """Print a scenario as tables: issues, who wants what, red lines, consent, venues, sources."""
    given = _scenario(scenario, changes)
    from sim.screen_scenario import show_scenario

    show_scenario(_screen(given))


@app.command()
def validate(files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Scenario files or names.")]) -> None:
    """Check scenario files: ok, or one clear message each."""
    from sim.domain.load import load_scenario
    from sim.domain.problems import ScenarioError

    bad = False
    for name in files:
        try:
            print(f"{name}: ok ({load_scenario(name).hash[:12]})")
        except ScenarioError as error:
            complain(str(error))
            bad = True
    if bad:
        raise typer.Exit(2)


@app.command()
def measures(scenario: ScenarioName = BASELINE, changes: Changes = None, as_json: AsJson = False) -> None:
    """Print what a game offers its parties, exactly: frontier, bargaining solutions, zone of agreement, veto power."""
    given = _scenario(scenario, changes)
    say_first_time()
    from sim.domain.problems import ScenarioError
    from sim.protocol.measures import measures as measure

    try:
        found = measure(given)
    except ScenarioError as error:
        fail(str(error))
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    from sim.screen_scenario import show_measures

    show_measures(_screen(given), found)


@app.command()
def scenarios() -> None:
    """List the scenarios that come with the program."""
    import textwrap

    from sim.domain.files import shipped
    from sim.domain.load import load_scenario

    for name in shipped():
        print(name)
        print(textwrap.fill(load_scenario(name).summary, 78, initial_indent="    ", subsequent_indent="    "))


cli_studies.register(app)
cli_findings.register(app)
cli_history.register(app)
cli_compare.register(app)
cli_lab.register(app)
cli_bench.register(app)
cli_class.register(app)
cli_lesson.register(app)
cli_genius.register(app)
cli_authoring.register(app)


def _guarded(call: Callable[[], None]) -> int:
    """Run and turn what interrupts a program into its usual exit codes."""
    try:
        call()
    except KeyboardInterrupt:
        print("\ndetente: stopped; nothing half-written was kept.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read us has gone; say nothing more to it, not even when Python shuts down.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return 0


def main() -> None:
    """Entry point of the command ``detente``."""
    # Imports make many lasting objects and a talk makes few: looking for garbage so often took a quarter of a run.
    gc.set_threshold(200_000, 20, 20)
    sys.exit(_guarded(lambda: app(standalone_mode=True)))


if __name__ == "__main__":
    main()
