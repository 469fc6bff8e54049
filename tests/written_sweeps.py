"""Sweep files written for a test, and the one message that a bad one gets."""

import pytest
import yaml

from sim.domain.problems import ScenarioError
from sim.sweep.design import read_sweep

GOOD = {
    "scenario": "january-2022",
    "factors": {"sanctions.credibility": {"uniform": [0, 1]}, "outside.alarm": {"grid": [0, 1, 3]}},
    "design": {"random": {"points": 4}},
    "replications": 2,
    "seed": 0,
    "common_random_numbers": True,
}


def write(folder, name="study.yaml", **changed):
    """A sweep file that differs from a good one in some keys; None leaves a key out."""
    content = {key: value for key, value in {**GOOD, **changed}.items() if value is not None}
    path = folder / name
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return path


def refused(path, changes=()):
    """The message that reading ends with."""
    with pytest.raises(ScenarioError) as caught:
        read_sweep(path, changes)
    text = str(caught.value)
    assert "\n" not in text
    assert "Traceback" not in text
    return text
