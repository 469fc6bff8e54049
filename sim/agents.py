"""The parties as Mesa agents: a state, an alliance, an organisation. What they do is the rules'; who decides is theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import mesa

from sim.protocol.table import Act
from sim.protocol.view import View, view

if TYPE_CHECKING:
    from sim.model import NegotiationModel

Policy = Callable[[View], Act | None]
"""Somebody outside who takes a seat: sees what the seat may see, answers with an act; None lets the seat's tactic act."""


class PartyAgent(mesa.Agent):
    """A party at the talks.

    Attributes
    ----------
    party
        Its id in the scenario.
    name
        Its name for people.
    policy
        Who acts for it; None lets its tactic act.
    chosen
        Numbers of the acts in the transcript that the policy chose.
    worth, asked, belief
        After its or another's last act: utility of the package spoken of (in about [0, 1]), the aspiration with which
        it last acted (NaN before it did), its belief in the challenger's good faith (NaN where it has none).
    """

    model: NegotiationModel

    def __init__(self, model: NegotiationModel, party: str, policy: Policy | None = None) -> None:
        super().__init__(model)
        self.party = party
        self.name = model.game.parties[party].name
        self.policy = policy
        self.chosen: list[int] = []
        self.worth = self.asked = self.belief = float("nan")

    def view(self) -> View:
        """What this party may see now."""
        return view(self.model.table, self.party)

    def step(self) -> None:
        """Act, if it is this party's turn.

        Raises
        ------
        IllegalAct
            The policy chose an act that is not legal; the table is unchanged.
        """
        table = self.model.table
        if table.seat != self.party:
            return
        number = table.event_count + 1
        act = self.policy(self.view()) if self.policy else None
        if act is None:
            table.play()
            return
        table.apply(act)
        self.chosen.append(number)


class StateAgent(PartyAgent):
    """A state: one utility, one voice."""


class AllianceAgent(PartyAgent):
    """An alliance: offers by the mean of its blocs, accepts and consents only when every bloc does (2.6)."""

    @property
    def blocs(self) -> tuple[str, ...]:
        """Names of its blocs."""
        return tuple(bloc.name for bloc in self.model.game.parties[self.party].blocs.values())


class OrganisationAgent(PartyAgent):
    """An organisation: may chair a venue, with a utility for the record and no vote there (8.5)."""

    @property
    def chairs(self) -> bool:
        """Whether it holds the chair at the present venue."""
        return self.model.game.venues[self.model.table.venue].chair == self.party


KINDS: dict[str, type[PartyAgent]] = {
    "state": StateAgent,
    "alliance": AllianceAgent,
    "organisation": OrganisationAgent,
}
