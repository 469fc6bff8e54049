"""The one schema of results: a run as a flat row of figures, each with its unit and meaning (clause 12.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.compiled import compiled, part
from sim.domain.scenario import Scenario
from sim.domain.tables import DISCOUNTS, Real, Tables
from sim.protocol.state import Talk

REAL, WHOLE, SWITCH = "f8", "i4", "?"

CLASSES = ("breakdown", "talks_continue", "limited_measures", "arms_control_accord", "settlement")
RESULTS = ("no_understanding", "understanding", "walked_out")


@dataclass(frozen=True)
class Field:
    """One figure of a result.

    Attributes
    ----------
    name, dtype
        ``dtype`` as numpy writes it: f8, i4 or ? (yes or no).
    unit, meaning
        For people.
    names
        What a whole number stands for, -1 for nothing; None where it counts.
    """

    name: str
    dtype: str
    unit: str
    meaning: str
    names: tuple[str, ...] | None = None


def outcome_names(scenario: Scenario) -> tuple[str, ...]:
    """Outcome classes in order: those of clause 10.2, or the scenario's own and "other"."""
    return CLASSES if scenario.challenger else (*scenario.outcomes.classes, "other")


def fields_of(scenario: Scenario) -> tuple[Field, ...]:
    """Every figure of a run of a scenario, in the order in which ``note`` writes it."""
    parties = tuple(scenario.parties)
    found = [Field("outcome", WHOLE, "class", "Outcome class (10.2).", outcome_names(scenario))]
    if scenario.challenger:
        types = tuple(scenario.parties[scenario.challenger].types)
        found += [
            Field("type", WHOLE, "type", "The challenger's private type (4.1).", types),
            Field("escalated", SWITCH, "yes or no", "Whether force followed (10.1)."),
            Field("escalation_chance", REAL, "probability", "Chance of escalation (10.1)."),
            Field("payoff", REAL, "utility", "Payoff of coercion before sanctions, g (4.1)."),
            Field("coercion", REAL, "utility", "Payoff of coercion after the talks, z (3.1, 10.1)."),
            Field(
                "number_defenders",
                REAL,
                "uniform",
                "The defenders' number: their lines with a larger chance stand (2.3).",
            ),
            Field("number_challenger", REAL, "uniform", "The challenger's number, likewise (2.3)."),
        ]
    for name, link in scenario.linkages.items():
        if link.form == "discounts_gain":
            found.append(
                Field(f"insistence_{name}", REAL, "share", "Share of gains discounted short of the demands (2.5b).")
            )
    found += [
        Field("joint_gain", REAL, "utility", "Sum of the parties' gains over the status quo."),
        Field(
            "nash_product",
            REAL,
            "utility product",
            "Product of gains over no deal, parties with consent; 0 if one loses.",
        ),
    ]
    for name in scenario.calendar:
        found += [
            Field(f"result_{name}", WHOLE, "result", "How the venue ended (8).", RESULTS),
            Field(f"rounds_{name}", WHOLE, "rounds", "Rounds begun."),
            Field(f"offers_{name}", WHOLE, "offers", "Offers made, a chair's texts among them."),
            Field(f"walker_{name}", WHOLE, "party", "Who walked out (7.2).", parties),
        ]
    for name in scenario.active:
        found += [
            Field(f"text_{name}", WHOLE, "option", "Option in the last understanding (8.6)."),
            Field(f"final_{name}", WHOLE, "option", "Option after consent (9.2)."),
            Field(f"veto_{name}", WHOLE, "party", "Who took the issue back (9.2).", parties),
        ]
    for name in parties:
        found += [
            Field(f"utility_{name}", REAL, "utility", "Worth of the final package (2.2)."),
            Field(f"no_deal_{name}", REAL, "utility", "Worth of no deal at the end, r (3)."),
            Field(f"gain_{name}", REAL, "utility", "Utility over the status quo."),
            Field(f"vetoes_{name}", WHOLE, "issues", "Issues that it took back (9.2)."),
            Field(
                f"lines_{name}", WHOLE, "issues", "Issues on which a hard line of its or of a bloc of its stood (2.3)."
            ),
        ]
        if scenario.challenger and name != scenario.challenger:
            found.append(Field(f"belief_{name}", REAL, "probability", "Last belief in good faith (4.3)."))
    return tuple(found)


