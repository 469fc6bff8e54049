"""docs/agents.md: its code runs, its lines are those of the protocol, its tables are those of the environment."""

import json
import re
import runpy
import sys
from pathlib import Path

import jsonschema
import pytest

from sim.domain.load import load_scenario
from sim.envs import ActSpace
from sim.envs.sight import PARTS
from sim.protocol.table import Act, Table
from sim.protocol.view import view
from sim.seats import Limits, brief_of, schema, view_as_json

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "agents.md").read_text("utf-8")
SNIPPETS = re.findall(r"```python\n(.*?)```(?:\n\n```\n(.*?)```)?", PAGE, re.S)
LINES = re.findall(r"<!-- (hello|turn|to program|from program) -->\n```json\n(.*?)```", PAGE, re.S)


@pytest.mark.parametrize("code, printed", SNIPPETS)
def test_code_runs_and_prints_what_the_page_says(code, printed, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    exec(compile(code, "docs/agents.md", "exec"), {})
    said = capsys.readouterr().out
    assert said and (not printed or said == printed)


def messages(text):
    """The JSON objects that stand one after the other."""
    found, at, decoder = [], 0, json.JSONDecoder()
    while at < len(text.strip()):
        one, at = decoder.raw_decode(text, at)
        found.append(one)
        at += len(text[at:]) - len(text[at:].lstrip())
    return found


def test_every_message_is_shown_and_fits_the_schema():
    assert len(SNIPPETS) == 3
    shown = {"ToProgram": set(), "FromProgram": set()}
    for kind, text in LINES:
        side = "FromProgram" if kind == "from program" else "ToProgram"
        check = jsonschema.Draft202012Validator({**schema(), "anyOf": [{"$ref": f"#/$defs/{side}"}]})
        for one in messages(text):
            check.validate(one)
            shown[side].add(one.get("message") or one.get("act") or next(iter(one)))
    assert shown["ToProgram"] == {"hello", "turn", "worth", "refused", "result", "stop"}
    assert shown["FromProgram"] == {"ready", "ask", "offer", "pass", "accept", "refuse", "walk_out"}


def test_greeting_and_turn_are_the_rivers():
    (hello,) = messages(next(text for kind, text in LINES if kind == "hello"))
    (turn,) = messages(next(text for kind, text in LINES if kind == "turn"))
    table = Table(load_scenario("two-by-two"))
    assert hello["brief"] == brief_of(table.scenario)
    assert hello["view"] == rounded(view_as_json(view(table, "upstream")))
    limits = Limits()
    assert hello["limits"] == {name: getattr(limits, name) for name in ("seconds", "bytes", "tries", "asks")}
    table.apply(Act("offer", {"reservoir": 0, "summer_flow": 0}))
    assert turn["view"] == rounded(view_as_json(view(table, "downstream")))


def rounded(value):
    """Figures as the page prints them: 0.3 for 0.30000000000000004."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {name: rounded(one) for name, one in value.items()}
    return [rounded(one) for one in value] if isinstance(value, list) else value


@pytest.mark.slow
def test_the_learners_table(capsys, monkeypatch):
    """The figures that the page prints, to the last digit."""
    monkeypatch.setattr(sys, "argv", ["learner.py"])
    runpy.run_path(str(ROOT / "analysis" / "learner.py"), run_name="__main__")
    assert f"```\n{capsys.readouterr().out}```" in PAGE


def test_the_table_of_the_observation():
    for part in PARTS:
        assert f"| `{part.name}` | {' × '.join(part.shape) or 'one figure'} | {part.meaning} |" in PAGE
    assert f"and {len(ActSpace(load_scenario('january-2022')))} actions" in PAGE
