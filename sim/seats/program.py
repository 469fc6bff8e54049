"""A program in a seat: it is told what the seat may see, and its answers are acts at the table or its failure."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from sim import __version__
from sim.protocol.table import Act, IllegalAct, Table
from sim.protocol.view import View, own_utility, view
from sim.seats.answers import BadLine, answer_of, ready_of
from sim.seats.messages import (
    PROTOCOL,
    Answer,
    Ask,
    Bounds,
    Hello,
    Refused,
    Result,
    Seen,
    Stop,
    Turn,
    Worth,
    brief_of,
    line_of,
)
from sim.seats.pipe import Broken, NotStarted, Pipe


class SeatFailed(Exception):
    """A program that cannot go on in its seat; the text names seat, act, what was found and what was expected."""


@dataclass(frozen=True)
class Limits:
    """What a program must keep to.

    Attributes
    ----------
    seconds
        For all lines of one turn together, above 0.
    starting
        For its first answer, as starting may take longer.
    bytes
        Of its longest line, the line break included.
    tries
        Acts a turn, the last of which must be legal.
    asks
        Questions a turn.
    """

    seconds: float = 10.0
    starting: float = 60.0
    bytes: int = 65_536
    tries: int = 3
    asks: int = 1_000


class ProgramSeat:
    """A policy (see ``sim.agents.Policy``) that asks a process. Use it as a context manager: it ends the process.

    Parameters
    ----------
    party
        Whose seat it takes.
    command
        The program and its arguments; no shell reads them. It runs with the rights of whoever starts the talks.
    limits
        What it must keep to.
    on_failure
        "stop": a failure ends the talks; "tactic": the seat's tactic acts from there on.
    complain
        Hears of a failure after which the tactic goes on.

    Attributes
    ----------
    name
        What the program calls itself.
    failure
        Why the tactic acts instead; "" while the program does.
    """

    def __init__(
        self,
        party: str,
        command: Sequence[str],
        limits: Limits = Limits(),
        on_failure: Literal["stop", "tactic"] = "stop",
        complain: Callable[[str], None] = lambda words: None,
    ) -> None:
        self.party, self.command, self.limits = party, list(command), limits
        self.on_failure, self.complain = on_failure, complain
        self.name = self.failure = ""
        self._pipe: Pipe | None = None
        self._table: Table | None = None

    def __enter__(self) -> ProgramSeat:
        return self

    def __exit__(self, *error: object) -> None:
        if self._pipe is not None:
            if error[0] is not None:
                self._pipe.tell(line_of(Stop(reason="The talks were ended before their time.")))
            self._pipe.close()

    @property
    def told(self) -> dict[str, Any]:
        """What a stored run says of the seat."""
        return {"by": "program", "name": self.name, "command": self.command, "failure": self.failure}

    def begin(self, table: Table) -> None:
        """Start the program and greet it.

        Raises
        ------
        SeatFailed
            It cannot be started or gives no good answer.
        """
        self._table = table
        limits = self.limits
        bounds = Bounds(seconds=limits.seconds, bytes=limits.bytes, tries=limits.tries, asks=limits.asks)
        hello = Hello(
            protocol=PROTOCOL,
            program=f"detente {__version__}",
            seat=self.party,
            limits=bounds,
            brief=brief_of(table.scenario),
            view=Seen.model_validate(view(table, self.party)),
        )
        try:
            self._pipe = Pipe(self.command, limits.bytes)
            line = self._pipe.exchange(line_of(hello), time.monotonic() + limits.starting)
            self.name = ready_of(line).name
        except NotStarted as error:
            raise self._failed(str(error), 0) from None
        except Broken as error:
            words = f"{error}; expected its first answer within {limits.starting:g} seconds."
            raise self._failed(words, 0) from None
        except BadLine as error:
            raise self._failed(f'{error} Its first answer is {{"ready": {PROTOCOL}}}.', 0, "line") from None

    def __call__(self, seen: View) -> Act | None:
        """Its act, or None where its tactic acts since it failed.

        Raises
        ------
        SeatFailed
            It gave no legal act within the limits, and a failure ends the talks.
        """
        if self.failure:
            return None
        assert self._table is not None and self._pipe is not None, "begin() comes first"
        number = self._table.event_count + 1
        try:
            return self._turn(seen, number)
        except SeatFailed as error:
            self._pipe.tell(line_of(Stop(reason=str(error))))
            self._pipe.close()
            if self.on_failure == "stop":
                raise
            self.failure = str(error)
            self.complain(f"{error} From here on its tactic acts.")
            return None

    def _turn(self, seen: View, number: int) -> Act:
        """Ask until there is a legal act."""
        assert self._table is not None
        until = time.monotonic() + self.limits.seconds
        tries, asks = self.limits.tries, self.limits.asks
        message: BaseModel = Turn(number=number, seconds=self.limits.seconds, view=Seen.model_validate(seen))
        while True:
            line = self._exchange(message, until, number)
            left = max(0.0, until - time.monotonic())
            try:
                answer = answer_of(line)
                if isinstance(answer, Ask):
                    asks -= 1
                    if asks < 0:
                        words = f"found more than {self.limits.asks:,} questions in one turn; expected an act."
                        raise self._failed(words, number, "line")
                    message = Worth(number=number, seconds=left, worth=self._worth(answer, seen))
                    continue
                return self._checked(answer, number)
            except (BadLine, IllegalAct) as error:
                tries -= 1
                if tries <= 0:
                    words = f"{error} That was try {self.limits.tries} of {self.limits.tries}."
                    raise self._failed(words, number, "line") from None
                message = Refused(number=number, seconds=left, reason=str(error), tries=tries)

    def _checked(self, answer: Answer, number: int) -> Act:
        """The act of an answer.

        Raises
        ------
        BadLine
            It answers another turn.
        IllegalAct
            It is not legal now.
        """
        assert self._table is not None
        if answer.number is not None and answer.number != number:
            raise BadLine(f"number: found {answer.number}; expected {number}, the act that is asked for.")
        act = Act(answer.act, answer.package, answer.issue)
        self._table.check(act)
        return act

    def _worth(self, asked: Ask, seen: View) -> float:
        """What a package is worth to the seat.

        Raises
        ------
        BadLine
            No such issue or option.
        """
        assert self._table is not None
        for name, option in asked.package.items():
            if name not in seen.worth:
                raise BadLine(f"package: found the issue {name[:60]!r}; expected one of: {', '.join(seen.worth)}.")
            if not 0 <= option < len(seen.worth[name]):
                raise BadLine(f"{name}: found option {option}; expected 0 to {len(seen.worth[name]) - 1}.")
        return own_utility(self._table, self.party, {**seen.text, **asked.package})

    def _exchange(self, message: BaseModel, until: float, number: int) -> bytes:
        assert self._pipe is not None
        try:
            return self._pipe.exchange(line_of(message), until)
        except Broken as error:
            seconds = f"{self.limits.seconds:g} second{'' if self.limits.seconds == 1 else 's'}"
            raise self._failed(f"{error}; expected one line within {seconds} a turn.", number) from None

    def _failed(self, words: str, number: int, line: str = "after line") -> SeatFailed:
        """What went wrong, where, and at which of its lines."""
        lines = self._pipe.lines if self._pipe is not None else 0
        where = (f" at act {number}" if number else " at its start") + (
            f", {line} {lines} of its answers" if lines else ""
        )
        return SeatFailed(f"The program in the seat {self.party}{where}: {words}")

    def end(self) -> None:
        """Tell it how the talks ended and let it go.

        Raises
        ------
        IllegalAct
            While the talks go on.
        """
        if self._table is None or self._pipe is None or self.failure:
            return
        record = self._table.record()
        own = record["parties"][self.party]
        result = Result(
            outcome=record["outcome"],
            escalated=record["escalated"],
            venues=record["venues"],
            final=record["final"],
            utility=own["utility"],
            no_deal=own["no_deal"],
            gain=own["gain"],
        )
        self._pipe.tell(line_of(result))
        self._pipe.close()
