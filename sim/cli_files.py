"""Files that commands write where they are asked to: a page, the figures as CSV, the charts as pictures."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli_input import fail

if TYPE_CHECKING:
    from sim.findings import Finding
    from sim.look import PartyLook

Png = Annotated[Path | None, typer.Option(metavar="DIR", help="Every chart as a PNG there.")]
Svg = Annotated[Path | None, typer.Option(metavar="DIR", help="Every chart as an SVG there.")]
PageFile = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="A page, one file that needs no network.")]

_OWN = "· Détente"
"""What the title of every page of this program holds; its first bytes tell a page from anything else."""


def page_place(page: Path) -> None:
    """End with a message before anything is reckoned where a page must not be put: only pages are written over."""
    if page.is_dir() or not page.parent.is_dir():
        fail(f"--out: found {page}; expected a file in a folder that is there.")
    if not page.exists():
        _try_place(page)
        return
    try:
        with open(page, "rb") as file:
            begins = file.read(2000).decode("utf-8", "ignore")
    except OSError as error:
        fail(f"--out: found {page}, which cannot be read ({error.strerror}); expected a page or a new file.")
    if not (begins.startswith("<!doctype html>") and _OWN in begins):
        fail(
            f"--out: found {page}, which is no page of this program; expected a page or a new file: nothing else is replaced."
        )


def _try_place(page: Path) -> None:
    """End with a message where no file can be made: a search of half a minute should not end with one."""
    import tempfile

    try:
        with tempfile.TemporaryFile(dir=page.parent):
            pass
    except OSError as error:
        fail(f"{page}: found a place that cannot be written ({error.strerror}); expected one for the page.")


def put_page(page: Path, text: str, aside: bool = False) -> None:
    """Write a page whole or not at all, and say where it is; ``aside`` on the error stream, where the other is for data."""
    from sim.store.folder import StoreError, put

    try:
        put(page, text.encode())
    except (StoreError, OSError) as error:
        fail(str(error))
    print(f"Page        {page}", file=sys.stderr if aside else None)


def put_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    from sim.store.folder import StoreError, put

    try:
        put(path, text.encode())
    except (StoreError, OSError) as error:
        fail(str(error))


def folders(*asked: Path | None) -> None:
    """Make folders that are asked for, or end with a message before anything is reckoned."""
    for folder in asked:
        if folder is None:
            continue
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            fail(f"{folder}: found a place that cannot be written ({error.strerror}); expected a folder.")


def put_figures(found: Sequence[Finding], folder: Path | None) -> None:
    """The figures of every finding as a CSV file of its own."""
    if folder is None:
        return
    from sim.store.folder import StoreError, put

    try:
        for finding in found:
            if finding.frame is not None:
                put(folder / f"{finding.key}.csv", finding.frame.to_csv(index=False, lineterminator="\n").encode())
    except StoreError as error:
        fail(str(error))
    print(f"Figures     {folder}/")


def put_pictures(
    found: Sequence[Finding], looks: Mapping[str, PartyLook], png: Path | None, svg: Path | None, aside: bool = False
) -> None:
    """Every chart as a picture, in the forms that are asked for, and where they are."""
    from sim.store.folder import StoreError

    for form, folder in (("png", png), ("svg", svg)):
        if folder is None:
            continue
        from sim.report.pictures import write_pictures

        try:
            write_pictures(folder, [finding.chart for finding in found if finding.chart is not None], form, looks)
        except StoreError as error:
            fail(str(error))
        print(f"Pictures    {folder}/", file=sys.stderr if aside else None)
