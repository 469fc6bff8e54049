"""A finished class is played again from its log: the same acts, the same record, in the lab and by `detente report`."""

import pytest
from class_played import january
from typer.testing import CliRunner

from sim.classroom.kept import read
from sim.cli import app
from sim.lab.desk import Desk
from sim.lab.opening import opened
from sim.lab.origin import StoreError, of_class
from sim.lab.talk import LabTalk
from sim.store import record_bytes


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    played = january(tmp_path_factory.mktemp("class") / "a.session")
    played.session.close()
    return played.path


@pytest.mark.parametrize("table", [1, 2, 3])
def test_the_lab_plays_the_acts_that_were_taken(path, table):
    was = read(path).state.tables[table].talks.table
    talk = LabTalk(of_class(path, table)).played()
    assert talk.transcript() == was.events() and not talk.running
    assert talk.table.over == was.over
    assert talk.table.talk.text.tolist() == was.talk.text.tolist()
    assert talk.table.talk.edge.no_deal.tolist() == was.talk.edge.no_deal.tolist()  # news counts again
    if was.over:
        assert talk.result() == was.record()


def test_scrubbing_leads_to_the_same_end(path):
    talk = LabTalk(of_class(path, 1))
    end = record_bytes(LabTalk(of_class(path, 1)).played())
    for turn in (3, 1, talk.length, 0, talk.length):
        talk = talk.at(turn)
        assert talk.turn == turn
        talk.so_far()
    assert record_bytes(talk) == end


def test_an_unfinished_table_stops_where_the_class_did(path):
    talk = LabTalk(of_class(path, 2)).played()
    assert not talk.running and not talk.table.over and talk.turn == talk.length
    assert "outcome" not in talk.so_far().record
    talk.step()
    assert talk.turn == talk.length


def test_a_new_talk_forgets_what_the_class_did(path, tmp_path):
    desk = Desk(of_class(path, 1), tmp_path)
    words, bad = desk.notice.value
    assert not bad and words.startswith("Table 1 of 3 of the class a")
    assert "the US and Russia" in words and "Further troops" in words
    desk.save()
    assert desk.notice.value[1] and not list(tmp_path.iterdir())
    desk.new_talk()
    talk = desk.talk.value
    assert talk.replay is None and desk.origin.value.given is None
    alone = LabTalk(of_class(path, 1).forgotten()).played()
    assert talk.played().result() == alone.result()
    assert talk.command == f"detente lab {path} --table 1 --seed 0"
    assert LabTalk(opened(f"{path}#1", [], 0)).played().result() == alone.result()
    changed = opened(f"{path}#1", ["outside.alarm=0.5"], None)
    assert changed.given is None and changed.scenario.outside.alarm.value == 0.5


def test_what_is_set_makes_it_another_talk(path):
    origin = of_class(path, 1)
    setting = next(one for one in LabTalk(origin).settings if isinstance(one.coded, float))
    other = setting.coded / 2 if setting.coded else 0.5
    assert LabTalk(origin, **{setting.key: other}).replay is None
    assert LabTalk(origin, 5).replay is None and LabTalk(origin, 0, 0).replay is not None


def test_bad_tables_and_files_are_said(path, tmp_path):
    with pytest.raises(StoreError, match="no table 9"):
        of_class(path, 9)
    run = CliRunner()
    for words, said in (
        (["lab", str(path), "--table", "9"], "found no table 9"),
        (["lab", str(tmp_path / "no.session")], "found no such file"),
        (["lab", "harbour", "--table", "2"], "expected it with a class"),
        (["report", str(tmp_path / "no.session")], "found no such file"),
        (["report", str(path), "--only", "outcomes"], "--out and --csv alone"),
    ):
        result = run.invoke(app, words)
        assert result.exit_code == 2 and said in result.output, result.output


def test_the_report_is_written_whole(path, tmp_path):
    result = CliRunner().invoke(
        app, ["report", str(path), "--out", str(tmp_path / "x.html"), "--csv", str(tmp_path / "csv")]
    )
    assert result.exit_code == 0, result.output
    assert "Unfinished: table 2" in (tmp_path / "x.html").read_text("utf-8")
    assert sorted(p.name for p in (tmp_path / "csv").iterdir()) == ["a-log.json", "a-long.csv", "a-wide.csv"]
    (tmp_path / "other.html").write_text("somebody's own")
    result = CliRunner().invoke(app, ["report", str(path), "--out", str(tmp_path / "other.html")])
    assert result.exit_code == 2 and (tmp_path / "other.html").read_text() == "somebody's own"
