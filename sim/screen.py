"""One run on a terminal: the talks venue by venue in words, then what came out. 80 columns hold everything."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from sim.look import party_looks
from sim.narrate import closing, issue_name, listed, no_overlap, points, refusers, sentence
from sim.protocol.record import Event, outcome_names

if TYPE_CHECKING:
    from pathlib import Path

    from sim.model import NegotiationModel

WIDE = 110
SHOWN_FIRST, SHOWN_LAST = 4, 3
"""Turns of a venue that are always told; those between are counted unless all are asked for."""

_LETTERS = str.maketrans(
    {
        "◉": "@", "◦": "o", "·": ".", "─": "-", "━": "=", "┆": "|", "→": ">", "…": "...", "≈": "~", "–": "-", "’": "'",
        "é": "e", "“": '"', "”": '"', "⁰": "0", "⬢": "!", "✓": "*",
    }
)  # fmt: skip
NAMES = {
    "breakdown": "breakdown",
    "talks_continue": "talks continue",
    "limited_measures": "limited measures",
    "arms_control_accord": "arms-control accord",
    "settlement": "settlement",
}


def class_name(scenario: Any, outcome: str) -> str:
    """An outcome class for people."""
    own = scenario.outcomes.classes.get(outcome)
    return own.title if own else NAMES.get(outcome, outcome.replace("_", " "))


class Screen:
    """Writes to a terminal of some width, in letters where it knows no symbols."""

    def __init__(self, console: Console, scenario: Any) -> None:
        self.console, self.scenario = console, scenario
        self.width = max(40, min(console.width, 120))
        self.plain = "utf" not in (console.encoding or "").lower()
        looks = party_looks({name: (party.name, party.code) for name, party in scenario.parties.items()})
        self.sign = {
            name: look.glyph if not self.plain else scenario.parties[name].code[:2] for name, look in looks.items()
        }
        self.colour = {name: look.light for name, look in looks.items()}
        self.name = {name: party.name for name, party in scenario.parties.items()}
        self.longest = max(len(f"{self.sign[name]} {self.name[name]}") for name in self.name)

    def line(self, text: str | Text = "", style: str = "") -> None:
        """Print one line that is known to fit."""
        if isinstance(text, Text):
            if self.plain:
                text = Text(_ascii(text.plain))
            self.console.print(text, soft_wrap=True, highlight=False)
        else:
            self.console.print(Text(_ascii(text) if self.plain else text, style=style), soft_wrap=True)

    def paragraph(self, text: str, hang: str = "", style: str = "") -> None:
        """Print a text wrapped to the width, further lines indented by ``hang``."""
        for line in textwrap.wrap(text, self.width, subsequent_indent=hang, break_long_words=False) or [""]:
            self.line(line, style)

    def rule(self, title: str) -> None:
        """A heading with a line to the right edge."""
        title = textwrap.shorten(title, self.width - 2, placeholder=" …")
        self.line(f"{title} {'─' * (self.width - len(title) - 1)}", "bold")

    def said(self, number: str, party: str, words: str) -> None:
        """An act: its turn, who, and what, wrapped under itself."""
        lead = f"{number:>3} "
        who = f"{self.sign[party]} {self.name[party]}".ljust(self.longest)
        indent = len(lead) + self.longest + 2
        lines = textwrap.wrap(words, max(20, self.width - indent), break_long_words=False)
        first = Text(lead, style="dim")
        first.append(who, style=self.colour[party])
        first.append(f"  {lines[0]}")
        self.line(first)
        for line in lines[1:]:
            self.line(" " * indent + line)


def _ascii(text: str) -> str:
    return text.translate(_LETTERS).encode("ascii", "replace").decode()


def title(model: NegotiationModel) -> str:
    """Names the run: scenario, what sets it apart, seed, and index if there is one."""
    s = model.scenario
    index = f" · index {model.table.index}" if model.table.index else ""
    return f"Détente · {s.title} · {s.label} · seed {model.table.seed}{index}"


def show_talks(screen: Screen, model: NegotiationModel, *, everything: bool) -> None:
    """Play the model to its end, telling each venue when it is over."""
    s = screen.scenario
    screen.line(title(model), "bold")
    legend = Text()
    for name in s.parties:
        legend.append(f"{screen.sign[name]} {screen.name[name]}   ", style=screen.colour[name])
    if screen.width >= WIDE:
        legend.append("points: 0 to 100, by each party’s own wishes; ≈ estimate", style="dim")
    legend.rstrip()
    screen.line(legend)
    told = 0
    for venue in s.calendar:
        while model.running and model.table.venue == venue:
            model.step()
        acts = model.transcript()
        _venue(screen, venue, acts, told, _result(model, s.calendar.index(venue)), everything)
        told = len(acts)
    _consent(screen, model)


def _result(model: NegotiationModel, at: int) -> dict[str, Any]:
    """How a venue ended, in the words of the record, also while later venues are still to come."""
    from sim.protocol.record import RESULTS

    row = model.table.talk.venue[at]
    walker = list(model.scenario.parties)[row.walker] if row.walker >= 0 else None
    return {"result": RESULTS[row.result], "walker": walker}


def _venue(screen: Screen, venue: str, acts: list[Event], first: int, result: dict[str, Any], everything: bool) -> None:
    s = screen.scenario
    meeting = s.venues[venue]
    seats = ", ".join(screen.name[n] + (" (chair)" if n == meeting.chair else "") for n in meeting.seats)
    parts = [meeting.title, meeting.dates, seats, "" if meeting.binding else "not binding"]
    screen.line()
    screen.rule(" · ".join(part for part in parts if part))
    here = [(at, event) for at, event in enumerate(acts) if at >= first and event.venue == venue]
    turns = list(dict.fromkeys(event.turn for _, event in here))
    hidden = set() if everything or len(turns) <= SHOWN_FIRST + SHOWN_LAST + 1 else set(turns[SHOWN_FIRST:-SHOWN_LAST])
    session = None
    skipping = False
    for turn in turns:
        group = [(at, event) for at, event in here if event.turn == turn]
        if turn in hidden:
            if not skipping:
                screen.line(f"    … {len(hidden)} more turns (--all shows them)", "dim")
            skipping = True
            continue
        if group[0][1].session != session and len(meeting.sessions) > 1:
            session = group[0][1].session
            _session(screen, meeting.sessions[session])
        _turn(screen, group, acts)
    screen.paragraph(f"→ {closing(s, venue, result, acts)}", "  ", "bold")


def _session(screen: Screen, session: Any) -> None:
    day = f", {session.date.day} {session.date:%B}" if session.date else ""
    if session.exploratory:
        screen.line(f"{session.title}{day}: offers are heard, none can be accepted.", "italic")
    else:
        screen.line(f"{session.title}{day}", "italic")


def _turn(screen: Screen, group: list[tuple[int, Event]], acts: Sequence[Event]) -> None:
    """An offer and the answers to it; where all consent one word says so."""
    s = screen.scenario
    (at, event), answers = group[0], group[1:]
    words = sentence(s, event, acts[:at])
    united = len(answers) > 1 and all(answer.act == "accept" for _, answer in answers)
    screen.said(str(event.turn), event.speaker, f"{words} All consent." if united else words)
    for number, answer in [] if united else answers:
        screen.said("", answer.speaker, sentence(s, answer, acts[:number]))


def _consent(screen: Screen, model: NegotiationModel) -> None:
    s = screen.scenario
    acts = model.transcript()
    if not any(issue.consent.value for issue in s.issues.values()):
        return
    screen.line()
    screen.rule("Consent · all whose consent is needed are asked")
    taken = [(at, event) for at, event in enumerate(acts) if event.act == "take_back"]
    for at, event in taken:
        screen.said("", event.speaker, sentence(s, event, acts[:at]))
    if not taken:
        moved = model.result()["text"] != dict(zip(s.active, s.status_quo))
        screen.line("→ Nothing taken back." if moved else "→ Nothing moved, so there is nothing to ask.", "bold")


def show_result(screen: Screen, model: NegotiationModel) -> None:
    """Where each issue ended, what it is worth to whom, and the class of the outcome."""
    _issues(screen, model)
    _points(screen, model)
    _ladder(screen, model)


def _issues(screen: Screen, model: NegotiationModel) -> None:
    s, result = screen.scenario, model.result()
    wide = screen.width >= WIDE and len(s.parties) <= 6
    against = refusers(s, model.transcript())
    screen.line()
    side = f"   left: {screen.name[s.challenger]}’s full demand" if s.challenger else ""
    screen.line(f"Where each issue ended   ◉ final   ◦ status quo{side}", "bold")
    screen.line()
    scale = 2 * max(len(s.issues[name].options) for name in s.active) - 1
    codes = "".join(f"{screen.sign[n]} {party.code}".rjust(7) for n, party in s.parties.items()) if wide else ""
    text_width = 27 if wide else min(26, screen.width - 27 - scale - 11)
    head = f"  {'issue':<23}  {'scale':<{scale}}  {'text':<{text_width}}{codes}  refused by"
    screen.line(head, "dim")
    screen.line("─" * screen.width, "dim")
    for name in s.active:
        issue, final = s.issues[name], result["final"][name]
        quo = issue.status_quo.value
        marks = ["◉" if k == final else "◦" if k == quo else "·" for k in range(len(issue.options))]
        label = textwrap.shorten(issue.options[final].label, text_width, placeholder="…")
        wants = "".join(_wish(s, party, name).rjust(7) for party in s.parties) if wide else ""
        who = [s.parties[party].code for party in against[name]]
        room = screen.width - (27 + scale + 2 + text_width + len(codes) + 2)
        blame = ", ".join(who) if len(", ".join(who)) <= room else f"{len(who)} parties"
        star = "*" if final != quo else " "
        row = f"{star} {issue.short:<23}  {' '.join(marks):<{scale}}  {label:<{text_width}}{wants}  {blame or 'none'}"
        screen.line(row, "bold" if final != quo else "")
    notes = ["* moved."]
    if wide:
        notes.append("Numbers under a party: the option it wants.")
    shut = no_overlap(s) if s.challenger else []
    if shut:
        names = listed([issue_name(s, name) for name in shut], most=6)
        notes.append(f"On {names} no option fits inside every red line.")
    screen.line()
    screen.paragraph(" ".join(notes), style="dim")


def _wish(scenario: Any, party: str, issue: str) -> str:
    """The option a party wants: its number, or the best of its points."""
    position = scenario.parties[party].positions.get(issue)
    if position is None:
        return "·"
    if position.preferred is not None:
        return str(position.preferred.value)
    values = (position.values or position.points).value
    return str(values.index(max(values)))


def _points(screen: Screen, model: NegotiationModel) -> None:
    s, result = screen.scenario, model.result()
    estimate = "≈ " if s.challenger else ""
    screen.line()
    screen.line("Points", "bold")
    bar = max(10, min(40, screen.width - 46))
    screen.line(f"   {'party':<{screen.longest}}   now   change   no deal", "dim")
    for name, row in result["parties"].items():
        now, change, worth = round(100 * row["utility"]), round(100 * row["gain"]), round(100 * row["no_deal"])
        filled = ["━" if at < row["utility"] * bar else "·" for at in range(bar)]
        filled[min(bar - 1, max(0, round(row["no_deal"] * bar)))] = "┆"
        moved = f"{change:+d}" if change else "0"
        text = Text("   ")
        text.append(f"{screen.sign[name]} {screen.name[name]}".ljust(screen.longest), style=screen.colour[name])
        text.append(f"{now:>6}{moved:>9}{estimate + str(worth):>10}   ")
        text.append("".join(filled), style=screen.colour[name])
        screen.line(text)
    screen.line()
    screen.line(f"┆ worth of no deal{' (estimate)' if s.challenger else ''}", "dim")


def _ladder(screen: Screen, model: NegotiationModel) -> None:
    s, result = screen.scenario, model.result()
    names = [name for name in outcome_names(s) if name != "other" or result["outcome"] == "other"]
    ladder = [class_name(s, n).upper() if n == result["outcome"] else class_name(s, n) for n in names]
    screen.line()
    screen.paragraph(f"Result      {' · '.join(ladder)}", " " * 12, "bold")
    if result["escalated"] is not None:
        followed = "followed" if result["escalated"] else "did not follow"
        chance = points(result["escalation_chance"])
        screen.line(f"Escalation  {followed} in this run; its chance was {chance} %.")
    screen.line("One run is one story: --index 1, 2, 3 … play others.", "dim")


def show_places(screen: Screen, folder: Path, files: Iterable[str]) -> None:
    """Where things were put, and how to play the run again."""
    screen.line()
    screen.line(f"Written to  {folder}/", "bold")
    screen.paragraph(" " * 12 + "   ".join(files), " " * 12)
    screen.line(f"Again       detente replay {folder}")
