"""A stored study, opened for questions: what varied, what was played, and counting that never loads what it does not need."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.domain.load import build
from sim.look import PartyLook, party_looks
from sim.protocol.result import outcome_names
from sim.store.folder import StoreError
from sim.store.rows import Study
from sim.store.schema import FAILED, PLAYED

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from sim.domain.scenario import Scenario


@dataclass(frozen=True)
class Varied:
    """A factor of a study.

    Attributes
    ----------
    name, path
        Its column in the rows, and where it stands in the scenario.
    form
        list (grids too), choice, integers, uniform, log_uniform, normal, triangular: how it was drawn; csv where a file
        lists the points.
    values
        The levels in the order of the sweep's file, as the rows hold them; empty where it was drawn from a distribution.
    """

    name: str
    path: str
    form: str
    values: tuple[Any, ...]

    @property
    def counts(self) -> bool:
        """Whether its levels are figures on a scale, not words or switches."""
        return not self.values or all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in self.values)


class Evidence:
    """A study with what questions ask of it.

    Parameters
    ----------
    study
        An open study, or its folder.

    Attributes
    ----------
    study, scenario
        The rows, and the scenario before any factor.
    factors
        What varied, in the order of the sweep's file.
    design
        factorial, latin_hypercube, sobol, morris, random, csv; a plain replication is a factorial without factors.
    points, replications
        Counts of the whole design.
    paired
        Whether replication r has the same draws at every point (common random numbers).
    looks
        Colour, symbol and words of every party.
    told
        Called with how many of how many runs are played again, by findings that play some; does nothing unless set.

    Raises
    ------
    StoreError
        Not a study, a damaged one, one without rows.
    """

    def __init__(self, study: Study | str | Path) -> None:
        self.study = study if isinstance(study, Study) else Study(study)
        if not self.study.parts:
            raise StoreError(f"{self.study.folder}: found no rows yet; expected at least one part.")
        self.scenario: Scenario = build(json.loads(self.study.scenario), file=str(self.study.folder))
        effective = self.study.manifest["effective"]
        try:
            self.factors = tuple(
                Varied(
                    one["name"], one["path"], one.get("form", "csv"), tuple(one.get("labels") or one.get("values", ()))
                )
                for one in effective["factors"]
            )
            self.design = next(iter(effective["design"]))
            self.points, self.replications = int(effective["points"]), int(effective["replications"])
            self.paired = bool(effective["common_random_numbers"])
            self.coded = effective["coding"] is not None
        except (KeyError, TypeError, ValueError, StopIteration):
            raise StoreError(f"{self.study.folder}: found a damaged manifest; expected it as it was written.") from None
        parties = self.scenario.parties
        self.looks: dict[str, PartyLook] = party_looks({name: (p.name, p.code) for name, p in parties.items()})
        self.outcomes = outcome_names(self.scenario)
        self.told: Callable[[int, int], None] = lambda done, count: None

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """DuckDB with the tables ``rows`` and, of them, ``played``: those that were played to their end."""
        connection = self.study.reader()
        connection.execute(f"CREATE VIEW played AS SELECT * FROM rows WHERE status = '{PLAYED}'")
        return connection

    def ask(self, sql: str) -> pd.DataFrame:
        """What a query over ``played`` (or ``rows``) gives, as a frame; labelled columns are plain words."""
        return self.connection.sql(sql).df()

    @cached_property
    def counts(self) -> tuple[int, int]:
        """How many runs were played, and how many failed."""
        found = self.ask("SELECT status, count(*) AS n FROM rows GROUP BY status")
        by = dict(zip(found["status"].astype(str), found["n"].astype(int)))
        return by.get(PLAYED, 0), by.get(FAILED, 0)

    @cached_property
    def columns(self) -> frozenset[str]:
        """Names of the columns that the rows have."""
        return frozenset(self.study.schema.names)

    @property
    def agreed(self) -> str:
        """SQL that is true of a row whose final package moved something by agreement: anything above "talks continue".

        Of a scenario with classes of its own: an understanding stood in some venue.
        """
        if self.scenario.challenger:
            return "outcome IN ('limited_measures', 'arms_control_accord', 'settlement')"
        return "(" + " OR ".join(f"result_{name} = 'understanding'" for name in self.scenario.calendar) + ")"

    @property
    def question(self) -> str:
        """Which question the study was played for; empty where its file says none."""
        return str(self.study.manifest.get("question", ""))

    @property
    def story(self) -> str:
        """Which runs these are, for subtitles: "336,200 runs, 1,681 points of a design"."""
        played, failed = self.counts
        words = f"{played:,} run{'' if played == 1 else 's'}"
        if self.points > 1:
            words += f" at {self.points:,} points"
        return words + (f"; {failed:,} more failed" if failed else "")
