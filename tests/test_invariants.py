"""In every run of every game: records and drivers; and every invariant over the shipped games and many more drawn ones."""

import dataclasses
import json
import math
import random

import numpy as np
import pytest
import test_invariants_talks
import test_invariants_wishes
from hypothesis import given, settings
from invariants import BY_ENUMERATION, INVARIANTS, invariant, package, runs, turns
from reckoned import Actor, Run

from sim.compiled import EQUAL
from sim.domain.layout import tables
from sim.domain.load import build, load_scenario
from sim.model import NegotiationModel
from sim.protocol import play
from sim.protocol.record import record
from sim.protocol.state import new_talk

MANY = 3000
assert test_invariants_talks and test_invariants_wishes  # theirs are in the list

# ---- Records and drivers ----------------------------------------------------------------------------------------------


@invariant
def test_the_record_says_what_the_transcript_says(run):
    """12.1 Per venue the result, rounds and offers, per issue the final option, per party the utility, reservation value,
    gain over x⁰ and vetoes, final beliefs. 12.2 A transcript [...]: every turn with speaker, act, package."""
    text = run.book.x0
    for sitting in run.sittings:
        told, acts = run.record["venues"][sitting.name], [turn.opening for turn in sitting.turns]
        assert told["rounds"] == acts[-1].round
        assert told["offers"] == sum(event.act == "offer" for event in acts)
        leaving = [e.speaker for t in sitting.turns for e in (t.opening, *t.answers) if e.act == "walk_out"]
        assert told["walker"] == (leaving[0] if leaving else None)
        text = package(sitting.adopted) if sitting.adopted else text
    assert tuple(run.record["text"].values()) == text
    good = run.good_at(len(run.moments))
    final = tuple(run.record["final"].values())
    for name, row in run.record["parties"].items():
        a = Actor(name)
        assert row["utility"] == pytest.approx(run.book.utility(a, final, good[name])[0], abs=EQUAL)
        assert row["no_deal"] == pytest.approx(run.book.reservation(a, good[name]), abs=EQUAL)
        assert row["gain"] == pytest.approx(row["utility"] - run.book.zero(a, good[name]), abs=EQUAL)
        believes = run.scenario.challenger not in (None, name)
        assert row["belief"] == (good[name] if believes else None)
    rows = run.record["parties"].values()
    assert run.record["joint_gain"] == pytest.approx(sum(row["gain"] for row in rows), abs=EQUAL)
    gains = [
        max(0.0, row["utility"] - row["no_deal"])
        for name, row in run.record["parties"].items()
        if run.scenario.parties[name].has_consent.value
    ]
    assert run.record["nash_product"] == pytest.approx(math.prod(gains), abs=EQUAL)


@invariant
def test_acts_are_numbered_and_belong_to_their_session(run):
    """12.2 A transcript, when asked for: every turn with speaker, act, package, utilities, aspiration, belief."""
    assert [event.number for event in run.events] == list(range(1, len(run.events) + 1))
    assert [event.speaker for event in run.spoken] == [moment.seat for moment in run.moments]
    for sitting in run.sittings:
        sessions = run.venue(sitting).sessions
        for turn in sitting.turns:
            assert sessions[turn.opening.session].exploratory == run.exploratory(sitting, turn.opening.round)
    for event in run.events:
        assert set(event.utilities) == set(run.book.parties)
        bloc = event.bloc and Actor(event.speaker, event.bloc)
        if not bloc:
            assert event.worth == event.utilities[event.speaker]


