"""Who negotiates: parties, what they want, alliances with blocs, types and tactics (clauses 2, 4, 5)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from sim.domain.cells import Amount, Cell, Frozen, OptionNumber, Real, Share, Switch, cell


class RedLine(Frozen):
    """The last option a party can live with on an issue (2.3, 2.4).

    Attributes
    ----------
    value
        The option on the line, itself acceptable.
    hardness
        hard: holds with chance ``resolve``; soft: options beyond it lose ``firmness`` of their value.
    side
        Which options are beyond. By default the challenger accepts at most, every other party at least, the line.
    resolve
        Chance that this hard line holds, where it differs from the side's.
    basis, source, note
        As for every cell.
    """

    value: Annotated[int, Field(ge=0)]
    hardness: Literal["hard", "soft"] = "hard"
    side: Literal["at_most", "at_least"] | None = None
    resolve: Share | None = None
    basis: Literal["cited", "inferred", "estimate", "assumed"] = "assumed"
    source: tuple[str, ...] = ()
    note: str = ""


class Position(Frozen):
    """What a party wants on one issue, in exactly one of three forms.

    Attributes
    ----------
    preferred
        Option liked best; values fall off on both sides (2.1). Needs ``salience``.
    values
        A value in [0, 1] per option (2.1). Needs ``salience``.
    points
        Points per option, as scorable games print them: the weight is the issue's best over the sum of bests.
    salience
        Weight of the issue in points; a party's sum to 100 (2.2).
    red_line
        None where every option can be lived with.
    """

    preferred: OptionNumber | None = None
    values: Cell[tuple[Annotated[float, Field(ge=0, le=1)], ...]] | None = None
    points: Cell[tuple[Annotated[float, Field(ge=0)], ...]] | None = None
    salience: Amount | None = None
    red_line: RedLine | None = None

    @model_serializer(mode="wrap")
    def _as_written(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Only what was written: a bloc's position lies over its alliance's, so what it leaves out must stay out."""
        return {name: value for name, value in dump(self).items() if name in self.model_fields_set}


class TacticChoice(Frozen):
    """A row of the tactics catalogue with its parameters (5.5)."""

    name: str
    beta: Annotated[float, Field(gt=0)] | None = None
    phi: Annotated[float, Field(ge=0, le=1)] | None = None


class Type(Frozen):
    """Something a party may privately be (4.1).

    Attributes
    ----------
    title
        In neutral words: "Russia in good faith".
    good_faith
        Whether belief in this type is belief in good faith (3.3).
    probability
        Prior in [0, 1]; exactly one type leaves it out and takes the rest.
    tactic, patience
        Override the party's own.
    payoff_mean, payoff_sd
        The normal distribution of g, the payoff of coercion before sanctions (3.1).
    """

    title: str
    good_faith: bool = False
    probability: Share | None = None
    tactic: TacticChoice | None = None
    patience: Amount | None = None
    payoff_mean: Real
    payoff_sd: Amount


class Bloc(Frozen):
    """Members of an alliance that want the same (2.6).

    Attributes
    ----------
    name
        For people.
    share
        Weight in the alliance's mean; the shares of an alliance sum to 1.
    refers
        A party whose preferences, lines and answers this bloc has; then nothing else is written here.
    positions
        Laid over the alliance's own positions, cell by cell.
    conflict_loss
        As for a party; the alliance's own where left out.
    """

    name: str
    share: Share
    refers: str | None = None
    positions: dict[str, Position] = {}
    conflict_loss: Amount | None = None


class Party(Frozen):
    """A party at the talks.

    Attributes
    ----------
    name, code
        Full name, and at most five letters for narrow tables.
    kind
        state, alliance (has blocs) or organisation.
    has_consent
        Whether what moves needs this party's consent where an issue lists it (9.3).
    positions
        What it wants, by issue. For an alliance the common part that its blocs lay theirs over.
    tactic, patience
        How it bargains (5.5) and how long it stays, as a share of a venue's rounds (7.2).
    conflict_loss
        Utility it expects to lose if the challenger turns to force (3.3).
    reservation
        Worth of no deal in [0, 1], given where a scenario has no challenger.
    types
        Private types (4.1), the challenger's alone.
    blocs
        Of an alliance (2.6).
    """

    name: str
    code: Annotated[str, Field(max_length=5)]
    kind: Literal["state", "alliance", "organisation"] = "state"
    has_consent: Switch = cell(Switch, True)
    positions: dict[str, Position] = {}
    tactic: TacticChoice = TacticChoice(name="linear")
    patience: Amount = cell(Amount, 2.0)
    conflict_loss: Amount = cell(Amount, 0.0)
    reservation: Real | None = None
    types: dict[str, Type] = {}
    blocs: dict[str, Bloc] = {}


class Range(Frozen):
    """Options of one issue between two bounds, both included."""

    at_least: int | None = None
    at_most: int | None = None


class Linkage(Frozen):
    """What ties issues together in a party's eyes (2.5).

    Attributes
    ----------
    parties
        Whose utility it belongs to; an alliance's reaches those of its blocs that refer to nobody.
    form
        adds: ``amount`` when the condition holds. discounts_gain: while it fails, what u lies above the status quo is
        multiplied by 1 − ``insistence``. charges: while the threat stands, each arms issue at a limit costs ``amount``.
    when
        A conjunction of ranges over issues; a charge has none of its own.
    amount
        Utility added or charged.
    insistence, insistence_sd
        Mean in [0, 1] and spread of the private draw.
    source, basis
        As for every cell.
    """

    parties: Annotated[tuple[str, ...], Field(min_length=1)]
    form: Literal["adds", "discounts_gain", "charges"]
    when: dict[str, Range] = {}
    amount: Real = cell(Real, 0.0)
    insistence: Share = cell(Share, 0.0)
    insistence_sd: Amount = cell(Amount, 0.0)
    basis: Literal["cited", "inferred", "estimate", "assumed"] = "assumed"
    source: tuple[str, ...] = ()
    note: str = ""
