"""The class's pages for everybody: axe-core on each of them, a whole turn with the keyboard alone, laptop and phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import OVERFLOWING, started
from class_server import held

pytestmark = [pytest.mark.slow, pytest.mark.browser]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


def barriers(page):
    """What axe-core finds: rule, how grave, and where."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [(one["id"], one["impact"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found]


@pytest.fixture(scope="module")
def browser():
    with started() as found:
        yield found


def opened(browser, width=1280, **more):
    page = browser.new_context(viewport={"width": width, "height": 850}, **more).new_page()
    page.set_default_timeout(20_000)
    return page


def entered(page, server):
    page.goto(f"http://{server.host}/teacher")
    assert barriers(page) == []
    page.fill("#secret", server.secret)
    page.click("text=Enter")
    page.wait_for_selector("article[data-table='1']")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_raises_a_barrier(tmp_path, browser, scheme):
    with held(tmp_path, tables=1) as server:
        teacher, us = opened(browser, 1440, color_scheme=scheme), opened(browser, 390, color_scheme=scheme)
        entered(teacher, server)
        assert barriers(teacher) == []
        us.goto(f"http://{server.host}/")
        assert barriers(us) == []
        us.fill("#code", server.code)
        us.fill("#name", "Ana")
        us.click("text=See free seats")
        assert barriers(us) == []
        us.click('button[value="1/us"]')
        us.wait_for_selector("#issues fieldset")
        for tab in us.locator("nav [data-tab]").all():
            tab.click()
            assert barriers(us) == []
            assert us.evaluate(OVERFLOWING) == []
        teacher.click("#stage")
        assert barriers(teacher) == []  # with the dialog open
        teacher.click("#go")
        us.wait_for_selector("body.mine")
        for page in (teacher, us):
            assert barriers(page) == []


def test_a_turn_needs_no_mouse(tmp_path, browser):
    with held(tmp_path, tables=1) as server:
        us = opened(browser)
        us.goto(f"http://{server.host}/")
        us.locator("#code").focus()
        us.keyboard.type(server.code)
        us.keyboard.press("Tab")
        us.keyboard.type("Ana")
        us.keyboard.press("Enter")
        us.wait_for_selector('button[value="1/us"]')
        reached(us, 'button[value="1/us"]')
        us.keyboard.press("Enter")
        us.wait_for_selector("#issues fieldset")
        teacher = opened(browser)
        entered(teacher, server)
        reached(teacher, "#stage")
        teacher.keyboard.press("Enter")
        teacher.wait_for_selector("#go")
        reached(teacher, "#go")
        teacher.keyboard.press("Enter")
        us.wait_for_selector("body.mine")
        reached(us, "#issue-russian_buildup input")
        us.keyboard.press("ArrowUp")
        us.wait_for_selector("#offer:enabled")
        reached(us, "#offer")
        us.keyboard.press("Enter")
        us.wait_for_selector("#heard:has-text('points for you')")


def reached(page, selector):
    """Press Tab until the focus is there; it must be visible, and come within a few dozen steps."""
    for _ in range(80):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            box = page.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
            marked = page.evaluate(
                "getComputedStyle(document.activeElement.labels?.[0] ?? document.activeElement).outlineStyle"
            )
            assert box["width"] and box["height"]
            assert marked != "none", f"{selector} does not show that it has the focus"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")
