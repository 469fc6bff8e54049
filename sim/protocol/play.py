"""The one way in: single acts for a table that somebody watches, whole blocks of runs for the engine.

Everything is compiled into one function, because compiling is what a new machine waits for: each part of the protocol is
in it once, whoever calls.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled
from sim.domain.tables import Tables
from sim.protocol.aftermath import conclude
from sim.protocol.consent import ask_consent
from sim.protocol.result import note
from sim.protocol.start import begin
from sim.protocol.state import OVER, Talk
from sim.protocol.tactic import decide
from sim.protocol.turn import apply

BEGIN, DECIDE, TAKE, FINISH, RUN = range(5)
"""What is asked for: open the talks, let a tactic decide, take the act decided on, conclude, or all of it."""

REAL, WHOLE, SWITCH = range(3)
"""Kinds of places in the tables' memory: float64, int64, bool."""


class Room(NamedTuple):
    """What a block of runs is played from and noted into. N runs, D distinct rows of chance, S places, F figures, K fields."""

    real: Any  # float64[...], int64[...], bool[...]: the memory of the tables as figures of each kind
    whole: Any
    switch: Any
    places: Any  # int64[S, 3], kind, place, which figure
    values: Any  # float64[N, F], of each run
    numbers: Any  # float64[D, W]
    which: Any  # int64[N], the row of chance of each run
    figures: Any  # float64[N, K], results; K = 0 where none are noted


def single(draws: NDArray[np.float64]) -> Room:
    """The room of one run whose figures are the scenario's own and whose result is read off the talk."""
    return Room(
        np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.bool_), np.zeros((0, 3), np.int64), np.zeros((1, 0)),
        draws.reshape(1, -1), np.zeros(1, np.int64), np.zeros((1, 0)),
    )  # fmt: skip


def play(t: Tables, talk: Talk, draws: NDArray[np.float64]) -> None:
    """Play one run by tactics alone, from its draws to its end."""
    drive(t, talk, single(draws), RUN)


@compiled
def drive(t: Tables, talk: Talk, room: Room, task: int):
    """Do what is asked for, for every run of a room; an act that is taken stands in ``talk.at``, see ``decide``."""
    for r in range(room.which.shape[0]):
        draws = room.numbers[room.which[r]]
        if task in (BEGIN, RUN):
            _write_figures(room, r)
            begin(t, talk, draws)
        while task not in (BEGIN, FINISH):
            if task == RUN and talk.at.phase == OVER:
                break
            if task != TAKE:
                decide(t, talk, draws)
            if task != DECIDE:
                apply(t, talk, draws)
            if task != RUN:
                break
        if task in (FINISH, RUN):
            ask_consent(t, talk)
            conclude(t, talk, draws)
            if room.figures.shape[1] > 0:
                note(t, talk, room.figures[r])


@compiled
def _write_figures(room: Room, r: int):
    """Write a run's own figures to their places in the tables."""
    for s in range(room.places.shape[0]):
        kind, at, value = room.places[s, 0], room.places[s, 1], room.values[r, room.places[s, 2]]
        if kind == REAL:
            room.real[at] = value
        elif kind == WHOLE:
            room.whole[at] = int(value)
        else:
            room.switch[at] = value != 0.0
