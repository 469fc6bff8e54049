"""What would have made a deal of one run, on a terminal; and how far the search is."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from sim.figures.chart import opened
from sim.findings.jury import Mending
from sim.findings.whatif import Answer
from sim.findings.whatif_words import (
    change_words,
    draw_words,
    effect_words,
    outcome_words,
    percent,
    size_words,
    tried_words,
    verdict,
)
from sim.screen import Screen

WRITTEN = 3
"""Changed figures that a line writes out; saliences move all others of their party."""


class Stages:
    """Tells what a search is doing, on the error stream: a bar on a terminal, else lines."""

    def __init__(self) -> None:
        self._bar, self._task = None, None
        console = Console(stderr=True)
        if console.is_terminal:
            self._bar = Progress(TextColumn("{task.description}"), BarColumn(), console=console, transient=True)

    def __enter__(self) -> Stages:
        if self._bar:
            self._bar.start()
            self._task = self._bar.add_task("", total=None)
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, words: str, there: int, all_: int) -> None:
        """Note what is being done, and how many steps of all are behind."""
        if self._bar and self._task is not None:
            self._bar.update(self._task, description=words, completed=there, total=all_)
        elif there < all_:
            print(f"Step {there + 1} of {all_}: {words}", file=sys.stderr, flush=True)


def show_answer(screen: Screen, answer: Answer, label: str, command: Sequence[str]) -> None:
    """Print an answer; 80 columns hold everything.

    Parameters
    ----------
    label
        Names the run.
    command
        Words that play it, to which changes are added.
    """
    s, stage = screen.scenario, answer.stage
    screen.paragraph(label, style="bold")
    ended = f"It ended in {outcome_words(s, answer.outcome)}."
    if answer.kind:
        ended += f" Its private type: {answer.kind}; force was worth {100 * answer.payoff:.0f} points to it."
    screen.paragraph(ended)
    screen.line()
    screen.paragraph(f"{verdict(answer)}.", style="bold")
    if answer.agreed:
        return
    screen.paragraph(
        f"As assumed, {percent(answer.share / answer.others)} % of {answer.others:,} other runs of seed {stage.seed} end in "
        f"{answer.want.words}."
    )
    _group(
        screen, answer, "Changes that help other runs too, the smallest first", answer.robust, answer.found[0], command
    )
    _group(
        screen, answer, "Changes that only send this run another way", answer.lucky, answer.found[1], command,
        "At this size they make no clear difference elsewhere: this run stood on an edge, or went another way by chance.",
    )  # fmt: skip
    name = s.parties[s.challenger].name if s.challenger else ""
    _group(
        screen, answer, f"Changes that put a different {name} at the table", answer.other, answer.found[2], command,
        f"They alter {name}’s private type or payoff in this run: another run, not the same one under another assumption.",
    )  # fmt: skip
    screen.line()
    screen.paragraph(tried_words(answer), style="dim")
    screen.paragraph(
        "Size is a share of an assumption’s documented range. Every change shown was played again through the Mesa model. "
        "A counterfactual of the model, not of history.",
        style="dim",
    )


def _group(
    screen: Screen,
    answer: Answer,
    title: str,
    shown: Sequence[Mending],
    found: int,
    command: Sequence[str],
    note: str = "",
) -> None:
    if not shown:
        return
    screen.line()
    more = f" ({len(shown)} of {found})" if found > len(shown) else ""
    screen.rule(title + more)
    if note:
        screen.paragraph(note)
    for number, one in enumerate(shown, 1):
        words = opened(change_words(screen.scenario, one))
        screen.paragraph(f"{number}  {words}. Size {size_words(one)}.", "   ")
        drawn = draw_words(answer, one)
        if drawn:
            screen.paragraph(f"   {drawn}", "   ")
        screen.paragraph(f"   {effect_words(answer, one)}", "   ")
        screen.paragraph(f"   {_sets(answer, one)}", "   ", "dim")
    screen.paragraph(f"Play the first: {shlex.join([*command, *_options(answer, shown[0])])}", "   ", "dim")


def _sets(answer: Answer, one: Mending) -> str:
    """Its changes as options, the moved figures first; those scaled along with them counted where they are many."""
    changes = answer.stage.changes(one.moves)
    if len(changes) <= WRITTEN:
        return " ".join(f"--set {change}" for change in changes)
    moved = {move.assumption.path for move in one.moves}
    own = [change for change in changes if change.partition("=")[0] in moved]
    return f"{' '.join(f'--set {change}' for change in own)} and {len(changes) - len(own)} weights scaled with it"


def _options(answer: Answer, one: Mending) -> list[str]:
    return [word for change in answer.stage.changes(one.moves) for word in ("--set", change)]
