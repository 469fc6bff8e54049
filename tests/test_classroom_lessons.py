"""Lessons: what ships can be played, is the whole game cut short, and every mistake has one clear message."""

import pytest
import yaml

from sim.classroom.lesson import GOALS, in_play, is_live, load, shipped
from sim.domain.files import shelf
from sim.domain.load import load_scenario
from sim.domain.problems import ScenarioError
from sim.model import NegotiationModel
from sim.protocol.table import Table
from sim.protocol.view import view


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_lesson_can_be_held(name):
    lesson, scenario = load(name)
    assert sum(step.minutes for step in lesson.plan) == lesson.minutes
    assert {step.venue for step in lesson.plan} - {None} == set(scenario.calendar)
    assert "team" in lesson.seats.values()
    assert set(lesson.instructions) == set(scenario.parties)


@pytest.mark.parametrize("name", shipped())
def test_a_shorter_lesson_is_the_same_game_on_shorter_agendas(name):
    """Points, red lines and worths of no deal of every seat are those of the whole scenario; what is left out cannot move."""
    lesson, scenario = load(name)
    short, whole = Table(scenario, 3, 1), Table(load_scenario(lesson.scenario), 3, 1)
    for seat in scenario.parties:
        own, other = view(short, seat), view(whole, seat)
        assert (own.worth, own.barred, own.no_deal) == (other.worth, other.barred, other.no_deal)
    for model in (NegotiationModel(scenario, 3, index) for index in range(5)):
        model.run()
        for event in model.transcript():
            moved = {
                issue for issue, option in event.package.items() if option != scenario.issues[issue].status_quo.value
            }
            assert moved <= set(in_play(scenario))


def test_every_goal_is_taught_by_some_lesson():
    assert set(GOALS) == {goal for name in shipped() for goal in load(name)[0].goals}


def test_the_fifty_minutes_have_three_issues_and_two_venues():
    _, scenario = load("january-50")
    assert in_play(scenario) == ("missiles_ukraine", "exercises_ground", "russian_buildup")
    assert scenario.calendar == ("geneva", "vienna")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"minutes": 51}, "plan: found steps of 50 minutes; expected 51"),
        ({"goals": ["zopp"]}, "Did you mean zopa?"),
        ({"seats": {"usa": "team"}}, "Did you mean us?"),
        ({"seats": {"us": "robot"}}, 'seats.us: found "robot"'),
        ({"issues": ["missiles", "russian_buildup"]}, "issues: found"),
        ({"pan": []}, 'the unknown key "pan"'),
        ({"scenario": "january-2023"}, "found no such file or scenario"),
        (
            {"news": {"x": {"title": "t", "text": "t", "figures": {"bargaining.noise": 1}}}},
            "fixed once talks have begun",
        ),
        ({"news": {"x": {"title": "t", "text": "t", "figures": {"parties.uk.patience": 1}}}}, "no plain number"),
    ],
)
def test_a_mistake_is_one_clear_message(tmp_path, change, words):
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump({"extends": str(shelf("lessons") / "january-50.yaml"), **change}), "utf-8")
    with pytest.raises(ScenarioError) as error:
        load(path)
    assert words in str(error.value) and "\n" not in str(error.value)


def test_only_what_venues_read_anew_can_be_news():
    assert is_live("sanctions.measures.financial.severity") and is_live("parties.us.conflict_loss")
    assert not is_live("parties.us.positions") and not is_live("bargaining.attention")
