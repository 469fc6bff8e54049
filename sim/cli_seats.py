"""Seats of ``detente run`` that outside programs take."""

from __future__ import annotations

import shlex
import signal
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from sim.cli_input import complain, fail

if TYPE_CHECKING:
    from sim.domain.scenario import Scenario
    from sim.model import NegotiationModel
    from sim.seats import ProgramSeat
    from sim.store import StoredRun

LONGEST = 3600.0
FAILURES = ("stop", "tactic")


@dataclass(frozen=True)
class Seats:
    """Programs by the seat they take; none where the tactics play all."""

    programs: dict[str, ProgramSeat]

    def play(self, model: NegotiationModel, tell: Callable[[], None]) -> None:
        """Greet the programs, play by ``tell``, and tell them the end; end with a message where one fails."""
        if not self.programs:
            tell()
            return
        from sim.seats import SeatFailed

        try:
            for seat in self.programs.values():
                seat.begin(model.table)
            tell()
            for seat in self.programs.values():
                seat.end()
        except SeatFailed as error:
            sys.stdout.flush()
            fail(str(error))


@contextmanager
def seated(scenario: Scenario, given: Sequence[str], timeout: str, on_failure: str) -> Generator[Seats]:
    """The programs that ``--seat`` names; all of them are ended on the way out, whatever happens.

    Bad input ends the command with one message.
    """
    commands = dict(_command(scenario, one) for one in given)
    if len(commands) < len(given):
        fail(f"--seat: found {', '.join(one.partition('=')[0] for one in given)}; expected each party once.")
    seconds = _seconds(timeout)
    if on_failure not in FAILURES:
        fail(f"--on-failure: found {on_failure[:40]}; expected {' or '.join(FAILURES)}.")
    if not commands:
        yield Seats({})
        return
    from sim.seats import Limits, ProgramSeat

    limits = Limits(seconds=seconds, starting=max(seconds, Limits.starting))
    with _ended_by_signals(), ExitStack() as stack:
        yield Seats(
            {
                party: stack.enter_context(
                    ProgramSeat(party, command, limits, "tactic" if on_failure == "tactic" else "stop", complain)
                )
                for party, command in commands.items()
            }
        )


def _command(scenario: Scenario, given: str) -> tuple[str, list[str]]:
    """A party and its program, from PARTY=COMMAND."""
    from sim.domain.problems import nearest

    party, sign, words = given.partition("=")
    able = list(dict.fromkeys(name for venue in scenario.seated for name in venue.seats))
    if not sign:
        fail(f"--seat: found {given[:60]}; expected PARTY=COMMAND.")
    if party not in able:
        fail(f"--seat: found {party[:60]}; expected a party with a seat: {', '.join(able)}.{nearest(party, able)}")
    try:
        command = shlex.split(words)
    except ValueError as error:
        fail(f"--seat {party}: found {words[:60]} ({str(error).lower()}); expected a command.")
    if not command:
        fail(f"--seat {party}: found no command; expected PARTY=COMMAND.")
    return party, command


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= LONGEST:
        fail(f"--seat-timeout: found {text[:40]}; expected seconds, more than 0 and at most {LONGEST:g}.")
    return seconds


@contextmanager
def _ended_by_signals() -> Generator[None]:
    """Turn the signals that end a program into an orderly way out, so that no child stays behind."""

    def leave(number: int, frame: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def replayed(stored: StoredRun) -> tuple[NegotiationModel, str]:
    """The model of a stored run with the stored acts in every seat that was taken from outside, and a word on that."""
    from sim.model import NegotiationModel
    from sim.seats import scripts_of

    try:
        scripts = scripts_of(stored.manifest, stored.transcript)
        model = NegotiationModel(stored.scenario, int(stored.manifest["seed"]), int(stored.manifest["index"]), scripts)
    except (ValueError, KeyError, TypeError, AttributeError):
        fail("The run's manifest or transcript is damaged; expected its seats and acts as they were written.")
    for script in scripts.values():
        script.begin(model.table)
    if not scripts:
        return model, ""
    names = " and ".join(stored.scenario.parties[name].name for name in scripts)
    return model, f"The acts of {names} were taken from the transcript, as a program outside chose them there."
