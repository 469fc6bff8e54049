"""Clause 11.1: the compiled engine plays the talks that the Mesa model plays, to the last byte, however runs are cut."""

import functools
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from drivers import check_against_mesa, same
from generated import INDICES, SEEDS, scenarios
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.domain.files import shipped
from sim.domain.load import load_scenario
from sim.engine import BLOCK, Engine

ROOT = Path(__file__).parent.parent
LAST = 2**63 - 1
"""The last run index."""

read = functools.cache(load_scenario)


@functools.cache
def engine(name):
    return Engine(read(name))


@functools.cache
def restless():
    """The river with some noise: a small game that chance enters."""
    return Engine(load_scenario("two-by-two", ["bargaining.noise=0.2"]))


@pytest.mark.parametrize("name", shipped())
def test_the_shipped_games_are_those_of_the_mesa_model(name):
    """11.1 The same (scenario, seed, run index) gives the same [run] from the Mesa model and from the compiled engine."""
    check_against_mesa(read(name), 7, [0, 1, 5])


@settings(max_examples=40)
@given(scenarios(), SEEDS, INDICES)
def test_drawn_games_are_those_of_the_mesa_model(scenario, seed, run):
    """11.1, over every form that a game can take."""
    check_against_mesa(scenario, seed, [run, 0])


@pytest.mark.slow
@settings(max_examples=1500)
@given(scenarios(), SEEDS, st.lists(st.integers(0, LAST), min_size=1, max_size=4))
def test_many_more_drawn_games_are_those_of_the_mesa_model(scenario, seed, runs):
    """11.1, at any run index."""
    check_against_mesa(scenario, seed, runs)


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped())
def test_hundreds_of_runs_of_the_shipped_games(name):
    """11.1, from seed 0 and the largest."""
    for seed in (0, 2**128 - 1):
        check_against_mesa(read(name), seed, list(range(100)))


@pytest.mark.parametrize("run", [2**31, 2**48, 2**62, LAST - 1, LAST])
def test_run_indices_to_the_last(run):
    """11.1 (seed, run index) fixes the numbers of chance, and the last index is one like any other."""
    check_against_mesa(read("january-2022"), 0, [run])
    near = np.array([run - 1, run, 0])
    rows = engine("january-2022").play(0, near)
    assert len({row.tobytes() for row in rows}) == 3
    assert same(rows[1:2], engine("january-2022").play(0, near[1:2]))


# ---- How runs are cut, ordered and shared out -------------------------------------------------------------------------


@settings(max_examples=25)
@given(st.data())
def test_cuts_order_and_repetition_change_no_byte(data):
    """11.1 in any chunking: any indices, in any order and as often as wanted, in pieces of any size."""
    some = st.integers(0, 12) | st.sampled_from([BLOCK, 2**40, LAST])
    runs = np.array(data.draw(st.lists(some, min_size=1, max_size=30)), np.int64)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(runs)), max_size=4)))
    whole = restless().play(3, runs)
    assert same(np.concatenate([restless().play(3, part) for part in np.split(runs, cuts)]), whole)
    assert same(restless().play(3, runs[::-1])[::-1], whole)
    for run, row in zip(runs.tolist(), whole):
        assert row.tobytes() == restless().play(3, np.array([run])).tobytes()


@pytest.mark.parametrize("count", [BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 3])
def test_the_block_in_which_numbers_are_drawn_does_not_show(count):
    """11.1 in any chunking."""
    whole = restless().play(0, np.arange(count))
    assert len(whole) == count and len({row.tobytes() for row in whole}) > 5
    edges = [at for at in (0, BLOCK - 2, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, count - 1) if at < count]
    assert same(restless().play(0, np.array(edges)), whole[edges])
    assert same(restless().play(0, np.arange(count)[::-1])[::-1], whole)


