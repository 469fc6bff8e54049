"""A Genius domain and its profiles as plain figures, read element by element."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.domain.problems import nearest, shown
from sim.genius.elements import Element
from sim.genius.names import LONGEST, readable

MOST_ISSUES, MOST_OPTIONS, MOST_PARTIES = 64, 32, 32
_TYPES = ("type", "etype", "vtype")
_PARTS = ("objective", "reservation", "discount_factor")
_TOTAL = 0.02
"""How far Genius lets the sum of weights be from 1."""


@dataclass(frozen=True)
class GeniusIssue:
    """A discrete issue: ``index`` is how profiles refer to it, ``values`` its options in order."""

    index: int
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Profile:
    """What one party wants, as written.

    Attributes
    ----------
    file, name
        The file's name, and the party's, for people.
    weights
        Per issue, in the domain's order; they sum to nearly 1.
    evaluations
        Per issue and option; not negative, not normalised.
    reservation
        Worth of no deal in [0, 1]; 0 where none is written.
    discount
        1 where nothing loses worth with time.
    costs
        Whether an option has a cost, which Genius no longer counts.
    """

    file: str
    name: str
    weights: tuple[float, ...]
    evaluations: tuple[tuple[float, ...], ...]
    reservation: float
    discount: float
    costs: bool


@dataclass(frozen=True)
class GeniusFolder:
    """A domain with its profiles, in the order in which their parties speak; ``where`` is the folder."""

    name: str
    where: Path
    file: str
    issues: tuple[GeniusIssue, ...]
    profiles: tuple[Profile, ...]


def domain_issues(root: Element) -> tuple[GeniusIssue, ...]:
    """The issues of a domain, objectives within objectives laid flat, in the order of the file.

    Raises
    ------
    ScenarioError
        Anything that is no additive domain of discrete issues.
    """
    issues: list[GeniusIssue] = []
    for _, element in _leaves(_root_objective(root)):
        values: list[str] = []
        for item in _items(element):
            value = _name(item, "value")
            if value in values:
                item.wrong(f"{shown(value)} twice", "each option once", "value")
            values.append(value)
        found = GeniusIssue(element.index(), _name(element, "name"), tuple(values))
        for other in issues:
            if found.index == other.index:
                element.wrong(f"{found.index} twice", "an index of its own for every issue", "index")
            if found.name == other.name:
                element.wrong(f"{shown(found.name)} twice", "each issue once", "name")
        issues.append(found)
        if len(issues) > MOST_ISSUES:
            element.wrong(f"more than {MOST_ISSUES} issues", "at most that many")
    if not issues:
        root.wrong("no issue", "at least one")
    return tuple(issues)


def profile(root: Element, issues: tuple[GeniusIssue, ...], file: str, name: str) -> Profile:
    """What a party wants of the domain's issues.

    Raises
    ------
    ScenarioError
        It belongs to another domain, leaves something open, or is none of discrete issues added up.
    """
    kind = root.attributes.get("type", "linear")
    if kind != "linear":
        root.wrong(shown(kind), "linear: other utility spaces are no weighted sum of issues", "type")
    for child in root.children:
        if child.tag not in _PARTS:
            child.wrong(f"an element {shown(child.tag, 40)}", " or ".join(_PARTS))
    weights: dict[int, float] = {}
    evaluations: dict[int, tuple[float, ...]] = {}
    by_index = {issue.index: issue for issue in issues}
    costs = False
    for parent, element in _leaves(_root_objective(root)):
        index = element.index()
        known = by_index.get(index)
        if known is None:
            element.wrong(f"{index}, an issue that the domain has not", _listed(list(by_index)), "index")
        if index in weights:
            element.wrong(f"{index} twice", "each issue once", "index")
        written = _name(element, "name")
        if written != known.name:
            hint = nearest(written, [known.name])
            element.wrong(f"{shown(written)}, not of this domain", f"{shown(known.name)}{hint}", "name")
        weights[index] = _weight(parent, element)
        evaluations[index] = _evaluations(element, known)
        costs = costs or any(item.attributes.get("cost", "0").strip("0.") for item in element.all("item"))
    for issue in issues:
        if issue.index not in weights:
            root.wrong(f"no issue {shown(issue.name)}", "every issue of the domain")
    _no_stray_weights(_root_objective(root))
    total = sum(weights.values())
    if abs(total - 1) > _TOTAL + 1e-9:
        root.wrong(
            f"weights that sum to {total:.6g}",
            "a sum of 1: Genius allows .98 to 1.02 and scales none when it reads them",
        )
    return Profile(
        file,
        name,
        tuple(weights[issue.index] for issue in issues),
        tuple(evaluations[issue.index] for issue in issues),
        _only(root, "reservation", "a worth of no deal", 0.0),
        _only(root, "discount_factor", "a discount factor", 1.0) or 1.0,  # Genius reads 0 as none
        costs,
    )


def _only(root: Element, tag: str, what: str, default: float) -> float:
    element = root.one(tag)
    return default if element is None else element.figure("value", 0.0, 1.0, what)


def _root_objective(root: Element) -> Element:
    space = root.one("utility_space") if root.tag == "negotiation_template" else root
    if space is None:
        root.wrong("no utility_space", "one that holds the issues")
    objective = space.one("objective")
    if objective is None:
        space.wrong("no objective", "one that holds the issues")
    return objective


def _leaves(objective: Element) -> list[tuple[Element, Element]]:
    """Every issue with the objective that holds it, in the order of the file; the depth is bounded where it was read.

    Objectives within objectives may have weights of their own, which Genius does not use.
    """
    found: list[tuple[Element, Element]] = []
    for child in objective.children:
        if child.tag == "issue":
            for attribute in _TYPES:
                kind = child.attributes.get(attribute, "discrete").strip()
                if kind != "discrete":
                    child.wrong(
                        f"{'an' if kind[:1] in 'aeiou' else 'a'} {shown(kind, 30)[1:-1]} issue",
                        "discrete issues only: integer and real ones have no list of options",
                        attribute,
                    )
            found.append((objective, child))
        elif child.tag == "objective":
            found.extend(_leaves(child))
        elif child.tag != "weight":
            child.wrong(f"an element {shown(child.tag, 40)}", "objective, issue or weight")
    return found


def _no_stray_weights(objective: Element) -> None:
    """Refuse a weight under an index that nothing beside it has."""
    beside = {child.index() for child in objective.children if child.tag in ("issue", "objective")}
    for weight in objective.all("weight"):
        if weight.index() not in beside:
            weight.wrong(f"a weight of {weight.index()}, which is not here", _listed(sorted(beside)), "index")
    for child in objective.all("objective"):
        _no_stray_weights(child)


def _items(issue: Element) -> list[Element]:
    for child in issue.children:
        if child.tag != "item":
            child.wrong(f"an element {shown(child.tag, 40)}", "items: a discrete issue lists its options")
    if not 2 <= len(issue.children) <= MOST_OPTIONS:
        issue.wrong(f"{len(issue.children)} items", f"from 2 to {MOST_OPTIONS}")
    return issue.children


def _name(element: Element, attribute: str) -> str:
    text = element.attributes.get(attribute)
    found = readable(text) if text is not None else None
    if found is None:
        said = "nothing" if text is None else shown(text)
        element.wrong(said, f"a name of 1 to {LONGEST} letters that can be shown", attribute)
    return found


def _weight(objective: Element, issue: Element) -> float:
    """The weight that stands beside an issue, under its index."""
    index = issue.index()
    beside = [weight for weight in objective.all("weight") if weight.index() == index]
    if not beside:
        issue.wrong("no weight", f'a weight with index="{index}" beside it')
    if len(beside) > 1:
        beside[1].wrong(f"a second weight for issue {index}", "one")
    return beside[0].figure("value", 0.0, 1.0, "a weight")


def _evaluations(issue: Element, known: GeniusIssue) -> tuple[float, ...]:
    """Evaluations in the domain's order; items are matched by their value, as Genius does."""
    found: dict[str, float] = {}
    for item in _items(issue):
        value = _name(item, "value")
        if value not in known.values:
            said = f"{shown(value)}, no option of {shown(known.name)} in the domain"
            item.wrong(said, _listed([shown(one) for one in known.values]) + nearest(value, known.values), "value")
        if value in found:
            item.wrong(f"{shown(value)} twice", "each option once", "value")
        found[value] = item.figure("evaluation", 0.0, 1e12, f"an evaluation of {shown(value)}")
    missing = [value for value in known.values if value not in found]
    if missing:
        issue.wrong(f"no item {shown(missing[0])}", "an evaluation of every option of the domain")
    return tuple(found[value] for value in known.values)


def _listed(names: Sequence[object]) -> str:
    """One of a few, the rest counted."""
    more = f" or one of {len(names) - 6} more" if len(names) > 6 else ""
    return f"{'one of ' if len(names) > 1 else ''}{', '.join(map(str, names[:6]))}{more}"
