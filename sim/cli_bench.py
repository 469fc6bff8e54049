"""The command ``detente bench``: what playing costs on this machine."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

from sim.cli_input import say_first_time
from sim.domain.plain import is_mapping


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(bench)


def bench(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Smaller counts: a minute instead of six, noisier.")] = False,
) -> None:
    """Measure how fast this machine plays: runs a second, growth, memory, beside NegMAS and Mesa's own batch_run."""
    say_first_time()
    from sim.bench import measure

    def told(words: str) -> None:
        if sys.stderr.isatty():
            print(f"Measuring {words} ...", file=sys.stderr)

    found = measure(quick, told)
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _show(found)
    for line in found["broken"]:
        print(f"detente: bench: {line}", file=sys.stderr)
    if found["broken"]:
        raise typer.Exit(1)


def _show(found: dict[str, Any]) -> None:
    """The figures in lines of at most 80 columns."""
    from sim.bench import FIGURES

    machine = found["machine"]
    print(f"{machine['processor']}, {machine['processors']} processors, {machine['memory_mib']:,} MiB")
    print(f"{machine['system']}; Python {machine['python']}, numpy {machine['numpy']}, numba {machine['numba']}")
    busy = f"Load before {machine['load_before']}, after {machine['load_after']}."
    print(f"{busy} {'Quick: one timing each.' if found['quick'] else 'Medians.'}\n")
    for figure in FIGURES:
        value = found[figure.key]
        if is_mapping(value):
            print(figure.meaning)
            for size, one in value.items():
                print(f"  {size:<50} {_text(one):>12} {figure.unit}")
        else:
            print(f"{figure.meaning:<52} {_text(value):>12} {figure.unit}".rstrip())
    for line in found["missing"]:
        print(line)


def _text(value: float | None) -> str:
    """A figure with three digits that count, "–" where there is none."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
