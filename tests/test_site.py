"""The documentation site: it builds without a warning, its links lead somewhere, no page asks another machine for anything."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from documents import PAGES, ROOT

pytestmark = pytest.mark.slow


class Page(HTMLParser):
    """Where a page links to, what it loads, and which anchors it has."""

    def __init__(self, path):
        super().__init__()
        self.links, self.loads, self.anchors = [], [], set()
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.anchors |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag in ("script", "img", "iframe", "source") and given.get("src"):
            self.loads.append(given["src"])
        if tag == "link" and given.get("href") and given.get("rel") not in ("canonical", "prev", "next"):
            self.loads.append(given["href"])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the built site."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "WARNING" not in said and "ERROR" not in said, said
    return folder


@pytest.fixture(scope="module")
def pages(site):
    """Place of a page on the site -> what stands on it."""
    return {path.relative_to(site).as_posix(): Page(path) for path in site.rglob("*.html")}


def test_every_page_is_there(pages):
    for page in PAGES:
        place = page.removeprefix("docs/").removesuffix(".md") + ".html"
        assert ("index.html" if place == "README.html" else place) in pages, page
    for name in ("sim.model", "sim.engine", "sim.domain", "sim.protocol", "sim.store", "sim.sweep", "sim.findings"):
        assert f"api/{name}.html" in pages


def test_every_link_leads_somewhere(site, pages):
    for name, page in pages.items():
        if name == "404.html":  # its links are those of a page at any depth
            continue
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            place = os.path.normpath(Path(name).parent / unquote(parts.path)) if parts.path else name
            place = "index.html" if place == "." else place
            assert (site / place).is_file(), f"{name}: {link}"
            if parts.fragment and place in pages and not parts.fragment.startswith("__"):
                assert unquote(parts.fragment) in pages[place].anchors, f"{name}: {link}"


def test_nothing_is_fetched_from_elsewhere(site, pages):
    for name, page in pages.items():
        assert not [load for load in page.loads if urlsplit(load).netloc], name
    for sheet in site.rglob("*.css"):
        assert not re.findall(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", sheet.read_text("utf-8")), sheet.name


def test_the_reference_says_what_the_docstrings_say(site):
    """Parameters with their shapes, and every error raised."""
    text = re.sub(r"<[^>]+>", "", (site / "api" / "sim.engine.html").read_text("utf-8"))
    for words in (
        "int64[N], run indices from 0",
        "float64[N, F], a value a figure for each run",
        "Shapes that do not fit",
    ):
        assert words in text
