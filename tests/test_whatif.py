"""What would have made a deal of one run: planted games with known answers, ranking, replay, refusals (2.2, 4.1, 11.1, 14.1)."""

import numpy as np
import pytest
from planted import DEAR, DOWN, UP, agreed, answer

from sim.domain.load import load_scenario
from sim.engine import Engine
from sim.findings.assumptions import assumptions
from sim.findings.finding import Finding
from sim.findings.mending import mending
from sim.findings.single import NARROW
from sim.findings.stage import Stage, want_of
from sim.findings.whatif import search
from sim.findings.whatif_words import change_words, draw_words, verdict
from sim.model import NegotiationModel


@pytest.fixture(scope="module")
def payoffs(january):
    """Run 6 of seed 0: Russia seeks a pretext and talks continue."""
    return answer(january, index=6, only=("sanctions", "parties.russia.types"), runs=300)


# ---- Planted answers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "now", "edge"), [(UP, 0.9, 0.8), (DOWN, 0.12, 0.0)])
def test_the_least_change_of_one_figure_is_found(path, now, edge):
    """The reservation value lowered by exactly d makes the deal; less does not, anywhere between."""
    found = answer(load_scenario("two-by-two", DEAR), only=(path,))
    assert found.found == (1, 0, 0)
    (one,) = found.robust
    (move,) = one.moves
    assert move.assumption.path == path and move.value == pytest.approx(edge, abs=1e-12)
    width = move.assumption.high - move.assumption.low
    assert width == pytest.approx(0.3)  # ± 0.15, the range of an estimate (14.1)
    assert one.exact * width == pytest.approx(now - edge, abs=NARROW * width)
    assert one.distance == pytest.approx((now - edge) / width)
    others = [change for change in DEAR if not change.startswith(path)]
    assert agreed(*others, f"{path}={edge}")
    engine = Engine(load_scenario("two-by-two", DEAR), (path,))
    less = np.linspace(now, edge + 1e-6, 500).reshape(-1, 1)
    assert not (engine.play(0, np.zeros(500, np.int64), less)["outcome"] == 0).any()
    assert (one.before, one.after, one.outcome) == (0.0, 1.0, "accord")


def test_the_smallest_comes_first():
    """80 against 90 is a smaller step than 0 against 12, as both have the same range."""
    found = answer(load_scenario("two-by-two", DEAR), only=(UP, DOWN))
    assert [one.moves[0].assumption.path for one in found.robust] == [UP, DOWN]
    assert verdict(found) == "With the worth of no deal to Upstream at 0.8 instead of 0.9 this run ends in “Accord”"


def test_two_changes_where_neither_alone_helps():
    """At 90 and 40 the package (0,1), 80 against 30, needs both to come down by 10."""
    found = answer(load_scenario("two-by-two", (f"{UP}=0.9", f"{DOWN}=0.4")), only=(UP, DOWN))
    assert found.found == (1, 0, 0) and found.pairs
    (one,) = found.robust
    assert {move.assumption.path: move.value for move in one.moves} == pytest.approx({UP: 0.8, DOWN: 0.3})
    assert one.distance == pytest.approx(2 * 0.1 / 0.3)


def test_two_smaller_changes_stand_beside_one_larger():
    """At 85 and 31, upstream alone cannot help and downstream alone has to come down to 0, out of its range."""
    found = answer(load_scenario("two-by-two", (f"{UP}=0.85", f"{DOWN}=0.31")), only=(UP, DOWN))
    (one,) = found.robust
    assert {move.assumption.path: move.value for move in one.moves} == pytest.approx({UP: 0.8, DOWN: 0.3})


def test_as_many_as_it_takes(january):
    """Run 3 of seed 0 needs three changes for an accord, and each of them: without any one there is none."""
    only = ("sanctions", "parties.russia.types")
    stage = Stage(january, 0, 3, assumptions(january, only))
    want = want_of(january, "arms_control_accord")
    found = search(stage, want, 200)
    assert found.together >= 3 and found.found == (1, 0, 0)
    (one,) = found.robust
    assert len(one.moves) == 3
    for left in one.moves:
        rest = tuple(move for move in one.moves if move is not left)
        assert not want.met(stage.again([rest]))[0]
    assert NegotiationModel(stage.changed(one.moves), 0, 3).run()["outcome"] == "arms_control_accord"


def test_nothing_can_mend_it():
    """Patience decides nothing between two who never reach a common package."""
    found = answer(load_scenario("two-by-two", DEAR), only=("parties.upstream.patience",))
    assert found.nothing and found.tried == 1
    assert verdict(found) == "No change within the ranges that was tried makes this run end in an understanding"
    one = mending(found)
    assert one.chart is None and one.nothing.startswith("No change within the ranges")


