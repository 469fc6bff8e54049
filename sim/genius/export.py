"""A scenario as Genius XML: a domain and one profile a party, or the list of what Genius cannot say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from sim.domain.layout import tables
from sim.domain.problems import ScenarioError, shown
from sim.domain.scenario import Scenario
from sim.domain.tables import Tables
from sim.genius.domain import MOST_ISSUES, MOST_PARTIES
from sim.genius.names import LONGEST, parts, readable
from sim.rules.value import option_value

NEVER = "left out of every export: tactics, patience, rounds, status quo, sources and how well a figure is known"


@dataclass(frozen=True)
class Written:
    """Files by name, and what of the scenario they do not say."""

    files: dict[str, str]
    dropped: tuple[str, ...]


def written(scenario: Scenario, *, drop: bool = False) -> Written:
    """Write a scenario without challenger as a Genius domain with one profile a party.

    Parameters
    ----------
    drop
        Leave out what Genius cannot say and does not change what a package is worth: decision rules, consent, red lines,
        linkages, the split into venues. Measures of the export may then differ from the scenario's.

    Raises
    ------
    ScenarioError
        The scenario has something that Genius cannot say and that is not to be left out, or never can be.
    """
    file = scenario.name
    for path, found in _impossible(scenario):
        raise ScenarioError(
            f"{file}: {path}: found {found}; expected a game of plain weighted sums, as Genius knows them."
        )
    lost = list(_beyond(scenario))
    if lost and not drop:
        first, *more = lost
        rest = f" ({len(more)} more after this one.)" if more else ""
        raise ScenarioError(
            f"{file}: {first[0]}: found {first[1]}; expected only what Genius can say. --drop leaves it out.{rest}"
        )
    t = tables(scenario)
    files = {f"{scenario.name}_domain.xml": _domain(scenario)}
    for at, part in enumerate(parts(party.name for party in scenario.parties.values())):
        files[f"{scenario.name}_{part}.xml"] = _profile(scenario, t, at)
    return Written(files, tuple(f"{found} ({path})" for path, found in lost))


def _impossible(s: Scenario) -> Iterator[tuple[str, str]]:
    """What makes utilities something else than a weighted sum, or cannot be written at all."""
    if s.challenger is not None:
        yield "challenger", f"a challenger ({s.challenger}), whose promises are worth what others believe"
    for name, party in s.parties.items():
        if party.blocs:
            yield f"parties.{name}.blocs", "an alliance that accepts bloc by bloc"
        if party.reservation is None or not 0 <= party.reservation.value <= 1:
            yield f"parties.{name}.reservation", "a worth of no deal outside 0 to 1"
    if len(s.active) > MOST_ISSUES or len(s.parties) > MOST_PARTIES:
        yield "issues", f"more than {MOST_ISSUES} issues or {MOST_PARTIES} parties"
    for name, title in zip(s.active, _titles(s)):
        if readable(title) is None or _titles(s).count(title) > 1:
            yield f"issues.{name}.title", f"{shown(title)}, which is not a name of its own of 1 to {LONGEST} letters"
        values = _options(s, name)
        for number, value in enumerate(values):
            if readable(value) is None or value in values[:number]:
                at = f"issues.{name}.options.{number}.text"
                yield at, f"{shown(value)}, which is not a text of its own of 1 to {LONGEST} letters"


def _titles(s: Scenario) -> list[str]:
    """What issues are called: short names where they differ and can be shown, else titles."""
    brief = [s.issues[name].short for name in s.active]
    good = len(set(brief)) == len(brief) and all(readable(name) == name for name in brief)
    return brief if good else [" ".join(s.issues[name].title.split()) for name in s.active]


def _options(s: Scenario, issue: str) -> list[str]:
    """What an issue's options are called: labels where they differ and can be shown, else the texts."""
    options = s.issues[issue].options
    brief = [option.label for option in options]
    good = len(set(brief)) == len(brief) and all(readable(name) == name for name in brief)
    return brief if good else [" ".join(option.text.split()) for option in options]


