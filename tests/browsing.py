"""A real browser for the pages' tests: how one is started, how a page is opened, what must not be on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

OVERFLOWING = """() => [...document.querySelectorAll('body *')].filter(part => {
    const box = part.getBoundingClientRect();
    return box.width && box.right > innerWidth + 1 && box.left < innerWidth && !part.closest('.scroll') && !part.closest('.skip');
}).map(part => part.tagName + '.' + part.className)"""

CLIPPED = """() => [...document.querySelectorAll('.plot svg text')].filter(word => {
    const box = word.getBoundingClientRect(), frame = word.closest('.plot').getBoundingClientRect();
    return box.width && (box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1);
}).map(word => word.textContent)"""


@contextmanager
def started() -> Iterator[Browser]:
    """Debian's Chromium; where it is missing this fails."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@contextmanager
def showing(browser: Browser, path: Path) -> Iterator[Callable[..., Page]]:
    """Opens a file at a width and in a theme; at the end nothing was asked of any host and nothing complained."""
    asked, said, pages = [], [], []

    def show(width: int = 1280, theme: str = "light") -> Page:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path.as_uri())
        page.wait_for_function("[...document.querySelectorAll('[data-plot]')].every(p => p.querySelector('.main-svg'))")
        pages.append(page)
        return page

    yield show
    for page in pages:
        page.close()
    assert said == []
    assert [url for url in asked if not url.startswith(("data:", "blob:")) and url != path.as_uri()] == []
