"""What one key alone cannot tell: names that must exist, options in range, weights that sum, limits of exactness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel

from sim.domain.catalogue import TACTICS
from sim.domain.parties import Party, Position, Range, TacticChoice
from sim.domain.plain import is_mapping
from sim.domain.problems import Problem, shown
from sim.domain.scenario import Scenario

Path = tuple[str | int, ...]
MOST_CASES = 4096
"""A best package is found by enumerating the cases of the linkages' conditions (5.4): so many are exact and fast."""


def problems_of(scenario: Scenario) -> list[Problem]:
    """Everything wrong with a scenario beyond its schema, in the order of the file."""
    found: list[Problem] = []
    for check in (_issues, _parties, _linkages, _venues, _challenger, _outcomes, _marks):
        found.extend(check(scenario))
    return found


def _known(path: Path, word: str, names: Iterable[str], what: str) -> Iterator[Problem]:
    names = tuple(names)
    if word not in names:
        yield Problem(path, shown(word), f"{what} ({', '.join(names)})", names, word)


def _option(scenario: Scenario, path: Path, issue: str, option: int | None) -> Iterator[Problem]:
    last = len(scenario.issues[issue].options) - 1
    if option is not None and not 0 <= option <= last:
        yield Problem(path, f"option {option}", f"an option of {issue} from 0 to {last}")


def _issues(scenario: Scenario) -> Iterator[Problem]:
    if not scenario.active:
        yield Problem(("issues",), "no active issue", "at least one")
    for name, issue in scenario.issues.items():
        at: Path = ("issues", name)
        yield from _option(scenario, (*at, "status_quo"), name, issue.status_quo.value)
        for party in issue.consent.value:
            yield from _known((*at, "consent"), party, scenario.parties, "a party")
        for number, option in enumerate(issue.options):
            for party in option.also_consent:
                yield from _known((*at, "options", number, "also_consent"), party, scenario.parties, "a party")
        if issue.owner is not None:
            yield from _known((*at, "owner"), issue.owner, scenario.parties, "a party")
        for option in issue.limits:
            yield from _option(scenario, (*at, "limits"), name, option)
        if issue.verifiability and len(issue.verifiability.value) != len(issue.options):
            yield Problem(
                (*at, "verifiability"),
                f"{len(issue.verifiability.value)} figures",
                f"{len(issue.options)}, one an option",
            )


def _position(scenario: Scenario, at: Path, name: str, position: Position) -> Iterator[Problem]:
    forms = [form for form in ("preferred", "values", "points") if getattr(position, form) is not None]
    if len(forms) != 1:
        yield Problem(at, " and ".join(forms) or "no wish", "exactly one of preferred, values, points", tuple(forms))
    if "points" in forms and position.salience is not None:
        yield Problem((*at, "salience"), "a salience beside points", "points alone: they carry the weight")
    if forms and "points" not in forms and position.salience is None:
        yield Problem((*at, "salience"), "nothing", "a weight in points")
    options = len(scenario.issues[name].options)
    if position.preferred is not None:
        yield from _option(scenario, (*at, "preferred"), name, position.preferred.value)
    for form in ("values", "points"):
        given = getattr(position, form)
        if given is not None and len(given.value) != options:
            yield Problem((*at, form), f"{len(given.value)} figures", f"{options}, one an option")
    if position.red_line is not None:
        yield from _option(scenario, (*at, "red_line"), name, position.red_line.value)


def _tactic(at: Path, tactic: TacticChoice) -> Iterator[Problem]:
    by_name = {row.name: row for row in TACTICS}
    if tactic.name not in by_name:
        yield from _known((*at, "name"), tactic.name, by_name, "a tactic")
        return
    row = by_name[tactic.name]
    for parameter in row.parameters:
        value = getattr(tactic, parameter.name)
        if value is not None and not parameter.low <= value <= parameter.high:
            expected = f"from {parameter.low:g} to {parameter.high:g} for {row.name}"
            yield Problem((*at, parameter.name), f"{value:g}", expected)
    for name in ("beta", "phi"):
        if getattr(tactic, name) is not None and name not in {parameter.name for parameter in row.parameters}:
            yield Problem((*at, name), "a parameter", f"none of that name: {row.name} does not use it")


