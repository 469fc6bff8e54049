"""What is known in closed form, each with its source: bargaining solutions, the range that war leaves, rules and draws."""

import itertools
import math

import numpy as np
import pytest
from generated import game, issue, meeting, state
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from sim import measures
from sim.compiled import EQUAL
from sim.draws import PAYOFF, normal, rows, width
from sim.rules.aspiration import given_by_time
from sim.rules.belief import LEAST, MOST, expected_concession, updated
from sim.rules.outside import escalation_chance
from sim.rules.value import option_value

# ---- Bargaining -------------------------------------------------------------------------------------------------------

SLICES = 20


def pie(left, right):
    """Two parties split a pie in twentieths: option k gives the left one k; no deal is worth ``left`` and ``right``."""
    shares = [k / SLICES for k in range(SLICES + 1)]
    return game(
        {"split": issue(SLICES + 1, 0)},
        {
            "left": state({"split": {"values": shares, "salience": 100}}, reservation=left),
            "right": state({"split": {"values": shares[::-1], "salience": 100}}, reservation=right),
        },
        {"talks": meeting("alternating", ("left", "right"), ("split",), 5)},
    )


@pytest.mark.parametrize(("left", "right"), [(0, 0), (0.2, 0.1), (0.1, 0.6), (0.45, 0.35), (0.5, 0.5)])
@pytest.mark.parametrize("solution", ["nash", "kalai_smorodinsky", "egalitarian"])
def test_a_transferable_pie_is_split_by_equal_gains(solution, left, right):
    """13.1 with the reservation values as disagreement point: what the pie leaves over no deal is halved (Nash 1950,
    doi:10.2307/1907266; the frontier is a line of slope −1, so the other two solutions agree)."""
    over = 1 - left - right
    found = measures(pie(left, right))[solution]["utilities"]
    if round(SLICES * over) % 2 == 0:
        assert found == pytest.approx({"left": left + over / 2, "right": right + over / 2})
    else:
        # The half lies between two slices: both are as good.
        gains = sorted((found["left"] - left, found["right"] - right))
        assert gains == pytest.approx([over / 2 - 0.5 / SLICES, over / 2 + 0.5 / SLICES])


def test_no_split_where_no_deal_is_worth_more_than_the_pie():
    """13.1 the zone of possible agreement may be empty."""
    found = measures(pie(0.6, 0.45))
    assert found["agreeable"] == 0
    assert found["nash"]["package"] is None


@pytest.mark.parametrize(("a", "b"), [(0.1, 0.1), (0.05, 0.2), (0.2, 0.0), (0.0, 0.0)])
@pytest.mark.parametrize("p", [0.2, 0.35, 0.5, 0.75, 0.8])
def test_the_range_that_war_leaves(p, a, b):
    """13.1: Fearon 1995, doi:10.1017/S0020818300033324. War is a lottery that the left party wins with chance p, at costs a
    and b: worth p − a and 1 − p − b. Every split in [p − a, p + b] is preferred by both, and the range is as long
    whatever p."""
    found = measures(pie(p - a, 1 - p - b))
    assert found["agreeable"] == round(SLICES * (a + b)) + 1
    # A range of that many neighbouring splits is known from its middle, which halves the gains.
    middle = found["egalitarian"]["utilities"]["left"]
    assert middle == pytest.approx(p + (b - a) / 2, abs=0.5 / SLICES + EQUAL)
    for solution in ("nash", "kalai_smorodinsky", "egalitarian"):
        assert p - a - EQUAL <= found[solution]["utilities"]["left"] <= p + b + EQUAL


# ---- Rules ------------------------------------------------------------------------------------------------------------

# φ · τ^(1/β) by hand at τ = 0, 1/2, 1: 2⁻⁵, 2⁻¹ and the fifth root of 1/2.
BY_TIME = {1 / 5: (0, 0.03125, 1), 1: (0, 0.5, 1), 5: (0, 0.8705505632961241, 1)}


