"""A sample of a study's rows played again, for what rows do not hold: how talks went, and what could still be had."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from sim.findings.evidence import Evidence
from sim.protocol.table import Table
from sim.sweep.again import Row, read_rows

SEED = 2022
"""Of the sample; the same study gives the same rows."""


@dataclass(frozen=True)
class Replayed:
    """A row and the finished table of its run."""

    row: Row
    table: Table


def sampled(evidence: Evidence, count: int, among: str = "true") -> list[int]:
    """Numbers of so many played rows among some, drawn with equal chances without repeating; all where there are fewer.

    A smaller sample is the beginning of a larger one.
    """
    rows = np.sort(evidence.ask(f'SELECT "row" FROM played WHERE {among}')["row"].to_numpy())
    return rows[np.random.default_rng(SEED).permutation(len(rows))[:count]].tolist()


def replayed(evidence: Evidence, count: int, among: str = "true") -> list[Replayed]:
    """Play a sample of some rows again; what one finding has had played, the next one need not."""
    known = _PLAYED.setdefault(evidence, {}).setdefault(among, {})
    numbers = sampled(evidence, count, among)
    missing = [number for number in numbers if number not in known]
    for at, row in enumerate(read_rows(evidence.study, missing, ["outcome"])):
        table = Table(row.scenario, row.seed, row.index)
        while not table.over:
            table.play()
        known[row.number] = Replayed(row, table)
        evidence.told(at + 1, len(missing))
    return [known[number] for number in sorted(numbers) if number in known]


_PLAYED: WeakKeyDictionary[Evidence, dict[str, dict[int, Replayed]]] = WeakKeyDictionary()


def sample_words(evidence: Evidence, count: int) -> str:
    """Which runs were played again, for subtitles."""
    played = evidence.counts[0]
    return f"all {played:,} runs" if played <= count else f"a sample of {count:,} of {played:,} runs"
