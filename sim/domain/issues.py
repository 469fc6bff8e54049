"""What is negotiated: issues, their options, who must consent, levers and limits (clause 1)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.domain.cells import Amount, Cell, Frozen, OptionNumber, Share, cell


class Option(Frozen):
    """One answer to an issue; option 0 is the challenger's maximal demand, the last the opposite pole (1.1).

    Attributes
    ----------
    text
        The option in full.
    label
        At most 26 characters, for tables.
    phrase
        Fits after "offers ...", for sentences.
    also_consent
        Parties whose consent this option needs beyond the issue's own (1.3).
    source
        Names from the scenario's ``sources``.
    """

    text: Annotated[str, Field(min_length=1)]
    label: Annotated[str, Field(min_length=1, max_length=26)]
    phrase: str = ""
    also_consent: tuple[str, ...] = ()
    source: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The option as part of a sentence."""
        return self.phrase or self.label


class Issue(Frozen):
    """One thing to be settled.

    Attributes
    ----------
    title, short
        Full name, and a name of at most 23 characters for tables.
    options
        Two or more, in order (1.1).
    status_quo
        The option that holds if nothing is agreed, x⁰ (1.1).
    consent
        Parties whose consent moving the issue off its status quo needs, K (1.3).
    owner
        The party that alone may table another level of this lever (1.4); None if it is no lever.
    limits
        Options that count as an arms limit (1.5); an issue with any is an arms issue.
    verifiability
        ν in [0, 1] per option: how far the challenger's promise can be checked (2.7). Unlisted is 1.
    active
        False leaves the issue out of the game.
    """

    title: str
    short: Annotated[str, Field(min_length=1, max_length=23)]
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=32)]
    status_quo: OptionNumber
    consent: Cell[tuple[str, ...]] = cell(Cell[tuple[str, ...]], ())
    owner: str | None = None
    limits: tuple[int, ...] = ()
    verifiability: Cell[tuple[Annotated[float, Field(ge=0, le=1)], ...]] | None = None
    active: bool = True


class Threat(Frozen):
    """The issue that carries the threat (1.5).

    Attributes
    ----------
    issue
        Its id.
    removed_from
        The first option at which the threat counts as removed.
    """

    issue: str
    removed_from: int


class Measure(Frozen):
    """A sanction that the defenders threaten, and the lever options that leave it threatened (3.1).

    Attributes
    ----------
    title
        Name for people.
    severity
        Utility the challenger expects to lose if it is imposed, before ``credibility``.
    issue, options
        The lever, and those of its options under which the measure is still threatened.
    """

    title: str
    severity: Amount
    issue: str
    options: tuple[int, ...]


class Sanctions(Frozen):
    """The threatened measures and how far the challenger believes in them (3.1).

    Attributes
    ----------
    credibility
        Share in [0, 1] of a measure's severity that the challenger counts with (3.1).
    measures
        By id.
    """

    credibility: Share = cell(Share, 0.0)
    measures: dict[str, Measure] = {}
