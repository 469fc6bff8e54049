"""A page of one finding: chart, the same figures as a table, its sentences; a single file that opens without a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report.sheet import filled

if TYPE_CHECKING:
    from sim.domain.scenario import Scenario
    from sim.findings.finding import Finding
    from sim.look import PartyLook


@dataclass(frozen=True)
class Table:
    """A further table of a page."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def finding_page(
    finding: Finding, scenario: Scenario, looks: Mapping[str, PartyLook], command: str, tables: Sequence[Table] = ()
) -> str:
    """The page as HTML.

    Parameters
    ----------
    finding
        One with a chart.
    scenario, looks
        Whose parties.
    command
        What a reader types to make it again.
    tables
        What else belongs to it.

    Raises
    ------
    ValueError
        The finding has nothing to show.
    """
    if finding.chart is None:
        raise ValueError(f"{finding.key}: found no chart ({finding.nothing}); expected one.")
    content = {
        "headline": finding.chart.title, "question": finding.question, "sentences": finding.sentences,
        "scenario": scenario, "tables": tables, "command": command,
    }  # fmt: skip
    return filled("finding.html.j2", content, looks, [finding.chart])
