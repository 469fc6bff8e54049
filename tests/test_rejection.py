"""Rejection, what happened as a record, and the prior: known posteriors, and what the scenario says of January."""

import dataclasses
import re

import numpy as np
import pytest
from scipy import stats

from sim.domain.load import load_scenario
from sim.domain.problems import ScenarioError
from sim.findings.posterior import DOWN, UP, way_of
from sim.findings.record import record_of
from sim.findings.rejection import Matched, Ordered, distance, holm, share, shift, shift_of_words, visible
from sim.sweep.prior import prior

# ---- Rejection, with nothing of the game in it --------------------------------------------------------------------------


def binomial(points: int, runs: int, seed: int = 5) -> tuple[np.ndarray, Matched]:
    """A chance drawn evenly, ten throws of it seen, seven hits: the posterior is Beta(8, 4)."""
    draws = np.random.default_rng(seed)
    chance = draws.random(points)
    hits = draws.binomial(10, chance[:, None], (points, runs))
    return chance, Matched((hits == 7).sum(axis=1), np.full(points, runs), np.arange(points))


@pytest.mark.parametrize(("points", "runs"), [(120_000, 1), (12_000, 25)])
def test_the_posterior_of_a_binomial_is_its_beta(points, runs):
    """Conjugate: with a flat prior, k hits of n leave Beta(k + 1, n − k + 1); every count of ten is as likely, 1 / 11."""
    chance, matched = binomial(points, runs)
    known, figure = stats.beta(8, 4), Ordered.of(chance)
    assert matched.acceptance == pytest.approx(1 / 11, abs=0.004)
    error = 4 * known.std() / np.sqrt(matched.size)
    assert matched.mean(chance) == pytest.approx(known.mean(), abs=error)
    assert matched.spread(chance) == pytest.approx(known.std(), rel=0.03)
    for quantile, place in zip(figure.quantiles(matched.weights, (0.025, 0.5, 0.975)), (0.025, 0.5, 0.975)):
        assert known.cdf(quantile) == pytest.approx(place, abs=0.012)
    below = figure.below(matched.weights)
    apart = np.abs(below - known.cdf(chance[figure.order])).max()
    assert stats.kstwo.sf(apart, round(matched.size)) > 0.01
    # The largest distance between Beta(8, 4) and the flat prior, reckoned from the two distribution functions.
    grid = np.linspace(0, 1, 20_001)
    assert distance(matched, figure) == pytest.approx(np.abs(known.cdf(grid) - grid).max(), abs=0.02)


def test_effective_size_counts_runs_and_then_points():
    """One run a point: the matching runs. Many runs a point cannot tell more than its points; equal weights tell as much."""
    _, matched = binomial(5_000, 1)
    assert matched.size == pytest.approx(matched.matching.sum())
    flat = Matched(np.full(300, 40), np.full(300, 100), np.arange(300))
    assert flat.size == pytest.approx(300)
    halves = Matched(np.array([1, 1, 0, 0]), np.ones(4, int), np.array([0, 0, 1, 1]))
    assert halves.size == pytest.approx(1)  # two points of one block are one draw
    grid = dataclasses.replace(flat, exhaustive=True)
    assert (grid.size, grid.rest) == (12_000, 18_000)


def test_the_shift_is_the_two_sample_test_of_a_library():
    draws = np.random.default_rng(1)
    values, near = draws.normal(size=3_000), draws.random(3_000)
    hit = near < stats.norm.cdf(values - 0.5)
    matched = Matched(hit.astype(int), np.ones(3_000, int), np.arange(3_000))
    known = stats.ks_2samp(values[hit], values[~hit], method="asymp")
    found = shift(matched, Ordered.of(values))
    assert found.chance == pytest.approx(known.pvalue, rel=1e-9)
    assert found.distance == pytest.approx(known.statistic * (1 - hit.mean()))


def test_words_are_tested_by_chi_square():
    codes = np.array([0] * 50 + [1] * 30 + [2] * 20)
    hit = np.array([1] * 30 + [0] * 20 + [1] * 5 + [0] * 25 + [1] * 15 + [0] * 5)
    found = shift_of_words(Matched(hit, np.ones(100, int), np.arange(100)), codes)
    assert found.chance == pytest.approx(stats.chi2_contingency([[30, 5, 15], [20, 25, 5]], correction=False).pvalue)
    assert found.distance == pytest.approx((abs(0.6 - 0.5) + abs(0.1 - 0.3) + abs(0.3 - 0.2)) / 2)


