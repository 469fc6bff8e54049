"""One parameter before and after comparison with history: how far it moved, which way, and its shape in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.findings.evidence import Varied
from sim.findings.rejection import (
    Matched,
    Ordered,
    Real,
    Shift,
    chances,
    distance,
    distance_of_words,
    shift,
    shift_of_words,
)

LEAST = 0.05
"""A smaller shift is not worth a word, however sure: at most one twentieth of the weight has moved past any value."""

BINS = 16
"""Of a figure's histogram; figures with fewer values have one a value."""

UP, DOWN, NARROWER, WIDER, SHAPE = "moved up", "moved down", "narrower", "wider", "another shape"


@dataclass(frozen=True)
class Histogram:
    """A parameter's shares, bin by bin.

    Attributes
    ----------
    edges
        Of the bins, one more than there are; empty where every value has its own bin.
    words
        Of the values, where each has its own bin.
    before, talks, after
        Shares in the prior, among runs that match the talks, and among runs that match.
    log
        Whether the bins are even in the logarithm.
    """

    edges: tuple[float, ...]
    words: tuple[str, ...]
    before: tuple[float, ...]
    talks: tuple[float, ...]
    after: tuple[float, ...]
    log: bool = False


@dataclass(frozen=True)
class Parameter:
    """What history says about one parameter.

    Attributes
    ----------
    factor, title, mark
        Which, in words, and how well its figure is known.
    labels
        Of words and switches; empty for figures.
    shift
        How far its posterior lies from the prior.
    way
        moved up, moved down, narrower, wider, another shape, or toward which word; whether that is worth saying is not
        decided here.
    others, ways
        The shift's distance, and the way, by tolerance.
    talks
        The shift's distance where the talks alone are matched.
    against
        Share of matching runs on the side of the prior's median that the way speaks against; NaN where there is none.
    figures
        Of a figure: means, spreads, ends and quantiles; of words their chances before and after.
    histogram
        Its shares, bin by bin.
    """

    factor: Varied
    title: str
    mark: str
    labels: tuple[str, ...]
    shift: Shift
    way: str
    others: Mapping[int, float]
    ways: Mapping[int, str]
    talks: float
    against: float
    figures: Mapping[str, Any] = field(repr=False)
    histogram: Histogram = field(repr=False)


def weighed(
    factor: Varied,
    raw: NDArray[Any],
    title: str,
    mark: str,
    matched: Matched,
    talks: Matched,
    others: Mapping[int, Matched],
) -> Parameter:
    """Weigh a parameter.

    Parameters
    ----------
    factor, title, mark
        Which, in words, and how well its figure is known.
    raw
        Its value at each point, as the rows hold it.
    matched
        The runs that match.
    talks
        Those that match the talks, whatever followed.
    others
        Those that match within other tolerances.
    """
    if factor.counts and raw.dtype.kind in "fiu":
        figure = Ordered.of(raw.astype(np.float64))
        way = way_of(matched, figure.values)
        return Parameter(
            factor, title, mark, (), shift(matched, figure), way,
            {limit: distance(one, figure) for limit, one in others.items()},
            {limit: way_of(one, figure.values) for limit, one in others.items()},
            distance(talks, figure), _against(matched, figure, way), _figures(matched, figure),
            _histogram(factor, figure, matched, talks),
        )  # fmt: skip
    labels, codes = _coded(raw)
    before, after = (chances(weights, codes, len(labels)) for weights in (np.ones(len(codes)), matched.weights))
    toward = {limit: _toward(one, codes, labels, before) for limit, one in others.items()}
    among = chances(talks.weights, codes, len(labels))
    shares, talk_shares, last = (tuple(one.tolist()) for one in (before, among, after))
    return Parameter(
        factor, title, mark, labels, shift_of_words(matched, codes), _toward(matched, codes, labels, before),
        {limit: distance_of_words(one, codes) for limit, one in others.items()}, toward,
        distance_of_words(talks, codes), float("nan"),
        {"before": _told(labels, before), "after": _told(labels, after)}, Histogram((), labels, shares, talk_shares, last),
    )  # fmt: skip


def way_of(matched: Matched, values: Real) -> str:
    """Which way a figure's posterior lies: by its mean where that moved by a tenth of the prior's spread, else by its own."""
    spread = float(values.std())
    if not matched.matching.any() or not spread:
        return SHAPE
    step = (matched.mean(values) - float(values.mean())) / spread
    if abs(step) >= 0.1:
        return UP if step > 0 else DOWN
    ratio = matched.spread(values) / spread
    return NARROWER if ratio < 0.97 else WIDER if ratio > 1.03 else SHAPE


def _toward(matched: Matched, codes: NDArray[np.int64], labels: tuple[str, ...], before: Real) -> str:
    gain = chances(matched.weights, codes, len(labels)) - before
    return f"moved toward {labels[int(gain.argmax())]}"


def _against(matched: Matched, figure: Ordered, way: str) -> float:
    if way not in (UP, DOWN):
        return float("nan")
    middle = float(np.median(figure.values))
    side = figure.values < middle if way == UP else figure.values > middle
    return float(matched.weights[side].sum() / matched.weights.sum())


def _coded(raw: NDArray[Any]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Words and switches as labels and their codes."""
    plain = [("yes" if value else "no") if isinstance(value, (bool, np.bool_)) else str(value) for value in raw]
    labels, codes = np.unique(plain, return_inverse=True)
    return tuple(labels.tolist()), codes.astype(np.int64)


def _told(labels: tuple[str, ...], shares: Real) -> str:
    return "; ".join(f"{label} {share:.4f}" for label, share in zip(labels, shares))


def _figures(matched: Matched, figure: Ordered) -> dict[str, float]:
    low, middle, high = figure.quantiles(matched.weights, (0.025, 0.5, 0.975)).tolist()
    values = figure.values
    return {
        "prior_mean": float(values.mean()), "prior_sd": float(values.std()), "prior_low": float(values.min()),
        "prior_high": float(values.max()), "posterior_mean": matched.mean(values), "posterior_sd": matched.spread(values),
        "posterior_low": low, "posterior_median": middle, "posterior_high": high,
    }  # fmt: skip


def _histogram(factor: Varied, figure: Ordered, matched: Matched, talks: Matched) -> Histogram:
    values, weights = figure.values, (np.ones(len(figure.values)), talks.weights, matched.weights)
    distinct = values[figure.order][figure.last]
    if len(distinct) < BINS:
        codes = np.searchsorted(distinct, values)
        before, among, after = (tuple(chances(one, codes, len(distinct)).tolist()) for one in weights)
        return Histogram((), tuple(f"{value:g}" for value in distinct), before, among, after)
    log = factor.form == "log_uniform"
    ends = np.log(distinct[[0, -1]]) if log else distinct[[0, -1]]
    edges = np.linspace(float(ends[0]), float(ends[1]), BINS + 1)
    codes = np.clip(np.searchsorted(edges, np.log(values) if log else values, side="right") - 1, 0, BINS - 1)
    before, among, after = (tuple(chances(one, codes, BINS).tolist()) for one in weights)
    return Histogram(tuple((np.exp(edges) if log else edges).tolist()), (), before, among, after, log)
