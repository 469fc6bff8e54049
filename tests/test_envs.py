"""The table as a PettingZoo environment: its own contract tests, legality, what is seen, rewards, and a learner that learns."""

import runpy
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from generated import game, issue, meeting, scenarios, state, wish
from hypothesis import given, settings
from hypothesis import strategies as st
from pettingzoo.test import api_test, render_test, seed_test
from terminal import environment

from sim.domain.load import load_scenario
from sim.envs import ActSpace, Sight, env, raw_env
from sim.envs.sight import PARTS
from sim.protocol.record import ACTS
from sim.protocol.table import Act, IllegalAct, Table
from sim.protocol.view import own_utility

ROOT = Path(__file__).parent.parent
KNOWN = ("Observation space for each agent", "We recommend agents to be named", "Observation is not a NumPy array")
"""What PettingZoo's test says of every environment whose observation is a Dict with a mask, its own board games too."""


def make(scenario, seats=None):
    """What PettingZoo's tests call."""
    return lambda render_mode=None: env(scenario, seats=seats, render_mode=render_mode)


# ---- PettingZoo's own tests -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scenario", "seats"),
    [
        ("two-by-two", None),
        ("two-by-two", ["downstream"]),
        ("harbour", None),
        ("january-2022", None),  # Ukraine has no seat before Vienna, the US speaks inside NATO in Brussels
        ("january-2022", ["us", "ukraine"]),
        ("january-2022-vienna-first", ["osce"]),  # a chair
    ],
)
def test_pettingzoos_contract(scenario, seats, capsys):
    given_env = make(scenario, seats)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        api_test(given_env(), num_cycles=300)
        seed_test(given_env, num_cycles=300)
    others = [str(one.message) for one in said if not str(one.message).startswith(KNOWN)]
    assert others == []
    render_test(given_env)
    assert "round" in capsys.readouterr().out


# ---- Actions ----------------------------------------------------------------------------------------------------------


def wanders(environment, rng, each):
    """Take random legal actions to the end, and call ``each`` before every one."""
    for agent in environment.agent_iter():
        seen, _, over, _, _ = environment.last()
        if not over:
            each(agent, seen)
        environment.step(None if over else int(rng.choice(np.flatnonzero(seen["action_mask"]))))


@settings(max_examples=25)
@given(scenarios(), st.integers(0, 2**32))
def test_the_mask_is_the_tables_own_law(scenario, seed):
    """An action is in the mask if and only if the table takes it (4, 6.1, 7, 8); settings are those that some offer may hold."""
    environment = raw_env(scenario, seed % 1000)
    environment.reset()

    def each(agent, seen):
        table, draft = environment.table, environment._draft
        assert agent == table.seat
        for action, legal in enumerate(seen["action_mask"]):
            done = environment.acts.act(action, draft)
            if isinstance(done, Act):
                assert bool(legal) == takes(table, done), done
            else:
                name, option = done
                may = "offer" in table.legal().kinds and option in table.legal().options[name]
                assert bool(legal) == (may and option != draft[name] and name not in environment._set)
        assert environment.observation_space(agent).contains(seen)
        for other in environment.agents:
            assert environment.observation_space(other).contains(environment.observe(other))
            assert other == agent or not environment.observe(other)["action_mask"].any()

    wanders(environment, np.random.default_rng(seed), each)
    assert environment.table.over


def takes(table, act):
    try:
        table.check(act)
    except IllegalAct:
        return False
    return True


def test_a_turn_ends():
    """Within a turn every issue can be set once: no more actions a turn than issues, and one."""
    environment = raw_env("january-2022", seats=["us"])
    environment.reset(seed=3)
    issues = len(environment.acts.issues)
    while environment.table.event_count == 0:
        mask = environment.observe("us")["action_mask"]
        settings_left = np.flatnonzero(mask[environment.acts.first_setting :])
        if not len(settings_left):
            break
        environment.step(environment.acts.first_setting + int(settings_left[0]))
        issues -= 1
    assert issues >= 0
    before = environment.table.event_count
    environment.step(environment.acts.number("send"))
    assert environment.table.event_count > before


def test_names_of_actions():
    acts = ActSpace(load_scenario("two-by-two"))
    assert acts.names == (
        "pass", "accept", "walk_out", "send", "refuse:reservoir", "refuse:summer_flow",
        "set:reservoir=0", "set:reservoir=1", "set:reservoir=2",
        "set:summer_flow=0", "set:summer_flow=1", "set:summer_flow=2",
    )  # fmt: skip
    assert len(ActSpace(load_scenario("january-2022"))) < 100
    with pytest.raises(IllegalAct, match="found 12; expected a whole number from 0 to 11"):
        acts.act(12, {})


