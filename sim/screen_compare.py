"""Two studies compared, on a terminal: what differs, the differences with their intervals, where runs went."""

from __future__ import annotations

from collections.abc import Sequence

from sim.findings.comparison import paired_words, row_of, sentences, title
from sim.findings.differences import Compared
from sim.findings.intervals import wilson
from sim.findings.transitions import differing
from sim.screen import Screen

_HEADINGS = {"class": "Share of runs", "gain": "Gain over the status quo", "offers": "Course of the talks"}


def show_comparison(screen: Screen, compared: Compared) -> None:
    """Print a comparison; 80 columns hold everything."""
    pairs = compared.pairs
    screen.line(f"A  {pairs.a.study.folder}/", "bold")
    screen.line(f"B  {pairs.b.study.folder}/", "bold")
    for line in differing(compared):
        screen.paragraph(line, "   ")
    screen.paragraph(f"Paired: {paired_words(compared)}", "   ")
    for one in (pairs.a, pairs.b):
        if one.study.state != "complete":
            screen.paragraph(f"{one.study.folder} is {one.study.state}: these are the rows it has so far.", "   ")
    screen.line()
    screen.paragraph(f"{title(compared)}.", style="bold")
    for sentence in sentences(compared):
        screen.paragraph(sentence)
    screen.line()
    _differences(screen, compared)
    _transitions(screen, compared)


def _differences(screen: Screen, compared: Compared) -> None:
    widths = (26, 9, 9, 9, 16, 10)
    _row(screen, ("", "A", "B", "B less A", "95 % interval", "runs"), widths, "dim")
    for one in compared.differences:
        if one.kind in _HEADINGS and one is next(d for d in compared.differences if d.kind == one.kind):
            screen.line(_HEADINGS[one.kind], "bold")
        _row(screen, row_of(one), widths)
    screen.paragraph(
        "runs: pairs in which the figure differs. Points are of 100, by each party’s own wishes.", style="dim"
    )
    screen.line()


def _transitions(screen: Screen, compared: Compared) -> None:
    """How many runs went from which class of A to which of B."""
    if compared.same:
        return
    low, high = wilson(compared.moved / compared.runs, compared.runs)
    screen.line("From class in A (rows) to class in B (columns), runs", "bold")
    names = [name.split()[0] for _, name in compared.classes]
    widths = (22, *(max(9, len(name) + 1) for name in names))
    _row(screen, ("", *names), widths, "dim")
    for a, name in compared.classes:
        cells = [f"{compared.transitions[a, b]:,}" if compared.transitions[a, b] else "·" for b, _ in compared.classes]
        _row(screen, (name, *cells), widths)
    share = f"{compared.moved / compared.runs:.1%}".replace("%", " %")
    screen.paragraph(
        f"Another way at all: {compared.moved:,} of {compared.runs:,} runs, {share}"
        + (f" ({100 * low:.1f}–{100 * high:.1f})." if not compared.pairs.clustered else "."),
    )


def _row(screen: Screen, cells: Sequence[str], widths: Sequence[int], style: str = "") -> None:
    first, *rest = cells
    text = first[: widths[0] - 1].ljust(widths[0]) + "".join(cell.rjust(width) for cell, width in zip(rest, widths[1:]))
    screen.line(text.rstrip(), style)
