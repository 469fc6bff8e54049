"""Studies on a terminal: their sizes beforehand, how far they are, what is there, answers to questions."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.store.rows import Study
    from sim.store.shelf import Entry
    from sim.sweep.plan import Plan

EVERY = 10.0
"""Seconds between two plain lines, where there is no terminal to draw a bar on."""

SHOWN = 200
"""Rows of an answer that are shown as a table."""


def show_sizes(plan: Plan, folder: Path) -> None:
    """What a study will play, before it starts."""
    work = plan.work
    draws = "the same draws at every point" if work.common else "own draws at every point"
    rows = [
        ("Study", plan.name),
        ("Points", f"{plan.points:,}"),
        ("Replications", f"{work.replications:,}, {draws}" if plan.points > 1 else f"{work.replications:,}"),
        ("Runs", f"{plan.rows:,}, in {plan.parts:,} part{'s' if plan.parts > 1 else ''}"),
        ("Scenarios", f"{plan.combinations:,}, figures apart"),
        ("Seed", str(work.seed)),
        ("Folder", f"{folder}/"),
    ]
    for column in work.factors:
        rows.insert(-3, ("Factor", f"{column.name} ({column.path})" if column.name != column.path else column.name))
    for label, text in rows:
        print(f"{label:<13} {text}")


class _Rate(ProgressColumn):
    """Runs a second."""

    def render(self, task: Task) -> Text:
        """The speed over the last while."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} runs/s" if speed else "")


class Told:
    """Tells how far a study is, on the error stream: a bar on a terminal, else a line now and then."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._bar = None
        self._started = self._last = time.monotonic()
        self._before: int | None = None
        if console.is_terminal:
            self._bar = Progress(
                TextColumn("{task.completed:,.0f} of {task.total:,.0f} runs"),
                BarColumn(),
                TaskProgressColumn(),
                _Rate(),
                TimeRemainingColumn(),
                console=console,
                transient=True,
            )

    def __enter__(self) -> Told:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, there: int, rows: int) -> None:
        """Note that ``there`` of ``rows`` are on disk."""
        now = time.monotonic()
        if self._before is None:
            self._before, self._started = there, now
            if self._bar:
                self._bar.add_task("", total=rows, completed=there)
            elif there:
                print(f"{there:,} of {rows:,} runs are there already", file=sys.stderr, flush=True)
            return
        if self._bar:
            self._bar.update(self._bar.task_ids[0], completed=there)
        elif now - self._last >= EVERY or there == rows:
            self._last = now
            print(self._line(there, rows, now - self._started), file=sys.stderr, flush=True)

    def _line(self, there: int, rows: int, seconds: float) -> str:
        rate = (there - (self._before or 0)) / max(seconds, 1e-9)
        left = f", about {_duration((rows - there) / rate)} left" if there < rows and rate else ""
        return f"{there:,} of {rows:,} runs ({there / rows:.0%}), {rate:,.0f} runs/s{left}"


class Looking:
    """Tells which finding is looked for, on the error stream: one line that changes on a terminal, else a line each.

    Parameters
    ----------
    count
        Of findings.
    """

    def __init__(self, count: int) -> None:
        self._count, self._at, self._name = count, 0, ""
        console = Console(stderr=True)
        self._status = console.status("") if console.is_terminal else None

    def __enter__(self) -> Looking:
        if self._status:
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._status:
            self._status.stop()

    def at(self, name: str) -> None:
        """Note that the next finding is looked for."""
        self._at, self._name = self._at + 1, name
        self._say(f"{self._at} of {self._count}: {name}", True)

    def within(self, done: int, count: int) -> None:
        """Note how far runs are played again for it."""
        self._say(f"{self._at} of {self._count}: {self._name}, run {done:,} of {count:,}", False)

    def _say(self, line: str, lasting: bool) -> None:
        if self._status:
            self._status.update(line)
        elif lasting:
            print(line, file=sys.stderr, flush=True)


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def show_finished(study: Study) -> None:
    """What a complete study left, and how to ask it."""
    rows = study.manifest["rows"]
    print(f"{rows:,} runs in {_duration(study.seconds)}.")
    failed = study.failed()
    if failed:
        print(
            f"{len(failed):,} of them failed and are rows too; the first is row {failed[0]['row']}: {failed[0]['message']}"
        )
    print(f"Written to  {study.folder}/")
    print(f'Ask         detente query {study.folder} "SELECT outcome, count(*) AS runs FROM rows GROUP BY outcome"')
    print(f"One of them detente replay {study.folder} --row 0")


def show_runs(entries: Sequence[Entry]) -> None:
    """What is in the runs folder, one line a run."""
    table = Table(box=None, pad_edge=False)
    # A name is there to be copied: it is never broken, the rest may be.
    table.add_column("run", no_wrap=True)
    for name in ("kind", "state"):
        table.add_column(name, overflow="fold")
    for name in ("runs", "size"):
        table.add_column(name, justify="right", overflow="fold")
    table.add_column("written (UTC)", overflow="fold")
    for entry in entries:
        rows = f"{entry.rows:,}" if entry.rows_there == entry.rows else f"{entry.rows_there:,} of {entry.rows:,}"
        when = entry.changed[:10]
        table.add_row(entry.folder, entry.kind, entry.state, rows, _bytes(entry.size), when)
    Console(highlight=False).print(table)


def _bytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"


def show_answer(answer: pa.Table, form: str) -> None:
    """An answer to a query as table, csv or json."""
    if form == "csv":
        import csv

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(answer.column_names)
        for batch in answer.to_batches():
            writer.writerows(zip(*(column.to_pylist() for column in batch.columns)))
        return
    if form == "json":
        rows = [{name: _plain(value) for name, value in row.items()} for row in answer.to_pylist()]
        print(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
        return
    table = Table(box=None, pad_edge=False)
    for field in answer.schema:
        numeric = str(field.type).startswith(("int", "uint", "double", "float", "decimal"))
        table.add_column(field.name, justify="right" if numeric else "left")
    for row in answer.slice(0, SHOWN).to_pylist():
        table.add_row(*(_cell(value) for value in row.values()))
    Console(highlight=False).print(table)
    if answer.num_rows > SHOWN:
        print(f"… {answer.num_rows - SHOWN:,} more rows (--csv and --json print all)")


def _plain(value: Any) -> Any:
    """A sum of whole numbers comes as a decimal."""
    return (int(value) if value == int(value) else float(value)) if isinstance(value, Decimal) else value


def _cell(value: Any) -> Text:
    value = _plain(value)
    if value is None:
        return Text("")
    if isinstance(value, float):
        return Text(f"{value:.6g}")
    return Text(f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value))
