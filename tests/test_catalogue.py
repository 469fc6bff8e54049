"""Clause 5.5: what every tactic of the catalogue keeps to, whatever its parameters and whoever it meets."""

import itertools

import pytest
from generated import game, issue, meeting, state, wish
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from scripted import ROUNDS, R, moves, pie, talk

from sim.compiled import EQUAL
from sim.domain.catalogue import TACTICS
from sim.domain.problems import ScenarioError
from sim.model import NegotiationModel
from sim.protocol.table import Act
from sim.rules import tactics

ROWS = {row.name: row for row in TACTICS}


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
