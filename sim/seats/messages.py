"""Every message between the table and a program in a seat: one line of JSON each. The one place where a View becomes JSON."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from sim.domain.scenario import Scenario
from sim.protocol.view import View

PROTOCOL = 1
"""Version of the protocol; a change that a program could notice raises it."""

Kind = Literal["offer", "pass", "accept", "refuse", "walk_out"]
Package = dict[str, int]
Number = Annotated[int, Field(ge=1, description="Number in the transcript of the act that is asked for, from 1.")]
Seconds = Annotated[float, Field(ge=0, description="How long the answer may still take.")]


class _Message(BaseModel):
    """Unknown keys, NaN and figures written as text are refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, strict=True, from_attributes=True, frozen=True)


class Legal(_Message):
    """What the seat may do now."""

    seat: str
    kinds: tuple[Kind, ...]
    options: dict[str, tuple[int, ...]] = Field(
        description="For an offer: issue -> options that may stand in it. Issues with one option cannot be moved here."
    )
    answering: bool = Field(description="Whether it answers an offer (else it speaks).")


class Heard(_Message):
    """An act at a venue where the seat was present, or of consent."""

    number: int
    turn: int
    venue: str | None
    round: int
    speaker: str
    act: Literal["offer", "pass", "accept", "refuse", "walk_out", "take_back"]
    issue: str | None = Field(description="Over which it refuses, or which it takes back.")
    bloc: str | None = Field(description="Of an alliance, the bloc that would not accept.")
    package: Package = Field(description="The offer, or the text that a pass or a taking back leaves as it found it.")
    worth: float = Field(description="Own utility of the package.")


class Seen(_Message):
    """The table from one seat (sim/protocol/view.py). Utilities lie in about [0, 1]; none is another's."""

    seat: str
    venue: str
    round: int = Field(description="From 1.")
    rounds: int = Field(description="How many the venue has.")
    present: bool = Field(description="Whether the seat sits at this venue.")
    to_act: str | None = Field(description="Whose turn it is; null when the talks are over.")
    legal: Legal | None = Field(description="What the seat may do now; null when it is not its turn.")
    text: Package = Field(description="Option per issue: the text that an offer changes.")
    offer: Package | None = Field(description="The last offer at this venue.")
    offer_from: str | None
    worth: dict[str, tuple[float, ...]] = Field(description="Own utility of each option by issue, additive part.")
    text_worth: float = Field(description="Own utility of the text, linkages included.")
    offer_worth: float | None = Field(description="Own utility of the last offer, linkages included.")
    no_deal: float = Field(description="Own reservation value.")
    barred: dict[str, tuple[int, ...]] = Field(description="Issue -> options beyond an own red line that stands.")
    known_lines: dict[str, dict[str, tuple[int, ...]]] = Field(
        description="Party -> issue -> options beyond its standing red line; public from the start."
    )
    belief: float | None = Field(description="Own belief that the challenger bargains in good faith.")
    type: str | None = Field(description="Own private type, the challenger's alone.")
    heard: tuple[Heard, ...]


class Bounds(_Message):
    """What a program must keep to."""

    seconds: float = Field(description="For all lines of one turn together.")
    bytes: int = Field(description="Largest line of an answer, its line break included.")
    tries: int = Field(description="Acts a turn, the last of which must be legal.")
    asks: int = Field(description="Questions a turn.")


class Hello(_Message):
    """The first line: who sits where, what is negotiated, the table from the own seat."""

    message: Literal["hello"] = "hello"
    protocol: int
    program: str = Field(description="Who runs the talks, with its version.")
    seat: str
    limits: Bounds
    brief: dict[str, Any] = Field(description="What is public of the game; the same for every seat.")
    view: Seen


class Turn(_Message):
    """It is the seat's turn."""

    message: Literal["turn"] = "turn"
    number: Number
    seconds: Seconds
    view: Seen


class Worth(_Message):
    """The reply to a question."""

    message: Literal["worth"] = "worth"
    number: Number
    seconds: Seconds
    worth: float = Field(description="Own utility of the package, linkages included.")


class Refused(_Message):
    """The last line was no legal act; another is expected."""

    message: Literal["refused"] = "refused"
    number: Number
    seconds: Seconds
    reason: str
    tries: int = Field(description="How many are left.")


