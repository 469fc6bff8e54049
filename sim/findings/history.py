"""Which assumptions make the real January likely: prior beside posterior for everything that varies in a study.

A run matches when it comes to the record (`record.py`) within a tolerance of steps: an issue's option counts one for each
option between, a venue that ended otherwise one, another outcome class one, escalation or none one. Steps are whole and
few, so a tolerance of 0 is no approximation: the matching runs are then a sample of the posterior itself.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.findings.evidence import Evidence
from sim.findings.matching import Matching
from sim.findings.parameter_words import mark_of, parameter_words
from sim.findings.posterior import LEAST, Parameter, weighed
from sim.findings.record import record_of
from sim.findings.rejection import SURE, Matched, holm, visible

if TYPE_CHECKING:
    import pandas as pd

OTHERS = (0, 1, 2, 4)
"""Tolerances at which everything is looked at again."""

TOO_FEW = 0.15
"""Where no shift below this could be seen, matching runs are too few to say that a parameter has not moved."""

UNMOVED, UNTOLD = "says almost nothing", "too few runs to tell"


class History:
    """A study beside what happened.

    Parameters
    ----------
    evidence
        The study.
    tolerance
        Steps that a run may be away and still match.
    talks_only
        Whether what followed the talks is left out of the comparison.

    Attributes
    ----------
    record
        What happened; None where the scenario tells no history.
    nothing
        Why nothing can be said, else empty.
    """

    def __init__(self, evidence: Evidence, tolerance: int = 0, *, talks_only: bool = False) -> None:
        self.evidence, self.tolerance, self.talks_only = evidence, tolerance, talks_only
        self.record = record_of(evidence.scenario, evidence.columns)
        self.nothing = self._nothing()

    def _nothing(self) -> str:
        if self.record is None or not self.record.talks:
            return "The scenario says nothing about what happened, so there is nothing to compare runs with."
        if not self.evidence.counts[0]:
            return "No run of this study was played to its end."
        if not self.matched.matching.any():
            nearest = self.matching.nearest()
            away = f"{nearest} step{'s' * (nearest != 1)} away"
            return f"No run comes within {self.tolerance} steps of what happened; the nearest is {away}."
        if not self.evidence.factors:
            return "Nothing varies in this study, so history cannot tell one assumption from another."
        return ""

    @cached_property
    def matching(self) -> Matching:
        """The rows beside the record."""
        if self.record is None:
            raise ValueError("There is no record to match.")
        return Matching(self.evidence, self.record, self.tolerance, OTHERS, talks_only=self.talks_only)

    @property
    def matched(self) -> Matched:
        """The runs that match."""
        return self.matching.matched()

    @property
    def odds(self) -> tuple[float, float] | None:
        """Ends of what forecasters held likely while the talks went on, where the record tells it."""
        return self.record.odds if self.record else None

    @cached_property
    def visible(self) -> float:
        """The smallest shift that would be noticed among so many parameters."""
        return visible(self.matched, len(self.evidence.factors))

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Everything that varied, in the order of the study."""
        if self.nothing:
            return ()
        scenario, matching = self.evidence.scenario, self.matching
        matched, others = self.matched, {limit: matching.matched(limit) for limit in matching.tolerances}
        return tuple(
            weighed(
                factor, raw, parameter_words(scenario, factor.path), mark_of(scenario, factor.path), matched,
                matching.talks, others,
            )
            for factor, raw in matching.values()
        )  # fmt: skip

    @cached_property
    def corrected(self) -> dict[str, float]:
        """By factor, the chance of its shift corrected for the number of parameters."""
        chances = holm([one.shift.chance for one in self.parameters])
        return {one.factor.name: float(chance) for one, chance in zip(self.parameters, chances)}

    def verdict(self, one: Parameter) -> str:
        """What history says about a parameter: which way it moved, almost nothing, or too few runs to tell."""
        sure = self.corrected[one.factor.name] < SURE
        if sure and one.shift.distance >= LEAST:
            return one.way
        return UNTOLD if not sure and self.visible > TOO_FEW else UNMOVED

    @cached_property
    def moved(self) -> list[Parameter]:
        """Parameters about which history says something, the clearest first."""
        found = [one for one in self.parameters if self.verdict(one) not in (UNMOVED, UNTOLD)]
        return sorted(found, key=lambda one: -one.shift.distance)

    @cached_property
    def unmoved(self) -> list[Parameter]:
        """Parameters about which it says almost nothing, in the order of the study."""
        return [one for one in self.parameters if self.verdict(one) == UNMOVED]

    def frame(self) -> pd.DataFrame:
        """Prior and posterior of every parameter at full precision, those first about which history says most."""
        import pandas as pd

        rows: list[dict[str, Any]] = []
        for one in sorted(self.parameters, key=lambda one: -one.shift.distance):
            row: dict[str, Any] = {
                "parameter": one.title,
                "path": one.factor.path,
                "mark": one.mark or "none",
                **one.figures,
            }
            row |= {"shift": one.shift.distance, "chance": one.shift.chance}
            row |= {"chance_corrected": self.corrected[one.factor.name], "verdict": self.verdict(one)}
            row |= {"shift_by_the_talks_alone": one.talks}
            row |= {f"shift_at_tolerance_{limit}": apart for limit, apart in one.others.items()}
            rows.append(row)
        return pd.DataFrame(rows)

    def tolerances(self) -> pd.DataFrame:
        """What hangs on the tolerance: matching runs, acceptance, effective size, and how many shifts are still there."""
        import pandas as pd

        rows: list[dict[str, Any]] = []
        for limit in self.matching.tolerances:
            matched = self.matching.matched(limit)
            same = sum(one.others[limit] >= LEAST and one.ways[limit] == one.way for one in self.moved)
            rows.append(
                {
                    "tolerance": limit, "matching": int(matched.matching.sum()), "acceptance": matched.acceptance,
                    "effective": matched.size, "moved": len(self.moved), "moved_the_same_way": same,
                }
            )  # fmt: skip
        return pd.DataFrame(rows)

    def predictions(self) -> pd.DataFrame:
        """Every line of the record held out in turn: how often runs that match the rest have it."""
        import pandas as pd

        rows = [
            {
                "line": one.line.title, "history": one.line.words, "column": one.line.column, "value": str(one.line.value),
                "share_of_all_runs": one.before, "share_where_the_rest_matches": one.after[0], "low": one.after[1],
                "high": one.after[2],
            }
            for one in self.matching.held_out
        ]  # fmt: skip
        return pd.DataFrame(rows)
