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


@pytest.fixture(scope="session")
def january() -> Scenario:
    from sim.domain.load import load_scenario

    return load_scenario("january-2022")


@pytest.fixture(scope="session")
def harbour() -> Scenario:
    from sim.domain.load import load_scenario

    return load_scenario("harbour")
