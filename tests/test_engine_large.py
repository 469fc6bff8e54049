"""A game of thirty parties and a hundred issues: it loads, it is played alike by both drivers, its rows are whole (6.3, 11.1)."""

import functools
import json

import numpy as np
import pytest
from drivers import check_against_mesa, same
from generated import issue, meeting, state, wish

from sim.domain.load import build, load_scenario
from sim.engine import Engine
from sim.protocol.result import fields_of

PARTIES = [f"party{p}" for p in range(30)]
ISSUES = [f"issue{i}" for i in range(100)]
OPTIONS = 4
LEVERS = {"issue90": "party0", "issue91": "party1", "issue92": "party5"}
OPEN = tuple(name for name in ISSUES if name not in LEVERS)
BLOCS = 4


def wishes(rng, challenger):
    """What one party wants: the challenger low options, the others mostly high ones, with a few lines."""
    weights = rng.multinomial(1000, np.full(len(ISSUES), 1 / len(ISSUES))) / 10
    found = {}
    for name, weight in zip(ISSUES, weights.tolist()):
        liked = int(rng.integers(0, 2) if challenger else rng.integers(1, OPTIONS))
        lined = rng.random() < 0.1
        line = (OPTIONS - 2 if challenger else 1) if lined else None
        found[name] = wish(liked, weight) if line is None else wish(liked, weight, line, hardness="soft")
    return found


def content():
    """The game as a file would hold it."""
    rng = np.random.default_rng(2022)
    issues = {}
    for i, name in enumerate(ISSUES):
        consent = tuple(PARTIES[p] for p in sorted(rng.choice(30, 3, replace=False).tolist()))
        issues[name] = issue(OPTIONS, 0 if name in LEVERS else int(rng.integers(0, OPTIONS)), consent)
        issues[name] |= {"limits": [1, 2]} if i % 10 == 0 else {}
        issues[name] |= {"owner": LEVERS[name]} if name in LEVERS else {}
    parties = {}
    for p, name in enumerate(PARTIES):
        tactic = ("linear", {"name": "boulware", "beta": 0.5}, "conceder", "micro", "mirroring")[p % 5]
        more = {"name": f"Party {p}", "conflict_loss": 0.2}
        if p == 0:
            kinds = {
                "good": {"title": "Good faith", "good_faith": True, "probability": 0.7},
                "other": {"title": "Other"},
            }
            more["types"] = {key: {**kind, "payoff_mean": 0.2, "payoff_sd": 0.1} for key, kind in kinds.items()}
        if p == 1:
            more["kind"] = "alliance"
            more["blocs"] = {f"bloc{b}": {"name": f"Bloc {b}", "share": 1 / BLOCS} for b in range(BLOCS)}
            more["blocs"]["bloc1"]["refers"] = "party2"
        parties[name] = state(wishes(rng, p == 0), tactic, **more)
    half = OPEN[::2]
    venues = {
        "all": meeting("alternating", tuple(PARTIES), OPEN, [(1, True), (3, False)], binding=False),
        "council": meeting("council", tuple(PARTIES[:12]), OPEN, 4, quorum={"consents": 7, "include": ["party0"]}),
        "consensus": meeting("consensus", tuple(PARTIES[2:20]), half, 4, chair="party7"),
    }
    condition = {"issue0": {"at_least": 2}, "issue40": {"at_most": 1}}
    return {
        "name": "thirty-parties",
        "title": "Thirty parties",
        "challenger": "party0",
        "issues": issues,
        "threat": {"issue": "issue50", "removed_from": 2},
        "parties": parties,
        "linkages": {
            "package": {"form": "discounts_gain", "parties": ["party0"], "when": condition, "insistence": 0.3},
            "gift": {"form": "adds", "parties": PARTIES[1:9], "when": {"issue60": {"at_least": 2}}, "amount": 0.05},
            "charge": {"form": "charges", "parties": PARTIES[2:], "amount": 0.01},
        },
        "outside": {"alarm": 0.5, "friction": 0.02},
        "bargaining": {"noise": 0.05, "attention": 0.5, "reciprocity": 0.3, "patience_sd": 0.3},
        "calendar": ["all", "council", "consensus"],
        "venues": venues,
    }


@functools.cache
def thirty():
    return build(content())


def test_thirty_parties_over_a_hundred_issues_are_played_alike():
    """6.3 The cost of an offer grows with issues × options, never with their product: 4¹⁰⁰ packages, exact all the same.
    11.1 the same run from the Mesa model and from the compiled engine."""
    assert len(thirty().parties) == 30 and len(thirty().active) == 100
    check_against_mesa(thirty(), 0, [0, 3])


def test_rows_of_thirty_parties_are_whole():
    """12.1 per venue the result, rounds and offers, per issue the final option, per party the utility [...]: every figure
    has its column and lies in its range."""
    fields = {field.name: field for field in fields_of(thirty())}
    assert len(fields) == 8 + 1 + 2 + 3 * 4 + 100 * 3 + 30 * 5 + 29
    rows = Engine(thirty()).play(1, np.arange(3))
    assert rows.dtype.names == tuple(fields)
    assert len({row.tobytes() for row in rows}) == 3
    moved = 0
    for name in ISSUES:
        assert ((rows[f"final_{name}"] >= 0) & (rows[f"final_{name}"] < OPTIONS)).all()
        assert ((rows[f"veto_{name}"] >= -1) & (rows[f"veto_{name}"] < 30)).all()
        moved += (rows[f"text_{name}"] != thirty().issues[name].status_quo.value).sum()
    assert moved > 0
    offers = {"all": 4 * 30, "council": 4 * 12, "consensus": 4}
    for name, most in offers.items():
        assert ((rows[f"rounds_{name}"] >= 1) & (rows[f"rounds_{name}"] <= 4)).all()
        assert ((rows[f"offers_{name}"] >= 0) & (rows[f"offers_{name}"] <= most)).all()
    for name in PARTIES:
        assert (np.abs(rows[f"utility_{name}"]) <= 1.5).all()
    for name in PARTIES[1:]:
        assert ((rows[f"belief_{name}"] >= 0.01) & (rows[f"belief_{name}"] <= 0.99)).all()
    assert ((rows["escalation_chance"] >= 0) & (rows["escalation_chance"] <= 1)).all()
    assert (rows["joint_gain"] == sum(rows[f"gain_{name}"] for name in PARTIES)).all()


def test_figures_of_thirty_parties(tmp_path):
    """11.1: laid into a run or written in a file, over a table of another size."""
    paths = ["outside.alarm", "parties.party20.positions.issue77.preferred"]
    rows = Engine(thirty(), paths).play(2, np.arange(2), [[0.9, 3]] * 2)
    file = tmp_path / "thirty.yaml"
    file.write_text(json.dumps(content()), encoding="utf-8")
    own = load_scenario(file, [f"{paths[0]}=0.9", f"{paths[1]}=3"])
    assert same(rows, Engine(own).play(2, np.arange(2)))


@pytest.mark.slow
def test_many_runs_of_thirty_parties():
    """11.1, as above."""
    check_against_mesa(thirty(), 7, list(range(40)))
