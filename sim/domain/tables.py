"""The arrays that the compiled rules see. Plain figures only; what follows from them is derived per run."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Real: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]
Switch: TypeAlias = NDArray[np.bool_]
Record: TypeAlias = Any
"""Arrays of figures, of counts and options, of yes and no; and one record, whose fields are read as attributes.
The compiler works types out by itself: here they tell readers and the type checker."""

ADDS, DISCOUNTS, CHARGES = range(3)
ALTERNATING, COUNCIL, CONSENSUS = range(3)
SIDE = -1.0
"""Resolve of a line that has no chance of its own: its side's counts."""

SIZES = (
    "issues", "options", "parties", "actors", "venues", "seats", "rounds", "types", "links", "adding",
    "challenger", "threat", "threat_from", "classes", "patience_at", "noise_at", "draws",
)  # fmt: skip
"""Counts (``adding``: linkages up to the last that adds), the challenger's and the threat's index (-1: none), and where draws
stand in a run's row."""

PARAMETERS = (
    "resolve_defenders", "resolve_challenger", "firmness", "tie", "friction", "alarm", "credibility", "updates",
    "ignorance", "observation_sd", "reciprocity", "attention", "absent", "noise", "patience_sd", "redeploy",
    "decision_noise",
)  # fmt: skip


COLUMNS: dict[str, list[tuple[str, type]]] = {
    # issue [I]: number of options; owner of the lever or -1
    "issue": [("options", np.int64), ("owner", np.int64)],
    # actor [A]: loss if force is used (an alliance's is its blocs' mean); given worth of no deal or NaN; who speaks for
    # it; the party whose wishes a bloc has, or -1; its share in the alliance
    "actor": [
        ("conflict_loss", np.float64), ("reservation", np.float64), ("party", np.int64), ("refers", np.int64),
        ("share", np.float64),
    ],
    # stance [A, I]: weight in points; option liked best, -1 for explicit values; red line, -1 for none; its own chance
    # to hold, -1 for the side's; whether it accepts the line and above (else below); whether the line is hard
    "stance": [
        ("weight", np.float64), ("preferred", np.int64), ("line", np.int64), ("resolve", np.float64),
        ("at_least", np.bool_), ("hard", np.bool_),
    ],
    # party [P]: first bloc and how many; tactic and its parameters; patience; whether its consent is asked at all
    "party": [
        ("first_bloc", np.int64), ("blocs", np.int64), ("tactic", np.int64), ("beta", np.float64),
        ("phi", np.float64), ("patience", np.float64), ("has_consent", np.bool_),
    ],
    # type [T] of the challenger: prior, NaN for the one that takes the rest; whether it is good faith; tactic; patience;
    # payoff of force
    "type": [
        ("probability", np.float64), ("good", np.bool_), ("tactic", np.int64), ("beta", np.float64),
        ("phi", np.float64), ("patience", np.float64), ("payoff_mean", np.float64), ("payoff_sd", np.float64),
    ],
    # link [L]: form; what it adds or charges; mean and spread of insistence
    "link": [("form", np.int64), ("amount", np.float64), ("insistence", np.float64), ("insistence_sd", np.float64)],
    # bound [L, I] and [C, I]: the issues of the condition in order, padded with -1; the range of every issue
    "bound": [("term", np.int64), ("low", np.int64), ("high", np.int64)],
    # venue [V]: protocol; binding; rounds; chair or -1; consents needed, 0 for unanimity
    "venue": [
        ("protocol", np.int64), ("binding", np.bool_), ("rounds", np.int64), ("chair", np.int64),
        ("quorum", np.int64),
    ],
}  # fmt: skip
"""Fields of the record arrays. Few wide arrays instead of many narrow ones: each array that a compiled function takes
costs compile time."""


def records(kind: str, *shape: int) -> Any:
    """An array of records of a kind in ``COLUMNS``, all zero; fields can be read as attributes."""
    return new_records(COLUMNS[kind], *shape)


def new_records(columns: list[tuple[str, type]], *shape: int) -> Any:
    """An array of records, all zero, that compiled and plain code read alike."""
    return np.zeros(shape, dtype=np.dtype((np.record, np.dtype(columns, align=True)))).view(np.recarray)


class Cases(NamedTuple):
    """How the conditions that matter to an actor can come out: each holds, or a certain term of it fails; the threat too.

    Sizes: actors A, cases C, issues I, options M, linkages L.
    """

    tied: Any  # bool[A, I], issues that stand in a condition, the threat's always
    count: Any  # int64[A]
    fits: Any  # bool[A, C, I, M], options that belong to a case
    meets: Any  # bool[A, C, 1 + L], whether a case removes the threat; then, the linkages whose condition it meets


class Tables(NamedTuple):
    """Everything that rules need to know of a scenario.

    Sizes: issues I, options M (the largest count; shorter issues are padded), parties P, actors A (the parties in order,
    then the blocs of every alliance), types T, linkages L, measures Q, venues V, seats S, rounds R, own classes C.
    """

    n: Any  # record of SIZES
    par: Any  # record of PARAMETERS
    issue: Any  # [I]
    x0: Any  # int64[I], the status quo
    limit: Any  # bool[I, M], counts as an arms limit
    arms: Any  # bool[I], has such an option
    follow_on: Any  # bool[I, M], counts as a follow-on format or contacts
    nu: Any  # float64[I, M], verifiability
    needs: Any  # bool[I, M, P], moving to this option needs this party's consent
    asked: Any  # bool[I, P], some option of the issue needs this party's consent
    severity: Any  # float64[Q] of each sanction measure
    threatened: Any  # bool[Q, I, M], the option leaves the measure threatened
    actor: Any  # [A]
    stance: Any  # [A, I]; an alliance's own row is unused
    explicit: Any  # float64[A, I, M], values where no option is preferred
    party: Any  # [P]
    type: Any  # [T]
    link: Any  # [L]
    bound: Any  # [L, I]
    factor: Any  # float64[A, L], how much of a linkage an actor has (shares, for an alliance)
    cases: Cases
    venue: Any  # [V] in the order of the calendar
    seats: Any  # int64[V, S], parties in speaking order, padded with -1
    agenda: Any  # bool[V, I]
    exploratory: Any  # bool[V, R + 1], by round from 1
    include: Any  # bool[V, P], must be among the consents
    class_agreed: Any  # int64[C], 1: an understanding must stand, 0: none may, -1: either
    class_bound: Any  # [C, I]
