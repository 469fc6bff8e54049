"""The end of one run on a terminal: where issues ended, points, the class of the outcome, and where it is kept."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rich.text import Text

from sim.narrate import issue_name, listed, no_overlap, points, refusers
from sim.protocol.result import outcome_names
from sim.screen import WIDE, Screen

if TYPE_CHECKING:
    from pathlib import Path

    from sim.model import NegotiationModel

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
    notes = ["* moved."] if any(result["final"][n] != s.issues[n].status_quo.value for n in s.active) else []
    if wide:
        notes.append("Numbers under a party: the option it wants.")
    shut = no_overlap(s) if s.challenger else []
    if shut:
        names = listed([issue_name(s, name) for name in shut], most=6)
        notes.append(f"On {names} no option fits inside every red line.")
    if notes:
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
    bar = max(10, min(40, screen.width - screen.longest - 31))
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
