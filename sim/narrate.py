"""Acts and reasons in the words of diplomacy: short sentences, present tense, whole points (clause 12.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sim.compiled import EQUAL
from sim.domain.scenario import Scenario
from sim.protocol.record import Event

MOST_NAMED = 3
"""An offer's sentence names so many steps a side; the package itself is in the table beside it."""


def points(utility: float) -> str:
    """A utility as whole points from 0 to 100."""
    return str(round(100 * utility))


def listed(phrases: Sequence[str], most: int = MOST_NAMED) -> str:
    """ "a", "a and b", "a, b and 4 more"."""
    if len(phrases) <= most:
        return phrases[0] if len(phrases) == 1 else ", ".join(phrases[:-1]) + " and " + phrases[-1] if phrases else ""
    return ", ".join(phrases[: most - 1]) + f" and {len(phrases) - most + 1} more"


def issue_name(scenario: Scenario, issue: str) -> str:
    """An issue inside a sentence: "NATO enlargement", "bombers and ships"."""
    name = scenario.issues[issue].short
    proper = any(letter.isupper() for letter in name[1:].split(" ")[0]) or name.split(" ")[0] in _proper(scenario)
    return name if proper else name[:1].lower() + name[1:]


def _proper(scenario: Scenario) -> set[str]:
    """Words that keep their capital: names of parties and adjectives made of them."""
    names = {party.name for party in scenario.parties.values()}
    return names | {f"{name}n" for name in names} | {f"{name}ian" for name in names}


def steps(
    scenario: Scenario, speaker: str, package: dict[str, int], base: dict[str, int]
) -> tuple[list[str], list[str]]:
    """What an offer gives and what it asks for, against a text, weightiest issues of the speaker first.

    Direction goes by the option's number (1.1): the challenger gives upward, a defender downward of the status quo.
    Without a challenger everything is given.
    """
    gives, asks = [], []
    moved = [name for name in scenario.active if package[name] != base[name]]
    for name in sorted(moved, key=lambda issue: -_weight(scenario, speaker, issue)):
        up = package[name] > base[name]
        words = scenario.issues[name].options[package[name]].words
        asking = scenario.challenger is not None and up != (speaker == scenario.challenger)
        (asks if asking else gives).append(words)
    return gives, asks


def _weight(scenario: Scenario, party: str, issue: str) -> float:
    position = scenario.parties[party].positions.get(issue)
    if position is None:
        return 0.0
    if position.points is not None:
        return max(position.points.value)
    return position.salience.value if position.salience else 0.0


def sentence(scenario: Scenario, event: Event, earlier: Iterable[Event]) -> str:
    """One act as a sentence without its subject: "refuses over NATO enlargement: beyond its red line."

    ``earlier`` are the acts before it, in order.
    """
    if event.act == "offer":
        heard = " It is worth less to it than no deal, so nobody answers." if _only_heard(scenario, event) else ""
        return _offer(scenario, event, list(earlier)) + heard
    if event.act == "pass":
        if event.reason == "no_package":
            return "makes no offer: the text lies beyond its red line."
        return "makes no offer."
    if event.act == "accept":
        verb = "consents." if _consensus(scenario, event) else "accepts."
        return verb + _asks(event)
    if event.act == "walk_out":
        return f"leaves the talks in round {event.round}: for as long as its patience lasts nobody has moved toward it."
    issue = issue_name(scenario, event.issue) if event.issue else "the text"
    whose = "its"
    by_bloc = ""
    if event.bloc is not None:
        bloc = scenario.parties[event.speaker].blocs[event.bloc].name
        by_bloc = f" The {bloc} would not accept." if bloc[:1].islower() else f" {bloc} would not accept."
        whose = "a bloc's"
    if event.act == "take_back":
        reason = f"beyond {whose} red line" if event.reason == "red_line" else "below what no deal is worth to it"
        return f"takes back {issue}: {reason}.{by_bloc}"
    verb = "objects over" if _consensus(scenario, event) else "refuses over"
    if event.reason == "red_line":
        return f"{verb} {issue}: beyond {whose} red line.{by_bloc}"
    if event.reason == "nothing_acceptable":
        return f"{verb} {issue}: nothing on this agenda is worth more to it than no deal.{by_bloc}"
    return f"{verb} {issue}.{by_bloc}{_asks(event)}"


def _only_heard(scenario: Scenario, event: Event) -> bool:
    """Whether an offer cannot be accepted because its proposer would rather have no deal (7.1)."""
    chair = event.venue is not None and scenario.venues[event.venue].chair == event.speaker
    return not chair and event.worth < event.no_deal - EQUAL


def _asks(event: Event) -> str:
    if event.asked is None:
        return ""
    subject = "The offer gives it" if event.bloc is None else "The offer gives them"
    pronoun = "it asks" if event.bloc is None else "they ask"
    return f" {subject} {points(event.worth)} points; {pronoun} for {points(event.asked)}."


