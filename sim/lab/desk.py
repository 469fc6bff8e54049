"""What a session of the lab holds: one browser's talk, what is set and not yet played, and what the buttons do with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import solara
from mesa.visualization.utils import force_update

from sim.domain.problems import ScenarioError
from sim.domain.scenario import Scenario
from sim.figures.chart import in_words
from sim.figures.run import with_article
from sim.lab.given import Given
from sim.lab.origin import Origin, of_run, of_scenario
from sim.lab.settings import settings_of
from sim.lab.talk import LabTalk
from sim.store import StoreError, record_bytes, write_run

LARGEST_SEED = 2**128 - 1


def of_a_class(given: Given, scenario: Scenario) -> str:
    """Says that a table of a class is shown: who played, what news it heard, and where it stopped."""
    people = in_words([with_article(scenario.parties[party].name) for party in given.teams]) or "nobody"
    words = f"Table {given.table} of {given.tables} of the class {given.name}, played again. By people at the end: {people}; "
    words += "the model played the others."
    if given.news:
        words += f" News: {in_words(given.news)}."
    if not given.over:
        words += " The class stopped before these talks were over."
    return f"{words} A new talk forgets what the class did."


class Desk:
    """A session's state; everything a page reads is reactive.

    Parameters
    ----------
    origin
        What is opened first.
    runs
        Where runs are kept and looked for.

    Attributes
    ----------
    origin, talk
        The scenario or stored run at hand, and the talk shown.
    values
        Setting -> what its input holds; it counts from the next talk on.
    seed, index
        Of the next talk.
    made
        Counts what Mesa's controls must begin anew for: they keep a talk's end to themselves.
    notice
        The last message, and whether it is a complaint.
    """

    def __init__(self, origin: Origin, runs: Path) -> None:
        self.runs = runs
        self.origin = solara.Reactive(origin)
        self.seed: solara.Reactive[int] = solara.Reactive(origin.seed)
        self.index: solara.Reactive[int] = solara.Reactive(origin.index)
        self.talk: solara.Reactive[LabTalk] = solara.Reactive(LabTalk(origin))
        self.made = solara.Reactive(0)
        self.notice: solara.Reactive[tuple[str, bool]] = solara.Reactive(("", False))
        self._lay_out(origin)
        if origin.given is not None:
            self.say(of_a_class(origin.given, origin.scenario))

    def _lay_out(self, origin: Origin) -> None:
        self.settings = settings_of(origin.scenario)
        self.values: dict[str, solara.Reactive[Any]] = {one.key: solara.Reactive(one.coded) for one in self.settings}

    @property
    def waiting(self) -> list[str]:
        """Labels of what is set and not played yet."""
        played = self.talk.value
        found = [
            one.label for one in self.settings if self.values[one.key].value != played.values.get(one.key, one.coded)
        ]
        chance = (self.seed.value, self.index.value) != (played.table.seed, played.table.index)
        return [*found, *(["Seed"] if chance else [])]

    def say(self, words: str, *, bad: bool = False) -> None:
        """Show a message."""
        self.notice.set((words, bad))

    def new_talk(self) -> None:
        """Begin a talk with what is set."""
        try:
            given = {key: value.value for key, value in self.values.items()}
            origin = self.origin.value.forgotten() if self.origin.value.given is not None else self.origin.value
            talk = LabTalk(origin, self.seed.value, self.index.value, **given)
        except ScenarioError as error:
            self.say(str(error), bad=True)
            return
        self.origin.set(origin)
        self.say("")
        self._show(talk, anew=True)

    def set_seed(self, words: str) -> None:
        """Take over a seed as it was typed."""
        digits = words.strip().lstrip("0") or "0"
        if words.strip().isdecimal() and len(digits) <= len(str(LARGEST_SEED)) and int(digits) <= LARGEST_SEED:
            self.seed.set(int(words))
            self.index.set(0)
            self.say("")
        else:
            self.say(f"Seed: found “{words[:40]}”; expected a whole number from 0 to 2^128 − 1.", bad=True)

    def open_scenario(self, name: str) -> None:
        """Turn to another scenario."""
        try:
            origin = of_scenario(name)
            self._turn_to(origin, LabTalk(origin))
        except ScenarioError as error:
            self.say(str(error), bad=True)

    def open_run(self, folder: Path) -> None:
        """Load a stored run at its end, to scrub through; it is played again and held against what is stored."""
        try:
            origin = of_run(folder)
        except StoreError as error:
            self.say(str(error), bad=True)
            return
        talk = LabTalk(origin).played()
        self._turn_to(origin, talk)
        if record_bytes(talk) == origin.record:
            self.say(f"Loaded {folder.name}; played again, its record is the same byte by byte.")
        else:
            self.say(f"Loaded {folder.name}; played again, its record differs from what is stored.", bad=True)

    def _turn_to(self, origin: Origin, talk: LabTalk) -> None:
        self._lay_out(origin)
        self.origin.set(origin)
        self.seed.set(origin.seed)
        self.index.set(origin.index)
        self.say("")
        self._show(talk, anew=True)

    def _show(self, talk: LabTalk, *, anew: bool) -> None:
        self.talk.set(talk)
        if anew:
            self.made.set(self.made.value + 1)

    def scrub(self, turn: int) -> None:
        """Show the talk as it was after so many turns."""
        before, was_over = self.talk.value, not self.talk.value.running
        if turn == before.turn:
            return
        talk = before.at(turn)
        self._show(talk, anew=was_over or not talk.running)
        if talk is before:
            force_update()

    def by(self, turns: int) -> None:
        """Go some turns on or back from where the talk is now: a page that is not drawn anew yet shows where it was."""
        talk = self.talk.value
        self.scrub(min(max(talk.turn + turns, 0), talk.length))

    def past_round(self) -> None:
        """Go to the next round."""
        self._go(LabTalk.next_round)

    def past_venue(self) -> None:
        """Go to the next venue."""
        self._go(LabTalk.next_venue)

    def _go(self, move: Any) -> None:
        talk = self.talk.value
        move(talk)
        force_update()
        if not talk.running:
            self.made.set(self.made.value + 1)

    def save(self) -> None:
        """Keep the talk, played to its end, as `detente run` does."""
        from sim.report import write_report

        if self.talk.value.replay is not None:
            self.say(
                "Not saved: a class’s table is kept in its own file, and people’s acts are no run of the model.",
                bad=True,
            )
            return
        talk = self.talk.value.again().played()
        try:
            folder = write_run(talk, self.runs, talk.command, [*talk.origin.changes, *talk.changes], write_report)
        except StoreError as error:
            self.say(str(error), bad=True)
            return
        self.say(f"Saved the whole talk in {folder}/ (report, transcript, record).")
