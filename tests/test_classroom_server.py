"""What a curious student tries, over HTTP and WebSockets against a server of its own process."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml
from class_server import Person, held
from websockets.exceptions import ConnectionClosed, InvalidStatus

from sim.domain.files import shelf

OFFER = {"russian_buildup": 2, "exercises_ground": 2}


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    """The fifty minutes, with a canary in every confidential text."""
    path = tmp_path_factory.mktemp("lesson") / "canary.yaml"
    words = {seat: f"CANARY-{seat}" for seat in ("us", "russia", "nato", "ukraine", "osce")}
    given = {"extends": str(shelf("lessons") / "january-50.yaml"), "name": "canary", "instructions": words}
    path.write_text(yaml.safe_dump(given), "utf-8")
    return str(path)


@pytest.fixture(scope="module")
def server(tmp_path_factory, lesson):
    with held(tmp_path_factory.mktemp("sessions"), lesson, tables=8) as started:
        yield started


@pytest.fixture(scope="module")
def talks(server):
    """The teacher, with the US, Russia and Ukraine at table 1, after the talks have begun."""
    people = {seat: server.join(1, seat, f"<b>{seat}</b>").sit() for seat in ("us", "russia", "ukraine")}
    other = server.join(2, "us").sit()
    more = {number: server.join(number, "us").sit() for number in (5, 6)}
    teacher = server.teacher().sit()
    assert teacher.send(do="stage", to="talks")["ok"]
    for person in (*people.values(), other):
        person.until(lambda page: page["stage"] == "talks")
    return {**people, **more, "other": other, "teacher": teacher}


def test_an_act_is_shown_to_the_others(talks):
    assert talks["us"].act("offer", "key-000001", package=OFFER)["ok"]
    page = talks["russia"].until(lambda page: page["turn"] == "russia")
    assert page["offer"]["from"] == "us" and page["version"] == 1
    assert talks["us"].act("offer", "key-000001", version=0, package=OFFER)["ok"]  # a double click
    assert talks["us"].page["version"] == 1


def test_the_seat_comes_from_the_credential(server, talks):
    """Ukraine does not sit in Geneva, whoever it says it is."""
    version = talks["us"].page["version"]
    talks["ukraine"].until(lambda page: page["version"] == version)
    for seat in ("us", "russia"):
        reply = talks["ukraine"].send(do="act", act="pass", version=version, key=f"key-as-{seat}", seat=seat, table=1)
        assert not reply["ok"] and "not your turn" in reply["why"]
    assert talks["us"].send(do="note", text="")["ok"] and talks["us"].page["version"] == version
    for path in (
        "/table/1/russia",
        "/table/2/us",
        "/table/1/nobody",
        "/table/99999999999999999999/us",
        "/table/1/us/x",
    ):
        status, _, text = server.ask("GET", path, cookie=talks["us"].cookie)
        assert status in (403, 404) and "CANARY" not in text
    for cookie in ("", "seat=", "seat=AAAAAAAAAAAAAAAAAAAAAA", talks["teacher"].cookie):
        assert server.ask("GET", "/table/1/us", cookie=cookie)[0] == 403
    assert "CANARY-us" in talks["us"].look()


def test_a_line_needs_the_seat_and_our_own_page(server, talks):
    from websockets.sync.client import connect

    def tried(path, origin, cookie):
        return connect(f"ws://{server.host}{path}", origin=origin, additional_headers={"Cookie": cookie}, proxy=None)

    with pytest.raises(InvalidStatus), tried("/table/1/us/live", "http://evil.example", talks["us"].cookie):
        pass
    with pytest.raises(InvalidStatus), tried("/table/1/us/live", None, talks["us"].cookie):
        pass
    for path, cookie in (("/table/1/russia/live", talks["us"].cookie), ("/teacher/live", talks["us"].cookie)):
        with tried(path, f"http://{server.host}", cookie) as line, pytest.raises(ConnectionClosed) as closed:
            line.recv(timeout=10)
        assert closed.value.rcvd and closed.value.rcvd.code == 4401


def test_posts_come_from_our_own_page_and_ask_for_our_own_host(server):
    form = {"code": server.code, "name": "x", "seat": "3/us"}
    assert server.ask("POST", "/join/seat", form, origin="http://evil.example")[0] == 403
    assert server.ask("GET", "/join", host="evil.example")[0] == 421
    assert server.ask("GET", "/join", host=f"evil.example:{server.port}")[0] == 421
    assert server.ask("GET", "/join")[0] == 200


def test_cookies_are_bound_to_the_seat_and_hidden_from_scripts(server, talks):
    form = {"code": server.code, "name": "x", "seat": "1/us"}
    given = talks["us"].cookie_given.lower()
    assert all(part in given for part in ("httponly", "samesite=strict", "path=/table/1/us"))
    status, _, text = server.ask("POST", "/join/seat", form)
    assert status == 409 and "has been taken" in text


def test_pages_run_no_script_of_others(server, talks):
    _, headers, text = server.ask("GET", "/table/1/us", cookie=talks["us"].cookie)
    policy = headers["content-security-policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "<script>" not in text and " onclick" not in text and " style=" not in text
    form = {"code": server.code, "name": '"><script>alert(1)</script>'}
    assert "<script>alert" not in server.ask("POST", "/join", form)[2]


def test_odd_messages_are_refused_and_change_nothing(talks):
    person = talks["russia"]
    before = person.page["version"]
    odd = [
        {"do": "act", "act": "offer", "version": before, "key": "key-odd-01", "package": {"x": 1}},
        {"do": "act", "act": "offer", "version": before, "key": "key-odd-02", "package": {"russian_buildup": True}},
        {"do": "act", "act": "offer", "version": before, "key": "key-odd-03", "package": [1]},
        {"do": "act", "act": ["offer"], "version": before, "key": "key-odd-04"},
        {"do": "act", "act": "pass", "version": True, "key": "key-odd-05"},
        {"do": "act", "act": "pass", "version": before, "key": ["key-odd-06"]},
        {"do": "act", "act": "pass", "version": before - 1, "key": "key-odd-07"},
        {"do": "act", "act": "take_back", "version": before, "key": "key-odd-08"},
        {"do": "draft", "package": {"russian_buildup": 99}},
        {"do": "draft", "package": "x"},
        {"do": "say", "text": "x" * 3000, "to": "table"},
        {"do": "say", "text": 5, "to": "table"},
        {"do": "say", "text": "x", "to": "us"},
        {"do": "answer", "which": "quiz", "number": 99, "answer": 0},
        {"do": "answer", "which": "__class__", "number": 0, "answer": 0},
        {"do": "force", "table": 1},
        {"do": "_add"},
        {},
    ]
    for message in odd:
        reply = person.send(**message)
        assert not reply["ok"] and reply["why"], message
    for text in ("[", "[" * 50000, "null", '"x"', "5", '{"do":', "\x00"):
        person.line.send(text)
        while "ok" not in (message := person.hear()):
            pass
        assert not message["ok"]
    assert person.page["version"] == before


def test_flooding_is_slowed(talks):
    person = talks[5]
    replies = [person.send(do="note", text=str(number)) for number in range(60)]
    assert replies[0]["ok"] and not replies[-1]["ok"] and "Slow down" in replies[-1]["why"]
    person.line.send("x" * 200_000)
    with pytest.raises(ConnectionClosed):
        while True:
            person.hear()


def test_nobody_receives_what_is_confidential_to_others(server, talks):
    talks["russia"].send(do="say", text="SECRET-OF-THE-TEAM", to="team")
    talks["russia"].send(do="note", text="SECRET-NOTE")
    talks["russia"].send(do="draft", package={"missiles_ukraine": 1})
    public = [
        server.ask("GET", path)[2]
        for path in ("/", "/join", "/teacher", "/look.css", "/static/seat.js", "/static/line.js", "/nothing")
    ]
    for seat in ("us", "ukraine", "other"):
        person = talks[seat]
        person.look()
        person.send(do="note", text="now")
        own = "us" if seat == "other" else seat
        everything = "".join([*person.received, *public])
        assert f"CANARY-{own}" in everything
        assert not any(
            f"CANARY-{name}" in everything for name in ("us", "russia", "nato", "ukraine", "osce") if name != own
        )
        assert "SECRET-" not in everything


def test_a_new_link_puts_the_old_devices_out(server, talks):
    person = talks[6]
    first = talks["teacher"].send(do="link", table=6, seat="us")
    assert first["ok"] and first["qr"].startswith("data:image/svg")
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            person.hear()
    assert closed.value.rcvd.code == 4401
    assert server.ask("GET", person.path, cookie=person.cookie)[0] == 403
    token = first["url"].rsplit("/", 1)[1]
    assert server.ask("GET", f"/seat/{token}")[0] == 200
    status, headers, _ = server.ask("POST", "/seat", {"token": token, "name": "Eve"})
    assert status == 303 and headers["location"] == "/table/6/us"
    second = talks["teacher"].send(do="link", table=6, seat="us")
    assert second["url"] != first["url"]
    assert server.ask("POST", "/seat", {"token": token, "name": "Eve"})[0] == 409
    assert server.ask("GET", "/seat/AAAAAAAAAAAAAAAAAAAAAA")[0] == 404


def test_paths_lead_nowhere_else(server):
    for path in (
        "/static/../server.py",
        "/static/%2e%2e/server.py",
        "/static/..%2fserver.py",
        "/seat/../../etc/passwd",
    ):
        status, _, text = server.ask("GET", path)
        assert status in (403, 404) and "import" not in text and "root:" not in text
    assert server.ask("POST", "/join", b"code=" + b"x" * 100_000)[0] == 400
    assert server.ask("POST", "/join", b"\xff\xfe")[0] == 400


def test_the_teacher_guards_the_door(tmp_path, lesson):
    """Last, in a class of its own: who guesses is slowed."""
    with held(tmp_path, lesson, tables=1) as server:
        assert "secret" in server.ask("GET", "/teacher")[2]
        answers = [server.ask("POST", "/teacher/login", {"secret": f"guess-{n}"})[0] for n in range(8)]
        assert answers[:5] == [403] * 5 and answers[5:] == [429] * 3
        assert server.ask("POST", "/join", {"code": "AAAA", "name": "x"})[0] == 429


def test_a_free_seat_is_taken_once_and_who_is_there_is_told_by_the_lines(tmp_path, lesson):
    """Joining twice or all at once gives one team; nobody can seem present, or make another seem so."""
    with held(tmp_path, lesson, tables=2) as server:
        us, teacher = server.join(1, "us", "Ana"), server.teacher().sit()

        def take(name: str, seat: str = "1/us") -> int:
            return server.ask("POST", "/join/seat", {"code": server.code, "name": name, "seat": seat})[0]

        def seats(page, number: int):
            return {seat["party"]: (seat["names"], seat["connected"]) for seat in page["tables"][number - 1]["seats"]}

        assert take("Eve") == take("Ana") == 409
        with ThreadPoolExecutor(8) as crowd:
            assert sorted(crowd.map(lambda n: take(f"P{n}", "2/us"), range(8))) == [303, *[409] * 7]
        page = teacher.until(lambda page: len(seats(page, 2)["us"][0]) == 1)
        assert seats(page, 1)["us"] == (["Ana"], 0)  # a seat that was taken is not yet a device on its line
        russia = server.join(1, "russia", "Bo").sit()
        teacher.until(lambda page: seats(page, 1)["russia"] == (["Bo"], 1))
        with pytest.raises(ConnectionClosed) as closed:
            Person(server, us.path, russia.cookie).sit()
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 4401
        assert not russia.send(do="joined", seat="us", table=1, name="Ana")["ok"]
        us.sit()
        page = teacher.until(lambda page: seats(page, 1)["us"] == (["Ana"], 1))
        assert seats(page, 1)["russia"] == (["Bo"], 1)
        us.leave()
        teacher.until(lambda page: seats(page, 1)["us"] == (["Ana"], 0))


def test_killed_and_started_again_nothing_is_lost_or_doubled(tmp_path, lesson):
    with held(tmp_path, lesson, tables=1) as server:
        us, russia, teacher = server.join(1, "us").sit(), server.join(1, "russia").sit(), server.teacher().sit()
        assert teacher.send(do="stage", to="talks")["ok"]
        us.until(lambda page: page["stage"] == "talks")
        assert us.send(do="draft", package={"russian_buildup": 3})["ok"]
        assert us.act("offer", "key-000001", package=OFFER)["ok"]
        assert us.send(do="draft", package={"missiles_ukraine": 1})["ok"]
        assert us.send(do="note", text="remember")["ok"]
        server.kill()
        server.start()
        assert "Going on" in server.said
        us.sit(), russia.sit(), teacher.sit()
        assert us.page["version"] == 1 and us.page["draft"]["package"]["missiles_ukraine"] == 1
        assert us.page["notes"] == "remember" and us.page["turn"] == "russia"
        assert us.act("offer", "key-000001", version=0, package=OFFER)["ok"]  # sent again after the break
        assert us.page["version"] == 1
        assert russia.act("pass", "key-000002")["ok"]
        assert len(us.until(lambda page: page["version"] == 2)["heard"]) == 2
        assert json.dumps(us.page)