def _weights(scenario: Scenario, at: Path, positions: dict[str, Position], *, exact: bool) -> Iterator[Problem]:
    given = [positions[name] for name in scenario.active]
    if any(position.points is not None for position in given):
        mixed = [name for name in scenario.active if positions[name].points is None]
        if mixed:
            yield Problem((*at, mixed[0]), "a wish without points", "points on every issue, or on none")
        elif not any(max(position.points.value) for position in given if position.points):
            yield Problem(at, "no points at all", "at least one issue that is worth something")
        return
    total = sum(position.salience.value for position in given if position.salience)
    if (exact and abs(total - 100) > 1e-6) or total <= 0:
        yield Problem(at, f"saliences that sum to {total:g}", "a sum of 100 over the active issues")


def _positions(scenario: Scenario, at: Path, party: Party) -> Iterator[Problem]:
    for name in party.positions:
        yield from _known((*at, "positions", name), name, scenario.issues, "an issue")
    whole = all(bloc.refers for bloc in party.blocs.values()) if party.blocs else False
    for name in () if whole else scenario.active:
        if name not in party.positions:
            yield Problem((*at, "positions", name), "nothing", f"what {party.name} wants on this issue")
    if all(name in party.positions for name in scenario.active) and all(n in scenario.issues for n in party.positions):
        for name in scenario.active:
            yield from _position(scenario, (*at, "positions", name), name, party.positions[name])
        yield from _weights(scenario, (*at, "positions"), party.positions, exact=True)


def _parties(scenario: Scenario) -> Iterator[Problem]:
    for name, party in scenario.parties.items():
        at: Path = ("parties", name)
        yield from _positions(scenario, at, party)
        yield from _tactic((*at, "tactic"), party.tactic)
        if party.types and name != scenario.challenger:
            yield Problem((*at, "types"), "types", "none: only the challenger has private types (4.1)")
        open_types = [kind for kind, given in party.types.items() if given.probability is None]
        if party.types and len(open_types) != 1:
            yield Problem((*at, "types"), f"{len(open_types)} types without a probability", "one, which takes the rest")
        total = sum(given.probability.value for given in party.types.values() if given.probability)
        if total > 1 + 1e-9:
            yield Problem((*at, "types"), f"probabilities that sum to {total:g}", "at most 1")
        for kind, given in party.types.items():
            if given.tactic is not None:
                yield from _tactic((*at, "types", kind, "tactic"), given.tactic)
        if bool(party.blocs) != (party.kind == "alliance"):
            yield Problem(
                (*at, "blocs"), "blocs" if party.blocs else "nothing", "blocs for an alliance, and only for one"
            )
        if scenario.challenger is None and party.reservation is None:
            yield Problem(
                (*at, "reservation"), "nothing", "a worth of no deal: there is no challenger to derive it from"
            )
        if scenario.challenger is not None and party.reservation is not None:
            yield Problem((*at, "reservation"), "a figure", "none: with a challenger it follows from clause 3")
        yield from _blocs(scenario, at, name, party)


def _blocs(scenario: Scenario, at: Path, name: str, party: Party) -> Iterator[Problem]:
    if party.blocs and name == scenario.challenger:
        yield Problem((*at, "blocs"), "blocs", "none: the challenger is one party")
    shares = sum(bloc.share.value for bloc in party.blocs.values())
    if party.blocs and abs(shares - 1) > 1e-6:
        yield Problem((*at, "blocs"), f"shares that sum to {shares:g}", "a sum of 1")
    for key, bloc in party.blocs.items():
        here: Path = (*at, "blocs", key)
        if bloc.refers is not None:
            states = [
                other for other, given in scenario.parties.items() if not given.blocs and other != scenario.challenger
            ]
            yield from _known(
                (*here, "refers"), bloc.refers, states, "a party without blocs that is not the challenger"
            )
            if bloc.positions or bloc.conflict_loss:
                yield Problem(here, "positions or a conflict loss", "none: this bloc refers to a party that has them")
            continue
        for issue, position in bloc.positions.items():
            yield from _known((*here, "positions", issue), issue, scenario.issues, "an issue")
            if issue in scenario.issues and issue in party.positions:
                merged = laid_over(party.positions[issue], position)
                yield from _position(scenario, (*here, "positions", issue), issue, merged)
        if all(issue in party.positions for issue in scenario.active):
            whole = {n: laid_over(party.positions[n], bloc.positions.get(n)) for n in scenario.active}
            yield from _weights(scenario, (*here, "positions"), whole, exact=False)


