"""Intervals of shares: against published and hand-computed values, against scipy, and by how often they hold the truth."""

import math

import numpy as np
import pyarrow as pa
import pytest
from made_studies import DRAWN, TRUST, column, doctored, plain, swept
from scipy import stats

from sim.findings import Evidence
from sim.findings.intervals import Clusters, clusters_of, difference, means, shares, wilson


@pytest.mark.parametrize(("hits", "runs"), [(0, 10), (1, 10), (5, 10), (29, 30), (40, 40), (263, 1000)])
def test_wilson_is_scipys(hits, runs):
    low, high = wilson(hits / runs, runs)
    theirs = stats.binomtest(hits, runs).proportion_ci(method="wilson")
    assert (float(low), float(high)) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_wilson_by_hand():
    """5 of 10: centre (0.5 + z²/20) / (1 + z²/10) = 0.5, half √(0.25/10 + z²/400) · z / (1 + z²/10) with z = 1.96."""
    z = 1.959963984540054
    half = z * math.sqrt(0.025 + z**2 / 400) / (1 + z**2 / 10)
    low, high = wilson(np.array([0.5, 0.5]), np.array([10, 10]))
    assert low == pytest.approx([0.5 - half] * 2) and high == pytest.approx([0.5 + half] * 2)
    assert low[0] == pytest.approx(0.2366, abs=5e-5) and high[0] == pytest.approx(0.7634, abs=5e-5)


def test_nothing_can_be_said_of_no_runs():
    low, high = wilson(math.nan, 0)
    assert math.isnan(low) and math.isnan(high)


class Rows:
    """Rows of a made-up study, asked in SQL as a stored one is."""

    def __init__(self, outcome, *, paired, design="factorial", factors=1):
        import duckdb

        *tries, self.points, self.replications = outcome.shape
        self.paired, self.design, self.factors = paired, design, [None] * factors
        attempt, point, index = np.indices((tries or [1]) + [self.points, self.replications])
        own = index if paired else point * self.replications + index
        columns = {"attempt": attempt, "point": point, "index": own, "hit": outcome}
        table = pa.table({name: values.ravel() for name, values in columns.items()})
        self.connection = duckdb.connect(":memory:")
        self.connection.register("played", table)

    def ask(self, sql):
        return self.connection.sql(sql).df()


def interval(outcome, **how):
    found = shares(Rows(outcome, **how), {"hit": "hit"}).iloc[0]
    return found["share"], found["low"], found["high"], found["effective"]


def test_points_that_share_every_draw_count_once():
    """40 draws at 25 points that all come out alike say as much as 40 runs, with Student's t of 39 degrees."""
    draws = np.arange(40) < 10
    share, low, high, effective = interval(np.tile(draws, (25, 1)), paired=True)
    assert share == 0.25
    # The variance over clusters has 39 in its denominator, so 39 runs would vary as much.
    assert effective == pytest.approx(39, rel=0.03)
    assert (low, high) == pytest.approx([float(end) for end in wilson(0.25, effective, stats.t.ppf(0.975, 39))])


def test_the_variance_over_clusters_by_hand():
    """Two points, three draws; hits by draw 2, 1, 0: Σ(s − pn)² = 1 + 0 + 1 of n = 6, times 3/2: variance 1/12."""
    outcome = np.array([[True, True, False], [True, False, False]])
    _, _, _, effective = interval(outcome, paired=True)
    assert effective == pytest.approx(0.25 * 12)
    found = means(Rows(outcome, paired=True), {"hit": "hit::INTEGER"}).iloc[0]
    half = stats.t.ppf(0.975, 2) * math.sqrt(1 / 12)
    assert (found["low"], found["high"]) == pytest.approx((0.5 - half, 0.5 + half))


def test_both_ways_by_hand():
    """Drawn points with shared draws: variance by draw 1/12, by point (e = ±1/2): 2·(1/4 + 1/4)/36 = 1/36, rows 0.25/5."""
    outcome = np.array([[True, True, False], [True, False, False]])
    _, _, _, effective = interval(outcome, paired=True, design="random")
    both = 1 / 12 + 1 / 36 - 0.25 / 5
    assert effective == pytest.approx(0.25 / max(both, 1 / 12))


def test_never_is_counted_by_clusters():
    """0 of 25 × 40 runs that share 40 draws: as if 0 of 40; rows of their own count each."""
    never = np.zeros((25, 40), bool)
    assert interval(never, paired=True)[3] == 40
    assert interval(never, paired=False)[3] == 1000
    assert interval(never, paired=True, design="random")[3] == pytest.approx(25 * 40 / 65)
    assert interval(never, paired=True)[2] > interval(never, paired=False)[2] > 0


def test_one_draw_alone_says_almost_nothing():
    """All points met one draw: one observation."""
    _, low, high, effective = interval(np.array([[True], [True], [False]]), paired=True)
    assert effective == 1 and high - low > 0.9


@pytest.mark.parametrize(
    ("design", "paired", "expected"),
    [
        ("factorial", True, Clusters(True, 0)), ("factorial", False, Clusters(False, 0)), ("csv", True, Clusters(True, 0)),
        ("random", True, Clusters(True, 1)), ("latin_hypercube", False, Clusters(False, 1)),
        ("morris", False, Clusters(False, 3)),
    ],
)  # fmt: skip
def test_what_hangs_together(design, paired, expected):
    assert clusters_of(Rows(np.zeros((4, 3), bool), paired=paired, design=design, factors=2)) == expected


