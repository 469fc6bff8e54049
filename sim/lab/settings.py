"""What can be set before a talk: the figures, tactics and rules that matter most, as inputs of Mesa's page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from sim.domain.catalogue import TACTICS
from sim.domain.cells import Cell
from sim.domain.scenario import Scenario
from sim.figures.chart import SIGNS
from sim.figures.run import with_article
from sim.narrate import measures_word

MOST_ORDERED = 3
"""Venues whose every order is offered: six at most, as the page names them all in one list."""


@dataclass(frozen=True)
class Setting:
    """One thing that can be set.

    Attributes
    ----------
    key
        Its name as a parameter of the model: the dotted path that it changes first.
    label
        For people, with the mark of the coded figure.
    kind
        Mesa's name of the input: SliderFloat, Select or Checkbox.
    coded
        The scenario's own value, as the input shows it.
    choices
        Of a list: what it offers -> ``path=value`` changes, the coded one with none.
    paths
        Of a slider or a box: dotted paths that take the value.
    """

    key: str
    label: str
    kind: str
    coded: Any
    choices: Mapping[str, tuple[str, ...]] | None = None
    paths: tuple[str, ...] = ()

    def changes(self, value: Any) -> tuple[str, ...]:
        """The changes that lay a value over the scenario; none for the coded one."""
        if value == self.coded:
            return ()
        if self.choices is not None:
            return self.choices[value]
        text = str(bool(value)).lower() if self.kind == "Checkbox" else f"{round(float(value), 2):g}"
        return tuple(f"{path}={text}" for path in self.paths)

    def shown(self, value: Any) -> str:
        """The label with the value where the input itself does not show it."""
        if self.kind != "SliderFloat":
            return self.label
        was = "" if value == self.coded else f" (coded {self.coded:g})"
        return f"{self.label} {round(float(value), 2):g}{was}"

    def input(self, value: Any) -> dict[str, Any]:
        """The input as Mesa's page takes it; ``value`` may be reactive."""
        now = value.value if hasattr(value, "value") else value
        given: dict[str, Any] = {"type": self.kind, "label": self.shown(now), "value": value}
        if self.kind == "SliderFloat":
            given.update(min=0.0, max=1.0, step=0.01)
        if self.choices is not None:
            given["values"] = list(self.choices)
        return given


def settings_of(scenario: Scenario) -> list[Setting]:
    """What can be set in a scenario, in the order in which the page shows it."""
    return [*_figures(scenario), *_tactics(scenario), *_order(scenario), *_consents(scenario)]


def changes_of(settings: list[Setting], values: Mapping[str, Any]) -> list[str]:
    """All changes that some values make."""
    return [text for one in settings if one.key in values for text in one.changes(values[one.key])]


def _slider(label: str, cell: Cell[float], *paths: str) -> Setting:
    return Setting(paths[0], f"{label} {SIGNS[cell.basis]}".rstrip(), "SliderFloat", cell.value, None, paths)


def _figures(scenario: Scenario) -> Iterator[Setting]:
    """Shares in [0, 1]."""
    who = scenario.challenger
    if who is None:
        return
    for name, kind in scenario.parties[who].types.items():
        if kind.good_faith and kind.probability is not None:
            words = "Good faith" if kind.title.endswith("in good faith") else kind.title
            yield _slider(f"{words}, chance", kind.probability, f"parties.{who}.types.{name}.probability")
    for name, link in scenario.linkages.items():
        if link.form == "discounts_gain":
            yield _slider("Insistence", link.insistence, f"linkages.{name}.insistence")
    yield _slider(
        f"{measures_word(scenario).capitalize()} credibility", scenario.sanctions.credibility, "sanctions.credibility"
    )
    threat = scenario.threat
    cell = scenario.issues[threat.issue].verifiability if threat else None
    if threat is not None and cell is not None:
        at = threat.removed_from
        path = f"issues.{threat.issue}.verifiability.{at}"
        label = f"Verifiability of “{scenario.issues[threat.issue].options[at].label}” {SIGNS[cell.basis]}".rstrip()
        yield Setting(path, label, "SliderFloat", cell.value[at], None, (path,))
    lines = scenario.red_lines
    yield _slider(f"Red lines of {_the(scenario, who)} hold", lines.resolve_challenger, "red_lines.resolve_challenger")
    yield _slider("Red lines of the others hold", lines.resolve_defenders, "red_lines.resolve_defenders")


def _the(scenario: Scenario, party: str) -> str:
    return with_article(scenario.parties[party].name)


def _tactics(scenario: Scenario) -> Iterator[Setting]:
    """The tactic of every party that bargains; of the challenger, that of all its types."""
    for name, party in scenario.parties.items():
        if not any(name in venue.seats and venue.chair != name for venue in scenario.seated):
            continue
        paths = [f"parties.{name}.types.{kind}.tactic" for kind, own in party.types.items() if own.tactic is not None]
        if len(paths) < len(party.types) or not party.types:
            paths.insert(0, f"parties.{name}.tactic")
        own = [kind.tactic for kind in party.types.values() if kind.tactic is not None] or [party.tactic]
        coded = "as coded: " + " or ".join(dict.fromkeys(choice.name.replace("_", " ") for choice in own))
        choices: dict[str, tuple[str, ...]] = {coded: ()}
        for row in TACTICS:
            words = f"{row.name.replace('_', ' ')}: {row.meaning}"
            choices[words] = tuple(f"{path}={{name: {row.name}}}" for path in paths)
        yield Setting(f"tactic_{name}", f"Tactic of {_the(scenario, name)}", "Select", coded, choices)


def _order(scenario: Scenario) -> Iterator[Setting]:
    """Every order of the venues."""
    calendar = scenario.calendar
    if not 1 < len(calendar) <= MOST_ORDERED:
        return
    choices: dict[str, tuple[str, ...]] = {}
    for order in permutations(calendar):
        words = ", ".join(scenario.venues[name].title for name in order)
        choices[words] = () if order == calendar else (f"calendar=[{', '.join(order)}]",)
    yield Setting("calendar", "Order of the venues", "Select", next(iter(choices)), choices)


def _consents(scenario: Scenario) -> Iterator[Setting]:
    """Whose consent is needed; of a party that no issue names nothing is asked."""
    asked = {party for issue in scenario.issues.values() for party in issue.consent.value}
    asked |= {party for issue in scenario.issues.values() for option in issue.options for party in option.also_consent}
    for name, party in scenario.parties.items():
        if name in asked:
            mark = SIGNS[party.has_consent.basis].rstrip()
            label = f"{party.name} must consent {mark}".rstrip()
            path = f"parties.{name}.has_consent"
            yield Setting(path, label, "Checkbox", party.has_consent.value, None, (path,))
