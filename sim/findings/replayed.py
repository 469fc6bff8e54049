"""A sample of a study's rows played again, for what rows do not hold: how talks went, and what could still be had."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
    """Numbers of so many played rows among some, drawn with equal chances without repeating; all where there are fewer."""
    rows = np.sort(evidence.ask(f'SELECT "row" FROM played WHERE {among}')["row"].to_numpy())
    if len(rows) <= count:
        return rows.tolist()
    chosen = np.random.default_rng(SEED).choice(len(rows), count, replace=False)
    return np.sort(rows[chosen]).tolist()


def replayed(evidence: Evidence, count: int, among: str = "true") -> Iterator[Replayed]:
    """Play a sample of some rows again, row by row."""
    numbers = sampled(evidence, count, among)
    for at, row in enumerate(read_rows(evidence.study, numbers, ["outcome"])):
        table = Table(row.scenario, row.seed, row.index)
        while not table.over:
            table.play()
        evidence.told(at + 1, len(numbers))
        yield Replayed(row, table)


def sample_words(evidence: Evidence, count: int) -> str:
    """Which runs were played again, for subtitles."""
    played = evidence.counts[0]
    return f"all {played:,} runs" if played <= count else f"a sample of {count:,} of {played:,} runs"
