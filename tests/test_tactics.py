"""Clause 5.5: each tactic's moves against a scripted opponent, worked out by hand. The game is told in scripted.py: hill
asks for 100 − 80 · G points and offers the least number of tens that is not below."""

import pytest
from generated import game, issue, meeting, state, wish
from scripted import ROUNDS, against, moves, pie, talk

from sim.model import NegotiationModel
from sim.protocol.table import Act

# Tactic, figures, and per round (hill asks, hill offers, valley offers; all in hill's points), the arithmetic beside it.
TABLES = {
    # G = τ: 1/5, 2/5, 3/5, 4/5, 1
    "linear": ("linear", {}, [(84, 90, 0), (68, 70, 0), (52, 60, 0), (36, 40, 0), (20, 20, 0)]),
    # G = τ / 2: 0.1 to 0.5, so it stops half-way
    "linear, half the way": (
        {"name": "linear", "phi": 0.5},
        {},
        [(92, 100, 0), (84, 90, 0), (76, 80, 0), (68, 70, 0), (60, 60, 0)],
    ),
    # β = 1/2, G = τ²: 0.04, 0.16, 0.36, 0.64, 1
    "boulware": (
        {"name": "boulware", "beta": 0.5},
        {},
        [(96.8, 100, 0), (87.2, 90, 0), (71.2, 80, 0), (48.8, 50, 0), (20, 20, 0)],
    ),
    # β = 2, G = √τ: 0.4472, 0.6325, 0.7746, 0.8944, 1
    "conceder": (
        {"name": "conceder", "beta": 2},
        {},
        [(64.223, 70, 0), (49.404, 50, 0), (38.032, 40, 0), (28.446, 30, 0), (20, 20, 0)],
    ),
    # G = (F + C) / 2 (5.2). F = τ; C is 0 before valley's second offer, then 30/100, 40/100 and 10/100
    "linear, half reciprocal": (
        "linear",
        {"reciprocity": 0.5},
        [(92, 100, 0), (84, 90, 30), (64, 70, 40), (52, 60, 10), (56, 60, 0)],
    ),
    # The same; below valley's first offer C is 0: 0/80, 10/80, 0/80
    "linear, half reciprocal, from an offer of 20": (
        "linear",
        {"reciprocity": 0.5},
        [(92, 100, 20), (84, 90, 0), (76, 80, 30), (63, 70, 0), (60, 60, 0)],
    ),
    # F = τ / 2. Valley is known not to give more than 30 (top′): C is 40/30, so 1, then 20/30 and 10/30.
    "linear, half the way, half reciprocal, with a known line": (
        {"name": "linear", "phi": 0.5},
        {"reciprocity": 0.5, "valley_line": 7},
        [(96, 100, 0), (92, 100, 40), (48, 50, 20), (57.333, 60, 10), (66.667, 70, 0)],
    ),
    # G = C: 0 before valley's second offer, then 0/100, 30/100, 50/100
    "mirroring": ("mirroring", {}, [(100, 100, 0), (100, 100, 0), (100, 100, 30), (76, 80, 50), (60, 60, 20)]),
    # C is a share of the way that was open: from 20 to 40 is 20/80, to 50 is 30/80, and below 20 is no way at all
    "mirroring, from an offer of 20": (
        "mirroring",
        {},
        [(100, 100, 20), (100, 100, 40), (80, 80, 10), (100, 100, 50), (70, 70, 20)],
    ),
    # Asks for 100 · first / latest: 100 before valley's second offer, then 30/40, 30/50; 30/20 is no more than its best.
    "relative tit-for-tat": (
        "relative_tit_for_tat",
        {},
        [(100, 100, 30), (100, 100, 40), (75, 80, 50), (60, 60, 20), (100, 100, 0)],
    ),
    # Its best is the 80 points that its own line leaves: 80 · 30/40, 80, 80 · 30/40
    "relative tit-for-tat, with less to lose": (
        "relative_tit_for_tat",
        {"line": 2, "side": "at_least"},
        [(80, 80, 30), (80, 80, 40), (60, 60, 20), (80, 80, 40), (60, 60, 0)],
    ),
    # 10/20, 10/10, 10/30
    "relative tit-for-tat, there and back": (
        "relative_tit_for_tat",
        {},
        [(100, 100, 10), (100, 100, 20), (50, 50, 10), (100, 100, 30), (33.333, 40, 0)],
    ),
    # An offer worth nothing has no ratio; 0/10 asks for nothing, which is kept at no deal.
    "relative tit-for-tat, from nothing": (
        "relative_tit_for_tat",
        {},
        [(100, 100, 0), (100, 100, 0), (100, 100, 10), (20, 20, 0), (100, 100, 0)],
    ),
    "hardliner": ("hardliner", {}, [(100, 100, 0), (100, 100, 20), (100, 100, 40), (100, 100, 60), (100, 100, 90)]),
}


