"""The smallest changes of assumptions that would have made a deal of one run that ended without.

A search over the run itself: the same seed and index, so the same draws, under other figures. First every assumption alone, in
both directions, on a grid of its range and then by bisection; then pairs, where two smaller changes may do what one does; then,
where neither helps in general, as many as it takes. Every change is judged on other runs that had no part in the search, since
almost any change sends a run another way, and some ways happen to end in a deal.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sim.findings.combined import combinations, likely, pairs
from sim.findings.jury import Jury, Mending, private, sorted_out
from sim.findings.single import singles
from sim.findings.stage import Stage, Want, class_of

OTHERS = 1000
"""Other runs on which a change is judged."""

SHOWN = 6
"""Changes of a kind that are kept, the smallest; each is played again through the Mesa model."""

STAGES = 7
"""Steps of a search; reading what can be changed is the first."""

Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Answer:
    """What would have made a deal of a run.

    Attributes
    ----------
    stage, want
        The run, and what counts as a deal.
    outcome, kind, payoff
        How it ended, and the challenger's private type and payoff in it; "" and NaN without challenger.
    agreed
        Whether it ended in a deal by itself; then nothing was searched.
    robust, lucky, other
        Changes that help other runs too; that help this run by sending it another way; that make another challenger of
        it. Each the smallest first, at most ``SHOWN``.
    found
        How many changes of each of these kinds there are.
    tried, pairs, together
        Assumptions tried alone, pairs tried, and the largest number moved at once; 0 where that was not tried.
    others, share
        Runs on which changes are judged, and how many of them end in a deal as they are.
    """

    stage: Stage
    want: Want
    outcome: str
    kind: str
    payoff: float
    agreed: bool
    robust: tuple[Mending, ...] = ()
    lucky: tuple[Mending, ...] = ()
    other: tuple[Mending, ...] = ()
    found: tuple[int, int, int] = (0, 0, 0)
    tried: int = 0
    pairs: int = 0
    together: int = 0
    others: int = 0
    share: int = 0

    @property
    def nothing(self) -> bool:
        """Whether no change within the ranges makes a deal."""
        return not (self.agreed or self.robust or self.lucky or self.other)


def search(stage: Stage, want: Want, others: int = OTHERS, told: Told = lambda words, there, all_: None) -> Answer:
    """Find the smallest changes that make a deal of a run.

    Parameters
    ----------
    stage
        The run with what may be moved.
    want
        What counts as a deal.
    others
        Other runs of the same seed, from index 0, on which changes are judged.
    told
        Called with what is being done, steps done and steps in all.
    """
    itself = stage.itself[0]
    kind, payoff = private(stage, itself)
    start = Answer(stage, want, class_of(stage.scenario, itself), kind, payoff, bool(want.met(stage.itself)[0]))
    if start.agreed:
        return start
    told("one assumption at a time", 1, STAGES)
    single = singles(stage, want)
    told("other runs", 2, STAGES)
    jury = Jury(stage, want, others)
    kept = [one for one in single if bool(stage.same_draw(stage.again([one[0]]))[0])]
    judged = jury.of(single)
    told("which changes help runs like this one", 3, STAGES)
    good = likely(stage, want, jury, [moves for moves, _ in kept])
    robust = [one.distance for one in judged if one.robust and one.same_draw]
    told("pairs of assumptions", 4, STAGES)
    two, count = pairs(stage, want, good, min(robust, default=math.inf))
    judged += jury.of(two)
    together = 0
    if not any(one.robust and one.same_draw for one in judged):
        told("several assumptions together", 5, STAGES)
        many, together = combinations(stage, want, good)
        judged += jury.of(many)
    told("the changes again, turn by turn", 6, STAGES)
    groups = sorted_out(judged)
    shown = [_verified(stage, want, group) for group in groups]
    told("done", STAGES, STAGES)
    return replace(
        start, robust=shown[0], lucky=shown[1], other=shown[2], found=tuple(len(group) for group in groups),
        tried=len(stage.each), pairs=count, together=together, others=len(jury.indices), share=int(jury.base.sum()),
    )  # fmt: skip


def _verified(stage: Stage, want: Want, group: Sequence[Mending]) -> tuple[Mending, ...]:
    """The first of a group that the scenario takes, and that the Mesa model plays to the same figures."""
    found: list[Mending] = []
    for one in group:
        record = stage.replayed(one.moves)
        if record is not None and bool(want.met(record)[0]):
            found.append(one)
        if len(found) == SHOWN:
            break
    return tuple(found)
