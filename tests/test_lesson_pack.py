"""The teaching pack: its numbers are those of the seats' pages and the scenario, nobody's sheet tells of another's."""

import random
import re
from functools import cache
from html import unescape

import pytest
import yaml
from typer.testing import CliRunner

from sim.classroom.lesson import GOALS, in_play, load, shipped
from sim.classroom.printed import CLASS_PARTS, TEACHER_PARTS, debrief_minutes, pack_page, steps_of
from sim.classroom.rules_told import rules_told
from sim.classroom.seats import brief_of, page_of
from sim.classroom.session import Refused, Session
from sim.classroom.sheets import codes_of, ties_of
from sim.classroom.zone import zone_of
from sim.cli import app
from sim.domain.files import shelf
from sim.domain.files import shipped as shipped_files
from sim.domain.load import load_scenario
from sim.domain.problems import ScenarioError
from sim.protocol.table import Table
from sim.protocol.view import own_utility, view

EVERY = [(name, party) for name in shipped() for party in load(name)[1].parties]
JANUARY = [name for name in shipped() if name.startswith("january")]
ROW = re.compile(
    r'<tr class="([^"]*)"><td class="code">(\w+)</td><td>(.*?)</td><td class="num">(?:≈ )?(-?\d+)</td></tr>'
)
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


def written(tmp_path, base, name="mine", **changes):
    path = tmp_path / f"{name}.yaml"
    path.write_text(yaml.safe_dump({"extends": str(shelf("lessons") / f"{base}.yaml"), **changes}), "utf-8")
    return path


@cache
def known(name):
    """A shipped lesson and its game; nothing changes them."""
    return load(name)


def for_everyone(page):
    """The parts that every team gets."""
    return page[: page.index('id="sheet-1"')]


@pytest.fixture(scope="module")
def packs():
    return {name: pack_page(*known(name)) for name in shipped()}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Every seat's page of a class's first table, seed 0."""
    found = {}
    for name in shipped():
        session = Session(tmp_path_factory.mktemp(name) / "a.session", lambda: 1000.0)
        session.begin(*known(name), tables=1, seed=0)
        found |= {(name, party): page_of(session, 1, party, 1000.0) for party in session.state.scenario.parties}
        session.close()
    return found


@pytest.mark.parametrize(("name", "party"), EVERY)
def test_a_sheet_has_the_numbers_of_the_seats_page(pages, name, party):
    lesson, scenario = known(name)
    sheet, page, codes = pack_page(lesson, scenario, party=party), pages[name, party], codes_of(scenario)
    rows = {
        code: (int(points), "red line" in text, "start" in text or "status quo" in text)
        for _, code, text, points in ROW.findall(sheet)
    }
    expected = {
        codes[issue][at]: (points, at in page["barred"].get(issue, ()), at == scenario.issues[issue].status_quo.value)
        for issue, worth in page["worth"].items()
        for at, points in enumerate(worth)
    }
    assert rows == expected
    sign = brief_of(lesson, scenario, party)["sign"]
    assert re.findall(r"<dd>(.*?) points</dd>", sheet) == [f"{sign}{page['no_deal']}", f"{sign}{page['text_points']}"]
    assert (f"Add {sign}{page['rest']} for what is not in play" in sheet) == bool(page["rest"])


@pytest.mark.parametrize("name", shipped())
def test_the_teachers_table_has_the_numbers_of_every_sheet(packs, pages, name):
    _, scenario = known(name)
    table = packs[name][packs[name].index('id="calculator"') :]
    for issue, codes in codes_of(scenario).items():
        for at, code in enumerate(codes):
            row = re.search(rf'<td class="code">{code}</td>.*?</tr>', table)
            assert row
            found = [int(cell) for cell in re.findall(r'<td class="num">(-?\d+)', row[0])]
            assert found == [pages[name, party]["worth"][issue][at] for party in scenario.parties]
    no_deal = re.search(r">No deal</th>(.*?)</tr>", table)
    assert no_deal and [int(n) for n in re.findall(r"<b>(\d+)", no_deal[1])] == [
        pages[name, party]["no_deal"] for party in scenario.parties
    ]


@pytest.mark.parametrize("name", shipped())
def test_what_a_sheet_says_to_reckon_is_what_the_rules_reckon(name):
    """The steps on paper (2.2, 2.5, 3.2), of whole points, come to the rules' own utility but for rounding."""
    _, scenario = known(name)
    chance, playing = random.Random(7), in_play(scenario)
    for index in range(2):
        table = Table(scenario, 0, index)
        for party in scenario.parties:
            seen, ties = view(table, party), ties_of(table, party)
            for _ in range(25):
                package = dict(seen.text)
                for issue in playing:
                    if chance.random() < 0.6:
                        package[issue] = chance.randrange(len(scenario.issues[issue].options))
                exact = 100 * own_utility(table, party, package)
                assert abs(reckoned(scenario, ties, seen.worth, package) - exact) <= 1.5


