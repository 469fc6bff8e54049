"""The lab in a real browser: every control, every panel; sessions do not mix, nothing leaves the machine."""

from __future__ import annotations

import http.client
import json
import re
import shlex
from pathlib import Path

import pytest
from browsing import OVERFLOWING
from lab_served import at_turn, choose, command_of, opening, press, serving, turn_of
from playwright.sync_api import expect
from terminal import detente

from sim.domain.files import shipped
from sim.model import NegotiationModel
from sim.narrate import sentence

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong

TAKEN_BACK = 36
"""A seed of the baseline whose understanding does not survive consent whole."""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """One server for the file."""
    with serving(tmp_path_factory.mktemp("lab")) as one:
        yield one


@pytest.fixture
def opened(browser, served):
    """Opens a session of its own."""
    with opening(browser, served) as one:
        yield one


@pytest.fixture(scope="module")
def talk():
    """The talk that the page opens with, played to its end."""
    model = NegotiationModel("january-2022", 0)
    model.run()
    return model


def test_every_move_leads_where_it_says(opened, talk):
    page, length = opened(), talk.turn
    at_turn(page, 0, length)
    press(page, "Step")
    at_turn(page, 1, length)
    press(page, "+ Turn")
    at_turn(page, 2, length)
    press(page, "− Turn")
    at_turn(page, 1, length)
    press(page, "+ Round")
    expect(page.locator(".moment")).to_contain_text("Round 2 of 10 · turn 3")
    press(page, "+ Venue")
    expect(page.locator("[aria-current=step]")).to_contain_text("Brussels")
    thumb = page.locator(".scrub [role=slider]")
    thumb.focus()
    page.keyboard.press("ArrowRight")
    at_turn(page, 20, length)
    page.keyboard.press("Home")
    at_turn(page, 0, length)
    press(page, "▶")
    expect(page.locator(".scrub label")).not_to_have_text(f"After turn 0 of {length}")
    press(page, "❚❚")
    expect(page.get_by_role("button", name="▶")).to_be_visible()
    still = stands_still(page)
    page.wait_for_timeout(1000)
    assert turn_of(page) == still > 0
    press(page, "Reset")
    at_turn(page, 0, length)
    press(page, "To the end")
    at_turn(page, length, length)
    for name in ("+ Turn", "+ Round", "+ Venue", "To the end"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_disabled()
    press(page, "Reset")
    at_turn(page, 0, length)
    press(page, "Step")
    at_turn(page, 1, length)


def stands_still(page) -> int:
    """The turn once no more come: the one under way when the pause was pressed may still."""
    before, now = -1, turn_of(page)
    while before != now:
        page.wait_for_timeout(1000)
        before, now = now, turn_of(page)
    return now


def test_every_panel_has_data_and_the_end_names_the_deal(opened, talk):
    page, game = opened(), talk.game
    press(page, "+ Venue")
    expect(page.locator("[aria-current=step]")).to_contain_text("Brussels")
    expect(page.locator(".steps li")).to_have_count(4)
    expect(page.locator(".moment")).to_contain_text("speaks:")
    expect(page.locator(".moment")).to_contain_text("absent:")
    for what, count in ((".issue", len(game.active)), (".issue svg .ring", len(game.active)), ("svg.gains .way", 2),
                        ("svg.gains .rule", 2), (".as figure", 3)):  # fmt: skip
        expect(page.locator(what)).to_have_count(count)
    assert page.locator("svg.small-lines path.ln").count() >= 7
    expect(page.locator(".bl")).to_contain_text(re.compile(r"US .*\d+ %"))
    expect(page.locator(".last")).to_contain_text("accepts")
    expect(page.locator(".last-turns p")).to_have_count(2)
    expect(page.locator(".st .oc")).to_have_count(5)
    press(page, "To the end")
    record = talk.result()
    last = page.locator(".last")
    expect(last).to_contain_text("Outcome, and what consent did to it")
    for name in game.active:
        if record["final"][name] != game.issues[name].status_quo.value:
            expect(last).to_contain_text(
                f"{game.issues[name].short}: {game.issues[name].options[record['final'][name]].label}"
            )
    expect(page.locator(".st")).to_contain_text("◂ this talk")
    press(page, "Whole transcript")
    said = page.locator(".acts li")
    expect(said).to_have_count(len(talk.transcript()))
    told = talk.transcript()
    for at in (0, len(told) // 2, len(told) - 1):
        expect(said.nth(at)).to_contain_text(sentence(game, told[at], told[:at]))
    press(page, "Hide the transcript")
    expect(said).to_have_count(0)


def test_a_position_names_its_source_and_mark(opened, talk):
    """By hovering and, for those who cannot, by opening the issue."""
    page = opened()
    titles = page.locator("svg.scale title").all_text_contents()
    assert len(titles) >= 4 * len(talk.game.active)
    wishes = [title for title in titles if "likes best" in title]
    assert wishes
    assert all(re.search(r"\((cited|inferred from a page|an estimate|assumed here)", title) for title in wishes)
    assert any(re.search(r"\(cited: .*\w", title) for title in wishes)
    row = page.locator(".issue").first
    row.locator("summary").click()
    expect(row.locator(".more")).to_be_visible()
    expect(row.locator(".more")).to_contain_text("red line at")
    expect(row.locator(".more")).to_contain_text(re.compile("cited: "))
    _nothing_runs_over(page, 1280)


def test_settings_wait_for_the_next_talk_and_then_hold(opened):
    """A slider, a list and a box, each named while it waits; the command says all of them."""
    page = opened()
    slider = page.locator(".v-navigation-drawer .v-input__slider", has_text="Insistence").locator("[role=slider]")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".begin")).to_contain_text("Waits for the next talk: Insistence")
    expect(page.locator(".v-navigation-drawer")).to_contain_text("0.51 (coded 0.5)")
    choose(page, "Tactic of Russia", "conceder")
    choose(page, "Order of the venues", "Vienna, Geneva, Brussels")
    page.locator(".v-navigation-drawer").get_by_text("Ukraine must consent").click()
    for words in ("Tactic of Russia", "Order of the venues", "Ukraine must consent"):
        expect(page.locator(".begin")).to_contain_text(words)
    assert command_of(page) == "detente run january-2022 --seed 0"
    press(page, "New talk with these settings")
    line = page.get_by_label("The same talk as a command")
    expect(line).not_to_have_value("detente run january-2022 --seed 0")
    words = shlex.split(command_of(page))
    for change in ("insistence=0.51", "{name: conceder}", "calendar=[vienna", "ukraine.has_consent=false"):
        assert any(change in word for word in words), (change, words)
    expect(page.locator(".begin")).not_to_contain_text("Waits")
    expect(page.locator(".steps li").first).to_contain_text("Vienna")
    seed = page.get_by_label("Seed")
    for typed in ("minus one", "9" * 5000):
        seed.fill(typed)
        seed.press("Enter")
        said = f"Seed: found “{typed[:40]}”; expected a whole number from 0 to 2^128 − 1."
        expect(page.locator(".notice.bad")).to_contain_text(said)


