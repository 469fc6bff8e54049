"""A scenario in a file of its own, so that a run can be played again when the scenario it came from has changed."""

from __future__ import annotations

import json
from typing import Any

from sim.domain.scenario import Scenario


def kept(scenario: Scenario) -> str:
    """The scenario as one line of JSON from which the same scenario is built, hash and all.

    Only what was written is kept: a bloc's position is laid over its alliance's by what it writes (2.6), so a default
    written out would cover what the alliance says.
    """
    content: dict[str, Any] = scenario.model_dump(mode="json", exclude_unset=True)
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
