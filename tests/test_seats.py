"""Outside programs in seats: what they are told, what they may answer, and that none of them can hang or outlive the talks."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path

import jsonschema
import pytest
from terminal import ROOT, detente, environment, refused

from sim.domain.load import load_scenario
from sim.model import NegotiationModel
from sim.protocol.table import Act, Table
from sim.protocol.view import View, view
from sim.seats import Limits, ProgramSeat, SeatFailed, schema, view_as_json
from sim.seats.answers import BadLine, answer_of, ready_of
from sim.seats.messages import Answer, Ask, Seen
from sim.store import record_bytes, transcript_bytes, transcript_text

PROGRAM = Path(__file__).with_name("seat_programs.py")
EXAMPLE = f"{sys.executable} {ROOT / 'analysis' / 'outside_seat.py'}"
QUICK = Limits(seconds=1.0, starting=20.0)


def seat(mode, *more, party="upstream", limits=QUICK, **words):
    return ProgramSeat(party, [sys.executable, str(PROGRAM), mode, *map(str, more)], limits, **words)


def played(program, scenario="two-by-two", seed=0):
    """A model played to its end with a program in its seat."""
    with program:
        model = NegotiationModel(scenario, seed, outside={program.party: program})
        program.begin(model.table)
        model.run()
        program.end()
    return model


def gone(pid, within=5.0):
    """Whether a process has ended, children that nobody waits for included."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


# ---- Lines ------------------------------------------------------------------------------------------------------------


def test_good_lines():
    assert answer_of(b'{"act": "pass"}') == Answer(act="pass")
    assert answer_of(b'{"act":"offer","package":{"reservoir":2},"number":4}').package == {"reservoir": 2}
    assert answer_of(b' {"ask":"worth","package":{}}\r') == Ask(ask="worth", package={})
    assert ready_of('{"ready": 1, "name": "Élan"}'.encode()).name == "Élan"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"", 'found ""; expected one line of JSON.'),
        (b"pass", 'found "pass"; expected one line of JSON.'),
        (b"\xff\xfe", "found a line that is not UTF-8; expected one line of JSON."),
        (b"[]", 'found "[]"; expected one JSON object.'),
        (b"[" * 60_000, "found brackets within brackets without end; expected one JSON object."),
        (b'{"act": "offer", "package": {"a": NaN}}', "found NaN; expected JSON, which has no such number."),
        (b'{"act": "pass", "act": "accept"}', "found a key twice among act, act; expected each once."),
        (b'{"akt": "pass"}', 'found the key "akt"; expected act, package, issue, number. Did you mean act?'),
        (b'{"issue": "a"}', 'found "{"issue": "a"}"; expected the key act.'),
        (
            b'{"act": "refise"}',
            'act: found "refise"; expected offer, pass, accept, refuse or walk_out. Did you mean refuse?',
        ),
        (b'{"act": "offer", "package": {"a": "2"}}', 'package.a: found "2"; input should be a valid integer.'),
        (b'{"act": "offer", "package": {"a": true}}', "package.a: found true; input should be a valid integer."),
        (b'{"act": "offer", "package": [1]}', "package: found [1]; input should be an object."),
        (b'{"ask": "words", "package": {}}', 'ask: found "words"; expected worth. Did you mean worth?'),
    ],
)
def test_bad_lines_are_named(line, words):
    with pytest.raises(BadLine) as said:
        answer_of(line)
    assert str(said.value) == words


# ---- What a seat is told ----------------------------------------------------------------------------------------------


def test_the_view_as_json_is_the_view():
    """All of a View and nothing else goes out; a field added to the one must be considered for the other."""
    assert set(Seen.model_fields) == {one.name for one in fields(View)}
    table = Table(load_scenario("january-2022"), 3)
    for _ in range(25):
        table.play()
        for party in table.scenario.parties:
            seen = view(table, party)
            told = view_as_json(seen)
            assert json.loads(json.dumps(told)) == told
            assert told["worth"] == {name: list(worth) for name, worth in seen.worth.items()}
            assert told["offer_worth"] == seen.offer_worth and told["type"] == seen.type
            assert len(told["heard"]) == len(seen.heard)


