"""A scenario: everything that fixes a game but chance. Immutable and hashed."""

from __future__ import annotations

import datetime
import hashlib
import json
from typing import Annotated, Literal

from pydantic import Field

from sim.domain.cells import Amount, Frozen, Share, Switch, cell
from sim.domain.issues import Issue, Sanctions, Threat
from sim.domain.parties import Linkage, Party, Range
from sim.domain.venues import Venue


class Source(Frozen):
    """Where a cell comes from."""

    what: str
    url: str | None = None


class RedLines(Frozen):
    """How lines hold (2.3, 2.4).

    Attributes
    ----------
    resolve_defenders, resolve_challenger
        Chance in [0, 1] that the side's hard lines hold in a run (2.3).
    firmness
        Share in [0, 1] of an option's value that is lost beyond a soft line (2.4).
    """

    resolve_defenders: Share = cell(Share, 1.0)
    resolve_challenger: Share = cell(Share, 1.0)
    firmness: Share = cell(Share, 0.0)


class Outside(Frozen):
    """Life without a deal (3).

    Attributes
    ----------
    tie
        Share in [0, 1] of the challenger's edge of force that even a deal which keeps the threat gives up (3.2).
    friction
        Utility by which a deal must beat no deal (3.2, 3.3); 0.01 is one point.
    alarm
        Share in [0, 1] of its conflict loss that a defender fears without a deal, as far as it doubts good faith (3.3).
    """

    tie: Share = cell(Share, 0.0)
    friction: Amount = cell(Amount, 0.0)
    alarm: Share = cell(Share, 0.0)


class Beliefs(Frozen):
    """What parties make of each other (4).

    Attributes
    ----------
    updates
        Whether defenders learn about the challenger's type from its offers (4.3).
    ignorance
        How far others' weights are blurred toward equal ones, in [0, 1]; 1 means nothing is known of them (4.2).
    observation_sd
        Spread of the concession that an observer allows for, as a share; small means quick belief (4.3).
    """

    updates: Switch = cell(Switch, True)
    ignorance: Share = cell(Share, 0.0)
    observation_sd: Annotated[Amount, Field()] = cell(Amount, 0.5)


class Bargaining(Frozen):
    """How all bargain.

    Attributes
    ----------
    reciprocity
        Share in [0, 1] of a concession that answers the others' instead of the clock (5.2).
    attention
        By how much each refusal raises a party's weight in others' offers (6.2); 0 leaves all alike.
    absent
        Weight of an absent party whose consent a package needs, where a seated one has 1 (6.2).
    noise
        Spread of what is asked for, in utility (5.4); 0.01 is one point.
    patience_sd
        Spread of patience, as a share of it (7.2).
    """

    reciprocity: Share = cell(Share, 0.0)
    attention: Amount = cell(Amount, 0.0)
    absent: Amount = cell(Amount, 0.0)
    noise: Amount = cell(Amount, 0.0)
    patience_sd: Amount = cell(Amount, 0.0)


class Aftermath(Frozen):
    """After the talks (10.1).

    Attributes
    ----------
    redeploy
        What the payoff of coercion loses once the threat is verifiably removed, in utility (10.1).
    decision_noise
        How blunt the choice between force and peace is, in utility; 0 lets the larger one decide (10.1).
    """

    redeploy: Amount = cell(Amount, 0.0)
    decision_noise: Amount = cell(Amount, 0.1)


class OwnClass(Frozen):
    """An outcome class of a scenario without challenger; the first that fits counts (10.2)."""

    title: str
    agreed: bool | None = None
    when: dict[str, Range] = {}


class Outcomes(Frozen):
    """What the outcome classes need (1.5, 10.2).

    Attributes
    ----------
    core
        The challenger's demands, marked in reports.
    follow_on
        Per issue the options that count as a follow-on format or contacts, not as a measure.
    classes
        Own classes in order, of a scenario without challenger.
    """

    core: tuple[str, ...] = ()
    follow_on: dict[str, tuple[int, ...]] = {}
    classes: dict[str, OwnClass] = {}


class Odds(Frozen):
    """How likely escalation was held to be while the talks went on, as a range of shares."""

    low: Annotated[float, Field(ge=0, le=1)]
    high: Annotated[float, Field(ge=0, le=1)]
    note: str = ""
    source: tuple[str, ...] = ()


class Later(Frozen):
    """Whether escalation followed, and when."""

    escalated: bool
    date: datetime.date | None = None
    note: str = ""
    source: tuple[str, ...] = ()


class History(Frozen):
    """What is known to have happened; shown beside results, never used by a rule.

    Attributes
    ----------
    outcome
        The class (10.2).
    package
        Per issue the option that stood at the end.
    venues
        Per venue how it ended (8); left out where that is not known.
    later
        What came after the talks.
    odds
        What forecasters held likely.
    """

    outcome: str
    package: dict[str, int] = {}
    venues: dict[str, Literal["no_understanding", "understanding", "walked_out"]] = {}
    later: Later | None = None
    odds: Odds | None = None
    note: str = ""
    source: tuple[str, ...] = ()


class Background(Frozen):
    """A fact that frames the game and enters no rule."""

    text: str
    source: tuple[str, ...] = ()


class Scenario(Frozen):
    """A whole game (see RULES.md for the clause of every part).

    Attributes
    ----------
    name, title, label, summary
        File-like name, name for people, what sets a variant apart ("baseline"), one or two sentences.
    date
        The day whose positions are coded.
    challenger
        The party that clauses 2.7, 3.1 to 3.3, 4.1, 4.3 and 10.1 are about; None in a scorable game.
    issues, parties, venues
        By id, in the order that ties and unravelling use.
    calendar
        Venue ids in order of time.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
    title: str
    label: str = "baseline"
    summary: str = ""
    date: datetime.date | None = None
    sources: dict[str, Source] = {}
    background: dict[str, Background] = {}
    challenger: str | None = None
    issues: Annotated[dict[str, Issue], Field(min_length=1)]
    threat: Threat | None = None
    parties: Annotated[dict[str, Party], Field(min_length=2)]
    linkages: dict[str, Linkage] = {}
    red_lines: RedLines = RedLines()
    outside: Outside = Outside()
    sanctions: Sanctions = Sanctions()
    beliefs: Beliefs = Beliefs()
    bargaining: Bargaining = Bargaining()
    aftermath: Aftermath = Aftermath()
    calendar: Annotated[tuple[str, ...], Field(min_length=1)]
    venues: Annotated[dict[str, Venue], Field(min_length=1)]
    outcomes: Outcomes = Outcomes()
    history: History | None = None

    @property
    def active(self) -> tuple[str, ...]:
        """Ids of the issues in play, in order."""
        return tuple(name for name, issue in self.issues.items() if issue.active)

    @property
    def seated(self) -> tuple[Venue, ...]:
        """Venues in the order of the calendar."""
        return tuple(self.venues[name] for name in self.calendar)

    @property
    def status_quo(self) -> tuple[int, ...]:
        """x⁰ over the active issues (1.1)."""
        return tuple(self.issues[name].status_quo.value for name in self.active)

    def canonical(self) -> str:
        """The scenario as one line of JSON, keys in the order of the file, the same for the same scenario."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical form, 64 hex digits; any change of any cell, mark or order changes it."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()
