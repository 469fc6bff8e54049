"""Lessons: what ships can be played, whole points sum to 100, and every mistake has one clear message."""

import pytest
import yaml

from sim.classroom.lesson import GOALS, is_live, load, shelf, shipped
from sim.domain.problems import ScenarioError


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_lesson_can_be_held(name):
    lesson, scenario = load(name)
    assert sum(step.minutes for step in lesson.plan) == lesson.minutes
    assert {step.venue for step in lesson.plan} - {None} == set(scenario.calendar)
    assert "team" in lesson.seats.values()
    assert set(lesson.instructions) == set(scenario.parties)
    for party in scenario.parties.values():
        weights = [party.positions[issue].salience for issue in scenario.active]
        if all(weights):
            assert sum(weight.value for weight in weights) == 100
            assert all(weight.value == int(weight.value) for weight in weights)


def test_every_goal_is_taught_by_some_lesson():
    assert set(GOALS) == {goal for name in shipped() for goal in load(name)[0].goals}


def test_the_fifty_minutes_have_three_issues_and_two_venues():
    _, scenario = load("january-50")
    assert len(scenario.active) == 3 and scenario.calendar == ("geneva", "vienna")
    assert scenario.linkages["package"].when.keys() == {"missiles_ukraine"}


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
    path.write_text(yaml.safe_dump({"extends": str(shelf() / "january-50.yaml"), **change}), "utf-8")
    with pytest.raises(ScenarioError) as error:
        load(path)
    assert words in str(error.value) and "\n" not in str(error.value)


def test_only_what_venues_read_anew_can_be_news():
    assert is_live("sanctions.measures.financial.severity") and is_live("parties.us.conflict_loss")
    assert not is_live("parties.us.positions") and not is_live("bargaining.attention")
