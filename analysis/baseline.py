"""What the baseline of January 2022 gives, and which parameters it answers to: the tables of docs/baseline.md.

    python analysis/baseline.py              prints the tables (a few minutes on two cores)
    python analysis/baseline.py --runs 500   a quick look

Every variation uses the same draws as the baseline, so a run can be compared with its twin.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import load_scenario
from sim.engine import Engine
from sim.protocol.result import CLASSES

VARIANTS = (
    "good-faith", "pretext", "no-credible-sanctions", "about-us-without-us", "menu-not-package", "vienna-first",
    "everyone-patient", "no-types-known",
)  # fmt: skip

VARIED = {
    "parties.russia.types.good_faith.probability": (0.2, 0.8),
    "parties.russia.types.good_faith.payoff_mean": (0.2, 0.5),
    "parties.russia.types.pretext.payoff_mean": (0.4, 0.7),
    "parties.russia.types.pretext.payoff_sd": (0.02, 0.2),
    "parties.russia.types.good_faith.tactic.phi": (0.6, 1.0),
    "parties.russia.types.pretext.tactic.phi": (0.3, 0.95),
    "parties.russia.types.pretext.tactic.beta": (0.05, 1.0),
    "parties.russia.types.good_faith.payoff_sd": (0.02, 0.2),
    "parties.russia.types.good_faith.patience": (0.4, 4.0),
    "parties.russia.types.pretext.patience": (0.4, 4.0),
    "parties.us.tactic.phi": (0.4, 1.0),
    "parties.us.tactic.beta": (0.2, 1.0),
    "parties.us.patience": (0.4, 4.0),
    "parties.nato.tactic.phi": (0.4, 1.0),
    "parties.nato.tactic.beta": (0.2, 1.0),
    "parties.nato.patience": (0.4, 4.0),
    "parties.ukraine.tactic.phi": (0.4, 1.0),
    "parties.ukraine.tactic.beta": (0.2, 1.0),
    "parties.ukraine.patience": (0.4, 4.0),
    "parties.us.conflict_loss": (0.0, 0.3),
    "parties.ukraine.conflict_loss": (0.0, 0.5),
    "parties.nato.blocs.eastern.conflict_loss": (0.0, 0.4),
    "parties.nato.blocs.western.conflict_loss": (0.0, 0.3),
    "parties.nato.blocs.turkiye.conflict_loss": (0.0, 0.3),
    "parties.ukraine.has_consent": (False, True),
    "linkages.package.insistence": (0.2, 0.8),
    "linkages.package.insistence_sd": (0.0, 0.4),
    "linkages.reciprocity.amount": (0.0, 0.15),
    "red_lines.resolve_defenders": (0.6, 1.0),
    "red_lines.resolve_challenger": (0.6, 1.0),
    "parties.us.positions.force_rollback.red_line.resolve": (0.6, 1.0),
    "red_lines.firmness": (0.0, 0.9),
    "outside.tie": (0.0, 0.3),
    "outside.friction": (0.0, 0.02),
    "outside.alarm": (0.0, 1.0),
    "sanctions.credibility": (0.0, 1.0),
    "sanctions.measures.financial.severity": (0.0, 0.24),
    "sanctions.measures.swift_ns2.severity": (0.0, 0.16),
    "sanctions.measures.electronics.severity": (0.0, 0.1),
    "sanctions.measures.foreign_product.severity": (0.0, 0.1),
    "sanctions.measures.country_group.severity": (0.0, 0.16),
    "beliefs.updates": (False, True),
    "beliefs.ignorance": (0.0, 1.0),
    "beliefs.observation_sd": (0.1, 2.0),
    "bargaining.reciprocity": (0.0, 0.6),
    "bargaining.attention": (0.0, 0.6),
    "bargaining.absent": (0.0, 1.0),
    "bargaining.noise": (0.0, 0.05),
    "bargaining.patience_sd": (0.0, 0.8),
    "aftermath.redeploy": (0.0, 0.4),
    "aftermath.decision_noise": (0.03, 0.3),
    "issues.russian_buildup.verifiability.2": (0.0, 1.0),
    "issues.missiles_ukraine.verifiability.2": (0.0, 1.0),
    "parties.russia.positions.russian_buildup.salience": (3, 7),
    "venues.geneva.sessions.evening.rounds": (1, 4),
    "venues.geneva.sessions.main.rounds": (3, 16),
    "venues.brussels.sessions.council.rounds": (2, 12),
    "venues.vienna.sessions.council.rounds": (3, 16),
}
"""Parameter -> low and high. A salience that is varied takes the difference from Russia's largest one."""

