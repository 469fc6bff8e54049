"""The survey in a real browser: prediction before, scales and own words, kept over a refresh; reflection after."""

import pytest
from browsing import OVERFLOWING, started
from class_server import held

pytestmark = [pytest.mark.slow, pytest.mark.browser]

KINDS = "kind => [...document.querySelectorAll('#questions ' + kind)].length"


@pytest.mark.parametrize("width", [1280, 390])
def test_predictions_are_kept_and_reflection_follows_the_talks(tmp_path, width):
    said = []
    with held(tmp_path, "harbour-warm-up", tables=1) as server, started() as browser:
        page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: said.append(str(error)))
        teacher = server.teacher().sit()
        page.goto(f"http://{server.host}/")
        page.fill("#code", server.code)
        page.fill("#name", "Ana")
        page.click("text=See free seats")
        page.click('button[value="1/mayor"]')
        page.wait_for_selector("#issues fieldset", state="attached")
        if width < 720:
            page.click("nav [data-tab=sheet]")
        page.locator('input[name="before-0"]').nth(1).check()
        page.locator('input[name="before-1"]').nth(4).check()
        page.fill("#before-2", "The loan")
        page.locator("#before-2").blur()
        page.wait_for_timeout(600)
        page.reload()
        if width < 720:
            page.click("nav [data-tab=sheet]")
        page.wait_for_selector('input[name="before-1"]')
        assert page.locator('input[name="before-0"]').nth(1).is_checked()
        assert page.locator('input[name="before-1"]').nth(4).is_checked()
        assert page.input_value("#before-2") == "The loan"
        assert page.locator(".scale legend").inner_text() == "How sure are you of that? (1 a guess, 5 certain)"
        assert [text.strip() for text in page.locator(".scale label").all_inner_texts()] == ["1", "2", "3", "4", "5"]
        assert page.evaluate(OVERFLOWING) == []
        assert teacher.send(do="stage", to="talks")["ok"]
        assert teacher.send(do="stage", to="debrief")["ok"]
        page.wait_for_selector('input[name="after-0"]', state="attached")
        assert page.evaluate(KINDS, "textarea") == 2 and page.evaluate(KINDS, ".scale") == 2
        assert page.locator('input[name^="before"]').count() == 0
    assert said == []
