"""Clause 13 against published games: figures that others printed or that were counted independently of this program.

Status quo and meetings are none of these games; the first options and one meeting stand in, and no measure here depends
on them.
"""

import numpy as np
import pytest
from competition import DOMAINS
from generated import game, issue, meeting, state

from sim import measures
from sim.protocol.measures import central_talk, feasible_options, packages_of, worths_of

# ---- A scorable game: S-Abdelnabi/LLM-Deliberation (MIT), games_descriptions/base ---------------------------------------


def test_harbour_game_counts(harbour):
    """13.1, 8.7: of 720 deals 12 that all six accept, 55 that at least five accept with both SportCo and Tourism."""
    found = measures(harbour)
    assert (found["packages"], found["feasible"]) == (720, 720)
    assert (found["agreeable"], found["decidable"]) == (12, 55)


def test_harbour_game_nash_deal(harbour):
    """13.1: thresholds as disagreement point, among the unanimous: A2 B3 C3 D2 E3."""
    deal = measures(harbour)["nash"]["package"]
    assert " ".join(f"{issue.upper()}{option + 1}" for issue, option in deal.items()) == "A2 B3 C3 D2 E3"


def test_harbour_game_deal_points(harbour):
    """2.2 A scorable game gives points per option: what the Nash deal is worth, added up from the printed points."""
    worth = measures(harbour)["nash"]["utilities"]
    assert {name: round(100 * figure, 6) for name, figure in worth.items()} == {
        "sportco": 8 + 0 + 10 + 29 + 10,
        "tourism": 11 + 25 + 4 + 26 + 15,
        "environment": 22 + 55,
        "mayor": 8 + 0 + 12 + 30 + 4,
        "cities": 4 + 0 + 6 + 8 + 30,
        "union": 20 + 0 + 25 + 20 + 6,
    }


# ---- Two domains of the automated negotiation competitions -------------------------------------------------------------


def domain(wishes):
    """A two-party game from weights, which are scaled to sum to 1, and evaluations; no deal is worth 0."""
    first, second = wishes
    total = {party: sum(weight for weight, _ in table.values()) for party, table in wishes.items()}
    issues = {name: issue(len(evaluations), 0) for name, (_, evaluations) in wishes[first].items()}
    parties = {
        party: state(
            {
                name: {
                    "values": [one / max(evaluations) for one in evaluations],
                    "salience": 100 * weight / total[party],
                }
                for name, (weight, evaluations) in table.items()
            }
        )
        for party, table in wishes.items()
    }
    return game(issues, parties, {"talks": meeting("alternating", (first, second), tuple(issues), 5)})


@pytest.mark.parametrize("name", DOMAINS)
def test_competition_domains(name):
    """13.1 the Pareto frontier, the Nash [...] and egalitarian [...] solutions."""
    wishes, outcomes, mean, efficient, nash, egalitarian = DOMAINS[name]
    scenario = domain(wishes)
    t, talk = central_talk(scenario)
    worths = worths_of(t, talk, packages_of(feasible_options(t, talk)))
    assert worths.shape == (outcomes, 2)
    assert np.round(worths.mean(), 4) == mean
    found = measures(scenario)
    assert (found["packages"], found["feasible"], found["agreeable"]) == (outcomes,) * 3
    assert found["frontier"] == efficient
    for solution, point in (("nash", nash), ("egalitarian", egalitarian)):
        assert tuple(round(worth, 4) for worth in found[solution]["utilities"].values()) == point


@pytest.mark.parametrize(("name", "printed"), [("laptop", (0.67, 0.87, 0.87)), ("itex-cypress", (0.48, 0.72, 0.67))])
def test_figures_as_printed(name, printed):
    """13.1: Table 3 of Baarslag, Hindriks & Jonker 2014: mean utility, and the point printed as Kalai–Smorodinsky's."""
    scenario = domain(DOMAINS[name][0])
    t, talk = central_talk(scenario)
    mean = worths_of(t, talk, packages_of(feasible_options(t, talk))).mean()
    point = measures(scenario)["egalitarian"]["utilities"].values()
    assert tuple(round(float(figure), 2) for figure in (mean, *point)) == printed
