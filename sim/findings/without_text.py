"""What the chance of escalation of a stored run would be had its talks changed nothing (10.1 at the status quo package).

A row holds all that this needs. With g the drawn payoff, u the challenger's utility and Δu its gain over the status quo:
z(x⁰) = g − credibility · Σ severity of the measures that x⁰ leaves threatened, u(x⁰) = u − Δu, and the chance is
1 / (1 + exp(−(z(x⁰) − u(x⁰)) / decision_noise)). No run is played again; rows in which nothing moved must give back the chance
they hold, and are asked to.
"""

from __future__ import annotations

from sim.findings.evidence import Evidence

TOLERANCE = 1e-9


class Unknown(ValueError):
    """A study whose rows do not say what the chance would be; the words say why, as a sentence."""


def chance_without_text(evidence: Evidence) -> str:
    """SQL over a row: its chance of escalation at the status quo package.

    Raises
    ------
    Unknown
        No challenger; a status quo that removes the threat; factors that change the sanctions beyond their figures; rows that
        do not give back what they hold.
    """
    scenario = evidence.scenario
    if not scenario.challenger or scenario.threat is None:
        raise Unknown("This scenario has no challenger, so nothing escalates.")
    columns = _columns(evidence)
    own = f"issues.{scenario.threat.issue}.status_quo"
    if own in columns or scenario.issues[scenario.threat.issue].status_quo.value >= scenario.threat.removed_from:
        raise Unknown("The status quo may itself remove the threat here, so no run shows what holds without a text.")
    threats: list[str] = []
    for name, measure in scenario.sanctions.measures.items():
        issue = scenario.issues[measure.issue]
        if issue.active:
            severity = columns.get(f"sanctions.measures.{name}.severity", _figure(measure.severity.value))
            quo = columns.get(f"issues.{measure.issue}.status_quo", str(issue.status_quo.value))
            options = ", ".join(map(str, measure.options)) or "-1"
            threats.append(f"CASE WHEN {quo} IN ({options}) THEN {severity} ELSE 0 END")
    credibility = columns.get("sanctions.credibility", _figure(scenario.sanctions.credibility.value))
    noise = columns.get("aftermath.decision_noise", _figure(scenario.aftermath.decision_noise.value))
    peace = f"(utility_{scenario.challenger} - gain_{scenario.challenger})"
    gap = f"(payoff - {credibility} * ({' + '.join(threats) or '0'}) - {peace})"
    # Without noise the larger one decides; far from even odds exp would overflow.
    chance = (
        f"CASE WHEN {noise} <= 0 THEN CASE WHEN {gap} > 0 THEN 1.0 WHEN {gap} < 0 THEN 0.0 ELSE 0.5 END "
        f"ELSE 1 / (1 + exp(least(-{gap} / nullif({noise}, 0), 700.0))) END"
    )
    _gives_back(evidence, chance, columns)
    return chance


def _columns(evidence: Evidence) -> dict[str, str]:
    """Quoted columns by the path whose value they hold, for what the chance depends on."""
    found: dict[str, str] = {}
    for one in evidence.study.manifest["laid"]:
        path, column = str(one["path"]).removesuffix(".value"), one["column"]
        matters = path.startswith(("sanctions.", "aftermath.decision_noise", "threat.", "challenger"))
        if matters or path.endswith((".status_quo", ".active")):
            plain = path.endswith((".severity", ".status_quo")) or path in (
                "sanctions.credibility",
                "aftermath.decision_noise",
            )
            if column is None or not plain:
                raise Unknown("Factors of this study change sanctions or issues in ways that its rows do not hold.")
            found[path] = f'"{column}"'
    return found


def _figure(value: float) -> str:
    """A figure as a DOUBLE, exact to the last bit: DuckDB takes a plain one for a DECIMAL."""
    return f"CAST('{float(value)!r}' AS DOUBLE)"


def _gives_back(evidence: Evidence, chance: str, columns: dict[str, str]) -> None:
    """Refuse where a run in which nothing moved holds another chance than the one reckoned."""
    still = " AND ".join(
        f"final_{name} = {columns.get(f'issues.{name}.status_quo', str(issue.status_quo.value))}"
        for name, issue in evidence.scenario.issues.items()
        if issue.active
    )
    gap = evidence.ask(f"SELECT max(abs({chance} - escalation_chance)) AS gap FROM played WHERE {still}")[
        "gap"
    ].to_numpy()
    if (gap.astype(float) > TOLERANCE).any():
        raise Unknown(
            "Runs in which nothing moved do not give back the chance that they hold; the rows cannot be taken apart."
        )