def test_a_run_that_agreed_needs_nothing():
    found = answer(load_scenario("two-by-two"))
    assert found.agreed and not found.nothing and found.tried == 0
    assert verdict(found) == "This run ended in “Accord”: there is nothing to mend"


# ---- Robust, lucky, another challenger ---------------------------------------------------------------------------------


def test_what_helps_by_chance_is_told_from_what_helps(january):
    """Run 11: a trifle less spread of insistence sends it another way; elsewhere as many runs gain as lose."""
    found = answer(january, index=11, only=("linkages.package.insistence_sd",), runs=400)
    assert found.found == (0, 1, 0)
    (one,) = found.lucky
    assert one.distance < 0.01 and not one.robust
    assert (
        verdict(found)
        == "Only changes that make no clear difference in other runs make this one end in limited measures or more"
    )
    told = mending(found)
    assert "no clear difference" in told.sentences[0] and told.frame["kind"].tolist() == ["chance"]


def test_another_private_draw_is_kept_apart(payoffs, january):
    """4.1: type and payoff are part of the run; who changes the prior or the payoffs plays another Russia."""
    paths = {one.moves[0].assumption.path: one for one in payoffs.other}
    prior = paths["parties.russia.types.good_faith.probability"]
    assert (payoffs.kind, prior.kind) == ("Russia seeks a pretext", "Russia in good faith")
    assert draw_words(payoffs, prior) == (
        "A different Russia: “Russia in good faith” comes to the talks instead of “Russia seeks a pretext”."
    )
    payoff = paths["parties.russia.types.pretext.payoff_mean"]
    assert payoff.kind == payoffs.kind and payoff.payoff < payoffs.payoff
    assert "force is worth 42 points to it instead of 46" in draw_words(payoffs, payoff)
    for one in (*payoffs.robust, *payoffs.lucky):
        assert one.same_draw and (one.kind, one.payoff) == (payoffs.kind, payoffs.payoff)
    assert not any("payoff" in one.moves[0].assumption.path for one in payoffs.robust)


def test_shares_are_those_of_other_runs(payoffs, january):
    """The run itself is no witness; the others are played with and without the change, on the same draws."""
    one = payoffs.robust[0]
    indices = np.array([at for at in range(301) if at != 6])
    base = Engine(january).play(0, indices)["outcome"] >= 2
    changes = payoffs.stage.changes(one.moves)
    after = Engine(load_scenario("january-2022", changes)).play(0, indices)["outcome"] >= 2
    assert (one.before, one.after) == (base.mean(), after.mean())
    assert one.difference.value == pytest.approx(after.mean() - base.mean(), abs=1e-12)
    assert payoffs.others == 300 and payoffs.share == base.sum()
    assert one.clearer.low < one.difference.low  # many changes were tried


def test_every_change_shown_makes_the_deal_when_played_again(payoffs):
    """11.1: the same draws through the Mesa model, from the changed scenario itself."""
    for one in (*payoffs.robust, *payoffs.lucky, *payoffs.other):
        result = NegotiationModel(payoffs.stage.changed(one.moves), 0, 6).run()
        assert result["outcome"] == one.outcome and one.outcome in (
            "limited_measures",
            "arms_control_accord",
            "settlement",
        )
    sizes = [one.distance for one in payoffs.robust]
    assert sizes == sorted(sizes)


def test_the_same_question_gets_the_same_answer(january, payoffs):
    again = answer(january, index=6, only=("sanctions", "parties.russia.types"), runs=300)
    told = [
        [change_words(january, one) for one in (*found.robust, *found.lucky, *found.other)]
        for found in (payoffs, again)
    ]
    assert told[0] == told[1]


def test_zero_is_a_seed_like_any_other(january):
    zero, one = (Stage(january, seed, 6, assumptions(january, ("outside",))) for seed in (0, 1))
    assert zero.itself["payoff"][0] != one.itself["payoff"][0]
    assert zero.itself["payoff"][0] == Engine(january).play(0, np.array([6]))["payoff"][0]


def test_more_can_be_wanted(january):
    """10.2: an accord is more than limited measures; the smallest change for it cannot be smaller."""
    less, more = (
        answer(january, want, index=6, only=("sanctions",), runs=100) for want in (None, "arms_control_accord")
    )
    assert all(one.outcome in ("arms_control_accord", "settlement") for one in more.robust)
    assert not more.robust or more.robust[0].exact >= less.robust[0].exact - 1e-9


def test_the_finding(payoffs):
    found = mending(payoffs)
    assert isinstance(found, Finding) and found.chart is not None and len(found.chart.title) <= 100
    assert len(found.frame) == len(found.chart.rows) == len(found.sentences)
    for theme in ("light", "dark"):
        for narrow in (False, True):
            picture = found.chart.figure(theme, narrow=narrow)
            assert {trace.type for trace in picture.data} == {"scatter"}
