"""The Mesa driver: one talk to watch, turn by turn, with any seat open to somebody outside."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import mesa

from sim.agents import KINDS, PartyAgent, Policy
from sim.domain.load import load_scenario
from sim.domain.problems import nearest
from sim.domain.scenario import Scenario
from sim.protocol.record import Event
from sim.protocol.table import Table


def _turn(model: NegotiationModel) -> int:
    return model.turn


def _venue(model: NegotiationModel) -> str | None:
    return model.last.venue if model.last else None


def _round(model: NegotiationModel) -> int:
    return model.last.round if model.last else 0


def _speaker(model: NegotiationModel) -> str | None:
    return model.last.speaker if model.last else None


def _act(model: NegotiationModel) -> str | None:
    return model.last.act if model.last else None


def _offer(model: NegotiationModel) -> dict[str, int] | None:
    return model.last.package if model.last and model.last.act == "offer" else None


class NegotiationModel(mesa.Model):
    """Talks as a Mesa model; a step is one turn: a seat speaks and the others answer.

    Parameters
    ----------
    scenario
        A loaded scenario, a file, or the name of one that comes with the program.
    seed, index
        Fix all chance (RULES.md 11.1). Nothing is drawn from Mesa's own generators.
    outside
        Party id -> policy: who acts for that seat instead of its tactic.

    Attributes
    ----------
    outside
        As given.
    game, table
        The scenario that is played (Mesa keeps the name ``scenario`` for its own); the table that the rules move.
    turn
        Turns taken so far.
    last
        The act that opened the last turn (an offer, a pass, a leaving), None before the first.
    running
        False when the talks are over.
    datacollector
        Per turn: venue, round, speaker, act, offer; per party: utility of what was said last, aspiration, belief.

    Raises
    ------
    ScenarioError
        The scenario cannot be used.
    ValueError
        ``outside`` names no party; the seed or index is negative.

    Examples
    --------
    >>> model = NegotiationModel("january-2022", seed=7)
    >>> model.run()["outcome"] in ("breakdown", "talks_continue", "limited_measures", "arms_control_accord", "settlement")
    True
    """

    def __init__(
        self,
        scenario: Scenario | str = "january-2022",
        seed: int = 0,
        index: int = 0,
        outside: Mapping[str, Policy] | None = None,
    ) -> None:
        super().__init__(rng=seed)
        given = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
        outside = dict(outside or {})
        for name in outside:
            if name not in given.parties:
                known = ", ".join(given.parties)
                raise ValueError(f"outside: found {name}; expected parties ({known}).{nearest(name, given.parties)}")
        self.outside = outside
        self.game = given
        self.table = Table(given, seed, index)
        self.turn = 0
        self.last: Event | None = None
        self.parties: dict[str, PartyAgent] = {}
        for name, party in given.parties.items():
            self.parties[name] = KINDS[party.kind](self, name, outside.get(name))
        # Mesa before 3.4.2 keeps every model that has agents for ever, through this class-wide counter.
        getattr(mesa.Agent, "_ids", {}).pop(self, None)
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "turn": _turn, "venue": _venue, "round": _round, "speaker": _speaker, "act": _act, "offer": _offer,
            },
            agent_reporters={
                "party": "party", "utility": "worth", "aspiration": "asked", "belief": "belief",
            },
        )  # fmt: skip
        self.running = True

    def step(self) -> None:
        """Take one turn: the seat to speak acts, then every seat that is to answer. Does nothing when all is over."""
        if not self.running:
            return
        first = self.table.event_count
        self._act()
        while self.table.answering:
            self._act()
        self._end_turn(first)

    def _end_turn(self, first: int) -> None:
        """Keep what the turn brought, whose acts are those after number ``first``."""
        self.turn += 1
        acts = self.table.events(first)
        self.last = acts[0]
        self._note(acts)
        self.running = not self.table.over
        self.datacollector.collect(self)

    def _act(self) -> None:
        """The agent whose turn it is acts."""
        self.parties[self.table.seat or ""].step()

    def _note(self, acts: list[Event]) -> None:
        """Keep on each agent what the data collector reports of it."""
        for event in acts:
            agent = self.parties[event.speaker]
            if event.asked is not None and event.bloc is None:
                agent.asked = event.asked
            for name, worth in event.utilities.items():
                self.parties[name].worth = worth
            for name, belief in event.beliefs.items():
                self.parties[name].belief = math.nan if name == self.game.challenger else belief

    def run(self) -> dict[str, Any]:
        """Take turns until the talks are over; the record of the run (RULES.md 12.1)."""
        while self.running:
            self.step()
        return self.result()

    def result(self) -> dict[str, Any]:
        """The record of a finished run.

        Raises
        ------
        IllegalAct
            While the talks go on.
        """
        return self.table.record()

    def transcript(self) -> list[Event]:
        """Every act so far, acts of consent included (RULES.md 12.2)."""
        return self.table.events()
