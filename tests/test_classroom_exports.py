"""Exports hold everything once, open in a spreadsheet as text and numbers, and run nothing."""

import csv
import io
import json
import re

import pytest
from class_played import january
from hypothesis import given
from hypothesis import strategies as st

from sim.classroom.class_report import class_page
from sim.classroom.events import LogError
from sim.classroom.exports import FORMULA, cell, log_json, long_csv, wide_csv
from sim.classroom.kept import read


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    played = january(tmp_path_factory.mktemp("class") / "a.session")
    played.session.new_secret()
    played.session.close()
    return read(played.path)


def rows(text):
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


@given(st.one_of(st.text(), st.sampled_from(FORMULA).flatmap(lambda sign: st.text().map(lambda rest: sign + rest))))
def test_no_text_is_a_formula(text):
    """A cell that begins so is read as a formula by spreadsheets; the apostrophe tells that it is text."""
    found = str(cell(text))
    assert not found.lstrip(" ").startswith(FORMULA)
    assert found in (text, f"'{text}")


@given(st.one_of(st.integers(), st.floats(allow_nan=False)))
def test_numbers_stay_numbers(number):
    assert cell(number) == number and cell(True) == "yes"


def test_the_long_table_has_every_act_once_and_says_which_stand(kept):
    found = rows(long_csv(kept))
    acts = [entry for entry in kept.entries if entry.kind == "act"]
    assert [int(row["event"]) for row in found if row["kind"] == "act"] == [entry.number for entry in acts]
    standing = [row for row in found if row["stands"] == "yes"]
    assert len(standing) == sum(place.talks.table.event_count for place in kept.state.tables.values())
    undone = [row for row in found if row["stands"] == "no"]
    assert len(undone) == 1 and undone[0]["act"] == "pass"
    for number, place in kept.state.tables.items():
        own = [row for row in standing if row["table"] == str(number)]
        for row, event in zip(own, place.talks.table.events()):
            assert (row["seat"], row["act"], row["venue"], row["turn"]) == (
                event.speaker, event.act, event.venue or "", str(event.turn),
            )  # fmt: skip
            assert float(row["utility"]) == event.worth
    assert {row["by"] for row in standing} <= {"team", "model", "rules"}


def test_the_wide_table_has_a_row_a_seat(kept):
    found = rows(wide_csv(kept))
    assert len(found) == 15
    us = found[0]
    record = kept.state.tables[1].talks.table.record()
    assert (us["seat"], us["names"], us["seed"], us["finished"]) == ("us", "'=HYPERLINK(1)", "0", "yes")
    assert (us["before_1"], us["before_2"], us["before_3"]) == ("Talks continue", "5", "'+1+1")
    assert us["quiz_1"] == "The party may take it back" and us["after_7"] == "'-more" and us["after_1"] == ""
    assert float(us["gain"]) == record["parties"]["us"]["gain"] and us["outcome"] == record["outcome"]
    assert us["final_russian_buildup"] == str(record["final"]["russian_buildup"])
    assert {row["finished"] for row in found if row["table"] == "2"} == {"no"}
    assert all(row["outcome"] == row["utility"] == "" for row in found if row["table"] == "2")


def test_the_log_is_whole_and_opens_no_seat(kept):
    events = json.loads(log_json(kept))["events"]
    assert [event["number"] for event in events] == [entry.number for entry in kept.entries]
    everything = "".join([log_json(kept), long_csv(kept), wide_csv(kept), class_page(kept)])
    hashes = [entry.body["hash"] for entry in kept.entries if "hash" in entry.body]
    assert hashes and not any(one in everything for one in hashes)


def test_the_page_is_whole_alone_and_escaped(kept):
    page = class_page(kept)
    assert page.startswith("<!doctype html>") and "· Détente</title>" in page
    assert "<script" not in page and "@import" not in page
    assert not re.findall(r'(?:src|href)="(?!#|data:|https://[^"]+" rel="noopener noreferrer")', page)
    assert (
        "&lt;script&gt;alert(1)" in page
        and "Léa &lt;b&gt;" in page
        and "=cmd()" not in page.replace("<q>=cmd()</q>", "")
    )
    assert "Unfinished: table 2." in page
    for words in ("+1+1", "-more", "Further troops arrive near the border", "No deal", "★"):
        assert words.lower() in page.lower()
    assert page.count('<details class="card table-of"') == 3


def test_a_class_is_read_and_not_written(kept):
    before = kept.path.read_bytes()
    read(kept.path)
    assert kept.path.read_bytes() == before
    assert sorted(path.name for path in kept.path.parent.iterdir()) == ["a.session"]


def test_other_files_are_refused(tmp_path):
    with pytest.raises(LogError, match="no such file"):
        read(tmp_path / "none.session")
    (tmp_path / "x.session").write_text("not a class")
    with pytest.raises(LogError, match="cannot be read as a class"):
        read(tmp_path / "x.session")
    (tmp_path / "y.session").touch()
    with pytest.raises(LogError, match="another kind or version"):
        read(tmp_path / "y.session")
