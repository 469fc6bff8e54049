"""Claims that a reader would take home from a study, each with a figure by coding that says how far it holds there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.figures.chart import in_words
from sim.findings.evidence import Evidence
from sim.findings.responses import Runs
from sim.look import outcome_looks
from sim.narrate import issue_name

Margin = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From weights of the runs (float64[R], or [P, R]) to a figure by coding: above 0 the claim holds, by so much."""


@dataclass(frozen=True)
class Claim:
    """Something a study says.

    Attributes
    ----------
    key, words
        Short name; a sentence of a few words: "escalation is rarer with an agreement".
    margin
        By coding, above 0 where it holds: a difference of shares.
    """

    key: str
    words: str
    margin: Margin


def figures_for(evidence: Evidence) -> dict[str, str]:
    """SQL of what the claims are reckoned from, by name."""
    asked = {f"class_{name}": f"outcome = '{name}'" for name in evidence.outcomes}
    asked["agreed"] = evidence.agreed
    if evidence.scenario.challenger:
        asked["escalation"] = "escalation_chance"
        good = [
            name
            for name, kind in evidence.scenario.parties[evidence.scenario.challenger].types.items()
            if kind.good_faith
        ]
        if good and "type" in evidence.columns:
            asked["good"] = " OR ".join(f"type = '{name}'" for name in good)
    quo = {factor.path: f'"{factor.name}"' for factor in evidence.factors if factor.path.endswith(".status_quo")}
    for name in evidence.scenario.active:
        base = quo.get(f"issues.{name}.status_quo", str(evidence.scenario.issues[name].status_quo.value))
        asked[f"moved_{name}"] = f"final_{name} <> {base}"
    return asked


def claims_of(runs: Runs, reference: Runs) -> list[Claim]:
    """The claims that are true of a reference: the baseline where it was stored, else all runs of the study together.

    Parameters
    ----------
    runs
        The codings, figures as ``figures_for`` names them.
    reference
        What is claimed; the same figures.
    """
    evidence = runs.evidence
    whole = {key: float(values[reference.played].mean()) for key, values in reference.values.items()}
    looks = outcome_looks()
    found: list[Claim] = []

    def mean(key: str, among: str | None = None, without: bool = False) -> Margin:
        chosen = runs.played.astype(np.float64)
        if among is not None:
            chosen = chosen * ((1 - runs.values[among]) if without else runs.values[among])
        counted = chosen * runs.values[key]

        def of(weights: NDArray[np.float64]) -> NDArray[np.float64]:
            one = weights.ndim == 1
            sums = counted @ weights if one else (counted * weights).sum(axis=1)
            total = chosen @ weights if one else (chosen * weights).sum(axis=1)
            return np.divide(sums, total, out=np.full(len(total), np.nan), where=total > 0)

        return of

    def lead(first: str, others: list[str], ties: bool = False) -> Margin:
        own, rest = mean(first), [mean(one) for one in others]
        return lambda weights: own(weights) - np.max([one(weights) for one in rest], axis=0) + (1e-9 if ties else 0.0)

    classes = sorted((f"class_{name}" for name in evidence.outcomes), key=lambda key: -whole[key])
    names = {
        f"class_{name}": looks[name]["name"].lower() if name in looks else name.replace("_", " ")
        for name in evidence.outcomes
    }
    found.append(Claim("commonest", f"{names[classes[0]]} is the commonest outcome", lead(classes[0], classes[1:])))
    if len(classes) > 2:
        shares = [mean(key) for key in classes]
        found.append(
            Claim(
                "top_two",
                f"{in_words([names[key] for key in classes[:2]])} are the two commonest",
                lambda weights: (
                    np.min([one(weights) for one in shares[:2]], axis=0)
                    - np.max([one(weights) for one in shares[2:]], axis=0)
                ),
            )
        )
        found.append(
            Claim(
                "ranking",
                "the outcomes come in the same order of frequency",
                lambda weights: np.min(-np.diff([one(weights) for one in shares], axis=0), axis=0),
            )
        )
    found.append(_half("agreement", "runs end in an agreement", whole["agreed"], mean("agreed")))
    moved = sorted((key for key in whole if key.startswith("moved_")), key=lambda key: -whole[key])
    if moved and whole[moved[0]] > 0:
        found.append(
            Claim(
                "moves_most",
                f"no issue moves more often than {issue_name(evidence.scenario, moved[0].removeprefix('moved_'))}",
                lead(moved[0], moved[1:], ties=True),
            )
        )
        still = [key for key in moved if whole[key] < 0.05]
        if still:
            short = [issue_name(evidence.scenario, key.removeprefix("moved_")) for key in still]
            rare, least = 0.1, [mean(key) for key in still]
            found.append(
                Claim(
                    "moves_least",
                    f"{in_words(short)} {'moves' if len(short) == 1 else 'move'} in fewer than {round(100 * rare)} of 100 runs",
                    lambda weights: rare - np.max([one(weights) for one in least], axis=0),
                )
            )
    if "escalation" in whole:
        found.append(_half("escalation", "runs escalate", whole["escalation"], mean("escalation")))
        found += _of_escalation(runs, reference, mean)
    return found


def _of_escalation(runs: Runs, reference: Runs, mean: Callable[..., Margin]) -> list[Claim]:
    """Claims about who escalates; none where the reference has nobody to compare."""
    found: list[Claim] = []
    for key, among, less, more in (
        (
            "with_agreement",
            "agreed",
            "escalation is rarer with an agreement",
            "escalation is no rarer with an agreement",
        ),
        ("good_faith_calmer", "good", "escalation is rarer in good faith", "escalation is no rarer in good faith"),
    ):
        if among not in reference.values:
            continue
        mask, values = reference.played & (reference.values[among] > 0.5), reference.values["escalation"]
        other = reference.played & ~(reference.values[among] > 0.5)
        if mask.any() and other.any():
            sign = 1.0 if values[other].mean() > values[mask].mean() else -1.0
            outside, inside = mean("escalation", among, True), mean("escalation", among)
            found.append(
                Claim(
                    key,
                    less if sign > 0 else more,
                    lambda weights, sign=sign, outside=outside, inside=inside: (
                        sign * (outside(weights) - inside(weights))
                    ),
                )
            )
    return found


def _half(key: str, words: str, whole: float, margin: Margin) -> Claim:
    """Whether more or less than half of the runs do something."""
    if whole > 0.5:
        return Claim(key, f"more than half of the {words}", lambda weights: margin(weights) - 0.5)
    return Claim(key, f"less than half of the {words}", lambda weights: 0.5 - margin(weights))
