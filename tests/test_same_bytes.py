"""Clause 11.1: the same (scenario, seed, run index) gives the same bytes, in this process and in any other."""

import functools
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.domain.files import shipped
from sim.domain.load import load_scenario
from sim.model import NegotiationModel
from sim.store import record_bytes, transcript_bytes, transcript_text

ROOT = Path(__file__).parent.parent

# Every scenario that comes with the program, from seed 0 to the largest, at the first index and at later ones.
PLACES = ((0, 0), (0, 3), (7, 0), (2**64, 1), (2**128 - 1, 2))
RUNS = [(name, *PLACES[at % len(PLACES)]) for at, name in enumerate(shipped())]

PLAY = """
import json, sys
from test_same_bytes import digests
print(json.dumps([digests(*run) for run in json.loads(sys.argv[1])]))
"""


read = functools.cache(load_scenario)


def played(scenario, seed, index):
    """A finished run."""
    model = NegotiationModel(read(scenario), seed, index)
    model.run()
    return model


def digests(scenario, seed, index):
    """Hashes of what the store writes of a run: record, transcript as data, transcript in words."""
    model = played(scenario, seed, index)
    parts = (record_bytes(model), transcript_bytes(model), transcript_text(model).encode())
    return [hashlib.sha256(part).hexdigest() for part in parts]


def elsewhere(runs, **environment):
    """The digests of these runs from another process, whose hashes of words are salted differently."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", PLAY, json.dumps(runs)],
        env={**os.environ, "PYTHONPATH": path, **environment},
        cwd=ROOT / "tests",
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_another_process_gives_the_same_bytes():
    """11.1 byte for byte on one platform: record and transcript of every scenario, in another order and with another salt."""
    here = [digests(*run) for run in RUNS]
    assert elsewhere(RUNS, PYTHONHASHSEED="1") == here
    assert elsewhere(RUNS[::-1], PYTHONHASHSEED="2") == here[::-1]


def test_other_threads_and_words_change_nothing():
    """11.1 on one platform: neither the number of threads nor the language of the machine enters."""
    some = RUNS[::3]
    found = elsewhere(some, NUMBA_NUM_THREADS="1", OMP_NUM_THREADS="1", LC_ALL="C", TZ="Pacific/Kiritimati")
    assert found == [digests(*run) for run in some]


@pytest.mark.parametrize("scenario", shipped())
def test_a_run_does_not_depend_on_those_before_it(scenario):
    """11.1 in any chunking: index 2 first of all, or after indices 0 and 1."""
    forward = [digests(scenario, 5, k) for k in range(3)]
    backward = [digests(scenario, 5, k) for k in reversed(range(3))]
    assert forward == backward[::-1]


def told(model):
    """A run without what names it: the record without seed and index, and every act."""
    result = {key: value for key, value in model.result().items() if key not in ("seed", "index")}
    return json.dumps([result, [event.as_dict() for event in model.transcript()]])


@pytest.mark.parametrize("scenario", [name for name in shipped() if name != "two-by-two"])
def test_other_seeds_and_indices_are_other_runs(scenario):
    """11.1 (seed, run index) fixes the draws: seed 0 is a seed like any other, and each pair gives a run of its own."""
    places = [(0, 0), (1, 0), (0, 1), (2**64, 0)]
    assert len({told(played(scenario, *place)) for place in places}) == len(places)


def test_a_game_without_chance_is_one_run():
    """11.1: what uses no draw is the same whatever the seed (the river's tactics are linear and there is no noise)."""
    assert len({told(played("two-by-two", seed, index)) for seed in range(3) for index in range(2)}) == 1
