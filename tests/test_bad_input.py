"""Bad input ends with one clear message, exit code 2, no traceback, and nothing half-written."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from terminal import ROOT, detente, environment, refused

from sim.domain.files import shelf
from sim.domain.load import load_scenario
from sim.domain.problems import ScenarioError

JANUARY = (shelf() / "january-2022.yaml").read_text("utf-8")


def edited(folder: Path, old: str, new: str, source: str = JANUARY) -> Path:
    """A copy of January 2022 with one place changed."""
    assert old in source
    path = folder / "mine.yaml"
    path.write_text(source.replace(old, new, 1), "utf-8")
    return path


def line_of(path: Path, words: str) -> int:
    """The line on which some words first stand."""
    return next(at for at, line in enumerate(path.read_text("utf-8").splitlines(), 1) if words in line)


def mapped(folder: Path, content: object) -> Path:
    """A scenario file with some content."""
    path = folder / "mine.yaml"
    path.write_text(yaml.dump(content, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False), "utf-8")
    return path


@pytest.fixture
def content() -> dict:
    return yaml.load(JANUARY, Loader=yaml.CSafeLoader)


def test_a_misspelt_key(tmp_path):
    path = edited(tmp_path, "  credibility:", "  credibilty:")
    said = refused("validate", str(path))
    assert f"{path}:{line_of(path, 'credibilty')}: sanctions.credibilty: " in said
    assert 'found the unknown key "credibilty"; expected one of: credibility, measures.' in said
    assert "Did you mean credibility?" in said


def test_a_venue_that_does_not_exist(tmp_path, content):
    content["calendar"] = ["geneva", "brusels", "vienna"]
    path = mapped(tmp_path, content)
    said = refused("validate", str(path))
    assert f"{path}:{line_of(path, 'brusels')}: calendar.1: " in said
    assert 'found "brusels"; expected a venue (geneva, brussels, vienna). Did you mean brussels?' in said


def test_a_party_that_does_not_exist(tmp_path, content):
    content["venues"]["geneva"]["seats"] = ["us", "rusia"]
    said = refused("validate", str(mapped(tmp_path, content)))
    assert "venues.geneva.seats: " in said
    assert 'found "rusia"' in said
    assert "Did you mean russia?" in said


def test_a_source_that_is_not_listed(tmp_path, content):
    content["sources"]["R2021"] = {**content["sources"]["EST"]}
    content["issues"]["missiles_ukraine"]["status_quo"] = {"value": 3, "basis": "cited", "source": ["R2201"]}
    assert "Did you mean R2021?" in refused("validate", str(mapped(tmp_path, content)))


def test_a_party_may_be_called_source(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text((shelf() / "two-by-two.yaml").read_text("utf-8").replace("upstream", "source"), "utf-8")
    assert next(iter(load_scenario(str(path)).parties)) == "source"


def test_an_option_that_does_not_exist(tmp_path, content):
    content["parties"]["russia"]["positions"]["nato_enlargement"]["preferred"] = 17
    said = refused("validate", str(mapped(tmp_path, content)))
    assert "parties.russia.positions.nato_enlargement.preferred" in said
    assert "found option 17; expected" in said


def test_weights_that_do_not_sum_to_100(tmp_path, content):
    """2.2 A party's saliences are points that sum to 100."""
    given = content["parties"]["ukraine"]["positions"]["nato_enlargement"]
    given["salience"] = 99
    said = refused("validate", str(mapped(tmp_path, content)))
    assert "parties.ukraine.positions" in said
    assert "100" in said


@pytest.mark.parametrize("figure", [".nan", ".inf", "-.inf", "1e400", "abc", "[1, 2]", "9" * 400])
def test_a_figure_that_is_none(tmp_path, figure):
    old = next(line for line in JANUARY.splitlines() if line.strip().startswith("alarm:"))
    path = edited(tmp_path, old, f"  alarm: {figure}")
    said = refused("validate", str(path))
    assert f"{path}:{line_of(path, '  alarm:')}: outside.alarm" in said
    assert "found" in said
    assert "expected" in said
    assert len(said) < 500


def test_a_name_over_two_lines_stays_in_one_message(tmp_path, content):
    content["name"] = "a\nb"
    assert r'name: found "a\nb"; expected' in refused("validate", str(mapped(tmp_path, content)))


def test_a_key_twice(tmp_path):
    path = edited(tmp_path, "outside:\n", "outside:\n  tie: 0.5\n")
    said = refused("validate", str(path))
    assert "outside.tie: found the key twice; expected it once." in said


