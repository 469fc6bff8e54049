"""Venues in their order, run by run: which one struck the understanding that holds in the end."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sim.findings.evidence import Evidence
from sim.findings.levels import column


def orders_of(evidence: Evidence) -> list[tuple[str, tuple[str, ...]]]:
    """Every order of the venues, with the SQL of the rows that have it; one where no factor changes it."""
    factors = evidence.study.manifest["effective"]["factors"]
    given = next((one for one in factors if one["path"] == "calendar"), None)
    if given is None:
        return [("true", tuple(evidence.scenario.calendar))]
    factor = next(factor for factor in evidence.factors if factor.path == "calendar")
    held = dict(zip(given.get("labels") or (), given.get("values") or ()))
    found: list[tuple[str, tuple[str, ...]]] = []
    for told in evidence.ask(f"SELECT DISTINCT {column(factor)} AS told FROM rows")["told"].dropna():
        order = held.get(told) or _read(told)
        words = str(told).replace("'", "''")
        found.append((f"{column(factor)} = '{words}'", tuple(order)))
    return sorted(found, key=lambda one: one[1] != tuple(evidence.scenario.calendar))


def _read(told: str) -> Sequence[str]:
    try:
        return json.loads(told)
    except ValueError:
        return [name.strip() for name in told.split(",")]


def venues_of(evidence: Evidence) -> list[str]:
    """Every venue that met in some run, in the scenario's order."""
    met = {name for _, order in orders_of(evidence) for name in order}
    known = list(evidence.scenario.venues)
    first = [name for name in evidence.scenario.calendar if name in met]
    return first + sorted((name for name in met if name not in first), key=known.index)


def struck(evidence: Evidence) -> str:
    """SQL of the venue that struck the last understanding, null where none did."""
    cases: list[str] = []
    for sql, order in orders_of(evidence):
        last = " ".join(f"WHEN result_{name} = 'understanding' THEN '{name}'" for name in reversed(order))
        cases.append(f"WHEN {sql} THEN CASE {last} END")
    return f"CASE {' '.join(cases)} END"
