"""A finished run with what its figures and sentences ask of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.figures.chart import in_words, inks
from sim.look import PartyLook, party_looks
from sim.protocol.record import Event

if TYPE_CHECKING:
    from sim.domain.scenario import Scenario
    from sim.model import NegotiationModel
    from sim.protocol.table import Table


def with_article(name: str) -> str:
    """A party's name inside a sentence: "the US", "Russia"."""
    article = name in ("US", "UK", "EU", "UN", "USSR", "OSCE", "Mayor", "Knesset") or name.endswith(
        ("League", "Union", "Department", "allies")
    )
    return f"the {name}" if article or " of " in name or name[:1].islower() else name


@dataclass(frozen=True)
class Run:
    """A finished run, with what several figures and sentences ask of it."""

    scenario: Scenario
    record: dict[str, Any]
    events: list[Event]
    table: Table
    looks: dict[str, PartyLook]

    @classmethod
    def of(cls, model: NegotiationModel) -> Run:
        """The facts of a finished model.

        Raises
        ------
        IllegalAct
            While the talks go on.
        """
        record, scenario = model.result(), model.game
        looks = party_looks({name: (party.name, party.code) for name, party in scenario.parties.items()})
        return cls(scenario, record, model.transcript(), model.table, looks)

    @cached_property
    def spans(self) -> dict[str, tuple[int, int]]:
        """First and last turn of every venue that met."""
        found: dict[str, tuple[int, int]] = {}
        for event in self.events:
            if event.venue is not None:
                first, _ = found.get(event.venue, (event.turn, event.turn))
                found[event.venue] = (first, event.turn)
        return found

    @cached_property
    def last_turn(self) -> int:
        """The last turn of the talks."""
        return max((last for _, last in self.spans.values()), default=1)

    @cached_property
    def agreed(self) -> dict[str, Event]:
        """The offer that became an understanding, by venue."""
        return {
            name: [event for event in self.events if event.venue == name and event.act == "offer"][-1]
            for name, row in self.record["venues"].items()
            if row["result"] == "understanding"
        }

    @cached_property
    def consenting(self) -> list[str]:
        """Parties whose consent can be needed."""
        return [name for name, party in self.scenario.parties.items() if party.has_consent.value]

    def seated(self, party: str) -> list[str]:
        """Venues where a party has a vote, in order."""
        venues = self.scenario.venues
        return [name for name in self.scenario.calendar if party in venues[name].seats and venues[name].chair != party]

    def chaired(self, party: str) -> list[str]:
        """Venues that a party chairs."""
        return [name for name in self.scenario.calendar if self.scenario.venues[name].chair == party]

    def the(self, party: str) -> str:
        """A party's name inside a sentence: "the US", "Russia"."""
        return with_article(self.scenario.parties[party].name)

    def named(self, parties: Iterable[str]) -> str:
        """Several parties inside a sentence: "the US, NATO and Ukraine"."""
        return in_words([self.the(party) for party in parties])

    def title(self, venue: str) -> str:
        """A venue's name for people."""
        return self.scenario.venues[venue].title

    @property
    def story(self) -> str:
        """Which run this is, for footers."""
        return f"One run, seed {self.record['seed']}, run {self.record['index']}."


def bands(run: Run, theme: str, width: float, size: int = 12) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Venues as bands behind a chart whose x is the turn: shapes, and their names where ``width`` pixels leave room."""
    shapes: list[dict[str, Any]] = []
    names: list[dict[str, Any]] = []
    for at, (venue, (first, last)) in enumerate(run.spans.items()):
        if at % 2:
            shapes.append(
                {
                    "type": "rect", "xref": "x", "yref": "paper", "x0": first - 0.5, "x1": last + 0.5, "y0": 0, "y1": 1,
                    "fillcolor": inks(theme)["sunken"], "opacity": 0.6, "line": {"width": 0}, "layer": "below",
                }
            )  # fmt: skip
        room = width * (last - first + 1) / (run.last_turn + 0.5)
        name = run.title(venue)
        if 0.56 * size * len(name) > room:
            name = name[:3] + "."
        if 0.56 * size * len(name) <= room and len(run.spans) > 1:
            names.append(
                {
                    "x": (first + last) / 2, "y": 1, "xref": "x", "yref": "paper", "text": name, "yanchor": "bottom",
                    "showarrow": False, "font": {"size": size, "color": inks(theme)["ink-2"]},
                }
            )  # fmt: skip
    return shapes, names
