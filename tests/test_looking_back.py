"""What happened and what simpler models say, as findings of a study's report; pictures of the commands that look back."""

import json
import xml.etree.ElementTree as ET

import pytest
from made_studies import DRAWN, TRUST, plain, swept
from terminal import detente, refused

from sim.findings import CATALOGUE, Evidence, answer
from sim.findings.baselines_told import QUO
from sim.findings.history import History
from sim.findings.looking_back import AS_CODED


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """Two assumptions drawn from ranges: a prior."""
    text = DRAWN.replace("points: 24", "points: 60").replace("replications: 5", "replications: 3")
    return Evidence(swept(text, tmp_path_factory.mktemp("drawn")))


@pytest.fixture(scope="module")
def chosen(tmp_path_factory):
    """Levels that somebody chose."""
    text = TRUST.replace("replications: 60", "replications: 10")
    return Evidence(swept(text, tmp_path_factory.mktemp("chosen")))


def test_the_report_asks_both_last():
    assert list(CATALOGUE)[-2:] == ["history", "baselines"]


def test_a_prior_is_weighed_by_what_happened(drawn):
    found = answer("history")(drawn)
    assert found.key == found.chart.key == "history" and found.nothing == ""
    compared = History(drawn)
    assert found.frame["path"].tolist() == compared.frame()["path"].tolist() and len(found.frame) == 2
    assert f"{compared.matched.matching.sum():,} of 180 runs" in found.sentences[0]


def test_chosen_levels_are_no_prior_and_the_command_is_named(chosen):
    found = answer("history")(chosen)
    assert found.chart is None and "were chosen, not drawn" in found.nothing
    assert "`detente history january-2022` draws" in found.nothing
    assert f"`detente history --run {chosen.study.folder}`" in found.nothing


def test_where_nothing_varies_the_command_is_named(tmp_path):
    found = answer("history")(Evidence(plain("january-2022", 20, tmp_path)))
    assert found.chart is None and found.nothing.startswith("Nothing varies in this study")
    assert "`detente history january-2022` draws" in found.nothing


def test_simpler_models_stand_beside_the_rows_of_this_study(chosen):
    found = answer("baselines")(chosen)
    frame = chosen.study.frame()
    for line in found.frame.head(12).itertuples():
        shares = frame[f"final_{line.issue}"].value_counts(normalize=True)
        assert line.simulation_share == pytest.approx(shares.max())
    assert "40 runs" in found.chart.subtitle and QUO in found.sentences and found.sentences[0] == AS_CODED


def test_a_study_without_factors_says_nothing_about_them(tmp_path):
    found = answer("baselines")(Evidence(plain("january-2022", 20, tmp_path)))
    assert found.chart is not None and AS_CODED not in found.sentences


def test_without_a_record_both_are_a_line_that_names_what_can_be_asked(tmp_path):
    evidence = Evidence(plain("harbour", 5, tmp_path))
    assert "says nothing about what happened" in answer("history")(evidence).nothing
    found = answer("baselines")(evidence)
    assert found.chart is None and f"`detente baselines --run {evidence.study.folder}`" in found.nothing
    done = detente("report", str(evidence.study.folder), "--only", "baselines", "--out", "page.html", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "page.html").read_text("utf-8")
    assert f"<code>detente baselines --run {evidence.study.folder}</code>" in page


@pytest.mark.browser
def test_both_commands_draw_pictures(drawn, tmp_path):
    words = ("history", "--run", str(drawn.study.folder), "--out", "here", "--svg", "pictures")
    done = detente(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "Pictures    pictures/"
    words = ("baselines", "--run", str(drawn.study.folder), "--json", "--svg", "pictures", "--png", "pictures")
    done = detente(*words, cwd=tmp_path)
    assert done.returncode == 0 and len(json.loads(done.stdout)) == 13
    assert {path.name for path in (tmp_path / "pictures").iterdir()} == {
        "history.svg",
        "baselines.svg",
        "baselines.png",
    }
    for key in ("history", "baselines"):
        words = "".join(ET.parse(tmp_path / "pictures" / f"{key}.svg").getroot().itertext())
        assert answer(key)(drawn).chart.title in words


@pytest.mark.parametrize("command", ["history", "baselines"])
def test_a_place_for_pictures_that_cannot_be_is_one_message(command, tmp_path):
    (tmp_path / "taken").write_text("a file")
    told = refused(command, "--svg", "taken", cwd=tmp_path)
    assert "taken: found a place that cannot be written" in told and not (tmp_path / "runs").exists()


def test_only_a_page_is_written_over(chosen, tmp_path):
    run = str(chosen.study.folder)
    before = (chosen.study.folder / "manifest.json").read_bytes()
    told = refused("report", run, "--out", f"{run}/manifest.json", cwd=tmp_path)
    assert "which is no page of this program" in told
    assert (chosen.study.folder / "manifest.json").read_bytes() == before
    for _ in range(2):
        assert detente("report", run, "--only", "vetoes", "--out", "page.html", cwd=tmp_path).returncode == 0
