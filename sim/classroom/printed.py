"""The teaching pack as one HTML file for the printer. Every figure and name in it comes from the lesson's game."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sim.classroom.lesson import GOALS, Lesson, in_play, news_told
from sim.classroom.pack import outcome_title, paragraphs, question_of
from sim.classroom.rules_told import consenting_of, names, rules_told, seconds_told
from sim.classroom.seats import points
from sim.classroom.sheets import bare, codes_of, sheet_of
from sim.classroom.zone import zone_of
from sim.domain.files import shipped
from sim.domain.scenario import Scenario
from sim.figures.chart import opened
from sim.look import party_looks, text
from sim.protocol.table import Table
from sim.protocol.view import view

HERE = Path(__file__).parent / "templates"

CLASS_PARTS = {
    "overview": "Overview",
    "roles": "Role matrix",
    "schedule": "Schedule",
    "rules": "General instructions",
    "agreement": "Form of agreement",
    "quiz": "Quiz on the rules",
    "before": "Before the talks",
    "after": "After the talks",
}
TEACHER_PARTS = {
    "guide": "Facilitator’s guide",
    "answers": "Answers to the quiz",
    "paper": "Without devices",
    "calculator": "Points of a deal",
    "debrief": "Debrief questions",
    "happened": "What really happened",
    "rubric": "Rubric",
    "reading": "Reading list",
}
"""Parts of the pack, for everyone and for the teacher; the parties' sheets stand between them."""

ENDED = {
    "no_understanding": "no understanding",
    "understanding": "an understanding",
    "walked_out": "a party left",
}


def pack_page(lesson: Lesson, scenario: Scenario, seed: int = 0, table: int = 1, party: str | None = None) -> str:
    """The pack of a lesson, or one party's sheet alone, as HTML that needs no network and no script.

    Parameters
    ----------
    seed, table
        Whose private draws stand on the sheets: those of a class begun with this seed, at this table (from 1).
    party
        Its id; None prints everything.

    Returns
    -------
    str
        One page, in which each part begins on a sheet of its own.
    """
    laid = Table(scenario, seed, table - 1)
    looks = party_looks({p: (given.name, given.code) for p, given in scenario.parties.items()})
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    content: dict[str, Any] = {
        "css": Markup(f"{text('tokens.css')}\n{(HERE / 'pack.css').read_text('utf-8')}"),
        "lesson": lesson,
        "scenario": scenario,
        "looks": looks,
        "seed": seed,
        "table": table,
        "only": party,
        "codes": (codes := codes_of(scenario)),
        "numbers": {name: own[0][:-1] for name, own in codes.items()},
        "bare": bare,
        # A scorable game has no status quo: its talks start from a text, and no deal is worth what the sheet says.
        "quo": "text at the start" if scenario.challenger is None else "status quo",
        "playing": in_play(scenario),
        "sheets": {p: sheet_of(lesson, scenario, laid, p) for p in ([party] if party else scenario.parties)},
        "paragraphs": paragraphs,
        "seconds": seconds_told,
        "called": lesson.name if lesson.name in shipped("lessons") else "FILE.yaml",
    }
    if party is None:
        content |= _whole(lesson, scenario, laid)
    return environment.get_template("pack.html").render(content)


def _whole(lesson: Lesson, scenario: Scenario, laid: Table) -> dict[str, Any]:
    """What the parts for everyone and for the teacher need beyond the sheets."""
    parts = {**CLASS_PARTS, **TEACHER_PARTS}
    missing = {
        "quiz": not lesson.quiz,
        "answers": not lesson.quiz,
        "before": not lesson.before,
        "after": not lesson.after,
        "debrief": not any(lesson.pack.debrief.model_dump().values()),
        "happened": scenario.history is None and not lesson.pack.happened,
        "reading": not lesson.pack.reading,
    }
    if scenario.history is None:
        parts["happened"] = "What is known of this game"
    return {
        "parts": {key: title for key, title in parts.items() if not missing.get(key)},
        "class_parts": CLASS_PARTS,
        "steps": steps_of(lesson, scenario),
        "goals": [(goal, *GOALS[goal].split(": ", 1)) for goal in GOALS],
        "rules": rules_told(lesson, scenario),
        "news_told": partial(news_told, scenario),
        "seating": _seating(scenario),
        "consent": _consent(scenario),
        "lines": view(laid, next(iter(scenario.parties))).known_lines,
        "consenting": consenting_of(scenario),
        "before": [question_of(scenario, asked) for asked in lesson.before],
        "after": [question_of(scenario, asked) for asked in lesson.after],
        "happened": _happened(lesson, scenario),
        "debrief_minutes": debrief_minutes(lesson),
        "zone": zone_of(laid),
        "points": points,
        "opened": opened,
        "alliances": names(scenario, [p for p, given in scenario.parties.items() if given.blocs]),
        "names": partial(names, scenario),
        "teams": [p for p, kind in lesson.seats.items() if kind == "team"],
        "with_model": [p for p in scenario.parties if lesson.seats.get(p, "simulated") != "team"],
    }


