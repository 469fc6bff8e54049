"""The commands that import and export Genius XML: what is written, what comes back the same, what cannot be said."""

import shlex

import pytest
from genius_xml import SMALL, change, made, write_folder
from terminal import blocks, detente, refused
from typer.testing import CliRunner

from sim import load_scenario, measures
from sim.cli import app
from sim.domain.problems import ScenarioError
from sim.genius.export import written

# ---- Commands -----------------------------------------------------------------------------------------------------------


def typed(*words):
    """A command in this process, as the tests below need many."""
    return CliRunner().invoke(app, words, env={"COLUMNS": "80"})


def turned_down(*words):
    """The one line of a command that must refuse."""
    done = typed(*words)
    assert done.exit_code == 2, done.output
    assert done.output.startswith("detente: ") and done.output.count("\n") == 1, done.output
    return done.output


def test_import_writes_over_nothing_unless_asked(tmp_path, small, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert typed("import", "genius", "small", "--rounds", "7", "--name", "mine").exit_code == 0
    scenario = load_scenario(tmp_path / "mine.yaml")
    assert scenario.name == "mine" and scenario.seated[0].rounds == 7
    assert "mine.yaml, which is there" in turned_down("import", "genius", "small", "--name", "mine")
    assert typed("import", "genius", "small", "--out", "mine.yaml", "--force").exit_code == 0
    assert load_scenario(tmp_path / "mine.yaml").name == "small"
    (tmp_path / "link.yaml").symlink_to(small / "domain.xml")
    assert "no plain file" in turned_down("import", "genius", "small", "--out", "link.yaml", "--force")
    assert "expected lower-case" in turned_down("import", "genius", "small", "--name", "../up")
    assert "--rounds: found 0" in turned_down("import", "genius", "small", "--rounds", "0")
    assert "a folder that is there" in turned_down("import", "genius", "small", "--out", "no/x.yaml")
    change(small, "1_buyer.xml", 'evaluation="4"', 'evaluation="x"')
    before = sorted(path.name for path in tmp_path.iterdir())
    assert "item[1]/@evaluation" in turned_down("import", "genius", "small", "--out", "new.yaml")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_an_import_runs_like_any_scenario(tmp_path, small, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for words in (("import", "genius", "small"), ("run", "small.yaml", "--no-write"), ("show", "small.yaml")):
        done = typed(*words)
        assert done.exit_code == 0, done.output
    assert "small.yaml: ok" in typed("validate", "small.yaml").output


def test_letters_the_terminal_does_not_know(tmp_path):
    folder = write_folder(tmp_path / "Пошлина", {"Café": SMALL["buyer"], "Другой": SMALL["seller"]})
    done = detente("import", "genius", str(folder), "--out", str(tmp_path / "x.yaml"), PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()


def test_export_and_back_gives_the_same_measures(tmp_path):
    """Every measure but those of decision rules and of a status quo, which Genius has not."""
    for name, drop in (("two-by-two", False), ("harbour", True)):
        given = load_scenario(name)
        folder = tmp_path / name
        folder.mkdir()
        for file, text in written(given, drop=drop).files.items():
            (folder / file).write_text(text, "utf-8")
        back = made(folder).scenario
        assert [party.name for party in back.parties.values()] == [party.name for party in given.parties.values()]
        assert [issue.title for issue in back.issues.values()] == [issue.short for issue in given.issues.values()]
        one, two = measures(given), measures(back)
        for key in ("packages", "feasible", "agreeable", "frontier"):
            assert one[key] == two[key]
        assert one["mean_utility"] == pytest.approx(two["mean_utility"], abs=1e-12)
        for key in ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian"):
            assert list(one[key]["package"].values()) == list(two[key]["package"].values())
            assert list(one[key]["utilities"].values()) == pytest.approx(
                list(two[key]["utilities"].values()), abs=1e-12
            )
        assert list(one["no_deal"].values()) == list(two["no_deal"].values())


def test_import_and_out_again_gives_the_same_scenario(small, tmp_path):
    once = made(small, name="once").scenario
    again = tmp_path / "again"
    again.mkdir()
    for file, text in written(once).files.items():
        (again / file).write_text(text, "utf-8")
    twice = made(again, name="once").scenario
    assert [list(p.positions.values()) for p in twice.parties.values()] == [
        list(p.positions.values()) for p in once.parties.values()
    ]


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("harbour", [], "venues.hearing.quorum: found a decision rule short of unanimity"),
        ("january-2022", [], "challenger: found a challenger (russia)"),
        ("two-by-two", ["parties.upstream.positions.reservoir.red_line=1"], "reservoir.red_line: found a red line"),
        (
            "two-by-two",
            ["issues.reservoir.consent=[upstream]"],
            "issues.reservoir.consent: found consent after the talks",
        ),
        ("two-by-two", ["parties.upstream.has_consent=false"], "upstream.has_consent: found a party whose consent"),
        (
            "two-by-two",
            ["parties.upstream.reservation=1.5"],
            "upstream.reservation: found a worth of no deal outside 0 to 1",
        ),
        (
            "two-by-two",
            ["linkages.both.parties=[upstream]", "linkages.both.form=adds", "linkages.both.when.reservoir.at_least=1"],
            "linkages.both: found a linkage between issues",
        ),
    ],
)
def test_what_genius_cannot_say_is_refused(name, changes, said):
    with pytest.raises(ScenarioError) as caught:
        written(load_scenario(name, [change.replace("red_line=", "red_line.value=") for change in changes]))
    assert said in str(caught.value)


def test_what_is_dropped_is_listed(tmp_path):
    done = detente("export", "genius", "harbour", "--out", str(tmp_path / "out"), "--drop")
    assert done.returncode == 0, done.stderr
    assert "Left out: a decision rule short of unanimity (venues.hearing.quorum)." in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]
    assert "is there and not empty" in refused("export", "genius", "harbour", "--out", str(tmp_path / "out"), "--drop")
    refused("export", "genius", "harbour", "--out", str(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_no_largest_evaluation_of_1_cannot_be_said(tmp_path):
    """A party that values no option at 1 would come out richer, for Genius divides by the largest."""
    import yaml

    from sim.domain.files import shelf

    content = yaml.safe_load((shelf() / "two-by-two.yaml").read_text("utf-8"))
    content["parties"]["upstream"]["positions"]["reservoir"] = {"values": [0.5, 0.2, 0], "salience": 60}
    (tmp_path / "x.yaml").write_text(yaml.safe_dump(content))
    with pytest.raises(ScenarioError, match="found no option valued at 1"):
        written(load_scenario(tmp_path / "x.yaml"))


def test_names_of_an_export_stay_in_its_folder():
    given = load_scenario("two-by-two", ["parties.upstream.name=../../etc/passwd", 'parties.downstream.name="."'])
    assert list(written(given).files) == [
        "two-by-two_domain.xml", "two-by-two_1_etc_passwd.xml", "two-by-two_2_party.xml",
    ]  # fmt: skip


def test_the_page_about_it_is_run(tmp_path, monkeypatch):
    """docs/genius.md: its files, written as shown, and its commands, typed as they stand, print the lines that it shows."""
    monkeypatch.chdir(tmp_path)
    shown = blocks("docs/genius.md")
    folder = tmp_path / "market"
    folder.mkdir()
    xml = [lines[1:] for lines in shown if lines[0] == "xml"]
    assert len(xml) == 3
    for name, lines in zip(("market_domain.xml", "market_buyer.xml", "market_seller.xml"), xml):
        (folder / name).write_text("\n".join(lines) + "\n", "utf-8")
    commands = 0
    for lines in shown:
        if lines[0] != "console":
            continue
        printed: list[str] = []
        for line in lines[1:]:
            if line.startswith("$ "):
                printed = typed(*shlex.split(line[2:])[1:]).output.splitlines()
                commands += 1
            else:
                assert line == "…" or line in printed, line
    assert commands >= 5
