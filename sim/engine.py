"""Many runs of one scenario, without Mesa; plain figures of the scenario may differ from run to run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import draws
from sim.domain.files import change
from sim.domain.load import build
from sim.domain.scenario import Scenario
from sim.domain.tables import tables
from sim.protocol.play import play
from sim.protocol.record import RESULTS, outcome_names, record
from sim.protocol.state import new_talk


class NotAFigure(ValueError):
    """A path whose value the tables do not take over unchanged."""


@dataclass(frozen=True)
class Field:
    """One column of results; ``names`` are the labels that an integer column's codes stand for, -1 for none."""

    name: str
    dtype: str
    unit: str
    meaning: str
    names: tuple[str, ...] | None = None


def is_figure(scenario: Scenario, path: str) -> bool:
    """Whether a dotted path leads to one plain number or switch of the scenario."""
    node: Any = scenario.model_dump(mode="json")
    for key in path.split("."):
        if isinstance(node, list) and key.isdigit() and int(key) < len(node):
            node = node[int(key)]
        elif isinstance(node, dict) and key in node:
            node = node[key]
        else:
            return False
    node = node["value"] if isinstance(node, dict) and "value" in node else node
    return isinstance(node, int | float) and not path.endswith(".rounds")


class Engine:
    """Plays many runs of one scenario."""

    def __init__(self, scenario: Scenario, figures: Sequence[str] = ()) -> None:
        for path in figures:
            if not is_figure(scenario, path):
                raise NotAFigure(path)
        self.scenario, self.figures = scenario, tuple(figures)
        s, parties = scenario, tuple(scenario.parties)
        types = tuple(s.parties[s.challenger].types) if s.challenger else ()
        fields = [
            Field("outcome", "i1", "class", "Outcome class (10.2).", outcome_names(s)),
            Field("escalated", "i1", "switch", "Whether escalation followed; -1 where no challenger is.", None),
            Field("escalation_chance", "f8", "probability", "Chance of escalation (10.1)."),
            Field("type", "i1", "type", "The challenger's type (4.1).", types),
        ]
        for name in s.calendar:
            fields += [
                Field(f"result_{name}", "i1", "result", "How the venue ended.", RESULTS),
                Field(f"rounds_{name}", "i2", "rounds", "Rounds begun."),
                Field(f"walker_{name}", "i1", "party", "Who walked out.", parties),
            ]
        fields += [Field(f"final_{name}", "i1", "option", "Final option after consent.") for name in s.active]
        for name in parties:
            fields += [
                Field(f"utility_{name}", "f8", "utility", "Of the final package."),
                Field(f"belief_{name}", "f8", "probability", "Last belief in good faith."),
            ]
        self.fields = tuple(fields)
        self._base = scenario.model_dump(mode="json", exclude_unset=True)

    def copy(self) -> Engine:
        """Another engine for another thread."""
        return Engine(self.scenario, self.figures)

    def play(self, seed: int, indices: NDArray[np.int64], values: NDArray[np.float64]) -> NDArray[Any]:
        """Play one run a row."""
        rows = np.zeros(len(indices), [(field.name, field.dtype) for field in self.fields])
        known: dict[bytes, Any] = {}
        for at, index in enumerate(indices.tolist()):
            key = values[at].tobytes()
            if key not in known:
                changes = [f"{path}={_shown(value)}" for path, value in zip(self.figures, values[at].tolist())]
                scenario = build(change(self._base, changes)[0])
                t = tables(scenario)
                known = {key: (scenario, t, new_talk(t))}
            scenario, t, talk = known[key]
            play(t, talk, draws.rows(seed, index, 1, int(t.n.draws))[0])
            found = record(scenario, t, talk, seed, index)
            flat = {"outcome": found["outcome"], "type": found["type"], "escalated": found["escalated"]}
            flat["escalation_chance"] = found["escalation_chance"]
            for name, venue in found["venues"].items():
                flat |= {f"{key}_{name}": venue[key] for key in ("result", "rounds", "walker")}
            flat |= {f"final_{name}": option for name, option in found["final"].items()}
            for name, party in found["parties"].items():
                flat |= {f"utility_{name}": party["utility"], f"belief_{name}": party["belief"]}
            for field in self.fields:
                value = flat[field.name]
                if value is None:
                    value = np.nan if field.dtype == "f8" else -1
                rows[field.name][at] = field.names.index(value) if field.names and value != -1 else value
        return rows


def _shown(value: float) -> str:
    return "true" if value is True else repr(value)
