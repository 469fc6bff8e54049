"""The teaching pack's numbers are those of the seats' pages and the scenario; nobody's sheet tells of another's."""

import random
import re

import pytest
from lesson_files import EVERY, known, written

from sim.classroom.lesson import in_play, load, shipped
from sim.classroom.printed import pack_page
from sim.classroom.seats import brief_of, page_of
from sim.classroom.session import Session
from sim.classroom.sheets import codes_of, ties_of
from sim.classroom.zone import zone_of
from sim.protocol.table import Table
from sim.protocol.view import own_utility, view

ROW = re.compile(
    r'<tr class="([^"]*)"><td class="code">(\w+)</td><td>(.*?)</td><td class="num">(?:≈ )?(-?\d+)</td></tr>'
)


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
