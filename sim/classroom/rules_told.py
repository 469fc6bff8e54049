"""The rules of a lesson's game in sentences for paper, made from its scenario: who speaks, who must accept, what counts."""

from __future__ import annotations

from sim.classroom.endings import endings_of
from sim.classroom.lesson import Lesson, in_play
from sim.classroom.sheets import codes_of
from sim.domain.scenario import Scenario
from sim.domain.venues import Venue
from sim.narrate import listed


def rules_told(lesson: Lesson, scenario: Scenario) -> list[tuple[str, list[str]]]:
    """The rules by heading, as everyone may read them.

    Returns
    -------
    list
        Heading and sentences.
    """
    told = [("What is negotiated", _issues(scenario))]
    told += [
        (f"How it goes in {venue.title}" if len(scenario.calendar) > 1 else venue.title, venue_told(scenario, venue))
        for venue in scenario.seated
    ]
    if len(scenario.calendar) > 1:
        told.append(("From venue to venue", _between(scenario)))
    consenting = consenting_of(scenario)
    if consenting:
        told.append(("Consent at the end", _consent(scenario, consenting)))
    told.append(("How talks can end", [f"{title}: {meaning}" for title, meaning in reversed(endings_of(scenario))]))
    told.append(("Points", _points(scenario)))
    told.append(("Time", _time(lesson)))
    return told


def names(scenario: Scenario, parties: tuple[str, ...] | list[str]) -> str:
    """Parties in a sentence."""
    found = [scenario.parties[party].name for party in parties]
    return listed(found, len(found))


def consenting_of(scenario: Scenario) -> list[str]:
    """Parties whose consent some issue in play needs (1.3, 9.3)."""
    asked = {
        party
        for name in in_play(scenario)
        for party in (
            *scenario.issues[name].consent.value,
            *(also for option in scenario.issues[name].options for also in option.also_consent),
        )
    }
    return [party for party, given in scenario.parties.items() if party in asked and given.has_consent.value]


def _issues(scenario: Scenario) -> list[str]:
    playing = in_play(scenario)
    codes = codes_of(scenario)
    told = [f"There are {len(playing)} issues. On paper an option goes by its code, such as {codes[playing[0]][1]}."]
    if scenario.challenger is None:
        told.append(
            "If nothing is agreed, each party has what no deal is worth to it. The talks start from a text that binds nobody."
        )
    else:
        told.append("The status quo is what holds if nothing is agreed.")
    told.append("A package names an option for every issue; what it does not name stays as the text has it.")
    for name in playing:
        owner = scenario.issues[name].owner
        if owner is not None:
            told.append(
                f"{scenario.issues[name].short} ({codes[name][0][:-1]}) is on no agenda: only {scenario.parties[owner].name} "
                "may put another option of it into an offer, wherever it sits."
            )
    left_out = len(scenario.active) - len(playing)
    if left_out:
        told.append(f"Of the whole game {left_out} further issues stay as they are.")
    return told


def venue_told(scenario: Scenario, venue: Venue) -> list[str]:
    """How a venue works (8.2 to 8.7)."""
    voters = tuple(party for party in venue.seats if party != venue.chair)
    told: list[str] = []
    if venue.protocol == "consensus" and venue.chair is not None:
        chair = scenario.parties[venue.chair].name
        told.append(f"{chair} is in the chair. In each round it tables one text, or passes; it has no vote.")
        told.append(
            f"Then the others answer in this order: {names(scenario, voters)}. Each accepts, objects and names an issue, or "
            "leaves."
        )
        told.append(
            "If all accept, the text is decided. One objection is enough to stop it; the chair may table another in the next "
            "round."
        )
    else:
        told.append(
            f"In each round every seat speaks once, in this order: {names(scenario, venue.seats)}. It offers a package, passes "
            "or leaves."
        )
        told.append("The others answer an offer at once: they accept it, or refuse it and name an issue.")
        told.append(_decides(scenario, venue, voters))
        told.append("An offer that gives its own proposer less than no deal is heard and not answered.")
    for session in venue.sessions.values():
        if session.exploratory:
            told.append(
                f"{session.title}: offers are heard and not answered ({_rounds(session.rounds.value)}); they count as what was "
                "first asked."
            )
    told += [
        f"{party.name} speaks for {len(party.blocs)} groups of members and accepts only what all of them can accept."
        for seat in voters
        if (party := scenario.parties[seat]).blocs
    ]
    told.append("Whoever leaves ends the talks here for everybody. The text that the talks began with then stands.")
    return told


def _decides(scenario: Scenario, venue: Venue, voters: tuple[str, ...]) -> str:
    if venue.quorum is None:
        return "An offer that all others accept is an understanding, and ends the venue."
    others = f", {names(scenario, venue.quorum.include)} among them" if venue.quorum.include else ""
    return (
        f"An offer stands if {venue.quorum.consents} of the {len(voters)} accept it{others}. "
        "Whoever offers it counts as one of them. An understanding ends the venue."
    )


def _rounds(count: int) -> str:
    return "1 round" if count == 1 else f"{count} rounds"


def _between(scenario: Scenario) -> list[str]:
    loose = [venue.title for venue in scenario.seated if not venue.binding]
    fast = [venue.title for venue in scenario.seated if venue.binding]
    told = ["Each venue begins with the last understanding, or with the text of the start if there is none."]
    if loose:
        told.append(
            f"What {listed(loose, len(loose))} {'agrees' if len(loose) == 1 else 'agree'} is not binding: it is the text that "
            "the next venue may change."
        )
    if fast:
        told.append(f"What {listed(fast, len(fast))} decides is settled, but for consent at the end.")
    return told


def _consent(scenario: Scenario, consenting: list[str]) -> list[str]:
    absent = [party for party in consenting if any(party not in venue.seats for venue in scenario.seated)]
    told = [
        "Moving an issue needs the consent of certain parties, seated or not; the form of agreement says whose. "
        f"Here they are {names(scenario, consenting)}.",
        "At the end each of them looks at the whole text. One that stands below what no deal is worth to it, or beyond a red "
        "line of its own, takes back an issue that needs its consent, and looks again. What is taken back stands as before the "
        "talks.",
    ]
    if absent:
        told.append(
            f"{names(scenario, absent)} {'is' if len(absent) == 1 else 'are'} not seated everywhere where this is decided."
        )
    return told


def _points(scenario: Scenario) -> list[str]:
    lines = any(position.red_line for party in scenario.parties.values() for position in party.positions.values())
    told = [
        "Every party has points for every option, from 0 to 100 in all, on its own sheet. Show the sheet to nobody; you may "
        "say what you like about it.",
        "What no deal is worth stands on the sheet too. An agreement that gives less is worse for you than none.",
        "You play against your own no deal and not against the others: their points and yours cannot be compared.",
    ]
    if lines:
        told.append(
            "A red line is what a party cannot accept, whatever else it gets. Which lines hold is known to all and stands in "
            "the role matrix."
        )
    return told


def _time(lesson: Lesson) -> list[str]:
    return [
        f"A turn to speak takes at most {seconds_told(lesson.clocks.turn)}, an answer {seconds_told(lesson.clocks.answer)}.",
        "The clock forces nothing by itself. Where it has run out, the teacher may go on without you.",
    ]


def seconds_told(seconds: int) -> str:
    """A time for people: "90 seconds", "2 minutes"."""
    if seconds % 60 or seconds < 120:
        return f"{seconds} seconds" if seconds != 60 else "1 minute"
    return f"{seconds // 60} minutes"
