"""Where the talks are: venues with their dates, round and turn, who speaks, who is in the room and who is not."""

from __future__ import annotations

from markupsafe import Markup

from sim.figures.chart import counted
from sim.figures.run import Run
from sim.lab.talk import LabTalk
from sim.protocol.view import is_present
from sim.report.words import chip


def venues(talk: LabTalk) -> Markup:
    """The venues in order and consent after them, the present one marked."""
    table, game = talk.table, talk.game
    steps = [
        (game.venues[name].title, game.venues[name].dates, name == table.venue and not table.over)
        for name in game.calendar
    ]
    if any(issue.consent.value for issue in game.issues.values()):
        steps.append(("Consent", "", table.over))
    items = Markup("").join(
        Markup("<li{}>{} <span>{}</span></li>").format(Markup(' aria-current="step"') if now else "", title, when)
        for title, when, now in steps
    )
    return Markup("<ol>{}</ol>").format(items)


def moment(talk: LabTalk, run: Run) -> Markup:
    """Round, turn, who speaks, who is here and who is absent; after the end, that it is over."""
    table, game = talk.table, talk.game
    if table.over:
        return Markup("<p>The talks are over after <b>{}</b>.</p>").format(counted(talk.turn, "turn"))
    venue = game.venues[table.venue]
    inside = [name for name in game.parties if is_present(table, name, table.venue)]
    outside = [name for name in game.parties if name not in inside]

    def chips(names: list[str]) -> Markup:
        return Markup("").join(chip(run, name) for name in names)

    chair = Markup(" · chair: {}").format(chip(run, venue.chair)) if venue.chair else ""
    absent = Markup(" · absent: {}").format(chips(outside)) if outside else ""
    return Markup("<p>Round <b>{}</b> of {} · turn <b>{}</b> · speaks: {}{} · in the room: {}{}</p>").format(
        int(table.talk.at.round_no),
        venue.rounds,
        talk.turn + 1,
        chip(run, table.seat or ""),
        chair,
        chips(inside),
        absent,
    )
