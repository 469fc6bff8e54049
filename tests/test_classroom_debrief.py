"""What the debrief says is what the runs and the class say, reckoned anew; unfinished tables are in no picture."""

import re

import numpy as np
import pytest
from class_played import Played, january

from sim.classroom.cloud import RUNS, cloud_of
from sim.classroom.debrief import parts_of, table_part
from sim.classroom.debrief_drawn import Paper, numbers, together
from sim.classroom.debrief_space import frontiers
from sim.classroom.lesson import in_play
from sim.classroom.session import Refused, Session
from sim.classroom.sheets import codes_of
from sim.engine import Engine
from sim.protocol.measures import feasible_options, packages_of, worths_of


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    return january(tmp_path_factory.mktemp("class") / "a.session", tables=4, seed=7)


@pytest.fixture(scope="module")
def cloud(played):
    return cloud_of(played.session.state)


def shown(state, cloud):
    return {figure.key: figure for part in parts_of(state, cloud, 5) for figure in part.figures}


def test_the_tables_are_runs_of_the_same_seed(played, cloud):
    """11.1: same scenario, seed and index, same run: a table of the model alone is one of the cloud's runs."""
    rows = Engine(played.session.state.scenario).play(7, np.arange(4))
    record = played.session.state.tables[4].talks.table.record()
    for party, row in record["parties"].items():
        assert row["gain"] == rows[f"gain_{party}"][3] == cloud.rows[f"gain_{party}"][3]
    assert cloud.unfinished == (2,) and [deal.number for deal in cloud.deals] == [1, 3, 4]
    assert len(cloud.rows) == RUNS


def test_what_was_left_is_the_best_of_all_packages_of_that_table(played, cloud):
    """13.1 by brute force: every package of the issues in play inside the lines that stood at the table."""
    scenario = played.session.state.scenario
    parties, active = list(scenario.parties), list(scenario.active)
    one, rest = parties.index("russia"), [parties.index(name) for name in ("us", "nato", "ukraine")]
    moving = {active.index(name) for name in in_play(scenario)}
    for deal in cloud.deals:
        table = played.session.state.tables[deal.number].talks.table
        options = feasible_options(table.t, table.talk)
        options = [choice if i in moving else table.t.x0[i : i + 1] for i, choice in enumerate(options)]
        worths = worths_of(table.t, table.talk, packages_of(options))
        zero = np.asarray(table.talk.edge.zero)
        x = 100 * (worths[:, one] - zero[one])
        y = 100 * (worths[:, rest].mean(axis=1) - zero[rest].mean())
        right, above = x[y >= deal.y - 1e-7].max() - deal.x, y[x >= deal.x - 1e-7].max() - deal.y
        assert deal.spare == pytest.approx((right, above), abs=1e-6)
        assert not any(((x > a + 1e-6) & (y > b + 1e-6)).any() for a, b in deal.curve)


def test_every_title_is_true(played, cloud):
    found = shown(played.session.state, cloud)
    best = max(((cloud.x < d.x - 1e-7) & (cloud.y < d.y - 1e-7)).mean() for d in cloud.deals)
    assert best > 0.05, "a class whose tables all end at the status quo tests little"
    assert f"{100 * best:.0f}\u00a0%" in found["cloud-gains"].title
    above = sum(
        100 * deal.record["parties"][party]["gain"] > np.median(cloud.gains(party)) + 1e-7
        for deal in cloud.deals
        for party in deal.record["parties"]
    )
    assert f"in {above} of 15 cases" in found["cloud-parties"].title
    names, counts = np.unique(cloud.rows["outcome"], return_counts=True)
    common = ("breakdown", "talks_continue", "limited_measures", "arms_control_accord", "settlement")[
        names[counts.argmax()]
    ]
    there = sum(deal.record["outcome"] == common for deal in cloud.deals)
    word = ("none", "one", "2", "all")[there]
    assert found["cloud-classes"].title.lower().startswith(f"{word} of our 3 tables")
    left = [deal for deal in cloud.deals if max(deal.spare) >= 0.5]
    title = found["frontier-gains"].title
    assert title.startswith(f"{len(left)} of 3 tables") if left else title.startswith("No table")
    history = played.session.state.scenario.history.package
    for deal in cloud.deals:
        same = sum(deal.record["final"][name] == history[name] for name in in_play(played.session.state.scenario))
        word = ("none", "one", "two", "three")[same]
        assert re.search(rf"ables? [^;]*\b{deal.number}\b[^;]* on {word}", found["history-options"].title)
    assert all(len(figure.title) <= 100 for figure in found.values())


