"""The short scripts over findings: each runs as its first lines say, on small studies, and ends in one line where it cannot."""

import runpy
import sys
from pathlib import Path

import pandas as pd
import pytest
from made_studies import plain, swept

ROOT = Path(__file__).parent.parent

GRID = """\
scenario: january-2022
factors:
  sanctions.credibility: {grid: [0, 1, 4]}
  parties.us.tactic: {name: tactic_us, list: [linear, hardliner]}
  outside.alarm: {grid: [0, 1, 3]}
design: factorial
replications: 15
seed: 1
common_random_numbers: yes
"""

CODED = """\
scenario: january-2022
coding: {only: [outside, sanctions]}
design: {latin_hypercube: {points: 40}}
replications: 6
seed: 1
common_random_numbers: yes
"""


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    return {
        "grid": swept(GRID, tmp_path_factory.mktemp("grid")).folder,
        "coded": swept(CODED, tmp_path_factory.mktemp("coded")).folder,
        "plain": plain("january-2022", 400, tmp_path_factory.mktemp("plain")).folder,
    }


@pytest.fixture
def script(monkeypatch, capsys):
    """Runs a script as its file stands: what it printed, and what it ended with."""

    def run(name, *words):
        monkeypatch.setattr(sys, "argv", [f"{name}.py", *map(str, words)])
        ended = None
        try:
            runpy.run_path(str(ROOT / "analysis" / f"{name}.py"), run_name="__main__")
        except SystemExit as end:
            ended = end.code
        return capsys.readouterr().out, ended

    return run


@pytest.mark.parametrize(
    ("name", "study", "words", "told"),
    [
        ("what_drives_outcomes", "grid", ("--outcome", "escalation"), "credibility of sanctions"),
        ("where_agreements_are_common", "grid", ("OUT.html", "--csv", "OUT.csv"), "Agreement is most frequent"),
        ("when_agreements_happen", "plain", (), "worth of force to Russia is at most"),
        ("when_agreements_happen", "plain", ("--cases", "escalated", "--by", "payoff"), "coverage"),
        ("doubt_about_the_coding", "coded", ("--baseline", "PLAIN"), "holds in"),
        ("selection_or_effect", "plain", ("--by", "type"), "Had the talks changed nothing"),
        ("whose_tactic", "grid", ("--party", "us"), "gain of us, points"),
    ],
)
def test_scripts_run(studies, script, tmp_path, name, study, words, told):
    given = [
        str(tmp_path / word) if word.startswith("OUT") else str(studies["plain"]) if word == "PLAIN" else word
        for word in words
    ]
    printed, ended = script(name, studies[study], *given)
    assert not ended, ended
    assert told in printed
    for file in tmp_path.iterdir():
        assert len(pd.read_csv(file)) == 24 if file.suffix == ".csv" else "Plotly.newPlot" in file.read_text("utf-8")


def test_a_study_that_does_not_fit_gets_one_line(studies, script):
    assert script("whose_tactic", studies["plain"]) == ("", "No tactic was varied in this study.")


def test_every_script_is_short():
    """20 to 60 lines each: what a researcher copies and changes."""
    names = (
        "what_drives_outcomes", "where_agreements_are_common", "when_agreements_happen", "doubt_about_the_coding",
        "selection_or_effect", "whose_tactic",
    )  # fmt: skip
    for name in names:
        assert 20 <= len((ROOT / "analysis" / f"{name}.py").read_text("utf-8").splitlines()) <= 60
