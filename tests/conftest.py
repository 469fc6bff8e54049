"""What all tests share. Rules are tested with bounds checks on: an index out of range fails instead of reading on."""

import os

os.environ.setdefault("NUMBA_BOUNDSCHECK", "1")

import pytest
from hypothesis import HealthCheck, settings

from sim.domain.load import load_scenario
from sim.domain.scenario import Scenario

# The first example of a process may have to wait for the compiler, so time says nothing about an example.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("project")


@pytest.fixture(scope="session")
def january() -> Scenario:
    return load_scenario("january-2022")


@pytest.fixture(scope="session")
def harbour() -> Scenario:
    return load_scenario("harbour")
