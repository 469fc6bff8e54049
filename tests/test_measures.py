"""Clause 13: measures of a game, exact or refused, against figures computed by hand (published ones: test_published.py)."""

import itertools

import numpy as np
import pytest

from sim import ScenarioError, load_scenario, measures
from sim.compiled import EQUAL
from sim.domain.frontier import pareto_frontier
from sim.protocol.efficiency import TOLERANCE, improvement
from sim.protocol.measures import central_talk, feasible_options, packages_of, worths_of


def test_two_by_two_by_hand():
    """13.1, the nine packages worked out in the scenario's own header."""
    found = measures(load_scenario("two-by-two"))
    assert (found["packages"], found["frontier"], found["agreeable"]) == (9, 5, 4)
    for name in ("nash", "kalai_smorodinsky", "utilitarian"):
        assert list(found[name]["package"].values()) == [0, 2]
        assert found[name]["utilities"] == pytest.approx({"upstream": 0.6, "downstream": 0.6})
    assert list(found["egalitarian"]["package"].values()) == [0, 1]


def test_january_space(january):
    """13.1: 230,400 packages inside the hard lines, 8,640 inside hard and soft ones, 281,250,000 in all."""
    found = measures(january)
    assert found["packages"] == 281_250_000
    assert found["feasible"] == 230_400
    assert found["inside_all_lines"] == 8_640
    for name in ("nash", "kalai_smorodinsky", "egalitarian"):
        worth = found[name]["utilities"]
        voters = [party for party, given in january.parties.items() if given.has_consent.value]
        assert all(worth[party] >= found["no_deal"][party] - EQUAL for party in voters)


def test_soft_lever_lines_give_the_larger_space():
    """13.1: with the US lever lines soft 345,600 packages lie inside the hard lines."""
    soft = [
        f"parties.us.positions.{lever}.red_line.hardness=soft" for lever in ("sanctions_financial", "export_controls")
    ]
    assert measures(load_scenario("january-2022", soft))["feasible"] == 345_600


def test_too_large_a_space_is_refused():
    """13.1: 'exact, or refused with a clear message where the space is too large'."""
    lines = ["red_lines.resolve_defenders=0", "red_lines.resolve_challenger=0"]
    with pytest.raises(ScenarioError, match="feasible packages; expected at most"):
        measures(load_scenario("january-2022", lines))


def test_veto_power_needs_consent():
    """9.3, 13.1: a party without consent has no veto, whatever it wishes."""
    assert "ukraine" not in measures(load_scenario("january-2022-about-us-without-us"))["veto_power"]
    assert 0 < measures(load_scenario("january-2022"))["veto_power"]["ukraine"] < 1


def test_efficiency_of_one_package_agrees_with_the_frontier(january):
    """13.1: 'whether one package is efficient, and by how much it could be bettered for all, is exact at any size'."""
    few = (
        "inf_europe",
        "bombers_ships",
        "military_aid_ukraine",
        "export_controls",
        "dialogue_format",
        "exercises_ground",
    )
    t, talk = central_talk(january)
    options = feasible_options(t, talk)
    for name in few:
        i = january.active.index(name)
        options[i] = options[i][options[i] == january.status_quo[i]]
    packages = packages_of(options)
    parties = list(range(len(january.parties)))
    points = worths_of(t, talk, packages)[:, parties]
    efficient = pareto_frontier(points)
    chosen = np.random.default_rng(5).choice(len(packages), 12, replace=False)
    for row in [*chosen, *np.flatnonzero(efficient)[:6]]:
        found = improvement(t, talk, packages[row], options, parties)
        gains = points - points[row]
        assert found.efficient == bool(efficient[row])
        assert found.for_all == pytest.approx(max(0.0, float(gains.min(axis=1).max())), abs=TOLERANCE)


def test_packages_are_every_combination_once():
    """13.1: nothing is sampled, nothing counted twice."""
    options = [np.array([0, 2]), np.array([1]), np.array([0, 1, 3])]
    assert list(map(tuple, packages_of(options))) == list(itertools.product([0, 2], [1], [0, 1, 3]))
