"""A scenario as tables on a terminal, and the measures of its game."""

from __future__ import annotations

import math
from typing import Any

from pydantic import BaseModel

from sim.domain.check import laid_over
from sim.domain.parties import Position
from sim.domain.scenario import Scenario
from sim.screen import Screen

SIGNS = {"cited": "", "inferred": "~", "estimate": "≈", "assumed": "!"}
LEGEND = "plain: cited   ~ inferred   ≈ estimate   ! assumed for this scenario"


def show_scenario(screen: Screen) -> None:
    """Print everything a scenario fixes."""
    s = screen.scenario
    screen.line(f"{s.title} · {s.label} · {s.name} · {s.hash[:12]}", "bold")
    screen.paragraph(s.summary)
    screen.line(LEGEND, "dim")
    _issues(screen, s)
    _parties(screen, s)
    _ties(screen, s)
    _venues(screen, s)
    _figures(screen, s)
    _sources(screen, s)


def _marked(cell: Any) -> str:
    """A figure with the sign of how well it is known."""
    value = cell.value
    text = f"{value:g}" if isinstance(value, float) else str(value).lower() if isinstance(value, bool) else str(value)
    return SIGNS[cell.basis] + text


def _issues(screen: Screen, s: Scenario) -> None:
    screen.line()
    screen.rule("Issues")
    for name, issue in s.issues.items():
        off = "" if issue.active else " (not in play)"
        owner = f" · lever of {screen.name[issue.owner]}" if issue.owner else ""
        screen.line()
        screen.paragraph(f"{issue.title}{off} · {name}{owner}", "  ", "bold")
        for number, option in enumerate(issue.options):
            quo = "◦" if number == issue.status_quo.value else " "
            marks = [] if number not in issue.limits else ["limit"]
            if issue.verifiability:
                marks.append(f"verifiable {issue.verifiability.value[number]:g}")
            marks += [f"also needs {screen.name[party]}" for party in option.also_consent]
            tail = f" [{', '.join(marks)}]" if marks else ""
            screen.paragraph(f"  {quo} {number}  {option.text}{tail}", " " * 7)
        if issue.consent.value:
            needs = ", ".join(screen.name[party] for party in issue.consent.value)
            screen.paragraph(f"    Consent: {SIGNS[issue.consent.basis]}{needs}", " " * 7)


def _parties(screen: Screen, s: Scenario) -> None:
    screen.line()
    screen.rule("Who wants what   option wanted / red line (h hard, s soft) / weight")
    for name, party in s.parties.items():
        _stances(screen, s, f"{screen.sign[name]} {party.name}", party.positions)
        _party_figures(screen, s, name)
        for bloc in party.blocs.values():
            lead = f"  {bloc.name} (share {_marked(bloc.share)})"
            if bloc.refers:
                screen.paragraph(f"{lead}: as {screen.name[bloc.refers]}", "    ")
            else:
                own = {n: laid_over(party.positions[n], bloc.positions[n]) for n in bloc.positions}
                _stances(screen, s, f"{lead}, where it differs from {party.name}", own)


def _stances(screen: Screen, s: Scenario, heading: str, positions: dict[str, Position]) -> None:
    screen.line()
    screen.line(heading, "bold")
    for name, position in positions.items():
        if not s.issues[name].active:
            continue
        if position.preferred is not None:
            wish = _marked(position.preferred)
        else:
            given = position.points or position.values
            wish = " ".join(f"{value:g}" for value in given.value) if given else ""
        line = position.red_line
        red = f"{SIGNS[line.basis]}{line.value}{line.hardness[0]}" if line else "none"
        weight = _marked(position.salience) if position.salience else "by points"
        screen.line(f"    {s.issues[name].short:<25}{wish:>6}  {red:>6}  {weight:>6}")


