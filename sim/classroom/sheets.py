"""Score sheets on paper: the points of a seat's page, and the ties between issues as steps of a sum."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sim.classroom.lesson import Lesson, in_play
from sim.classroom.seats import brief_of, points, scores_of
from sim.domain.scenario import Scenario
from sim.domain.tables import ADDS
from sim.protocol.state import wishes_of
from sim.protocol.table import Table
from sim.protocol.view import view

_OWN = re.compile(r"[A-Z][1-9]")
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEF"
"""An issue has at most 32 options."""


@dataclass(frozen=True)
class Tie:
    """One step of the sum after the points of the options (2.5, 3.2).

    Attributes
    ----------
    words
        What to do with the sum.
    kind
        adds, charges, discounts_gain or removal.
    amount
        Points added or taken; of a discount the share that counts, in hundredths.
    above
        Of a discount: points above which it counts.
    """

    words: str
    kind: str
    amount: int
    above: int = 0


def sheet_of(lesson: Lesson, scenario: Scenario, table: Table, seat: str) -> dict[str, Any]:
    """A party's sheet: its brief and its scores as its page shows them at the start of a table, and the ties."""
    return {
        **brief_of(lesson, scenario, seat),
        **scores_of(scenario, view(table, seat)),
        "ties": ties_of(table, seat),
    }


def ties_of(table: Table, seat: str) -> list[Tie]:
    """What a seat adds to and takes from the points of the options, in the order of the rules."""
    scenario, p = table.scenario, list(table.scenario.parties).index(seat)
    wishes = wishes_of(table.t, table.talk)
    edge = wishes.edge[p]
    ties: list[Tie] = []
    linkages = list(scenario.linkages.values())
    for at, link in enumerate(linkages):
        amount = points(float(wishes.factor[p, at] * wishes.link[at].amount))
        if wishes.link[at].form == ADDS and amount:
            met, words = _condition(scenario, link.when)
            if met is not False:
                where = f"Where the text has {words}" if met is None else "In any case"
                ties.append(Tie(f"{where}: {'add' if amount > 0 else 'take off'} {abs(amount)}.", "adds", amount))
    ties += _charge(scenario, points(float(edge.charge)))
    if edge.discount >= 0 and round(100 * edge.kept) < 100:
        ties += _discount(scenario, linkages[int(edge.discount)].when, round(100 * float(edge.kept)), points(edge.zero))
    removal = points(float(edge.removal))
    if removal and scenario.threat is not None and scenario.threat.issue in in_play(scenario):
        words = f"Where the text has {_removed(scenario)}: take off {removal}, because you give up a means of pressure."
        ties.append(Tie(words, "removal", removal))
    return ties


def codes_of(scenario: Scenario) -> dict[str, list[str]]:
    """What options are called on paper: the game's own codes ("B2 quota") where every option has one, else "2c"."""
    playing = in_play(scenario)
    own = {name: [option.label.split()[0] for option in scenario.issues[name].options] for name in playing}
    said = [code for codes in own.values() for code in codes]
    fits = all(
        _OWN.fullmatch(code) and code[0] == codes[0][0] and option.text.startswith(f"{code}: ")
        for name, codes in own.items()
        for code, option in zip(codes, scenario.issues[name].options)
    )
    if fits and len(set(said)) == len(said):
        return own
    return {
        name: [f"{number}{letter}" for letter, _ in zip(LETTERS, scenario.issues[name].options)]
        for number, name in enumerate(playing, 1)
    }


def bare(words: str, code: str) -> str:
    """Words without the code with which the game itself has them begin ("A1: on water", "A. Mix")."""
    for mark in (f"{code}: ", f"{code}. ", f"{code} "):
        if words.startswith(mark):
            return words[len(mark) :]
    return words


def _charge(scenario: Scenario, amount: int) -> list[Tie]:
    """What limits on arms cost while the threat stands (2.5c)."""
    codes, threat = codes_of(scenario), scenario.threat
    limits = [codes[name][at] for name in codes for at in scenario.issues[name].limits]
    if not amount or threat is None or not limits:
        return []
    stands = f"Unless the text has {_removed(scenario)}" if threat.issue in codes else "In any case"
    return [Tie(f"{stands}: take off {amount} for each of {_either(limits, 'and')} that is in it.", "charges", amount)]


def _discount(scenario: Scenario, when: dict[str, Any], kept: int, above: int) -> list[Tie]:
    """How much of a gain counts while a demand is unmet (2.5b)."""
    met, words = _condition(scenario, when)
    if met is True:
        return []
    unless = f"Unless the text has {words}" if met is None else "Some of what you insist on is not negotiated here"
    told = f"{unless}: of what you have above {above} points only {kept} in 100 count."
    return [Tie(told, "discounts_gain", kept, above)]


def _removed(scenario: Scenario) -> str:
    """The options that remove the threat (1.5)."""
    assert scenario.threat is not None
    return _either(codes_of(scenario)[scenario.threat.issue][scenario.threat.removed_from :])


def _either(codes: list[str], last: str = "or") -> str:
    return codes[0] if len(codes) == 1 else f"{', '.join(codes[:-1])} {last} {codes[-1]}"


def _condition(scenario: Scenario, when: dict[str, Any]) -> tuple[bool | None, str]:
    """A condition over options: whether what is not in play decides it already, and in words over what is in play."""
    codes = codes_of(scenario)
    parts: list[str] = []
    for name, span in when.items():
        issue = scenario.issues[name]
        last = len(issue.options) - 1 if span.at_most is None else span.at_most
        within = range(span.at_least or 0, last + 1)
        if name in codes:
            parts.append(_either([codes[name][at] for at in within]))
        elif issue.status_quo.value not in within:
            return False, ""
    return (None, " together with ".join(parts)) if parts else (True, "")
