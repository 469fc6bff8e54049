"""What all tests share. Rules are tested with bounds checks on: an index out of range fails instead of reading on."""

from __future__ import annotations

import fcntl
import functools
import os
from typing import TYPE_CHECKING

os.environ.setdefault("NUMBA_BOUNDSCHECK", "1")

import numba
import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from sim.domain.scenario import Scenario

# Plugins of pytest import the compiler before this file, and it reads its environment once. The rules come after.
numba.config.BOUNDSCHECK = int(os.environ["NUMBA_BOUNDSCHECK"])

# The first example of a process may have to wait for the compiler, so time says nothing about an example.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("project")


WITHOUT_RULES = (
    "architecture", "bad_sweep_files", "designs", "documents", "fuzz_scenarios", "laying", "rejection", "scenarios",
    "seed_statements", "sweep_files",
)  # fmt: skip
"""Files whose tests play nothing."""

LONGEST = (
    "test_made_twice_it_is_the_same", "test_many_more_drawn_games_keep_every_invariant",
    "test_figures_of_many_more_drawn_games", "test_twenty_browsers_stay_apart_in_bounded_memory",
    "test_many_damaged_files_are_valid_or_one_message", "test_the_whole_search_ends_within_a_minute",
)  # fmt: skip
"""Tests of minutes, begun first, so that in the end nobody waits for one of them alone."""


def _plays(item: pytest.Item) -> bool:
    return item.path.stem.removeprefix("test_") not in WITHOUT_RULES


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On a new machine the first process compiles the rules; another, which begins further on, needs none yet."""
    idle = [item for item in items if not _plays(item)]
    rest = [item for item in items if _plays(item)]
    half = len(items) // 2
    items[:] = rest[:half] + idle + rest[half:]
    items.sort(key=lambda item: getattr(item, "originalname", "") not in LONGEST)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if _plays(item):
        _compile_once()


@functools.cache
def _compile_once() -> None:
    """One process compiles the rules; the others wait for it, as each would take as long."""
    from sim.compiled import CACHE, first_time

    if first_time():
        CACHE.mkdir(parents=True, exist_ok=True)
        with (CACHE / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if first_time():
                from sim import NegotiationModel

                NegotiationModel("two-by-two").run()


@pytest.fixture(scope="session")
def january() -> Scenario:
    from sim.domain.load import load_scenario

    return load_scenario("january-2022")


@pytest.fixture(scope="session")
def harbour() -> Scenario:
    from sim.domain.load import load_scenario

    return load_scenario("harbour")


@pytest.fixture(scope="module")
def browser():
    """A real browser, one a file."""
    from browsing import started

    with started() as one:
        yield one


@pytest.fixture
def sweep_of(tmp_path):
    """Reads a sweep of the January scenario from its parts."""
    from drawn_designs import sweeps_in

    return sweeps_in(tmp_path)


@pytest.fixture
def small(tmp_path):
    """A folder of Genius XML: two parties, two issues."""
    from genius_xml import SMALL, write_folder

    return write_folder(tmp_path / "small", SMALL)