def laid_over(base: Position, top: Position | None) -> Position:
    """A bloc's position over its alliance's: what the bloc writes counts, the rest stays (2.6)."""
    return base if top is None else base.model_copy(update={k: getattr(top, k) for k in top.model_fields_set})


def _range(scenario: Scenario, at: Path, when: dict[str, Range]) -> Iterator[Problem]:
    for issue, bounds in when.items():
        if issue not in scenario.active:
            yield from _known((*at, issue), issue, scenario.active, "an active issue")
            continue
        yield from _option(scenario, (*at, issue, "at_least"), issue, bounds.at_least)
        yield from _option(scenario, (*at, issue, "at_most"), issue, bounds.at_most)
        if bounds.at_least is None and bounds.at_most is None:
            yield Problem((*at, issue), "no bound", "at_least, at_most or both")


def _linkages(scenario: Scenario) -> Iterator[Problem]:
    insists: set[str] = set()
    cases: dict[str, int] = {}
    allied = {p for p, party in scenario.parties.items() if party.blocs}
    allied |= {bloc.refers for p in allied for bloc in scenario.parties[p].blocs.values() if bloc.refers}
    for name, link in scenario.linkages.items():
        at: Path = ("linkages", name)
        for party in link.parties:
            yield from _known((*at, "parties"), party, scenario.parties, "a party")
            if link.form == "discounts_gain":
                if party in insists or party in allied:
                    reason = "an alliance or its member" if party in allied else "a second one for this party"
                    yield Problem(
                        (*at, "parties"), reason, "one discount a party, and none where utilities are averaged"
                    )
                insists.add(party)
            if link.form != "charges":
                cases[party] = cases.get(party, 2) * (len(link.when) + 1)
        if link.form == "charges" and (link.when or scenario.threat is None):
            found = "a condition" if link.when else "a charge without a threat"
            yield Problem((*at, "when"), found, "a scenario with a threat, whose standing is the charge's condition")
        if link.form != "charges" and not link.when:
            yield Problem((*at, "when"), "nothing", "a condition over issues")
        yield from _range(scenario, (*at, "when"), link.when)
    for party, count in cases.items():
        if count > MOST_CASES:
            yield Problem(
                ("linkages",), f"{count} cases for {party}", f"at most {MOST_CASES}, so that best packages are exact"
            )


def _venues(scenario: Scenario) -> Iterator[Problem]:
    for number, name in enumerate(scenario.calendar):
        yield from _known(("calendar", number), name, scenario.venues, "a venue")
    if len(set(scenario.calendar)) < len(scenario.calendar):
        yield Problem(("calendar",), "a venue twice", "each venue once")
    for name, venue in scenario.venues.items():
        at: Path = ("venues", name)
        for seat in venue.seats:
            yield from _known((*at, "seats"), seat, scenario.parties, "a party")
        if len(set(venue.seats)) < len(venue.seats):
            yield Problem((*at, "seats"), "a party twice", "each party once")
        for issue in venue.agenda:
            yield from _known((*at, "agenda"), issue, scenario.issues, "an issue")
            if issue in scenario.issues and scenario.issues[issue].owner is not None:
                yield Problem((*at, "agenda"), issue, "no lever: its owner tables it wherever the owner sits (1.4)")
        if (venue.chair is None) == (venue.protocol == "consensus"):
            found = "no chair" if venue.chair is None else "a chair"
            yield Problem((*at, "chair"), found, "a chair under consensus, and only there (8.5)")
        if venue.chair is not None and venue.chair not in venue.seats:
            yield from _known((*at, "chair"), venue.chair, venue.seats, "one of the seats")
        allied = [seat for seat in venue.seats if seat in scenario.parties and scenario.parties[seat].blocs]
        if venue.protocol == "council" and len(allied) != 1:
            yield Problem((*at, "seats"), f"{len(allied)} alliances", "one seat that is an alliance in a council (8.4)")
        if venue.quorum is not None:
            voting = [seat for seat in venue.seats if seat != venue.chair]
            for seat in venue.quorum.include:
                yield from _known((*at, "quorum", "include"), seat, voting, "a seat")
            if venue.quorum.consents > len(voting):
                yield Problem(
                    (*at, "quorum", "consents"), str(venue.quorum.consents), f"at most {len(voting)}, the seats"
                )