def _beyond(s: Scenario) -> Iterator[tuple[str, str]]:
    """What Genius cannot say and an export can leave out: path and words."""
    for name in s.linkages:
        yield f"linkages.{name}", "a linkage between issues"
    for name, party in s.parties.items():
        if not party.has_consent.value:
            yield f"parties.{name}.has_consent", "a party whose consent is not asked"
        for issue in s.active:
            if party.positions[issue].red_line is not None:
                yield f"parties.{name}.positions.{issue}.red_line", "a red line"
    for name in s.active:
        issue = s.issues[name]
        if issue.owner is not None:
            yield f"issues.{name}.owner", "a lever that one party owns"
        if issue.consent.value or any(option.also_consent for option in issue.options):
            yield f"issues.{name}.consent", "consent after the talks"
    if len(s.calendar) > 1:
        yield "calendar", f"{len(s.calendar)} venues"
    for name in s.calendar:
        venue = s.venues[name]
        at = f"venues.{name}"
        if venue.quorum is not None:
            yield f"{at}.quorum", "a decision rule short of unanimity"
        if venue.protocol != "alternating":
            yield f"{at}.protocol", f"the protocol {venue.protocol}"
        if set(venue.seats) != set(s.parties):
            yield f"{at}.seats", "a venue without some of the parties"
        if not set(s.active) <= set(venue.agenda):
            yield f"{at}.agenda", "an agenda without some of the issues"


def _domain(s: Scenario) -> str:
    lines = [
        "<negotiation_template>",
        f'<utility_space number_of_issues="{len(s.active)}">',
        '<objective index="0" etype="objective" type="objective" description="" name="root">',
    ]
    for number, (name, title) in enumerate(zip(s.active, _titles(s)), 1):
        lines.append(_issue(number, title))
        for at, (value, option) in enumerate(zip(_options(s, name), s.issues[name].options), 1):
            lines.append(f'<item index="{at}" value={quoteattr(value)} description={_told(option.text)}/>')
        lines.append("</issue>")
    return "\n".join([*lines, "</objective>", "</utility_space>", "</negotiation_template>", ""])


def _profile(s: Scenario, t: Tables, at: int) -> str:
    """Weights as the rules take them; evaluations in [0, 1], which Genius divides by the largest of each issue."""
    party, given = list(s.parties.items())[at]
    lines = [
        "<utility_space>",
        '<objective index="0" etype="objective" type="objective" description="" name="root">',
    ]
    weights: list[str] = []
    total = float(t.stance[at].weight.sum())
    for i, (name, title) in enumerate(zip(s.active, _titles(s))):
        values = _values(t, at, i)
        weight = float(t.stance[at, i].weight) / total
        if weight > 0 and 0 < max(values) < 1 - 1e-9:
            raise ScenarioError(
                f"{s.name}: parties.{party}.positions.{name}: found no option valued at 1; expected one: Genius divides by "
                "the largest evaluation of an issue, so utilities would come out larger."
            )
        lines.append(_issue(i + 1, title))
        for number, (option, value) in enumerate(zip(_options(s, name), values), 1):
            lines.append(f'<item index="{number}" value={quoteattr(option)} evaluation="{value!r}"/>')
        lines.append("</issue>")
        weights.append(f'<weight index="{i + 1}" value="{weight!r}"/>')
    worth = float(given.reservation.value) if given.reservation is not None else 0.0
    closing = [
        "</objective>",
        '<discount_factor value="1.0"/>',
        f'<reservation value="{worth!r}"/>',
        "</utility_space>",
        "",
    ]
    return "\n".join([*lines, *weights, *closing])


def _values(t: Tables, a: int, i: int) -> list[float]:
    """Values of an issue's options to a party (2.1)."""
    options, preferred = int(t.issue[i].options), int(t.stance[a, i].preferred)
    if preferred < 0:
        return [float(t.explicit[a, i, k]) for k in range(options)]
    return [float(option_value(preferred, options, k)) for k in range(options)]


def _issue(index: int, title: str) -> str:
    return f'<issue index="{index}" etype="discrete" type="discrete" vtype="discrete" name={quoteattr(title)}>'


def _told(text: str) -> str:
    """A description, which Genius shows and nothing reads: as long as can be shown."""
    return quoteattr(readable(text) or "")