@pytest.mark.parametrize("beta", BY_TIME)
@pytest.mark.parametrize("phi", [1.0, 0.6, 0.0])
def test_given_by_time(beta, phi):
    """5.1 F(τ) = φ · τ^(1/β): Faratin, Sierra & Jennings 1998, doi:10.1016/S0921-8890(98)00029-3."""
    found = [given_by_time(beta, phi, tau) for tau in (0.0, 0.5, 1.0)]
    assert found == pytest.approx([phi * share for share in BY_TIME[beta]], rel=1e-15)


@pytest.mark.parametrize(
    ("beta", "phi", "first", "now", "expected"),
    [
        (1.0, 1.0, 0.2, 0.6, 0.5),  # (3/5 − 1/5) / (1 − 1/5)
        (1.0, 0.5, 0.2, 0.6, 2 / 9),  # 1/2 · 2/5 over 1 − 1/10
        (0.5, 1.0, 0.5, 1.0, 1.0),  # all of the way that was left
        (0.5, 0.8, 0.5, 1.0, 0.75),  # 4/5 · (1 − 1/4) over 1 − 1/5
        (2.0, 1.0, 0.25, 0.64, 0.6),  # roots: (8/10 − 1/2) / (1 − 1/2)
        (1.0, 1.0, 0.3, 0.3, 0.0),
    ],
)
def test_expected_concession(beta, phi, first, now, expected):
    """4.3 e = φ(τ^(1/β) − τ₁^(1/β)) / (1 − φ τ₁^(1/β))."""
    assert expected_concession(beta, phi, first, now) == pytest.approx(expected, rel=1e-12)


def test_expected_concession_without_a_way():
    """4.3 a zero denominator: no update."""
    assert math.isnan(expected_concession(1.0, 1.0, 1.0, 1.0))


@given(
    prior=st.floats(0.01, 0.99),
    expected=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    shown=st.floats(-1, 2),
    spread=st.floats(0.05, 2),
)
def test_belief_by_bayes(prior, expected, shown, spread):
    """4.3 Bayes with a normal likelihood around e, kept in [0.01, 0.99]: for two types the log odds grow by
    ((s − e₂)² − (s − e₁)²) / 2σ²."""
    posterior = np.empty(2)
    updated(np.array([prior, 1 - prior]), np.array(expected), shown, spread, posterior)
    odds = special.logit(prior) + ((shown - expected[1]) ** 2 - (shown - expected[0]) ** 2) / (2 * spread**2)
    good = min(MOST, max(LEAST, special.expit(odds)))
    assert posterior == pytest.approx([good, 1 - good], rel=1e-9)


def test_belief_learns_nothing_from_nothing():
    """4.3 [where] a zero denominator, or a tactic for which e is not defined: no update."""
    prior, posterior = np.array([0.3, 0.7]), np.empty(2)
    for expected, shown in (([0.2, math.nan], 0.5), ([0.2, 0.4], math.nan)):
        updated(prior, np.array(expected), shown, 0.1, posterior)
        assert posterior.tolist() == prior.tolist()


@pytest.mark.parametrize(
    ("preferred", "values"),
    [
        (0, (1, 0.75, 0.5, 0.25, 0)),
        (1, (2 / 3, 1, 2 / 3, 1 / 3, 0)),
        (2, (0, 0.5, 1, 0.5, 0)),
        (3, (0, 1 / 3, 2 / 3, 1, 2 / 3)),
        (4, (0, 0.25, 0.5, 0.75, 1)),
    ],
)
def test_value_of_an_option(preferred, values):
    """2.1 v(k) = 1 − |k − k*| / max(k*, m − 1 − k*), five options by hand."""
    assert [option_value(preferred, 5, k) for k in range(5)] == pytest.approx(values, abs=1e-15)


@given(force=st.floats(-1, 2), peace=st.floats(-1, 2), noise=st.floats(0.01, 1))
def test_chance_of_escalation(force, peace, noise):
    """10.1 1 / (1 + exp(−(z(x) − u(x)) / decision_noise)): the logistic curve, even odds where z = u."""
    assert escalation_chance(force, peace, noise) == pytest.approx(special.expit((force - peace) / noise), rel=1e-12)
    assert escalation_chance(peace, peace, noise) == 0.5
    both = escalation_chance(force, peace, noise) + escalation_chance(peace, force, noise)
    assert both == pytest.approx(1.0, abs=1e-15)


