"""Outcome classes of a study: how they are shown, said and counted."""

from __future__ import annotations

from sim.findings.bars import Band
from sim.findings.evidence import Evidence
from sim.look import outcome_looks, tokens


def classes(evidence: Evidence) -> list[Band]:
    """A band for every outcome class, in order."""
    looks, own = outcome_looks(), evidence.scenario.outcomes.classes
    if evidence.scenario.challenger:
        return [
            Band(looks[name]["name"], looks[name]["fill"], looks[name]["text"], looks[name]["pattern"])
            for name in evidence.outcomes
        ]
    scale = tokens()["scale"]["sequential"][1:]
    steps = [scale[round(at * (len(scale) - 1) / max(1, len(own) - 1))] for at in range(len(own))]
    found = [
        Band(own[name].title, fill, "#FFFFFF" if fill in scale[-3:] else "#1A2127") for name, fill in zip(own, steps)
    ]
    return [*found, Band("Other", "#ECEAE3", "#1A2127", "/")]


def class_events(evidence: Evidence) -> dict[str, str]:
    """Name -> SQL of every class, of what they come to together, and of escalation."""
    events = {name: f"outcome = '{name}'" for name in evidence.outcomes}
    if evidence.scenario.challenger:
        events |= {
            "accord_or_settlement": "outcome IN ('arms_control_accord', 'settlement')",
            "agreed": evidence.agreed, "not_breakdown": "outcome != 'breakdown'", "escalated": "escalated",
        }  # fmt: skip
    else:
        events["agreed"] = evidence.agreed
    return events


_ENDINGS = {
    "breakdown": "end in breakdown",
    "talks_continue": "see talks continue",
    "limited_measures": "end in limited measures",
    "arms_control_accord": "end in an arms-control accord",
    "settlement": "end in a settlement",
}


def ending(evidence: Evidence, outcome: str) -> str:
    """What runs of a class do, in words."""
    own = evidence.scenario.outcomes.classes
    return f"end as “{own[outcome].title}”" if outcome in own else _ENDINGS.get(outcome, "end otherwise")