def reckoned(scenario, ties, worth, package):
    """The sum after the steps; options unrounded, so that what is tried is the steps."""
    removed = scenario.threat and package[scenario.threat.issue] >= scenario.threat.removed_from
    total = 100 * sum(worth[issue][option] for issue, option in package.items())
    for tie in ties:
        if tie.kind == "charges" and not removed:
            total -= tie.amount * sum(
                package[name] in issue.limits for name, issue in scenario.issues.items() if name in package
            )
        if tie.kind == "discounts_gain":
            link = next(link for link in scenario.linkages.values() if link.form == "discounts_gain")
            met = all(package[name] <= span.at_most for name, span in link.when.items())
            if not met and total > tie.above:
                total = tie.above + (total - tie.above) * tie.amount / 100
        if tie.kind == "removal" and removed:
            total -= tie.amount
    return total


def test_private_draws_of_another_table_stand_on_its_sheets():
    lesson, scenario = known("january-50")
    amounts = {tuple((t.kind, t.amount) for t in ties_of(Table(scenario, 0, k), "russia")) for k in range(4)}
    assert len(amounts) > 1
    assert pack_page(lesson, scenario, 0, 1, "russia") != pack_page(lesson, scenario, 0, 2, "russia")
    assert "take off 7" in pack_page(lesson, scenario, 0, 2, "russia")


def changed_game(tmp_path, name, parties):
    """The lesson with all that is confidential to some parties changed: instructions, points, losses, payoffs, no deal."""
    _, scenario = known(name)
    changed = {}
    for party in parties:
        given = scenario.parties[party]
        if given.types:
            changed[party] = {"types": {"good_faith": {"payoff_mean": 0.5, "payoff_sd": 0.01}}}
        elif given.reservation is not None:
            turned = {
                issue: {"points": list(reversed(given.positions[issue].points.value))} for issue in in_play(scenario)
            }
            changed[party] = {"reservation": 0.77, "positions": turned}
        elif not given.blocs:
            first, second = "russian_buildup", "dialogue_format"
            swapped = {
                one: {"salience": given.positions[other].salience.value}
                for one, other in ((first, second), (second, first))
            }
            changed[party] = {"conflict_loss": 0.03, "positions": swapped}
    secret = {party: f"Canary of {party}: 4711." for party in parties}
    lesson, game = load(written(tmp_path, name, changes={"parties": changed}, instructions=secret))
    return lesson, game


@pytest.mark.parametrize(("name", "party"), EVERY)
def test_a_sheet_holds_nothing_confidential_of_another(tmp_path, name, party):
    """Clause 4: whatever is another's alone may change, and this sheet stays byte by byte."""
    others = [p for p in known(name)[1].parties if p != party]
    if party == "nato":
        others.remove("us")  # the US is one of its groups, and nobody's wishes are written twice (2.6)
    sheet = pack_page(*changed_game(tmp_path, name, others), party=party)
    assert "4711" not in sheet
    assert sheet == pack_page(*known(name), party=party)
    assert sheet != pack_page(*changed_game(tmp_path, name, [party]), party=party)


