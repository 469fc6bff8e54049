"""Cells: every figure of a scenario with its mark and its sources (clause 14.1)."""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeGuard, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.domain.plain import is_mapping

T = TypeVar("T")

Basis = Literal["cited", "inferred", "estimate", "assumed"]
"""cited: rests on the named page; inferred: page plus judgement; estimate: judgement only; assumed: a what-if, set by a
scenario's author or by hand, with no claim about the world."""


class Frozen(BaseModel):
    """A part of a scenario: immutable, unknown keys refused, NaN and infinity refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=False)


class Cell(Frozen, Generic[T]):
    """One figure and how well it is known. In a file a bare figure is short for ``{value: figure}``.

    Attributes
    ----------
    value
        The figure itself; unit and range are those of the field that holds the cell.
    basis
        How it is known: cited, inferred, estimate or assumed (clause 14.1).
    source
        Names from the scenario's ``sources``.
    note
        One sentence of reservation, may be empty.
    """

    value: T
    basis: Basis = "assumed"
    source: tuple[str, ...] = ()
    note: str = ""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, given: Any) -> Any:
        return given if is_cell(given) or is_mapping(given) else {"value": given}


Share = Cell[Annotated[float, Field(ge=0, le=1)]]
Amount = Cell[Annotated[float, Field(ge=0)]]
Real = Cell[float]
OptionNumber = Cell[Annotated[int, Field(ge=0)]]
Switch = Cell[bool]


def cell(kind: Any, value: Any) -> Any:
    """A default figure of the program itself; the scenario says nothing about it."""
    return kind(value=value)


def is_cell(value: Any) -> TypeGuard[Cell[Any]]:
    """Whether a part of a scenario is a cell; what it holds, its field says."""
    return isinstance(value, Cell)
