"""What the teacher's page shows: every table, its seats, whose turn it is and for how long, what it would come to."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from sim.classroom.debrief_part import TITLES
from sim.classroom.lesson import Lesson, in_play, news_told
from sim.classroom.seats import outcome_title, points
from sim.classroom.session import Session
from sim.classroom.state import LOBBY, STAGES, TALKS, Place
from sim.classroom.told import contents
from sim.domain.scenario import Scenario
from sim.protocol.view import view

MOST_MESSAGES = 8
"""Messages at a table that its card shows, the latest."""


def monitor_of(session: Session, at: float, connected: Mapping[tuple[int, str], int]) -> dict[str, Any]:
    """The monitor of all tables.

    Parameters
    ----------
    at
        Seconds since 1970.
    connected
        How many devices of a seat are connected.
    """
    state = session.state
    lesson = state.lesson
    return {
        "stage": state.stage,
        "stages": list(STAGES),
        "running": state.running,
        "code": state.code,
        "minute": int(state.seconds(at) // 60) + (_before(lesson) if state.stage != LOBBY else 0),
        "shown": state.revealed,
        "reveals": [{"key": key, "title": TITLES[key]} for key in state.reveals],
        "plan": [{"title": step.title, "minutes": step.minutes, "venue": step.venue} for step in lesson.plan],
        "news": [
            {"name": name, "title": n.title, "changes": news_told(state.scenario, n), "sent": name in state.news}
            for name, n in lesson.news.items()
        ],
        "devices": sum(connected.values()),
        "over": all(place.talks.table.over for place in state.tables.values()),
        "tables": [_table(session, number, place, at, connected) for number, place in state.tables.items()],
    }


def _before(lesson: Lesson) -> int:
    """Minutes of the plan before the first venue: they have passed when the talks begin."""
    return sum(step.minutes for step in itertools.takewhile(lambda step: step.venue is None, lesson.plan))


def _table(
    session: Session, number: int, place: Place, at: float, connected: Mapping[tuple[int, str], int]
) -> dict[str, Any]:
    state, table = session.state, place.talks.table
    scenario = state.scenario
    seen = view(table, next(iter(scenario.parties)))
    turn = table.seat if state.stage == TALKS else None
    record = table.record() if table.over else None
    text = record["final"] if record else seen.text
    moved = sum(text[name] != quo for name, quo in zip(scenario.active, scenario.status_quo))
    return {
        "number": number,
        "venue": scenario.venues[table.venue].title,
        "venue_id": table.venue,
        "round": seen.round,
        "rounds": seen.rounds,
        "turn": turn,
        "answering": table.answering,
        "left": round(state.left(number, at), 1) if turn else None,
        "over": table.over,
        "undo": place.talks.undoable and state.stage == TALKS,
        "text": contents(scenario, text),
        "moved": moved,
        "issues": len(in_play(scenario)),
        "last": _last(session, place),
        "messages": [{"seat": m["seat"], "text": m["text"]} for m in place.messages if m["to"] == "table"][
            -MOST_MESSAGES:
        ],
        "now": None if record else _now(scenario, place),
        "outcome": outcome_title(scenario, record["outcome"]) if record else None,
        "outcome_id": record["outcome"] if record else None,
        "seats": [
            {
                "party": party,
                "kind": seat.kind,
                "names": sorted(seat.devices.values()),
                "connected": connected.get((number, party), 0),
            }
            for party, seat in place.seats.items()
        ],
    }


def _now(scenario: Scenario, place: Place) -> dict[str, Any]:
    """What the table would come to if the text on it now went to consent: outcome class, points, what would be taken back."""
    record = place.talks.if_ended_now()
    return {
        "outcome": outcome_title(scenario, record["outcome"]),
        "outcome_id": record["outcome"],
        "points": {party: points(row["utility"]) for party, row in record["parties"].items()},
        "back": [
            {"party": party, "issues": [scenario.issues[name].short for name in row["vetoes"]]}
            for party, row in record["parties"].items()
            if row["vetoes"]
        ],
    }


def _last(session: Session, place: Place) -> dict[str, Any] | None:
    """The last act at the table, in a few words."""
    events = place.talks.table.events(max(0, place.talks.table.event_count - 1))
    if not events:
        return None
    last = events[-1]
    scenario = session.state.scenario
    issue = scenario.issues[last.issue].short if last.issue else ""
    offered = contents(scenario, last.package) if last.act == "offer" else ""
    verbs = {
        "offer": f"offered {offered}", "pass": "made no offer", "accept": "accepted", "walk_out": "left the talks",
        "refuse": f"refused over {issue}", "take_back": f"took back {issue}",
    }  # fmt: skip
    return {"who": last.speaker, "words": verbs[last.act], "kind": place.seats[last.speaker].kind}
