"""Acts and reasons in the words of diplomacy: short sentences, present tense, whole points (clause 12.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from sim.compiled import EQUAL
from sim.domain.scenario import Scenario
from sim.protocol.record import Event

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip

MOST_NAMED, MOST_STEPS = 3, 5
"""An offer's sentence names so many steps a side, and one a side where there are more than ``MOST_STEPS`` in all."""


EXCHANGES = "gives first what costs it least and the others value most"
"""How an offer is explained (6.1), in full where a party first makes one so at a venue."""


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
    """Words that keep their capital: names of parties, adjectives made of them, and what phrases write with one."""
    names = {party.name for party in scenario.parties.values()}
    phrases = " ".join(option.phrase for issue in scenario.issues.values() for option in issue.options)
    written = {word.strip('(),.;:“”"') for word in phrases.split() if word[:1].isupper()}
    return names | {f"{name}n" for name in names} | {f"{name}ian" for name in names} | written


def measures_word(scenario: Scenario) -> str:
    """What the measures that are threatened (3.1) are called together: "sanctions", or "threats" where none is one."""
    titles = [measure.title for measure in scenario.sanctions.measures.values()]
    return "sanctions" if not titles or any("sanction" in title for title in titles) else "threats"


def month(scenario: Scenario) -> str:
    """When the talks ended: "January 2022"; empty without a date."""
    date = scenario.seated[-1].date or scenario.date
    return f"{MONTHS[date.month - 1]} {date.year}" if date else ""


def steps(
    scenario: Scenario, speaker: str, package: dict[str, int], base: dict[str, int]
) -> tuple[list[str], list[str]]:
    """What an offer gives and what it asks for, against a text, weightiest issues of the speaker first.

    Direction goes by the option's number (1.1): the challenger gives upward, a defender downward of the status quo.
    Without a challenger everything is given.
    """
    gives: list[str] = []
    asks: list[str] = []
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
        return _pass(scenario, event, "")
    if event.act == "accept":
        verb = "consents." if _consensus(scenario, event) else "accepts."
        return verb + _asks(scenario, event)
    if event.act == "walk_out":
        # Whoever leaves by a decision from outside the rules has given no reason.
        why = "" if event.reason == "none" else ": nobody has moved toward it for as long as its patience lasts"
        return f"leaves the talks in round {event.round}{why}."
    issue = issue_name(scenario, event.issue) if event.issue else "the text"
    bloc = bloc_name(scenario, event)
    line = f"beyond the red line of {bloc}" if bloc else "beyond its red line"
    if event.act == "take_back":
        reason = line if event.reason == "red_line" else f"below what no deal is worth to {bloc or 'it'}"
        return f"takes back {issue}: {reason}."
    verb = "objects over" if _consensus(scenario, event) else "refuses over"
    if event.reason == "red_line":
        return f"{verb} {issue}: {line}."
    if event.reason == "nothing_acceptable":
        return f"{verb} {issue}: nothing on this agenda is worth more to {bloc or 'it'} than no deal."
    if bloc:
        return f"{verb} {issue}: {bloc} would not accept.{_asks(scenario, event)}"
    return f"{verb} {issue}.{_asks(scenario, event)}"


def passes(scenario: Scenario, first: Event, last: Event) -> str:
    """A party's passes from one round to a later one, all for the same reason, as one sentence."""
    return _pass(scenario, first, f" in rounds {first.round} to {last.round}")


def _pass(scenario: Scenario, event: Event, when: str) -> str:
    if event.venue is not None and scenario.venues[event.venue].chair == event.speaker:
        if event.reason == "none":
            return f"tables no text{when}."
        return f"tables no text{when}: nothing on common ground would add to the text as it stands."
    if event.reason == "no_package":
        return f"makes no offer{when}: on an issue that it cannot move, the text lies beyond its red line."
    if event.reason == "nothing_to_offer":
        return f"makes no offer{when}: it would leave the text as it stands."
    return f"makes no offer{when}."


def bloc_name(scenario: Scenario, event: Event) -> str:
    """The bloc that would not accept, inside a sentence: "the US", "the eastern members"; empty without one."""
    if event.bloc is None:
        return ""
    name = scenario.parties[event.speaker].blocs[event.bloc].name
    return f"the {name}" if name[:1].islower() or name in ("US", "UK", "EU") else name


def _only_heard(scenario: Scenario, event: Event) -> bool:
    """Whether an offer cannot be accepted because its proposer would rather have no deal (7.1)."""
    chair = event.venue is not None and scenario.venues[event.venue].chair == event.speaker
    return not chair and event.worth < event.no_deal - EQUAL


def _asks(scenario: Scenario, event: Event) -> str:
    if event.asked is None:
        return ""
    several = bloc_name(scenario, event)[-1:] == "s"
    pronoun = "they ask" if several else "it asks"
    return f" The offer gives {'them' if several else 'it'} {points(event.worth)} points; {pronoun} for {points(event.asked)}."


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
            most = MOST_NAMED if len(gives) + len(asks) <= MOST_STEPS else 2
            return f"offers {listed(gives, most)} for {listed(asks, most)}."
        return f"asks for {listed(asks)}." if asks else f"offers {listed(gives)}."
    parts: list[str] = []
    if gives:
        reason = ""
        if event.reason == "exchanges":
            again = any(
                offer.reason == "exchanges" and steps(scenario, event.speaker, offer.package, last.package)[0]
                for last, offer in pairwise(before)
            )
            reason = ": again what costs it least" if again else f": {EXCHANGES}"
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
    found: list[tuple[Event, Event]] = []
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
    word = "decision" if meeting.binding else "understanding"
    if result["result"] == "walked_out":
        name = scenario.parties[str(result["walker"])].name
        return f"{name} has left; no {word} in {meeting.title}{_still(scenario, venue, acts)}."
    if result["result"] == "understanding":
        offer = [event for event in here if event.act == "offer"][-1]
        moved = [n for n in scenario.active if offer.package[n] != scenario.issues[n].status_quo.value]
        names = listed([issue_name(scenario, name) for name in moved], most=6) or "the status quo"
        return f"{'Decision' if meeting.binding else 'Understanding (not binding)'} in {meeting.title}: {names}."
    refusals = [event for event in here if event.act == "refuse"]
    text = f"No {word} in {meeting.title}{_still(scenario, venue, acts)}."
    if refusals and refusals[-1].issue:
        last = refusals[-1]
        name = scenario.parties[last.speaker].name
        text += f" Last refusal: {name}, over {issue_name(scenario, last.issue or '')}."
    return text


def _still(scenario: Scenario, venue: str, acts: Sequence[Event]) -> str:
    """Where an earlier venue reached an understanding, that its text stands (9.1)."""
    before = scenario.calendar[: scenario.calendar.index(venue)]
    found = [answer.venue for answer, _ in accepted(scenario, acts) if answer.venue in before]
    return f"; the text of {scenario.venues[found[-1] or ''].title} stands" if found else ""


def refusers(scenario: Scenario, acts: Iterable[Event]) -> dict[str, list[str]]:
    """Issue -> parties that refused an offer over it, each once, in order of appearance."""
    found: dict[str, list[str]] = {name: [] for name in scenario.active}
    for event in acts:
        if event.act in ("refuse", "take_back") and event.issue and event.speaker not in found[event.issue]:
            found[event.issue].append(event.speaker)
    return found


def no_overlap(scenario: Scenario) -> list[str]:
    """Issues on which no option off or on the status quo lies inside every red line of those who must consent."""
    found: list[str] = []
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
