"""What a seat's page shows, made from the seat's View, its team's own writing and what is public: nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.classroom.endings import endings_of
from sim.classroom.lesson import Lesson, in_play
from sim.classroom.pack import outcome_title, paragraphs, question_of
from sim.classroom.session import Session
from sim.classroom.state import DEBRIEF, LOBBY, TALKS
from sim.classroom.told import contents, told
from sim.compiled import EQUAL
from sim.domain.parties import Party
from sim.domain.scenario import Scenario
from sim.protocol.record import session_of
from sim.protocol.table import Table
from sim.protocol.view import View, is_present, own_utility, unwilling, view

MOST_HEARD = 60
"""Acts that a page lists, the latest."""


def points(utility: float) -> int:
    """A utility as whole points from 0 to 100."""
    return round(100 * utility)


def brief_of(lesson: Lesson, scenario: Scenario, seat: str) -> dict[str, Any]:
    """What does not change while the talks run: public brief, issues and options, own instructions, questions."""
    party = scenario.parties[seat]
    issues: list[dict[str, Any]] = []
    for name in in_play(scenario):
        issue = scenario.issues[name]
        needs = [
            [
                p
                for p in dict.fromkeys((*issue.consent.value, *option.also_consent))
                if scenario.parties[p].has_consent.value
            ]
            for option in issue.options
        ]
        options = [{"label": o.label, "text": o.text, "needs": n} for o, n in zip(issue.options, needs)]
        issues.append(
            {"id": name, "title": issue.title, "short": issue.short, "quo": issue.status_quo.value, "options": options}
        )
    return {
        "seat": seat,
        "name": party.name,
        "lesson": lesson.title,
        "brief": lesson.brief,
        "sign": "" if _cited(party) else "≈ ",
        "instructions": paragraphs(lesson.instructions.get(seat, "")),
        "issues": issues,
        "parties": {p: {"name": given.name, "code": given.code} for p, given in scenario.parties.items()},
        "venues": [
            {"id": v, "title": scenario.venues[v].title, "dates": scenario.venues[v].dates} for v in scenario.calendar
        ],
        "endings": endings_of(scenario),
        "before": [question_of(scenario, asked) for asked in lesson.before],
        "after": [question_of(scenario, asked) for asked in lesson.after],
        "quiz": [{"text": q.text, "choices": list(q.choices)} for q in lesson.quiz],
    }


def _cited(party: Party) -> bool:
    """Whether every wish of a party is cited, and its worth of no deal with it."""
    cells = [position.points or position.salience for position in party.positions.values()]
    return party.reservation is not None and all(given is None or given.basis == "cited" for given in cells)


def page_of(session: Session, table: int, seat: str, at: float) -> dict[str, Any]:
    """What changes: whose turn it is, the text, offers, own points, own draft, messages, the clock."""
    state, place = session.state, session.state.tables[table]
    talks, own, scenario = place.talks, place.seats[seat], state.scenario
    seen = view(talks.table, seat)
    begun = state.stage != LOBBY
    page: dict[str, Any] = {
        "stage": state.stage,
        "version": talks.version,
        "running": state.running,
        "left": round(state.left(table, at), 1) if state.stage == TALKS and seen.to_act else None,
        "kind": own.kind,
        "team": sorted(own.devices.values()),
        "kinds": {party: given.kind for party, given in place.seats.items()},
        "venue": seen.venue,
        "round": seen.round,
        "rounds": seen.rounds,
        "present": seen.present,
        "exploratory": _exploratory(scenario, seen),
        "turn": seen.to_act if begun else None,
        "answering": talks.table.answering and begun,
        "legal": list(seen.legal.kinds) if seen.legal and state.stage == TALKS and own.kind == "team" else [],
        "movable": _movable(scenario, seen),
        "text": seen.text,
        "text_words": contents(scenario, seen.text),
        **scores_of(scenario, seen),
        "kept": begun and not talks.table.over and _kept(scenario, talks.table, seen),
        "offer": _offer(scenario, seen),
        "draft": draft_of(session, table, seen, own.draft),
        "heard": [_line(session, table, seen, act) for act in seen.heard[-MOST_HEARD:]],
        "messages": _messages(session, table, seat),
        "notes": own.notes,
        "answers": {f"{which}-{number}": answer for (which, number), answer in own.answers.items()},
        "quiz": _marked(state.lesson, own.answers),
        "news": [{"title": n.title, "text": n.text} for n in (state.lesson.news[name] for name in state.news)],
        "broadcasts": state.broadcasts[-5:],
        "result": None,
        "table_result": None,
    }
    if talks.table.over:
        # What consent left is public, and no venue's text any more.
        page["text_words"] = contents(scenario, talks.table.record()["final"])
    if state.stage == DEBRIEF and talks.table.over:
        _reveal(page, session, table, seat)
    return page


def scores_of(scenario: Scenario, seen: View) -> dict[str, Any]:
    """The score sheet as of now, in points: every option in play, what is not in play, the text, no deal; own red lines."""
    return {
        "text_points": points(seen.text_worth),
        "no_deal": points(seen.no_deal),
        "worth": {name: [points(worth) for worth in seen.worth[name]] for name in in_play(scenario)},
        "rest": points(sum(row[seen.text[name]] for name, row in seen.worth.items() if name not in in_play(scenario))),
        "barred": {name: list(seen.barred[name]) for name in in_play(scenario) if name in seen.barred},
    }


def _kept(scenario: Scenario, table: Table, seen: View) -> bool:
    """Whether what no deal is worth here is the text that the seat agreed to at a venue before (3.4)."""
    agreed = bool(table.talk.seat[list(scenario.parties).index(seen.seat)].agreed)
    return agreed and abs(seen.no_deal - seen.text_worth) <= EQUAL


def _messages(session: Session, table: int, seat: str) -> list[dict[str, Any]]:
    """What was written to the team, and to the rooms in which it was."""
    place = session.state.tables[table]
    present = {venue: is_present(place.talks.table, seat, venue) for venue in session.state.scenario.calendar}
    read = [m for m in place.messages if (present[m["venue"]] if m["to"] == "table" else m["seat"] == seat)]
    return read[-MOST_HEARD:]


def _exploratory(scenario: Scenario, seen: View) -> bool:
    """Whether offers are heard and not answered in this session (8.2)."""
    return scenario.venues[seen.venue].sessions[session_of(scenario, seen.venue, seen.round)].exploratory


def _movable(scenario: Scenario, seen: View) -> list[str]:
    """Issues that a draft may move here: by the rules when it is the seat's turn, else by the venue's agenda and own levers."""
    if seen.legal is not None and not seen.legal.answering:
        return [name for name, options in seen.legal.options.items() if len(options) > 1]
    agenda = scenario.venues[seen.venue].agenda
    return [name for name in scenario.active if name in agenda or scenario.issues[name].owner == seen.seat]


def _offer(scenario: Scenario, seen: View) -> dict[str, Any] | None:
    """The last offer at this venue, and what it is worth to the seat."""
    if seen.offer is None or seen.offer_worth is None:
        return None
    beyond = [name for name, options in seen.barred.items() if seen.offer[name] in options]
    return {
        "from": seen.offer_from,
        "package": seen.offer,
        "words": contents(scenario, seen.offer),
        "points": points(seen.offer_worth),
        "beyond": [scenario.issues[name].short for name in beyond],
    }


def draft_of(session: Session, table: int, seen: View, draft: Mapping[str, int]) -> dict[str, Any]:
    """A draft laid over the text: its points by the rules, what is beyond an own line, and who must consent."""
    place, scenario, seat = session.state.tables[table], session.state.scenario, seen.seat
    movable = set(_movable(scenario, seen))
    package = {name: draft[name] if name in draft and name in movable else seen.text[name] for name in scenario.active}
    worth = own_utility(place.talks.table, seat, package)
    return {
        "package": {name: package[name] for name in in_play(scenario)},
        "changed": [name for name in scenario.active if package[name] != seen.text[name]],
        "points": points(worth),
        "below": worth < seen.no_deal - EQUAL,
        "beyond": [name for name in in_play(scenario) if package[name] in seen.barred.get(name, ())],
        "rule": rule_of(scenario, seen.venue, seat),
        "at_the_end": _consent(scenario, package, seat),
        "unwilling": unwilling(place.talks.table, seat, package),
    }


def rule_of(scenario: Scenario, venue: str, seat: str) -> dict[str, Any]:
    """Who must accept at a venue (8.3 to 8.7): how many of whom, and who must be among them; the proposer counts as one."""
    given = scenario.venues[venue]
    voters = [party for party in given.seats if party != given.chair]
    others = [party for party in voters if party != seat]
    if given.quorum is None:
        return {"consents": len(others), "others": others, "include": []}
    own = seat in voters
    return {
        "consents": given.quorum.consents - own,
        "others": others,
        "include": [party for party in given.quorum.include if party != seat],
    }


def _consent(scenario: Scenario, package: Mapping[str, int], seat: str) -> list[str]:
    """Other parties that may take back at the end what a package moves (1.3, 9.2)."""
    needs: dict[str, None] = {}
    for name in scenario.active:
        issue = scenario.issues[name]
        if package[name] != issue.status_quo.value:
            for party in (*issue.consent.value, *issue.options[package[name]].also_consent):
                if scenario.parties[party].has_consent.value and party != seat:
                    needs[party] = None
    return list(needs)


def _line(session: Session, table: int, seen: View, act: dict[str, Any]) -> dict[str, Any]:
    """An act that was heard, in words."""
    place = session.state.tables[table]
    number = int(act["number"])
    rules = act["act"] == "take_back" and place.seats[act["speaker"]].kind == "simulated"
    return {
        "number": number,
        "venue": act["venue"],
        "round": act["round"],
        "who": act["speaker"],
        "words": told(session.state.scenario, seen, act),
        "reason": place.talks.reason(number),
        "simulated": place.talks.by_model(number) or rules,
        "points": points(act["worth"]) if act["act"] == "offer" else None,
    }


def _marked(lesson: Lesson, answers: Mapping[tuple[str, int], Any]) -> dict[str, dict[str, Any]]:
    """Of each quiz question that the team answered: whether it was right, and why."""
    return {
        str(number): {"right": answer == lesson.quiz[number].right, "why": lesson.quiz[number].why}
        for (which, number), answer in answers.items()
        if which == "quiz"
    }


def _reveal(page: dict[str, Any], session: Session, table: int, seat: str) -> None:
    """What the teacher has shown of a finished table: the own result, then everybody's."""
    state = session.state
    record = state.tables[table].talks.table.record()
    if state.revealed >= 1:
        own = record["parties"][seat]
        page["result"] = {
            "points": points(own["utility"]),
            "no_deal": points(own["no_deal"]),
            "words": contents(state.scenario, record["final"]),
            "outcome": outcome_title(state.scenario, record["outcome"]),
        }
    if state.revealed >= 2:
        page["table_result"] = [
            {"party": p, "points": points(row["utility"]), "no_deal": points(row["no_deal"])}
            for p, row in record["parties"].items()
        ]