def _party_figures(screen: Screen, s: Scenario, name: str) -> None:
    party = s.parties[name]
    parts = [f"tactic {_tactic(party.tactic)}", f"patience {_marked(party.patience)}"]
    if party.reservation is not None:
        parts.append(f"no deal worth {_marked(party.reservation)}")
    elif name != s.challenger:
        parts.append(f"loss if force is used {_marked(party.conflict_loss)}")
    if not party.has_consent.value:
        parts.append("no consent of its own")
    screen.paragraph(f"    {', '.join(parts)}", "    ", "dim")
    for kind in party.types.values():
        chance = f"chance {_marked(kind.probability)}" if kind.probability else "the rest"
        payoff = f"payoff of force {_marked(kind.payoff_mean)} (spread {_marked(kind.payoff_sd)})"
        tactic = f", tactic {_tactic(kind.tactic)}" if kind.tactic else ""
        screen.paragraph(f"    Private type: {kind.title}: {chance}{tactic}, {payoff}", "      ", "dim")


def _tactic(choice: Any) -> str:
    given = [f"{name} {getattr(choice, name):g}" for name in ("beta", "phi") if getattr(choice, name) is not None]
    return f"{choice.name.replace('_', ' ')} ({', '.join(given)})" if given else choice.name.replace("_", " ")


def _ties(screen: Screen, s: Scenario) -> None:
    if not s.linkages:
        return
    screen.line()
    screen.rule("What ties issues together")
    for name, link in s.linkages.items():
        who = ", ".join(screen.name[party] for party in link.parties)
        terms: list[str] = []
        for issue, bounds in link.when.items():
            low = f"at least {bounds.at_least}" if bounds.at_least is not None else ""
            high = f"at most {bounds.at_most}" if bounds.at_most is not None else ""
            terms.append(f"{s.issues[issue].short} {' and '.join(part for part in (low, high) if part)}")
        if link.form == "discounts_gain":
            kept = f"{_marked(link.insistence)} (spread {_marked(link.insistence_sd)})"
            text = f"short of {'; '.join(terms)}, this share of any gain does not count: {kept}"
        elif link.form == "charges":
            text = f"while the threat stands each arms issue at a limit costs {_marked(link.amount)}"
        else:
            text = f"{'; '.join(terms)} adds {_marked(link.amount)}"
        screen.paragraph(f"  {name} ({who}): {SIGNS[link.basis]}{text}", "    ")
    if s.threat:
        removed = f"{s.issues[s.threat.issue].short}, removed from option {s.threat.removed_from}"
        screen.paragraph(f"  The threat: {removed}.", "    ")


def _venues(screen: Screen, s: Scenario) -> None:
    screen.line()
    screen.rule("Venues, in order")
    for name in s.calendar:
        venue = s.venues[name]
        seats = ", ".join(screen.name[n] + (" (chair)" if n == venue.chair else "") for n in venue.seats)
        sittings = "; ".join(
            f"{sitting.title} {sitting.date or ''} {_marked(sitting.rounds)} rounds"
            + ", exploratory" * sitting.exploratory
            for sitting in venue.sessions.values()
        )
        rule = "unanimity"
        if venue.quorum:
            must = ", ".join(screen.name[party] for party in venue.quorum.include)
            rule = f"{venue.quorum.consents} consents" + (f" including {must}" if must else "")
        called = " · ".join(part for part in (venue.title, venue.forum, venue.dates) if part)
        screen.paragraph(f"  {called}", "    ", "bold")
        binding = "binding" if venue.binding else "not binding"
        screen.paragraph(f"    {seats}; {venue.protocol}, {rule}, {binding}", "      ")
        screen.paragraph(f"    {' '.join(sittings.split())}", "      ")
        agenda = ", ".join(s.issues[n].short for n in venue.agenda if s.issues[n].active)
        screen.paragraph(f"    Agenda: {agenda}", "      ")
        if venue.note:
            screen.paragraph(f"    {venue.note}", "      ", "dim")