SOFTER = ["red_lines.resolve_defenders=0.5", "red_lines.resolve_challenger=0.5"]
"""With lines that bend in half of all runs, what decides between settlements and less shows."""

VARIED_SOFTER = (
    "red_lines.firmness", "outside.alarm", "issues.russian_buildup.verifiability.2", "parties.ukraine.has_consent",
    "parties.ukraine.conflict_loss", "parties.ukraine.tactic.phi", "parties.nato.blocs.eastern.conflict_loss",
    "beliefs.updates",
)  # fmt: skip

BALANCE = "parties.russia.positions.nato_enlargement.salience"
HEAD = "| settlement | accord | limited | talks | breakdown | escalation |"


def play(changes: list[str], runs: int, seed: int, name: str = "january-2022") -> NDArray[np.void]:
    """Results of the first runs of a scenario with some changes."""
    return Engine(load_scenario(name, changes)).play(seed, np.arange(runs))


def line(label: str, rows: NDArray[np.void], changed: float | None = None) -> str:
    """One row of a table: shares of classes, mean chance of escalation, share of runs that went another way."""
    shares = [float((rows["outcome"] == code).mean()) for code in reversed(range(len(CLASSES)))]
    cells = " | ".join(f"{share:.3f}" for share in shares)
    tail = "" if changed is None else f" {changed:.2f} |"
    return f"| {label} | {cells} | {rows['escalation_chance'].mean():.3f} |{tail}"


def another_way(rows: NDArray[np.void], twins: NDArray[np.void]) -> float:
    """Share of runs whose final package, venues' results or numbers of offers differ from their twins'."""
    kept = [name for name in rows.dtype.names or () if name.startswith(("final_", "result_", "offers_"))]
    return float(np.any([rows[name] != twins[name] for name in kept], axis=0).mean())


def changes_for(path: str, value: Any) -> list[str]:
    """The change itself, and what keeps a party's saliences at 100."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    change = [f"{path}={text}"]
    if path.endswith(".salience"):
        base = load_scenario("january-2022").parties["russia"].positions
        saliences = {name: given.salience.value for name, given in base.items() if given.salience is not None}
        now = saliences[path.split(".")[3]]
        change.append(f"{BALANCE}={saliences['nato_enlargement'] + now - float(value)}")
    return change


def sensitivity(paths: list[str], under: list[str], twins: NDArray[np.void], seed: int) -> None:
    """Print a row for the low and the high end of each parameter, against the same runs without the change."""
    for path in paths:
        for value in VARIED[path]:
            rows = play([*under, *changes_for(path, value)], len(twins), seed)
            print(line(f"`{path}` = {value}", rows, another_way(rows, twins)), flush=True)


def main() -> None:
    """Print the tables as Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=10_000, help="of the baseline, each variant and each variation")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    base = play([], given.runs, given.seed)
    print(f"| {HEAD}\n|{' --- |' * 7}\n{line('baseline', base)}")
    for variant in VARIANTS:
        print(line(variant, play([], given.runs, given.seed, f"january-2022-{variant}")), flush=True)
    print(f"\n| {HEAD} another way |\n|{' --- |' * 8}")
    sensitivity(list(VARIED), [], base, given.seed)
    soft = play(SOFTER, given.runs, given.seed)
    print(f"\n| {HEAD} another way |\n|{' --- |' * 8}\n{line('resolve of both sides 0.5', soft, 0.0)}")
    sensitivity(list(VARIED_SOFTER), SOFTER, soft, given.seed)


if __name__ == "__main__":
    main()
