"""The debrief over HTTP: nothing of it reaches a seat before its reveal, exports are the teacher's, deletion is whole."""

import time

import pytest
import yaml
from class_server import held
from websockets.exceptions import ConnectionClosed

from sim.domain.files import shelf

EXPORTS = ("long.csv", "wide.csv", "log.json", "report.html")
OFFER = {"russian_buildup": 2, "exercises_ground": 2}


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A class in its debrief: table 1 finished with two teams, table 2 left unfinished, table 3 of the model alone."""
    path = tmp_path_factory.mktemp("lesson") / "canary.yaml"
    words = {seat: f"CANARY-{seat}" for seat in ("us", "russia", "nato", "ukraine", "osce")}
    path.write_text(
        yaml.safe_dump({"extends": str(shelf("lessons") / "january-50.yaml"), "name": "canary", "instructions": words}),
        "utf-8",
    )
    with held(tmp_path_factory.mktemp("sessions"), str(path), tables=3) as server:
        us, russia, other = (
            server.join(1, "us", "=1+1").sit(),
            server.join(1, "russia").sit(),
            server.join(2, "us").sit(),
        )
        teacher = server.teacher().sit()
        assert teacher.send(do="stage", to="talks")["ok"]
        russia.send(do="say", text="SECRET-TO-THE-TEAM", to="team")
        russia.send(do="note", text="SECRET-NOTE")
        russia.send(do="answer", which="before", number=2, answer="SECRET-ANSWER")
        us.until(lambda page: page["stage"] == "talks")
        while not teacher.page["tables"][0]["over"]:
            now = teacher.page["tables"][0]["now"]
            assert now["outcome"] and set(now["points"]) == set(words)
            assert teacher.send(do="force", table=1)["ok"]
            version = us.page["version"]
            us.until(lambda page, version=version: page["version"] > version)
            time.sleep(0.3)  # no faster than the server lets anybody ask
            teacher.hear()
        yield {"server": server, "us": us, "russia": russia, "other": other, "teacher": teacher}


def debrief_of(room, who):
    person = room[who]
    status, _, text = room["server"].ask("GET", f"{person.path}/debrief", cookie=person.cookie)
    assert status == 200
    person.received.append(text)
    return text


def shown(room, count):
    """Show the next step, and wait until every seat heard."""
    assert room["teacher"].send(do="reveal")["ok"]
    for who in ("us", "russia", "other"):
        room[who].until(lambda page: (page.get("debrief") or {}).get("shown") == count)


def test_in_order_nothing_is_told_before_its_time(room):
    """Own result, table, cloud, frontier, history: every byte that a seat received until then holds nothing of what follows."""
    server, teacher = room["server"], room["teacher"]
    for who in ("us", "other"):
        assert "<svg" not in debrief_of(room, who)
    assert server.ask("GET", "/teacher/debrief", cookie=room["us"].cookie)[0] == 403
    assert "has not begun" in server.ask("GET", "/teacher/debrief", cookie=teacher.cookie)[2]
    assert teacher.send(do="stage", to="debrief")["ok"]
    teacher.until(lambda page: page.get("debrief", {}).get("ready"))
    later = ("<svg", "simulated runs", "What happened", "efficient", "Table\u00a0", "Table 2", "Table 3")
    for count, step in enumerate(("own", "table"), 1):
        for who in ("us", "russia", "other"):
            page = room[who].until(lambda page: page["stage"] == "debrief")
            assert page["result"] is None or count == 2
            everything = "".join([*room[who].received, debrief_of(room, who)])
            assert not any(words in everything for words in later), step
        shown(room, count)
    assert room["us"].page["result"]["points"] and len(room["us"].page["table_result"]) == 5
    assert room["other"].page["result"] is None, "an unfinished table has no result"
    assert not any(words in "".join(room["us"].received) for words in later)
    for count, (has, not_yet) in enumerate(
        (("Simulated cloud", "efficient frontier"), ("efficient frontier", "What happened"), ("What happened", "§")), 3
    ):
        shown(room, count)
        for who in ("us", "russia", "other"):
            text = debrief_of(room, who)
            assert "<svg" in text and has in text and not_yet not in "".join(room[who].received)
            assert "unfinished and in no picture" in text
    assert not teacher.send(do="reveal")["ok"]
    assert teacher.send(do="reveal", back=True)["ok"]
    assert "What happened" not in debrief_of(room, "us")
    assert teacher.send(do="reveal")["ok"]
    # Others' results may be known once they are shown; their instructions, notes, answers and drafts never.
    for who in ("us", "other"):
        person = room[who]
        person.look()
        everything = "".join([*person.received, debrief_of(room, who)])
        assert "SECRET" not in everything and "CANARY-us" in everything
        assert not any(f"CANARY-{name}" in everything for name in ("russia", "nato", "ukraine", "osce"))
    status, headers, text = server.ask("GET", "/teacher/debrief", cookie=teacher.cookie)
    assert status == 200 and "★" in text and "<svg" in text
    assert "<script>" not in text and " style=" not in text and "unsafe" not in headers["content-security-policy"]
    assert "CANARY" not in text and "SECRET" not in text


def test_exports_are_the_teachers_alone(room):
    server = room["server"]
    for name in EXPORTS:
        for cookie in ("", room["us"].cookie, "teacher=AAAAAAAAAAAAAAAAAAAAAA", "seat=x"):
            status, _, text = server.ask("GET", f"/teacher/export/{name}", cookie=cookie)
            assert status == 403 and not any(word in text for word in ("CANARY", "SECRET", "utility", "<svg"))
        status, headers, text = server.ask("GET", f"/teacher/export/{name}", cookie=room["teacher"].cookie)
        assert status == 200 and "attachment" in headers["content-disposition"] and "SECRET-ANSWER" in text
        assert headers["x-content-type-options"] == "nosniff" and headers["cache-control"] == "no-store"
    assert "'=1+1" in server.ask("GET", "/teacher/export/wide.csv", cookie=room["teacher"].cookie)[2]
    assert server.ask("GET", "/teacher/export/secrets", cookie=room["teacher"].cookie)[0] == 404
    for path in ("/table/1/russia/debrief", "/table/2/us/debrief", "/table/9/us/debrief"):
        status, _, text = server.ask("GET", path, cookie=room["us"].cookie)
        assert status == 403 and "<svg" not in text


def test_a_class_is_deleted_whole_and_everybody_is_told(tmp_path):
    """The file and what lies beside it are gone, lines are closed for good, the server ends."""
    with held(tmp_path, tables=1) as server:
        us, teacher = server.join(1, "us").sit(), server.teacher().sit()
        code = server.code
        assert not us.send(do="delete", code=code)["ok"]
        assert not teacher.send(do="delete")["ok"] and not teacher.send(do="delete", code="XXXX")["ok"]
        assert len(list(tmp_path.iterdir())) >= 1 and server.ask("GET", us.path, cookie=us.cookie)[0] == 200
        assert teacher.line and server.process.stdout
        teacher.line.send(f'{{"id": 9999, "do": "delete", "code": "{code}"}}')
        for person in (us, teacher):
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    person.hear()
            assert closed.value.rcvd and closed.value.rcvd.code == 4410
            assert "has been deleted" in person.received[-1]
        assert list(tmp_path.iterdir()) == []
        assert server.ask("GET", us.path, cookie=us.cookie)[0] == 410
        assert server.process.wait(15) == 0
        assert "is gone" in server.process.stdout.read()
