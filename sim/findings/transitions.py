"""Where a change sends runs: from which class in one study to which in its twin, as a chart; and what differs, in lines."""

from __future__ import annotations

import textwrap

from sim.figures.chart import Chart, Panel, Picture, fitting, inks
from sim.findings.comparison import paired_words
from sim.findings.differences import Compared
from sim.findings.finding import Finding
from sim.findings.matrix import Cell, cells, toned

KEY, QUESTION = "transitions", "Where does the change send runs?"
MOST = 8
"""Places at which two scenarios differ that are written out."""


def differing(compared: Compared) -> list[str]:
    """What differs between the two, a line each."""
    found, pairs = [str(one) for one in compared.pairs.differing], compared.pairs
    if pairs.a.replications != pairs.b.replications:
        found.append(f"runs a point: {pairs.a.replications:,} in A, {pairs.b.replications:,} in B")
    if not found:
        return ["Differs: nothing; both played the same scenario."]
    more = [f"and {len(found) - MOST} more places"] if len(found) > MOST else []
    told = [*found[:MOST], *more]
    several = f" (at {len(pairs.differing)} places: not one thing but several)" if len(pairs.differing) > 1 else ""
    return [f"Differs{several}: {told[0]}", *(f"   {one}" for one in told[1:])]


def transitions(compared: Compared) -> Finding:
    """Runs by their class in A and in B; those off the diagonal ended otherwise."""
    if compared.same:
        return Finding(KEY, QUESTION, nothing="Every run of B is its twin in A: none ended otherwise.")
    names = [name for _, name in compared.classes]
    counts = [[compared.transitions[a, b] for b, _ in compared.classes] for a, _ in compared.classes]
    chart = Chart(
        key=KEY,
        title=_title(compared),
        subtitle=f"Runs by class in A (rows) and in B (columns); framed: the same class in both. {compared.runs:,} pairs.",
        footer=f"{paired_words(compared)} Darker: a larger share of the runs that had the row’s class in A.",
        draw=lambda theme, narrow: [Panel(None, _picture(names, counts, theme, narrow))],
        head=("Class in A", *(f"{name} in B" for name in names), "All"),
        rows=tuple((name, *(f"{count:,}" for count in line), f"{sum(line):,}") for name, line in zip(names, counts)),
    )
    return Finding(KEY, QUESTION, chart)


def _title(compared: Compared) -> str:
    """How many runs end otherwise, and which way most of them go."""
    share = 100 * compared.other_class / compared.runs
    much = f"{share:.0f}" if share >= 9.5 else f"{share:.1f}"
    text = f"{compared.other_class:,} of {compared.runs:,} runs ({much} %) end in another class"
    named = dict(compared.classes)
    moved = [(count, pair) for pair, count in compared.transitions.items() if pair[0] != pair[1] and count]
    if not moved:
        return fitting(
            f"No run ends in another class; {compared.moved:,} of {compared.runs:,} go another way to the same one"
        )
    count, (a, b) = max(moved, key=lambda one: one[0])
    return fitting(f"{text}, {count:,} from {named[a].lower()} to {named[b].lower()}", text)


def _picture(names: list[str], counts: list[list[int]], theme: str, narrow: bool) -> Picture:
    """A cell a pair of classes, with its count."""
    ink = inks(theme)

    def cell(y: int, x: int) -> Cell:
        count = counts[y][x]
        fill, colour = toned(count / sum(counts[y])) if count else (ink["sunken"], ink["ink-2"])
        hover = f"{names[y]} in A, {names[x]} in B: {count:,} runs"
        return Cell(fill, f"{count:,}" if count else "·", colour, hover, framed=x == y)

    def broken(letters: int) -> list[tuple[str, str]]:
        return [("<br>".join(textwrap.wrap(name, letters)), ink["ink"]) for name in names]

    rows, heads = broken(13 if narrow else 24), broken(13 if narrow else 16)
    lines = [[cell(y, x) for x in range(len(names))] for y in range(len(names))]
    return cells(rows, heads, lines, theme, turned=narrow)
