"""Every statement of the article that the January scenario starts from has its place in the scenario."""

import re
from pathlib import Path

import pytest

from sim.domain.load import load_scenario

PAGE = Path(__file__).parent.parent / "docs" / "seed-statements.md"

# Sentences per paragraph of the article, the headline first; the footer of the page is none of it.
SENTENCES = (1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1)


def rows() -> list[tuple[int, str, str, tuple[str, ...]]]:
    """The table's rows: number, sentence, statement, paths."""
    found = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [part.strip() for part in line.strip("|").split("|")]
        if line.startswith("| ") and cells[0].isdigit():
            number, sentence, statement, where = cells
            found.append((int(number), sentence, statement, tuple(re.findall(r"`([^`]+)`", where))))
    return found


ROWS = rows()
NOWHERE = object()


def follow(node: object, path: str) -> object:
    """What stands at a dotted path of a dumped scenario; numbers count list items."""
    for key in path.split("."):
        if isinstance(node, dict):
            node = node.get(key, NOWHERE)
        elif isinstance(node, (list, tuple)) and key.isdigit() and int(key) < len(node):
            node = node[int(key)]
        else:
            return NOWHERE
    return node


def test_numbers_run_through():
    assert [number for number, *_ in ROWS] == list(range(1, len(ROWS) + 1))


def test_every_sentence_of_the_article_is_listed_in_order():
    sentences = [f"{p}.{s}" for p, count in enumerate(SENTENCES) for s in range(1, count + 1)]
    assert list(dict.fromkeys(sentence for _, sentence, *_ in ROWS)) == sentences


@pytest.mark.parametrize(("number", "paths"), [(number, paths) for number, _, _, paths in ROWS])
def test_the_places_of_a_statement_exist(number, paths):
    scenario = load_scenario("january-2022").model_dump()
    assert paths, f"statement {number} has no place"
    for path in paths:
        assert follow(scenario, path) not in (NOWHERE, None, "", (), {}), f"statement {number}: {path}"


def test_every_background_fact_belongs_to_a_statement():
    background = load_scenario("january-2022").background
    named = {path.split(".")[1] for *_, paths in ROWS for path in paths if path.startswith("background.")}
    assert named == set(background)
    assert all(fact.source == ("SEED",) for fact in background.values())


def test_a_path_that_leads_nowhere_is_noticed():
    scenario = load_scenario("january-2022").model_dump()
    for path in ("issues.missiles_moldova", "issues.missiles_ukraine.options.5", "date.year", "title.0"):
        assert follow(scenario, path) is NOWHERE