def test_an_illegal_action_changes_nothing_raw_and_costs_the_game_wrapped():
    raw = raw_env("two-by-two")
    raw.reset(seed=0)
    before = raw.observe("upstream")
    with pytest.raises(IllegalAct, match="upstream: found the action accept, which is not legal now"):
        raw.step(raw.acts.number("accept"))
    with pytest.raises(IllegalAct, match="found no action"):
        raw.step(None)
    assert all(np.array_equal(before[key], raw.observe("upstream")[key]) for key in before)
    wrapped = env("two-by-two")
    wrapped.reset(seed=0)
    wrapped.step(raw.acts.number("accept"))
    ends = {}
    for agent in wrapped.agent_iter():
        _, ends[agent], over, *_ = wrapped.last()
        assert over
        wrapped.step(None)
    assert ends == {"upstream": -1.0, "downstream": 0.0}


# ---- What is seen -----------------------------------------------------------------------------------------------------


def test_an_observation_by_hand():
    """The river's first turn: 2.1, 2.2 points by hand in the scenario's file; the draft (0, 2) is worth 60 and 60 points."""
    environment = raw_env("two-by-two")
    environment.reset(seed=0)
    sight, seen = environment.sight, environment.observe("upstream")["observation"]

    def part(name):
        return sight.part(environment.observe("upstream")["observation"], name).tolist()

    assert (part("me"), part("turn"), part("time"), part("answering")) == ([1, 0], [1, 0], pytest.approx(1 / 6), 0)
    assert part("worth") == pytest.approx([0.6, 0.3, 0, 0.4, 0.2, 0])
    assert (part("no_deal"), part("text_worth"), part("draft_worth")) == pytest.approx((0.45, 0.5, 0.5))
    assert part("text") == part("draft") == [0, 1, 0, 0, 1, 0]
    assert part("offer") == [0] * 6
    environment.step(environment.acts.setting("reservoir", 0))
    environment.step(environment.acts.setting("summer_flow", 2))
    assert part("draft") == [1, 0, 0, 0, 0, 1] and part("text") == [0, 1, 0, 0, 1, 0]
    assert part("draft_worth") == pytest.approx(0.6)
    environment.step(environment.acts.number("send"))
    assert environment.agent_selection == "downstream"
    heard = environment.observe("downstream")["observation"]
    assert sight.part(heard, "offer").tolist() == [1, 0, 0, 0, 0, 1]
    assert sight.part(heard, "offer_from").tolist() == [1, 0]
    assert sight.part(heard, "offer_worth") == sight.part(heard, "latest")[0] == pytest.approx(0.6)
    assert sight.part(heard, "answering") == 1
    environment.step(environment.acts.number("refuse:reservoir"))
    assert part("refused") == [[0, 0], [1, 0]]
    assert len(seen) == sight.length == sum(
        int(np.prod([sight.sizes[over] for over in one.shape], dtype=int)) for one in PARTS
    )  # fmt: skip


def test_a_linkage_counts_in_the_draft():
    """2.5 linkages come on top of the additive part: the draft's worth is the rules' own."""
    environment = raw_env("january-2022", seats=["russia"])
    environment.reset(seed=5)
    rng = np.random.default_rng(1)

    def each(agent, seen):
        worth = own_utility(environment.table, agent, {**environment.view(agent).text, **environment._draft})
        assert environment.sight.part(seen["observation"], "draft_worth") == pytest.approx(worth, abs=1e-6)

    wanders(environment, rng, each)


def test_a_seat_sees_nothing_of_anothers_secrets():
    """4.2 Nobody sees another's utility; 4.1 nor another's type: before others act, changing them changes no figure."""

    def first(name, *changes):
        environment = raw_env(load_scenario(name, changes), 4)
        environment.reset()
        return environment.observe(environment.agent_selection)

    plain = first("two-by-two")
    other = first(
        "two-by-two", "parties.downstream.reservation=0.3", "parties.downstream.positions.reservoir.preferred=1"
    )
    assert all(np.array_equal(plain[key], other[key]) for key in plain)
    us = first("january-2022")
    changed = first("january-2022", "parties.russia.types.pretext.payoff_mean=0.9", "parties.nato.conflict_loss=0.3")
    assert all(np.array_equal(us[key], changed[key]) for key in us)
    assert not Sight(load_scenario("january-2022")).part(us["observation"], "type").any()


