"""The report of a run in a real browser: complete, offline, readable on a phone and in the dark, with working controls."""

from pathlib import Path

import pytest
from browsing import CLIPPED, OVERFLOWING, showing

from sim.model import NegotiationModel
from sim.report import write_report

pytestmark = pytest.mark.browser

RUNS = [
    ("january-2022", 0),
    *(
        pytest.param(run, marks=pytest.mark.slow)
        for run in (("harbour", 1), ("january-2022", 15), ("january-2022", 30), ("two-by-two", 1))
    ),
]
"""Scenario and seed: an accord; a game without a challenger, a walk-out, a settlement, a game of two."""


@pytest.fixture(scope="module", params=RUNS, ids=lambda run: f"{run[0]}-{run[1]}")
def report(request, tmp_path_factory):
    """A finished model and its page."""
    model = NegotiationModel(*request.param)
    model.run()
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(path, model, command="detente run")
    return model, path


@pytest.fixture
def opened(browser, report):
    """Opens the report at a width and in a theme."""
    with showing(browser, report[1]) as show:
        yield show


def test_one_file_that_names_no_other(report):
    """No script, style or picture from elsewhere; addresses stand in links alone."""
    _, path = report
    page = path.read_text("utf-8")
    head = page[: page.index("<script>", page.index("</main>"))]
    for tag in ("<script src", "<link", "<img", "<iframe", "@import"):
        assert tag not in head
    assert "default-src 'none'" in head
    assert [file.name for file in Path(path).parent.iterdir()] == ["report.html"]


def test_every_panel_has_data(opened, report):
    """Issues, points, asks against offers, beliefs and the space of gains: each drawn, each with its sentence and table."""
    model, _ = report
    page = opened()
    scenario = model.game
    assert page.locator(".issues > li").count() == len(scenario.active)
    assert page.locator("svg.scale .ring").count() == len(scenario.active)
    assert page.locator(".pts tr.head").count() == len(scenario.parties)
    assert all(words.strip().endswith(".") for words in page.locator(".pts tr.why").all_inner_texts())
    charts = ["asks", *(["beliefs"] if scenario.challenger else []), "gains"]
    assert page.locator("section.chart").evaluate_all("parts => parts.map(part => part.id)") == charts
    for key in charts:
        title = page.locator(f"#{key}-title").inner_text()
        assert 10 < len(title) <= 100
        assert page.locator(f"#{key} details.data tbody tr").count() > 0
        for plot in page.locator(f"#{key} .plot").all():
            drawn = plot.evaluate(
                "part => part.data.reduce((sum, line) => sum + line.x.filter(x => x !== null).length, 0)"
            )
            assert drawn >= 2
            assert plot.locator(".scatterlayer path").count() > 0
    legend = page.locator("#gains .key").inner_text()
    assert "efficient frontier" in legend or "No frontier" in page.locator("#gains").inner_text()


@pytest.mark.parametrize(
    ("width", "theme"), [(1280, "light"), pytest.param(390, "light", marks=pytest.mark.slow), (390, "dark")]
)
def test_nothing_runs_over_or_is_clipped(opened, width, theme):
    page = opened(width, theme)
    page.evaluate("document.querySelectorAll('main details').forEach(part => part.open = true)")
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(OVERFLOWING) == []
    assert page.evaluate(CLIPPED) == []


def test_dark_by_the_systems_wish_and_by_the_button(opened):
    page = opened(theme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    ink = "getComputedStyle(document.querySelector('.plot .xtick text')).fill"
    dark, dark_ink = page.evaluate(paper), page.evaluate(ink)
    button = page.get_by_role("button", name="Show in light colours")
    button.click()
    assert page.evaluate(paper) != dark
    assert page.evaluate(ink) != dark_ink
    page.get_by_role("button", name="Show in dark colours").click()
    assert page.evaluate(paper) == dark
    assert page.evaluate(ink) == dark_ink


def test_every_control_works(opened, report):
    """Every fold opens, every inner link leads somewhere, every mark is one press from its source."""
    model, _ = report
    page = opened()
    page.locator("summary", has_text="Parts").click()
    for link in page.locator(".parts nav a").all():
        assert page.locator(link.get_attribute("href")).count() == 1
    page.locator(".parts nav a").last.click()
    assert not page.locator(".parts").evaluate("part => part.open")
    for fold in page.locator("main details:not(.package)").all():
        if fold.is_visible():
            before = fold.bounding_box()["height"]
            fold.locator("summary").first.click()
            assert fold.bounding_box()["height"] > before
    first = page.locator("details.package > summary").first
    first.click()
    assert page.locator("details.package[open]").count() == 1
    targets = page.evaluate("[...document.querySelectorAll('a[href^=\"#\"]')].map(link => link.hash)")
    assert all(page.evaluate("hash => !!document.querySelector(hash)", target) for target in set(targets))
    if model.game.sources:
        cited = page.locator(".wishes .basis a").first
        cited.click()
        assert page.locator(f"{cited.get_attribute('href')}:target").count() == 1


def test_print_is_light_and_unfolded(opened):
    page = opened(theme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.venue:not([open])").count() == 0
    page.emulate_media(media="print")
    # Paper is white where it has no colour of its own.
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--surface').trim().toLowerCase()") in (
        "#ffffff", "#fff",
    )  # fmt: skip
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.venue[open]").count() == 0
