"""Clause 5.5: each tactic's moves against a scripted opponent, worked out by hand, and what every tactic keeps to.

The game of the tables: hill and valley share a hundred points in steps of ten; the status quo is worth nothing to either
and no deal is worth 20 points to hill. In each of the five rounds hill speaks first. Valley refuses whatever hill offers
and makes the offers of its script. With top 100 and r 20, clause 5.4 reads: hill asks for 100 − 80 · G; its offer is the
least number of tens that is not below (6.1: every swap costs hill ten points and is worth ten to valley).
"""

import itertools

import pytest
from generated import game, issue, meeting, state, wish
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from sim.compiled import EQUAL
from sim.domain.catalogue import TACTICS
from sim.domain.problems import ScenarioError
from sim.model import NegotiationModel
from sim.protocol.table import Act
from sim.rules import tactics

ROUNDS = 5
R = 20
ROWS = {row.name: row for row in TACTICS}


def pie(tactic, noise=0.0, reciprocity=0.0, line=None, side="at_most", valley_line=None, rounds=ROUNDS, beside=False):
    """The game of the tables; option k gives hill 100 − 10 k points and valley the rest, the last option neither.

    ``line`` is the last option that hill can live with (the first with ``side`` at_least), ``valley_line`` the first that
    valley can; ``beside`` seats coast, which wants what valley wants.
    """
    shares = [1 - k / 10 for k in range(11)]
    hill = {"values": [*shares, 0.0], "salience": 100}
    if line is not None:
        hill["red_line"] = {"value": line, "side": side}
    valley = {"values": [*reversed(shares), 0.0], "salience": 100}
    if valley_line is not None:
        valley["red_line"] = {"value": valley_line}
    parties = {"hill": state({"pie": hill}, tactic, reservation=R / 100), "valley": state({"pie": valley})}
    if beside:
        parties["coast"] = state({"pie": valley})
    return game(
        {"pie": issue(12, 11, consent=("hill", "valley"))},
        parties,
        {"talks": meeting("alternating", tuple(parties), ("pie",), rounds)},
        bargaining={"noise": noise, "reciprocity": reciprocity},
    )


