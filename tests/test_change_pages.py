"""Pages of one change: two studies compared, one run mended; the commands that write them, the files in a real browser."""

import json
import re
import shlex
import xml.etree.ElementTree as ET
from html import unescape

import pytest
from browsing import CLIPPED, OVERFLOWING, showing
from planted import DEAR
from terminal import detente, refused

from sim.findings.comparison import title
from sim.findings.differences import compare
from sim.findings.transitions import transitions
from sim.findings.twins import Pairs
from sim.sweep.design import replication
from sim.sweep.plan import Plan
from sim.sweep.run import run_sweep

INSIST = "linkages.package.insistence=0.2"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    run_sweep(Plan(replication("january-2022", 200, 0)), folder / "a")
    run_sweep(Plan(replication("january-2022", 200, 0)), folder / "same")
    run_sweep(Plan(replication("january-2022", 200, 0, [INSIST])), folder / "b")
    return folder


@pytest.fixture(scope="module")
def compared(shelf):
    done = detente("compare", "a", "b", "--out", "compared.html", cwd=shelf)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "Page        compared.html"
    return shelf / "compared.html"


@pytest.fixture(scope="module")
def mended(shelf):
    words = ("whatif", "january-2022", "--index", "11", "--only", "red_lines", "--only", "linkages", "--runs", "100")
    done = detente(*words, "--out", "mended.html", cwd=shelf)
    assert done.returncode == 0, done.stderr
    return shelf / "mended.html"


def typed(page):
    """Every command that a page tells a reader to type."""
    return [unescape(one) for one in re.findall(r"<code>(detente .*?)</code>", page.read_text("utf-8"))]


@pytest.mark.browser
def test_a_comparison_is_drawn_for_slides(shelf):
    done = detente("compare", "a", "b", "--svg", "pictures", "--json", cwd=shelf)
    assert done.returncode == 0 and done.stderr == "Pictures    pictures/\n", done.stderr
    said = {re.sub(r"\s", "", json.loads(done.stdout)["title"]), re.sub(r"\s", "", "Runs by class in A (rows)")}
    drawn = [re.sub(r"\s", "", "".join(ET.parse(path).getroot().itertext())) for path in (shelf / "pictures").iterdir()]
    assert len(drawn) == 2
    assert all(sum(words in one for one in drawn) == 1 for words in said)
    (shelf / "taken").write_text("something else")
    assert "taken" in refused("compare", "a", "b", "--svg", "taken", cwd=shelf)


def test_transitions_are_those_of_the_rows(shelf):
    found = compare(Pairs(shelf / "a", shelf / "b"))
    chart = transitions(found).chart
    assert sum(int(row[-1]) for row in chart.rows) == 200
    cells = {(a, b): int(cell) for (a, row) in enumerate(chart.rows) for b, cell in enumerate(row[1:-1])}
    assert sum(n for (a, b), n in cells.items() if a != b) == found.other_class > 0
    assert chart.title.startswith(f"{found.other_class} of 200 runs") and len(chart.title) <= 100
    back = transitions(compare(Pairs(shelf / "b", shelf / "a"))).chart
    assert [row[1:-1] for row in back.rows] == list(map(tuple, zip(*(row[1:-1] for row in chart.rows))))
    assert transitions(compare(Pairs(shelf / "a", shelf / "same"))).chart is None


@pytest.mark.browser
@pytest.mark.parametrize("which", ["compared", "mended"])
@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_nothing_runs_over_or_is_clipped_or_too_small(browser, request, which, width, theme):
    with showing(browser, request.getfixturevalue(which)) as show:
        page = show(width, theme)
        page.evaluate("document.querySelectorAll('main details').forEach(part => part.open = true)")
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(OVERFLOWING) == [] and page.evaluate(CLIPPED) == []
        sizes = (
            "[...document.querySelectorAll('.plot svg text')].map(word => parseFloat(getComputedStyle(word).fontSize))"
        )
        assert min(page.evaluate(sizes)) >= 12


