"""What one seat may see of the table: the seam for agents, people, learning programs and secrecy alike (clause 4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.compiled import EQUAL
from sim.protocol.record import Event
from sim.protocol.start import good_faith
from sim.protocol.state import wishes_of
from sim.protocol.table import Legal, Table
from sim.rules.value import utility


@dataclass(frozen=True)
class View:
    """The table from one seat. Utilities in about [0, 1]; nothing here tells of another's utility, type or draws.

    Attributes
    ----------
    seat, venue, round, rounds
        Who looks, where the talks are, round from 1 and how many the venue has.
    present
        Whether the seat sits at this venue (itself, or as a member of a seated alliance).
    to_act
        Whose turn it is, None when the talks are over.
    legal
        What this seat may do now; None when it is not its turn.
    text
        Option per issue: the text that an offer changes.
    offer, offer_from
        The last offer at this venue and who made it, as far as this seat was there to hear it.
    worth
        Own utility of each option by issue, additive part (2.2, 2.7).
    text_worth, offer_worth, no_deal
        Own utility of the text and of that offer; own reservation value.
    barred
        Issue -> options beyond an own red line that stands.
    known_lines
        Party -> issue -> options beyond its standing red line; public from the start (2.3).
    belief
        Own belief that the challenger bargains in good faith; None for the challenger and where there is none.
    type
        Own private type, the challenger's alone.
    heard
        Acts at venues where this seat was present, stripped of figures that are another's.
    """

    seat: str
    venue: str
    round: int
    rounds: int
    present: bool
    to_act: str | None
    legal: Legal | None
    text: dict[str, int]
    offer: dict[str, int] | None
    offer_from: str | None
    worth: dict[str, tuple[float, ...]]
    text_worth: float
    offer_worth: float | None
    no_deal: float
    barred: dict[str, tuple[int, ...]]
    known_lines: dict[str, dict[str, tuple[int, ...]]]
    belief: float | None
    type: str | None
    heard: tuple[dict[str, object], ...]

    def utility(self, package: dict[str, int]) -> float:
        """Additive part of the own utility of a package; linkages come on top (2.5)."""
        return sum(self.worth[issue][option] for issue, option in package.items())


def view(table: Table, seat: str) -> View:
    """What ``seat`` (a party's id) may see now.

    Raises
    ------
    KeyError
        No such party.
    """
    scenario, t, talk = table.scenario, table.t, table.talk
    parties = list(scenario.parties)
    if seat not in parties:
        raise KeyError(f"{seat}: expected one of: {', '.join(parties)}")
    p = parties.index(seat)
    heard = tuple(
        _told(event, seat) for event in table.events() if event.venue is None or is_present(table, seat, event.venue)
    )
    offers = [event for event in table.events() if event.act == "offer" and event.venue == table.venue]
    last = offers[-1] if offers and is_present(table, seat, table.venue) else None
    challenger = scenario.challenger == seat
    wishes = wishes_of(t, talk)
    return View(
        seat=seat,
        venue=table.venue,
        round=int(talk.at.round_no),
        rounds=int(t.venue[talk.at.venue].rounds),
        present=is_present(table, seat, table.venue),
        to_act=table.seat,
        legal=table.legal() if table.seat == seat else None,
        text=dict(zip(scenario.active, talk.base.tolist())),
        offer=dict(last.package) if last else None,
        offer_from=last.speaker if last else None,
        worth={name: tuple(talk.worth[p, i, : t.issue[i].options].tolist()) for i, name in enumerate(scenario.active)},
        text_worth=float(utility(wishes, p, talk.base)),
        offer_worth=last.utilities[seat] if last else None,
        no_deal=float(talk.edge[p].no_deal),
        barred=_barred(table, p),
        known_lines={name: lines for q, name in enumerate(parties) if (lines := _barred(table, q))},
        belief=float(good_faith(t, talk, p)) if scenario.challenger and not challenger else None,
        type=list(scenario.parties[seat].types)[int(talk.at.type)] if challenger else None,
        heard=heard,
    )


def is_present(table: Table, seat: str, venue: str) -> bool:
    """Whether a party sits at a venue, itself or as a member of a seated alliance (2.6)."""
    for name in table.scenario.venues[venue].seats:
        if name == seat or any(bloc.refers == seat for bloc in table.scenario.parties[name].blocs.values()):
            return True
    return False


def _barred(table: Table, p: int) -> dict[str, tuple[int, ...]]:
    return {
        name: tuple(np.flatnonzero(table.talk.barred[p, i]).tolist())
        for i, name in enumerate(table.scenario.active)
        if table.talk.barred[p, i].any()
    }


def _told(event: Event, seat: str) -> dict[str, object]:
    """An act as others hear it: who did what, over which issue; own figures only."""
    told: dict[str, object] = {
        key: getattr(event, key) for key in ("number", "turn", "venue", "round", "speaker", "act", "issue", "bloc")
    }
    told["package"] = dict(event.package)
    told["worth"] = event.utilities[seat]
    return told


def own_utility(table: Table, seat: str, package: dict[str, int]) -> float:
    """What a whole package is worth to ``seat`` now, linkages included (2.2, 2.5, 2.7): what it may know of its own draft.

    Raises
    ------
    KeyError
        No such party.
    """
    p = list(table.scenario.parties).index(seat) if seat in table.scenario.parties else None
    if p is None:
        raise KeyError(f"{seat}: expected one of: {', '.join(table.scenario.parties)}")
    options = np.array([package[name] for name in table.scenario.active], np.int64)
    return float(utility(wishes_of(table.t, table.talk), p, options))


def unwilling(table: Table, seat: str, package: dict[str, int]) -> tuple[str, ...]:
    """Members of an alliance that would not accept a package: less than no deal to them, or beyond a line of theirs (2.6, 7.1).

    Members that a party at the table speaks for are left out: what they want is that party's secret.

    Raises
    ------
    KeyError
        No such party.
    """
    scenario, t, talk = table.scenario, table.t, table.talk
    if seat not in scenario.parties:
        raise KeyError(f"{seat}: expected one of: {', '.join(scenario.parties)}")
    options = np.array([package[name] for name in scenario.active], np.int64)
    wishes, first = wishes_of(t, talk), int(t.party[list(scenario.parties).index(seat)].first_bloc)
    found: list[str] = []
    for a, bloc in enumerate(scenario.parties[seat].blocs.values(), first):
        if bloc.refers is None:
            beyond = talk.barred[a, np.arange(len(options)), options].any()
            if beyond or utility(wishes, a, options) < talk.edge[a].no_deal - EQUAL:
                found.append(bloc.name)
    return tuple(found)
