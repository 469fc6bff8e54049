"""What happened and what simpler models say, beside a study's own rows: the two findings of a report that look back."""

from __future__ import annotations

import shlex
from dataclasses import replace

from sim.domain.power import power_of
from sim.findings import baselines_told, history_told
from sim.findings.baselines import Baselines, shares_of_study
from sim.findings.evidence import Evidence
from sim.findings.finding import Finding
from sim.findings.intervals import FIXED
from sim.findings.record import history_of

AS_CODED = (
    "The simpler models read positions, saliences and power as the scenario codes them, before anything was varied; the "
    "simulation’s options are those of all rows."
)


def history(evidence: Evidence) -> Finding:
    """Which assumptions make what happened likely, where the study drew them from what is held possible.

    Levels that somebody chose are no prior: how often they stand among the matching runs depends on the choice. Of such a
    study, and of one in which nothing varied, the finding names the command that draws the assumptions.
    """
    nothing = _no_record(evidence) or _no_prior(evidence)
    if nothing:
        return Finding(history_told.KEY, history_told.QUESTION, nothing=nothing)
    return history_told.history_finding(evidence)


def baselines(evidence: Evidence) -> Finding:
    """Simple forecasts of every issue beside the commonest options of a study's rows and what happened.

    Where the scenario tells no history there is nothing to measure forecasts by, and the finding names the command that
    sets them side by side all the same.
    """
    nothing = _no_record(evidence)
    if nothing:
        command = shlex.join(["detente", "baselines", "--run", str(evidence.study.folder)])
        return Finding(
            baselines_told.KEY, baselines_told.QUESTION, nothing=f"{nothing} `{command}` sets models side by side."
        )
    power = power_of(evidence.scenario)
    found = baselines_told.told(Baselines(evidence.scenario, power, shares_of_study(evidence), evidence.counts[0]))
    if found.chart is None or not evidence.factors:
        return found
    return replace(found, sentences=(AS_CODED, *found.sentences))


def _no_record(evidence: Evidence) -> str:
    if history_of(evidence.scenario) is not None:
        return ""
    return "The scenario says nothing about what happened, so there is nothing to set runs beside."


def _no_prior(evidence: Evidence) -> str:
    name = evidence.scenario.name
    draws = f"`{shlex.join(['detente', 'history', name])}` draws the assumptions and weighs them."
    if not evidence.factors:
        return f"Nothing varies in this study, so history cannot tell one assumption from another. {draws}"
    if evidence.design not in FIXED:
        return ""
    command = shlex.join(["detente", "history", "--run", str(evidence.study.folder)])
    return (
        f"The points of this study were chosen, not drawn from what is held possible. {draws} `{command}` weighs these as if "
        "each were equally likely."
    )
