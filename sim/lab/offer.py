"""The last offer in words and what became of it; after the end, the deal and what consent did to it."""

from __future__ import annotations

from markupsafe import Markup

from sim.figures.chart import whole
from sim.figures.run import Run
from sim.look import outcome_looks
from sim.narrate import sentence
from sim.protocol.record import Event
from sim.report import words
from sim.report.words import chip


def last_offer(run: Run) -> Markup:
    """The last offer and every answer to it; before the first, that there was none."""
    offers = [at for at, event in enumerate(run.events) if event.act == "offer"]
    if not offers:
        spoken = [event for event in run.events if event.act in ("pass", "walk_out")]
        rest = Markup("").join(_line(run, run.events.index(event)) for event in spoken[-2:])
        return Markup("<p>No offer yet.</p>{}").format(rest)
    at = offers[-1]
    offer, where = run.events[at], run.title(run.events[at].venue or "")
    answers = [later for later in range(at + 1, len(run.events)) if run.events[later].turn == offer.turn]
    answers = [later for later in answers if run.events[later].venue is not None]
    rows = [_line(run, at), *(_line(run, later) for later in answers)]
    if not answers:
        rows.append(Markup('<p class="q">Heard; nobody answered it.</p>'))
    after = [later for later in range(at + 1 + len(answers), len(run.events)) if run.events[later].venue is not None]
    rows += [_line(run, later) for later in after[-1:]]
    return Markup('<p class="xs q">Turn {}, {}, round {}</p>{}').format(
        offer.turn, where, offer.round, Markup("").join(rows)
    )


def _line(run: Run, at: int) -> Markup:
    event = run.events[at]
    return Markup("<p>{} {}</p>").format(chip(run, event.speaker), sentence(run.scenario, event, run.events[:at]))


def ending(run: Run) -> Markup:
    """The outcome class among all, what it means, what stands, what consent took back, and what followed."""
    record, scenario = run.record, run.scenario
    looks = outcome_looks()
    own = record["outcome"]
    look = f"oc {own.replace('_', '-')}" if scenario.challenger and own in looks else "oc own"
    title = Markup('<p><span class="ochip {}">{}</span> {}</p>').format(
        look, words.class_title(run, own), words.headline(run).partition(": ")[2]
    )
    parts = [title, Markup("<p>{}</p>").format(" ".join(words.lead(run)))]
    deal = [
        Markup("<li><b>{}</b>: {}</li>").format(
            scenario.issues[name].short, scenario.issues[name].options[int(record["final"][name])].label
        )
        for name in words.moved(run)
    ]
    if deal:
        parts.append(
            Markup('<p class="small"><b>Agreed and kept</b></p><ul class="deal">{}</ul>').format(Markup("").join(deal))
        )
    backs = [event for event in run.events if event.act == "take_back"]
    if backs:
        rows = Markup("").join(Markup("<li>{} {}</li>").format(chip(run, e.speaker), _back(run, e)) for e in backs)
        parts.append(Markup('<p class="small"><b>Taken back at consent</b></p><ul class="deal">{}</ul>').format(rows))
    if record["escalated"] is not None:
        followed = "followed" if record["escalated"] else "did not follow"
        parts.append(
            Markup('<p><span class="hex">⬢</span> Escalation {} in this run; its chance was {} %.</p>').format(
                followed, whole(record["escalation_chance"])
            )
        )
    history = words.history(run)
    if history:
        parts.append(Markup('<p class="small q">★ {}</p>').format(history))
    return Markup("").join(parts)


def _back(run: Run, event: Event) -> str:
    return sentence(run.scenario, event, run.events)


def spoken(run: Run) -> str:
    """The last turn as one plain sentence, for those who listen to the page."""
    if not run.events:
        return "A new talk; nobody has spoken yet."
    turn = run.events[-1].turn
    acts = [(at, event) for at, event in enumerate(run.events) if event.turn == turn and event.venue is not None]
    said = [f"{run.scenario.parties[e.speaker].name} {sentence(run.scenario, e, run.events[:at])}" for at, e in acts]
    return f"Turn {turn}. {' '.join(said)}"