def test_a_circle_of_files(tmp_path):
    (tmp_path / "one.yaml").write_text("extends: two.yaml\n")
    (tmp_path / "two.yaml").write_text("extends: one.yaml\n")
    said = refused("validate", "one.yaml", cwd=tmp_path)
    assert "one.yaml: extends: found a circle (one.yaml → two.yaml → one.yaml)" in said


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (b"", "the file: found nothing; expected a mapping of keys"),
        (b"- us\n- russia\n", "the file: found ['us', 'russia']; expected a mapping of keys"),
        (b"just words", 'the file: found "just words"; expected a mapping of keys'),
        (bytes(range(256)) * 8, "found bytes that are no text"),
        (b"\x00\x01\x02", "found no valid YAML"),
        (b"a: [1, 2", ":2: found no valid YAML"),
        (b"a: " + b"[" * 50_000 + b"]" * 50_000, "found more than 24 levels"),
        (b"a: &x [*x]\n", "found an anchor or alias"),
        (b"? [a, b]\n: 1\n", "found a key that is no word"),
        (b"a: 1\n---\nb: 2\n", "found more than one document"),
        (b"a: !!python/object/apply:os.getcwd []\n", "expected"),
        (b"a" * 50_000_000, "found 50.0 MB; expected a scenario file of at most 1 MB"),
    ],
    ids=["empty", "list", "words", "binary", "zeros", "torn", "deep", "alias", "odd-key", "two", "python", "50-MB"],
)
def test_files_that_are_no_scenario(tmp_path, written, message):
    path = tmp_path / "mine.yaml"
    path.write_bytes(written)
    started = time.monotonic()
    said = refused("validate", str(path))
    assert said.startswith(f"detente: {path}")
    assert message in said
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("kind", ["scenarios", "lessons", "sweeps", "power"])
def test_what_is_shipped_reads_without_the_c_library_too(kind):
    """Where libyaml is missing, PyYAML's own reader takes over, and is stricter."""
    for path in sorted(shelf(kind).glob("*.yaml")):
        text = path.read_text("utf-8")
        assert yaml.load(text, Loader=yaml.SafeLoader) == yaml.load(text, Loader=yaml.CSafeLoader)


def test_a_file_that_cannot_be_read(tmp_path):
    if os.geteuid():
        path = tmp_path / "mine.yaml"
        path.write_text(JANUARY, "utf-8")
        path.chmod(0)
    else:
        path = Path("/proc/self/mem")  # permissions do not stop the superuser; this file refuses even it
    assert f"{path}: found a file that cannot be read" in refused("validate", str(path))


def test_names_of_nothing(tmp_path):
    assert f"{tmp_path}: found a folder; expected a scenario file" in refused("run", str(tmp_path))
    assert "Did you mean january-2022?" in refused("run", "january2022")
    said = refused("show", str(tmp_path / "none.yaml"))
    assert (
        "none.yaml: found no such file or scenario; expected a YAML file or one of: camp-david-1978, cuba-1962, harbour, "
        in said
    )
    assert "found no such folder; expected a run" in refused("replay", str(tmp_path / "none"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("outside.alrm=0.5", 'outside.alrm: found the unknown key "alrm"; expected one of: tie, friction, alarm.'),
        ("outside.alarm", "found no path=value; expected, say, outside.alarm=0.5"),
        ("=1", "found no path=value"),
        ("outside=3", "outside: found 3; expected a mapping of keys"),
        ("outside.alarm=[", "found a value that is no YAML"),
        ("outside.alarm=.inf", "found inf; expected a finite number"),
        ("outside.alarm=-3", "found -3; expected"),
        ("calendar.9=geneva", "found 9; expected a number from 0 to 2"),
        ("title.a.b=1", "expected a shorter path"),
    ],
)
def test_changes_that_cannot_be_made(change, message):
    said = refused("run", "january-2022", "--no-write", "--set", change)
    assert message in said
    if "alrm" in change:
        assert said.startswith("detente: --set outside.alrm=0.5: ")
        assert "Did you mean alarm?" in said


@pytest.mark.parametrize("option", ["--seed", "--index"])
@pytest.mark.parametrize("value", ["-1", "1.5", "1e3", "x", "", "²", "9" * 5000])
def test_seeds_that_are_none(option, value):
    said = refused("run", "two-by-two", "--no-write", f"{option}={value}")
    assert f"{option}: found {value[:40]}; expected a whole number from 0 to " in said


