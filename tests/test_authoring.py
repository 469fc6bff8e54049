"""`detente new`, `detente schema` and the tutorial: what they write is valid, whole, and plays."""

import datetime
import json
import os
import re
import shlex

import jsonschema
import numpy as np
import pytest
import yaml
from terminal import blocks, detente, refused

from sim.authoring import KINDS, first_scenario, schema_of, variant
from sim.authoring.template import SCHEMA_FILE
from sim.checks import check
from sim.domain.files import shelf
from sim.domain.load import load_scenario
from sim.engine import Engine

FOLDERS = {"scenario": "scenarios", "sweep": "sweeps", "lesson": "lessons"}
SHIPPED = [(kind, path) for kind, folder in FOLDERS.items() for path in sorted(shelf(folder).glob("*.yaml"))]


def plain(node):
    """What an editor sees: dates are words to it."""
    if isinstance(node, dict):
        return {key: plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(value) for value in node]
    return node.isoformat() if isinstance(node, datetime.date) else node


def read(text):
    return plain(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


@pytest.fixture(scope="module")
def validators():
    found = {kind: jsonschema.Draft202012Validator(schema_of(kind)) for kind in KINDS}
    for validator in found.values():
        validator.check_schema(validator.schema)
    return found


@pytest.mark.parametrize(("kind", "path"), SHIPPED, ids=[path.stem for _, path in SHIPPED])
def test_schemas_accept_every_shipped_file(validators, kind, path):
    """Short forms of cells and files that extend others included."""
    assert [error.message for error in validators[kind].iter_errors(read(path.read_text("utf-8")))] == []


@pytest.mark.parametrize(("kind", "path"), SHIPPED, ids=[path.stem for _, path in SHIPPED])
def test_schemas_refuse_a_misspelt_key_anywhere(validators, kind, path):
    """A letter more at the end of any key of a fixed part, at every depth, is noticed."""
    content = read(path.read_text("utf-8"))
    tried = 0
    for holder, key, way in fixed_keys(content):
        if way[0] in ("changes", "set", "figures") or key not in KEYS[kind]:
            continue
        kept = list(holder.items())
        holder.clear()
        holder.update({name + "x" if name == key else name: value for name, value in kept})
        assert not validators[kind].is_valid(content), (*way, key)
        holder.clear()
        holder.update(kept)
        tried += 1
        if tried >= 40:
            break
    assert tried >= 3
    assert validators[kind].is_valid(content)


KEYS = {
    "scenario": {"title", "seats", "protocol", "rounds", "agenda", "salience", "preferred", "tactic", "patience", "alarm",
                 "calendar", "probability", "has_consent", "label", "summary", "extends", "insistence", "value", "basis",
                 "patience_sd"},
    "sweep": {"question", "scenario", "design", "replications", "seed", "common_random_numbers", "uniform", "points", "list"},
    "lesson": {"name", "title", "minutes", "plan", "seats", "goals", "brief", "text", "choices", "right", "extends"},
}  # fmt: skip
"""Keys of fixed parts, not ids that an author chooses."""


def fixed_keys(node, way=()):
    """Every key of every mapping, with what holds it."""
    if isinstance(node, dict):
        for key, value in list(node.items()):
            yield node, key, (*way, key)
            yield from fixed_keys(value, (*way, key))
    elif isinstance(node, list):
        for value in node:
            yield from fixed_keys(value, way)


@pytest.mark.parametrize(
    ("change", "right"),
    [
        ({"outside": {"alarm": 0.5}}, True),
        ({"outside": {"alarm": {"value": 0.5, "basis": "estimate"}}}, True),
        ({"outside": {"alarm": "1e-1"}}, True),
        ({"outside": {"alarm": 1.5}}, False),
        ({"outside": {"alarm": {"value": 0.5, "basis": "guess"}}}, False),
        ({"outside": {"alrm": 0.5}}, False),
        ({"parties": {"us": {"positions": {"inf_europe": {"red_line": 1}}}}}, True),
        ({"parties": {"us": {"positions": {"inf_europe": {"red_line": None}}}}}, True),
        ({"parties": {"us": {"positions": {"inf_europe": {"red_line": {"hardnes": "soft"}}}}}}, False),
        ({"venues": {"geneva": {"protocol": "shouting"}}}, False),
        ({"venues": {"geneva": {"binding": "no"}}}, True),
    ],
)
def test_a_file_that_extends_needs_only_what_differs(validators, change, right):
    """And what the schema says of it, reading says too."""
    assert validators["scenario"].is_valid({"extends": "january-2022", **change}) == right
    assert not validators["scenario"].is_valid({"name": "mine", **change}), "without extends it must be whole"


def test_every_key_says_what_it_means():
    for kind in KINDS:
        for name, part in schema_of(kind)["$defs"].items():
            for key, given in part.get("properties", {}).items():
                assert given.get("description", "").strip(), (kind, name, key)


def uncommented(text):
    """The same file with every key that stands at its default written out."""
    return re.sub(r"^(\s*)#- ?", r"\1", text, flags=re.M)


def test_the_first_scenario_is_whole_and_what_is_commented_out_are_defaults(tmp_path, validators):
    (tmp_path / "a.yaml").write_text(first_scenario("mine"), "utf-8")
    (tmp_path / "b.yaml").write_text(uncommented(first_scenario("mine")), "utf-8")
    given, whole = load_scenario(tmp_path / "a.yaml"), load_scenario(tmp_path / "b.yaml")
    assert given.name == "mine"
    assert whole.hash == given.hash
    assert validators["scenario"].is_valid(read(first_scenario("mine")))
    assert validators["scenario"].is_valid(read(uncommented(first_scenario("mine"))))
    assert check(given, runs=0) == []


def test_the_first_scenario_gives_talks_worth_looking_at(tmp_path):
    """Neither all deals nor none; both venues end in more than one way; more than one class of deal."""
    (tmp_path / "a.yaml").write_text(first_scenario("mine"), "utf-8")
    scenario = load_scenario(tmp_path / "a.yaml")
    rows = Engine(scenario).play(0, np.arange(1000))
    shares = np.bincount(rows["outcome"], minlength=4)[:3] / 1000
    assert (shares > 0.1).all(), shares
    assert shares[2] < 0.5
    for venue in scenario.calendar:
        assert len(np.unique(rows[f"result_{venue}"])) >= 2


@pytest.mark.parametrize("base", ["january-2022", "harbour", "january-2022-pretext"])
def test_a_variant_is_its_base_until_something_is_changed(tmp_path, base):
    text = variant("mine", base, load_scenario(base))
    (tmp_path / "a.yaml").write_text(text, "utf-8")
    (tmp_path / "b.yaml").write_text(uncommented(text), "utf-8")
    rows = [
        Engine(load_scenario(path)).play(1, np.arange(20)) for path in (base, tmp_path / "a.yaml", tmp_path / "b.yaml")
    ]
    assert all(np.array_equal(rows[0][name], other[name]) for other in rows[1:] for name in rows[0].dtype.names)


def test_new_writes_two_files_and_replaces_nothing(tmp_path):
    done = detente("new", "mine", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"mine.yaml", SCHEMA_FILE}
    first = (tmp_path / "mine.yaml").read_text("utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema={SCHEMA_FILE}"
    (tmp_path / "mine.yaml").write_text("mine")
    (tmp_path / SCHEMA_FILE).write_text("{}")
    assert "mine.yaml: found it here already" in refused("new", "mine", cwd=tmp_path)
    assert detente("new", "other", cwd=tmp_path).returncode == 0
    assert (tmp_path / "mine.yaml").read_text() == "mine"
    assert (tmp_path / SCHEMA_FILE).read_text() == "{}", "somebody else's file of that name is left alone"


@pytest.mark.parametrize("name", ["", "Mine", "a b", "../a", "a.yaml", "-a", "é", "a" * 62, "a\n", "january-2022"])
def test_names_that_are_none(tmp_path, name):
    assert "NAME: found" in refused("new", "--", name, cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_new_says_what_is_wrong_with_its_base(tmp_path):
    assert "Did you mean harbour?" in refused("new", "mine", "--from", "harbor", cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not stop the superuser")
def test_new_where_nothing_can_be_written(tmp_path):
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o500)
    assert "cannot be written" in refused("new", "mine", cwd=shut)


def test_schema_prints_or_writes_and_replaces_only_its_own(tmp_path):
    assert json.loads(detente("schema").stdout) == schema_of("scenario")
    assert json.loads(detente("schema", "lesson").stdout) == schema_of("lesson")
    place = tmp_path / "a.json"
    for _ in range(2):
        assert detente("schema", "sweep", "--out", str(place)).returncode == 0
    assert json.loads(place.read_text("utf-8")) == schema_of("sweep")
    place.write_text("mine")
    assert "no schema of this program" in refused("schema", "--out", str(place))
    assert place.read_text() == "mine"
    assert "Did you mean lesson?" in refused("schema", "leson")
    assert "expected a file in a folder that is there" in refused("schema", "--out", str(tmp_path / "no" / "a.json"))


def commands():
    """The tutorial's commands, in order."""
    return [line for block in blocks("docs/authoring.md") for line in block if line.startswith("detente ")]


@pytest.mark.slow
def test_the_tutorial_from_an_empty_folder_to_a_report(tmp_path):
    """Every command of docs/authoring.md in its order, with the edits that the page asks for and nothing else."""
    page = (shelf().parent.parent / "docs" / "authoring.md").read_text("utf-8")
    file = tmp_path / "my-lake.yaml"
    checks = 0
    for line in commands():
        words = shlex.split(line)[1:]
        if words == ["check", "my-lake.yaml"]:
            checks += 1
            if checks == 2:
                option = re.search(r"- \{text: No fishing.*\}", page)[0]
                last = "      - {text: A limit of 5 thousand tonnes"
                text = file.read_text("utf-8")
                at = text.index("\n", text.index(last)) + 1
                file.write_text(f"{text[:at]}      {option}\n{text[at:]}", "utf-8")
                said = refused(*words, cwd=tmp_path)
                assert "parties.town.positions.quota.points: found 4 figures; expected 5, one an option." in said
                points = re.search(r"`(quota: \{points: .*?\})`", page)[1]
                changed = file.read_text("utf-8").replace("quota: {points: [0, 10, 25, 10]}", points)
                file.write_text(changed, "utf-8")
        if words == ["check", "my-lake-firm.yaml"]:
            other = tmp_path / "my-lake-firm.yaml"
            text = other.read_text("utf-8")
            assert "#- red_lines:\n#-   resolve_defenders: 0.8" in text
            other.write_text(
                text.replace("#- red_lines:\n#-   resolve_defenders: 0.8", "red_lines:\n  resolve_defenders: 1.0"),
                "utf-8",
            )
        done = detente(*words, cwd=tmp_path)
        faulty = "reservation=1.2" in line
        assert done.returncode == (1 if faulty else 0), (line, done.stdout, done.stderr)
        if faulty:
            shown = blocks("docs/authoring.md")
            for told in shown[shown.index([line]) + 1][:3]:
                assert told in done.stdout
    assert checks == 2
    assert (tmp_path / "my-lake.html").read_text("utf-8").startswith("<!doctype html>")
