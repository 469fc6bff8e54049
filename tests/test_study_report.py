"""The report of a study: the command as a person types it, and the page in a real browser at both widths and in both themes."""

import re
import shlex
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from browsing import CLIPPED, OVERFLOWING, showing
from made_studies import TRUST, column, doctored, plain, swept
from typer.testing import CliRunner

from sim.cli import app
from sim.findings import CATALOGUE, Evidence, answer
from sim.report import write_study
from sim.report.study import commands
from sim.sweep.design import replication
from sim.sweep.plan import Plan
from sim.sweep.run import run_sweep

pytestmark = pytest.mark.browser

SHOWN = ["outcomes", "path", "final_options", "settling", "vetoes", "asks_over_time", "gains", "at_whose_cost"]


def detente(*words: str, at: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sim.cli", *words], cwd=at, capture_output=True, text=True, timeout=300
    )


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A small sweep of January 2022 in which some runs failed."""
    played = swept(TRUST, tmp_path_factory.mktemp("played"))

    def fail(table):
        count = len(table)
        table = column(table, "status", ["failed" if at in (7, 8) else "played" for at in range(count)])
        return column(table, "message", ["no such thing <b>" if at in (7, 8) else None for at in range(count)])

    return doctored(played, tmp_path_factory.mktemp("copy") / "trust", fail)


@pytest.fixture(scope="module")
def page_file(study, tmp_path_factory):
    evidence = Evidence(study)
    path = tmp_path_factory.mktemp("page") / "report.html"
    found = [answer(key)(evidence) for key in SHOWN]
    # A finding with nothing to show is a line of the page.
    nothing = answer("beliefs_over_time")(Evidence(plain("two-by-two", 3, tmp_path_factory.mktemp("two"))))
    assert nothing.chart is None
    write_study(path, evidence, [*found, nothing])
    return path


@pytest.fixture
def opened(browser, page_file):
    """Opens the page at a width and in a theme."""
    with showing(browser, page_file) as show:
        yield show


def test_the_head_says_what_was_studied(opened, study):
    page = opened()
    assert page.locator("h1").inner_text() == "Does good faith or the order of the venues decide more?"
    head = page.locator("#result").inner_text()
    for words in ("January 2022", "238 runs played", "4 points, 60 runs each", "every combination",
                  "the same draws at every point",
                  "chance of good faith (0.1, 0.9)", "order of the venues (Geneva first, Vienna first)", "2, left out",
                  "no such thing <b>", study.manifest["hash"][:12]):  # fmt: skip
        assert words in head
    again = page.locator("#again").inner_text()
    assert re.search(r"Play the study: detente sweep \S+/asked\.yaml\n", again)
    assert f"detente report {study.folder}" in again


@pytest.mark.parametrize("kind", ["file", "scenario"])
def test_the_command_that_plays_a_study_plays_it(kind, tmp_path):
    """As printed, from any folder: the rows are the same bytes."""
    if kind == "file":
        done = swept(TRUST.replace("replications: 60", "replications: 3"), tmp_path)
    else:
        done = plain("two-by-two", 5, tmp_path, ["parties.upstream.reservation=0.7"])
    words = shlex.split(dict(commands(Evidence(done)))["Play the study:"])
    assert CliRunner().invoke(app, [*words[1:], "--out", str(tmp_path / "again")]).exit_code == 0
    first, second = (sorted(folder.glob("rows-*.parquet")) for folder in (done.folder, tmp_path / "again"))
    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in second]


def test_every_finding_has_sentence_data_unit_and_table(opened):
    page = opened()
    assert page.locator("section.chart").evaluate_all("parts => parts.map(part => part.id)") == SHOWN
    for key in SHOWN:
        part = page.locator(f"#{key}")
        title = page.locator(f"#{key}-title").inner_text()
        assert 10 < len(title) <= 100 and page.locator(f'.told a[href="#{key}"]').inner_text() == title
        assert "%" in part.locator("p.q").nth(1).inner_text() or "points" in part.locator("p.q").nth(1).inner_text()
        assert part.locator("details.data tbody tr").count() > 0
        assert part.locator("details.data").evaluate("part => part.open") is False
        for plot in part.locator(".plot").all():
            assert plot.evaluate("part => part.data.reduce((sum, line) => sum + (line.x || []).length, 0)") > 0
    assert "There is no challenger here" in page.locator("p.quiet").inner_text()


@pytest.mark.parametrize(
    ("width", "theme"), [(1280, "light"), pytest.param(390, "light", marks=pytest.mark.slow), (390, "dark")]
)
def test_nothing_runs_over_or_is_clipped_or_too_small(opened, width, theme):
    page = opened(width, theme)
    page.evaluate("document.querySelectorAll('main details').forEach(part => part.open = true)")
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(OVERFLOWING) == []
    assert page.evaluate(CLIPPED) == []
    sizes = "[...document.querySelectorAll('.plot svg text')].map(word => parseFloat(getComputedStyle(word).fontSize))"
    assert min(page.evaluate(sizes)) >= 12


def test_dark_by_the_systems_wish_and_by_the_button(opened):
    page = opened(theme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(paper)
    page.get_by_role("button", name="Show in light colours").click()
    assert page.evaluate(paper) != dark


def test_parts_lead_somewhere_and_print_is_light(opened):
    page = opened(theme="dark")
    page.locator("summary", has_text="Parts").click()
    targets = page.evaluate("[...document.querySelectorAll('a[href^=\"#\"]')].map(link => link.hash)")
    assert {f"#{key}" for key in SHOWN} <= set(targets)
    assert all(page.evaluate("hash => !!document.querySelector(hash)", target) for target in set(targets))
    page.locator(".parts nav a").last.click()
    assert not page.locator(".parts").evaluate("part => part.open")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.set_viewport_size({"width": 720, "height": 1000})
    page.emulate_media(media="print")
    # Every picture is drawn for the sheet, not for the screen it was seen on.
    beyond = (
        "[...document.querySelectorAll('.main-svg')].filter(part => part.getBoundingClientRect().right > 720).length"
    )
    assert page.evaluate(beyond) == 0
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--surface').trim().toLowerCase()") in (
        "#ffffff", "#fff",
    )  # fmt: skip


def test_one_file_that_names_no_other(page_file):
    page = page_file.read_text("utf-8")
    head = page[: page.index("<script>", page.index("</main>"))]
    for tag in ("<script src", "<link", "<img", "<iframe", "@import"):
        assert tag not in head
    assert "default-src 'none'" in head and "no such thing &lt;b&gt;" in head


# ---- The command --------------------------------------------------------------------------------------------------------


def test_the_command_writes_page_and_figures(study, tmp_path):
    ran = detente(
        "report", str(study.folder), "--only", "outcomes", "--only", "gains", "--out", "page.html", "--csv", "figures",
        at=tmp_path,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr.splitlines() == ["1 of 2: outcomes", "2 of 2: gains"]
    assert ran.stdout.splitlines() == ["Page        page.html", "Figures     figures/"]
    page = (tmp_path / "page.html").read_text("utf-8")
    assert 'id="outcomes"' in page and 'id="gains"' in page and 'id="path"' not in page
    written = pd.read_csv(tmp_path / "figures" / "outcomes.csv")
    expected = answer("outcomes")(Evidence(study)).frame
    assert written["escalated"].tolist() == expected["escalated"].tolist()


@pytest.mark.slow
def test_the_command_writes_pictures(study, tmp_path):
    ran = detente(
        "report", str(study.folder), "--only", "outcomes", "--only", "gains", "--svg", "pictures", "--png", "pictures",
        "--out", "page.html", at=tmp_path,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == ["Page        page.html", "Pictures    pictures/", "Pictures    pictures/"]
    names = {path.name for path in (tmp_path / "pictures").iterdir()}
    assert {"outcomes.svg", "outcomes.png", "gains-us.svg", "gains-russia.png"} <= names
    words = "".join(ET.parse(tmp_path / "pictures" / "outcomes.svg").getroot().itertext())
    title = answer("outcomes")(Evidence(study)).chart.title  # broken into lines on a picture
    assert "".join(title.split()) in "".join(words.split()) and "95 %" in words
    assert (tmp_path / "pictures" / "outcomes.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["nowhere"], "nowhere"),
        (["STUDY", "--only", "outcome"], "expected one of: outcomes"),
        (["STUDY", "--out", "missing/page.html"], "--out: found missing/page.html"),
        (["STUDY", "--csv", "taken"], "taken: found a place that cannot be written"),
    ],
)
def test_bad_input_is_one_message(study, tmp_path, words, expected):
    (tmp_path / "taken").write_text("a file")
    ran = detente("report", *(str(study.folder) if word == "STUDY" else word for word in words), at=tmp_path)
    assert ran.returncode == 2 and ran.stdout == ""
    assert len(ran.stderr.splitlines()) == 1 and ran.stderr.startswith("detente: ") and expected in ran.stderr


SMALL = """\
scenario: two-by-two
set: {bargaining.noise: 0.02}
factors:
  parties.upstream.reservation: {uniform: [0.3, 0.9]}