def test_a_saved_run_is_that_of_the_command_and_loads_again(opened, served, tmp_path):
    page = opened()
    choose(page, "Scenario", "two-by-two")
    expect(page.get_by_label("The same talk as a command")).to_have_value("detente run two-by-two --seed 0")
    press(page, "Step")
    press(page, "Copy as command")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == command_of(page)
    press(page, "Save run")
    expect(page.locator(".notice")).to_contain_text("Saved the whole talk in", timeout=20_000)
    folder = Path(re.search(r"in (.*)/ \(", page.locator(".notice").inner_text())[1])
    assert folder.parent == served.runs
    done = detente(*shlex.split(copied)[1:], "--runs", str(tmp_path))
    assert done.returncode == 0, done.stderr
    (own,) = tmp_path.iterdir()
    assert own.name == folder.name
    assert sorted(path.name for path in own.iterdir()) == sorted(path.name for path in folder.iterdir())
    for path in own.iterdir():
        if path.name != "manifest.json":
            assert path.read_bytes() == (folder / path.name).read_bytes(), path.name
    manifests = [json.loads((place / "manifest.json").read_text("utf-8")) for place in (own, folder)]
    for name in ("command", "changes", "seed", "index"):
        assert manifests[0][name] == manifests[1][name] or name == "command"
    choose(page, "Scenario", "harbour")
    expect(page.locator(".steps li").first).to_contain_text("Hearing")
    choose(page, "Load a stored run", folder.name)
    expect(page.locator(".notice")).to_contain_text("its record is the same byte by byte")
    at_turn(page, 8, 8)
    thumb = page.locator(".scrub [role=slider]")
    thumb.focus()
    page.keyboard.press("ArrowLeft")
    at_turn(page, 7, 8)
    press(page, "+ Turn")
    at_turn(page, 8, 8)


def test_two_browsers_do_not_mix(opened, talk):
    one, other = opened(), opened()
    press(one, "+ Venue")
    expect(one.locator("[aria-current=step]")).to_contain_text("Brussels")
    choose(other, "Scenario", "harbour")
    expect(other.locator(".steps")).to_contain_text("Hearing")
    press(other, "Step")
    expect(other.locator(".scrub label")).to_contain_text("After turn 1 of")
    at_turn(one, 19, talk.turn)
    expect(one.locator(".steps")).to_contain_text("Geneva")
    press(one, "+ Turn")
    at_turn(one, 20, talk.turn)
    assert turn_of(other) == 1


def test_nothing_runs_over_on_a_phone_in_the_dark(opened):
    page = opened(390, 844, "dark")
    press(page, "+ Venue")
    expect(page.locator("[aria-current=step]")).to_contain_text("Brussels")
    _nothing_runs_over(page, 390)


