"""Where the points lie in the unit cube: the designs, each a function of its sizes and the seed alone."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.domain.problems import ScenarioError
from sim.store.extras import installing

_STREAM = 14
"""Tells the design's numbers from those of the runs, which use the bare seed as their key (11.1)."""


def generator(seed: int) -> np.random.Generator:
    """The numbers of a design. A generator is always handed on in place of a seed: code that asks ``if seed`` loses 0."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, _STREAM])))


def uniform(points: int, factors: int, seed: int) -> NDArray[np.float64]:
    """Independent points, float64[points, factors] in [0, 1)."""
    return generator(seed).random((points, factors))


def latin_hypercube(points: int, factors: int, seed: int) -> NDArray[np.float64]:
    """One point in every one of ``points`` equal slices of every factor (McKay, Beckman and Conover 1979)."""
    from scipy.stats import qmc

    return qmc.LatinHypercube(d=factors, seed=generator(seed)).random(points)


def saltelli(points: int, factors: int, seed: int, *, second_order: bool) -> NDArray[np.float64]:
    """Sobol' points in the order that SALib's ``analyze.sobol`` takes apart.

    Rows: ``points`` · (factors + 2), with second-order indices ``points`` · (2 · factors + 2); scrambled.
    """
    _needs_salib()
    from SALib.sample import sobol

    return sobol.sample(_cube(factors), points, calc_second_order=second_order, seed=generator(seed))


def morris(trajectories: int, levels: int, factors: int, seed: int) -> NDArray[np.float64]:
    """Trajectories that move one factor at a time, in the order that SALib's ``analyze.morris`` takes apart.

    Rows: ``trajectories`` · (factors + 1); every share is one of ``levels`` even steps from 0 to 1.
    """
    _needs_salib()
    from SALib.sample.morris import sample

    return np.clip(sample(_cube(factors), trajectories, num_levels=levels, seed=generator(seed)), 0.0, 1.0)


def _cube(factors: int) -> dict[str, Any]:
    names = [f"x{at}" for at in range(factors)]
    return {"num_vars": factors, "names": names, "bounds": [[0.0, 1.0]] * factors}


def _needs_salib() -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            importlib.import_module("SALib.sample")
    except ImportError:
        raise ScenarioError(
            "design: found no SALib, which makes Sobol and Morris designs; expected it installed: "
            f"{installing('analysis')}"
        ) from None
