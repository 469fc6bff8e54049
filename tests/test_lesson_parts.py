"""Every lesson has every part of its pack, its prose speaks of what is in play, and mistakes have one clear message."""

import re
from html import unescape

import pytest
import yaml
from lesson_files import EVERY, known, written

from sim.classroom.endings import endings_of
from sim.classroom.lesson import GOALS, in_play, load, news_told, shipped
from sim.classroom.printed import CLASS_PARTS, TEACHER_PARTS, debrief_minutes, pack_page, steps_of
from sim.classroom.rules_told import rules_told
from sim.classroom.seats import brief_of, page_of
from sim.classroom.session import Refused, Session
from sim.domain.files import shipped as shipped_files
from sim.domain.load import load_scenario
from sim.domain.problems import ScenarioError

JANUARY = [name for name in shipped() if name.startswith("january")]
WORDS = {
    "missiles_ukraine": ["missiles in Ukraine", "missiles on your soil"],
    "inf_europe": ["missiles in Europe", "Aegis", "nuclear"],
    "exercises_ground": ["exercises"],
    "bombers_ships": ["bombers", "warships", "Black Sea"],
    "nato_enlargement": ["enlargement", "membership", "open door", "the door", "moratorium", "choice of alliances"],
    "force_rollback": ["forces in the east", "1997", "forces in eastern", "forces in allied"],
    "russian_buildup": ["build-up"],
    "sanctions_financial": ["sanctions", "lever"],
    "export_controls": ["export control"],
    "risk_reduction_csbm": ["risk reduction", "Vienna Document", "hotline", "missions"],
    "military_aid_ukraine": ["military aid", "defensive arms", "helping you to defend"],
    "dialogue_format": ["format that", "dialogue of all", "US and Russia alone", "talks with the US"],
}
"""How prose speaks of the issues of January 2022, beside their titles."""


@pytest.fixture(scope="module")
def packs():
    return {name: pack_page(*known(name)) for name in shipped()}


@pytest.mark.parametrize("name", shipped())
def test_every_lesson_has_every_part(packs, name):
    lesson, scenario = known(name)
    page = packs[name]
    for key in (*CLASS_PARTS, *TEACHER_PARTS):
        assert page.count(f'id="{key}"') == 1 and f'<a href="#{key}">' in page
    assert re.findall(r'href="#(sheet-\d+)"', page) == re.findall(
        r'section class="part party-sheet" id="(sheet-\d+)"', page
    )
    assert page.count("party-sheet") - page.count(".party-sheet") == len(scenario.parties)
    for goal, words in GOALS.items():
        assert words.split(": ")[0] in unescape(page[page.index('id="guide"') :])
        assert goal not in lesson.goals or lesson.pack.goals[goal]
    assert all(lesson.pack.debrief.model_dump().values())
    assert set(lesson.pack.roles) == set(lesson.instructions) == set(scenario.parties)
    assert lesson.pack.stuck and lesson.pack.reading and lesson.quiz
    assert (
        {asked.kind for asked in lesson.before} == {"choice", "scale", "open"} == {asked.kind for asked in lesson.after}
    )
    assert any(asked.outcomes for asked in lesson.before)
    assert all(told.source for told in lesson.pack.happened)
    assert "leave a seat at any time" in page and "Without devices" in page
    assert "<script" not in page and 'src="' not in page and "http-equiv" in page


@pytest.mark.parametrize("name", shipped())
def test_minutes_add_up_and_a_third_is_for_the_debrief(packs, name):
    lesson, scenario = known(name)
    steps = steps_of(lesson, scenario)
    assert [step["from"] for step in steps] == [0, *(step["to"] for step in steps[:-1])]
    assert steps[-1]["to"] == lesson.minutes
    assert 3 * debrief_minutes(lesson) >= lesson.minutes
    assert f"{debrief_minutes(lesson)} of {lesson.minutes} minutes" in packs[name]