def _nothing_runs_over(page, width: int) -> None:
    """With everything open that can be opened."""
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    press(page, "Whole transcript")
    expect(page.locator(".acts")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(OVERFLOWING) == []


def test_the_keyboard_reaches_every_control(opened):
    """By Tab alone, from the top of the page to the button that begins the next talk."""
    page = opened()
    reached: list[str] = []
    for _ in range(90):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("(document.activeElement.innerText || document.activeElement.ariaLabel || '').trim()")
        )
        if reached[-1] == "Whole transcript":
            break
    for name in (
        "Reset",
        "▶",
        "Step",
        "New talk with these settings",
        "+ Turn",
        "To the end",
        "Save run",
        "Copy as command",
    ):
        assert name in reached, (name, reached)
    page.get_by_role("button", name="Step").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".scrub label")).to_contain_text("After turn 1 of")


def _asked(served, path: str, **headers: str) -> int:
    """The status of an answer to a request with other headers."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
    connection.request("GET", path, headers=headers)
    return connection.getresponse().status


def test_pages_of_others_are_refused(served):
    """Another site's page, or a name that was pointed at this machine, gets neither pages nor a WebSocket."""
    own = f"127.0.0.1:{served.port}"
    socket = {
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }  # fmt: skip
    kernel = "/jupyter/api/kernels/11111111-2222-3333-4444-555555555555/channels"
    assert _asked(served, "/", Host=own) == 200
    assert _asked(served, "/", Host=own, Origin=f"http://{own}") == 200
    assert _asked(served, kernel, Host=own, **socket) == 403  # a browser always names its origin here
    for headers in (
        {"Host": f"rebound.example:{served.port}"},
        {"Host": own, "Origin": "http://other.example"},
        {"Host": own, "Origin": f"http://127.0.0.1:{served.port + 1}"},
        {"Host": own, "Origin": "null"},
    ):
        assert _asked(served, "/", **headers) == (403 if headers["Host"] == own else 421)
        assert _asked(served, kernel, **headers, **socket) == 403


@pytest.mark.slow
def test_twenty_browsers_stay_apart_in_bounded_memory(opened, served):
    pages = [opened() for _ in range(20)]
    for at, page in enumerate(pages):
        for turn in range(1 + at % 5):
            press(page, "Step")
            expect(page.locator(".scrub label")).to_contain_text(f"After turn {turn + 1} of")
    for at, page in enumerate(pages):
        expect(page.locator(".scrub label")).to_contain_text(f"After turn {1 + at % 5} of")
    for page in pages:
        press(page, "To the end")
    for page in pages:
        expect(page.locator(".lab.over")).to_be_visible(timeout=60_000)
        expect(page.locator(".st .oc")).to_have_count(5)
    assert served.memory() < 2 * 2**30


@pytest.mark.slow
def test_play_without_a_pause_comes_to_the_end_every_time(opened, talk):
    """Turns are taken while the page is drawn; what is drawn must be one moment, the last one too."""
    page = opened()
    pause = page.locator(".v-navigation-drawer [role=slider]").first
    pause.focus()
    page.keyboard.press("Home")
    expect(pause).to_have_attribute("aria-valuenow", "1")
    for _ in range(6):
        press(page, "▶")
        at_turn(page, talk.turn, talk.turn, seconds=30)
        expect(page.locator(".last")).to_contain_text("Outcome, and what consent did to it")
        press(page, "Reset")
        at_turn(page, 0, talk.turn)


@pytest.mark.slow
def test_another_scenario_and_another_seed(opened):
    """Each begins anew; at the end of a talk that consent unravels, the page says who took what back."""
    page = opened()
    line, seed = page.get_by_label("The same talk as a command"), page.get_by_label("Seed")
    seed.fill("x")
    seed.press("Enter")
    expect(page.locator(".notice.bad")).to_be_visible()
    choose(page, "Scenario", "harbour")
    expect(page.locator(".notice.bad")).to_have_count(0)
    expect(page.locator(".steps li").first).to_contain_text("Hearing")
    expect(line).to_have_value("detente run harbour --seed 0")
    expect(page.locator(".st")).to_contain_text("No accord")
    choose(page, "Scenario", "january-2022")
    expect(page.locator(".steps li").first).to_contain_text("Geneva")
    seed.fill(str(TAKEN_BACK))
    seed.press("Enter")
    expect(page.locator(".begin")).to_contain_text("Waits for the next talk: Seed.")
    press(page, "New talk with these settings")
    expect(line).to_have_value(f"detente run january-2022 --seed {TAKEN_BACK}")
    press(page, "To the end")
    expect(page.locator(".last")).to_contain_text("Taken back at consent")


@pytest.mark.slow
def test_every_shipped_scenario_opens_and_ends(opened):
    page = opened()
    others = [name for name in shipped() if name != "january-2022"]
    for name in [*others, "january-2022"]:
        choose(page, "Scenario", name)
        expect(page.get_by_label("The same talk as a command")).to_have_value(f"detente run {name} --seed 0")
        press(page, "To the end")
        expect(page.locator(".lab.over")).to_be_visible()
        expect(page.locator(".last")).to_contain_text("Outcome")
        assert page.evaluate(OVERFLOWING) == []