# ---- Episodes and rewards ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["two-by-two", "harbour", "january-2022"])
def test_the_tactics_own_acts_give_the_tactics_own_run(name):
    """The environment moves the table by its rules alone: fed what the tactics decide, it ends as they do without it."""
    alone = Table(load_scenario(name), 8, 1)
    while not alone.over:
        alone.play()
    environment = raw_env(name, 8, 1)
    environment.reset()
    rewards = {}
    for agent in environment.agent_iter():
        _, reward, over, _, info = environment.last()
        if over:
            rewards[agent] = reward
            own = alone.record()["parties"][agent]
            assert info == {"utility": own["utility"], "no_deal": own["no_deal"], "outcome": alone.record()["outcome"]}
            environment.step(None)
            continue
        assert reward == 0
        for action in environment.acts.steps(environment.view(agent), environment.table.decide()):
            environment.step(action)
    assert environment.table.record() == alone.record()
    assert [(e.speaker, e.act, e.package) for e in environment.table.events()] == [
        (e.speaker, e.act, e.package) for e in alone.events()
    ]
    for agent, reward in rewards.items():
        own = alone.record()["parties"][agent]
        assert reward == own["utility"] - own["no_deal"]


def test_which_episode_is_played():
    """11.1 (seed, index) fix all chance: a seed begins at index 0, each further reset plays the next."""
    environment = raw_env("january-2022", 5, 2)
    played = []
    for words in ({}, {}, {"seed": 9}, {}, {"seed": 9, "options": {"index": 4}}, {"options": {"index": 1}}):
        environment.reset(**words)
        played.append((environment.table.seed, environment.table.index))
    assert played == [(5, 2), (5, 3), (9, 0), (9, 1), (9, 4), (9, 1)]


def test_talks_that_end_before_a_learner_is_asked():
    """7.2, 8.1 The first of two venues may seat nobody who learns, and the second end before its turn: nothing is left to do."""
    positions = {"pie": wish(0, 100)}
    scenario = game(
        {"pie": issue(3, 1, ("a", "b"))},
        {
            "a": state(positions),
            "b": state({"pie": wish(0, 100)}, "conceder"),
            "late": state({"pie": wish(2, 100)}),
            "chair": state({"pie": wish(2, 100)}, kind="organisation"),
        },
        {
            "only": meeting("alternating", ("a", "b"), ("pie",), 2),
            "later": meeting("consensus", ("chair", "a", "late"), ("pie",), 1, chair="chair"),
        },
    )
    environment = raw_env(scenario, seats=["late"])
    environment.reset()
    assert environment.terminations == {"late": True}
    _, reward, over, _, info = environment.last()
    assert over and reward == info["utility"] - info["no_deal"]
    environment.step(None)
    assert environment.agents == []


def test_render_tells_acts_text_and_draft():
    environment = raw_env("two-by-two", render_mode="ansi")
    environment.reset(seed=0)
    environment.step(environment.acts.setting("reservoir", 0))
    told = environment.render()
    assert "River commission, round 1 of 6: Upstream speaks." in told
    assert told.endswith("Drafted:\n  Reservoir: full")
    environment.step(environment.acts.number("send"))
    told = environment.render()
    assert told.startswith("  1 Upstream offers a full reservoir in winter.") or "Upstream" in told.splitlines()[0]
    environment.step(environment.acts.number("accept"))
    assert "The talks are over: accord." in environment.render()


# ---- Bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            {"seats": ["upsteam"]},
            r'seats: found "upsteam"; expected parties with a seat \(upstream, downstream\). Did you mean',
        ),
        ({"seats": ["upstream", "upstream"]}, "expected a list of parties, each once"),
        ({"seats": []}, "expected a list of parties"),
        ({"render_mode": "rgb_array"}, 'render_mode: found "rgb_array"; expected ansi, human or None'),
        ({"seed": -1}, "seed"),
    ],
)
def test_bad_arguments_are_named(words, message):
    with pytest.raises(ValueError, match=message):
        raw_env("two-by-two", **words).reset()


def test_a_missing_extra_says_how_to_install_it():
    code = "import sys; sys.modules['pettingzoo'] = None\nfrom sim.envs import env"
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1].startswith(
        "ModuleNotFoundError: An environment for learners needs pettingzoo, which is not installed; expected "
    )
    assert "pip install" in done.stderr and "[rl]" in done.stderr


# ---- A learner --------------------------------------------------------------------------------------------------------


def test_the_learner_beats_every_tactic_in_its_seat():
    """In runs that it did not learn from, paired with each tactic's in the same seat; the zone's best is 35 points."""
    judged = runpy.run_path(str(ROOT / "analysis" / "learner.py"))["judged"]
    gains = judged("linear", 500, 80)
    learner = gains.pop("learner")
    assert gains.pop("untrained").mean() < 0
    assert {"linear", "boulware", "hardliner"} < set(gains)
    for name, gain in gains.items():
        above = learner - gain
        assert above.mean() - 3 * above.std(ddof=1) / np.sqrt(len(above)) > 0, name
    assert learner.max() <= 0.35 + 1e-9


assert len(ACTS) == 6, "a new kind of act needs an action"