def plain(value):
    """A record with figures that compare equal only when their bytes do."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.hex() if isinstance(value, float) else value


@invariant
def test_a_kept_scenario_is_the_same_scenario(run):
    """2.6 A bloc's position lies over its alliance's: what it leaves out stays out. 12.1 scenario hash."""
    again = build(json.loads(run.scenario.canonical()))
    assert again.hash == run.scenario.hash
    for mine, other in zip(np.atleast_1d(tables(run.scenario).stance), np.atleast_1d(tables(again).stance)):
        assert mine.tobytes() == other.tobytes()


@invariant
def test_two_drivers_play_the_same_run(run):
    """11.1 The same (scenario, seed, run index) gives the same transcript from the Mesa model and from the compiled engine,
    in any chunking, byte for byte on one platform."""
    model = NegotiationModel(run.scenario, run.seed, run.index)
    told = model.run()
    t = run.table.t
    talk = new_talk(t, transcript=True)
    play.play(t, talk, np.full_like(run.table.draws, 0.5))  # a room that was used before
    play.play(t, talk, run.table.draws)
    count = int(talk.at.events)
    assert model.table.event_count == run.table.event_count == count
    for other in (model.table.talk, run.table.talk):
        assert other.log_acts[:count].tobytes() == talk.log_acts[:count].tobytes()
        assert other.log_figures[:count].tobytes() == talk.log_figures[:count].tobytes()
        for part in ("text", "final", "vetoes", "venue", "belief", "closed", "barred", "insistence", "worth", "edge"):
            assert getattr(other, part).tobytes() == getattr(talk, part).tobytes()
    again = record(run.scenario, t, talk, run.seed, run.index)
    assert plain(told) == plain(run.record) == plain(again)


@invariant
def test_a_transcript_changes_nothing(run):
    """12.2 A transcript, when asked for."""
    t = run.table.t
    talk = new_talk(t, transcript=False)
    play.play(t, talk, run.table.draws)
    assert talk.log_acts.shape[0] == 0
    assert plain(record(run.scenario, t, talk, run.seed, run.index)) == plain(run.record)


@invariant
def test_the_model_reports_one_row_a_turn(run):
    """8.1 In a round every seat speaks once: a step of the model is one such turn with its answers. 12.2."""
    model = NegotiationModel(run.scenario, run.seed, run.index)
    steps = 0
    while model.running:
        model.step()
        steps += 1
    found = [turn.opening for _, turn in turns(run)]
    rows = model.datacollector.get_model_vars_dataframe()
    assert len(rows) == steps == model.turn == len(found)
    assert rows["turn"].tolist() == list(range(1, steps + 1))
    told = [(event.venue, event.round, event.speaker, event.act) for event in found]
    assert list(zip(rows["venue"], rows["round"], rows["speaker"], rows["act"])) == told
    assert rows["offer"].tolist() == [event.package if event.act == "offer" else None for event in found]
    parties = model.datacollector.get_agent_vars_dataframe()
    assert len(parties) == steps * len(run.book.parties)


@invariant
def test_a_decision_changes_nothing_until_it_is_taken(run):
    """11.1 Rules take numbers and never draw: what a tactic decides is the same however often it is asked."""
    from sim.protocol.table import Table

    table, rng = Table(run.scenario, run.seed, run.index), random.Random(0)
    while not table.over:
        if rng.random() < 0.3:
            before = {name: getattr(table.talk, name).tobytes() for name in KEPT}
            assert table.decide() == table.decide()
            assert before == {name: getattr(table.talk, name).tobytes() for name in KEPT}
        table.play()
    assert [dataclasses.asdict(e) for e in table.events()] == [dataclasses.asdict(e) for e in run.events]


KEPT = (
    "values", "estimates", "worth", "edge", "insistence", "barred", "holding", "belief", "text", "base", "start", "offer",
    "closed", "seat", "heard", "venue", "vetoes", "log_acts", "log_figures",
)  # fmt: skip
"""What only an act may change; the rest is where a tactic leaves the act it would take."""


# ---- The games that come with the program, and many more drawn ones ----------------------------------------------------


@pytest.mark.parametrize("name", ["january-2022", "january-2022-vienna-first", "harbour", "two-by-two"])
@pytest.mark.parametrize("seed", [0, 7])
def test_the_shipped_games_keep_every_invariant(name, seed):
    """11.1 The same rules for every scenario: each invariant above holds in the games that come with the program."""
    scenario = load_scenario(name)
    for index in range(3):
        run = Run(scenario, seed, index)
        for check in INVARIANTS:
            check(run)
        if math.prod(run.book.options) <= 10_000:
            for check in BY_ENUMERATION:
                check(run)


@pytest.mark.slow
@settings(max_examples=MANY)
@given(run=runs)
def test_many_more_drawn_games_keep_every_invariant(run):
    """11.1 The same rules for every scenario."""
    for check in (*INVARIANTS, *BY_ENUMERATION):
        check(run)
