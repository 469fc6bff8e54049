"""A lesson in a real browser: two teams and a teacher, from the door to the results; the server dies in between."""

import pytest
from browsing import OVERFLOWING, started
from class_server import held

UNNAMED = """() => [...document.querySelectorAll('button, input:not([type=hidden]), select, textarea')]
    .filter(part => !(part.labels?.length || part.textContent.trim() || part.ariaLabel)).map(part => part.outerHTML)"""

CARD = """() => {
    const card = document.querySelector("article[data-table='1']").cloneNode(true);
    card.querySelectorAll('.ck').forEach(clock => clock.remove());
    return card.textContent;
}"""
"""What the teacher's card of table 1 says, but for its clock."""

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def opened(browser, width, said):
    page = browser.new_context(viewport={"width": width, "height": 850}).new_page()
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if "Content Security" in message.text else None)
    return page


def joined(page, server, name, seat):
    page.goto(f"http://{server.host}/")
    page.fill("#code", server.code)
    page.fill("#name", name)
    page.click("text=See free seats")
    page.click(f'button[value="{seat}"]')
    page.wait_for_selector("#issues fieldset")
    page.wait_for_selector("#line:text-is('connected')")


def chosen(page, issue, option):
    page.locator(f"#{issue}-{option}").check(force=True)


def test_a_lesson_from_the_door_to_the_results(tmp_path):
    said = []
    with held(tmp_path, tables=2) as server, started() as browser:
        teacher, us, russia = opened(browser, 1440, said), opened(browser, 1280, said), opened(browser, 390, said)
        teacher.goto(f"http://{server.host}/teacher")
        teacher.fill("#secret", server.secret)
        teacher.click("text=Enter")
        teacher.wait_for_selector("article[data-table='2']")
        joined(us, server, "Ana <img src=x onerror=alert(1)>", "1/us")
        joined(russia, server, "Lea", "1/russia")
        assert "token" not in us.url and server.code not in us.url
        teacher.wait_for_selector("text=Ana <img src=x")
        teacher.click("#stage")
        teacher.click("#go")

        us.wait_for_selector("body.mine")
        chosen(us, "russian_buildup", 2)
        us.wait_for_selector("#needs:has-text('May take it back')")
        us.reload()
        us.wait_for_selector("#russian_buildup-2:checked")  # drafts survive a refresh
        points = us.inner_text("#draft-points")
        us.click("#offer")
        russia.wait_for_selector("body.mine")
        us.wait_for_selector(f"#heard:has-text('{points} points for you')")
        chosen(russia, "missiles_ukraine", 1)
        russia.wait_for_selector("#missiles_ukraine-1:checked")

        server.kill()
        us.wait_for_selector("#line:has-text('Reconnecting')")
        server.start()
        for page in (us, russia, teacher):
            page.wait_for_selector("#line:text-is('connected')")
        russia.wait_for_selector("#missiles_ukraine-1:checked")
        russia.click("#pass")

        us.wait_for_selector("body.mine")
        chosen(us, "missiles_ukraine", 1)
        chosen(us, "exercises_ground", 2)
        chosen(us, "russian_buildup", 2)
        us.click("#offer")
        russia.click("nav [data-tab=offers]")
        russia.click("#refuse")
        russia.select_option("#over", "russian_buildup")
        russia.fill("#why", "Too much, too soon")
        russia.click("#refuse-now")
        us.wait_for_selector("q:has-text('Too much, too soon')")
        us.fill("#words", "What would you need?")
        us.click("text=To the table")
        russia.click("nav [data-tab=talk]")
        russia.wait_for_selector("#messages:has-text('What would you need?')")

        teacher.locator("#news button").first.click()
        teacher.wait_for_selector("#dialog:has-text('cannot be taken back')")
        assert teacher.locator("#news li:has-text('✓ sent')").count() == 0
        teacher.click("#send-news")
        teacher.wait_for_selector("#news li:has-text('✓ sent')")
        for kind, shown in (("simulated", "played by the model; Lea watches"), ("team", "Lea")):
            teacher.select_option("#kind-1-russia", kind)
            teacher.wait_for_selector(f"article[data-table='1'] li:has(#kind-1-russia) .small:text-is('{shown}')")

        for page in (us, russia, teacher):
            assert page.evaluate(OVERFLOWING) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert page.evaluate(UNNAMED) == []
        for _ in range(40):
            if teacher.locator("article[data-table='1'] footer > .ochip").count():
                break
            before = teacher.evaluate(CARD)
            teacher.locator("#next-1").click()
            teacher.wait_for_function(f"was => ({CARD})() !== was", arg=before)
        teacher.click("#stage")
        teacher.click("#go")
        for _ in range(2):
            teacher.locator("#reveal button:enabled:text-is('Show')").first.click()
            teacher.wait_for_timeout(600)
        us.wait_for_selector("#result:has-text('Your result')")
        assert us.locator("#result tbody tr").count() == 5
    assert said == []
