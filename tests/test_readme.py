"""What README and docs claim is run."""

import re
from pathlib import Path

import pytest

from sim.domain.catalogue import TACTICS
from sim.domain.files import shipped
from sim.protocol.result import CLASSES, RESULTS

ROOT = Path(__file__).parent.parent


def test_readme_example_runs(capsys):
    """The library example of the README, as printed there."""
    block = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    assert block is not None
    exec(compile(block[1], "README.md", "exec"), {})
    printed = capsys.readouterr().out
    outcome, chance = printed.splitlines()[0].split()
    assert outcome in CLASSES
    assert 0 < float(chance) < 1
    assert printed.splitlines()[-2] in RESULTS
    assert "{'a': 1, 'b': 2, 'c': 2, 'd': 1, 'e': 2}" in printed


@pytest.mark.parametrize("page", ["README.md", "RULES.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))])
def test_links_lead_somewhere(page):
    """Every relative link of a page names a file that exists."""
    text = (ROOT / page).read_text("utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert ((ROOT / page).parent / target).exists(), target


def test_rules_name_every_parameter_and_tactic():
    """RULES.md is the one text: each parameter of a scenario and each tactic stands in it."""
    from sim.domain.tables import PARAMETERS

    rules = (ROOT / "RULES.md").read_text("utf-8").lower()
    names = {name.removesuffix("_defenders").removesuffix("_challenger") for name in PARAMETERS}
    for name in (*names, "has_consent", "conflict_loss", "insistence_sd", "severity", "charge"):
        assert f"`{name}`" in rules, name
    for row in TACTICS:
        assert row.name.replace("_", " ") in rules.replace("-", " "), row.name


def test_shipped_scenarios_are_named_in_the_readme():
    """The README counts eight variants, three other talks and two small games."""
    assert len([name for name in shipped() if name.startswith("january-2022-")]) == 8
    others = {"two-by-two", "harbour", "camp-david-1978", "cuba-1962", "paris-2015"}
    assert others == {name for name in shipped() if not name.startswith("january-2022")}
