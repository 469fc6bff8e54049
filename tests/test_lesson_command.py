"""``detente lesson``: lessons are listed, packs put where they are asked for, and nothing else is written over."""

import re

import pytest
from typer.testing import CliRunner

from sim.classroom.lesson import shipped
from sim.cli import app


def run(*arguments):
    return CliRunner().invoke(app, ["lesson", *arguments])


def test_lessons_are_listed():
    found = run("list").output
    assert [name for name in re.findall(r"^(\S+) +\d+ minutes", found, re.M)] == list(shipped())


def test_a_pack_is_put_where_it_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("print", "january-50").exit_code == 0
    assert (tmp_path / "runs/lessons/january-50.html").read_text("utf-8").startswith("<!doctype html>")
    done = run("print", "january-50", "--party", "RU", "--out", "ru.html")
    assert done.exit_code == 0 and "ru.html" in done.output
    sheet = (tmp_path / "ru.html").read_text("utf-8")
    assert "Confidential: for Russia alone" in sheet and "Facilitator" not in sheet
    assert run("print", "january-50", "--party", "Ukraine", "--out", "ru.html").exit_code == 0  # a page is replaced
    assert "Confidential: for Ukraine alone" in (tmp_path / "ru.html").read_text("utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ru.html", "runs"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["january-5"], "Did you mean january-50?"),
        (["january-50", "--party", "rusia"], "Did you mean russia?"),
        (["january-50", "--table", "0"], "--table: found 0"),
        (["january-50", "--out", "no/such/place.html"], "expected a file in a folder that is there"),
        (["january-50", "--out", "mine.html"], "which is no page of this program"),
        (["january-50", "--pdf", "--out", "mine.pdf"], "which is no pack of this program"),
        (["january-50", "--pdf", "--out", "pack.html"], "a name that ends in .pdf"),
        (["january-50", "--pdf"], "found no browser that prints"),
    ],
)
def test_bad_input_is_one_line_and_changes_nothing(tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "no-browser"))
    for name in ("mine.html", "mine.pdf"):
        (tmp_path / name).write_text("my own", "utf-8")
    done = run("print", *arguments)
    assert done.exit_code == 2
    assert words in done.output and len(done.output.strip().splitlines()) == 1
    assert {(tmp_path / name).read_text("utf-8") for name in ("mine.html", "mine.pdf")} == {"my own"}
    assert not [
        path for path in tmp_path.rglob("*") if path.suffix in (".html", ".pdf") and not path.name.startswith("mine")
    ]