def steps_of(lesson: Lesson, scenario: Scenario) -> list[dict[str, Any]]:
    """The minute plan: from which minute to which, what, and how many rounds of which session."""
    at = 0
    rows: list[dict[str, Any]] = []
    for step in lesson.plan:
        venue = scenario.venues[step.venue] if step.venue else None
        rows.append({"from": at, "to": at + step.minutes, "minutes": step.minutes, "title": step.title, "venue": venue})
        at += step.minutes
    return rows


def debrief_minutes(lesson: Lesson) -> int:
    """Minutes after the last venue."""
    venues = [at for at, step in enumerate(lesson.plan) if step.venue]
    return sum(step.minutes for step in lesson.plan[venues[-1] + 1 :]) if venues else 0


def _seating(scenario: Scenario) -> list[dict[str, Any]]:
    """Per party and venue whether it sits there, in which place it speaks, and whether it votes."""
    rows: list[dict[str, Any]] = []
    for party in scenario.parties:
        places: list[str] = []
        for venue in scenario.seated:
            if party not in venue.seats:
                # A member of a seated alliance hears what is said there, and has no seat of its own (2.6).
                inside = [
                    scenario.parties[seat].name
                    for seat in venue.seats
                    if any(bloc.refers == party for bloc in scenario.parties[seat].blocs.values())
                ]
                places.append(f"no seat; hears through {inside[0]}" if inside else "no seat")
            elif party == venue.chair:
                places.append("chair, no vote")
            else:
                order = [seat for seat in venue.seats if seat != venue.chair].index(party) + 1
                must = ", must be among those who accept" if venue.quorum and party in venue.quorum.include else ""
                places.append(f"vote, {'answers' if venue.chair else 'speaks'} as no. {order}{must}")
        rows.append({"party": party, "places": places})
    return rows


def _consent(scenario: Scenario) -> list[dict[str, Any]]:
    """Per issue in play whose consent moving it needs, which options need more, where it is negotiated, who owns it."""
    codes = codes_of(scenario)
    rows: list[dict[str, Any]] = []
    for name in in_play(scenario):
        issue = scenario.issues[name]
        need = [p for p in issue.consent.value if scenario.parties[p].has_consent.value]
        more = [
            (
                codes[name][at],
                [p for p in option.also_consent if p not in need and scenario.parties[p].has_consent.value],
            )
            for at, option in enumerate(issue.options)
        ]
        venues = [venue.title for venue in scenario.seated if name in venue.agenda]
        rows.append(
            {
                "id": name,
                "issue": issue,
                "need": need,
                "more": [(code, also) for code, also in more if also],
                "venues": venues,
            }
        )
    return rows


def _happened(lesson: Lesson, scenario: Scenario) -> dict[str, Any]:
    """What is known of what happened: the issues in play, the venues, what followed, and every source that is named."""
    history, playing = scenario.history, in_play(scenario)
    cited = [source for told in lesson.pack.happened for source in told.source]
    found: dict[str, Any] = {"issues": [], "venues": [], "outcome": None, "later": None, "odds": None, "note": ""}
    if history is not None:
        found["outcome"] = opened(outcome_title(scenario, history.outcome))
        found["issues"] = [
            (name, scenario.issues[name].options[history.package[name]]) for name in playing if name in history.package
        ]
        found["venues"] = [
            (scenario.venues[v].title, ENDED[how]) for v, how in history.venues.items() if v in scenario.calendar
        ]
        found["later"], found["odds"] = history.later, history.odds
        cited += [
            *history.source,
            *(history.later.source if history.later else ()),
            *(history.odds.source if history.odds else ()),
        ]
    found["sources"] = [(key, scenario.sources[key]) for key in dict.fromkeys(cited)]
    found["number"] = {key: at for at, (key, _) in enumerate(found["sources"], 1)}
    return found
