"""A class on one page that opens anywhere without a network: results, the debrief, what was said and answered."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from sim.classroom.cloud import Cloud, cloud_of
from sim.classroom.colours import looks_of, style_of
from sim.classroom.debrief import finished, parts_of, table_part
from sim.classroom.kept import Kept
from sim.classroom.lesson import Question, as_given, questions_of
from sim.classroom.pack import SCALE, Asked, outcome_title
from sim.classroom.state import Place, State
from sim.classroom.told import contents
from sim.figures.chart import counted
from sim.narrate import sentence

HERE = Path(__file__).parent


def class_page(kept: Kept, cloud: Cloud | None = None) -> str:
    """The report of a class as HTML.

    Parameters
    ----------
    kept
        The class; tables may be unfinished, and are said to be.
    cloud
        Its debrief's runs; played now where left out.
    """
    state = kept.state
    pages = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    looks = looks_of(state.scenario)
    style = "\n".join(
        [style_of(looks), *((HERE / "static" / name).read_text("utf-8") for name in ("class.css", "debrief.css"))]
    )
    over = finished(state)
    parts = [table_part(state), *parts_of(state, cloud or cloud_of(state), len(state.reveals))]
    unfinished = [number for number in state.tables if number not in over]
    return pages.get_template("class_report.html").render(
        style=style,
        lesson=state.lesson,
        scenario=state.scenario,
        looks=looks,
        session=kept.path.stem,
        when=f"{datetime.datetime.fromtimestamp(kept.entries[0].at, datetime.UTC):%d %B %Y}".lstrip("0"),
        seed=state.seed,
        count=counted(len(state.tables), "table"),
        unfinished=unfinished,
        parts=parts,
        tables=[_table(state, number, place) for number, place in state.tables.items()],
        questions=_questions(state),
        news=[(state.lesson.news[name].title, state.lesson.news[name].text) for name in state.news],
        broadcasts=state.broadcasts,
    )


def _table(state: State, number: int, place: Place) -> dict[str, Any]:
    """A table: who sat where, how it ended, everything that was done and said."""
    scenario, table = state.scenario, place.talks.table
    record = table.record() if table.over else None
    events = table.events()
    return {
        "number": number,
        "ended": f"{outcome_title(scenario, record['outcome'])}: {contents(scenario, record['final'])}"
        if record
        else "",
        "seats": [(party, seat.kind, ", ".join(sorted(seat.devices.values()))) for party, seat in place.seats.items()],
        "acts": [
            {
                "turn": event.turn,
                "venue": scenario.venues[event.venue].title if event.venue else "Consent",
                "who": event.speaker,
                "words": sentence(scenario, event, events[:at]),
                "reason": place.talks.reason(event.number),
            }
            for at, event in enumerate(events)
        ],
        "messages": [(m["seat"], m["to"], scenario.venues[m["venue"]].title, m["text"]) for m in place.messages],
        "notes": [(party, seat.notes) for party, seat in place.seats.items() if seat.notes],
    }


def _questions(state: State) -> list[dict[str, Any]]:
    """Every question with what the seats answered; where there were choices, whether it was right."""
    found: list[dict[str, Any]] = []
    for which, given in questions_of(state.lesson).items():
        for number, asked in enumerate(given):
            answers = [
                (table, party, _answer(state, asked, seat.answers[which, number]))
                for table, place in state.tables.items()
                for party, seat in place.seats.items()
                if (which, number) in seat.answers
            ]
            found.append({"which": which, "text": asked.text, "answers": answers})
    return found


def _answer(state: State, asked: Asked | Question, answer: str | int) -> str:
    """An answer in words; of the quiz, whether it was right, of a scale, from what to what it goes."""
    given = str(as_given(state.scenario, asked, answer))
    if isinstance(asked, Question):
        return f"{given} ({'right' if answer == asked.right else 'not so'})"
    return f"{given} of {SCALE} (1 {asked.ends[0]}, {SCALE} {asked.ends[1]})" if asked.ends else given
