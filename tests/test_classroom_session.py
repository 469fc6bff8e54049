"""A session is the replay of its log: whatever is done, opening the file anew gives the same; nothing illegal gets in."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.classroom.events import LogError
from sim.classroom.lesson import load
from sim.classroom.seats import brief_of, page_of, rule_of
from sim.classroom.session import STALE, Refused, Session
from sim.domain.load import load_scenario
from sim.protocol.table import Act, Table
from sim.protocol.view import unwilling, view


class Clock:
    """A clock that the test sets."""

    def __init__(self):
        self.at = 1000.0

    def __call__(self):
        return self.at


@pytest.fixture(scope="module")
def lesson():
    return load("january-50")


def opened(path, lesson, seats=("us", "russia"), clock=None):
    """A class of one table whose talks have begun."""
    session = Session(path, clock or Clock())
    session.begin(*lesson, tables=1, seed=3)
    for seat in seats:
        session.join(1, seat, seat)
    session.go_to("talks")
    return session


def pages(session):
    return {seat: page_of(session, 1, seat, session.now()) for seat in session.state.scenario.parties}


def acted(session, kind="offer", key="key-0001", **more):
    talks = session.state.tables[1].talks
    session.act(1, talks.table.seat, Act(kind, **more), talks.version, key)


OFFER = {"package": {"russian_buildup": 2, "exercises_ground": 2}}
MOVES = st.lists(
    st.tuples(st.sampled_from(["offer", "pass", "accept", "refuse", "force", "undo", "news", "pause", "swap", "draft"]),
              st.integers(0, 4), st.integers(0, 4)),
    max_size=25,
)  # fmt: skip


@settings(max_examples=25)
@given(MOVES)
def test_opened_anew_it_stands_where_it_stood(tmp_path_factory, lesson, moves):
    path, clock = tmp_path_factory.mktemp("class") / "one.session", Clock()
    session = opened(path, lesson, clock=clock)
    for number, (what, one, other) in enumerate(moves):
        clock.at += 7
        talks = session.state.tables[1].talks
        before = talks.version
        try:
            if what in ("offer", "pass", "accept", "refuse"):
                package = {"package": {"russian_buildup": one, "missiles_ukraine": other}} if what == "offer" else {}
                issue = {"issue": "russian_buildup"} if what == "refuse" else {}
                acted(session, what, f"key-{number:05}", **package, **issue)
            elif what == "force":
                session.force_next(1)
            elif what == "undo":
                session.undo(1)
            elif what == "news":
                session.send_news(list(session.state.lesson.news)[one % 3])
            elif what == "pause":
                session.run_clock(not session.state.running)
            elif what == "swap":
                session.set_kind(1, "ukraine", "team" if one % 2 else "simulated")
            else:
                session.keep_draft(1, "us", {"russian_buildup": one})
        except Refused:
            assert talks.version == before
    was, version = pages(session), session.state.tables[1].talks.version
    session.run_clock(False) if session.state.running else None
    was = pages(session)
    session.close()
    again = Session(path, clock)
    assert again.state.tables[1].talks.version == version
    assert pages(again) == was
    again.close()


def test_simulated_seats_alone_play_as_the_table_does(tmp_path, lesson):
    session = opened(tmp_path / "a.session", lesson, seats=())
    alone = Table(lesson[1], 3, 0)
    while not alone.over:
        alone.play()
    assert session.state.tables[1].talks.table.record() == alone.record()


def test_an_act_counts_once_in_turn_and_on_the_text_that_was_seen(tmp_path, lesson):
    session = opened(tmp_path / "a.session", lesson)
    talks = session.state.tables[1].talks
    with pytest.raises(Refused, match="not your turn"):
        session.act(1, "russia", Act("pass"), talks.version, "key-0001")
    with pytest.raises(Refused, match=STALE):
        session.act(1, "us", Act("pass"), talks.version + 1, "key-0001")
    with pytest.raises(Refused, match="a key"):
        session.act(1, "us", Act("pass"), talks.version, "k")
    with pytest.raises(Refused, match="expected one of"):
        session.act(1, "us", Act("accept"), talks.version, "key-0001")
    with pytest.raises(Refused, match="found option 9"):
        session.act(1, "us", Act("offer", {"russian_buildup": 9}), talks.version, "key-0001")
    assert talks.version == 0
    session.act(1, "us", Act("offer", **OFFER), 0, "key-0001")
    assert talks.version == 1
    session.act(1, "us", Act("offer", **OFFER), 0, "key-0001")  # the same again: once
    assert talks.version == 1
    session.set_kind(1, "russia", "simulated")
    session.set_kind(1, "us", "simulated")
    assert talks.table.over


def test_what_a_team_did_stays_its_own_when_the_model_takes_the_seat(tmp_path, lesson):
    session = opened(tmp_path / "a.session", lesson)
    acted(session, **OFFER)
    session.set_kind(1, "us", "simulated")
    assert [(act["who"], act["simulated"]) for act in pages(session)["russia"]["heard"]] == [("us", False)]
    acted(session, "pass", "key-0002")
    assert [act["simulated"] for act in pages(session)["russia"]["heard"]][:3] == [False, False, True]


def test_who_agreed_before_is_told_that_the_text_is_what_no_deal_is_worth(tmp_path, lesson):
    """3.4: at a venue that starts from an understanding, for those who agreed to it, and for nobody else."""
    session = opened(tmp_path / "a.session", lesson, ("us", "russia", "osce"))
    acted(session, "pass")
    acted(session, "pass", "key-0002")
    package = {"missiles_ukraine": 1, "exercises_ground": 3, "russian_buildup": 2}
    acted(session, key="key-0003", package=package)
    assert not any(page["kept"] for page in pages(session).values())
    acted(session, "accept", "key-0004")
    after = pages(session)
    assert after["us"]["kept"] and after["us"]["no_deal"] == after["us"]["text_points"]
    # Both agreed; where walking away is worth more than the text, it is what no deal is worth.
    assert {seat for seat, page in after.items() if page["kept"]} <= {"us", "russia"}
    assert after["russia"]["kept"] or after["russia"]["no_deal"] >= after["russia"]["text_points"]


def test_undo_gives_the_turn_back_and_the_text(tmp_path, lesson):
    session = opened(tmp_path / "a.session", lesson)
    before = pages(session)["russia"]
    acted(session, **OFFER)
    acted(session, "pass", "key-0002")
    session.undo(1)
    session.undo(1)
    after = pages(session)["russia"]
    assert {**after, "version": 0} == {**before, "version": 0}
    with pytest.raises(Refused, match="No team has acted"):
        session.undo(1)


def test_news_counts_from_the_next_venue_on(tmp_path, lesson):
    """The alarm lowers what no deal is worth to defenders (3.3), once Vienna opens and not before."""
    told, quiet = (opened(tmp_path / f"{name}.session", lesson, seats=("us", "russia", "ukraine")) for name in "ab")
    told.send_news("troops")
    assert pages(told)["us"]["no_deal"] == pages(quiet)["us"]["no_deal"]
    for session in (told, quiet):
        while session.state.tables[1].talks.table.venue == "geneva":
            acted(session, "pass", f"key-{session.state.last:05}")
    assert pages(told)["ukraine"]["no_deal"] < pages(quiet)["ukraine"]["no_deal"]


def test_time_stands_while_paused_and_while_the_server_was_away(tmp_path, lesson):
    clock = Clock()
    session = opened(tmp_path / "a.session", lesson, clock=clock)
    clock.at += 10
    assert session.state.left(1, clock.at) == 80
    session.run_clock(False)
    clock.at += 500
    assert session.state.left(1, clock.at) == 80
    with pytest.raises(Refused, match="clock stands"):
        acted(session, **OFFER)
    session.run_clock(True)
    session.add_time(60)
    clock.at += 5
    session.keep_notes(1, "us", "still here")
    session.close()
    clock.at += 5000
    again = Session(tmp_path / "a.session", clock)
    assert again.state.left(1, clock.at) == 135


def test_a_new_link_ends_the_old_one_and_its_devices(tmp_path, lesson):
    session = opened(tmp_path / "a.session", lesson, seats=())
    first = session.new_link(1, "us")
    device = session.join(1, "us", "Ana")
    assert session.seat_of(first) == (1, "us") and session.sits(1, "us", device)
    assert not session.sits(1, "russia", device)
    more = session.invite(1, "us")
    assert session.seat_of(more) == (1, "us") and session.sits(1, "us", device)
    second = session.new_link(1, "us")
    assert session.seat_of(first) is None and session.seat_of(more) is None and not session.sits(1, "us", device)
    assert session.seat_of(second) == (1, "us")
    assert min(map(len, (first, second, device))) >= 22  # 128 bits
    log = (tmp_path / "a.session-wal").read_bytes() + (tmp_path / "a.session").read_bytes()
    assert not any(token.encode() in log for token in (first, second, device))


def test_nothing_of_another_seat_changes_what_a_seat_receives(tmp_path):
    """Non-interference: another party's wishes, stakes and instructions may be anything; this seat's bytes stay the same."""
    received = []
    lesson, _ = load("january-50")
    for number, (weights, loss, words) in enumerate([((3, 4, 30), 0.1, "CANARY-1"), ((20, 10, 7), 0.4, "CANARY-2")]):
        positions = dict(zip(lesson.issues, ({"salience": weight} for weight in weights)))
        changed = lesson.model_copy(
            update={
                "changes": {**lesson.changes, "parties": {"ukraine": {"positions": positions, "conflict_loss": loss}}},
                "instructions": {**lesson.instructions, "ukraine": words},
            }
        )
        from sim.classroom.lesson import game_of

        game = game_of(changed)
        assert game.parties["ukraine"].positions["russian_buildup"].salience.value == weights[2]
        session = Session(tmp_path / f"{number}.session", Clock())
        session.begin(changed, game, tables=1, seed=3)
        for seat in game.parties:
            session.join(1, seat, seat)
        session.go_to("talks")
        session.say(1, "us", "for the team alone", "team")
        shown = []
        for step in range(12):
            talks = session.state.tables[1].talks
            kinds = talks.table.legal().kinds
            kind = "offer" if step in (0, 8) else "refuse" if "refuse" in kinds else "pass"
            more = OFFER if kind == "offer" else {"issue": "russian_buildup"} if kind == "refuse" else {}
            if step == 8:
                more = {"package": {"russian_buildup": 2}}
            acted(session, kind, f"key-{step:05}", **more)
            shown.append({seat: json.dumps(page) for seat, page in pages(session).items()})
        shown.append({seat: json.dumps(brief_of(changed, game, seat)) for seat in game.parties})
        received.append(shown)
        own = json.dumps(shown)
        assert own.count(words) == 1
    for one, other in zip(*received):
        for seat in ("us", "russia", "osce"):
            assert one[seat] == other[seat]
    assert received[0] != received[1]


def test_who_is_absent_hears_nothing_of_the_room(tmp_path, lesson):
    session = opened(tmp_path / "a.session", lesson, seats=("us", "russia", "ukraine"))
    session.say(1, "us", "between us two", "table")
    acted(session, **OFFER)
    page = pages(session)["ukraine"]
    assert page["messages"] == [] and page["heard"] == [] and page["offer"] is None
    assert [m["text"] for m in pages(session)["russia"]["messages"]] == ["between us two"]
    with pytest.raises(Refused, match="not in this room"):
        session.say(1, "ukraine", "and us?", "table")


def test_results_wait_for_the_teacher(tmp_path, lesson):
    session = opened(tmp_path / "a.session", lesson, seats=("us",))
    while not session.state.tables[1].talks.table.over:
        session.force_next(1)
    with pytest.raises(Refused, match="debrief"):
        session.reveal()
    session.go_to("debrief")
    assert pages(session)["us"]["result"] is None
    session.reveal()
    page = pages(session)["us"]
    assert page["result"]["points"] == round(
        100 * session.state.tables[1].talks.table.record()["parties"]["us"]["utility"]
    )
    assert page["table_result"] is None
    session.reveal()
    assert {row["party"] for row in pages(session)["us"]["table_result"]} == set(session.state.scenario.parties)
    for _ in ("cloud", "frontier", "history"):
        session.reveal()
    with pytest.raises(Refused, match="Everything is shown"):
        session.reveal()


def test_another_file_is_no_session(tmp_path):
    path = tmp_path / "notes.session"
    path.write_text("hello, this is a text and no log of a class at all", "utf-8")
    with pytest.raises(LogError, match="cannot be used as a session"):
        Session(path, Clock())


def test_a_draft_says_who_must_accept_and_when_nobody_would_answer(tmp_path, lesson):
    session = opened(tmp_path / "a.session", lesson)
    session.keep_draft(1, "us", {"russian_buildup": 3})
    draft = pages(session)["us"]["draft"]
    assert draft["rule"] == {"consents": 1, "others": ["russia"], "include": []}
    assert draft["at_the_end"] == ["russia", "nato", "ukraine"] and not draft["below"]
    session.keep_draft(1, "russia", {"russian_buildup": 3})
    assert pages(session)["russia"]["draft"]["below"]
    harbour = load("harbour-warm-up")[1]
    assert rule_of(harbour, "hearing", "mayor") == {
        "consents": 4,
        "others": ["sportco", "tourism", "environment", "cities", "union"],
        "include": ["sportco", "tourism"],
    }


def test_an_alliance_sees_which_of_its_members_a_draft_would_lose(tmp_path):
    """2.6: it accepts only when every bloc does. What the US wants inside NATO is no part of what NATO's seat reads."""
    accepted = refused = 0
    for index in range(12):
        table = Table(load_scenario("january-2022"), 0, index)
        while not table.over:
            offer = view(table, "nato").offer if table.seat == "nato" and table.answering else None
            lost = unwilling(table, "nato", offer) if offer else ()
            before = table.event_count
            table.play()
            if offer:
                event = table.events(before)[0]
                accepted += event.act == "accept"
                refused += bool(lost)
                assert not (lost and event.act == "accept"), (index, lost)
    assert accepted and refused
    members = {
        bloc.name for bloc in load_scenario("january-2022").parties["nato"].blocs.values() if bloc.refers is None
    }
    packages = []
    for changes in ([], ["parties.us.conflict_loss=0.9"]):
        table = Table(load_scenario("january-2022", changes), 0, 0)
        quo = dict(zip(table.scenario.active, table.scenario.status_quo))
        moved = [{**quo, name: option} for name in quo for option in range(len(table.scenario.issues[name].options))]
        packages.append([unwilling(table, "nato", package) for package in moved])
        assert {name for lost in packages[-1] for name in lost} == members
        assert unwilling(table, "us", quo) == ()
    assert packages[0] == packages[1]
