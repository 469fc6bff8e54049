"""Games of any size to measure on: parties whose wishes are drawn, one venue, alternating offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.domain.load import build
from sim.domain.scenario import Scenario

Wishes = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Weights that sum to 1, float64[parties, issues], and values in [0, 1], float64[parties, issues, most options]."""


def drawn_wishes(rng: np.random.Generator, parties: int, options: Sequence[int]) -> Wishes:
    """Additive wishes drawn at random: uniform weights, uniform values with a worst option of 0 and a best one of 1."""
    weights = rng.random((parties, len(options)))
    values = np.zeros((parties, len(options), max(options)))
    for at, count in enumerate(options):
        drawn = rng.random((parties, count))
        low, high = drawn.min(axis=1, keepdims=True), drawn.max(axis=1, keepdims=True)
        values[:, at, :count] = (drawn - low) / (high - low)
    return weights / weights.sum(axis=1, keepdims=True), values


def game(wishes: Wishes, options: Sequence[int], rounds: int, tactics: Sequence[dict[str, Any]]) -> Scenario:
    """A scenario of these wishes: all seats at one venue, unanimity, no deal worth 0, nobody leaves early.

    Parameters
    ----------
    wishes
        Of all parties.
    options
        How many options each issue has.
    rounds
        Of the venue.
    tactics
        Per party a row of the catalogue with its parameters.
    """
    weights, values = wishes
    issues = {f"issue{i}": _issue(count) for i, count in enumerate(options)}
    parties: dict[str, Any] = {}
    for p, tactic in enumerate(tactics):
        points = _points(weights[p])
        positions = {
            f"issue{i}": {"salience": points[i], "values": values[p, i, :count].tolist()}
            for i, count in enumerate(options)
        }
        parties[f"party{p}"] = {
            "name": f"Party {p}", "code": f"P{p}", "reservation": 0.0, "patience": 10, "tactic": tactic, "positions": positions,
        }  # fmt: skip
    venue: dict[str, Any] = {
        "title": "Venue",
        "protocol": "alternating",
        "seats": list(parties),
        "agenda": list(issues),
        "sessions": {"main": {"title": "Session", "rounds": rounds}},
    }
    classes = {"accord": {"title": "Accord", "agreed": True}, "no_accord": {"title": "No accord", "agreed": False}}
    return build(
        {
            "name": "drawn", "title": "A drawn game", "issues": issues, "parties": parties, "calendar": ["venue"],
            "venues": {"venue": venue}, "outcomes": {"classes": classes},
        }
    )  # fmt: skip


def _issue(options: int) -> dict[str, Any]:
    listed = [{"text": f"option {k}", "label": f"option {k}"} for k in range(options)]
    return {"title": "An issue", "short": "Issue", "options": listed, "status_quo": 0}


def _points(weights: NDArray[np.float64]) -> list[float]:
    """Weights as points that sum to 100 as the check of a scenario adds them up."""
    points = (weights * 100).tolist()
    points[-1] = 100 - sum(points[:-1])
    return points


def figure_paths(parties: int, options: Sequence[int]) -> list[str]:
    """Paths of all wishes of such a game, in the order of ``figures_of``."""
    where = [f"parties.party{p}.positions.issue{i}" for p in range(parties) for i in range(len(options))]
    paths = [f"{place}.salience" for place in where]
    return paths + [f"{place}.values.{k}" for place in where for k in range(max(options))]


def figures_of(wishes: Wishes) -> NDArray[np.float64]:
    """Wishes of a game whose issues have equally many options, as an engine takes them: one row."""
    weights, values = wishes
    return np.concatenate([(weights * 100).ravel(), values.ravel()])
