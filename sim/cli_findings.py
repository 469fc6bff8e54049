"""The command for what a study says: report."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli_class_report import report_class
from sim.cli_files import Png, Svg, folders, page_place, put_figures, put_page, put_pictures
from sim.cli_input import fail

if TYPE_CHECKING:
    from sim.findings import Evidence, Finding

PAGE = "report.html"
CLASSES = ".session"
"""How the files of classes end."""


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(report)


def report(
    run: Annotated[
        Path, typer.Argument(metavar="RUN", help="A sweep's folder under runs/, or a class: runs/classes/NAME.session.")
    ],
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="NAME", help="Only this finding. May be repeated.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The page; where left out report.html in RUN, or NAME.html beside a class."),
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The figures of every chart as CSV files there.")
    ] = None,
    png: Png = None,
    svg: Svg = None,
) -> None:
    """Put everything that a study's runs say into one page that opens in any browser without a network."""
    if run.suffix == CLASSES:
        refused = [name for name, given in (("--only", only), ("--png", png), ("--svg", svg)) if given]
        if refused:
            fail(f"{refused[0]}: found with a class, whose report is one page; expected --out and --csv alone.")
        report_class(run, out, csv)
        return
    _refuse_a_talk(run)
    keys = _known(only or [])
    page = out or run / PAGE
    evidence = _opened(run)
    folders(csv, png, svg)
    page_place(page)
    found = _found(evidence, keys)
    from sim.report.study import study_page

    put_page(page, study_page(evidence, found))
    put_figures(found, csv)
    put_pictures(found, evidence.looks, png, svg)


def _refuse_a_talk(run: Path) -> None:
    """A single talk has its report already."""
    from sim.store.folder import StoreError
    from sim.store.manifest import NAME
    from sim.store.talk import read_run

    if (run / NAME).is_file() and (run / "record.json").is_file():
        try:
            read_run(run)
        except StoreError as error:
            fail(str(error))
        there = run / PAGE
        told = (
            f"its report is {there}"
            if there.is_file()
            else f"its report is gone; play it again: {shlex.join(['detente', 'replay', str(run)])}"
        )
        print(f"{run} is a single talk; {told}")
        raise typer.Exit


def _known(only: list[str]) -> list[str]:
    """Keys of the findings asked for, all where none are named."""
    from sim.domain.problems import nearest
    from sim.findings import CATALOGUE

    for name in only:
        if name not in CATALOGUE:
            fail(f"--only: found {name}; expected one of: {', '.join(CATALOGUE)}.{nearest(name, list(CATALOGUE))}")
    return [key for key in CATALOGUE if key in only] if only else list(CATALOGUE)


def _opened(run: Path) -> Evidence:
    from sim.findings import Evidence
    from sim.store.folder import StoreError

    try:
        return Evidence(run)
    except StoreError as error:
        fail(str(error))


def _found(evidence: Evidence, keys: list[str]) -> list[Finding]:
    """Every finding asked for, with a word on the error stream while it is looked for."""
    from sim.findings import answer
    from sim.screen_studies import Looking
    from sim.store.folder import StoreError

    found: list[Finding] = []
    with Looking(len(keys)) as looking:
        evidence.told = looking.within
        for key in keys:
            looking.at(key.replace("_", " "))
            try:
                found.append(answer(key)(evidence))
            except StoreError as error:
                fail(str(error))
    return found
