"""The only maker of random numbers: a row of uniforms that (seed, run index) fixes (clause 11.1).

A counter-based generator (Philox) is keyed by the seed and advanced to the run's own stretch, so any run's row can be
made without making those before it: chunks, order and drivers cannot matter.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled

_PER_STEP = 4
"""Philox makes four 64-bit words a step; a uniform takes one word."""

# Where the single numbers of a run stand in its row; the rest follows from a scenario's maxima (sim/domain/tables.py).
TYPE, PAYOFF, RESOLVE_DEFENDERS, RESOLVE_CHALLENGER, ESCALATION, INSISTENCE = range(6)


def width(needed: int) -> int:
    """Length of a run's row: the next power of two, at least 512, so that small changes keep the numbers in place."""
    return max(512, 1 << (needed - 1).bit_length())


def rows(seed: int, first: int, count: int, needed: int) -> NDArray[np.float64]:
    """Draw the rows of runs ``first`` to ``first + count - 1``.

    Parameters
    ----------
    seed
        0 to 2¹²⁸ − 1.
    first, count
        Run indices, from 0.
    needed
        Numbers that the scenario uses per run.

    Returns
    -------
    float64[count, width(needed)]
        Uniform in [0, 1).

    Raises
    ------
    ValueError
        A negative or too large seed or index.
    """
    if not 0 <= seed < 1 << 128:
        raise ValueError(f"seed: found {seed}; expected a whole number from 0 to 2^128 - 1.")
    if first < 0 or count < 0:
        raise ValueError(f"index: found {min(first, count)}; expected a whole number from 0.")
    wide = width(needed)
    bits = np.random.Philox(key=seed)
    bits.advance(first * wide // _PER_STEP)
    return np.random.Generator(bits).random((count, wide))


def central(needed: int) -> NDArray[np.float64]:
    """The row of a run in which every draw falls on its median: what measures are computed for (clause 13)."""
    return np.full(width(needed), 0.5)


@compiled
def normal(uniform: float) -> float:
    """Turn a uniform into a standard normal by the inverse distribution (Wichura 1988, algorithm AS 241, PPND16).

    ``uniform`` in [0, 1); relative error about 1e-16; 0 is read as the smallest step of the generator.
    """
    p = max(uniform, 1.1102230246251565e-16)
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return (
            q
            * (((((((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r + 6.7265770927008700853e4) * r
                   + 4.5921953931549871457e4) * r + 1.3731693765509461125e4) * r + 1.9715909503065514427e3) * r
                + 1.3314166789178437745e2) * r + 3.3871328727963666080e0)
            / (((((((5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r + 3.9307895800092710610e4) * r
                   + 2.1213794301586595867e4) * r + 5.3941960214247511077e3) * r + 6.8718700749205790830e2) * r
                + 4.2313330701600911252e1) * r + 1.0)
        )  # fmt: skip
    r = math.sqrt(-math.log(min(p, 1.0 - p)))
    if r <= 5.0:
        r -= 1.6
        tail = (
            (((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r + 2.41780725177450611770e-1) * r
                 + 1.27045825245236838258e0) * r + 3.64784832476320460504e0) * r + 5.76949722146069140550e0) * r
              + 4.63033784615654529590e0) * r + 1.42343711074968357734e0)
            / (((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r + 1.51986665636164571966e-2) * r
                   + 1.48103976427480074590e-1) * r + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0) * r
                + 2.05319162663775882187e0) * r + 1.0)
        )  # fmt: skip
    else:
        r -= 5.0
        tail = (
            (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 1.24266094738807843860e-3) * r
                 + 2.65321895265761230930e-2) * r + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0) * r
              + 5.46378491116411436990e0) * r + 6.65790464350110377720e0)
            / (((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r + 1.84631831751005468180e-5) * r
                   + 7.86869131145613259100e-4) * r + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1) * r
                + 5.99832206555887937690e-1) * r + 1.0)
        )  # fmt: skip
    return -tail if q < 0.0 else tail