@pytest.mark.parametrize(("name", "party"), [(n, p) for n, p in EVERY if n in JANUARY])
def test_instructions_are_real_ones_and_speak_of_what_is_in_play(name, party):
    lesson, scenario = known(name)
    words = lesson.instructions[party]
    assert 150 <= len(words.split()) <= 300
    assert len(words.splitlines()) == 5
    assert re.findall(r"\d+", words) in ([], ["1997"])  # figures stand on the sheet, made from the scenario
    said = f"{words} {lesson.pack.roles[party]}".lower()
    for issue in scenario.active:
        if issue not in in_play(scenario):
            named = [scenario.issues[issue].title, scenario.issues[issue].short, *WORDS[issue]]
            assert not [one for one in named if one.lower() in said]


def test_the_words_that_are_looked_for_are_those_of_the_whole_game():
    """Else the test above could not fail: with all issues in play every one of them is spoken of somewhere."""
    lesson, scenario = known("january-180")
    said = " ".join([*lesson.instructions.values(), *lesson.pack.roles.values()]).lower()
    assert set(WORDS) == set(scenario.active)
    for words in WORDS.values():
        assert any(word.lower() in said for word in words)


def test_rules_are_told_of_the_given_game():
    told = {name: " ".join(s for _, part in rules_told(*known(name)) for s in part) for name in shipped()}
    assert "5 of the 6 accept it, SportCo and Department of Tourism among them" in told["harbour-warm-up"]
    assert "OSCE is in the chair" in told["january-50"] and "it has no vote" in told["january-50"]
    assert "Brussels" not in told["january-50"] and "Brussels" in told["january-90"]
    assert "only US may put another option" in told["january-90"] and "only US" not in told["january-50"]
    assert "takes back an issue" in told["january-180"] and "takes back" not in told["harbour-warm-up"]
    assert "NATO and Ukraine are not seated everywhere" in told["january-50"]


def test_history_and_its_sources_stand_on_the_page(packs):
    _, scenario = known("january-50")
    assert scenario.history
    part = unescape(packs["january-50"][packs["january-50"].index('id="happened"') :])
    assert "24 February 2022" in part and "45 to 50 %" in part and "Talks continue." in part
    for issue in in_play(scenario):
        assert scenario.issues[issue].options[scenario.history.package[issue]].text in part
    for key in scenario.history.source:
        assert (scenario.sources[key].url or "no address") in part


@pytest.mark.parametrize("scenario", shipped_files())
def test_a_lesson_of_any_shipped_scenario_can_be_printed(tmp_path, scenario):
    """A teacher's own lesson need hold no more than a scenario, minutes, a plan and seats."""
    given = load_scenario(scenario)
    path = tmp_path / "mine.yaml"
    own = {"name": "mine", "title": "Mine", "summary": "My own.", "minutes": 40, "scenario": scenario,
           "brief": "Talk.", "plan": [{"title": "All", "minutes": 40}], "seats": dict.fromkeys(given.parties, "team"),
           "goals": ["zopa"]}  # fmt: skip
    path.write_text(yaml.safe_dump(own), "utf-8")
    page = pack_page(*load(path))
    assert page.count('section class="part party-sheet"') == len(given.parties)
    assert 'id="quiz"' not in page and 'href="#quiz"' not in page  # what is not given is not printed, nor promised
    assert ("A war followed" in page) == bool(given.history and given.history.later and given.history.later.escalated)


