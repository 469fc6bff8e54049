"""Which deals a table's parties could live with, where a lesson is small enough to try every package (13.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from sim.classroom.lesson import in_play
from sim.compiled import EQUAL
from sim.protocol.table import Table
from sim.protocol.view import own_utility, view

MOST_PACKAGES = 2000
"""Of a lesson with more nothing is listed; nothing is ever sampled."""


@dataclass(frozen=True)
class Zone:
    """Packages that leave whoever is needed at or above no deal, within standing red lines.

    Attributes
    ----------
    packages
        How many there are in all, the status quo left out.
    all_content
        How many leave every party with a say so.
    enough
        The same for as many as the decision rule asks for; None where it asks for all.
    best
        Of those, the ones with the largest gain over no deal for whoever gains least: package and utility of every party.
    """

    packages: int
    all_content: int
    enough: int | None
    best: tuple[tuple[Mapping[str, int], Mapping[str, float]], ...]


def zone_of(table: Table, most: int = 6) -> Zone | None:
    """The zone of agreement of a table as it stands at the start; None where there are too many packages to try."""
    scenario, playing = table.scenario, in_play(table.scenario)
    if prod(len(scenario.issues[name].options) for name in playing) > MOST_PACKAGES:
        return None
    views = {party: view(table, party) for party in scenario.parties}
    text = views[next(iter(views))].text
    # A chair's points are for the record, so only parties with consent count.
    counted = [party for party, given in scenario.parties.items() if given.has_consent.value]
    quorum = scenario.seated[-1].quorum
    everyone, total = 0, 0
    found: list[Any] = []
    for options in product(*(range(len(scenario.issues[name].options)) for name in playing)):
        package = {**text, **dict(zip(playing, options))}
        if package == text and quorum is None:
            continue
        total += 1
        worth = {party: own_utility(table, party, package) for party in views}
        content = {
            party
            for party in counted
            if worth[party] >= views[party].no_deal - EQUAL
            and not any(
                package[name] in barred
                for name, barred in views[party].barred.items()
                if name in playing and package[name] != text[name]
            )
        }
        everyone += len(content) == len(counted)
        needed = len(counted) if quorum is None else quorum.consents
        include = set[str]() if quorum is None else set(quorum.include)
        if len(content) >= needed and include <= content:
            gains = sorted((worth[party] - views[party].no_deal for party in counted), reverse=True)
            found.append((gains[needed - 1], {name: package[name] for name in playing}, worth))
    found.sort(key=lambda one: -one[0])
    best = tuple((package, worth) for _, package, worth in found[:most])
    return Zone(total, everyone, None if quorum is None else len(found), best)
