"""The scripts that researchers copy: each runs over a study and prints what it promises."""

import runpy
import sys
from pathlib import Path

import pytest
from made_studies import plain

HERE = Path(__file__).parent.parent / "analysis"
PROMISES = {
    "how_talks_end": (["pretext", "escalation", "Escalation is more frequent under a pretext by"], []),
    "which_issues_settle": (["Risk reduction", "Most often together:"], []),
    "who_gains": (["talks_continue", "Ukraine", "points"], ["--page", "PAGE"]),
    "path_of_the_talks": (["finds an understanding in", "Vienna after an understanding in Geneva:"], []),
    "beliefs_and_demands": (["geneva    round  1:", "pretext"], ["--runs", "20"]),
}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return plain("january-2022", 120, tmp_path_factory.mktemp("study"))


@pytest.mark.parametrize("name", PROMISES)
def test_a_script_runs(name, study, tmp_path, monkeypatch, capsys):
    words, more = PROMISES[name]
    page = tmp_path / "page.html"
    argv = [str(study.folder), *(str(page) if word == "PAGE" else word for word in more)]
    monkeypatch.setattr(sys, "argv", [f"{name}.py", *argv])
    runpy.run_path(str(HERE / f"{name}.py"), run_name="__main__")
    said = capsys.readouterr().out
    assert all(word in said for word in words), said
    assert page.is_file() == ("PAGE" in more)


def test_scripts_are_short():
    for name in PROMISES:
        assert 20 <= len((HERE / f"{name}.py").read_text("utf-8").splitlines()) <= 60