def test_names_out_of_a_lesson_file_are_text(tmp_path):
    bad = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    path = written(
        tmp_path, "january-50", title=bad, summary=bad, brief=bad, instructions={"us": f"{bad}: {bad}\n{bad}"},
        changes={"parties": {"us": {"name": bad, "code": "<b>"}}, "issues": {"russian_buildup": {"title": bad}}},
        plan=[{"title": bad, "minutes": 33}, {"title": "Debrief", "minutes": 17}], before=[bad],
        pack={"roles": {"us": bad}, "stuck": [bad], "debrief": {"apply": [bad]}, "reading": [{"what": bad, "about": bad}]},
    )  # fmt: skip
    for party in (None, "us"):
        page = pack_page(*load(path), party=party)
        assert "&lt;script&gt;" in page
        assert "<script" not in page and "<img" not in page and "<b></" not in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"before": [{"text": "How?", "kind": "scale"}]}, "before.0: found"),
        ({"before": [{"text": "How?", "kind": "choice"}]}, "two or more, or outcomes"),
        ({"before": [{"text": "How?", "choices": ["a", "b"]}]}, "two or more, or outcomes"),
        ({"after": [{"text": "How?", "kind": "guess"}]}, 'after.0.kind: found "guess"'),
        ({"pack": {"roles": {"rusia": "x"}}}, "Did you mean russia?"),
        ({"pack": {"goals": {"zopp": "x"}}}, "Did you mean zopa?"),
        ({"pack": {"happened": [{"text": "x", "source": ["SED"]}]}}, "expected a source of the scenario"),
        ({"pack": {"reading": [{"what": "x", "url": "javascript:alert(1)"}]}}, "pack.reading.0.url: found"),
        ({"pack": {"debreif": {}}}, 'the unknown key "debreif"'),
    ],
)
def test_a_mistake_in_the_pack_is_one_clear_message(tmp_path, change, words):
    with pytest.raises(ScenarioError) as error:
        load(written(tmp_path, "january-50", **change))
    assert words in str(error.value) and "\n" not in str(error.value)


def test_answers_are_checked_by_the_kind_of_question(tmp_path):
    lesson, scenario = known("january-50")
    session = Session(tmp_path / "a.session", lambda: 1000.0)
    session.begin(lesson, scenario, tables=1, seed=0)
    kinds = [asked.kind for asked in lesson.before]
    choice, scale, own = kinds.index("choice"), kinds.index("scale"), kinds.index("open")
    brief = brief_of(lesson, scenario, "us")
    assert brief["before"][choice]["choices"] == [
        "Breakdown", "Talks continue", "Limited measures", "Arms-control accord", "Settlement",
    ]  # fmt: skip
    assert brief["before"][scale]["choices"] == ["1", "2", "3", "4", "5"] and brief["before"][own]["choices"] == []
    for number, answer in ((choice, 4), (scale, 0), (own, "  They insist. ")):
        session.answer(1, "us", "before", number, answer)
    for number, answer in ((choice, 5), (choice, "Settlement"), (choice, True), (scale, 5), (scale, -1), (own, 3)):
        with pytest.raises(Refused):
            session.answer(1, "us", "before", number, answer)
    seen = page_of(session, 1, "us", 1000.0)["answers"]
    assert seen == {f"before-{choice}": 4, f"before-{scale}": 0, f"before-{own}": "They insist."}
    session.close()
    again = Session(tmp_path / "a.session", lambda: 1000.0)
    assert page_of(again, 1, "us", 1000.0)["answers"] == seen
    again.close()


def test_a_scorable_game_is_predicted_by_its_own_classes():
    asked = brief_of(*known("harbour-warm-up"), "mayor")["before"][0]
    assert asked["choices"] == ["Accord", "No accord"]


def test_every_way_to_end_is_explained_where_it_is_asked_for():
    """10.2: titles are those of the prediction's choices, in the same order; on the seat's page and on paper."""
    for name in shipped():
        lesson, scenario = load(name)
        ends = endings_of(scenario)
        brief = brief_of(lesson, scenario, next(iter(scenario.parties)))
        (choices,) = {
            tuple(asked["choices"]) for asked in brief["before"] + brief["after"] if asked["kind"] == "choice"
        }
        assert tuple(title for title, _ in ends) == choices
        assert brief["endings"] == ends and all(meaning.endswith(".") for _, meaning in ends)
        told = dict(rules_told(lesson, scenario))["How talks can end"]
        assert sorted(told) == sorted(f"{title}: {meaning}" for title, meaning in ends)
    own = dict(endings_of(load_scenario("camp-david-1978")))
    assert own["No agreement"] == "there is no understanding." and "Sinai withdrawal: " in own["Two frameworks"]


def test_news_says_in_words_what_it_changes():
    lesson, scenario = load("january-180")
    assert news_told(scenario, lesson.news["sanctions_bill"]) == ["Credibility of sanctions: from 0.5 to 0.7"]