def test_chances_of_many_parameters_are_corrected():
    """Holm 1979 by hand: 0.005·4, 0.01·3, 0.03·2, 0.04·1, each at least the one before."""
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]).tolist() == pytest.approx([1.0, 1.0])


def test_of_many_parameters_without_effect_none_is_said_to_have_moved():
    """In at most 5 of 100 studies any of 30 parameters is called; a shift that is there and visible is called."""
    draws, wrong = np.random.default_rng(7), 0
    for _ in range(60):
        matched = Matched((draws.random(400) < 0.3).astype(int), np.ones(400, int), np.arange(400))
        chances = [shift(matched, Ordered.of(draws.random(400))).chance for _ in range(30)]
        wrong += holm(chances).min() < 0.05
    assert wrong <= stats.binom.ppf(0.999, 60, 0.05)
    values = draws.random(4_000)
    matched = Matched((draws.random(4_000) < values).astype(int), np.ones(4_000, int), np.arange(4_000))
    found = shift(matched, Ordered.of(values))
    assert found.distance > visible(matched, 40) and found.chance * 40 < 0.05
    assert way_of(matched, values) == UP and way_of(matched, 1 - values) == DOWN


def test_a_share_has_the_interval_of_a_library():
    of, among = np.array([1, 0, 1, 1, 0, 0, 0, 1, 0, 0]), np.ones(10)
    known = stats.binomtest(4, 10).proportion_ci(method="wilson")
    assert share(of, among, np.arange(10)) == pytest.approx((0.4, known.low, known.high))
    wide = share(np.sort(of), among, np.repeat([0, 1], 5))
    assert wide[2] - wide[1] > known.high - known.low  # two unlike clusters tell less than ten runs
    assert np.isnan(share(of, np.zeros(10), np.arange(10))[0])


# ---- The record ---------------------------------------------------------------------------------------------------------


def test_january_is_known_line_by_line(january):
    """Nothing moved, no venue came to an understanding, nobody left, escalation followed; forecasters were near even."""
    fields = {column for issue in january.active for column in (f"final_{issue}",)}
    fields |= {"outcome", "escalated", *(f"result_{venue}" for venue in january.calendar)}
    record = record_of(january, fields)
    assert [line.value for line in record.talks[:12]] == list(january.status_quo)
    assert [(line.column, line.value) for line in record.talks[12:]] == [
        ("result_geneva", "no_understanding"), ("result_brussels", "no_understanding"),
        ("result_vienna", "no_understanding"), ("outcome", "talks_continue"),
    ]  # fmt: skip
    assert record.later.value is True and record.odds == (0.45, 0.5)
    assert record_of(load_scenario("harbour"), fields) is None


@pytest.mark.parametrize(
    ("change", "told_"),
    [
        ("history.venues={genova: walked_out}", "Did you mean geneva?"),
        ("history.venues={geneva: left}", "expected"),
        ("history.odds={low: 0.5, high: 0.4}", "found 0.4; expected at least 0.5, the lower end"),
    ],
)
def test_a_record_that_does_not_fit_is_refused(change, told_):
    with pytest.raises(ScenarioError, match=re.escape(told_)):
        load_scenario("january-2022", [change])


# ---- The prior ----------------------------------------------------------------------------------------------------------


def test_the_prior_of_january_has_documented_ranges_and_marked_cells(january):
    """14.1: cited cells stay; what a file gives a range of has it; a what-if keeps the figure that it assumes."""
    sweep = prior("january-2022", points=16, seed=3)
    by = {factor.path: factor for factor in sweep.factors}
    assert by["sanctions.credibility"].distribution.figures == (0.0, 1.0)
    weight = by["parties.us.positions.nato_enlargement.salience"].distribution
    assert (weight.low, weight.high) == (8.0, 24.0)  # an estimate of 16, half as much again or half as much
    assert not [path for path in by if path.endswith(("consent", "share", "rounds")) or path.startswith("parties.osce")]
    cited = [path for path in by if path.endswith("preferred") and "force_rollback" in path and ".us." in path]
    assert cited == []
    assert (sweep.n, sweep.replications, sweep.seed, sweep.common_random_numbers) == (16, 1, 3, False)