@pytest.mark.parametrize("name", ["january-2022", "harbour"])
def test_threads_change_no_byte(name):
    """11.1: copies of an engine in several threads, each with every fourth run, and nothing shared between them."""
    runs = np.arange(64)
    whole = engine(name).play(11, runs)
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda first: engine(name).copy().play(11, runs[first::4]), range(4)))
        for first, part in enumerate(parts):
            assert same(part, whole[first::4])
        copies = [engine(name).copy() for _ in range(4)]
        for played in pool.map(lambda one: one.play(11, runs), copies):
            assert same(played, whole)


def test_no_runs_are_no_rows():
    assert len(engine("harbour").play(0, np.array([], np.int64))) == 0
    assert len(engine("harbour").play(0, [])) == 0


def test_seeds():
    """11.1: 0 is a seed like any other, and other seeds are other runs, up to the largest."""
    runs = np.arange(5)
    seeds = (0, 1, 2**32, 2**64, 2**64 + 1, 2**128 - 1)
    found = [engine("january-2022").play(seed, runs).tobytes() for seed in seeds]
    assert len(set(found)) == len(seeds)
    assert engine("january-2022").play(0, runs).tobytes() == found[0]


# ---- What cannot be played --------------------------------------------------------------------------------------------

ALARM = ("outside.alarm", "bargaining.noise")


@pytest.mark.parametrize(
    ("seed", "runs", "values", "words"),
    [
        (-1, [0], [[0.5, 0.1]], "seed: found -1"),
        (2**128, [0], [[0.5, 0.1]], "seed: found"),
        (0, [0, -1], [[0.5, 0.1]] * 2, "index: found -1"),
        (0, [0] * BLOCK + [-7], [[0.5, 0.1]] * (BLOCK + 1), "index: found -7"),
        (0, np.array([2**63], np.uint64), [[0.5, 0.1]], "index: found 9223372036854775808"),
        (0, [2**70], [[0.5, 0.1]], "indices: found"),
        (0, [0.5], [[0.5, 0.1]], "indices: found float64 (0.5 first)"),
        (0, [True], [[0.5, 0.1]], "indices: found bool"),
        (0, 3, [[0.5, 0.1]], "indices: found shape ()"),
        (0, [[0]], [[0.5, 0.1]], "indices: found shape (1, 1)"),
        (0, [0], None, "values: found shape (1, 0); expected (1, 2)"),
        (0, [0], [[0.5]], "values: found shape (1, 1); expected (1, 2)"),
        (0, [0], [0.5, 0.1], "values: found shape (2,); expected (1, 2)"),
        (0, [0, 1], [[0.5, 0.1]], "values: found shape (1, 2); expected (2, 2)"),
        (0, [0, 1], [[0.5, 0.1], [0.5, np.nan]], "bargaining.noise: found nan in row 1"),
        (0, [0, 1], [[np.inf, 0.1], [0.5, 0.1]], "outside.alarm: found inf in row 0"),
        (0, [0], [[-np.inf, 0.1]], "outside.alarm: found -inf in row 0"),
    ],
)
def test_what_cannot_be_played_is_refused_whole(seed, runs, values, words):
    """11.1: one sentence says what is wrong, and the next runs are as if nothing had been asked."""
    played = Engine(read("january-2022"), ALARM)
    good = np.array([[0.2, 0.05], [0.9, 0.0]])
    before = played.play(0, np.arange(2), good)
    with pytest.raises(ValueError) as refused:
        played.play(seed, runs, values)
    assert str(refused.value).startswith(words) and "\n" not in str(refused.value)
    assert same(played.play(0, np.arange(2), good), before)


# ---- Without Mesa -----------------------------------------------------------------------------------------------------


def test_the_engine_plays_without_mesa():
    """11.1: nobody who plays by the engine waits for Mesa, pandas or plotly to load; the other driver stays out too."""
    script = (
        "import sys, numpy; from sim.engine import Engine; from sim.domain.load import load_scenario\n"
        "assert len(Engine(load_scenario('harbour')).play(0, numpy.arange(3))) == 3\n"
        "print(*sorted({'mesa', 'pandas', 'plotly', 'sim.model', 'sim.agents'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
