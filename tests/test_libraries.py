"""docs/libraries.md: every direct dependency stands there with its licence, and none of the product's is GPL or AGPL."""

import re
import tomllib
from importlib.metadata import files, metadata

import pytest
from documents import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PAGE = (ROOT / "docs" / "libraries.md").read_text("utf-8").partition("## Licences")[2].partition("\n## ")[0]
LISTED = {name: (by, licence) for name, by, licence in re.findall(r"^\| ([\w.-]+) \| (.*) \| (.*) \|$", PAGE, re.M)[2:]}
NOT_THE_PRODUCT = {"yardstick", "dev", "docs"}
"""Extras that measure, test and document; nothing under `sim/` may need them."""


def name_of(requirement):
    return re.match(r"[\w.-]+", requirement)[0]


def asked():
    """Name of a library -> the extras that ask for it; empty for the program itself."""
    found = {}
    for extra, lines in {"": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}.items():
        for name in map(name_of, lines):
            if name != PROJECT["name"]:
                found.setdefault(name, set()).add(extra)
    return found


def test_every_library_is_listed_by_whom_it_is_asked_for():
    told = {
        name: set(re.findall(r"`(\w+)`", by)) | ({""} if "the program" in by else set())
        for name, (by, _) in LISTED.items()
    }
    assert told == asked()


def words_about(name):
    """What an installed package says of its licence, in all three places where it may; else the licence that it carries."""
    given = metadata(name)
    classes = [line for line in given.get_all("Classifier") or [] if line.startswith("License")]
    said = " ".join([given.get("License-Expression") or "", (given.get("License") or "")[:300], *classes])
    if said.strip():
        return said
    carried = [path for path in files(name) or () if "LICEN" in path.name.upper()]
    return " ".join(path.read_text()[:300] for path in carried)


KINDS = {
    "BSD-3-Clause": "BSD|Redistribution", "BSD-2-Clause": "BSD", "MIT": "MIT", "ISC": "ISC", "Apache-2.0": "Apache",
    "PSF-based": "Python Software Foundation", "MPL-2.0": "MPL", "AGPL-3.0-or-later": "AGPL", "MIT OR Apache-2.0": "MIT",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(asked()))
def test_the_licence_is_the_packages_own(name):
    words, licence = words_about(name), LISTED[name][1]
    assert re.search(KINDS[licence], words), (licence, words)
    if "GPL" in words:
        assert "GPL" in licence, words


def test_the_product_needs_no_copyleft():
    """Only what measures or tests may be under another kind of licence than the permissive ones."""
    for name, extras in asked().items():
        if "GPL" in LISTED[name][1]:
            assert extras <= NOT_THE_PRODUCT, name
