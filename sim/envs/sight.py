"""What a learner sees: a seat's View laid out as one flat row of figures, every place of it named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from sim.domain.scenario import Scenario
from sim.protocol.view import View

FAR = 10.0
"""Utilities lie in about [0, 1]; linkages can carry them a little outside. Beyond this they are cut off."""


@dataclass(frozen=True)
class Part:
    """A stretch of an observation.

    Attributes
    ----------
    name, meaning
        For people.
    shape
        Over which names it runs: "parties", "issues", "options" (of all issues in order), "venues", "types"; several in
        the order of the array; none for a single figure.
    utility
        Whether its figures are utilities, in [-10, 10]; else they lie in [0, 1].
    """

    name: str
    shape: tuple[str, ...]
    meaning: str
    utility: bool = False


PARTS = (
    Part("me", ("parties",), "1 at the own seat."),
    Part("type", ("types",), "1 at the own private type; all 0 in every seat but the challenger's (4.1)."),
    Part("venue", ("venues",), "1 at the venue at hand."),
    Part("time", (), "Share of the venue's rounds begun, the present one included."),
    Part("seated", ("parties",), "1 where a party sits at this venue, itself or inside a seated alliance (2.6)."),
    Part("present", (), "1 where the own seat does."),
    Part("turn", ("parties",), "1 at the seat to act; all 0 when the talks are over."),
    Part("answering", (), "1 where it is the own turn to answer an offer; 0 where to speak."),
    Part("worth", ("options",), "Own utility of each option, additive part (2.2, 2.7).", utility=True),
    Part("barred", ("options",), "1 where an option lies beyond an own red line that stands (2.3)."),
    Part("known_lines", ("parties", "options"), "1 where it lies beyond a party's line; public from the start (2.3)."),
    Part("no_deal", (), "Own reservation value (3).", utility=True),
    Part("belief", (), "Own belief in the challenger's good faith (4.3); 0 where there is none."),
    Part("text", ("options",), "1 at the option of each issue in the text that stands."),
    Part("text_worth", (), "Own utility of that text, linkages included.", utility=True),
    Part("movable", ("issues",), "1 where the own seat may move the issue in an offer now."),
    Part(
        "draft", ("options",), "1 at the option of each issue in the own draft; the text where it is not the own turn."
    ),
    Part("draft_worth", (), "Own utility of the draft, linkages included.", utility=True),
    Part("offer", ("options",), "1 at the options of the last offer heard at this venue; all 0 before the first."),
    Part("offer_from", ("parties",), "1 at who made it."),
    Part("offer_worth", (), "Own utility of it; 0 before the first.", utility=True),
    Part("accepted", ("parties",), "1 where a seat has accepted that offer."),
    Part("spoken", ("parties",), "1 where a seat has made an offer at this venue."),
    Part("first", ("parties",), "Own utility of each seat's first offer at this venue; 0 before it.", utility=True),
    Part("latest", ("parties",), "Own utility of its latest; 0 before the first.", utility=True),
    Part("refused", ("parties", "issues"), "1 where a seat has refused over an issue at this venue."),
)
"""Everything an observation holds, in order. All of it comes from the View, the own draft and the public calendar."""


class Sight:
    """Observations of a scenario: the same length and order for every seat.

    Parameters
    ----------
    scenario
        What is played.

    Attributes
    ----------
    length
        Figures of an observation.
    low, high
        Bounds of each, float32.
    places
        Part's name -> its slice.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.parties, self.issues = list(scenario.parties), scenario.active
        self.types = list(scenario.parties[scenario.challenger].types) if scenario.challenger else []
        counts = [len(scenario.issues[name].options) for name in self.issues]
        self._start = dict(zip(self.issues, np.cumsum([0, *counts]).tolist()))
        self.sizes = {
            "parties": len(self.parties),
            "issues": len(self.issues),
            "options": sum(counts),
            "venues": len(scenario.calendar),
            "types": len(self.types),
        }
        self.places: dict[str, slice] = {}
        at = 0
        for part in PARTS:
            end = at + int(np.prod([self.sizes[name] for name in part.shape], dtype=int))
            self.places[part.name] = slice(at, end)
            at = end
        self.length = at
        self.low, self.high = np.zeros(at, np.float32), np.ones(at, np.float32)
        for part in PARTS:
            if part.utility:
                self.low[self.places[part.name]], self.high[self.places[part.name]] = -FAR, FAR
        self._seated = {
            venue: np.array([self._sits(venue, party) for party in self.parties], np.float32)
            for venue in scenario.calendar
        }

    def _sits(self, venue: str, party: str) -> bool:
        seats = self.scenario.venues[venue].seats
        return party in seats or any(
            bloc.refers == party for seat in seats for bloc in self.scenario.parties[seat].blocs.values()
        )

    def part(self, observation: NDArray[np.float32], name: str) -> NDArray[np.float32]:
        """One part of an observation, in its shape: ``part(seen, "refused")`` is parties × issues.

        Raises
        ------
        KeyError
            No such part.
        """
        shape = next(part.shape for part in PARTS if part.name == name) if name in self.places else ()
        return observation[self.places[name]].reshape([self.sizes[over] for over in shape])

    def row(self, seen: View, draft: Mapping[str, int], draft_worth: float) -> NDArray[np.float32]:
        """The observation of a seat: float32, ``length`` figures.

        Parameters
        ----------
        seen
            The table from the seat.
        draft, draft_worth
            Its draft, option per issue, and what that is worth to it.
        """
        figures = np.zeros(self.length, np.float32)
        put = self.places
        figures[put["me"]][self.parties.index(seen.seat)] = 1
        if seen.type is not None:
            figures[put["type"]][self.types.index(seen.type)] = 1
        figures[put["venue"]][self.scenario.calendar.index(seen.venue)] = 1
        figures[put["time"]] = seen.round / seen.rounds
        figures[put["seated"]] = self._seated[seen.venue]
        figures[put["present"]] = seen.present
        if seen.to_act is not None:
            figures[put["turn"]][self.parties.index(seen.to_act)] = 1
        figures[put["worth"]] = [worth for name in self.issues for worth in seen.worth[name]]
        self._bar(figures[put["barred"]], seen.barred)
        for at, party in enumerate(self.parties):
            self._bar(self.part(figures, "known_lines")[at], seen.known_lines.get(party, {}))
        figures[put["no_deal"]] = seen.no_deal
        figures[put["belief"]] = seen.belief or 0.0
        self._package(figures[put["text"]], seen.text)
        figures[put["text_worth"]] = seen.text_worth
        if seen.legal is not None:
            figures[put["answering"]] = seen.legal.answering
            figures[put["movable"]] = [len(seen.legal.options[name]) > 1 for name in self.issues]
        self._package(figures[put["draft"]], draft)
        figures[put["draft_worth"]] = draft_worth
        self._heard(figures, seen)
        return np.clip(figures, self.low, self.high)

    def _heard(self, figures: NDArray[np.float32], seen: View) -> None:
        """What was said at this venue, as the seat heard it."""
        accepted, spoken = figures[self.places["accepted"]], figures[self.places["spoken"]]
        first, latest = figures[self.places["first"]], figures[self.places["latest"]]
        refused = self.part(figures, "refused")
        if seen.offer is not None and seen.offer_worth is not None and seen.offer_from is not None:
            self._package(figures[self.places["offer"]], seen.offer)
            figures[self.places["offer_from"]][self.parties.index(seen.offer_from)] = 1
            figures[self.places["offer_worth"]] = seen.offer_worth
        for act in seen.heard:
            if act["venue"] != seen.venue:
                continue
            at = self.parties.index(str(act["speaker"]))
            if act["act"] == "offer":
                accepted[:] = 0
                latest[at] = cast(float, act["worth"])
                if not spoken[at]:
                    first[at], spoken[at] = latest[at], 1
            elif act["act"] == "accept":
                accepted[at] = 1
            elif act["act"] == "refuse":
                refused[at, self.issues.index(str(act["issue"]))] = 1

    def _package(self, places: NDArray[np.float32], package: Mapping[str, int]) -> None:
        for name in self.issues:
            places[self._start[name] + package[name]] = 1

    def _bar(self, places: NDArray[np.float32], barred: Mapping[str, tuple[int, ...]]) -> None:
        for name, options in barred.items():
            for option in options:
                places[self._start[name] + option] = 1