@pytest.mark.parametrize("name", TABLES)
def test_moves(name):
    """5.1, 5.2, 5.4, 5.5, 6.1: what hill asks for and offers, round by round."""
    tactic, figures, rows = TABLES[name]
    script = [theirs for _, _, theirs in rows]
    found = moves(talk(pie(tactic, **figures), script))
    assert len(found) == len(rows)
    for (asked, offered, _), (asks, offers, _) in zip(found, rows):
        assert asked == pytest.approx(asks, abs=1e-3)
        assert offered == pytest.approx(offers)


# Valley's and coast's offers in rounds 1 and 2 (None: it passes), and what hill asks for in round 3.
BESIDE = {
    # C is (40/100 + 0) / 2: 100 − 80 · 0.2
    "mirroring, one passes": ("mirroring", (0, 40), (None, None), 84),
    # (40/100 + 20/80) / 2: 100 − 80 · 0.325
    "mirroring, both give": ("mirroring", (0, 40), (20, 40), 74),
    # A second offer has not been made: (40/100 + 0) / 2
    "mirroring, one has offered once": ("mirroring", (0, 40), (None, 50), 84),
    # The ratio of 40/20 is 1 at most: 100 · (30/40 + 1) / 2
    "relative tit-for-tat, one gives and one takes back": ("relative_tit_for_tat", (30, 40), (40, 20), 87.5),
    "relative tit-for-tat, one passes": ("relative_tit_for_tat", (30, 40), (None, None), 87.5),
    # No more different offers than every other seat: coast's one keeps it at its second.
    "micro, one repeats itself": ("micro", (0, 10), (0, 0), 70),
    "micro, the other repeats itself": ("micro", (0, 0), (0, 10), 70),
    "micro, neither does": ("micro", (0, 10), (0, 10), 60),
    "micro, one passes": ("micro", (0, 10), (None, None), 100),
}


@pytest.mark.parametrize("name", BESIDE)
def test_the_others_count_seat_by_seat(name):
    """5.2 the mean over the other seats [...] A seat without a second offer counts 0 in the mean. 5.5 Relative
    tit-for-tat asks for top times the mean ratio of first to latest worth of the others' offers."""
    tactic, valley, coast, asks = BESIDE[name]
    # MiCRO's path is shown as above: its best, then the 70 points that valley can live with, then in tens.
    scenario = pie(tactic, valley_line=3 if tactic == "micro" else None, beside=True)
    model = NegotiationModel(
        scenario, outside={"valley": against([*valley, 0, 0, 0]), "coast": against([*coast, 0, 0, 0])}
    )
    model.run()
    third = next(event for event in model.transcript() if event.speaker == "hill" and event.round == 3)
    assert 100 * third.asked == pytest.approx(asks)


def test_random_asks_for_what_is_drawn():
    """5.5 random takes G from the uniform behind its ε and is not shaken."""
    found = moves(talk(pie("random", noise=0.3), [0] * ROUNDS, chance=(0.25, 0.5, 0.0, 0.75, 0.9)))
    # 100 − 80 · uniform
    assert [asked for asked, *_ in found] == pytest.approx([80, 60, 100, 40, 28])
    assert [offered for _, offered, _ in found] == pytest.approx([80, 60, 100, 40, 30])