def against(script):
    """A policy: it refuses every offer and offers hill these points, one after the other; None passes."""
    turns = iter(script)

    def policy(view):
        if view.legal.answering:
            return Act("refuse", issue="pie")
        points = next(turns)
        return Act("pass") if points is None else Act("offer", {"pie": 10 - points // 10})

    return policy


def talk(scenario, script, chance=(), seed=0):
    """A finished talk against the script; ``chance`` stands in for hill's draws, round by round (11.1)."""
    model = NegotiationModel(scenario, seed, outside={"valley": against(script)})
    table = model.table
    for at, number in enumerate(chance):
        table.draws[table.t.n.noise_at + at * table.t.n.seats] = number
    model.run()
    return model


def moves(model):
    """Hill's round by round: points asked for and offered, and its answer to valley's offer with what it then asks."""
    found = []
    for _, acts in itertools.groupby(model.transcript(), key=lambda event: event.round):
        own, *rest = [event for event in acts if event.speaker == "hill"]
        answer = (rest[0].act, 100 * rest[0].asked) if rest else None
        found.append((100 * own.asked, 100 * own.worth, answer))
    return found


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


# ---- What every tactic of the catalogue keeps to -----------------------------------------------------------------------


def choices(row):
    """A tactic at its defaults and at every combination of the ends of its parameters' ranges."""
    ends = [[(one.name, one.low), (one.name, one.high)] for one in row.parameters]
    return [{"name": row.name}, *({"name": row.name, **dict(chosen)} for chosen in itertools.product(*ends) if ends)]


EVERY = [pytest.param(choice, id="-".join(map(str, choice.values()))) for row in TACTICS for choice in choices(row)]
EACH = pytest.mark.parametrize("name", ROWS)
SCRIPTS = ([0] * ROUNDS, [0, 20, 40, 60, 80], [80, 60, 40, 20, 0], [100, 0, 100, 0, 100], [10, 10, 30, 30, 10])

# Whether what it gives depends on what the others gave, where bargaining's own reciprocity is 0.
REACTS = {
    "boulware": False, "linear": False, "conceder": False, "relative_tit_for_tat": True, "mirroring": True,
    "micro": True, "hardliner": False, "random": False,
}  # fmt: skip


def test_the_catalogue_is_one_list():
    """5.5 Tactics are a catalogue: code, name, parameters with ranges, source. At least: [the eight]."""
    assert [row.code for row in TACTICS] == list(range(len(TACTICS)))
    assert set(ROWS) == set(REACTS)
    assert len(ROWS) == len(TACTICS)


@EACH
def test_a_row_says_where_it_comes_from(name):
    """5.5 code, name, parameters with ranges, source."""
    row = ROWS[name]
    assert row.source.strip() and row.meaning.strip()
    for parameter in row.parameters:
        assert parameter.low < parameter.high and parameter.low <= parameter.default <= parameter.high
        assert parameter.meaning.strip()


@pytest.mark.parametrize("choice", EVERY)
@pytest.mark.parametrize("script", SCRIPTS, ids=str)
def test_what_is_asked_lies_between_no_deal_and_best(choice, script):
    """5.4 kept in [r, top]. 7.1 As every own offer is worth at least A."""
    for seed in range(3):
        acts = talk(pie(choice, noise=0.1), script, seed=seed).transcript()
        for event in acts:
            if event.speaker == "hill":
                assert R / 100 - EQUAL <= event.asked <= event.top + EQUAL
                if event.act == "offer":
                    assert event.worth >= event.asked - EQUAL
                else:
                    assert (event.act == "accept") == (event.worth >= event.asked - EQUAL)


SHARE = st.floats(0, 1)


@pytest.mark.parametrize("name", [name for name in ROWS if name != "micro"])
@settings(max_examples=200)
@drawn(data=st.data())
def test_the_share_given_lies_in_0_to_1(name, data):
    """5.1, 5.2, 5.5: G is a share of the way. MiCRO has steps instead; what it asks for is tested above."""
    row = ROWS[name]
    figures = {one.name: data.draw(st.floats(one.low, one.high), label=one.name) for one in row.parameters}
    tau, others, ratio, reciprocity, uniform, reservation = data.draw(st.tuples(*[SHARE] * 6))
    top = data.draw(st.floats(reservation, 1.2))
    given = tactics.given(
        row.code, figures.get("beta", 1.0), figures.get("phi", 1.0),
        tau, others, ratio, top, reservation, reciprocity, uniform,
    )  # fmt: skip
    assert 0.0 <= given <= 1.0


@pytest.mark.parametrize("choice", EVERY)
def test_nothing_is_offered_or_accepted_beyond_a_standing_line(choice):
    """2.3 While it holds, options beyond it [...] are never offered, accepted or consented to by that party."""
    line = 3
    for seed in range(5):
        acts = talk(pie(choice, noise=0.1, line=line), [60, 40, 20, 60, 60], seed=seed).transcript()
        mine = [event for event in acts if event.speaker == "hill"]
        assert {event.act for event in mine} == {"offer", "refuse"}
        for event in mine:
            assert (event.package["pie"] <= line) == (event.act == "offer")
            assert event.act == "offer" or event.reason == "red_line"


@EACH
def test_it_reacts_to_others_or_does_not(name):
    """5.5, 5.2: valley gives nothing, or gives ever more, the draws alike."""
    asked = []
    for script in ([10] * ROUNDS, [10, 20, 30, 40, 40]):
        # Hill's line keeps it from accepting any of them.
        asked.append([row[0] for row in moves(talk(pie({"name": name}, line=5, valley_line=3), script))])
    assert [len(rows) for rows in asked] == [ROUNDS, ROUNDS]
    assert (asked[0] != asked[1]) == REACTS[name]


@EACH
def test_ranges_are_checked(name):
    """5.5 parameters with ranges: both ends allowed (they are played above), beyond them and foreign ones refused."""
    row = ROWS[name]
    for one in row.parameters:
        for beyond in (one.low - 0.005, one.high + 0.005):
            with pytest.raises(ScenarioError, match=rf"parties\.hill\.tactic\.{one.name}: found"):
                pie({"name": name, one.name: beyond})
    for foreign in {"beta", "phi"} - {one.name for one in row.parameters}:
        with pytest.raises(ScenarioError, match=rf"parties\.hill\.tactic\.{foreign}: .*{name} does not use it"):
            pie({"name": name, foreign: 0.5})


def test_an_unknown_tactic_is_refused_with_the_nearest_name():
    """5.5: one clear message."""
    with pytest.raises(ScenarioError, match=r"parties\.hill\.tactic\.name: found .*boulwar.*Did you mean boulware"):
        pie({"name": "boulwar"})


@pytest.mark.parametrize("choice", EVERY)
def test_the_same_draws_give_the_same_acts(choice):
    """11.1 Rules take numbers and never draw: the same (scenario, seed, run index) gives the same transcript."""
    for seed in range(3):
        first, again = (talk(pie(choice, noise=0.1), [0, 20, 10, 30, 20], seed=seed) for _ in range(2))
        assert first.transcript() == again.transcript()
        assert first.result() == again.result()


@EACH
def test_belief_can_be_read_off_what_gives_by_time(name):
    """4.3 a tactic for which e is not defined (not time-dependent): no update."""
    row = ROWS[name]
    assert tactics.is_timed(row.code) == row.timed
    nothing = {"title": "A type", "payoff_mean": 0.0, "payoff_sd": 0.0}
    scenario = game(
        {"threat": issue(7, 3)},
        {
            "hill": state(
                {"threat": wish(0, 100)},
                types={
                    "open": {
                        **nothing,
                        "good_faith": True,
                        "probability": 0.5,
                        "tactic": {"name": "conceder", "beta": 50},
                    },
                    "closed": {**nothing, "tactic": {"name": name}},
                },
            ),
            "valley": state({"threat": wish(6, 100)}),
        },
        {"talks": meeting("alternating", ("hill", "valley"), ("threat",), 4)},
        challenger="hill",
        threat={"issue": "threat", "removed_from": 5},
        beliefs={"observation_sd": 0.1},
    )
    offers = iter([0, 2])

    def hill(view):
        if view.legal.answering:
            return Act("refuse", issue="threat")
        option = next(offers, None)
        return Act("pass") if option is None else Act("offer", {"threat": option})

    def valley(view):
        return Act("refuse", issue="threat") if view.legal.answering else Act("pass")

    model = NegotiationModel(scenario, outside={"hill": hill, "valley": valley})
    believed = model.run()["parties"]["valley"]["belief"]
    # Two thirds of the way to the status quo in the second of four rounds is nearer to the open type's e, whatever the other.
    assert believed > 0.5 if row.timed else believed == 0.5
