"""The command line as people and programs use it (12.1, 12.2, 13.1), through real processes."""

import json
import math
import shutil
import unicodedata

import pytest
from terminal import COLOUR, detente

from sim.domain.files import shipped
from sim.narrate import closing, passes, sentence
from sim.protocol.record import Event
from sim.protocol.result import CLASSES
from sim.store import FILES

SOLUTIONS = ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian")


def widest(text: str) -> int:
    """Columns of the longest line on a terminal."""
    return max(
        sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)
        for line in COLOUR.sub("", text).splitlines()
    )


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A kept run of the river game: its folder and what the command printed."""
    runs = tmp_path_factory.mktemp("kept")
    done = detente("run", "two-by-two", "--seed", "3", "--set", "parties.upstream.reservation=0.4", "--runs", str(runs))
    assert done.returncode == 0, done.stderr
    (folder,) = runs.iterdir()
    return folder, done.stdout


def test_help_names_every_command():
    done = detente("--help")
    assert done.returncode == 0
    for command in ("run", "replay", "show", "validate", "measures", "scenarios"):
        assert f" {command} " in done.stdout
        assert detente(command, "--help").returncode == 0
    assert detente("--version").stdout.startswith("detente ")


def test_scenarios_lists_what_is_shipped():
    done = detente("scenarios")
    listed = [line for line in done.stdout.splitlines() if line and not line.startswith(" ")]
    assert tuple(listed) == shipped()
    assert widest(done.stdout) <= 80


def test_validate_says_ok_for_every_shipped_scenario():
    done = detente("validate", *shipped())
    assert done.returncode == 0, done.stderr
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == list(shipped())
    mixed = detente("validate", "harbour", "harbor")
    assert mixed.returncode == 2
    assert mixed.stdout.startswith("harbour: ok")
    assert "Did you mean harbour?" in mixed.stderr


@pytest.mark.parametrize("scenario", ["january-2022", "harbour", "two-by-two"])
def test_show_holds_every_issue_party_and_venue(scenario):
    from sim.domain.load import load_scenario

    s, done = load_scenario(scenario), detente("show", scenario)
    assert done.returncode == 0
    lines = " ".join(done.stdout.split())
    for part in (*s.issues.values(), *(s.venues[name] for name in s.calendar)):
        assert part.title in lines
    for party in s.parties.values():
        assert party.name in lines
    # An address is one word and may run over; nothing else may.
    assert widest("\n".join(line for line in done.stdout.splitlines() if "http" not in line)) <= 80


def test_record_on_standard_output():
    """12.1 A row: --json prints it and nothing else; the same seed and index print the same bytes, others not."""
    first = detente("run", "january-2022", "--seed", "7", "--json", "--no-write")
    assert first.returncode == 0
    record = json.loads(first.stdout)
    assert {
        "scenario", "scenario_hash", "seed", "index", "outcome", "escalated", "escalation_chance", "venues", "text", "final",
        "parties", "type", "coercion", "insistence", "holding", "joint_gain", "nash_product",
    } <= set(record)  # fmt: skip
    assert (record["scenario"], record["seed"], record["index"]) == ("january-2022", 7, 0)
    assert record["outcome"] in CLASSES
    assert 0 < record["escalation_chance"] < 1
    for row in record["parties"].values():
        assert {"utility", "no_deal", "gain", "vetoes", "belief"} == set(row)
    assert set(record["venues"]) == {"geneva", "brussels", "vienna"}
    assert detente("run", "january-2022", "--seed", "7", "--json", "--no-write").stdout == first.stdout
    other = json.loads(detente("run", "january-2022", "--seed", "7", "--index", "1", "--json", "--no-write").stdout)
    assert other["coercion"] != record["coercion"]


def test_what_a_kept_run_holds(kept):
    """runs/<scenario>-<hash>/: manifest, scenario, record, transcript for programs and people, report."""
    folder, printed = kept
    assert folder.name.startswith("two-by-two-")
    assert len(folder.name.removeprefix("two-by-two-")) == 8
    assert {path.name for path in folder.iterdir()} == set(FILES)
    assert str(folder) in printed.replace("\n", "")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["command"] == "detente run two-by-two --seed 3 --set parties.upstream.reservation=0.4"
    assert manifest["changes"] == ["parties.upstream.reservation=0.4"]
    record = json.loads((folder / "record.json").read_text("utf-8"))
    assert record["scenario_hash"] == manifest["scenario_hash"]
    acts = [json.loads(line) for line in (folder / "transcript.jsonl").read_text("utf-8").splitlines()]
    assert [act["number"] for act in acts] == list(range(1, len(acts) + 1))
    assert all(act["words"].endswith(".") for act in acts)
    text = (folder / "transcript.md").read_text("utf-8")
    assert all(act["words"] in text for act in acts)
    assert (folder / "report.html").read_text("utf-8").startswith("<!doctype html>")


def test_a_run_again_replaces_its_folder_whole(kept):
    folder, _ = kept
    (folder / "stray").write_text("left over")
    before = (folder / "record.json").read_bytes()
    change = "parties.upstream.reservation=0.4"
    assert detente("run", "two-by-two", "--seed", "3", "--set", change, "--runs", str(folder.parent)).returncode == 0
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    assert not (folder / "stray").exists()
    assert (folder / "record.json").read_bytes() == before


def test_replay_is_the_same_and_notices_a_tampered_record(kept, tmp_path):
    """11.1 The same scenario, seed and index give the same record and transcript, byte for byte."""
    folder, _ = kept
    done = detente("replay", str(folder))
    assert done.returncode == 0, done.stderr
    assert "the same, byte by byte" in done.stdout
    for name, old, new in (("record.json", '"seed": 3', '"seed":  3'), ("transcript.jsonl", "offers", "Offers")):
        copy = tmp_path / name
        shutil.copytree(folder, copy)
        text = (copy / name).read_text("utf-8")
        assert old in text
        (copy / name).write_text(text.replace(old, new, 1), "utf-8")
        done = detente("replay", str(copy))
        assert done.returncode == 1
        assert "differ from what" in done.stderr


@pytest.mark.parametrize("name", ["harbour", "two-by-two"])
def test_measures_for_programs(name):
    """13.1 Counts, and each solution with its package and utilities."""
    done = detente("measures", name, "--json")
    found = json.loads(done.stdout)
    assert found["packages"] >= found["feasible"] >= found["agreeable"] >= 1
    assert found["frontier"] >= 1
    assert isinstance(found["decidable"], int)
    for key in SOLUTIONS:
        assert set(found[key]) == {"package", "utilities"}
        assert all(math.isfinite(worth) for worth in found[key]["utilities"].values())
    assert f"{found['packages']:,}  packages in all" in detente("measures", name).stdout


def test_measures_of_january():
    """13.1 January 2022 has 230,400 packages inside its hard lines, 8,640 inside hard and soft ones, 2.8·10⁸ in all."""
    found = json.loads(detente("measures", "january-2022", "--json").stdout)
    assert (found["packages"], found["feasible"], found["inside_all_lines"]) == (281_250_000, 230_400, 8_640)


@pytest.mark.parametrize(
    ("scenario", "seed"),
    [("january-2022", "15"), ("harbour", "1"), pytest.param("january-2022", "0", marks=pytest.mark.slow)],
)
def test_80_columns_hold_everything(scenario, seed):
    done = detente("run", scenario, "--seed", seed, "--all", "--no-write")
    assert done.returncode == 0
    assert widest(done.stdout) <= 80
    wide = detente("run", scenario, "--seed", seed, "--no-write", columns=120)
    assert 80 < widest(wide.stdout) <= 120


def test_colour_only_where_wanted():
    """NO_COLOR is obeyed, and a pipe gets none."""
    plain = detente("run", "two-by-two", "--no-write")
    assert "\x1b" not in plain.stdout
    coloured = detente("run", "two-by-two", "--no-write", FORCE_COLOR="1", TERM="xterm-256color")
    assert "\x1b[" in coloured.stdout
    assert COLOUR.sub("", coloured.stdout) == plain.stdout
    without = detente("run", "two-by-two", "--no-write", FORCE_COLOR="1", TERM="xterm-256color", NO_COLOR="1")
    assert "\x1b[3" not in without.stdout


@pytest.mark.parametrize(
    "words", [("run", "january-2022", "--all", "--no-write"), ("show",), ("measures", "two-by-two")]
)
def test_letters_where_there_are_no_symbols(words):
    done = detente(*words, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    # An address may hold a question mark of its own; anywhere else one would stand for a letter that got lost.
    assert "?" not in "".join(line for line in done.stdout.splitlines() if "http" not in line)


def test_a_reader_who_leaves_early_sees_no_traceback():
    import subprocess
    import sys

    from terminal import ROOT, environment

    process = subprocess.Popen(
        [sys.executable, "-m", "sim.cli", "show"],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pipesize=4096,  # what is shown does not fit, so it is still being written when the reader goes
    )
    process.stdout.read(10)
    process.stdout.close()
    said = process.stderr.read().decode()
    process.wait(60)
    process.stderr.close()
    assert said == ""
    assert process.returncode != 0


def _act(january, number, turn, venue, speaker, act, *, reason="none", package=None, round_=1, bloc=None, issue=None):
    """An act as a record holds it, with figures that no sentence of this file reads but those of ``_asks``."""
    quo = dict(zip(january.active, january.status_quo))
    return Event(
        number, turn, venue, None, round_, speaker, act, issue, reason, bloc, {**quo, **(package or {})},
        0.38, 0.79, 0.9, 0.2, dict.fromkeys(january.parties, 0.5), {},
    )  # fmt: skip


def test_passes_say_why(january):
    """6.1 The unchanged text is not an offer. 5.4 A text beyond its own line leaves a party no package. 8.5 The chair."""
    first = _act(january, 1, 1, "vienna", "osce", "pass", reason="nothing_to_offer")
    last = _act(january, 8, 8, "vienna", "osce", "pass", reason="nothing_to_offer", round_=8)
    assert passes(january, first, last) == (
        "tables no text in rounds 1 to 8: nothing on common ground would add to the text as it stands."
    )
    own = _act(january, 1, 1, "geneva", "us", "pass", reason="nothing_to_offer")
    assert sentence(january, own, []) == "makes no offer: it would leave the text as it stands."
    barred = _act(january, 1, 1, "geneva", "us", "pass", reason="no_package")
    assert "beyond its red line" in sentence(january, barred, [])


def test_whose_red_line_bars(january):
    """2.6 An alliance accepts only when every bloc does: the sentence names the bloc."""
    blocs = january.parties["nato"].blocs
    us = next(name for name, bloc in blocs.items() if bloc.refers == "us")
    many = next(name for name, bloc in blocs.items() if bloc.name.endswith("allies"))
    line = _act(january, 1, 1, "brussels", "nato", "refuse", reason="red_line", bloc=us, issue="nato_enlargement")
    assert sentence(january, line, []) == "refuses over NATO enlargement: beyond the red line of the US."
    more = _act(january, 1, 1, "brussels", "nato", "refuse", reason="asks_more", bloc=many, issue="nato_enlargement")
    assert sentence(january, more, []).endswith(
        f"the {blocs[many].name} would not accept. The offer gives them 38 points; they ask for 79."
    )


def test_a_failed_venue_says_which_text_stands(january):
    """9.1 The text that a venue starts from is the last understanding, else the status quo."""
    offer = _act(january, 1, 1, "geneva", "us", "offer", package={"risk_reduction": 1})
    yes = _act(january, 2, 1, "geneva", "russia", "accept", package={"risk_reduction": 1})
    no_offer = _act(january, 3, 2, "brussels", "nato", "pass", reason="nothing_to_offer")
    result = {"result": "no_understanding", "walker": None}
    said = closing(january, "brussels", result, [offer, yes, no_offer])
    assert said == "No understanding in Brussels; the text of Geneva stands."
    assert closing(january, "brussels", result, [no_offer]) == "No understanding in Brussels."
    left = {"result": "walked_out", "walker": "russia"}
    said = closing(january, "vienna", left, [offer, yes])
    assert said == "Russia has left; no decision in Vienna; the text of Geneva stands."