def _challenger(scenario: Scenario) -> Iterator[Problem]:
    for name, measure in scenario.sanctions.measures.items():
        at: Path = ("sanctions", "measures", name)
        yield from _known((*at, "issue"), measure.issue, scenario.issues, "an issue")
        if measure.issue in scenario.issues:
            for option in measure.options:
                yield from _option(scenario, (*at, "options"), measure.issue, option)
    if scenario.challenger is None:
        if scenario.threat is not None:
            yield Problem(("threat",), "a threat", "none without a challenger")
        return
    yield from _known(("challenger",), scenario.challenger, scenario.parties, "a party")
    if scenario.challenger in scenario.parties and not scenario.parties[scenario.challenger].types:
        yield Problem(("parties", scenario.challenger, "types"), "nothing", "at least one type with its payoff (4.1)")
    if scenario.threat is None:
        yield Problem(("threat",), "nothing", "the issue that carries the challenger's threat (1.5)")
    elif scenario.threat.issue not in scenario.active:
        yield from _known(("threat", "issue"), scenario.threat.issue, scenario.active, "an active issue")
    else:
        yield from _option(scenario, ("threat", "removed_from"), scenario.threat.issue, scenario.threat.removed_from)


def _outcomes(scenario: Scenario) -> Iterator[Problem]:
    for issue in scenario.outcomes.core:
        yield from _known(("outcomes", "core"), issue, scenario.issues, "an issue")
    for issue, options in scenario.outcomes.follow_on.items():
        at: Path = ("outcomes", "follow_on", issue)
        yield from _known(at, issue, scenario.issues, "an issue")
        for option in options if issue in scenario.issues else ():
            yield from _option(scenario, at, issue, option)
    for name, own in scenario.outcomes.classes.items():
        yield from _range(scenario, ("outcomes", "classes", name, "when"), own.when)
    if scenario.challenger is None and not scenario.outcomes.classes:
        yield Problem(("outcomes", "classes"), "nothing", "own classes: there is no challenger (10.2)")
    if scenario.challenger is not None and scenario.outcomes.classes:
        yield Problem(("outcomes", "classes"), "own classes", "none: with a challenger they are those of clause 10.2")
    if scenario.history is not None:
        for issue, option in scenario.history.package.items():
            yield from _known(("history", "package", issue), issue, scenario.issues, "an issue")
            if issue in scenario.issues:
                yield from _option(scenario, ("history", "package", issue), issue, option)
        for venue in scenario.history.venues:
            yield from _known(("history", "venues", venue), venue, scenario.venues, "a venue")
        odds = scenario.history.odds
        if odds is not None and odds.high < odds.low:
            yield Problem(("history", "odds", "high"), f"{odds.high:g}", f"at least {odds.low:g}, the lower end")


def _marks(scenario: Scenario) -> Iterator[Problem]:
    """Every source named anywhere must be listed, and what is cited must name one."""

    def walk(node: Any, path: Path) -> Iterator[Problem]:
        if isinstance(node, BaseModel):
            own = node.__dict__
            marks = own.get("source", ())
            for source in marks:
                if source not in scenario.sources:
                    yield from _known((*path, "source"), source, scenario.sources, "a listed source")
            if own.get("basis") == "cited" and not marks:
                yield Problem((*path, "source"), "nothing", "a source, since the basis is cited")
            parts = own.items()
        else:
            parts = node.items() if is_mapping(node) else enumerate(node)
        for key, part in parts:
            if isinstance(part, (BaseModel, dict, list, tuple)):
                yield from walk(part, (*path, key))

    yield from walk(scenario, ())
