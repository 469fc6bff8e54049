"""An episode in words, for whoever watches a learner."""

from __future__ import annotations

from collections.abc import Mapping

from sim.narrate import sentence
from sim.protocol.table import Table


def scene(table: Table, told: int, draft: Mapping[str, int] | None) -> str:
    """What was said after act number ``told``, what stands, and whose turn it is.

    Parameters
    ----------
    table
        The talks.
    told
        How many acts were told before.
    draft
        What the seat to act has drafted; None where it has not begun.
    """
    scenario, acts = table.scenario, table.events()
    lines = [
        f"{event.turn:>3} {scenario.parties[event.speaker].name} {sentence(scenario, event, acts[:at])}"
        for at, event in enumerate(acts)
        if at >= told
    ]
    if table.over:
        record = table.record()
        lines.append(f"The talks are over: {record['outcome'].replace('_', ' ')}.")
        moved = {name: option for name, option in record["final"].items()}
        return "\n".join([*lines, *_moved(table, moved, "Nothing has moved.")])
    venue, at = scenario.venues[table.venue], table.talk.at
    what = "answers" if table.answering else "speaks"
    lines.append(
        f"{venue.title}, round {at.round_no} of {venue.rounds}: {scenario.parties[str(table.seat)].name} {what}."
    )
    text = dict(zip(scenario.active, table.talk.base.tolist()))
    lines += _moved(table, text, "The text is the status quo.")
    if draft is not None:
        lines += ["Drafted:", *_moved(table, dict(draft), "nothing that moves.")]
    return "\n".join(lines)


def _moved(table: Table, package: dict[str, int], nothing: str) -> list[str]:
    """Issues off the status quo, with their options."""
    issues = table.scenario.issues
    moved = [
        f"  {issues[name].short}: {issues[name].options[option].label}"
        for name, option in package.items()
        if option != issues[name].status_quo.value
    ]
    return moved or [f"  {nothing}"]
