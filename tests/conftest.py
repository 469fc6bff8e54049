"""What all tests share. Rules are tested with bounds checks on: an index out of range fails instead of reading on."""

from __future__ import annotations

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
    "architecture", "bad_sweep_files", "designs", "documents", "findings_intervals", "fuzz_scenarios", "laying",
    "rejection", "scenarios", "seed_statements", "sweep_files",
)  # fmt: skip
"""Files whose tests play nothing."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On a new machine one of two processes compiles the rules; the other, which begins in the middle, needs none yet."""
    idle = [item for item in items if item.path.stem.removeprefix("test_") in WITHOUT_RULES]
    rest = [item for item in items if item.path.stem.removeprefix("test_") not in WITHOUT_RULES]
    half = len(items) // 2
    items[:] = rest[:half] + idle + rest[half:]


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
