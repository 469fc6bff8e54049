"""Small designs to draw points from, as a sweep's file writes them."""

import json

from sim.domain.cells import Cell
from sim.domain.parties import RedLine
from sim.sweep.design import Sweep, read_sweep

FREE = (
    "parties.russia.types.good_faith.payoff_mean",
    "parties.russia.types.pretext.payoff_mean",
    "linkages.reciprocity.amount",
)


DESIGNS = {
    "random": {"random": {"points": 64}},
    "latin_hypercube": {"latin_hypercube": {"points": 64}},
    "sobol": {"sobol": {"points": 16, "second_order": True}},
    "morris": {"morris": {"trajectories": 16}},
}


def sweeps_in(folder):
    """A reader of sweeps of the January scenario, written into a folder from their parts."""

    def read(factors, design, seed=0, **more) -> Sweep:
        content = {
            "scenario": "january-2022",
            "factors": factors,
            "design": design,
            "replications": 1,
            "seed": seed,
            "common_random_numbers": True,
            **more,
        }
        path = folder / "study.yaml"
        path.write_text(json.dumps(content), encoding="utf-8")
        return read_sweep(path)

    return read


def figure(scenario, path):
    """The bare figure at a path of a scenario."""
    node = scenario
    for key in path.split("."):
        node = node.value if isinstance(node, Cell) else node
        node = (
            node[int(key)] if isinstance(node, tuple) else node[key] if isinstance(node, dict) else getattr(node, key)
        )
    return node.value if isinstance(node, (Cell, RedLine)) else node


def three(spec):
    return {path: {"name": name, **spec} for name, path in zip("abc", FREE)}
