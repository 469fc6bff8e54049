"""What README and docs claim is run: every link leads somewhere, every command is one, pages that show the program are played."""

import re
from pathlib import Path

import pytest
from documents import PAGES, ROOT, Block, blocks_of, commands_of, fits, parsed, played, words_of

from sim.domain.catalogue import TACTICS
from sim.domain.files import shipped
from sim.protocol.result import CLASSES

PLAYED = ("docs/commands.md", "docs/library.md", "docs/validation.md")
"""Pages that are run whole; tutorials have tests of their own, and agents.md and authoring.md too."""


def headings(page: Path) -> set[str]:
    """Anchors that a code host and the site give to the headings of a page."""
    found = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.M)
    plain = (re.sub(r"[`*\[\]]|\(.*?\)(?=$|\s)", "", title).strip().lower() for title in found)
    return {re.sub(r"\s+", "-", re.sub(r"[^\w\s-]", "", title)) for title in plain}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    """Every relative link of a page names a file that exists, and a heading that it has."""
    text = (ROOT / page).read_text("utf-8")
    for target, heading in re.findall(r"\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)", text):
        place = (ROOT / page).parent / target if target else ROOT / page
        assert place.exists(), target
        if heading:
            assert heading[1:] in headings(place), heading


@pytest.mark.parametrize("page", [page for page in PAGES if commands_of(page)])
def test_every_command_is_one(page):
    """The program knows each command of a page and its options. Those of tutorials and commands.md are run as well."""
    for command in commands_of(page):
        parsed(words_of(command))


def test_a_wrong_command_is_noticed():
    for command in ("run --sed 1", "rnu", "import genius --nope"):
        with pytest.raises(Exception, match=r"[Nn]o such"):
            parsed(words_of(command))


def test_a_wrong_quotation_is_noticed():
    """The mechanism itself: … stands for anything, and for nothing that is not there."""
    assert fits("a\n…\nb 1…3", "a\nx\ny\nb 1 2 3\n")
    assert fits("a\n…", "a\n")
    assert not fits("a\n…\nc", "a\nb\n")
    assert not fits("a", "a\nb\n")


def test_readme_fits_one_screen_and_shows_what_is_promised():
    """What it is, a picture, two commands, three users each with a tutorial, where next."""
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.splitlines()) <= 60
    assert text.count("![") == 1
    assert [line.split()[1] for line in text.splitlines() if line.startswith("make ")] == ["run", "test"]
    for user in ("researcher", "teacher", "programmer"):
        assert f"(docs/tutorials/{user}.md)" in text
    assert "**Where next.**" in text


def test_readme_example_runs(capsys):
    """The library example of the README, as printed there."""
    (code,) = (block.text for block in blocks_of("README.md") if block.language == "python")
    exec(compile(code, "README.md", "exec"), {})
    outcome, chance = capsys.readouterr().out.split()
    assert outcome in CLASSES
    assert 0 < float(chance) < 1


@pytest.mark.slow
@pytest.mark.parametrize("page", PLAYED)
def test_a_page_is_played(page, tmp_path):
    assert played(page, tmp_path) >= 3


def test_blocks_left_alone_say_why():
    """What is not run has a reason, and it names the test that does it where there is one."""
    left: list[Block] = [block for page in PAGES for block in blocks_of(page) if block.remark.startswith("not run")]
    for block in left:
        assert len(block.remark) > len("not run: "), block.text
        for name in re.findall(r"tests/\w+\.py", block.remark):
            assert (ROOT / name).exists(), name


def test_rules_name_every_parameter_and_tactic():
    """RULES.md is the one text: each parameter of a scenario and each tactic stands in it."""
    from sim.domain.tables import PARAMETERS

    rules = (ROOT / "RULES.md").read_text("utf-8").lower()
    names = {name.removesuffix("_defenders").removesuffix("_challenger") for name in PARAMETERS}
    for name in (*names, "has_consent", "conflict_loss", "insistence_sd", "severity", "charge"):
        assert f"`{name}`" in rules, name
    for row in TACTICS:
        assert row.name.replace("_", " ") in rules.replace("-", " "), row.name


def test_odd_covers_every_clause_and_names_what_exists():
    """docs/ODD.md: seven elements, eleven concepts (Grimm et al. 2020), no clause of RULES.md left out, no module made up."""
    rules, odd = ((ROOT / page).read_text("utf-8") for page in ("RULES.md", "docs/ODD.md"))
    assert set(re.findall(r"^(\d+\.\d+) ", rules, re.M)) == set(re.findall(r"\[(\d+\.\d+)\]", odd))
    assert re.findall(r"^## \d\. (.*)$", odd, re.M) == [
        "Purpose and patterns", "Entities, state variables, and scales", "Process overview and scheduling", "Design concepts",
        "Initialization", "Input data", "Submodels",
    ]  # fmt: skip
    concepts = odd.partition("## 4.")[2].partition("## 5.")[0]
    assert re.findall(r"^\*\*(\w[\w ]*)\.\*\*", concepts, re.M) == [
        "Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing", "Interaction",
        "Stochasticity", "Collectives", "Observation",
    ]  # fmt: skip
    for name in re.findall(
        r"`((?:sim|configs|tests|analysis)/[\w/.-]+)`", odd + (ROOT / "docs/validation.md").read_text("utf-8")
    ):
        assert (ROOT / name).exists(), name


def test_shipped_scenarios_are_those_that_are_named():
    """docs/library.md counts eight variants, three other talks and two small games."""
    assert len([name for name in shipped() if name.startswith("january-2022-")]) == 8
    others = {"two-by-two", "harbour", "camp-david-1978", "cuba-1962", "paris-2015"}
    assert others == {name for name in shipped() if not name.startswith("january-2022")}
