"""Commands for many runs: sweep, runs, query, and the replay of one row."""

from __future__ import annotations

import json
import shlex
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli_input import fail, say_first_time, whole

if TYPE_CHECKING:
    from sim.model import NegotiationModel
    from sim.store.rows import Study
    from sim.sweep.plan import Plan

STOPPED = 130


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(sweep)
    app.command()(runs)
    app.command()(query)


def sweep(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A sweep's name or file; with --runs a scenario's.")],
    runs: Annotated[str | None, typer.Option(metavar="N", help="Play a scenario N times, nothing varied.")] = None,
    seed: Annotated[str | None, typer.Option(help="With --runs: fixes all chance.")] = None,
    changes: Annotated[
        list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change a figure of the scenario.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Its folder; runs/NAME-HASH where left out.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what is there.")] = False,
    workers: Annotated[str | None, typer.Option(metavar="N", help="Threads; all processors where left out.")] = None,
    cluster: Annotated[str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler: tcp://host:8786.")] = None,
    dry: Annotated[bool, typer.Option("--dry-run", help="Show the sizes and end.")] = False,
) -> None:
    """Play many runs and keep a row of each; sizes are shown before it starts, and it can be stopped and gone on with."""
    count = None if runs is None else whole(runs, "runs", 10**9, 1)
    threads = None if workers is None else whole(workers, "workers", 1024, 1)
    if cluster and threads:
        fail("--workers: found it beside --cluster; expected one of the two: a cluster has its own workers.")
    if count is None and seed is not None:
        fail("--seed: found it without --runs; expected the seed in the sweep's file, or --set for the scenario.")
    plan = _plan(file, count, whole(seed or "0", "seed", 2**128 - 1), changes or [])
    from sim.screen_studies import show_finished, show_sizes
    from sim.sweep.run import place_of

    place = out or place_of(plan)
    show_sizes(plan, place)
    if dry:
        return
    sys.stdout.flush()
    say_first_time()
    again = _command(file, runs, seed, changes or [], out, workers, cluster)
    study = played(plan, place, again, resume=resume, workers=threads, cluster=cluster)
    if study.state != "complete":
        there = len(study.parts)
        print(f"detente: stopped; {there:,} of {plan.parts:,} parts are kept. Go on with: {again}", file=sys.stderr)
        raise typer.Exit(STOPPED)
    show_finished(study)


def _plan(file: str, runs: int | None, seed: int, changes: list[str]) -> Plan:
    """Read what is to be played."""
    from sim.domain.problems import ScenarioError
    from sim.sweep.design import read_sweep, replication
    from sim.sweep.plan import Plan

    try:
        return Plan(read_sweep(file, changes) if runs is None else replication(file, runs, seed, changes))
    except ScenarioError as error:
        fail(str(error))


def _command(
    file: str,
    runs: str | None,
    seed: str | None,
    changes: list[str],
    out: Path | None,
    workers: str | None,
    cluster: str | None,
) -> str:
    """What a person types to go on."""
    parts = ["detente", "sweep", file]
    given = {"--runs": runs, "--seed": seed, "--out": out, "--workers": workers, "--cluster": cluster}
    for name, value in given.items():
        parts += [name, str(value)] if value is not None else []
    for change in changes:
        parts += ["--set", change]
    return shlex.join([*parts, "--resume"])


def played(plan: Plan, place: Path, again: str, **how: Any) -> Study:
    """Play with a first Ctrl-C (or SIGTERM, which batch systems send) as a request to stop, a second one as an order."""
    from sim.screen_studies import Told
    from sim.store.folder import NoRoom, StoreError
    from sim.sweep.executors import ClusterLost
    from sim.sweep.run import run_sweep

    stop = threading.Event()

    def asked(*_: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {name: signal.signal(name, asked) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        with Told() as told:
            return run_sweep(plan, place, told=told, stop=stop, **how)
    except (NoRoom, ClusterLost) as error:
        fail(f"{error} What was written is good; go on with: {again}")
    except StoreError as error:
        fail(str(error))
    except KeyboardInterrupt:
        print(f"detente: stopped at once. Go on with: {again}", file=sys.stderr)
        raise typer.Exit(STOPPED) from None
    finally:
        for name, handler in before.items():
            # Asked to stop, the program ends now; one more signal on the way out changes nothing about that.
            signal.signal(name, signal.SIG_IGN if stop.is_set() else handler)


def runs(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where runs are kept.")] = Path("runs"),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """List the talks and sweeps that are kept, and how far they are."""
    from sim.store.folder import StoreError
    from sim.store.shelf import listed

    try:
        found = listed(folder)
    except StoreError as error:
        fail(str(error))
    if as_json:
        print(json.dumps([asdict(entry) for entry in found], ensure_ascii=False, indent=2))
    elif found:
        from sim.screen_studies import show_runs

        show_runs(found)
    else:
        print(f"{folder}: no runs yet. detente run plays one.")


def query(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A sweep's folder under runs/.")],
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One statement; the runs are the table rows.")],
    csv: Annotated[bool, typer.Option("--csv", help="Print comma-separated values.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Ask a sweep's rows in SQL (DuckDB). Reads nothing but these rows and changes nothing."""
    from sim.screen_studies import show_answer
    from sim.store.folder import StoreError
    from sim.store.rows import Study

    try:
        answer = Study(folder).query(sql)
    except StoreError as error:
        fail(str(error))
    show_answer(answer, "csv" if csv else "json" if as_json else "table")


def replay_row(folder: Path, number: str, tell: Callable[[NegotiationModel], None]) -> None:
    """Play one row of a sweep again, told as a run is, and check that its figures come out the same.

    Parameters
    ----------
    folder
        Of the sweep.
    number
        Of the row, as given.
    tell
        Plays a model to its end, telling it.
    """
    from sim.domain.problems import ScenarioError
    from sim.store.folder import StoreError
    from sim.store.rows import Study
    from sim.sweep.again import differing, read_row

    wanted = whole(number, "row", 2**48)
    try:
        row = read_row(Study(folder), wanted)
    except (StoreError, ScenarioError) as error:
        fail(str(error))
    say_first_time()
    from sim.model import NegotiationModel

    if row.failed:
        print(f"Row {wanted} failed in the sweep: {row.figures['message']}")
    for change in row.changes:
        print(f"--set {change}")
    model = NegotiationModel(row.scenario, row.seed, row.index)
    tell(model)
    print()
    if row.failed:
        print("Played again: it comes to an end here, so the sweep's failure was not the run's own.", file=sys.stderr)
        raise typer.Exit(1)
    unlike = differing(row, model)
    if not unlike:
        print(f"Played again: row {wanted} comes out the same, figure by figure.")
        return
    print(f"Played again: {len(unlike)} figures differ from row {wanted} of {folder}:", file=sys.stderr)
    for line in unlike[:10]:
        print(f"  {line}", file=sys.stderr)
    raise typer.Exit(1)