def test_saltellis_points_are_blocks(tmp_path):
    """A base point and those made of it by swapping one factor: factors + 2 in a row."""
    text = DRAWN.replace("latin_hypercube: {points: 24}", "sobol: {points: 4}")
    study = Evidence(swept(text, tmp_path))
    assert study.points == 16 and clusters_of(study) == Clusters(True, 4)


# ---- How often they hold the truth ---------------------------------------------------------------------------------------


TRIES = 400


def coverage(outcome, truth, **how):
    """The share of tries, the first axis, whose interval holds the truth."""
    found = shares(Rows(outcome, **how), {"hit": "hit"}, ["attempt"])
    assert len(found) == TRIES
    return float(((found["low"] <= truth) & (truth <= found["high"])).mean())


def crossed(by_point=0.8, by_run=0.8, points=20, runs=40):
    """Outcomes that lean on their point and on their run index, with a share of one half over all of them."""
    rng = np.random.default_rng(5)
    lean = by_point * rng.normal(size=(TRIES, points, 1)) + by_run * rng.normal(size=(TRIES, 1, runs))
    return lean + rng.normal(size=(TRIES, points, runs)) > 0


def test_drawn_points_with_shared_draws_are_covered():
    """95 % of intervals hold the truth, within what 400 tries can tell; counted as independent rows, far fewer would."""
    assert 0.92 <= coverage(crossed(), 0.5, paired=True, design="random") <= 0.985
    assert coverage(crossed(), 0.5, paired=False, design="factorial") < 0.6


def test_fixed_points_with_shared_draws_are_covered():
    """The truth is the mean over these very points; only draws are new."""
    rng, lean = np.random.default_rng(6), np.linspace(-1.5, 1.5, 15)[:, None]
    truth = float(stats.norm.cdf(lean / math.sqrt(2)).mean())
    outcome = lean + rng.normal(size=(TRIES, 1, 60)) + rng.normal(size=(TRIES, 15, 60)) > 0
    assert 0.92 <= coverage(outcome, truth, paired=True) <= 0.985


def test_rare_things_are_covered():
    """A share of 2 % of runs that fall together at every point."""
    draws = np.random.default_rng(7).random((TRIES, 1, 100)) < 0.02
    assert coverage(np.tile(draws, (1, 10, 1)), 0.02, paired=True) >= 0.92


def test_a_difference_takes_shared_draws_into_account():
    """Two points that differ in one draw of 60: with shared draws that is known far better than without."""
    draws = np.random.default_rng(1).random(60) < 0.5
    outcome = np.stack([draws, draws])
    outcome[1, np.flatnonzero(draws)[:6]] = False
    paired = difference(Rows(outcome, paired=True), "hit", "point = 0", "point = 1")
    apart = difference(Rows(outcome, paired=False), "hit", "point = 0", "point = 1")
    assert paired[0] == apart[0] == pytest.approx(0.1)
    # By hand: e = 0.9 or −0.1 over 60 in 6 and 54 of 60 draws; the variance times 60/59.
    half = stats.t.ppf(0.975, 59) * math.sqrt((6 * 0.9**2 + 54 * 0.1**2) / 60**2 * 60 / 59)
    assert paired[2] - paired[0] == pytest.approx(half)
    assert paired[1] > 0 > apart[1]


@pytest.mark.slow
def test_differences_are_covered():
    lean = np.array([[0.0], [0.4]])
    truth = float(stats.norm.cdf(0.4 / math.sqrt(2)) - 0.5)
    held = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        rows = Rows(lean + rng.normal(size=(1, 80)) + rng.normal(size=(2, 80)) > 0, paired=True)
        _, low, high = difference(rows, "hit", "point = 1", "point = 0")
        held += low <= truth <= high
    assert 0.92 <= held / 300 <= 0.985


# ---- Stored studies -----------------------------------------------------------------------------------------------------


def test_shares_of_a_stored_study_are_plain_counts(tmp_path):
    """Plain replication: every row is its own cluster, and Wilson's interval is the textbook's."""
    evidence = Evidence(plain("two-by-two", 50, tmp_path))
    name = f"result_{evidence.scenario.calendar[0]}"
    frame = evidence.study.frame([name])
    hits = int((frame[name] == "understanding").sum())
    found = shares(evidence, {"agreed": evidence.agreed}).iloc[0]
    assert (found["runs"], found["count"]) == (50, hits)
    theirs = stats.binomtest(hits, 50).proportion_ci(method="wilson")
    assert (found["low"], found["high"]) == pytest.approx((theirs.low, theirs.high))


def test_groups_and_rows_that_count(tmp_path):
    evidence = Evidence(swept(TRUST, tmp_path))
    frame = evidence.study.frame(["good_faith", "escalated", "outcome"])
    found = shares(evidence, {"war": "escalated"}, ["good_faith"], "outcome = 'talks_continue'")
    for row in found.itertuples():
        own = frame[(frame["good_faith"] == row.good_faith) & (frame["outcome"] == "talks_continue")]
        assert (row.runs, row.count) == (len(own), int(own["escalated"].sum()))
        assert row.low <= row.share <= row.high


def test_failed_runs_do_not_count(tmp_path):
    study = plain("two-by-two", 20, tmp_path / "all")

    def fail(table):
        return column(table, "status", ["failed"] * 5 + ["played"] * 15)

    evidence = Evidence(doctored(study, tmp_path / "some", fail))
    assert int(shares(evidence, {"any": "true"})["runs"].iloc[0]) == 15
