"""The tutorials, step by step: every command and snippet is run, every quoted output compared."""

import re
import time

import pytest
from class_server import ROOT, held
from documents import fits, played

OFFER = {"russian_buildup": 2, "exercises_ground": 2}


def test_programmer(tmp_path):
    """An import, a talk, a seat, a thousand runs, a finding."""
    assert played("docs/tutorials/programmer.md", tmp_path) == 10


@pytest.mark.slow
def test_researcher(tmp_path):
    """A study, its rows, its report, one change, one run, history."""
    assert played("docs/tutorials/researcher.md", tmp_path) == 11
    assert (tmp_path / "runs" / "trust" / "manifest.json").exists()  # which step 7 says to cite


@pytest.mark.slow
def test_teacher(tmp_path):
    """A lesson, its pack, a class with a real server and two seats, the debrief, its report."""
    sessions = tmp_path / "runs" / "classes"

    def class_(quoted):
        with held(sessions, "january-50", tables=2) as server:
            _, _, printed = quoted.partition("\n")
            assert fits(printed.replace("8000", str(server.port)), server.said), server.said
            us, russia = server.join(1, "us", "Ana").sit(), server.join(1, "russia", "Bo").sit()
            teacher = server.teacher().sit()
            assert us.send(do="answer", which="before", number=0, answer=1)["ok"]
            assert teacher.send(do="stage", to="talks")["ok"]
            us.until(lambda page: page["stage"] == "talks" and page["turn"] == "us")
            assert us.act("offer", "key-000001", package=OFFER)["ok"]
            russia.until(lambda page: page["version"] == 1)
            while not teacher.page["tables"][0]["over"]:
                assert teacher.send(do="force", table=1)["ok"]
                time.sleep(0.3)  # no faster than the server lets anybody ask
                teacher.hear()
            assert all(table["over"] for table in teacher.page["tables"])  # table 2 plays itself
            assert teacher.send(do="stage", to="debrief")["ok"]
            teacher.until(lambda page: page.get("debrief", {}).get("ready"))
            for _ in range(5):
                assert teacher.send(do="reveal")["ok"]
            assert not teacher.send(do="reveal")["ok"]
            assert "What happened" in server.ask("GET", "/teacher/debrief", cookie=teacher.cookie)[2]

    assert played("docs/tutorials/teacher.md", tmp_path, **{"class": class_}) == 5


def test_what_the_teacher_presses_is_there():
    """Every button that the tutorial names in bold stands on a page of the classroom."""
    text = (ROOT / "docs" / "tutorials" / "teacher.md").read_text("utf-8")
    places = [path for path in (ROOT / "sim" / "classroom").rglob("*") if path.suffix in (".html", ".js", ".py")]
    pages = "\n".join(path.read_text("utf-8") for path in places)
    named = set(re.findall(r"\*\*(.+?)\*\*", text))
    assert len(named) == 9
    for label in named:
        assert label in pages, label