@pytest.fixture(scope="module")
def conversation(tmp_path_factory):
    """Every line that a program in the US's seat was told over January 2022, and the finished model."""
    file = tmp_path_factory.mktemp("told") / "lines"
    model = played(seat("record", file, party="us", limits=Limits(seconds=20.0)), "january-2022", 11)
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()], model


def figures(value):
    """All real numbers within plain values."""
    if isinstance(value, float):
        return {value}
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {figure for one in inner for figure in figures(one)}


def test_no_secret_of_another_seat_is_told(conversation):
    """4.1, 4.2: no utility, reservation value, aspiration, belief, type or draw of another's, nor the seed that fixes them."""
    lines, model = conversation
    told = set().union(*(figures(line) for line in lines))
    record, own, others = model.result(), set(), set()
    for event in model.transcript():
        own.add(event.utilities["us"])
        others |= {worth for party, worth in event.utilities.items() if party != "us"}
        others |= {belief for party, belief in event.beliefs.items() if party != "us"}
        others |= {event.asked, event.top, event.no_deal} if event.speaker != "us" else set()
    for party, row in record["parties"].items():
        mine = {row["utility"], row["no_deal"], row["gain"]}
        own, others = (own | mine, others) if party == "us" else (own, others | mine)
    others |= {record["payoff"], record["coercion"], record["escalation_chance"], *record["insistence"].values()}
    # Other parties' figures can be the same as one that the US may see: its own worths, beliefs equal by the same hearing.
    seen = view(model.table, "us")
    allowed = own | figures(view_as_json(seen)) | {event.beliefs["us"] for event in model.transcript()}
    allowed |= {0.0, 1.0, 0.5} | {
        worth for event in model.transcript() for worth in [event.no_deal] if event.speaker == "us"
    }
    allowed |= figures(lines[0])
    secrets = {round(one, 12) for one in others if one is not None} - {round(one, 12) for one in allowed}
    assert len(secrets) > 100
    assert not secrets & {round(one, 12) for one in told}
    words = json.dumps(lines)
    assert "pretext" not in words and "good_faith" not in words and '"seed"' not in words
    assert all(line["view"]["type"] is None for line in lines if "view" in line)


def test_a_greeting_does_not_depend_on_anothers_secrets(tmp_path):
    """What the US is told before anybody acts is the same whatever Russia privately is and others privately fear."""
    told = []
    for at, changes in enumerate(
        ([], ["parties.russia.types.pretext.payoff_mean=0.9"], ["parties.ukraine.conflict_loss=0.4"])
    ):
        file = tmp_path / str(at)
        scenario = load_scenario("january-2022", changes)
        with seat("record", file, party="us") as program:
            program.begin(NegotiationModel(scenario, 4, outside={"us": program}).table)
        told.append(file.read_text("utf-8").splitlines()[0])
    assert told[0] == told[1] == told[2]


def test_every_line_fits_the_schema(conversation):
    """docs/seats.schema.json is what the program checks by, and what it says."""
    assert json.loads((ROOT / "docs" / "seats.schema.json").read_text("utf-8")) == schema()
    jsonschema.Draft202012Validator.check_schema(schema())
    check = jsonschema.Draft202012Validator({**schema(), "anyOf": [{"$ref": "#/$defs/ToProgram"}]})
    lines, _ = conversation
    assert {line["message"] for line in lines} == {"hello", "turn", "result"}
    for line in lines:
        check.validate(line)
    with pytest.raises(jsonschema.ValidationError):
        check.validate({**lines[1], "view": {**lines[1]["view"], "round": "one"}})


