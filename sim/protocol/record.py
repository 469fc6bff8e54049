"""What a run leaves behind: one record (clause 12.1) and, when asked for, a transcript (12.2). Plain values, ready for JSON."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from sim.domain.scenario import Scenario
from sim.domain.tables import Tables
from sim.protocol.result import figures
from sim.protocol.state import (
    ACT,
    ASKED,
    ISSUE,
    NO_DEAL,
    PACKAGE,
    REASON,
    ROUND,
    SPEAKER,
    TAKE_BACK,
    TOP,
    TURN,
    UTILITIES,
    VENUE,
    WHO,
    WORTH,
    Talk,
)

ACTS = ("offer", "pass", "accept", "refuse", "walk_out", "take_back")
REASONS = (
    "none", "restates_best", "within_lines", "exchanges", "chair_text", "nothing_to_offer", "no_package", "red_line",
    "asks_more", "worth_it", "lost_patience", "below_no_deal", "nothing_acceptable",
)  # fmt: skip


@dataclass(frozen=True)
class Event:
    """One act, as it happened (12.2). Utilities in about [0, 1]; what a tactic did not compute is None.

    Attributes
    ----------
    number
        From 1, in order.
    turn
        From 1; an offer and the answers to it share one.
    venue, session, round
        Ids and the venue's round from 1; venue and session None for acts of consent.
    speaker
        The party whose seat acts.
    act
        One of ``ACTS``.
    issue
        Over which it refuses, or which it takes back.
    reason
        One of ``REASONS``.
    bloc
        Of an alliance, the bloc that would not accept.
    package
        Option per issue: the offer, or the text that a pass or a taking back leaves as it found it.
    worth, asked, top, no_deal
        To the speaker (or its bloc): utility of the package, aspiration, best package, reservation value.
    utilities
        Of the package, by party.
    beliefs
        In good faith, by party, after the last offer heard.
    """

    number: int
    turn: int
    venue: str | None
    session: str | None
    round: int
    speaker: str
    act: str
    issue: str | None
    reason: str
    bloc: str | None
    package: dict[str, int]
    worth: float
    asked: float | None
    top: float | None
    no_deal: float
    utilities: dict[str, float]
    beliefs: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        """For a line of JSON."""
        return asdict(self)


def session_of(scenario: Scenario, venue: str, number: int) -> str:
    """The session to which a venue's round belongs."""
    for name, session in scenario.venues[venue].sessions.items():
        number -= session.rounds.value
        if number <= 0:
            return name
    raise ValueError(f"{venue}: found round {number} past its last session.")


def events(scenario: Scenario, t: Tables, talk: Talk, first: int = 0) -> list[Event]:
    """The log from line ``first`` on."""
    parties, issues = list(scenario.parties), scenario.active
    blocs = [name for party in scenario.parties.values() for name in party.blocs]
    found: list[Event] = []
    for at in range(first, int(talk.at.events)):
        row, figures = talk.log_acts[at], talk.log_figures[at]
        consent = row[ACT] == TAKE_BACK
        venue = None if consent else scenario.calendar[int(row[VENUE])]
        count = len(parties)
        found.append(
            Event(
                number=at + 1,
                turn=int(row[TURN]) + 1,
                venue=venue,
                session=session_of(scenario, venue, int(row[ROUND])) if venue else None,
                round=int(row[ROUND]),
                speaker=parties[int(row[SPEAKER])],
                act=ACTS[int(row[ACT])],
                issue=issues[int(row[ISSUE])] if row[ISSUE] >= 0 else None,
                reason=REASONS[int(row[REASON])],
                bloc=blocs[int(row[WHO]) - count] if row[WHO] >= count else None,
                package=dict(zip(issues, row[PACKAGE:].tolist())),
                worth=float(figures[WORTH]),
                asked=_known(figures[ASKED]),
                top=_known(figures[TOP]),
                no_deal=float(figures[NO_DEAL]),
                utilities=dict(zip(parties, figures[UTILITIES : UTILITIES + count].tolist())),
                beliefs=dict(zip(parties, figures[UTILITIES + count :].tolist())) if t.n.challenger >= 0 else {},
            )
        )
    return found


def _known(figure: float) -> float | None:
    return float(figure) if math.isfinite(figure) else None


def record(scenario: Scenario, t: Tables, talk: Talk, seed: int, index: int) -> dict[str, Any]:
    """The result of a finished run (12.1).

    Utilities are in about [0, 1]. Keys: ``scenario`` (name, hash), ``seed``, ``index``, ``outcome``, ``escalated``,
    ``escalation_chance``, ``venues`` (result, rounds, offers, walker), ``final`` (option per issue), ``parties``
    (utility, no_deal, gain over the status quo, vetoes, belief), ``type``, ``coercion`` (z), ``payoff`` (g), ``numbers``
    (each side's, 2.3), ``insistence``, ``holding`` (hard lines that stood, by party or bloc), ``joint_gain``, ``nash_product``.
    """
    row = figures(scenario, t, talk)
    challenger = scenario.challenger
    return {
        "scenario": scenario.name,
        "scenario_hash": scenario.hash,
        "seed": seed,
        "index": index,
        "outcome": row["outcome"],
        "escalated": row.get("escalated"),
        "escalation_chance": row.get("escalation_chance"),
        "venues": {
            name: {key: row[f"{key}_{name}"] for key in ("result", "rounds", "offers", "walker")}
            for name in scenario.calendar
        },
        "text": {name: row[f"text_{name}"] for name in scenario.active},
        "final": {name: row[f"final_{name}"] for name in scenario.active},
        "parties": {
            name: {
                **{key: row[f"{key}_{name}"] for key in ("utility", "no_deal", "gain")},
                "vetoes": [issue for issue in scenario.active if row[f"veto_{issue}"] == name],
                "belief": row.get(f"belief_{name}"),
            }
            for name in scenario.parties
        },
        "type": row.get("type"),
        "payoff": row.get("payoff"),
        "coercion": row.get("coercion"),
        "numbers": {side: row[f"number_{side}"] for side in ("defenders", "challenger")} if challenger else None,
        "insistence": {
            name: row[f"insistence_{name}"] for name, link in scenario.linkages.items() if link.form == "discounts_gain"
        },
        "holding": _holding(scenario, talk),
        "joint_gain": row["joint_gain"],
        "nash_product": row["nash_product"],
    }


def _holding(scenario: Scenario, talk: Talk) -> dict[str, list[str]]:
    """Hard lines that stood in this run: issues, by party ("us") or bloc ("nato.eastern")."""
    names = list(scenario.parties)
    names += [f"{party}.{bloc}" for party, given in scenario.parties.items() for bloc in given.blocs]
    return {
        name: [scenario.active[i] for i in np.flatnonzero(talk.holding[a])]
        for a, name in enumerate(names)
        if talk.holding[a].any()
    }
