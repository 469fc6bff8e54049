"""A whole run by tactics alone, compiled: what the drivers that need no one to watch call."""

from __future__ import annotations

from sim.compiled import compiled
from sim.protocol.aftermath import conclude
from sim.protocol.consent import ask_consent
from sim.protocol.start import begin
from sim.protocol.state import OVER
from sim.protocol.tactic import decide
from sim.protocol.turn import apply


@compiled
def step(t, talk, draws):
    """Decide and take one act of the seat whose turn it is."""
    decide(t, talk, draws)
    apply(t, talk, draws, talk.at.act, talk.at.issue, talk.at.reason, talk.at.who)


@compiled
def finish(t, talk, draws):
    """After the last venue: consent, then what follows."""
    ask_consent(t, talk)
    conclude(t, talk, draws)


@compiled
def play(t, talk, draws):
    """Play a run from its draws to its end."""
    begin(t, talk, draws)
    while talk.at.phase != OVER:
        step(t, talk, draws)
    finish(t, talk, draws)