# ---- Failures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("rude", 'start, line 1 of its answers: found "hello"; expected one line of JSON. Its first answer is {"ready": 1}.'),
        ("exits_at_once", "at its start: found the end of its answers (it ended with status 3); expected its first answer"),
        ("hangs", "at act 1, after line 1 of its answers: found no answer in time; expected one line within 1 second a turn."),
        ("crashes", "at act 1, after line 1 of its answers: found the end of its answers (it ended with status 7); expected"),
        ("long", "at act 1, after line 1 of its answers: found a line of more than 65,536 bytes; expected"),
        ("junk", 'line 4 of its answers: found "debug: thinking"; expected one line of JSON. That was try 3 of 3.'),
        ("deep", "found brackets within brackets without end; expected one JSON object. That was try 3 of 3."),
        ("unknown", 'found the key "akt"; expected act, package, issue, number. Did you mean act? That was try 3 of 3.'),
        ("never_learns", "An offer on reservoir: found option 9; expected one of: 0, 1, 2. That was try 3 of 3."),
        ("twice", "found a line that was not asked for"),
        ("questions", "found more than 1,000 questions in one turn; expected an act."),
    ],
)  # fmt: skip
def test_a_failure_is_named_and_leaves_nothing_running(mode, words):
    program = seat(mode, limits=Limits(seconds=20.0) if mode == "questions" else QUICK)
    with pytest.raises(SeatFailed) as said:
        played(program)
    assert str(said.value).startswith("The program in the seat upstream at ")
    assert words in str(said.value)
    assert program._pipe is not None and gone(program._pipe.pid)


def test_a_program_that_cannot_be_started():
    with pytest.raises(SeatFailed, match='at its start: found "no-such-program", which cannot be started'):
        played(ProgramSeat("upstream", ["no-such-program"]))


def test_a_program_that_will_not_end_is_ended_with_its_children(tmp_path):
    with pytest.raises(SeatFailed, match="found no answer in time"):
        played(seat("stubborn", tmp_path / "pids"))
    own, child = (tmp_path / "pids").read_text().split()
    assert gone(own) and gone(child)


def test_it_may_try_again(tmp_path):
    """A refused act changes nothing at the table; the reason comes back, and a legal act goes on."""
    model = played(seat("learns", tmp_path / "reason"))
    last = (tmp_path / "reason").read_text()
    assert last in (
        "An offer on reservoir: found option 9; expected one of: 0, 1, 2.",
        'upstream: found "offer"; expected one of: accept, refuse.',
    )
    assert not model.running
    assert {event.act for event in model.transcript() if event.speaker == "upstream"} <= {"pass", "refuse"}


def test_a_question_is_answered_with_the_own_worth(tmp_path):
    """(0, 2) is worth 60 points to upstream, by the scenario's own table."""
    played(seat("asks_once", tmp_path / "worth"))
    assert float((tmp_path / "worth").read_text()) == pytest.approx(0.6)


def test_a_tactic_goes_on_where_a_program_failed():
    """A program that fails before its first act leaves the run that the tactics play, to the last byte."""
    heard = []
    program = seat("crashes", on_failure="tactic", complain=heard.append)
    model, alone = played(program), NegotiationModel("two-by-two")
    alone.run()
    assert record_bytes(model) == record_bytes(alone) and transcript_bytes(model) == transcript_bytes(alone)
    assert len(heard) == 1 and heard[0].endswith("From here on its tactic acts.")
    assert "Then its tactic went on." in transcript_text(model)


# ---- Within Python ----------------------------------------------------------------------------------------------------


def test_any_function_of_a_view_takes_a_seat():
    def firm(seen):
        return Act("refuse", issue="reservoir") if seen.legal.answering else Act("offer", {"reservoir": 0})

    model = NegotiationModel("two-by-two", outside={"upstream": firm})
    model.run()
    assert "Upstream: seat taken by a function (firm)" in transcript_text(model)
    mixed = NegotiationModel("two-by-two", outside={"upstream": lambda seen: None})
    alone = NegotiationModel("two-by-two")
    assert mixed.run() == alone.run()  # None lets the tactic act
    assert mixed.parties["upstream"].chosen == []


# ---- The command ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A kept run of the river with the example program in a seat."""
    runs = tmp_path_factory.mktemp("kept")
    done = detente("run", "two-by-two", "--seat", f"upstream={EXAMPLE}", "--runs", str(runs))
    assert done.returncode == 0, done.stderr
    (folder,) = runs.iterdir()
    return folder, done.stdout


