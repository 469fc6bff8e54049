"""NegMAS's negotiators in both seats of a bilateral game, as outside programs: the talks go as in NegMAS's own mechanism."""

import json
import sys
from pathlib import Path

import negmas
import pytest
from terminal import detente

from sim.domain.load import load_scenario
from sim.protocol.table import Table
from sim.protocol.view import view

SEAT = Path(__file__).with_name("negmas_seat.py")
ROUNDS = 20
CHANGES = [
    f"venues.commission.sessions.main.rounds={ROUNDS}",
    # Here the text as it stands is no offer (6.1), in NegMAS every package is: so the text is one that neither would offer.
    "issues.reservoir.status_quo=2",
    "issues.summer_flow.status_quo=0",
    "parties.downstream.reservation=0.45",
]


def by_negmas(first, second):
    """Offers in order and the agreement of NegMAS's own mechanism with the same wishes."""
    from negmas_seat import additive, issues_of

    table = Table(load_scenario("two-by-two", CHANGES))
    talks = negmas.SAOMechanism(issues=issues_of(view(table, "upstream").worth), n_steps=ROUNDS)
    for name, curve in (("upstream", first), ("downstream", second)):
        seen = view(table, name)
        negotiator = negmas.AspirationNegotiator(name=name, aspiration_type=curve)
        talks.add(negotiator, ufun=additive(seen.worth, seen.no_deal))
    state = talks.run()
    return [tuple(offer) for _, _, offer in talks.extended_trace], state.agreement


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("boulware", "linear"),
        pytest.param("conceder", "linear", marks=pytest.mark.slow),
        pytest.param("linear", "conceder", marks=pytest.mark.slow),
    ],
)
def test_the_talks_go_as_in_negmas(first, second, tmp_path):
    """8.3 alternating offers: same offers, same agreement, although here each negotiator sits in a process of its own."""
    seats = [
        word
        for name, curve in (("upstream", first), ("downstream", second))
        for word in ("--seat", f"{name}={sys.executable} {SEAT} {curve}")
    ]
    changes = [word for change in CHANGES for word in ("--set", change)]
    done = detente("run", "two-by-two", *changes, "--json", "--runs", str(tmp_path), *seats)
    assert done.returncode == 0, done.stderr
    (folder,) = tmp_path.iterdir()
    acts = [json.loads(line) for line in (folder / "transcript.jsonl").read_text("utf-8").splitlines()]
    offers, agreement = by_negmas(first, second)
    assert [tuple(act["package"].values()) for act in acts if act["act"] == "offer"] == offers
    record = json.loads(done.stdout)
    # Before the last round: there NegMAS ends without an answer to the last offer, and here it is answered (7.1).
    assert agreement is not None and record["venues"]["commission"]["rounds"] < ROUNDS
    assert tuple(record["final"].values()) == agreement
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["seats"]["upstream"]["name"] == f"NegMAS {negmas.__version__} {first}"
    assert detente("replay", str(folder)).returncode == 0
