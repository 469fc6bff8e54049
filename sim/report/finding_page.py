"""A page of one finding: chart, the same figures as a table, its sentences; a single file that opens without a network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report import HERE, drawn_twice, figures_of, plotly_script, script, style

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
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    if finding.chart is None:
        raise ValueError(f"{finding.key}: found no chart ({finding.nothing}); expected one.")
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    figures = json.dumps(figures_of({finding.chart.key: drawn_twice(finding.chart)}), separators=(",", ":"))
    return environment.get_template("finding.html.j2").render(
        chart=finding.chart, question=finding.question, sentences=finding.sentences, scenario=scenario, css=style(looks),
        tables=tables, command=command, plotly=script(plotly_script()), figures=script(figures),
    )  # fmt: skip