design: {random: {points: 3}}
replications: 2
seed: 5
common_random_numbers: no
"""


@pytest.mark.parametrize(
    "asked",
    [
        ("sweep", "small.yaml", "--set", "bargaining.reciprocity=0.3"),
        ("history", "january-2022", "--points", "40", "--seed", "9"),
    ],
)
def test_the_command_on_the_page_plays_the_same_rows(tmp_path, asked):
    """As typed from another folder: the same hash, and the same figures row by row."""
    (tmp_path / "small.yaml").write_text(SMALL)
    assert detente(*asked, at=tmp_path).returncode == 0
    first = Evidence(next((tmp_path / "runs").iterdir()))
    (words, command), *_ = commands(first)
    assert words == "Play the study:"
    (tmp_path / "elsewhere").mkdir()
    done = detente(*shlex.split(command)[1:], at=tmp_path / "elsewhere")
    assert done.returncode == 0, done.stderr
    again = Evidence(next((tmp_path / "elsewhere" / "runs").iterdir()))
    assert again.study.manifest["hash"] == first.study.manifest["hash"]
    assert again.study.table().equals(first.study.table())
    assert commands(again)[0] == (words, command)


def test_a_study_that_no_command_played_names_none(tmp_path):
    run_sweep(Plan(replace(replication("two-by-two", 2, 0), command=())), tmp_path / "rows")
    assert next(words for words, _ in commands(Evidence(tmp_path / "rows"))) == "Make this page:"


def test_a_single_talk_has_its_report_already(tmp_path):
    assert detente("run", "two-by-two", at=tmp_path).returncode == 0
    folder = next((tmp_path / "runs").iterdir())
    ran = detente("report", str(folder), at=tmp_path)
    assert ran.returncode == 0 and "single talk" in ran.stdout and str(folder / "report.html") in ran.stdout


def test_every_key_of_the_catalogue_answers():
    for key in CATALOGUE:
        assert callable(answer(key))
