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
from sim.classroom.seats import outcome_title
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
    lesson, found = state.lesson, []
    asked = {"before": lesson.before, "quiz": lesson.quiz, "after": lesson.after}
    for which, given in asked.items():
        for number, question in enumerate(given):
            answers = []
            for table, place in state.tables.items():
                for party, seat in place.seats.items():
                    if (which, number) in seat.answers:
                        answers.append((table, party, _answer(question, seat.answers[which, number])))
            words = question if isinstance(question, str) else getattr(question, "text", str(question))
            found.append({"which": which, "text": words, "answers": answers})
    return found


def _answer(question: Any, answer: Any) -> str:
    """An answer in words: a choice by its text."""
    choices = getattr(question, "choices", ())
    if isinstance(answer, int) and 0 <= answer < len(choices):
        right = getattr(question, "right", None)
        mark = "" if right is None else " (right)" if answer == right else " (not so)"
        return f"{choices[answer]}{mark}"
    return str(answer)
