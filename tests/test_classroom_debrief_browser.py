"""The reveal in a real browser: projector, a seat and a phone; every picture has its table, nothing overflows or complains."""

import pytest
from browsing import OVERFLOWING, started
from class_server import held

PICTURES = """() => [...document.querySelectorAll('svg.dk')].filter(one => one.getBoundingClientRect().width)
    .map(one => [one.getAttribute('aria-label'), one.closest('.pair, .part').querySelectorAll('table tbody tr').length])"""
CUT = """() => [...document.querySelectorAll('svg.dk')].filter(one => one.getBoundingClientRect().width).flatMap(one => {
    const frame = one.getBoundingClientRect();
    return [...one.querySelectorAll('text')].filter(word => {
        const box = word.getBoundingClientRect();
        return box.left < frame.left - 2 || box.right > frame.right + 2 || box.bottom > frame.bottom + 2
            || box.top < frame.top - 2;
    }).map(word => word.textContent);
})"""

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def seated(browser, server, person, width, said):
    context = browser.new_context(viewport={"width": width, "height": 850})
    name, value = person.cookie.split("=", 1)
    context.add_cookies([{"name": name, "value": value, "url": f"http://{server.host}{person.path}"}])
    page = context.new_page()
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"http://{server.host}{person.path}")
    page.wait_for_selector("#line:text-is('connected')")
    return page


def test_the_reveal_step_by_step_and_the_end_of_the_class(tmp_path):
    said = []
    with held(tmp_path, tables=3) as server, started() as browser:
        person, teacher = server.join(1, "us", "Ana"), server.teacher().sit()
        seat, phone = (seated(browser, server, person, width, said) for width in (1280, 390))
        desk = seated(browser, server, teacher, 1440, said)
        assert teacher.send(do="stage", to="talks")["ok"]
        desk.wait_for_selector("article[data-table='1'] .now-of:has-text('if it ended now')")
        assert teacher.send(do="stage", to="debrief")["ok"]
        with desk.expect_popup() as opened:
            desk.click("a:has-text('Projector view')")
        projector = opened.value
        projector.on("pageerror", lambda error: said.append(str(error)))
        projector.on("console", lambda message: said.append(message.text))
        projector.set_viewport_size({"width": 1440, "height": 900})
        for number, step in enumerate(
            ("Own result", "The table’s results", "Simulated cloud", "Frontier", "History"), 1
        ):
            projector.click("#next")
            projector.wait_for_selector(f"#steps [aria-current]:has-text('{number} {step}')")
            if number > 2:
                projector.wait_for_selector("svg.dk.wide")
                seat.wait_for_selector(f"#debrief .part[aria-label='{step}'] svg.dk")
                phone.wait_for_selector(f"#debrief .part[aria-label='{step}'] svg.dk.narrow")
            else:
                assert not seat.locator("svg.dk").count()
            for page in (projector, seat, phone):
                assert page.evaluate(OVERFLOWING) == []
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                assert page.evaluate(CUT) == []
                assert all(label and rows for label, rows in page.evaluate(PICTURES))
        assert projector.locator("text=Table 1 is unfinished").count()
        projector.click("#back")
        projector.wait_for_selector("#steps [aria-current]:has-text('4 Frontier')")
        seat.wait_for_function("() => !document.querySelector('#debrief .part[aria-label=History]')")
        desk.click("#delete")
        desk.click("text=Close")
        desk.click("#delete")
        desk.click("#delete-now")
        for page in (desk, seat, phone, projector):
            page.wait_for_selector("#refused:has-text('has been deleted')")
            assert not page.locator("main").count()
    assert said == []
