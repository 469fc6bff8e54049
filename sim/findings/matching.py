"""Which runs of a study match a record: counted point by point in one pass over the rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.findings.evidence import Evidence, Varied
from sim.findings.intervals import block_of
from sim.findings.record import Line, Record
from sim.findings.rejection import Matched, Whole, share

if TYPE_CHECKING:
    import pandas as pd

AT_ONCE = 24
"""Factors read in one go; a study may have hundreds."""


@dataclass(frozen=True)
class HeldOut:
    """How often runs that match every other line match this one too.

    Attributes
    ----------
    line
        The one held out.
    before
        Share of all runs that match it.
    after
        The same among runs that match the rest: share and its 95 % interval; NaN where none does.
    """

    line: Line
    before: float
    after: tuple[float, float, float]


class Matching:
    """A study beside a record.

    Parameters
    ----------
    evidence
        The study.
    record
        What happened.
    tolerance
        Steps that a run may be away and still count as matching.
    others
        Further tolerances, to see what hangs on it.
    talks_only
        Whether what followed the talks is left out of the comparison.
    """

    def __init__(
        self,
        evidence: Evidence,
        record: Record,
        tolerance: int,
        others: Sequence[int] = (),
        *,
        talks_only: bool = False,
    ) -> None:
        self.evidence, self.record, self.tolerance = evidence, record, tolerance
        self.tolerances = tuple(sorted({tolerance, *others}))
        self.steps = record.of_talks if talks_only else record.of_all

    @cached_property
    def _counts(self) -> pd.DataFrame:
        """Counts by point."""
        return self._counted("point")

    @cached_property
    def _clusters(self) -> pd.DataFrame:
        """Counts by what may be taken as independent: points that were drawn, or on a grid the draws that points share."""
        return self._counted("replication") if self.exhaustive else self._counts

    @property
    def exhaustive(self) -> bool:
        """Whether the points are all that the prior holds, each with runs of its own to tell chance by."""
        return self.evidence.design == "factorial" and self.evidence.replications > 1

    def _counted(self, by: str) -> pd.DataFrame:
        """One row a point or a replication: runs, matching runs by tolerance, and what predictions need."""
        lines = self.record.lines
        wanted = ["count(*) AS runs", f"count(*) FILTER (WHERE talks <= {self.tolerance}) AS talks"]
        wanted += [f"count(*) FILTER (WHERE d <= {limit}) AS within_{limit}" for limit in self.tolerances]
        for at, line in enumerate(lines):
            rest = f"talks <= {self.tolerance}" if line is self.record.later else f"d - s{at} <= {self.tolerance}"
            wanted += [
                f"count(*) FILTER (WHERE s{at} = 0) AS all_{at}", f"count(*) FILTER (WHERE {rest}) AS rest_{at}",
                f"count(*) FILTER (WHERE {rest} AND s{at} = 0) AS both_{at}",
            ]  # fmt: skip
        near = f"talks <= {self.tolerance}"
        carried = [name for name in ("escalation_chance", "type") if name in self.evidence.columns]
        if "escalation_chance" in carried:
            wanted += [f"coalesce(sum(escalation_chance) FILTER (WHERE {near}), 0) AS chance"]
        for at, kind in enumerate(self.types):
            wanted += [f"count(*) FILTER (WHERE type = '{kind}') AS type_{at}"]
            wanted += [f"count(*) FILTER (WHERE d <= {self.tolerance} AND type = '{kind}') AS matching_type_{at}"]
        steps = [f"{line.steps} AS s{at}" for at, line in enumerate(lines)]
        columns = ", ".join([*carried, *steps, f"{self.steps} AS d", f"{self.record.of_talks} AS talks"])
        inner = f"SELECT {by}, {columns} FROM played"
        return self.evidence.ask(f"SELECT {by}, {', '.join(wanted)} FROM ({inner}) GROUP BY {by} ORDER BY {by}")

    @property
    def types(self) -> tuple[str, ...]:
        """The challenger's types, where the rows tell them."""
        scenario = self.evidence.scenario
        if scenario.challenger is None or "type" not in self.evidence.columns:
            return ()
        return tuple(scenario.parties[scenario.challenger].types)

    def _whole(self, name: str) -> Whole:
        return self._counts[name].to_numpy(np.int64)

    @cached_property
    def blocks(self) -> Whole:
        """Which points were drawn together: all that a Sobol base point or a Morris trajectory gave."""
        drawn = self._whole("point") // block_of(self.evidence)
        return np.unique(drawn, return_inverse=True)[1].astype(np.int64)

    def matched(self, tolerance: int | None = None) -> Matched:
        """The runs within a tolerance, the study's own where left out."""
        limit = self.tolerance if tolerance is None else tolerance
        return Matched(self._whole(f"within_{limit}"), self._whole("runs"), self.blocks, self.exhaustive)

    @cached_property
    def talks(self) -> Matched:
        """The runs that match the talks, whatever followed."""
        return Matched(self._whole("talks"), self._whole("runs"), self.blocks, self.exhaustive)

    @cached_property
    def held_out(self) -> tuple[HeldOut, ...]:
        """Every line of the record in turn, what followed last."""
        found: list[HeldOut] = []
        for at, line in enumerate(self.record.lines):
            before = float(self._whole(f"all_{at}").sum() / self._whole("runs").sum())
            after = self._share(f"both_{at}", f"rest_{at}")
            found.append(HeldOut(line, before, after))
        return tuple(found)

    @cached_property
    def chance(self) -> tuple[float, float, float] | None:
        """Mean chance of escalation of the runs that match the talks, with its 95 % interval."""
        if "chance" not in self._counts:
            return None
        return self._share("chance", "talks")

    @cached_property
    def type_shares(self) -> dict[str, tuple[float, tuple[float, float, float]]]:
        """By type of the challenger: its share of all runs, and of those that match with a 95 % interval."""
        total = self._whole("runs").sum()
        return {
            name: (
                float(self._whole(f"type_{at}").sum() / total),
                self._share(f"matching_type_{at}", f"within_{self.tolerance}"),
            )
            for at, name in enumerate(self.types)
        }

    def _share(self, of: str, among: str) -> tuple[float, float, float]:
        """A share of runs with its 95 % interval."""
        counts = self._clusters
        blocks = np.arange(len(counts), dtype=np.int64) if self.exhaustive else self.blocks
        return share(counts[of].to_numpy(float), counts[among].to_numpy(float), blocks)

    def values(self) -> Iterator[tuple[Varied, NDArray[Any]]]:
        """Every factor with its value at each point, a few columns in memory at a time."""
        factors = self.evidence.factors
        for first in range(0, len(factors), AT_ONCE):
            some = factors[first : first + AT_ONCE]
            wanted = ", ".join(f'any_value("{factor.name}") AS "{factor.name}"' for factor in some)
            frame = self.evidence.ask(f"SELECT point, {wanted} FROM played GROUP BY point ORDER BY point")
            for factor in some:
                yield factor, frame[factor.name].to_numpy()

    def rows(self) -> pd.DataFrame:
        """Number, point and steps of every matching row, in order: each can be played again."""
        return self.evidence.ask(
            f"SELECT row, point, {self.steps} AS steps FROM played WHERE {self.steps} <= {self.tolerance} ORDER BY row"
        )

    def nearest(self) -> int:
        """Steps of the nearest run."""
        return int(self.evidence.ask(f"SELECT min({self.steps}) AS least FROM played")["least"][0])
