"""What some runs show that cannot be reckoned: endings that are always the same, classes and understandings not met."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.checks.finding import Found
from sim.checks.worlds import Game
from sim.engine import Engine
from sim.protocol.result import RESULTS, outcome_names

RUNS = 1000
SEED = 0


def played(game: Game, runs: int = RUNS) -> Iterator[Found]:
    """Play some runs and say what is the same in all of them. Not met in N runs is not impossible, and is said so."""
    rows = Engine(game.scenario).play(SEED, np.arange(runs))
    names = outcome_names(game.scenario)
    counts = np.bincount(rows["outcome"], minlength=len(names))
    shares = ", ".join(
        f"{_title(game, name)} {100 * count / runs:.1f} %" for name, count in zip(names, counts) if count
    )
    if (counts > 0).sum() == 1:
        yield from _same(game, rows, _title(game, names[int(counts.argmax())]), runs)
    else:
        for name, count in zip(names, counts):
            if not count and name != "other":
                yield Found(
                    "class-not-met",
                    "notice",
                    "outcomes",
                    f"No run ended as {_title(game, name)}.",
                    f"{runs:,} runs: {shares}. At 95 % its chance is below {100 * 3 / runs:.1g} %: rare, not impossible.",
                    "If it shall happen, see what stands in the way: detente measures, and other checks here.",
                )
    for name in game.scenario.calendar:
        if not (rows[f"result_{name}"] == RESULTS.index("understanding")).any():
            walked = int((rows[f"result_{name}"] == RESULTS.index("walked_out")).sum())
            yield Found(
                "venue-never-agrees",
                "notice",
                f"venues.{name}",
                f"No run found an understanding at {game.scenario.venues[name].title}.",
                f"{runs:,} runs; in {walked:,} somebody walked out. At 95 % rarer than one in {runs // 3:,}, not impossible.",
                "More rounds, more patience, tactics that give sooner, lower worths of no deal, or other seats can change it.",
            )


def _same(game: Game, rows: Any, title: str, runs: int) -> Iterator[Found]:
    texts = np.stack([rows[f"final_{name}"] for name in game.issues], axis=1)
    different = len(np.unique(texts, axis=0))
    agreed = any((rows[f"result_{name}"] == RESULTS.index("understanding")).any() for name in game.scenario.calendar)
    yield Found(
        "always-the-same",
        "notice",
        "outcomes",
        f"Every run ended as {title}: there is nothing to compare.",
        f"{runs:,} runs, {different} different {'text' if different == 1 else 'texts'}.",
        "Where chance shall matter, set bargaining.noise, patience_sd or resolve_defenders; or move the worths of no deal."
        if agreed
        else "Nobody ever agreed: look at the worths of no deal (detente measures), at red lines, rounds and patience.",
    )


def _title(game: Game, name: str) -> str:
    own = game.scenario.outcomes.classes.get(name)
    return own.title if own else name.replace("_", " ")
