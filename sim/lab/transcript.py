"""What was said: the last turns in the footer, everything on request."""

from __future__ import annotations

from itertools import groupby

from markupsafe import Markup

from sim.figures.run import Run
from sim.narrate import sentence
from sim.report.words import chip

LAST = 2
"""Turns in the footer."""


def last_turns(run: Run) -> Markup:
    """The last turns, the newest first."""
    if not run.events:
        return Markup('<p class="q">Nobody has spoken yet.</p>')
    told = [(at, event) for at, event in enumerate(run.events) if event.venue is not None]
    turns = [list(acts) for _, acts in groupby(told, key=lambda pair: pair[1].turn)]
    rows: list[Markup] = []
    for acts in reversed(turns[-LAST:]):
        words = Markup(" ").join(_act(run, at) for at, _ in acts)
        rows.append(Markup("<p><b>{}</b> {}</p>").format(acts[0][1].turn, words))
    return Markup("").join(rows)


def _act(run: Run, at: int) -> Markup:
    event = run.events[at]
    return Markup("{} {}").format(chip(run, event.speaker), sentence(run.scenario, event, run.events[:at]))


def whole(run: Run) -> Markup:
    """Every act, venue by venue, what consent took back last."""
    if not run.events:
        return Markup('<p class="q">Nobody has spoken yet.</p>')
    parts: list[Markup] = []
    for venue, acts in groupby(enumerate(run.events), key=lambda pair: pair[1].venue):
        title = "Consent" if venue is None else run.title(venue)
        when = "" if venue is None else run.scenario.venues[venue].dates
        rows = Markup("").join(
            Markup("<li{}><b>{}</b> {}</li>").format(
                Markup(' class="answer"') if event.act in ("accept", "refuse") else "", event.turn, _act(run, at)
            )
            for at, event in acts
        )
        parts.append(Markup('<h3>{} <span class="q">{}</span></h3><ol>{}</ol>').format(title, when, rows))
    return Markup("").join(parts)
