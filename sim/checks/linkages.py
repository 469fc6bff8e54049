"""Linkages that never bind (2.5)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.checks.finding import Found, listed
from sim.checks.reach import Mask, open_anywhere
from sim.checks.worlds import Game
from sim.domain.parties import Linkage


def never_binds(game: Game) -> Iterator[Found]:
    """A linkage whose condition can never change, or that changes nothing when it does."""
    mask = open_anywhere(game, game.easiest[0])
    lines_hold = open_anywhere(game, game.ordinary[0])
    for at, (name, link) in enumerate(game.scenario.linkages.items()):
        why = _charge(game, link, mask) if link.form == "charges" else _condition(game, at, link, mask)
        if why is None and link.form != "charges" and (late := _condition(game, at, link, lines_hold)) is not None:
            # The amount and the status quo are the same in both, so this is about what lines leave.
            usual = " That is so while the usual hard lines hold, those of more than half of all runs."
            why = (late[0], late[1] + usual, late[2])
        if why is not None:
            what, figures, advice = why
            yield Found("linkage-never-binds", "notice", f"linkages.{name}", f"{name} {what}", figures, advice)


def _charge(game: Game, link: Linkage, mask: Mask) -> tuple[str, str, str] | None:
    t = game.t
    if link.amount.value == 0:
        return "charges nothing.", "Its amount is 0.", "Set amount, in utility (0.05 is five points), or remove it."
    if not t.arms.any():
        return (
            "never charges: no issue has a limit.",
            "issues.*.limits are empty.",
            "Name the options that are limits (1.5).",
        )
    if int(t.x0[t.n.threat]) >= int(t.n.threat_from):
        return (
            "never charges: the threat counts as removed from the start.",
            _threat(game),
            "Set threat.removed_from higher.",
        )
    reached = [i for i in range(len(mask)) if (np.asarray(t.limit[i]) & mask[i]).any()]
    if not reached:
        return (
            "never charges: no limit can be reached.",
            "Red lines or agendas bar every one.",
            "Open a limit, or remove it.",
        )
    return None


def _threat(game: Game) -> str:
    i = int(game.t.n.threat)
    return f"Status quo of {game.issues[i]} is {int(game.t.x0[i])}, removed from {int(game.t.n.threat_from)}."


def _condition(game: Game, at: int, link: Linkage, mask: Mask) -> tuple[str, str, str] | None:
    t, discount = game.t, link.form == "discounts_gain"
    if discount and link.insistence.value == 0 and link.insistence_sd.value == 0:
        return "discounts nothing.", "insistence and insistence_sd are 0.", "Set insistence, from 0 to 1, or remove it."
    if not discount and link.amount.value == 0:
        return "adds nothing.", "Its amount is 0.", "Set amount, in utility (0.05 is five points), or remove it."
    options = np.arange(int(mask.shape[1]))
    always = True
    never: list[str] = []
    for i in t.bound[at].term:
        if i < 0:
            break
        inside = (options >= t.bound[at, i].low) & (options <= t.bound[at, i].high)
        if not (inside & mask[i]).any():
            never.append(game.issues[int(i)])
        always = always and bool(inside[mask[i]].all())
    if never:
        effect = (
            "always discounts: its condition cannot be met." if discount else "never adds: its condition cannot be met."
        )
        figures = f"No option that can come about on {listed(never)} lies in the range."
        return effect, figures, "Widen the range under when, or move the red lines or agendas that bar it."
    if always:
        effect = "never discounts: its condition always holds." if discount else "adds the same to every package."
        return (
            effect,
            "Every option that can come about lies in its ranges.",
            "Narrow the range under when, or remove it.",
        )
    quo = all(t.bound[at, i].low <= t.x0[i] <= t.bound[at, i].high for i in t.bound[at].term if i >= 0)
    if discount and quo:
        return (
            "asks for what holds already.",
            "The status quo meets its condition, so it discounts only what gives that up.",
            "Check at_least and at_most: they say what is demanded.",
        )
    return None