def test_pictures_stand_beside_tables_of_the_same_figures(played, cloud):
    for key, figure in shown(played.session.state, cloud).items():
        assert figure.picture.count("<svg") == 2 and figure.rows, key
        assert all(len(row) == len(figure.head) for row in figure.rows)
        assert (
            "<script" not in figure.picture
            and " style=" not in figure.picture
            and " on" not in re.sub(r'class="on[^"]*"|>[^<]*<|="[^"]*"', "", figure.picture)
        )
        clips = re.findall(r'id="([^"]+)"', figure.picture)
        assert key == "cloud-classes" or len(clips) == len(set(clips))
    table = table_part(played.session.state).figures[0]
    assert table.rows[1][1] == "unfinished" and set(table.rows[1][2:]) == {"–"}
    history = shown(played.session.state, cloud)["history-options"]
    assert history.head[1] == "★ What happened" and len(history.rows) == 4


def test_history_carries_its_sources_and_no_verdict(played, cloud):
    part = parts_of(played.session.state, cloud, 5)[-1]
    assert part.key == "history" and part.sources and all(what for what, _ in part.sources)
    assert any("24 February 2022" in words and "no verdict" in words for words in part.see)


def test_options_have_the_codes_of_the_sheets(played, cloud):
    """Who reads "1d" on the sheet finds it in the picture and in the table below."""
    history, codes = shown(played.session.state, cloud)["history-options"], codes_of(played.session.state.scenario)
    for its, row in zip(codes.values(), history.rows):
        assert all(f">{code}</text>" in history.picture for code in its)
        assert all(words.split(": ")[0] in its for words in row[1:])


def test_nothing_finished_one_table_and_a_game_without_history(tmp_path):
    empty = Played(tmp_path / "a.session", tables=2)
    empty.session.join(1, "us", "Ana"), empty.session.join(2, "us", "Bo")
    empty.session.go_to("talks"), empty.session.go_to("debrief")
    cloud = cloud_of(empty.session.state)
    found = shown(empty.session.state, cloud)
    assert not cloud.deals and all("Table 1" not in figure.title for figure in found.values())
    assert "no table of ours has finished" in found["cloud-gains"].title
    assert table_part(empty.session.state).figures[0].title == "No table has finished"
    assert frontiers(cloud)[0][0] == []

    harbour = Played(tmp_path / "b.session", "harbour-warm-up", tables=1)
    harbour.session.go_to("talks"), harbour.session.go_to("debrief")
    state = harbour.session.state
    parts = parts_of(state, cloud_of(state), 5)
    assert state.reveals == ("own", "table", "cloud", "frontier") and [p.key for p in parts] == ["cloud", "frontier"]
    assert "Our table" in parts[1].figures[0].title


def test_steps_go_forward_and_back_and_are_in_the_log(tmp_path):
    played = january(tmp_path / "a.session", tables=1)
    session = played.session
    with pytest.raises(Refused, match="Nothing is shown"):
        session.reveal(back=True)
    for _ in range(5):
        session.reveal()
    with pytest.raises(Refused, match="Everything"):
        session.reveal()
    session.reveal(back=True)
    session.close()
    assert Session(played.path, lambda: 2e6).state.revealed == 4


def test_if_it_ended_now_is_what_consent_makes_of_the_text(tmp_path):
    """9.2 and 10.2 on the text as it stands; looking changes nothing."""
    played = Played(tmp_path / "a.session", tables=1)
    session = played.session
    session.join(1, "us", "Ana"), session.join(1, "russia", "Bo")
    session.go_to("talks")
    talks = session.state.tables[1].talks
    record = talks.if_ended_now()
    assert record["outcome"] == "talks_continue" and all(row["gain"] == 0 for row in record["parties"].values())
    before = talks.table.talk.text.tolist(), talks.table.event_count
    package = {"missiles_ukraine": 1, "exercises_ground": 2, "russian_buildup": 2}
    played.act(1, "offer", package=package)  # only heard: the first session explores
    played.act(1, "pass")
    assert talks.table.talk.text.tolist() == before[0]
    played.act(1, "offer", package=package)
    assert talks.if_ended_now()["final"] == record["final"]  # an offer that nobody has accepted is no text
    played.act(1, "accept")
    agreed = talks.if_ended_now()
    moved = {name: agreed["final"][name] for name in package}
    taken = {issue for row in agreed["parties"].values() for issue in row["vetoes"]}
    for name, option in package.items():
        assert moved[name] == (session.state.scenario.issues[name].status_quo.value if name in taken else option)
    played.through(1)
    assert talks.if_ended_now() == talks.table.record()


def test_marks_that_would_cover_each_other_are_drawn_as_one():
    assert numbers([4, 1, 2, 3, 7]) == "1–4, 7" and numbers([1, 2]) == "1, 2" and numbers([]) == ""
    places = {1: (0.0, 0.0), 2: (3.0, 0.0), 3: (400.0, 0.0), 4: (3.0, 200.0)}
    assert together(Paper(True), places) == [((0.0, 0.0), [1, 2]), ((400.0, 0.0), [3]), ((3.0, 200.0), [4])]
    many = {number: (0.0, 0.0) for number in range(1, 20, 2)} | {40: (60.0, 0.0)}
    assert together(Paper(True), many) == [((0.0, 0.0), [*range(1, 20, 2), 40])]  # the first mark is wide
