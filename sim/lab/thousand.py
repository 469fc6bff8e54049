"""A thousand runs of the present settings: how often each class, with intervals, beside the one talk on the page."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from sim.domain.scenario import Scenario
from sim.engine import Engine
from sim.findings.intervals import wilson
from sim.look import outcome_looks
from sim.protocol.result import outcome_names

RUNS = 1_000


@dataclass(frozen=True)
class Shares:
    """What came out.

    Attributes
    ----------
    classes
        Name for people, id, share and its 95 % interval, from less to more agreed.
    escalated
        Share of runs with escalation and its interval; None where a game has none.
    runs
        How many were played.
    """

    classes: tuple[tuple[str, str, float, float, float], ...]
    escalated: tuple[float, float, float] | None
    runs: int = RUNS


def play(scenario: Scenario, seed: int) -> Shares:
    """Play the first thousand runs of a seed."""
    rows = Engine(scenario).play(seed, np.arange(RUNS))
    looks = outcome_looks()
    found: list[tuple[str, str, float, float, float]] = []
    for at, name in enumerate(outcome_names(scenario)):
        share = float((rows["outcome"] == at).mean())
        low, high = wilson(share, RUNS)
        own = scenario.outcomes.classes.get(name)
        title = own.title if own else looks[name]["name"] if name in looks else "Other"
        found.append((title, name, share, float(low), float(high)))
    if scenario.challenger is None:
        return Shares(tuple(found), None)
    share = float(rows["escalated"].mean())
    low, high = wilson(share, RUNS)
    return Shares(tuple(found), (share, float(low), float(high)))


def bars(shares: Shares, *, own: bool, now: str = "", history: str = "") -> Markup:
    """The shares as a stack from less to more agreed.

    Parameters
    ----------
    own
        Whether the scenario has classes of its own, which share one look.
    now
        Class of the talk on the page, once it is over.
    history
        Class of what happened, where it is known.
    """
    rows: list[Markup] = []
    for title, name, share, low, high in shares.classes:
        if name == "other" and not share:
            continue
        look = "own" if own else name.replace("_", "-")
        marks = (" ◂ this talk" if name == now else "") + (" ★" if name == history else "")
        rows.append(
            Markup(
                '<div class="oc {}" style="flex-grow:{:.3f}"><span>{}{}</span><b>{} % <i>{}–{}</i></b></div>'
            ).format(
                look, max(share, 0.001) * 100, title, marks, round(100 * share), round(100 * low), round(100 * high)
            )
        )
    said = ", ".join(f"{title} {round(100 * share)} per cent" for title, _, share, _, _ in shares.classes)
    stack = Markup('<div class="st" role="group" aria-label="{}">{}</div>').format(said, Markup("").join(rows))
    words = f"{shares.runs:,} runs of the same seed and settings; 95 % intervals.".replace(",", "\u202f")
    words += " ★ history." if history else ""
    if shares.escalated is None:
        return stack + Markup('<p class="xs q">{}</p>').format(words)
    share, low, high = (round(100 * value) for value in shares.escalated)
    risk = Markup('<p class="small"><span class="hex">⬢</span> Escalation in <b>{} %</b> ({}–{})</p>').format(
        share, low, high
    )
    return stack + risk + Markup('<p class="xs q">{}</p>').format(words)