def figures(scenario: Scenario, t: Tables, talk: Talk) -> dict[str, Any]:
    """The result of a finished run by field: labels where whole numbers stand for something, None for nothing."""
    fields = fields_of(scenario)
    row = np.empty(len(fields))
    note(t, talk, row)
    return {field.name: _told(field, figure) for field, figure in zip(fields, row.tolist())}


def _told(field: Field, figure: float) -> Any:
    if field.names is not None:
        return field.names[int(figure)] if figure >= 0 else None
    return figure if field.dtype == REAL else bool(figure) if field.dtype == SWITCH else int(figure)


@compiled
def note(t: Tables, talk: Talk, row: Real):
    """Write a finished run into ``row`` (float64, one place a field, in the order of ``fields_of``)."""
    at = 0
    challenger = t.n.challenger
    row[at] = talk.at.outcome
    at += 1
    if challenger >= 0:
        row[at], row[at + 1], row[at + 2] = talk.at.type, talk.at.escalated, talk.fig.escalation_chance
        row[at + 3], row[at + 4] = talk.fig.payoff, talk.fig.coercion
        row[at + 5], row[at + 6] = talk.fig.number_defenders, talk.fig.number_challenger
        at += 7
    for link in range(t.n.links):
        if t.link[link].form == DISCOUNTS:
            row[at] = talk.insistence[link]
            at += 1
    joint, product = 0.0, 1.0
    for p in range(t.n.parties):
        joint += talk.seat[p].utility - talk.edge[p].zero
        if t.party[p].has_consent:
            product *= max(0.0, talk.seat[p].utility - talk.edge[p].no_deal)
    row[at], row[at + 1] = joint, product
    at += 2
    for v in range(t.n.venues):
        venue = talk.venue[v]
        row[at], row[at + 1], row[at + 2], row[at + 3] = venue.result, venue.rounds, venue.offers, venue.walker
        at += 4
    for i in range(t.n.issues):
        row[at], row[at + 1], row[at + 2] = talk.text[i], talk.final[i], _owner_of_veto(t, talk, i)
        at += 3
    for p in range(t.n.parties):
        row[at], row[at + 1] = talk.seat[p].utility, talk.edge[p].no_deal
        row[at + 2] = talk.seat[p].utility - talk.edge[p].zero
        row[at + 3], row[at + 4] = _vetoes(t, talk, p), _lines(t, talk, p)
        at += 5
        if challenger >= 0 and p != challenger:
            row[at] = 0.0
            for k in range(t.n.types):
                if t.type[k].good:
                    row[at] += talk.belief[p, k]
            at += 1


@part
def _owner_of_veto(t: Tables, talk: Talk, i: int):
    """Who took issue i back, -1 for nobody; once it is back at the status quo nobody can again (9.2)."""
    for p in range(t.n.parties):
        if talk.vetoes[p, i] > 0:
            return p
    return -1


@part
def _vetoes(t: Tables, talk: Talk, p: int):
    """How many issues p took back."""
    count = 0
    for i in range(t.n.issues):
        count += 1 if talk.vetoes[p, i] > 0 else 0
    return count


@part
def _lines(t: Tables, talk: Talk, p: int):
    """Issues on which a hard line of p, or of a bloc of p, stood."""
    count = 0
    for i in range(t.n.issues):
        for a in range(t.n.actors):
            if t.actor[a].party == p and talk.holding[a, i]:
                count += 1
                break
    return count
