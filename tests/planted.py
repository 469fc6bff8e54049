"""Games and answers of known what-ifs."""

from sim.domain.load import load_scenario
from sim.findings.assumptions import assumptions
from sim.findings.stage import Stage, want_of
from sim.findings.whatif import search
from sim.model import NegotiationModel

UP, DOWN = "parties.upstream.reservation", "parties.downstream.reservation"
DEAR = (f"{UP}=0.9", f"{DOWN}=0.12")
"""Upstream asks for 90 points at least, downstream for 12. By the table of two-by-two.yaml the packages that give upstream most
are (0,0), 100 against 0, and (0,1), 80 against 30: a deal needs upstream at 80 or less, or downstream at 0."""


def agreed(*changes: str) -> bool:
    model = NegotiationModel(load_scenario("two-by-two", changes))
    return model.run()["outcome"] == "accord"


def answer(scenario, want=None, index=0, only=(), runs=50, seed=0):
    return search(Stage(scenario, seed, index, assumptions(scenario, only)), want_of(scenario, want), runs)
