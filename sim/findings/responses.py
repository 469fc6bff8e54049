"""What outcomes are asked about: agreement, escalation and settlement of every run, point by point."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.findings.evidence import Evidence


@dataclass(frozen=True)
class Response:
    """A figure in [0, 1] of every run.

    Attributes
    ----------
    key, sql
        Short name, and what gives it of a row.
    noun
        At the start of a sentence: "Agreement".
    share
        What its mean is: "share of runs that end in an agreement".
    """

    key: str
    sql: str
    noun: str
    share: str


def responses_of(evidence: Evidence) -> tuple[Response, ...]:
    """Agreement; with a challenger also escalation and settlement.

    Escalation counts by its chance (10.1): the same mean as counting the runs in which it followed, with less noise.
    """
    agreement = Response("agreement", evidence.agreed, "Agreement", "share of runs that end in an agreement")
    if not evidence.scenario.challenger:
        return (agreement,)
    return (
        agreement,
        Response("escalation", "escalation_chance", "Escalation", "chance of escalation, mean of the runs"),
        Response("settlement", "outcome = 'settlement'", "Settlement", "share of runs that end in a settlement"),
    )


def what_agreement_is(evidence: Evidence) -> str:
    """What counts as an agreement, for footers."""
    if evidence.scenario.challenger:
        return "Agreement: limited measures, an arms-control accord or a settlement."
    return "Agreement: an understanding stood in some venue."


class Runs:
    """Responses of a study as points × replications, and its factors by point.

    Parameters
    ----------
    evidence
        The study.
    figures
        Of each row: SQL by name; by default the responses.

    Attributes
    ----------
    points
        int64[P], numbers of the points that have rows, rising.
    played
        bool[P, R], which runs were played to their end.
    values
        By name float64[P, R], 0 where not played.
    factors
        A row a point, a column a factor, as the rows hold them.
    """

    def __init__(self, evidence: Evidence, figures: dict[str, str] | None = None) -> None:
        self.evidence = evidence
        asked = figures or {one.key: one.sql for one in responses_of(evidence)}
        columns = ", ".join(f"CAST({sql} AS DOUBLE) AS {key}" for key, sql in asked.items())
        rows = evidence.ask(f"SELECT point, replication, {columns} FROM played")
        self.factors = factors_of(evidence)
        first = self.factors.index.to_numpy(np.int64)
        self.points = np.union1d(first, rows["point"].to_numpy(np.int64))
        self.factors = self.factors.reindex(self.points)
        points: NDArray[np.int64] = rows["point"].to_numpy()
        at = np.searchsorted(self.points, points)
        turn = rows["replication"].to_numpy()
        shape = (len(self.points), evidence.replications)
        self.played = np.zeros(shape, np.bool_)
        self.played[at, turn] = True
        self.values: dict[str, NDArray[np.float64]] = {}
        for key in asked:
            self.values[key] = np.zeros(shape)
            self.values[key][at, turn] = rows[key].to_numpy(np.float64)

    def only(self, points: NDArray[np.bool_]) -> Runs:
        """The runs of some points alone: what is reckoned over few is not reckoned over all others too."""
        few = copy.copy(self)
        few.__dict__.pop("whole", None)
        few.points, few.played = self.points[points], self.played[points]
        few.values = {key: values[points] for key, values in self.values.items()}
        few.factors = self.factors[points]
        return few

    @cached_property
    def whole(self) -> NDArray[np.bool_]:
        """bool[P], points all of whose runs were played."""
        return np.asarray(self.played.all(axis=1))

    def means(self, key: str) -> NDArray[np.float64]:
        """float64[P], mean over the runs of each point; NaN where none was played."""
        counts = self.played.sum(axis=1)
        sums = self.values[key].sum(axis=1)
        return np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)

    def column(self, name: str) -> Any:
        """A factor's value at every point, as a pandas series."""
        return self.factors[name]


_KEPT: WeakKeyDictionary[Evidence, pd.DataFrame] = WeakKeyDictionary()
"""Factors of studies that are open: several questions ask for them, and a study can have hundreds."""


def factors_of(evidence: Evidence) -> pd.DataFrame:
    """A row a point, in the order of the points, a column a factor."""
    if evidence not in _KEPT:
        names = "".join(f', "{factor.name}"' for factor in evidence.factors)
        found = evidence.ask(f"SELECT point{names} FROM rows WHERE replication = 0")
        _KEPT[evidence] = found.set_index("point").sort_index()
    return _KEPT[evidence]
