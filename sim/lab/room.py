"""The page's main part: the talk at hand, panel by panel. Mesa redraws it after every turn."""

from __future__ import annotations

from collections.abc import Callable

import reacton.ipyvuetify as v
import solara
import solara.lab
from markupsafe import escape
from mesa.visualization.utils import update_counter

from sim.figures.run import Run
from sim.lab import lines, offer, positions, space, thousand, transcript, where
from sim.lab.desk import Desk
from sim.lab.keeping import Keeping
from sim.lab.talk import LabTalk
from sim.report.scales import hatches


def _escaped(words: str) -> str:
    return str(escape(words))


def _html(tag: str, inner: object, look: str = "", **attributes: str) -> None:
    """A part of the page as HTML; what is inside was escaped where it was made."""
    given = {name.replace("_", "-"): value for name, value in attributes.items()}
    solara.HTML(tag=tag, unsafe_innerHTML=str(inner), classes=[look] if look else [], attributes=given)


@solara.component
def Room(talk: LabTalk, desk: Desk) -> None:
    """Every panel of a talk.

    Parameters
    ----------
    talk
        The model that Mesa steps.
    desk
        The session it belongs to.
    """
    update_counter.get()
    # Play takes turns in a thread of its own: all panels must show the same moment.
    with talk.moving:
        _panels(talk, talk.so_far(), desk)


def _panels(talk: LabTalk, run: Run, desk: Desk) -> None:
    over, turns = "outcome" in run.record, talk.length
    with v.Html(tag="div", class_="lab over" if over else "lab"):
        _html("h1", "The talk, step by step", "skip")
        with v.Html(tag="div", class_="where"):
            _html("div", where.venues(talk), "steps")
            _html("div", where.moment(talk, run), "moment")
        _html("p", offer.spoken(run), "skip", aria_live="polite")
        Notice(desk)
        Scrub(talk, desk, talk.turn)
        with v.Html(tag="div", class_="panels-of-talk"):
            with v.Html(tag="div", class_="column"):
                Positions(talk, run)
                with v.Html(tag="section", class_="gains-of"):
                    _html("h2", "Space of gains")
                    _html("div", space.gains(run), "beside")
            with v.Html(tag="div", class_="column"):
                with v.Html(tag="section", class_="last"):
                    if over:
                        _html("h2", "Outcome, and what consent did to it")
                        _html("div", offer.ending(run))
                    _html("h2", "Last offer")
                    _html("div", offer.last_offer(run))
                with v.Html(tag="section", class_="lines"):
                    _html("h2", "Points: asks for (line), is offered (dashes), no deal (dots)")
                    _html("div", lines.asks(run, turns) + lines.beliefs(run, turns), "as")
                Thousand(talk, over, run)
        with v.Html(tag="footer", class_="ft"):
            _html("div", transcript.last_turns(run), "last-turns")
            Keeping(talk, desk)
        Transcript(run, talk.turn, id(talk))


@solara.component
def Notice(desk: Desk) -> None:
    """The last message of the session."""
    words, bad = desk.notice.value
    _html("p", _escaped(words), "notice bad" if bad else "notice" if words else "none", role="status")


@solara.component
def Scrub(talk: LabTalk, desk: Desk, turn: int) -> None:
    """Through the talk, forward and back."""
    with v.Html(tag="div", class_="scrub"):
        solara.SliderInt(
            f"After turn {turn} of {talk.length}",
            value=turn,
            on_value=desk.scrub,
            min=0,
            max=talk.length,
            thumb_label=False,
        )
        with v.Html(tag="div", class_="moves", attributes={"role": "group", "aria-label": "Move through the talk"}):
            Move("− Turn", lambda: desk.by(-1), turn > 0)
            Move("+ Turn", lambda: desk.by(1), talk.running)
            Move("+ Round", desk.past_round, talk.running)
            Move("+ Venue", desk.past_venue, talk.running)
            Move("To the end", lambda: desk.scrub(talk.length), talk.running)


@solara.component
def Move(label: str, act: Callable[[], None], possible: bool) -> None:
    """A button that moves the talk."""
    solara.Button(label, on_click=act, disabled=not possible, classes=["quiet-button"])


@solara.component
def Positions(talk: LabTalk, run: Run) -> None:
    """The issues' scales; each opens to what is known of it."""
    known = solara.use_memo(lambda: {name: str(positions.evidence(run, name)) for name in talk.game.active}, [talk])
    marks = solara.use_memo(lambda: (positions.legend(run), str(hatches(run))), [talk])
    with v.Html(tag="section", attributes={"id": "scales"}):
        _html("h2", "Where everybody stands now")
        _html("p", positions.standing(run), "small")
        _html("p", marks[0], "xs q")
        _html("div", marks[1])
        with v.Html(tag="div", class_="sc"):
            for name in talk.game.active:
                with v.Html(tag="details", class_="issue").key(name):
                    with v.Html(tag="summary"):
                        _html("span", _escaped(talk.game.issues[name].short), "nm")
                        _html("span", positions.scale(run, name), "at")
                    _html("div", known[name], "more")


@solara.component
def Thousand(talk: LabTalk, over: bool, run: Run) -> None:
    """A thousand runs of the same settings."""
    game, seed = talk.game, talk.table.seed
    task = solara.lab.use_task(
        lambda: thousand.play(game, seed), dependencies=[talk.fingerprint, seed], prefer_threaded=True
    )
    with v.Html(tag="section", class_="k"):
        _html("h2", "The same settings a thousand times")
        if task.finished and task.value is not None:
            now = run.record["outcome"] if over else ""
            known = game.history.outcome if game.history else ""
            _html("div", thousand.bars(task.value, own=game.challenger is None, now=now, history=known), "shares")
        elif task.error:
            _html("p", "These runs could not be played.", "q")
        else:
            _html("p", "Playing …", "q")


@solara.component
def Transcript(run: Run, turn: int, talk: int) -> None:
    """Everything that was said, on request."""
    shown, show = solara.use_state(False)
    with v.Html(tag="section", class_="whole", attributes={"id": "transcript"}):
        solara.Button(
            "Hide the transcript" if shown else "Whole transcript",
            on_click=lambda: show(not shown),
            classes=["quiet-button"],
        )
        if shown:
            _html("div", transcript.whole(run), "acts")
