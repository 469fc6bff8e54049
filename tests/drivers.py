"""The two drivers side by side: an engine's row, and what the Mesa model's record says of the same run."""

import numpy as np

from sim.draws import RESOLVE_CHALLENGER, RESOLVE_DEFENDERS
from sim.engine import Engine
from sim.model import NegotiationModel
from sim.protocol.result import RESULTS, outcome_names


def same(rows, others):
    """Whether rows of results are alike to the last byte."""
    return rows.dtype == others.dtype and rows.tobytes() == others.tobytes()


def figures_of(model):
    """The figures of a finished Mesa run by the names of an engine's row, read off the record of 12.1."""
    scenario, record = model.game, model.result()
    parties, draws = list(scenario.parties), model.table.draws
    found = {"outcome": outcome_names(scenario).index(record["outcome"])}
    if scenario.challenger:
        found |= {
            "type": list(scenario.parties[scenario.challenger].types).index(record["type"]),
            "number_defenders": draws[RESOLVE_DEFENDERS],
            "number_challenger": draws[RESOLVE_CHALLENGER],
        }
        found |= {name: record[name] for name in ("escalated", "escalation_chance", "payoff", "coercion")}
    found |= {f"insistence_{name}": value for name, value in record["insistence"].items()}
    found |= {name: record[name] for name in ("joint_gain", "nash_product")}
    for name, venue in record["venues"].items():
        found |= {f"result_{name}": RESULTS.index(venue["result"]), f"rounds_{name}": venue["rounds"]}
        found |= {f"offers_{name}": venue["offers"], f"walker_{name}": index(parties, venue["walker"])}
    for name in scenario.active:
        owners = [party for party in parties if name in record["parties"][party]["vetoes"]]
        assert len(owners) <= 1  # 9.2: once an issue is back nobody can take it back again
        found |= {f"text_{name}": record["text"][name], f"final_{name}": record["final"][name]}
        found[f"veto_{name}"] = index(parties, owners[0] if owners else None)
    for name, party in record["parties"].items():
        voices = [name, *(f"{name}.{bloc}" for bloc in scenario.parties[name].blocs)]
        found |= {f"{one}_{name}": party[one] for one in ("utility", "no_deal", "gain")}
        found[f"vetoes_{name}"] = len(party["vetoes"])
        found[f"lines_{name}"] = len({issue for voice in voices for issue in record["holding"].get(voice, ())})
        if party["belief"] is not None:
            found[f"belief_{name}"] = party["belief"]
    return found


def index(names, name):
    return -1 if name is None else names.index(name)


def check_against_mesa(scenario, seed, runs):
    """Each figure of each run equals the Mesa model's, to the last bit."""
    rows = Engine(scenario).play(seed, np.array(runs))
    assert len(rows) == len(runs)
    for row, run in zip(rows, runs):
        model = NegotiationModel(scenario, seed, run)
        model.run()
        expected = figures_of(model)
        assert sorted(rows.dtype.names) == sorted(expected)
        told = np.array(tuple(expected[name] for name in rows.dtype.names), rows.dtype)
        assert {n: (row[n], told[n]) for n in expected if row[n].tobytes() != told[n].tobytes()} == {}