class Result(_Message):
    """The talks are over; no answer is expected."""

    message: Literal["result"] = "result"
    outcome: str
    escalated: bool | None
    venues: dict[str, dict[str, Any]] = Field(description="Per venue: result, rounds, offers, walker.")
    final: Package = Field(description="Option per issue after consent.")
    utility: float = Field(description="Own utility of it.")
    no_deal: float = Field(description="Own worth of no deal at the end.")
    gain: float = Field(description="Own utility over the status quo's.")


class Stop(_Message):
    """The talks end before their time, or another acts for the seat from here; no answer is expected."""

    message: Literal["stop"] = "stop"
    reason: str


class Ready(_Message):
    """The answer to hello."""

    ready: Literal[1] = Field(description="The version of the protocol that the program speaks.")
    name: str = Field(default="", max_length=200, description="Its name, for the record.")


class Answer(_Message):
    """The act of a turn."""

    act: Kind
    package: Package = Field(default={}, description="Of an offer: option per issue; issues left out keep the text.")
    issue: str | None = Field(default=None, description="Of a refusal.")
    number: int | None = Field(default=None, description="If given, the act that this answers.")


class Ask(_Message):
    """A question within a turn: what a package is worth to the own seat."""

    ask: Literal["worth"]
    package: Package = Field(description="Option per issue; issues left out keep the text.")


ToProgram = Hello | Turn | Worth | Refused | Result | Stop
FromProgram = Ready | Answer | Ask


def view_as_json(seen: View) -> dict[str, Any]:
    """A View as plain values for JSON: the fields that ``Seen`` lists and no others."""
    return Seen.model_validate(seen).model_dump(mode="json")


def line_of(message: BaseModel) -> bytes:
    """A message as one line."""
    return message.model_dump_json().encode() + b"\n"


def schema() -> dict[str, Any]:
    """JSON Schema of all messages: ``$defs`` by name, ``ToProgram`` and ``FromProgram`` among them."""
    found = {"ToProgram": TypeAdapter(ToProgram), "FromProgram": TypeAdapter(FromProgram)}
    defs: dict[str, Any] = {}
    for name, adapter in found.items():
        one = adapter.json_schema(ref_template="#/$defs/{model}")
        defs |= one.pop("$defs")
        defs[name] = one
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"A seat at the table, protocol {PROTOCOL}",
        "$defs": dict(sorted(defs.items())),
        "anyOf": [{"$ref": "#/$defs/ToProgram"}, {"$ref": "#/$defs/FromProgram"}],
    }


def brief_of(scenario: Scenario) -> dict[str, Any]:
    """What is public of a game, as plain values: issues, parties, venues; nobody's wishes, no seed."""
    return {
        "title": scenario.title,
        "summary": scenario.summary,
        "date": scenario.date.isoformat() if scenario.date else None,
        "challenger": scenario.challenger,
        "issues": {
            name: {
                "title": issue.title,
                "options": [
                    {"text": option.text, "label": option.label, "also_consent": list(option.also_consent)}
                    for option in issue.options
                ],
                "status_quo": issue.status_quo.value,
                "consent": list(issue.consent.value),
                "owner": issue.owner,
            }
            for name, issue in scenario.issues.items()
            if issue.active
        },
        "parties": {
            name: {
                "name": party.name,
                "kind": party.kind,
                "has_consent": party.has_consent.value,
                "blocs": {
                    key: {"name": bloc.name, "share": bloc.share.value, "refers": bloc.refers}
                    for key, bloc in party.blocs.items()
                },
            }
            for name, party in scenario.parties.items()
        },
        "venues": [_venue(scenario, name) for name in scenario.calendar],
    }


def _venue(scenario: Scenario, name: str) -> dict[str, Any]:
    venue = scenario.venues[name]
    return {
        "id": name,
        "title": venue.title,
        "dates": venue.dates,
        "protocol": venue.protocol,
        "binding": venue.binding,
        "seats": list(venue.seats),
        "chair": venue.chair,
        "agenda": list(venue.agenda),
        "sessions": [
            {"title": one.title, "rounds": one.rounds.value, "exploratory": one.exploratory}
            for one in venue.sessions.values()
        ],
        "quorum": {"consents": venue.quorum.consents, "include": list(venue.quorum.include)} if venue.quorum else None,
    }
