"""A class that was played in memory of the test: two tables with people, one left unfinished, one of the model alone."""

from __future__ import annotations

from pathlib import Path

from sim.classroom.lesson import load
from sim.classroom.session import Session
from sim.protocol.table import Act

OFFER = {"russian_buildup": 2, "exercises_ground": 2}


class Clock:
    """A clock that goes a second on whenever it is asked."""

    def __init__(self) -> None:
        self.at = 1_000_000.0

    def __call__(self) -> float:
        self.at += 1.0
        return self.at


class Played:
    """A class and what people did in it."""

    def __init__(self, path: Path, lesson: str = "january-50", tables: int = 3, seed: int = 0) -> None:
        self.path, self._count = path, 0
        self.session = Session(path, Clock())
        self.session.begin(*load(lesson), tables=tables, seed=seed)

    def act(self, table: int, kind: str, **more: object) -> None:
        self._count += 1
        talks = self.session.state.tables[table].talks
        act = Act(kind, **more)  # type: ignore[arg-type]
        self.session.act(table, talks.table.seat or "", act, talks.version, f"key-{self._count:06}", "=cmd()")

    def through(self, table: int) -> None:
        """To the end of a table's talks: people accept what is offered, and the model acts for them else."""
        talks = self.session.state.tables[table].talks
        while not talks.table.over:
            if talks.table.answering:
                self.act(table, "accept")
            else:
                self.session.force_next(table)


def january(path: Path, tables: int = 3, seed: int = 0) -> Played:
    """Table 1 played by people, with news and a step taken back; table 2 left unfinished; the others by the model."""
    played = Played(path, tables=tables, seed=seed)
    session = played.session
    session.join(1, "us", "=HYPERLINK(1)")
    session.join(1, "russia", "Léa <b>")
    if tables > 1:
        session.join(2, "russia", "Bo")
    session.answer(1, "us", "before", 0, 1)
    session.answer(1, "us", "before", 1, 4)
    session.answer(1, "us", "before", 2, "+1+1")
    session.answer(1, "us", "quiz", 0, 1)
    session.go_to("talks")
    played.act(1, "offer", package=OFFER)
    played.act(1, "pass")
    session.undo(1)
    session.send_news("troops")
    session.say(1, "us", "@all <script>alert(1)</script>", "table")
    played.through(1)
    if tables > 1:
        session.force_next(2)
    session.go_to("debrief")
    session.answer(1, "us", "after", 6, "-more")
    return played