def test_noise_shakes_what_is_asked_for():
    """5.4 A = top − (top − r) · G + noise · ε, kept in [r, top]."""
    # ε of a uniform: 0.5 gives 0; Φ(1) = 0.8413447 gives 1; Φ(−1) = 0.1586553 gives −1; Φ(3) = 0.9986501; Φ(−3) = 0.0013499
    chance = (0.5, 0.8413447460685429, 0.15865525393145707, 0.9986501019683699, 0.0013498980316301035)
    found = moves(talk(pie("linear", noise=0.1), [0] * ROUNDS, chance))
    # 84 + 0; 68 + 10; 52 − 10; 36 + 30; 20 − 30 is kept at no deal
    assert [asked for asked, *_ in found] == pytest.approx([84, 78, 42, 66, 20])
    found = moves(talk(pie("hardliner", noise=0.1), [0] * ROUNDS, chance))
    # 100 + 10 and 100 + 30 are kept at its best
    assert [asked for asked, *_ in found] == pytest.approx([100, 100, 90, 100, 70])


def test_an_offer_is_taken_at_the_next_aspiration():
    """7.1 It accepts an offer o when [...] u_p(o) ≥ A at p's own next turn, τ capped at 1."""
    # Linear asks for 84, 68, 52, 36, 20: valley's 60 in round 1 is measured against the 68 of round 2, its 60 in round 2
    # against the 52 of round 3.
    model = talk(pie("linear"), [60, 60])
    assert [answer for *_, answer in moves(model)] == [
        ("refuse", pytest.approx(68)),
        ("accept", pytest.approx(52)),
    ]
    assert model.result()["final"] == {"pie": 4}
    # After the last round there is no later aspiration than no deal: 10 is refused, 20 taken.
    assert moves(talk(pie("linear"), [0, 0, 0, 0, 10]))[-1][2] == ("refuse", pytest.approx(20))
    assert moves(talk(pie("linear"), [0, 0, 0, 0, 20]))[-1][2] == ("accept", pytest.approx(20))
    # Nor does time go on for one that stops half-way.
    half = {"name": "linear", "phi": 0.5}
    assert moves(talk(pie(half), [0, 0, 0, 0, 50]))[-1][2] == ("refuse", pytest.approx(60))


def test_micro_steps_along_its_exchange_path():
    """5.5 MiCRO: here it steps along the exchange path (6.1: its best package, then its best within known lines, then
    swap by swap), a step only when it has made no more different offers than valley."""
    found = moves(talk(pie("micro", valley_line=3, rounds=6), [0, 0, 10, 20, 20, 20]))
    # Different offers before each turn of hill's, of its own and of valley's: 0, 0; 1, 1; 2, 1; 2, 2; 3, 3; 4, 3.
    # Valley can live with option 3 and further only: after 100 comes 70.
    assert [offered for _, offered, _ in found] == pytest.approx([100, 70, 70, 60, 50, 50])
    assert [asked for asked, *_ in found] == pytest.approx([100, 70, 70, 60, 50, 50])
    # Where no line parts the two best packages, going to the known lines is no step.
    found = moves(talk(pie("micro", rounds=6), [0, 0, 10, 20, 20, 20]))
    assert [offered for _, offered, _ in found] == pytest.approx([100, 90, 90, 80, 70, 70])


def test_swaps_go_to_what_costs_least_for_what_is_valued_most():
    """6.1 swap, one issue at a time, the option that gives the audience most per unit p loses: the shared river's own
    table, here with weights crossed 60 to 40."""
    scenario = game(
        {"winter": issue(3, 1), "summer": issue(3, 1)},
        {
            "hill": state({"winter": wish(0, 60), "summer": wish(0, 40)}, {"name": "linear"}, reservation=0.45),
            "valley": state({"winter": wish(2, 40), "summer": wish(2, 60)}),
        },
        {"talks": meeting("alternating", ("hill", "valley"), ("winter", "summer"), 6)},
    )

    def valley(view):
        return Act("refuse", issue="winter") if view.legal.answering else Act("pass")

    model = NegotiationModel(scenario, outside={"valley": valley})
    model.run()
    offers = [tuple(event.package.values()) for event in model.transcript() if event.act == "offer"]
    # Asked: 100 − 55 t/6 = 90.8, 81.7, 72.5, 63.3, 54.2, 45. A step in summer costs 20 and gives valley 30, a step in
    # winter costs 30 and gives 20: summer goes first, both its steps (60 points left), and only then winter (30: too low).
    assert offers == [(0, 0), (0, 0), (0, 1), (0, 1), (0, 2), (0, 2)]
