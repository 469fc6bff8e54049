"""What the baseline of January 2022 gives, and which parameters it answers to: the tables of docs/baseline.md.

    python analysis/baseline.py            prints the tables (about ten minutes on two cores)
    python analysis/baseline.py --runs 200 a quick look

Every variation uses the same draws as the baseline, so a run can be compared with its twin.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from sim import draws, load_scenario
from sim.domain.tables import tables
from sim.protocol.play import play
from sim.protocol.record import CLASSES
from sim.protocol.state import new_talk

VARIED = {
    "parties.russia.types.good_faith.probability": (0.2, 0.8),
    "parties.russia.types.good_faith.payoff_mean": (0.2, 0.5),
    "parties.russia.types.pretext.payoff_mean": (0.4, 0.7),
    "parties.russia.types.pretext.payoff_sd": (0.02, 0.2),
    "parties.russia.types.good_faith.tactic.phi": (0.6, 1.0),
    "parties.russia.types.pretext.tactic.phi": (0.3, 0.95),
    "parties.russia.types.pretext.tactic.beta": (0.05, 1.0),
    "parties.russia.types.pretext.patience": (0.4, 4.0),
    "parties.us.tactic.phi": (0.4, 1.0),
    "parties.us.tactic.beta": (0.2, 1.0),
    "parties.nato.tactic.phi": (0.4, 1.0),
    "parties.ukraine.tactic.phi": (0.4, 1.0),
    "parties.us.conflict_loss": (0.0, 0.3),
    "parties.ukraine.conflict_loss": (0.0, 0.5),
    "parties.nato.blocs.eastern.conflict_loss": (0.0, 0.4),
    "parties.ukraine.has_consent": (False, True),
    "linkages.package.insistence": (0.2, 0.8),
    "linkages.package.insistence_sd": (0.0, 0.4),
    "linkages.reciprocity.amount": (0.0, 0.15),
    "red_lines.resolve_defenders": (0.6, 1.0),
    "red_lines.resolve_challenger": (0.6, 1.0),
    "red_lines.firmness": (0.0, 0.9),
    "outside.tie": (0.0, 0.3),
    "outside.friction": (0.0, 0.02),
    "outside.alarm": (0.0, 1.0),
    "sanctions.credibility": (0.0, 1.0),
    "sanctions.measures.financial.severity": (0.0, 0.24),
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


def outcomes(name: str, changes: list[str], runs: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Class per run, chance of escalation per run, and per run everything that says where and how it ended."""
    scenario = load_scenario(name, changes)
    t = tables(scenario)
    rows = draws.rows(seed, 0, runs, int(t.n.draws))

    def part(first: int) -> list[tuple[int, float, tuple[int, ...]]]:
        talk, found = new_talk(t), []
        for row in rows[first::2]:
            play(t, talk, row)
            traces = (*talk.final.tolist(), *talk.venue.result.tolist(), *talk.venue.offers.tolist())
            found.append((int(talk.at.outcome), float(talk.fig.escalation_chance), traces))
        return found

    with ThreadPoolExecutor(2) as pool:
        halves = list(pool.map(part, (0, 1)))
    ordered = [halves[n % 2][n // 2] for n in range(runs)]
    return (
        np.array([run[0] for run in ordered]),
        np.array([run[1] for run in ordered]),
        np.array([run[2] for run in ordered]),
    )


def shares(classes: np.ndarray) -> list[float]:
    """Share of each class, settlement first."""
    return [float((classes == code).mean()) for code in reversed(range(len(CLASSES)))]


def line(label: str, classes: np.ndarray, chance: np.ndarray, changed: float | None) -> str:
    """One row of a table."""
    cells = " | ".join(f"{share:.3f}" for share in shares(classes))
    tail = "" if changed is None else f" {changed:.2f} |"
    return f"| {label} | {cells} | {chance.mean():.3f} |{tail}"


def changes_for(path: str, value: object) -> list[str]:
    """The change itself, and what keeps a party's saliences at 100."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    change = [f"{path}={text}"]
    if path.endswith(".salience"):
        base = load_scenario("january-2022").parties["russia"].positions
        now = base[path.split(".")[3]].salience.value
        change.append(f"{BALANCE}={base['nato_enlargement'].salience.value + now - float(value)}")
    return change


def main() -> None:
    """Print the tables as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3000, help="of the baseline and of each variant")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    head = "| | settlement | accord | limited | talks | breakdown | escalation |"
    print(f"{head}\n|{' --- |' * 7}")
    base = outcomes("january-2022", [], given.runs, given.seed)
    print(line("baseline", base[0], base[1], None))
    variants = ("good-faith", "pretext", "no-credible-sanctions", "about-us-without-us", "menu-not-package")
    for variant in (*variants, "vienna-first", "everyone-patient", "no-types-known"):
        found = outcomes(f"january-2022-{variant}", [], given.runs, given.seed)
        print(line(variant, found[0], found[1], None), flush=True)
    print(f"\n{head} runs changed |\n|{' --- |' * 8}")
    few = max(1, given.runs // 2)
    sensitivity(list(VARIED), [], base[2][:few], given.seed)
    soft = outcomes("january-2022", SOFTER, few, given.seed)
    print(f"\n{head} runs changed |\n|{' --- |' * 8}")
    print(line("resolve of both sides 0.5", soft[0], soft[1], 0.0))
    sensitivity(list(VARIED_SOFTER), SOFTER, soft[2], given.seed)


def sensitivity(paths: list[str], under: list[str], twins: np.ndarray, seed: int) -> None:
    """Print a row for the low and the high end of each parameter, against the same runs without the change."""
    for path in paths:
        for value in VARIED[path]:
            changes = [*under, *changes_for(path, value)]
            classes, chance, traces = outcomes("january-2022", changes, len(twins), seed)
            changed = float((traces != twins).any(axis=1).mean())
            print(line(f"`{path}` = {value}", classes, chance, changed), flush=True)


if __name__ == "__main__":
    main()
