"""The sweep file as it is written: keys, kinds and what must be said; what the scenario makes of it is told in design.py."""

from __future__ import annotations

import types
import typing
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, StrictBool, ValidationError
from pydantic_core import PydanticCustomError

from sim.domain.cells import Frozen
from sim.domain.problems import Problem, shown

MOST_ROWS = 10**9


def _number(given: Any) -> Any:
    """A finite figure; YAML reads 1e-3, which lacks a point, as a word."""
    if isinstance(given, str):
        try:
            return float(given)
        except ValueError:
            pass
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise PydanticCustomError("figure", "a figure")
    return given


Number = Annotated[int | float, BeforeValidator(_number)]
Seed = Annotated[int, Field(strict=True, ge=0, lt=1 << 128)]
Count = Annotated[int, Field(strict=True, ge=1, le=MOST_ROWS)]


class FactorSpec(Frozen):
    """One factor; its path is its key. Exactly one of the forms from ``grid`` to ``choice``, none where a file lists the points.

    Attributes
    ----------
    name
        Of its column; by default the shortest tail of the path that no other factor has.
    also
        Further paths that get the same value.
    grid
        Low, high and how many evenly spaced figures, both ends included.
    list
        Values with equal chances: figures, switches, names, tactics, red lines, lists, null.
    uniform, log_uniform
        Low and high.
    integers
        Low and high of whole numbers with equal chances, both included.
    triangular
        Low, most likely, high.
    normal
        Mean and standard deviation; cut to the figure's legal range, to ``within`` and to three standard deviations.
    choice
        Values with ``weights``.
    within
        Where a normal is cut.
    weights
        Of a choice, above 0; they need not sum to 1.
    labels
        Words for the values of a list or choice, for tables and charts.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,60}$")] | None = None
    also: tuple[str, ...] = ()
    grid: tuple[Number, Number, Annotated[int, Field(ge=2, le=100_000)]] | None = None
    list: Annotated[tuple[Any, ...], Field(min_length=1)] | None = None
    uniform: tuple[Number, Number] | None = None
    log_uniform: tuple[Number, Number] | None = None
    integers: tuple[Annotated[int, Field(strict=True)], Annotated[int, Field(strict=True)]] | None = None
    triangular: tuple[Number, Number, Number] | None = None
    normal: tuple[Number, Number] | None = None
    choice: Annotated[tuple[Any, ...], Field(min_length=1)] | None = None
    within: tuple[Number, Number] | None = None
    weights: tuple[Number, ...] | None = None
    labels: tuple[str, ...] = ()


FORMS = ("grid", "list", "uniform", "log_uniform", "integers", "triangular", "normal", "choice")


class Factorial(Frozen):
    """Every combination of all values, the last factor moving fastest."""


class Points(Frozen):
    """So many points, for random and latin_hypercube."""

    points: Count


class Sobol(Frozen):
    """``points`` base points, a power of two; ``second_order`` doubles the cost for indices of pairs."""

    points: Count
    second_order: StrictBool = False


class Morris(Frozen):
    """``trajectories`` of one step a factor on ``levels`` (even) steps of each range."""

    trajectories: Annotated[int, Field(strict=True, ge=2, le=1_000_000)]
    levels: Annotated[int, Field(strict=True, ge=2, le=1_000, multiple_of=2)] = 4


class DesignSpec(Frozen):
    """Which points are run: exactly one of these. ``csv`` names a file beside this one, one point a line."""

    factorial: Factorial | None = None
    random: Points | None = None
    latin_hypercube: Points | None = None
    sobol: Sobol | None = None
    morris: Morris | None = None
    csv: Annotated[str, Field(min_length=1)] | None = None

    @property
    def kind(self) -> str:
        """Name of the design."""
        return next(name for name in DESIGNS if getattr(self, name) is not None)


DESIGNS = tuple(DesignSpec.model_fields)


class WidthSpec(Frozen):
    """Changes of a mark's widths (sim/sweep/coding.py); what is left out stays."""

    relative: Annotated[float, Field(ge=0, lt=1)] | None = None
    absolute: Annotated[float, Field(ge=0, le=1)] | None = None
    step: Annotated[float, Field(ge=0, le=0.5)] | None = None
    turn: Annotated[float, Field(ge=0, le=1)] | None = None


class CodingSpec(Frozen):
    """Draw the coded cells by their marks (14.1). ``only`` confines them to openings of paths."""

    cited: WidthSpec = WidthSpec()
    inferred: WidthSpec = WidthSpec()
    estimate: WidthSpec = WidthSpec()
    assumed: WidthSpec = WidthSpec()
    only: tuple[str, ...] = ()


class SweepFile(Frozen):
    """A sweep file.

    Attributes
    ----------
    question
        Which question it answers, for people.
    scenario
        Name of a scenario that comes with the program, or a file (beside this one, too).
    set
        Path -> value, the same at every point, laid over the scenario first.
    factors, coding
        What varies; at least one of the two.
    design
        Which points are run.
    replications
        Runs a point.
    seed
        Fixes the points and all chance.
    common_random_numbers
        yes: run r of every point has the same draws, so that points are compared run by run. no: every row its own.
        There is no default: the answer decides how results are compared.
    """

    question: str = ""
    scenario: str
    set: dict[str, Any] = {}
    factors: dict[str, FactorSpec] = {}
    coding: CodingSpec | None = None
    design: DesignSpec
    replications: Count
    seed: Seed
    common_random_numbers: StrictBool


M = TypeVar("M", bound=BaseModel)


def checked(content: dict[str, Any]) -> SweepFile | list[Problem]:
    """The file's content as a ``SweepFile``, or everything that the schema has against it, misspelt keys first."""
    design = content.get("design")
    if isinstance(design, str):
        content = {**content, "design": {design: {} if design == "factorial" else None}}
    try:
        return SweepFile.model_validate(content)
    except ValidationError as error:
        problems = [_problem(dict(item)) for item in error.errors(include_url=False)]
        return sorted(problems, key=lambda one: one.found == "nothing")


def _problem(item: dict[str, Any]) -> Problem:
    """One of the schema's complaints in our words."""
    path, found = tuple(item["loc"]), shown(item.get("input"))
    while path and path[-1] in ("int", "float"):
        path = path[:-1]
    if item["type"] == "missing":
        reason = ": yes or no, there is no default" if path == ("common_random_numbers",) else ""
        return Problem(path, "nothing", f"the key {path[-1]}{reason}")
    if item["type"] == "extra_forbidden":
        known = tuple(_model_at(path[:-1]).model_fields)
        return Problem(path, f'the unknown key "{path[-1]}"', f"one of: {', '.join(known)}", known, str(path[-1]))
    text = str(item["msg"]).removeprefix("Input should be ").removeprefix("Value should ")
    plain = {"model_type": "a mapping of keys", "dict_type": "a mapping of keys", "bool_type": "yes or no"}
    plain |= {"tuple_type": "a list in square brackets", "missing": "nothing", "finite_number": "a finite figure"}
    return Problem(path, found, plain.get(item["type"], text[:1].lower() + text[1:]))


def _is_model(kind: Any) -> typing.TypeGuard[type[BaseModel]]:
    return isinstance(kind, type)


def _model_at(path: tuple[Any, ...]) -> type[BaseModel]:
    """The part of the schema whose keys stand at a path."""
    model: Any = SweepFile
    for key in path:
        kind: Any = model.model_fields[key].annotation if _is_model(model) else typing.get_args(model)[1]
        if typing.get_origin(kind) in (typing.Union, types.UnionType):
            kind = next(one for one in typing.get_args(kind) if one is not type(None))
        model = kind
    return model