def test_a_stored_run_says_who_sat_there(kept):
    folder, printed = kept
    assert "Upstream: seat taken by an outside program (conceder)" in printed
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    acts = [json.loads(line) for line in (folder / "transcript.jsonl").read_text("utf-8").splitlines()]
    taken = manifest["seats"]["upstream"]
    assert taken["by"] == "program" and taken["name"] == "conceder" and taken["failure"] == ""
    assert taken["acts"] == [
        act["number"] for act in acts if act["speaker"] == "upstream" and act["act"] != "take_back"
    ]
    assert "--seat" in manifest["command"]
    assert "Upstream: seat taken by an outside program (conceder)" in (folder / "transcript.md").read_text("utf-8")
    report = (folder / "report.html").read_text("utf-8")
    assert "seat taken by an outside program (conceder)" in report
    assert "whether it would act the same again is not known" in report


def test_replay_takes_the_stored_acts(kept, tmp_path):
    """The program is not asked again: its acts stand in the transcript, and another act there is noticed."""
    folder, _ = kept
    done = detente("replay", str(folder))
    assert done.returncode == 0, done.stderr
    assert "the same, byte by byte.\nThe acts of Upstream were taken from the transcript" in done.stdout
    copy = tmp_path / "copy"
    for old, new in (('"act": "accept"', '"act": "refuse"'), ('"reservoir": 0', '"reservoir": 7')):
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        text = (copy / "transcript.jsonl").read_text("utf-8")
        assert old in text
        (copy / "transcript.jsonl").write_text(text.replace(old, new), "utf-8")
        done = detente("replay", str(copy))
        assert done.returncode == 1 and "differ from what" in done.stderr and "Traceback" not in done.stderr


def test_what_plays_runs_again_by_tactics_refuses_it(kept):
    folder, _ = kept
    said = refused("whatif", str(folder))
    assert "found a run in which somebody outside took a seat (upstream); expected one that tactics played" in said


def test_json_alone_on_standard_output():
    done = detente("run", "two-by-two", "--seat", f"downstream={EXAMPLE}", "--json", "--no-write")
    assert done.returncode == 0 and json.loads(done.stdout)["scenario"] == "two-by-two"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--seat", "upstream"], "--seat: found upstream; expected PARTY=COMMAND."),
        (["--seat", "upstrem=x"], "expected a party with a seat: upstream, downstream. Did you mean upstream?"),
        (["--seat", "upstream="], "--seat upstream: found no command; expected PARTY=COMMAND."),
        (["--seat", "upstream='x"], "--seat upstream: found 'x (no closing quotation); expected a command."),
        (["--seat", "upstream=x", "--seat", "upstream=y"], "expected each party once."),
        (["--seat-timeout", "nan"], "--seat-timeout: found nan; expected seconds, more than 0 and at most 3600."),
        (["--on-failure", "ask"], "--on-failure: found ask; expected stop or tactic."),
    ],
)
def test_bad_words_on_the_command_line(words, message):
    assert message in refused("run", "two-by-two", "--no-write", *words)


def test_a_failing_program_ends_the_command_and_nothing_is_kept(tmp_path):
    said = refused(
        "run", "two-by-two", "--json", "--runs", str(tmp_path), "--seat", f"upstream={sys.executable} {PROGRAM} crashes"
    )
    assert "it ended with status 7" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), pytest.param(signal.SIGINT, 130, marks=pytest.mark.slow)]
)
def test_a_stopped_command_ends_its_programs(tmp_path, number, code):
    command = f"upstream={sys.executable} {PROGRAM} stubborn {tmp_path / 'pids'}"
    started = subprocess.Popen(
        [sys.executable, "-m", "sim.cli", "run", "two-by-two", "--no-write", "--seat", command, "--seat-timeout", "600"],
        cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored where the tests run in the background
    )  # fmt: skip
    until = time.monotonic() + 120
    while not (tmp_path / "pids").exists() and time.monotonic() < until:
        time.sleep(0.05)
    os.kill(started.pid, number)
    assert started.wait(20) == code
    assert all(gone(pid) for pid in (tmp_path / "pids").read_text().split())
