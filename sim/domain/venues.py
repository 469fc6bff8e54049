"""Where it is negotiated: venues, sessions, protocols and decision rules (clause 8)."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field

from sim.domain.cells import Cell, Frozen

Rounds = Cell[Annotated[int, Field(ge=1, le=200)]]


class Session(Frozen):
    """Rounds of one sitting; in an exploratory one offers are heard and not answered (8.2)."""

    title: str
    date: datetime.date | None = None
    rounds: Rounds
    exploratory: bool = False


class Quorum(Frozen):
    """A decision rule of k consents that must include the named parties (8.7)."""

    consents: Annotated[int, Field(ge=1)]
    include: tuple[str, ...] = ()


class Venue(Frozen):
    """One meeting.

    Attributes
    ----------
    title
        Short name, usually the city.
    forum
        What meets there.
    dates
        In words, "9–10 January".
    date
        The day it ends.
    protocol
        alternating (8.3), council (8.4: one seat is an alliance) or consensus (8.5: the chair tables one text).
    binding
        Whether what it decides leaves later agendas (8.6).
    seats
        In speaking order (8.1), the chair included.
    chair
        Tables the texts under consensus; has no vote.
    agenda
        Issues that may move here; levers are never listed (1.4).
    sessions
        In order.
    quorum
        None means unanimity.
    source, note
        Where this is known from.
    """

    title: str
    forum: str = ""
    dates: str = ""
    date: datetime.date | None = None
    protocol: Literal["alternating", "council", "consensus"]
    binding: bool = True
    seats: Annotated[tuple[str, ...], Field(min_length=2)]
    chair: str | None = None
    agenda: Annotated[tuple[str, ...], Field(min_length=1)]
    sessions: Annotated[dict[str, Session], Field(min_length=1)]
    quorum: Quorum | None = None
    source: tuple[str, ...] = ()
    note: str = ""

    @property
    def rounds(self) -> int:
        """Rounds of all sessions together, exploratory ones included (8.2)."""
        return sum(session.rounds.value for session in self.sessions.values())