@pytest.mark.parametrize(("odds", "chance"), [(1, 1 / 2), (3, 3 / 4), (1 / 9, 1 / 10), (99, 99 / 100)])
def test_chance_of_escalation_by_odds(odds, chance):
    """10.1: z above u by decision_noise · ln(odds)."""
    assert escalation_chance(0.4 + 0.1 * math.log(odds), 0.4, 0.1) == pytest.approx(chance)


def test_without_noise_the_larger_decides():
    """10.1: the curve's limit."""
    assert [escalation_chance(z, 0.5, 0.0) for z in (0.4, 0.5, 0.6)] == [0.0, 0.5, 1.0]


# ---- Chance -----------------------------------------------------------------------------------------------------------


def test_the_normal_quantile():
    """11.1 Rules take numbers: Wichura 1988, doi:10.2307/2347330 (AS 241), against scipy's own routine."""
    tails = np.logspace(-15.9, -1, 2000)
    numbers = np.concatenate([tails, np.linspace(0.001, 0.999, 4001), 1 - tails[tails > 1e-12]])
    found = np.array([normal(number) for number in numbers])
    assert found == pytest.approx(special.ndtri(numbers), rel=2e-13, abs=1e-15)
    assert normal(0.5) == 0.0
    assert normal(0.0) == normal(2.0**-53) == pytest.approx(special.ndtri(2.0**-53), rel=1e-13)


@pytest.mark.parametrize("seed", [0, 1, 7, 2**64, 2**128 - 1])
def test_draws_are_uniform(seed):
    """11.1: the distance from the uniform distribution (Kolmogorov and Smirnov), over a block and over one place of many
    runs, and from the normal distribution once turned."""
    block = rows(seed, 0, 400, 512)
    assert block.min() >= 0.0 and block.max() < 1.0
    assert stats.kstest(block.ravel(), "uniform").pvalue > 0.001
    for place in range(8):
        assert stats.kstest(rows(seed, 0, 2000, 512)[:, place], "uniform").pvalue > 0.001
    turned = [normal(number) for number in rows(seed, 0, 2000, 512)[:, PAYOFF]]
    assert stats.kstest(turned, "norm").pvalue > 0.001


def test_neighbours_are_uncorrelated():
    """11.1: runs, places in a row and seeds next to each other tell nothing of each other: correlations within four
    standard errors."""
    one, other = rows(3, 0, 1001, 512), rows(4, 0, 1001, 512)
    for left, right in ((one[:-1], one[1:]), (one[:, :-1], one[:, 1:]), (one, other)):
        assert abs(np.corrcoef(left.ravel(), right.ravel())[0, 1]) < 4 / math.sqrt(left.size)


@given(
    seed=st.integers(0, 2**128 - 1),
    first=st.integers(0, 10**12),
    cuts=st.lists(st.integers(0, 12), max_size=4),
    needed=st.integers(1, 1500),
)
def test_a_row_is_the_same_in_any_chunk(seed, first, cuts, needed):
    """11.1 a block of numbers that (seed, run index) fixes [...] in any chunking. A row is padded to a power of two, at
    least 512."""
    whole = rows(seed, first, 12, needed)
    assert whole.shape == (12, width(needed))
    edges = [0, *sorted(cuts), 12]
    parts = [rows(seed, first + low, high - low, needed) for low, high in itertools.pairwise(edges)]
    assert np.concatenate(parts).tobytes() == whole.tobytes()
    assert len({row.tobytes() for row in whole}) == 12


@pytest.mark.parametrize(("needed", "wide"), [(1, 512), (512, 512), (513, 1024), (1024, 1024), (1025, 2048)])
def test_width_of_a_row(needed, wide):
    """11.1 A row is padded to a power of two, at least 512."""
    assert width(needed) == wide


@pytest.mark.parametrize(("seed", "first"), [(-1, 0), (2**128, 0), (0, -1)])
def test_seeds_and_indices_out_of_range(seed, first):
    """11.1: (seed, run index) are whole numbers from 0; what cannot be used is said."""
    with pytest.raises(ValueError, match="expected a whole number from 0"):
        rows(seed, first, 1, 512)
