"""How much of what comes out hangs on each factor: one measure a design, taken apart by SALib where it can.

- sobol: first-order and total shares of the variance between points (Saltelli 2010; SALib).
- factorial: the same two, exact, as every combination was played.
- morris: mean absolute effect and its spread (Morris 1991; SALib).
- all others: PAWN, the distance between what comes out in a slice of a factor and in all points (Pianosi and Wagener
  2018; SALib).

What is taken apart is the mean over a point's replications, so the chance left in that mean is part of what is found:
``noise`` says how much.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype
from scipy.stats import norm

from sim.findings.crossed import Z
from sim.findings.intervals import second_order
from sim.findings.responses import Runs
from sim.findings.variance import RESAMPLES, SEED, exact, noise_of, resampled, spread
from sim.store.extras import needed

SLICES = 8
MOST_NOISE = 0.5
FEWEST = 64
"""Points below which slices of a factor are too thin to compare."""

MEASURES = {
    "sobol": ("alone", "with all others"),
    "factorial": ("alone", "with all others"),
    "morris": ("mean effect", "spread of effects"),
    "pawn": ("distance", ""),
}


class Unfit(ValueError):
    """A study that a measure cannot be had from; the words say why, as a sentence."""


@dataclass(frozen=True)
class Indices:
    """Measures of every factor on one response.

    Attributes
    ----------
    measure
        A key of ``MEASURES``.
    table
        Index: factor. Columns: first, first_low, first_high and, but for PAWN, second, second_low, second_high.
    noise
        Share of the variance between points that is chance of their few runs.
    least
        PAWN that among as many factors that do nothing the largest exceeds 5 of 100 times; 0 for the others.
    points, left_out
        How many points it rests on, and how many were left out as their block was not complete.
    """

    measure: str
    table: pd.DataFrame
    noise: float
    least: float
    points: int
    left_out: int


def indices(runs: Runs, key: str) -> Indices:
    """Measures by the study's design.

    Raises
    ------
    Unfit
        Nothing varied, too few points, nothing differs between the points, or a design that cannot be made again.
    """
    evidence = runs.evidence
    if not evidence.factors:
        raise Unfit("Nothing was varied in this study.")
    found = {"factorial": _factorial, "sobol": _sobol, "morris": _morris}.get(evidence.design, _pawn)(runs, key)
    if found.noise > MOST_NOISE:
        raise Unfit("Most of what differs between the points is the chance of their few runs.")
    return found


def _sobol(runs: Runs, key: str) -> Indices:
    second = second_order(runs.evidence)
    size = (2 if second else 1) * len(runs.evidence.factors) + 2
    at = complete(runs, size)
    if at.sum() < 2 * size:
        raise Unfit("Fewer than two base points of the Sobol design are played as a whole.")
    means = runs.means(key)[at]
    _varies(means)
    return sobol_of(means, list(runs.factors.columns), second, *_shared(runs, key, at))


def sobol_of(
    means: NDArray[np.float64], names: list[str], second: bool, noise: float = 0.0, left_out: int = 0
) -> Indices:
    """Sobol indices of values in the order of ``samples.saltelli``."""
    analyze = needed("SALib.analyze.sobol", "analysis", "Sobol indices").analyze
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = analyze(
            _problem(names), means, calc_second_order=second, num_resamples=RESAMPLES, conf_level=0.95, seed=SEED
        )
    table = _table(names, found["S1"], found["S1_conf"], found["ST"], found["ST_conf"])
    return Indices("sobol", table, noise, 0.0, len(means), left_out)


def _morris(runs: Runs, key: str) -> Indices:
    evidence = runs.evidence
    size = len(evidence.factors) + 1
    at = complete(runs, size)
    if at.sum() < 2 * size:
        raise Unfit("Fewer than two trajectories of the Morris design are played as a whole.")
    means, steps = runs.means(key)[at], _trajectories(runs)[at]
    _varies(means)
    levels = int(evidence.study.manifest["effective"]["design"]["morris"]["levels"])
    return morris_of(steps, means, list(runs.factors.columns), levels, *_shared(runs, key, at))


def morris_of(
    steps: NDArray[np.float64],
    means: NDArray[np.float64],
    names: list[str],
    levels: int,
    noise: float = 0.0,
    left_out: int = 0,
) -> Indices:
    """Morris's measures of values at points in the order of ``samples.morris``."""
    analyze = needed("SALib.analyze.morris", "analysis", "Morris’s measures").analyze
    found = analyze(
        _problem(names), steps, means, num_levels=levels, num_resamples=RESAMPLES, conf_level=0.95, seed=SEED
    )
    table = _table(names, np.asarray(found["mu_star"]), np.asarray(found["mu_star_conf"]), np.asarray(found["sigma"]))
    return Indices("morris", table, noise, 0.0, len(means), left_out)


