"""The teaching pack on paper, in a real browser: it fits the page, each part begins a page of its own, a PDF has pages."""

import re
import shutil

import pytest
from browsing import started
from typer.testing import CliRunner

from sim.classroom.lesson import load, shipped
from sim.classroom.paper import to_pdf
from sim.classroom.printed import pack_page
from sim.cli import app

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PAPER = {"A4": 210, "letter": 216}
"""Widths in millimetres; margins of 15 on both sides."""

TOO_WIDE = """width => [...document.querySelectorAll('main *')].filter(part => {
    const box = part.getBoundingClientRect();
    return box.width && (box.right > width + 1 || box.left < -1 || (part.scrollWidth > part.clientWidth + 2 && part.clientWidth));
}).map(part => part.tagName + '.' + part.className + ' ' + part.textContent.slice(0, 40))"""


@pytest.mark.parametrize("paper", PAPER)
def test_nothing_is_wider_than_the_paper(tmp_path, paper):
    said = []
    width = round((PAPER[paper] - 30) / 25.4 * 96)
    with started() as browser:
        page = browser.new_page(viewport={"width": width, "height": 1000})
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: said.append(request.url) if not request.url.startswith("file:") else None)
        page.emulate_media(media="print")
        for name in shipped():
            path = tmp_path / f"{name}.html"
            path.write_text(pack_page(*load(name)), "utf-8")
            page.goto(path.as_uri())
            assert page.evaluate(TOO_WIDE, width) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            breaks = page.evaluate(
                "[...document.querySelectorAll('.part:not(.first)')].map(p => getComputedStyle(p).breakBefore)"
            )
            assert set(breaks) == {"page"}
    assert said == []


def test_it_can_be_read_on_a_phone(tmp_path):
    path = tmp_path / "pack.html"
    with started() as browser:
        page = browser.new_page(viewport={"width": 390, "height": 850})
        for name in ("january-180", "harbour-warm-up"):
            path.write_text(pack_page(*load(name)), "utf-8")
            page.goto(path.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_pdf_has_a_page_for_every_part(tmp_path):
    for form in ("a4.pdf", "again.pdf"):
        done = CliRunner().invoke(app, ["lesson", "print", "january-50", "--pdf", "--out", str(tmp_path / form)])
        assert done.exit_code == 0, done.output
    done = CliRunner().invoke(app, ["lesson", "print", "january-50", "--pdf", "--out", str(tmp_path / "a4.pdf")])
    assert done.exit_code == 0, done.output  # a pack is replaced
    pdf = (tmp_path / "a4.pdf").read_bytes()
    lesson, scenario = load("january-50")
    parts = pack_page(lesson, scenario).count('<section class="part')
    assert pdf.startswith(b"%PDF") and len(re.findall(rb"/Type /Page\b", pdf)) >= parts > 20
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a4.pdf", "again.pdf"]


def test_one_sheet_is_one_sheet_of_paper():
    for name in ("january-50", "harbour-warm-up"):
        lesson, scenario = load(name)
        for party in scenario.parties:
            pdf = to_pdf(pack_page(lesson, scenario, party=party))
            assert len(re.findall(rb"/Type /Page\b", pdf)) == 2  # front and back


def test_the_browser_that_is_named_prints(monkeypatch):
    monkeypatch.setenv("BROWSER_PATH", shutil.which("chromium") or "")
    assert to_pdf("<!doctype html><style></style><p>One page").startswith(b"%PDF")
