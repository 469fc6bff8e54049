"""One run on a terminal: the talks venue by venue in words. 80 columns hold everything."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from sim.look import party_looks
from sim.narrate import closing, passes, sentence
from sim.protocol.record import Event

if TYPE_CHECKING:
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
        # An address stays in one piece, even where it runs over, so that it can be copied.
        lines = textwrap.wrap(text, self.width, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)
        for line in lines or [""]:
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
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).encode("ascii", "replace").decode()


def title(model: NegotiationModel) -> str:
    """Names the run: scenario, what sets it apart, seed, and index if there is one."""
    s = model.game
    index = f" · index {model.table.index}" if model.table.index else ""
    return f"Détente · {s.title} · {s.label} · seed {model.table.seed}{index}"


def show_talks(screen: Screen, model: NegotiationModel, *, everything: bool) -> None:
    """Play the model to its end, telling each venue when it is over."""
    s = screen.scenario
    screen.line(title(model), "bold")
    _legend(screen)
    told = 0
    for venue in s.calendar:
        while model.running and model.table.venue == venue:
            model.step()
        acts = model.transcript()
        _venue(screen, venue, acts, told, _result(model, s.calendar.index(venue)), everything)
        told = len(acts)
    _consent(screen, model)


def _legend(screen: Screen) -> None:
    """The parties' symbols and names, on as many lines as they need."""
    legend = Text()
    for name in screen.scenario.parties:
        entry = f"{screen.sign[name]} {screen.name[name]}   "
        if len(legend) + len(entry.rstrip()) > screen.width:
            legend.rstrip()
            screen.line(legend)
            legend = Text()
        legend.append(entry, style=screen.colour[name])
    note = "points: 0 to 100, by each party’s own wishes; ≈ estimate"
    if screen.width >= WIDE and len(legend) + len(note) <= screen.width:
        legend.append(note, style="dim")
    legend.rstrip()
    screen.line(legend)


def _result(model: NegotiationModel, at: int) -> dict[str, Any]:
    """How a venue ended, in the words of the record, also while later venues are still to come."""
    from sim.protocol.result import RESULTS

    row = model.table.talk.venue[at]
    walker = list(model.game.parties)[int(row.walker)] if row.walker >= 0 else None
    return {"result": RESULTS[int(row.result)], "walker": walker}


def _venue(screen: Screen, venue: str, acts: list[Event], first: int, result: dict[str, Any], everything: bool) -> None:
    s = screen.scenario
    meeting = s.venues[venue]
    seats = ", ".join(screen.name[n] + (" (chair)" if n == meeting.chair else "") for n in meeting.seats)
    parts = [meeting.title, meeting.dates, seats, "" if meeting.binding else "not binding"]
    heading = " · ".join(part for part in parts if part)
    screen.line()
    if len(heading) <= screen.width - 2:
        screen.rule(heading)
    else:
        screen.rule(" · ".join(part for part in parts[:2] if part))
        screen.paragraph(" · ".join(part for part in parts[2:] if part))
    here = [(at, event) for at, event in enumerate(acts) if at >= first and event.venue == venue]
    groups = _groups(here)
    many = not everything and len(groups) > SHOWN_FIRST + SHOWN_LAST + 1
    hidden = groups[SHOWN_FIRST:-SHOWN_LAST] if many else []
    session = None
    for group in groups:
        if group in hidden:
            if group is hidden[0]:
                count = len({event.turn for left in hidden for _, event in left})
                screen.line(f"    … {count} more turns (--all shows them)", "dim")
            continue
        if group[0][1].session != session and len(meeting.sessions) > 1:
            session = group[0][1].session
            _session(screen, meeting.sessions[session])
        _turn(screen, group, acts)
    screen.paragraph(f"→ {closing(s, venue, result, acts)}", "  ", "bold")


def _groups(here: list[tuple[int, Event]]) -> list[list[tuple[int, Event]]]:
    """Acts by turn; a party's passes one after another, for the same reason and in one session, count as one."""
    groups: list[list[tuple[int, Event]]] = []
    for at, event in here:
        last = groups[-1][-1][1] if groups else None
        same = ("act", "speaker", "reason", "session")
        repeats = event.act == "pass" and last and all(getattr(event, name) == getattr(last, name) for name in same)
        if last and (event.turn == last.turn or repeats):
            groups[-1].append((at, event))
        else:
            groups.append([(at, event)])
    return groups


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
    if event.act == "pass" and answers:
        screen.said(str(event.turn), event.speaker, passes(s, event, answers[-1][1]))
        return
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
