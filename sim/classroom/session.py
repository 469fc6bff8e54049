"""A session: what the teacher and the seats may do, each an event in the log; refused with a reason where it may not be."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sim.classroom.events import Log
from sim.classroom.lesson import Lesson, choices, in_play, questions_of
from sim.classroom.state import DEBRIEF, LOBBY, STAGES, TALKS, Seat, State
from sim.domain.scenario import Scenario
from sim.protocol.table import Act, IllegalAct
from sim.protocol.view import is_present

LONGEST = 2000
"""Characters of one message, note, reason or answer."""

MOST_TABLES, MOST_DEVICES, MOST_MESSAGES = 60, 12, 400
_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
STALE = "Not sent: the text changed. Look again."


class Refused(ValueError):
    """Something that may not be done now; its text says why, and nothing has changed."""


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def same(token: str, kept: str | None) -> bool:
    """Whether a token is the one of which ``kept`` is the hash; takes as long whatever the answer."""
    return hmac.compare_digest(hashed(token), kept or "")


def plain(text: object, longest: int = LONGEST) -> str:
    """Somebody's own words: printable characters and line breaks, cut at the ends.

    Raises
    ------
    Refused
        No text, or too long.
    """
    if not isinstance(text, str) or len(text) > longest:
        raise Refused(f"Not sent: expected a text of at most {longest} characters.")
    return "".join(letter for letter in text if letter.isprintable() or letter == "\n").strip()


class Session:
    """A class at its tables.

    Parameters
    ----------
    path
        The session's file; goes on from where it stood if there is one.
    now
        Seconds since 1970.

    Attributes
    ----------
    state
        The fold of all events so far.
    """

    def __init__(self, path: Path, now: Callable[[], float]) -> None:
        self.now = now
        self.log = Log(path, now)
        self.state = State()
        for entry in self.log:
            self.state.take(entry)
        if self.state.last:
            self._add("opened")
            for number in self.state.tables:
                self._advance(number)

    def begin(self, lesson: Lesson, scenario: Scenario, tables: int, seed: int) -> None:
        """Begin: the lesson is written into the log, and every table is laid.

        Raises
        ------
        Refused
            Begun already, or too many tables.
        """
        if self.state.last:
            raise Refused("This session has begun.")
        if not 1 <= tables <= MOST_TABLES:
            raise Refused(f"Found {tables} tables; expected 1 to {MOST_TABLES}.")
        game = json.loads(scenario.canonical())
        code = "".join(secrets.choice(_SIGNS) for _ in range(4))
        self._add("begun", lesson=lesson.model_dump(mode="json"), scenario=game, tables=tables, seed=seed, code=code)

    def _add(self, kind: str, table: int | None = None, seat: str | None = None, /, **body: Any) -> None:
        self.state.take(self.log.add(kind, table, seat, body))

    def seat(self, table: int, seat: str) -> Seat:
        """A seat.

        Raises
        ------
        Refused
            There is none.
        """
        place = self.state.tables.get(table)
        if place is None or seat not in place.seats:
            raise Refused("There is no such seat.")
        return place.seats[seat]

    # ---- The teacher ------------------------------------------------------------------------------------------------

    def new_secret(self) -> str:
        """Make the teacher's secret; an earlier one no longer counts, devices that gave it stay."""
        token = secrets.token_urlsafe(16)
        self._add("secret", hash=hashed(token))
        return token

    def teacher_enters(self, secret: str) -> str | None:
        """A device's own token for the right secret, else None."""
        if not self.state.secret or not same(secret, self.state.secret):
            return None
        token = secrets.token_urlsafe(16)
        self._add("teacher", hash=hashed(token))
        return token

    def is_teacher(self, token: str) -> bool:
        """Whether a device's token is a teacher's."""
        return any([same(token, kept) for kept in self.state.teachers])

    def go_to(self, stage: str) -> None:
        """Go on to the talks or the debrief; seats that nobody took by then are played by the model."""
        if stage not in STAGES or STAGES.index(stage) != STAGES.index(self.state.stage) + 1:
            raise Refused("The lesson goes from lobby to talks to debrief.")
        self._add("stage", to=stage)
        if stage == TALKS:
            for number, place in self.state.tables.items():
                for party, seat in place.seats.items():
                    if seat.kind == "team" and not seat.devices:
                        self._add("seat", number, party, kind="simulated")
        self._all_advance()

    def reveal(self, *, back: bool = False) -> None:
        """Show the next step of the debrief, or hide the last one again."""
        if self.state.stage != DEBRIEF:
            raise Refused("The debrief has not begun.")
        shown = self.state.revealed + (-1 if back else 1)
        if not 0 <= shown <= len(self.state.reveals):
            raise Refused("Nothing is shown." if back else "Everything is shown.")
        self._add("reveal", shown=shown)

    def run_clock(self, run: bool) -> None:
        """Let the clock run, or stop it; while it stands no act is taken."""
        if self.state.stage != TALKS:
            raise Refused("The clock runs during the talks.")
        if run != self.state.running:
            self._add("clock", run=run)
        self._all_advance()

    def add_time(self, seconds: float) -> None:
        """Give every present turn more seconds, or fewer."""
        if not -3600 <= seconds <= 3600:
            raise Refused("At most an hour at once.")
        self._add("clock", add=seconds)

    def force_next(self, table: int) -> None:
        """Let the tactic of the seat to act take its act."""
        self._check_play(table)
        self._by_tactic(table, undoable=True)
        self._advance(table)

    def undo(self, table: int) -> None:
        """Take back the last act of a team at a table, and what followed it."""
        if table not in self.state.tables:
            raise Refused("There is no such table.")
        if not self.state.tables[table].talks.undoable:
            raise Refused("No team has acted here yet.")
        if self.state.stage != TALKS:
            raise Refused("The talks are not on.")
        self._add("undo", table)
        self._advance(table)

    def send_news(self, name: str) -> None:
        """Tell every table some news; its figures count from the next venue on."""
        if name not in self.state.lesson.news:
            raise Refused("There is no such news.")
        if name in self.state.news:
            raise Refused("This news was sent already.")
        if self.state.stage != TALKS:
            raise Refused("News can be sent during the talks.")
        self._add("news", name=name)

    def broadcast(self, text: object) -> None:
        """Say something to everyone."""
        said = plain(text)
        if said:
            self._add("broadcast", text=said)

    def set_kind(self, table: int, seat: str, kind: str) -> None:
        """Give a seat to a team, or to the model; the model acts at once if it is its turn."""
        if kind not in ("team", "simulated"):
            raise Refused("A seat is a team's or simulated.")
        if self.seat(table, seat).kind != kind:
            self._add("seat", table, seat, kind=kind)
        self._advance(table)

    def new_link(self, table: int, seat: str) -> str:
        """A new link's token; the old link and every device that sat there by it no longer count."""
        self.seat(table, seat)
        token = secrets.token_urlsafe(16)
        self._add("link", table, seat, hash=hashed(token))
        return token

    # ---- A seat -----------------------------------------------------------------------------------------------------

    def seat_of(self, link: str) -> tuple[int, str] | None:
        """Table and party of a link's token."""
        found = None
        for number, place in self.state.tables.items():
            for party, seat in place.seats.items():
                if any([same(link, kept) for kept in seat.links]):
                    found = number, party
        return found

    def invite(self, table: int, seat: str) -> str:
        """A further link's token, for another device of the same team."""
        if len(self.seat(table, seat).links) > 4 * MOST_DEVICES:
            raise Refused("This seat has many links already; ask the teacher for a new one.")
        token = secrets.token_urlsafe(16)
        self._add("invite", table, seat, hash=hashed(token))
        return token

    def free_seats(self) -> list[tuple[int, str]]:
        """Seats for teams that no device has taken yet."""
        places = self.state.tables.items()
        return [(n, p) for n, place in places for p, s in place.seats.items() if s.kind == "team" and not s.devices]

    def join(self, table: int, seat: str, name: object) -> str:
        """Seat one more device; its own token. The first device of a simulated seat makes it a team's in the lobby."""
        given = self.seat(table, seat)
        called = plain(name, 40).replace("\n", " ") or "somebody"
        if len(given.devices) >= MOST_DEVICES:
            raise Refused(f"This seat has {MOST_DEVICES} devices already; ask the teacher for a new link.")
        token = secrets.token_urlsafe(16)
        self._add("joined", table, seat, hash=hashed(token), name=called)
        if self.state.stage == LOBBY and given.kind == "simulated":
            self._add("seat", table, seat, kind="team")
        return token

    def sits(self, table: int, seat: str, token: str) -> bool:
        """Whether a device's token belongs to a seat."""
        given = self.seat(table, seat)
        return any([same(token, kept) for kept in given.devices])

    def act(self, table: int, seat: str, act: Act, version: object, key: object, reason: object = "") -> None:
        """Take a team's act.

        Parameters
        ----------
        version
            The table's version that the team saw.
        key
            Names this act among the seat's; one that was taken is not taken again.
        reason
            With a refusal, in the team's own words.

        Raises
        ------
        Refused
            Not its turn, not legal, the picture was outdated, the clock stands.
        """
        given = self.seat(table, seat)
        if not isinstance(key, str) or not 8 <= len(key) <= 64:
            raise Refused("Not sent: expected a key of 8 to 64 characters.")
        if key in given.keys:
            return
        self._check_play(table)
        talks = self.state.tables[table].talks
        if given.kind != "team":
            raise Refused("Not sent: the model plays this seat now.")
        if version != talks.version or isinstance(version, bool):
            raise Refused(STALE)
        if talks.table.seat != seat:
            raise Refused("Not sent: it is not your turn.")
        words = plain(reason)
        self._try(table, act)
        body: dict[str, Any] = {"act": act.kind, "tactic": False, "undoable": True, "key": key}
        if act.kind == "offer":
            body["package"] = dict(act.package)
        if act.issue is not None:
            body["issue"] = act.issue
        if words and act.kind == "refuse":
            body["reason"] = words
        self._add("act", table, seat, **body)
        self._advance(table)

    def _try(self, table: int, act: Act) -> None:
        """Refuse what the table would not take, before it is written down."""
        legal = self.state.tables[table].talks.table
        try:
            legal.check(act)
        except IllegalAct as error:
            raise Refused(f"Not sent: {error}") from None

    def keep_draft(self, table: int, seat: str, package: Mapping[str, object]) -> None:
        """Keep a team's draft: what differs from the text on the table."""
        scenario, draft = self.state.scenario, {}
        if not isinstance(package, dict):
            raise Refused("Not kept: expected an option per issue.")
        for name, option in package.items():
            if name not in in_play(scenario) or isinstance(option, bool) or not isinstance(option, int):
                raise Refused("Not kept: found an issue or option that is not in play.")
            if not 0 <= option < len(scenario.issues[name].options):
                raise Refused("Not kept: found an option that does not exist.")
            draft[name] = option
        if draft != self.seat(table, seat).draft:
            self._add("draft", table, seat, package=draft)

    def say(self, table: int, seat: str, text: object, to: object) -> None:
        """Say something to the table or to the own team."""
        said = plain(text)
        if to not in ("table", "team"):
            raise Refused("A message goes to the table or to the team.")
        if not said:
            raise Refused("Not sent: there is nothing in it.")
        place = self.state.tables[table]
        if to == "table" and not is_present(place.talks.table, seat, place.talks.table.venue):
            raise Refused("Not sent: you are not in this room.")
        if sum(message["seat"] == seat for message in place.messages) >= MOST_MESSAGES:
            raise Refused(f"Not sent: {MOST_MESSAGES} messages are the most of one seat.")
        self._add("message", table, self._checked(table, seat), text=said, to=to, venue=place.talks.table.venue)

    def keep_notes(self, table: int, seat: str, text: object) -> None:
        """Keep a team's private notes."""
        self._add("note", table, self._checked(table, seat), text=plain(text, 8000))

    def answer(self, table: int, seat: str, which: object, number: object, answer: object) -> None:
        """Keep an answer to a question before or after, or of the quiz: own words, or which choice, from 0."""
        asked = questions_of(self.state.lesson).get(str(which), ())
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < len(asked):
            raise Refused("There is no such question.")
        among = choices(self.state.scenario, asked[number])
        if among and (isinstance(answer, bool) or not isinstance(answer, int) or not 0 <= answer < len(among)):
            raise Refused("There is no such choice.")
        kept = answer if among else plain(answer)
        self._add("answer", table, self._checked(table, seat), which=which, number=number, answer=kept)

    def _checked(self, table: int, seat: str) -> str:
        self.seat(table, seat)
        return seat

    # ---- Moving on --------------------------------------------------------------------------------------------------

    def _check_play(self, table: int) -> None:
        if table not in self.state.tables:
            raise Refused("There is no such table.")
        if self.state.stage != TALKS:
            raise Refused("Not sent: the talks are not on.")
        if not self.state.running:
            raise Refused("Not sent: the clock stands.")
        if self.state.tables[table].talks.table.over:
            raise Refused("Not sent: the talks at this table are over.")

    def _all_advance(self) -> None:
        for number in self.state.tables:
            self._advance(number)

    def _advance(self, table: int) -> None:
        """Let simulated seats act until a team's turn."""
        place = self.state.tables[table]
        while self.state.stage == TALKS and self.state.running and not place.talks.table.over:
            if place.seats[place.talks.table.seat or ""].kind != "simulated":
                return
            self._by_tactic(table, undoable=False)

    def _by_tactic(self, table: int, *, undoable: bool) -> None:
        talks = self.state.tables[table].talks.table
        act = talks.decide()
        body: dict[str, Any] = {"act": act.kind, "tactic": True, "undoable": undoable, "package": dict(act.package)}
        if act.issue is not None:
            body["issue"] = act.issue
        self._add("act", table, talks.seat, **body)

    def close(self) -> None:
        """Close the file."""
        self.log.close()

    def delete(self) -> None:
        """Delete the file: nothing can be done in this session any more.

        Raises
        ------
        OSError
            The file cannot be removed.
        """
        self.log.delete()