def _trajectories(runs: Runs) -> NDArray[np.float64]:
    """Shares of [0, 1] at every point, made again from the design's sizes and seed, and compared with what the rows hold."""
    from sim.sweep import samples

    evidence = runs.evidence
    effective = evidence.study.manifest["effective"]
    sizes = effective["design"]["morris"]
    steps = samples.morris(sizes["trajectories"], sizes["levels"], len(evidence.factors), effective["seed"])[
        runs.points
    ]
    for at, (factor, one) in enumerate(zip(evidence.factors, effective["factors"])):
        if factor.form == "uniform" and not factor.path.endswith(("salience", "share", "probability")):
            told = one["low"] + steps[:, at] * (one["high"] - one["low"])
            if not np.allclose(runs.column(factor.name).to_numpy(np.float64), told, atol=1e-9, equal_nan=True):
                raise Unfit("The points of the Morris design cannot be made again with the SALib that is installed.")
    return steps


def _factorial(runs: Runs, key: str) -> Indices:
    levels = [runs.column(name).astype("category").cat.codes.to_numpy() for name in runs.factors.columns]
    shape = tuple(int(codes.max()) + 1 for codes in levels)
    where = np.ravel_multi_index(tuple(levels), shape) if (np.array(levels) >= 0).all() else np.array([])
    if len(np.unique(where)) != np.prod(shape) or np.isnan(runs.means(key)).any():
        raise Unfit("Not every combination of the factors is played yet.")
    order = np.argsort(where)
    values, played = runs.values[key][order], runs.played[order]
    noise, between = noise_of(runs, key, np.ones(len(order), np.bool_))
    means = runs.means(key)[order]
    _varies(means)
    own = np.where(np.isfinite(noise), noise, 0.0)
    first, total = exact(means.reshape(shape), float(own))
    drawn = [exact(one.reshape(shape), 2 * float(own)) for one in resampled(runs, values, played, means)]
    table = _table(
        list(runs.factors.columns), first, Z * spread([one for one, _ in drawn]),
        total, Z * spread([one for _, one in drawn]),
    )  # fmt: skip
    return Indices("factorial", table, float(noise / between) if between else float("nan"), 0.0, len(order), 0)


def _pawn(runs: Runs, key: str) -> Indices:
    means = runs.means(key)
    at = np.isfinite(means)
    if at.sum() < FEWEST:
        raise Unfit(f"{int(at.sum())} points are too few to say what they depend on; at least {FEWEST} are needed.")
    means = means[at]
    _varies(means)
    codes = {}
    for name in runs.factors.columns:
        column = runs.column(name)[at]
        codes[name] = column.astype(np.float64) if is_numeric_dtype(column) else column.astype("category").cat.codes
    noise, between = noise_of(runs, key, at)
    return pawn_of(pd.DataFrame(codes), means, noise / between if between else float("nan"), int((~at).sum()))


def pawn_of(factors: pd.DataFrame, means: NDArray[np.float64], noise: float = 0.0, left_out: int = 0) -> Indices:
    """PAWN of every factor, and of factors that do nothing.

    Slices hold equally many points: a level that is common may fill several.
    """
    analyze = needed("SALib.analyze.pawn", "analysis", "PAWN").analyze
    random = np.random.Generator(np.random.Philox(SEED))
    ranks = (factors.rank(method="first") - 1).to_numpy() / len(means)
    idle = random.permuted(np.tile(np.arange(len(means)) / len(means), (100, 1)), axis=1).T
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        own = np.asarray(analyze(_problem(list(factors.columns)), ranks, means, S=SLICES)["median"])
        least = np.asarray(analyze(_problem([f"x{at}" for at in range(100)]), idle, means, S=SLICES)["median"])
    # One of the factors, not each, may pass for more than it is: 95 of 100 times none does.
    bar = least.mean() + least.std(ddof=1) * norm.ppf(1 - 0.05 / len(own))
    return Indices("pawn", _table(list(factors.columns), own), noise, float(bar), len(means), left_out)


def complete(runs: Runs, size: int) -> NDArray[np.bool_]:
    """bool[P], points whose whole block of ``size`` consecutive points has runs."""
    there = np.isfinite(runs.means(next(iter(runs.values))))
    block = runs.points // size
    counts = np.bincount(block[there], minlength=int(block.max()) + 1)
    return counts[block] == size


def _shared(runs: Runs, key: str, at: NDArray[np.bool_]) -> tuple[float, int]:
    noise, between = noise_of(runs, key, at)
    return (noise / between if between else float("nan")), int((~at).sum())


def _varies(means: NDArray[np.float64]) -> None:
    if np.ptp(means) < 1e-12:
        raise Unfit("It comes out the same at every point.")


def _problem(names: list[str]) -> dict[str, object]:
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def _table(
    names: list[str],
    first: NDArray[np.float64],
    half: NDArray[np.float64] | None = None,
    second: NDArray[np.float64] | None = None,
    other: NDArray[np.float64] | None = None,
) -> pd.DataFrame:
    table = pd.DataFrame({"first": first}, index=pd.Index(names, name="factor"))
    if half is not None:
        table["first_low"], table["first_high"] = first - half, first + half
    if second is not None:
        table["second"] = second
    if second is not None and other is not None:
        table["second_low"], table["second_high"] = second - other, second + other
    return table