def _consensus(scenario: Scenario, event: Event) -> bool:
    return event.venue is not None and scenario.venues[event.venue].protocol == "consensus"


def _offer(scenario: Scenario, event: Event, earlier: list[Event]) -> str:
    before = [e for e in earlier if e.act == "offer" and e.venue == event.venue and e.speaker == event.speaker]
    chair = event.reason == "chair_text"
    if before and before[-1].package == event.package:
        return "tables the same text again." if chair else "repeats its offer."
    base = before[-1].package if before else standing_text(scenario, event, earlier)
    gives, asks = steps(scenario, event.speaker, event.package, base)
    if chair:
        different = len({tuple(e.package.values()) for e in before}) + 1
        return f"tables text {different}: {listed([*gives, *asks])}."
    if not before:
        if gives and asks:
            return f"offers {listed(gives)} for {listed(asks)}."
        return f"asks for {listed(asks)}." if asks else f"offers {listed(gives)}."
    parts = []
    if gives:
        reason = ": gives first what costs it least and the others value most" if event.reason == "exchanges" else ""
        parts.append(f"now offers {listed(gives)}{reason}.")
    if asks:
        parts.append(f"{'Asks' if gives else 'now asks'} for {listed(asks)}.")
    return " ".join(parts)


def standing_text(scenario: Scenario, event: Event, earlier: list[Event]) -> dict[str, int]:
    """The text before an offer: the last understanding, with levers where their owners last put them here (1.4, 9.1)."""
    text = dict(zip(scenario.active, scenario.status_quo))
    for previous, offer in accepted(scenario, earlier):
        if previous.venue != event.venue:
            text = dict(offer.package)
    for offer in earlier:
        if offer.act == "offer" and offer.venue == event.venue:
            for name in scenario.active:
                if scenario.issues[name].owner == offer.speaker:
                    text[name] = offer.package[name]
    return text


def accepted(scenario: Scenario, acts: Sequence[Event]) -> list[tuple[Event, Event]]:
    """The last answer to, and the offer of, every understanding among ``acts``."""
    found = []
    offer: Event | None = None
    for at, event in enumerate(acts):
        if event.act == "offer":
            offer = event
        last_here = at + 1 == len(acts) or acts[at + 1].venue != event.venue
        if event.act == "accept" and last_here and offer is not None:
            found.append((event, offer))
    return found


def closing(scenario: Scenario, venue: str, result: dict[str, object], acts: Sequence[Event]) -> str:
    """How a venue ended, as one sentence."""
    meeting = scenario.venues[venue]
    here = [event for event in acts if event.venue == venue]
    if result["result"] == "walked_out":
        return f"{scenario.parties[str(result['walker'])].name} has left; no understanding in {meeting.title}."
    if result["result"] == "understanding":
        offer = [event for event in here if event.act == "offer"][-1]
        moved = [n for n in scenario.active if offer.package[n] != scenario.issues[n].status_quo.value]
        names = listed([issue_name(scenario, name) for name in moved], most=6) or "the status quo"
        word = "Decision" if meeting.binding else "Understanding (not binding)"
        return f"{word} in {meeting.title}: {names}."
    refusals = [event for event in here if event.act == "refuse"]
    text = f"No {'decision' if meeting.protocol == 'consensus' else 'understanding'} in {meeting.title}."
    if refusals and refusals[-1].issue:
        last = refusals[-1]
        name = scenario.parties[last.speaker].name
        text += f" Last refusal: {name}, over {issue_name(scenario, last.issue or '')}."
    return text


def refusers(scenario: Scenario, acts: Iterable[Event]) -> dict[str, list[str]]:
    """Issue -> parties that refused an offer over it, each once, in order of appearance."""
    found: dict[str, list[str]] = {name: [] for name in scenario.active}
    for event in acts:
        if event.act in ("refuse", "take_back") and event.issue and event.speaker not in found[event.issue]:
            found[event.issue].append(event.speaker)
    return found


def no_overlap(scenario: Scenario) -> list[str]:
    """Issues on which no option off or on the status quo lies inside every red line of those who must consent."""
    found = []
    for name in scenario.active:
        issue = scenario.issues[name]
        if not any(_inside_all(scenario, name, option) for option in range(len(issue.options))):
            found.append(name)
    return found


def _inside_all(scenario: Scenario, name: str, option: int) -> bool:
    for party_id in scenario.issues[name].consent.value:
        party = scenario.parties[party_id]
        positions = [party.positions.get(name)]
        for bloc in party.blocs.values():
            own = bloc.positions.get(name)
            if own is not None and own.red_line is not None:
                positions.append(own)
        for position in positions:
            line = position.red_line if position else None
            if line is None:
                continue
            at_most = (line.side or ("at_most" if party_id == scenario.challenger else "at_least")) == "at_most"
            if (option > line.value) if at_most else (option < line.value):
                return False
    return True