def test_places_where_no_run_can_be_kept(tmp_path):
    """The message comes before the talks are played, and nothing is left behind."""
    taken = tmp_path / "runs"
    taken.write_text("a file")
    assert f"{taken}: found a file; expected a folder for runs." in refused("run", "two-by-two", "--runs", str(taken))
    inside = taken / "deeper"
    assert f"{inside}: found a place that cannot be written" in refused("run", "two-by-two", "--runs", str(inside))
    assert taken.read_text() == "a file"
    if os.geteuid():
        shut = tmp_path / "shut"
        shut.mkdir(mode=0o500)
    else:
        shut = Path("/proc/runs")
    assert "cannot be written" in refused("run", "two-by-two", "--runs", str(shut))


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """The folder of a kept run."""
    place = tmp_path_factory.mktemp("kept")
    done = detente("run", "two-by-two", "--runs", str(place))
    assert done.returncode == 0, done.stderr
    return next(place.iterdir())


@pytest.mark.parametrize("name", ["manifest.json", "scenario.json", "record.json", "transcript.jsonl"])
def test_a_damaged_run_is_not_replayed(kept, tmp_path, name):
    folder = shutil.copytree(kept, tmp_path / kept.name)
    path = folder / name
    if name.startswith(("manifest", "scenario")):
        path.write_text("{ torn")
        assert "found a damaged run" in refused("replay", str(folder))
    path.unlink()
    assert f"found no readable {name}; expected a stored run" in refused("replay", str(folder))


def test_killed_while_writing_leaves_no_visible_run(tmp_path):
    """A run's folder appears whole or not at all: killed at any moment, what is visible is complete."""
    from sim.store import FILES

    met = 0
    for _ in range(12):
        process = subprocess.Popen(
            [sys.executable, "-m", "sim.cli", "run", "january-2022", "--runs", str(tmp_path), "--json"],
            cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        while process.poll() is None and not (aside := list(tmp_path.glob(".writing-*/*"))):
            time.sleep(0.0005)
        process.send_signal(signal.SIGKILL)
        process.wait()
        for folder in tmp_path.iterdir():
            if folder.name.startswith("."):
                met += bool(aside)
            else:
                assert {path.name for path in folder.iterdir()} == set(FILES)
        if met:
            break
    assert met, "no kill met a run while it was being written"
    assert detente("run", "january-2022", "--runs", str(tmp_path), "--json").returncode == 0
    assert {path.name for path in next(tmp_path.glob("january-2022-*")).iterdir()} == set(FILES)


def valid_or_one_message(path: Path) -> None:
    """A file is a scenario, or its trouble is said in a message that names it."""
    try:
        load_scenario(path)
    except ScenarioError as error:
        assert str(error).startswith(str(path))
        assert len(str(error)) < 2_000


@settings(max_examples=150)
@given(text=st.text(st.characters(codec="utf-8"), max_size=300) | st.text("ab:-[]{}#&*!|>'\"%@`,? \n\t.0", max_size=80))
def test_any_text_is_a_scenario_or_a_message(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(text, "utf-8")
    valid_or_one_message(path)


odd = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.just({}), st.just([]),
    st.lists(st.integers(-2, 9), max_size=3), st.dictionaries(st.sampled_from(["value", "basis"]), st.integers(), max_size=2),
)  # fmt: skip


@settings(max_examples=40)
@given(data=st.data())
def test_january_with_anything_changed_is_a_scenario_or_a_message(tmp_path_factory, data):
    """One place of January 2022, anywhere in it, is replaced, removed, or given an odd neighbour."""
    content = yaml.load(JANUARY, Loader=yaml.CSafeLoader)
    node, path = content, []
    while True:
        keys = list(node) if isinstance(node, dict) else range(len(node))
        key = data.draw(st.sampled_from(list(keys)))
        path.append(key)
        if isinstance(node[key], (dict, list)) and node[key] and data.draw(st.booleans()):
            node = node[key]
        else:
            break
    deed = data.draw(st.sampled_from(["replace", "remove", "add"]))
    if deed == "replace":
        node[key] = data.draw(odd)
    elif deed == "remove":
        del node[key]
    elif isinstance(node, dict):
        node[data.draw(st.text(min_size=1, max_size=8))] = data.draw(odd)
    else:
        node.append(data.draw(odd))
    file = tmp_path_factory.getbasetemp() / "changed.yaml"
    file.write_text(yaml.dump(content, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False), "utf-8")
    valid_or_one_message(file)
