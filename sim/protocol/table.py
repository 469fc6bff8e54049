"""The table as a game: whose turn, legal acts, apply an act, is it over, what came out. Any driver, the same rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sim import draws as chance
from sim.compiled import remember
from sim.domain.layout import tables
from sim.domain.problems import nearest, shown
from sim.domain.scenario import Scenario
from sim.domain.tables import CONSENSUS
from sim.protocol.play import BEGIN, DECIDE, FINISH, TAKE, drive, single
from sim.protocol.record import ACTS, REASONS, Event, events, record
from sim.protocol.state import ACCEPT, NO_REASON, OFFER, OFFERING, OVER, PASS, REFUSE, WALK_OUT, new_talk


@dataclass(frozen=True)
class Act:
    """What a seat does: offer a package, pass, accept, refuse over an issue, or walk out.

    Attributes
    ----------
    kind
        offer, pass, accept, refuse or walk_out.
    package
        Of an offer: option per issue; issues left out keep the text.
    issue
        Of a refusal.
    """

    kind: str
    package: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    issue: str | None = None


@dataclass(frozen=True)
class Legal:
    """What the seat to act may do now.

    Attributes
    ----------
    seat
        Whose turn it is.
    kinds
        Acts it may choose from.
    options
        For an offer: issue -> options that may stand in its package. Issues with one option cannot be moved here.
    answering
        Whether it answers an offer (else it speaks).
    """

    seat: str
    kinds: tuple[str, ...]
    options: dict[str, tuple[int, ...]]
    answering: bool


class IllegalAct(ValueError):
    """An act that the seat may not take now; its text says why."""


class Table:
    """Talks in progress: the changing state of one run, and the only way to move it.

    Parameters
    ----------
    scenario
        What is played.
    seed, index
        Fix all chance (11.1).
    transcript
        Whether acts are logged.
    """

    def __init__(self, scenario: Scenario, seed: int = 0, index: int = 0, *, transcript: bool = True) -> None:
        self.scenario, self.seed, self.index = scenario, seed, index
        self.t = tables(scenario)
        self.talk = new_talk(self.t, transcript=transcript)
        self.draws = chance.rows(seed, index, 1, int(self.t.n.draws))[0]
        self._parties, self._issues = list(scenario.parties), scenario.active
        self._finished = False
        self._room = single(self.draws)
        drive(self.t, self.talk, self._room, BEGIN)

    @property
    def over(self) -> bool:
        """Whether the last venue has ended."""
        return bool(self.talk.at.phase == OVER)

    @property
    def answering(self) -> bool:
        """Whether a seat is to answer an offer (else one is to speak)."""
        return not self.over and bool(self.talk.at.phase != OFFERING)

    @property
    def seat(self) -> str | None:
        """The party to act; None when the talks are over."""
        if self.over:
            return None
        return self._parties[int(self.talk.at.responder if self.answering else self.talk.at.speaker)]

    @property
    def venue(self) -> str:
        """Id of the venue at hand, or of the last one."""
        return self.scenario.calendar[int(self.talk.at.venue)]

    def legal(self) -> Legal:
        """What the seat to act may do.

        Raises
        ------
        IllegalAct
            When the talks are over.
        """
        if self.seat is None:
            raise IllegalAct("The talks are over; nobody is to act.")
        t, v = self.t, int(self.talk.at.venue)
        p = self._parties.index(self.seat)
        consensus, chair = t.venue[v].protocol == CONSENSUS, t.venue[v].chair == p
        if self.answering:
            kinds = ("accept", "refuse", "walk_out") if consensus else ("accept", "refuse")
        else:
            kinds = ("offer", "pass") if chair else ("offer", "pass", "walk_out")
        options: dict[str, tuple[int, ...]] = {}
        for i, name in enumerate(self._issues):
            owner = t.issue[i].owner
            free = not self.talk.closed[i] and (t.agenda[v, i] if owner < 0 else owner == p and not chair)
            every = tuple(range(int(t.issue[i].options)))
            options[name] = every if free and not self.answering else (int(self.talk.base[i]),)
        return Legal(self.seat, kinds, options, self.answering)

    def decide(self) -> Act:
        """What the tactic of the seat to act would do; nothing changes at the table.

        Raises
        ------
        IllegalAct
            When the talks are over.
        """
        if self.over:
            raise IllegalAct("The talks are over; nobody is to act.")
        drive(self.t, self.talk, self._room, DECIDE)
        at = self.talk.at
        package = dict(zip(self._issues, self.talk.proposal.tolist())) if at.act == OFFER else {}
        return Act(ACTS[int(at.act)], package, self._issues[int(at.issue)] if at.issue >= 0 else None)

    def play(self) -> None:
        """Let the tactic of the seat to act take its act."""
        self.decide()
        self._take()

    def apply(self, act: Act) -> None:
        """Take an act from outside (a person, another program) for the seat whose turn it is.

        Raises
        ------
        IllegalAct
            Not among ``legal()``; the table is unchanged.
        """
        legal, issue, package = self._checked(act)
        if package is not None:
            self.talk.proposal[:] = package
        self.talk.fig.asked = self.talk.fig.top = float("nan")
        at = self.talk.at
        at.act = {"offer": OFFER, "pass": PASS, "accept": ACCEPT, "refuse": REFUSE, "walk_out": WALK_OUT}[act.kind]
        at.issue, at.reason, at.who = issue, NO_REASON, self._parties.index(legal.seat)
        self._take()

    def check(self, act: Act) -> None:
        """Whether ``apply`` would take an act; nothing changes.

        Raises
        ------
        IllegalAct
            Not among ``legal()``.
        """
        self._checked(act)

    def _checked(self, act: Act) -> tuple[Legal, int, list[int] | None]:
        legal = self.legal()
        if act.kind not in legal.kinds:
            choice = ", ".join(legal.kinds)
            raise IllegalAct(
                f"{legal.seat}: found {shown(act.kind)}; expected one of: {choice}.{nearest(str(act.kind), legal.kinds)}"
            )
        return legal, self._checked_issue(act), self._checked_package(act, legal) if act.kind == "offer" else None

    def _checked_issue(self, act: Act) -> int:
        if act.kind != "refuse":
            return -1
        if act.issue not in self._issues:
            known = ", ".join(self._issues)
            raise IllegalAct(
                f"A refusal names an issue: found {shown(act.issue)}; expected one of: {known}."
                f"{nearest(str(act.issue), self._issues)}"
            )
        return self._issues.index(act.issue)

    def _checked_package(self, act: Act, legal: Legal) -> list[int]:
        for name, option in act.package.items():
            if name not in legal.options:
                raise IllegalAct(f"An offer: found the issue {shown(name)}.{nearest(str(name), legal.options)}")
            if option not in legal.options[name]:
                fits = ", ".join(map(str, legal.options[name]))
                raise IllegalAct(f"An offer on {name}: found option {option}; expected one of: {fits}.")
        package = [int(act.package.get(name, base)) for name, base in zip(self._issues, self.talk.base.tolist())]
        if package == self.talk.base.tolist():
            raise IllegalAct("An offer: found the text as it stands; expected a change, or a pass (6.1).")
        return package

    def _take(self) -> None:
        """Take the act that stands decided; after the last one, conclude."""
        drive(self.t, self.talk, self._room, TAKE)
        if self.over and not self._finished:
            drive(self.t, self.talk, self._room, FINISH)
            self._finished = True
            remember()

    def events(self, first: int = 0) -> list[Event]:
        """Acts so far, from number ``first + 1`` on."""
        return events(self.scenario, self.t, self.talk, first)

    @property
    def event_count(self) -> int:
        """How many acts were logged so far."""
        return int(self.talk.at.events)

    def record(self) -> dict[str, Any]:
        """The result (12.1).

        Raises
        ------
        IllegalAct
            While the talks go on.
        """
        if not self._finished:
            raise IllegalAct("The talks go on; there is no result yet.")
        return record(self.scenario, self.t, self.talk, self.seed, self.index)


assert len(ACTS) == 6 and len(REASONS) == 13, "names of acts and reasons follow sim/protocol/state.py"
