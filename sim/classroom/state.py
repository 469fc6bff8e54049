"""What a session has come to: the fold of its events. Nothing else changes it, so a replay gives the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sim.classroom.class_table import ClassTable, Step
from sim.classroom.events import Entry
from sim.classroom.lesson import Lesson
from sim.domain.arena import places_of
from sim.domain.load import build
from sim.domain.scenario import Scenario
from sim.protocol.table import Act

LOBBY, TALKS, DEBRIEF = "lobby", "talks", "debrief"
STAGES = (LOBBY, TALKS, DEBRIEF)
REVEALS = ("own", "table", "cloud", "frontier", "history")
"""What the debrief can show, in order: a seat's own result, its table's, the class among simulated runs, what was still to
be gained, what happened."""


@dataclass
class Seat:
    """A party's place at one table.

    Attributes
    ----------
    kind
        team or simulated.
    links
        Hashes of the tokens in its links.
    devices
        Hash of a device's token -> name that was given.
    keys
        Keys of acts taken, so that one sent twice counts once.
    draft, notes
        The team's own.
    answers
        (which questions, number) -> answer.
    """

    kind: str
    links: set[str] = field(default_factory=set[str])
    devices: dict[str, str] = field(default_factory=dict[str, str])
    keys: set[str] = field(default_factory=set[str])
    draft: dict[str, int] = field(default_factory=dict[str, int])
    notes: str = ""
    answers: dict[tuple[str, int], Any] = field(default_factory=dict[tuple[str, int], Any])


@dataclass
class Place:
    """One table of the class: its talks, its seats, what was said, and when the present turn began (class seconds)."""

    talks: ClassTable
    seats: dict[str, Seat]
    messages: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    began: float = 0.0
    extra: float = 0.0


class State:
    """The state of a session.

    Attributes
    ----------
    lesson, scenario, seed
        What is played; kept in the log, so that later changes of files change no session.
    tables
        By number, from 1.
    stage
        One of ``STAGES``.
    revealed
        How many of ``REVEALS`` are shown.
    running
        Whether the clock runs.
    news
        Names of news sent, in order.
    broadcasts
        Messages of the teacher to everyone.
    code
        Four signs with which people find the class; it seats nobody whose seat is taken.
    secret, teachers
        Hashes: of the teacher's secret, of the devices that gave it.
    last
        Number of the last event.
    """

    lesson: Lesson
    scenario: Scenario
    seed: int

    def __init__(self) -> None:
        self.tables: dict[int, Place] = {}
        self.stage, self.revealed, self.running = LOBBY, 0, False
        self.news: list[str] = []
        self.broadcasts: list[str] = []
        self.code, self.secret, self.teachers = "", "", set[str]()
        self.last, self.at = 0, 0.0
        self._elapsed, self._since = 0.0, 0.0

    @property
    def reveals(self) -> tuple[str, ...]:
        """What this class's debrief can show: history only where the scenario tells one."""
        return REVEALS if self.scenario.history else REVEALS[:-1]

    def seconds(self, at: float) -> float:
        """Class seconds at a moment: time that passed while the clock ran."""
        return self._elapsed + (max(0.0, at - self._since) if self.running else 0.0)

    def left(self, number: int, at: float) -> float:
        """Seconds left of the present turn at a table; below zero when it is over time."""
        place = self.tables[number]
        clocks = self.lesson.clocks
        limit = clocks.answer if place.talks.table.answering else clocks.turn
        return limit + place.extra - (self.seconds(at) - place.began)

    def take(self, entry: Entry) -> None:
        """Take one event in."""
        getattr(self, f"_{entry.kind}")(entry)
        self.last, self.at = entry.number, entry.at

    def _begun(self, entry: Entry) -> None:
        self.lesson = Lesson.model_validate(entry.body["lesson"])
        self.scenario = build(entry.body["scenario"])
        self.seed, self.code = int(entry.body["seed"]), entry.body["code"]
        places = {path: places_of(self.scenario, path) for news in self.lesson.news.values() for path in news.figures}
        for number in range(1, int(entry.body["tables"]) + 1):
            talks = ClassTable(self.scenario, self.seed, number - 1, places)
            kinds = self.lesson.seats
            self.tables[number] = Place(
                talks, {party: Seat(kinds.get(party, "simulated")) for party in self.scenario.parties}
            )

    def _opened(self, entry: Entry) -> None:
        """The server started anew: the time it was away counts for nobody."""
        if self.running:
            self._elapsed, self._since = self.seconds(self.at), entry.at

    def _secret(self, entry: Entry) -> None:
        self.secret = entry.body["hash"]

    def _teacher(self, entry: Entry) -> None:
        self.teachers.add(entry.body["hash"])

    def _stage(self, entry: Entry) -> None:
        self.stage = entry.body["to"]
        if self.stage == TALKS:
            self._clock(Entry(entry.number, entry.at, "clock", None, None, {"run": True}))
            for place in self.tables.values():
                place.began, place.extra = self.seconds(entry.at), 0.0

    def _reveal(self, entry: Entry) -> None:
        self.revealed = int(entry.body["shown"])

    def _clock(self, entry: Entry) -> None:
        if "run" in entry.body:
            self._elapsed, self._since = self.seconds(entry.at), entry.at
            self.running = bool(entry.body["run"])
        for place in self.tables.values():
            place.extra += float(entry.body.get("add", 0.0))

    def _seat(self, entry: Entry) -> None:
        self._of(entry).kind = entry.body["kind"]

    def _link(self, entry: Entry) -> None:
        self._of(entry).links, self._of(entry).devices = {entry.body["hash"]}, {}

    def _invite(self, entry: Entry) -> None:
        self._of(entry).links.add(entry.body["hash"])

    def _joined(self, entry: Entry) -> None:
        self._of(entry).devices[entry.body["hash"]] = entry.body["name"]

    def _act(self, entry: Entry) -> None:
        body, place = entry.body, self.tables[entry.table or 0]
        act = Act(body["act"], body.get("package", {}), body.get("issue"))
        place.talks.take(Step(act, body["tactic"], body["undoable"], body.get("reason", "")))
        if "key" in body:
            self._of(entry).keys.add(body["key"])
        if act.kind == "offer" and not body["tactic"]:
            self._of(entry).draft = {}
        self._turn(place, entry.at)

    def _undo(self, entry: Entry) -> None:
        place = self.tables[entry.table or 0]
        place.talks.undo()
        self._turn(place, entry.at)

    def _turn(self, place: Place, at: float) -> None:
        place.began, place.extra = self.seconds(at), 0.0

    def _news(self, entry: Entry) -> None:
        self.news.append(entry.body["name"])
        figures = self.lesson.news[entry.body["name"]].figures
        for place in self.tables.values():
            place.talks.take(Step(figures=figures))

    def _broadcast(self, entry: Entry) -> None:
        self.broadcasts.append(entry.body["text"])

    def _message(self, entry: Entry) -> None:
        place = self.tables[entry.table or 0]
        place.messages.append({"seat": entry.seat, **entry.body})

    def _note(self, entry: Entry) -> None:
        self._of(entry).notes = entry.body["text"]

    def _draft(self, entry: Entry) -> None:
        self._of(entry).draft = dict(entry.body["package"])

    def _answer(self, entry: Entry) -> None:
        self._of(entry).answers[entry.body["which"], int(entry.body["number"])] = entry.body["answer"]

    def _of(self, entry: Entry) -> Seat:
        return self.tables[entry.table or 0].seats[entry.seat or ""]