@pytest.mark.browser
def test_the_page_of_a_comparison_says_what_differs_and_what_it_does(browser, compared, shelf):
    found = compare(Pairs(shelf / "a", shelf / "b"))
    with showing(browser, compared) as show:
        page = show()
        assert page.locator("h1").inner_text() == title(found)
        head = page.locator("#result").inner_text()
        assert "linkages.package.insistence: 0.5 in A, 0.2 in B" in head and "200 pairs of runs" in head
        assert page.locator("section.chart").evaluate_all("parts => parts.map(part => part.id)") == [
            "comparison", "transitions",
        ]  # fmt: skip
        assert page.locator("#comparison details.data tbody tr").count() == len(found.differences)
        assert page.locator("#comparison .key svg").count() == 2
    assert typed(compared)[:2] == [
        "detente sweep january-2022 --runs 200 --seed 0",
        f"detente sweep january-2022 --runs 200 --seed 0 --set {INSIST}",
    ]


@pytest.mark.browser
def test_the_page_of_a_mended_run_replays_every_change(browser, mended, shelf):
    words = ("whatif", "january-2022", "--index", "11", "--only", "red_lines", "--only", "linkages", "--runs", "100")
    told = json.loads(detente(*words, "--json", cwd=shelf).stdout)
    with showing(browser, mended) as show:
        page = show()
        assert page.locator("h1").inner_text() == told["verdict"]
        assert "Talks that continue" in page.locator("#result").inner_text()
        assert page.locator("ol.changes > li").count() == len(told["changes"]) > 0
        assert page.locator("#mending details.data tbody tr").count() == len(told["changes"])
        assert "Tried: " in page.locator("section", has=page.locator("#how-title")).inner_text()
    plays = [one for one in typed(mended) if one.startswith("detente run ")]
    assert len(plays) == len(told["changes"]) + 1
    first = detente(*shlex.split(plays[0])[1:], "--json", "--no-write", cwd=shelf)
    assert json.loads(first.stdout)["outcome"] == told["changes"][0]["outcome"]


def test_the_commands_make_the_same_page_again(compared, shelf):
    command = next(one for one in typed(compared) if "compare" in one and "--out" in one)
    before = compared.read_bytes()
    assert detente(*shlex.split(command)[1:], cwd=shelf).returncode == 0
    assert compared.read_bytes() == before


def test_nothing_to_mend_and_nothing_changed_are_pages_too(shelf, tmp_path):
    done = detente("whatif", "two-by-two", "--out", "fine.html", "--runs", "20", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "there is nothing to mend" in (tmp_path / "fine.html").read_text("utf-8")
    done = detente("compare", str(shelf / "a"), str(shelf / "same"), "--csv", "--out", "same.html", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("measure,") and "Page        same.html" in done.stderr
    assert "Every run of B is its twin in A" in (tmp_path / "same.html").read_text("utf-8")
    sets = [word for change in DEAR for word in ("--set", change)]
    only = ("--only", "parties.upstream.patience", "--runs", "20", "--out", "none.html")
    done = detente("whatif", "two-by-two", *sets, *only, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "No change within the ranges that was tried" in (tmp_path / "none.html").read_text("utf-8")


@pytest.mark.parametrize("words", [("compare", "a", "b"), ("whatif", "january-2022", "--index", "11")])
@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("missing/page.html", "--out: found missing/page.html; expected a file in a folder that is there"),
        ("a", "--out: found a; expected a file in a folder that is there"),
        ("a/manifest.json", "which is no page of this program"),
        ("/proc/page.html", "/proc/page.html: found a place that cannot be written"),
    ],
)
def test_a_place_that_cannot_be_is_one_message(shelf, words, place, told):
    before = (shelf / "a" / "manifest.json").read_bytes()
    assert told in refused(*words, "--out", place, cwd=shelf)
    assert (shelf / "a" / "manifest.json").read_bytes() == before
