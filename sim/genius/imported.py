"""A Genius domain as a scenario file: what it holds, what had to be set here, and what was left out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import yaml

from sim.domain.files import LARGEST
from sim.domain.load import build
from sim.domain.problems import ScenarioError
from sim.domain.scenario import Scenario
from sim.genius.domain import GeniusFolder, Profile
from sim.genius.names import codes, ids, plain, short

SMALLEST = 1e-5
"""Genius takes an issue whose largest evaluation is below this as worth nothing."""
SOURCE = "GENIUS"


@dataclass(frozen=True)
class Choices:
    """What Genius XML does not say.

    Attributes
    ----------
    name
        The scenario's name; made from the folder's where None.
    rounds
        Of the one venue, 1 to 200.
    ignore_discount
        Leave discount factors out instead of refusing them.
    """

    name: str | None = None
    rounds: int = 20
    ignore_discount: bool = False


@dataclass(frozen=True)
class Imported:
    """A scenario, its file's text, and sentences about what was done."""

    scenario: Scenario
    text: str
    notes: tuple[str, ...]


def imported(folder: GeniusFolder, choices: Choices) -> Imported:
    """Make a checked scenario of a Genius domain.

    An evaluation is divided by the largest of its issue, as Genius does; weights are scaled to sum to 1 exactly; the
    reservation value is the worth of no deal.

    Raises
    ------
    ScenarioError
        Discount factors that are not to be left out; a party that values nothing; figures a scenario cannot hold.
    """
    discounted = [profile for profile in folder.profiles if profile.discount < 1.0]
    if discounted and not choices.ignore_discount:
        first = discounted[0]
        at = f"{folder.where / first.file}: utility_space/discount_factor"
        raise ScenarioError(
            f"{at}: found {first.discount:g}; expected 1 or none, since no rule here lets utilities shrink with time. "
            "--ignore-discount leaves the factors out."
        )
    notes = _notes(folder, choices, discounted)
    content = _content(folder, choices, notes)
    scenario = build(content, file="the imported scenario")
    text = _header(notes) + yaml.dump(content, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=118)
    if len(text.encode()) > LARGEST:
        raise ScenarioError(f"{folder.where}: found a domain whose scenario file is too large; expected at most 1 MB.")
    return Imported(scenario, text, tuple(notes))


class _Plain(yaml.SafeDumper):
    """Writes every figure out: scenario files know no aliases. Lists of figures stand on one line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> yaml.SequenceNode:
        flat = all(not isinstance(item, (dict, list)) for item in sequence)
        return super().represent_sequence(tag, sequence, flow_style=flat)


_Plain.add_representer(list, lambda dumper, data: dumper.represent_sequence("tag:yaml.org,2002:seq", data))


def _notes(folder: GeniusFolder, choices: Choices, discounted: list[Profile]) -> list[str]:
    notes = [
        "Evaluations are divided by the largest of their issue, as Genius does; weights are scaled to sum to 1.",
    ]
    scaled = [f"{p.name} {sum(p.weights):.6g}" for p in folder.profiles if abs(sum(p.weights) - 1) > 1e-6]
    if scaled:
        notes.append(f"Weights did not sum to 1, so utilities differ a little from Genius's: {', '.join(scaled)}.")
    notes.append(f"No deal is worth {', '.join(f'{p.reservation:g} to {p.name}' for p in folder.profiles)}.")
    if discounted:
        factors = ", ".join(f"{p.name} {p.discount:g}" for p in discounted)
        notes.append(f"Left out, as asked: discount factors ({factors}). No rule here lets utilities shrink with time.")
    if any(p.costs for p in folder.profiles):
        notes.append("Left out: the costs of options, which Genius itself no longer counts.")
    notes.append(
        f"Set here, as Genius XML does not say: {choices.rounds} rounds of one venue, unanimity, linear tactics, and as "
        "the text that the talk starts from the package with the smallest sum of points, which alone cannot be agreed on."
    )
    return notes


def _header(notes: list[str]) -> str:
    return "# Made from Genius XML by `detente import genius`.\n" + "".join(f"# {note}\n" for note in notes) + "\n"


def _content(folder: GeniusFolder, choices: Choices, notes: list[str]) -> dict[str, Any]:
    issues = ids([issue.name for issue in folder.issues], "issue")
    parties = ids([profile.name for profile in folder.profiles], "party")
    titles = short([issue.name for issue in folder.issues], 23)
    outcomes = math.prod(len(issue.values) for issue in folder.issues)
    told = "1 issue" if len(issues) == 1 else f"{len(issues)} issues"
    files = ", ".join([folder.file, *(profile.file for profile in folder.profiles)])
    return {
        "name": choices.name or plain(folder.name).replace("_", "-")[:60].strip("-") or "genius-domain",
        "title": folder.name,
        "label": "Genius domain",
        "summary": f"{len(parties)} parties and {outcomes:,} packages of {told}, imported from Genius XML.",
        "issues": {
            name: {
                "title": issue.name,
                "short": title,
                "options": [
                    {"text": text, "label": label} for text, label in zip(issue.values, short(issue.values, 26))
                ],
                "status_quo": least,
            }
            for name, title, issue, least in zip(issues, titles, folder.issues, _least(folder))
        },
        "parties": {
            name: _party(folder, profile, code, issues)
            for name, code, profile in zip(parties, codes([p.name for p in folder.profiles]), folder.profiles)
        },
        "calendar": ["talks"],
        "venues": {
            "talks": {
                "title": "Talks",
                "protocol": "alternating",
                "seats": parties,
                "agenda": issues,
                "sessions": {"main": {"title": "Talks", "rounds": choices.rounds}},
            }
        },
        "outcomes": {
            "classes": {
                "accord": {"title": "Accord", "agreed": True},
                "no_accord": {"title": "No accord", "agreed": False},
            }
        },
        "sources": {SOURCE: {"what": f"Genius XML: {files}. {' '.join(notes)}"}},
    }


def _party(folder: GeniusFolder, profile: Profile, code: str, issues: list[str]) -> dict[str, Any]:
    if not any(weight > 0 and max(row) >= SMALLEST for weight, row in zip(profile.weights, profile.evaluations)):
        at = folder.where / profile.file
        raise ScenarioError(f"{at}: found no option that is worth anything; expected a party that wants something.")
    total = sum(profile.weights)

    def cited(value: Any) -> dict[str, Any]:
        return {"value": value, "basis": "cited", "source": [SOURCE]}

    return {
        "name": profile.name,
        "code": code,
        "kind": "organisation",
        "tactic": {"name": "linear", "phi": 1.0},
        "reservation": cited(profile.reservation),
        "positions": {
            name: {"values": cited(_normalised(row)), "salience": cited(100 * weight / total)}
            for name, weight, row in zip(issues, profile.weights, profile.evaluations)
        },
    }


def _least(folder: GeniusFolder) -> list[int]:
    """Per issue the option worth least to all together.

    Genius has no status quo, and here nobody offers the text that stands: whatever package stands in for it is lost as an
    agreement. This one is the package that is missed least.
    """
    found: list[int] = []
    for i in range(len(folder.issues)):
        rows = [[p.weights[i] * one for one in _normalised(p.evaluations[i])] for p in folder.profiles]
        sums = [sum(row[k] for row in rows) for k in range(len(rows[0]))]
        found.append(sums.index(min(sums)))
    return found


def _normalised(evaluations: tuple[float, ...]) -> list[float]:
    """Each divided by the largest; all 0 where Genius takes the issue as worth nothing."""
    largest = max(evaluations)
    return [one / largest if largest >= SMALLEST else 0.0 for one in evaluations]
