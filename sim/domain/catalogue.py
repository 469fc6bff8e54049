"""The catalogue of tactics (clause 5.5): one row each. Their rules are in sim/rules/tactics.py."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameter:
    """A figure that a tactic takes: its name, meaning and range (both ends allowed)."""

    name: str
    meaning: str
    low: float
    high: float
    default: float


@dataclass(frozen=True)
class Row:
    """One tactic: ``code`` stands in the compiled tables, ``timed`` says whether clause 4.3's e is defined for it."""

    code: int
    name: str
    meaning: str
    source: str
    parameters: tuple[Parameter, ...] = ()
    timed: bool = False


FARATIN = "Faratin, Sierra & Jennings 1998, doi:10.1016/S0921-8890(98)00029-3"
_PHI = Parameter("phi", "share of the way from best to reservation that it will ever give", 0.0, 1.0, 1.0)

BOULWARE, LINEAR, CONCEDER, RELATIVE_TIT_FOR_TAT, MIRRORING, MICRO, HARDLINER, RANDOM = range(8)

TACTICS: tuple[Row, ...] = (
    Row(
        BOULWARE,
        "boulware",
        "holds firm and gives late",
        FARATIN,
        (Parameter("beta", "below 1; the smaller, the later", 0.01, 1.0, 0.2), _PHI),
        timed=True,
    ),
    Row(LINEAR, "linear", "gives the same amount each round", FARATIN, (_PHI,), timed=True),
    Row(
        CONCEDER,
        "conceder",
        "gives early",
        FARATIN,
        (Parameter("beta", "above 1; the larger, the earlier", 1.0, 100.0, 5.0), _PHI),
        timed=True,
    ),
    Row(
        RELATIVE_TIT_FOR_TAT,
        "relative_tit_for_tat",
        "asks less in the ratio in which the others' offers got better for it",
        FARATIN,
    ),
    Row(
        MIRRORING,
        "mirroring",
        "gives the share of the way that the others have given",
        "Osgood 1962, An Alternative to War or Surrender; clause 5.2 with full reciprocity",
    ),
    Row(
        MICRO,
        "micro",
        "takes its next step only when it has made no more different offers than every other seat",
        "de Jonge 2022, An Analysis of the Linear Bilateral ANAC Domains Using the MiCRO Benchmark Strategy, IJCAI",
    ),
    Row(HARDLINER, "hardliner", "never gives", "the limit of Boulware, phi = 0"),
    Row(
        RANDOM,
        "random",
        "asks for any share between its best and no deal, drawn anew each turn",
        "zero intelligence: Gode & Sunder 1993, doi:10.1086/261868",
    ),
)