@pytest.mark.parametrize("name", shipped())
def test_the_parts_for_everyone_hold_nothing_confidential(tmp_path, packs, name):
    parties = list(known(name)[1].parties)
    whole = pack_page(*changed_game(tmp_path, name, parties))
    assert whole.count("4711") == len(parties)
    assert for_everyone(whole) == for_everyone(packs[name])


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


def test_the_zone_of_the_published_game_is_the_published_one(packs):
    """LLM-Deliberation, base game: 12 of 720 deals for all six, 55 for five with the two that must be among them."""
    zone = zone_of(Table(known("harbour-warm-up")[1], 0, 0))
    assert zone and (zone.packages, zone.all_content, zone.enough) == (720, 12, 55)
    assert "Of its 720 deals 12 are acceptable to all six, and 55 to five" in packs["harbour-warm-up"]
    assert zone_of(Table(known("january-90")[1], 0, 0)) is None


def test_deals_that_are_listed_leave_everyone_at_no_deal_or_above():
    _, scenario = known("january-50")
    table = Table(scenario, 0, 0)
    zone = zone_of(table, most=200)
    assert zone and zone.all_content == len(zone.best) > 0
    for package, _ in zone.best:
        for party in ("us", "russia", "nato", "ukraine"):
            seen = view(table, party)
            assert own_utility(table, party, {**seen.text, **package}) >= seen.no_deal - 1e-9


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
        pack={"roles": {"us": bad}, "stuck": [bad], "debrief": {"apply": [bad]}, "reading": [{"what": bad, "on": bad}]},
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


def run(*arguments):
    return CliRunner().invoke(app, ["lesson", *arguments])


def test_lessons_are_listed():
    found = run("list").output
    assert [name for name in re.findall(r"^(\S+) +\d+ minutes", found, re.M)] == list(shipped())


def test_a_pack_is_put_where_it_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("print", "january-50").exit_code == 0
    assert (tmp_path / "runs/lessons/january-50.html").read_text("utf-8").startswith("<!doctype html>")
    done = run("print", "january-50", "--party", "RU", "--out", "ru.html")
    assert done.exit_code == 0 and "ru.html" in done.output
    sheet = (tmp_path / "ru.html").read_text("utf-8")
    assert "Confidential: for Russia alone" in sheet and "Facilitator" not in sheet
    assert run("print", "january-50", "--party", "Ukraine", "--out", "ru.html").exit_code == 0  # a page is replaced
    assert "Confidential: for Ukraine alone" in (tmp_path / "ru.html").read_text("utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ru.html", "runs"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["january-5"], "Did you mean january-50?"),
        (["january-50", "--party", "rusia"], "Did you mean russia?"),
        (["january-50", "--table", "0"], "--table: found 0"),
        (["january-50", "--out", "no/such/place.html"], "expected a file in a folder that is there"),
        (["january-50", "--out", "mine.html"], "which is no page of this program"),
        (["january-50", "--pdf", "--out", "mine.pdf"], "which is no pack of this program"),
        (["january-50", "--pdf", "--out", "pack.html"], "a name that ends in .pdf"),
        (["january-50", "--pdf"], "found no browser that prints"),
    ],
)
def test_bad_input_is_one_line_and_changes_nothing(tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "no-browser"))
    for name in ("mine.html", "mine.pdf"):
        (tmp_path / name).write_text("my own", "utf-8")
    done = run("print", *arguments)
    assert done.exit_code == 2
    assert words in done.output and len(done.output.strip().splitlines()) == 1
    assert {(tmp_path / name).read_text("utf-8") for name in ("mine.html", "mine.pdf")} == {"my own"}
    assert not [
        path for path in tmp_path.rglob("*") if path.suffix in (".html", ".pdf") and not path.name.startswith("mine")
    ]