def _figures(screen: Screen, s: Scenario) -> None:
    screen.line()
    screen.rule("Figures")
    # Without a challenger clauses 2.7, 3.1 to 3.3, 4.1, 4.3 and 10.1 fall away, and their figures with them.
    idle = (
        () if s.challenger else ("outside", "sanctions", "aftermath", "resolve_challenger", "updates", "observation_sd")
    )
    for group in ("red_lines", "outside", "sanctions", "beliefs", "bargaining", "aftermath"):
        if group in idle:
            continue
        part: BaseModel = getattr(s, group)
        cells = [
            f"{name} {_marked(getattr(part, name))}"
            for name in type(part).model_fields
            if hasattr(getattr(part, name), "basis") and name not in idle
        ]
        screen.paragraph(f"  {group}: {', '.join(cells)}", "    ")
    for measure in s.sanctions.measures.values():
        lever = f"{s.issues[measure.issue].short}, options {', '.join(map(str, measure.options))}"
        screen.paragraph(f"  Threatened: {measure.title}, severity {_marked(measure.severity)} ({lever})", "    ")


def _sources(screen: Screen, s: Scenario) -> None:
    if not s.sources:
        return
    screen.line()
    screen.rule("Sources")
    for name, source in s.sources.items():
        screen.paragraph(f"  {name}: {source.what}{f' {source.url}' if source.url else ''}", "    ")


_SOLUTIONS = {
    "nash": "Nash",
    "kalai_smorodinsky": "Kalai–Smorodinsky",
    "egalitarian": "Egalitarian",
    "utilitarian": "Utilitarian",
}
_MEANT = (
    "Nash: the largest product of gains over no deal. Kalai–Smorodinsky: the largest smallest share of each one's best "
    "gain. Egalitarian: the largest smallest gain. Utilitarian: the largest sum of points.",
    "Veto power: how often a change that would stand with a party's consent falls by its own worth of no deal.",
)


def show_measures(screen: Screen, found: dict[str, Any]) -> None:
    """Print the measures of a game."""
    s = screen.scenario
    screen.line(f"{s.title} · {s.label}: what the game offers, whoever plays it how", "bold")
    screen.line()
    rows = (
        ("packages", "packages in all"),
        ("feasible", "inside the hard red lines of those who must consent"),
        ("inside_all_lines", "inside their soft red lines too"),
        ("agreeable", "worth no less than no deal to everyone with consent"),
        ("decidable", "that one venue alone could adopt"),
        ("frontier", "efficient points: nobody better off without somebody worse off"),
    )
    for key, words in rows:
        screen.paragraph(f"{found[key]:>13,}  {words}", " " * 15)
    mean = f"{100 * found['mean_utility']:.2f}"
    screen.paragraph(
        f"{mean:>13}  points on average, over all parties and all packages inside the hard lines", " " * 15
    )
    _points(screen, found)
    screen.line()
    for words in _MEANT:
        screen.paragraph(words, style="dim")
    package = found["nash"]["package"]
    if package:
        moved = [n for n in s.active if package[n] != s.issues[n].status_quo.value]
        said = "; ".join(f"{s.issues[n].short}: {s.issues[n].options[package[n]].label}" for n in moved)
        screen.paragraph(f"Nash package: {said or 'the status quo'}.", "  ")


def _points(screen: Screen, found: dict[str, Any]) -> None:
    """What the solutions are worth to each party, in points, as many parties beside each other as fit."""
    parties = list(screen.scenario.parties)
    room = max(1, (screen.width - 22) // 7)
    for first in range(0, len(parties), room):
        some = parties[first : first + room]
        screen.line()
        screen.line(f"{'Points':<22}{''.join(f'{screen.scenario.parties[party].code:>7}' for party in some)}", "bold")
        for key, title in _SOLUTIONS.items():
            worth = found[key]["utilities"]
            screen.line(f"{title:<22}{''.join(_figure(worth[party] if worth else None) for party in some)}")
        screen.line(f"{'No deal':<22}{''.join(_figure(found['no_deal'][party]) for party in some)}", "dim")
        screen.line(f"{'Mean of all packages':<22}{''.join(_figure(found['mean_utilities'][party]) for party in some)}")
        screen.line(f"{'Veto power':<22}{''.join(_share(found['veto_power'].get(party)) for party in some)}")


def _figure(utility: float | None) -> str:
    """A utility in points, with two decimals."""
    return f"{'–' if utility is None else f'{100 * utility:.2f}':>7}"


def _share(power: float | None) -> str:
    return f"{'–' if power is None or math.isnan(power) else f'{power:.0%}':>7}"
