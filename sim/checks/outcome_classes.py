"""Outcome classes that no final text can reach, and texts that fit no class (10.2)."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from sim.checks.finding import Found, listed
from sim.checks.reach import Mask, open_anywhere
from sim.checks.worlds import Game
from sim.domain.tables import DISCOUNTS

MOST_TEXTS = 1_000_000
"""Texts over the issues that classes name; where there are more, nothing is said."""


def unreachable(game: Game) -> Iterator[Found]:
    """Classes that cannot be reached, for certain or while the usual red lines hold."""
    ever = _reached(game, open_anywhere(game, game.easiest[0]))
    usual = _reached(game, open_anywhere(game, game.ordinary[0]))
    if ever is None or usual is None:
        return
    if game.scenario.challenger:
        for name, why in ever.items():
            if why:
                yield _found("outcomes", name, why, certain=True)
            elif usual[name]:
                yield _found("outcomes", name, usual[name], certain=False)
        return
    for name, own in game.scenario.outcomes.classes.items():
        if ever[name]:
            yield _found(f"outcomes.classes.{name}", own.title, ever[name], certain=True)
        elif usual[name]:
            yield _found(f"outcomes.classes.{name}", own.title, usual[name], certain=False)
    if not ever["other"]:
        yield Found(
            "class-missing",
            "notice",
            "outcomes.classes",
            "Some endings fit no class; they are counted as other.",
            f"For one: {_example(game)}.",
            "End the list with a class that has only a title, or only agreed: true and agreed: false.",
        )


def _found(path: str, name: str, why: str, *, certain: bool) -> Found:
    return Found(
        "class-unreachable",
        "problem" if certain else "notice",
        path,
        f"No talks can end as {name.replace('_', ' ')}{'' if certain else ' while the usual hard lines hold'}.",
        why,
        "Widen what the class asks for, put it before the class that covers it, or open the options that it needs.",
    )


def _reached(game: Game, mask: Mask) -> dict[str, str] | None:
    """Per class why it cannot be reached, "" where it can; None where there are too many texts to tell."""
    return _challengers(game, mask) if game.scenario.challenger else _own(game, mask)


def _challengers(game: Game, mask: Mask) -> dict[str, str]:
    t = game.t
    options, quo = np.arange(int(mask.shape[1])), np.asarray(t.x0)
    moved = [set(np.flatnonzero(mask[i]).tolist()) - {int(quo[i])} for i in range(len(mask))]
    links = [at for at in range(int(t.n.links)) if t.link[at].form == DISCOUNTS and t.factor[t.n.challenger, at] > 0]
    unmet = [
        game.issues[int(i)]
        for at in links
        for i in t.bound[at].term
        if i >= 0 and not (mask[i] & (options >= t.bound[at, i].low) & (options <= t.bound[at, i].high)).any()
    ]
    found = {"settlement": "", "arms_control_accord": "", "limited_measures": ""}
    if not links:
        found["settlement"] = (
            "No linkage of the challenger discounts gains, and a settlement is what meets its condition (2.5b)."
        )
    elif unmet:
        found["settlement"] = (
            f"Of what the challenger insists on, {listed(unmet)} cannot come about: red lines or agendas bar it."
        )
    if not any((np.asarray(t.limit[i]) & mask[i]).any() for i in range(len(mask))):
        found["arms_control_accord"] = "No option that counts as an arms limit can come about (issues.*.limits)."
    elif not (mask[t.n.threat] & (options >= t.n.threat_from)).any():
        found["arms_control_accord"] = (
            "The threat cannot be removed: no option from threat.removed_from upward is open."
        )
    if not any(not t.follow_on[i, k] for i in range(len(mask)) for k in moved[i]):
        found["limited_measures"] = "Nothing beyond outcomes.follow_on can move."
    return found


def _texts(game: Game, mask: Mask) -> tuple[np.ndarray, list[int]] | None:
    """Every text over the issues that classes name, int64[N, I], the status quo first; None where there are too many."""
    names = {issue for own in game.scenario.outcomes.classes.values() for issue in own.when}
    asked = [i for i, name in enumerate(game.issues) if name in names]
    choices = [np.flatnonzero(mask[i]) for i in asked]
    if math.prod(len(choice) for choice in choices) > MOST_TEXTS:
        return None
    grid = (
        np.stack([axis.ravel() for axis in np.meshgrid(*choices, indexing="ij")], axis=1)
        if asked
        else np.zeros((1, 0), int)
    )
    return np.concatenate([np.asarray(game.t.x0)[asked][None, :], grid]), asked


def _own(game: Game, mask: Mask) -> dict[str, str] | None:
    given = _texts(game, mask)
    if given is None:
        return None
    texts, asked = given
    # Without an understanding the text is the status quo; with one it can be any, for consent may take back the rest.
    agreed = np.concatenate([[False], np.ones(len(texts) - 1, bool)])
    free = np.ones(len(texts), bool)
    found: dict[str, str] | None = {}
    for c, (name, own) in enumerate(game.scenario.outcomes.classes.items()):
        fits = np.ones(len(texts), bool) if own.agreed is None else agreed == own.agreed
        for column, i in enumerate(asked):
            bound = game.t.class_bound[c, i]
            fits &= (texts[:, column] >= bound.low) & (texts[:, column] <= bound.high)
        if not fits.any():
            found[name] = "No text that can come about fits it" + (
                ": without an understanding the status quo stands." if own.agreed is False else "."
            )
        elif not (fits & free).any():
            found[name] = "Whatever fits it fits a class above it too, and the first that fits counts."
        else:
            found[name] = ""
        free &= ~fits
    found["other"] = "" if free.any() else "Every ending fits a class."
    return found


def _example(game: Game) -> str:
    """An ending that fits no class, in words."""
    mask = open_anywhere(game, game.easiest[0])
    given = _texts(game, mask)
    if given is None:
        return ""
    texts, asked = given
    for row, text in enumerate(texts):
        fits = False
        for c, own in enumerate(game.scenario.outcomes.classes.values()):
            here = own.agreed is None or own.agreed == (row > 0)
            for column, i in enumerate(asked):
                bound = game.t.class_bound[c, i]
                here = here and bool(bound.low <= text[column] <= bound.high)
            fits = fits or here
        if not fits:
            words = [game.option(i, int(k)) for i, k in zip(asked, text)]
            return (
                f"{'an understanding' if row else 'no understanding'}, {listed(words)}" if words else "no understanding"
            )
    return ""
