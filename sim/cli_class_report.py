"""The report of a class that was kept: ``detente report runs/classes/NAME.session``."""

from __future__ import annotations

from pathlib import Path

from sim.cli_files import folders, page_place, put_page, put_text
from sim.cli_input import fail, say_first_time


def report_class(path: Path, out: Path | None, csv: Path | None) -> None:
    """Write the page of a class; with ``csv`` its acts, its seats and its events as files in a folder."""
    from sim.classroom.class_report import class_page
    from sim.classroom.events import LogError
    from sim.classroom.exports import log_json, long_csv, wide_csv
    from sim.classroom.kept import read

    page = out or path.with_suffix(".html")
    say_first_time()
    try:
        kept = read(path)
    except LogError as error:
        fail(str(error))
    page_place(page)
    folders(csv)
    put_page(page, class_page(kept))
    if csv is not None:
        for name, made in (("long.csv", long_csv), ("wide.csv", wide_csv), ("log.json", log_json)):
            put_text(csv / f"{path.stem}-{name}", made(kept))
        print(f"Figures     {csv}")
