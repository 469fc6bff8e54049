"""Figures that are written and that no rule will use, as the rest of the scenario stands."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.checks.finding import Found, listed
from sim.checks.reach import movable, open_anywhere
from sim.checks.worlds import Game
from sim.domain.cells import Frozen, is_cell

_CHALLENGERS = {
    "outside": ("tie", "friction", "alarm"),
    "sanctions": ("credibility", "measures"),
    "beliefs": ("updates", "observation_sd"),
    "aftermath": ("redeploy", "decision_noise"),
    "red_lines": ("resolve_challenger",),
    "outcomes": ("core", "follow_on"),
}
"""Figures that count only where somebody may turn to force."""


def without_effect(game: Game) -> Iterator[Found]:
    """Each figure that was written and changes nothing, with the reason."""
    reasons = _alone(game) if game.scenario.challenger is None else _with_challenger(game)
    for path, why, advice in [*reasons, *_anywhere(game)]:
        yield Found("figure-without-effect", "notice", path, f"{path} changes nothing.", why, advice)


def written(part: Frozen, key: str) -> bool:
    """Whether a key was written and is not what it would be anyway."""
    if key not in part.model_fields_set:
        return False
    value, default = getattr(part, key), type(part).model_fields[key].default
    plain = value.value if is_cell(value) else value
    return plain != (default.value if is_cell(default) else default)


Reason = tuple[str, str, str]


def _alone(game: Game) -> Iterator[Reason]:
    """Without a challenger, all that is about force."""
    why = "It counts only in games with a challenger, and none is named."
    advice = "Remove it, or name a challenger with its types and the threat (1.5, 4.1)."
    s = game.scenario
    for group, keys in _CHALLENGERS.items():
        for key in keys:
            if written(getattr(s, group), key):
                yield f"{group}.{key}", why, advice
    for name, party in s.parties.items():
        if written(party, "conflict_loss"):
            yield f"parties.{name}.conflict_loss", why, advice
    for name, issue in s.issues.items():
        if issue.verifiability:
            yield f"issues.{name}.verifiability", why, advice
        if issue.limits:
            yield f"issues.{name}.limits", why, advice


def _with_challenger(game: Game) -> Iterator[Reason]:
    s = game.scenario
    losses = [
        f"parties.{name}.conflict_loss"
        for name, party in s.parties.items()
        if name != s.challenger
        and (party.conflict_loss.value or any(b.conflict_loss and b.conflict_loss.value for b in party.blocs.values()))
    ]
    if s.outside.alarm.value and not losses:
        yield (
            "outside.alarm",
            "No defender has a conflict_loss above 0 (3.3).",
            "Give defenders a conflict_loss, or set alarm to 0.",
        )
    if losses and not s.outside.alarm.value:
        yield (
            losses[0],
            f"outside.alarm is 0, so no conflict_loss counts ({len(losses)} given).",
            "Set outside.alarm above 0 (3.3).",
        )
    severity = sum(measure.severity.value for measure in s.sanctions.measures.values())
    if s.sanctions.credibility.value and not severity:
        yield (
            "sanctions.credibility",
            "No measure has a severity above 0 (3.1).",
            "Add sanctions.measures, or set it to 0.",
        )
    if severity and not s.sanctions.credibility.value:
        yield (
            "sanctions.measures",
            f"sanctions.credibility is 0, so none of {len(s.sanctions.measures)} measures counts (3.1).",
            "Set credibility above 0; in a variant that asks what if, leave it.",
        )
    t = game.t
    removed = np.arange(int(t.issue[t.n.threat].options)) >= int(t.n.threat_from)
    checked = (
        np.asarray(t.nu)[t.n.threat, : len(removed)][removed]
        * open_anywhere(game, game.easiest[0])[t.n.threat, : len(removed)][removed]
    )
    if s.aftermath.redeploy.value and not checked.any():
        threat = game.issues[int(t.n.threat)]
        why = f"No option of {threat} that removes the threat can be verified and come about (10.1)."
        yield (
            "aftermath.redeploy",
            why,
            f"Give those options a verifiability above 0 under issues.{threat}, or set it to 0.",
        )
    if written(s.beliefs, "observation_sd") and not s.beliefs.updates.value:
        yield (
            "beliefs.observation_sd",
            "beliefs.updates is off, so nothing is observed (4.3).",
            "Switch updates on, or remove it.",
        )


def _anywhere(game: Game) -> Iterator[Reason]:
    """What depends on lines and on who is absent."""
    s, t = game.scenario, game.t
    stance = t.stance
    options = np.arange(int(t.nu.shape[1]))
    exists = options[None, :] < np.asarray(t.issue.options)[:, None]
    lines = np.asarray(stance.line)[..., None]
    beyond = (
        (lines >= 0) & exists[None] & np.where(np.asarray(stance.at_least)[..., None], options < lines, options > lines)
    )
    challenger = np.arange(int(t.n.actors)) == t.n.challenger
    side = np.where(challenger, s.red_lines.resolve_challenger.value, s.red_lines.resolve_defenders.value)
    own = np.asarray(stance.resolve)
    chance = np.where(own < 0, side[:, None], own)
    bends = beyond.any(axis=2) & (~np.asarray(stance.hard) | (chance < 1))
    if written(s.red_lines, "firmness") and not bends.any():
        why = "No red line is soft or can fail to hold, with an option beyond it (2.4)."
        yield "red_lines.firmness", why, "Make a line soft, let resolve be below 1, or remove it."
    for name, mine in (("resolve_defenders", ~challenger), ("resolve_challenger", challenger)):
        if s.challenger is None and name == "resolve_challenger":
            continue
        uses = beyond.any(axis=2) & np.asarray(stance.hard) & (own < 0) & mine[:, None]
        if written(s.red_lines, name) and not uses.any():
            why = "No hard line of that side takes its chance from it (2.3)."
            yield f"red_lines.{name}", why, "Add a hard line with an option beyond it, or remove it."
    if s.bargaining.absent.value and not _absent(game):
        why = "Whoever's consent an issue needs sits at every venue where it can move, so nobody is absent (6.2)."
        yield "bargaining.absent", why, "Remove it, or list the consent of a party that does not sit there."
    for name, issue in s.issues.items():
        if not issue.active:
            continue
        silent = [party for party in issue.consent.value if not s.parties[party].has_consent.value]
        if silent and len(silent) == len(issue.consent.value):
            why = f"has_consent is off for {listed(silent)}, so nobody is asked (9.3)."
            yield f"issues.{name}.consent", why, "Switch has_consent on for one of them, or remove the list."


def _absent(game: Game) -> bool:
    """Whether a party whose consent an issue needs is missing from a venue where it can move."""
    t = game.t
    for v in range(int(t.n.venues)):
        seated = [p for p in t.seats[v].tolist() if p >= 0]
        for i in range(int(t.n.issues)):
            if movable(game, v, i) and any(t.asked[i, p] and p not in seated for p in range(len(game.parties))):
                return True
    return False
