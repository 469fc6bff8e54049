"""The lab without a browser: its components in Solara's own renderer, its settings as changes, its talk as a replay."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from terminal import ROOT, environment, refused

from sim.domain.files import shipped
from sim.domain.load import load_scenario
from sim.engine import Engine
from sim.lab.desk import Desk
from sim.lab.origin import of_run, of_scenario, stored_talks
from sim.lab.serve import settle
from sim.lab.settings import changes_of, settings_of
from sim.lab.talk import LabTalk
from sim.lab.thousand import RUNS, bars, play
from sim.model import NegotiationModel
from sim.protocol.result import outcome_names
from sim.report import write_report
from sim.store import record_bytes, write_run

SCENARIOS = {name: load_scenario(name) for name in shipped()}


@pytest.fixture
def shown(tmp_path):
    """The whole page in Solara's renderer: finds its widgets and presses its buttons."""
    settle("january-2022", [], 7, tmp_path)
    import solara

    from sim.lab.page import Layout, Page

    @solara.component
    def Whole():
        with Layout():
            Page()

    _, context = solara.render(Whole(), handle_error=False)
    yield Shown(context)
    context.close()


class Shown:
    """What a test asks of the rendered page."""

    def __init__(self, context):
        self.context = context

    def button(self, label: str):
        """The one button of that name."""
        import ipyvuetify as v

        (found,) = [one for one in self.context.find(v.Btn).widgets if label in one.children]
        return found

    def slider(self) -> str:
        """What the scrub slider says."""
        import ipyvuetify as v

        (found,) = [one.label for one in self.context.find(v.Slider).widgets if str(one.label).startswith("After turn")]
        return found

    def stands(self, turn: int, length: int) -> None:
        """Wait until the slider says this turn: when the thousand runs come in, their thread may be the one that redraws."""
        until = time.monotonic() + 10
        while self.slider() != f"After turn {turn} of {length}" and time.monotonic() < until:
            time.sleep(0.01)
        assert self.slider() == f"After turn {turn} of {length}"


@pytest.mark.filterwarnings("ignore::UserWarning:solara.validate_hooks")  # of Mesa's own page
def test_the_page_steps_scrubs_and_ends(shown):
    length = NegotiationModel("january-2022", 7)
    length.run()
    shown.stands(0, length.turn)
    assert shown.button("− Turn").disabled
    for label, turn in (("Step", 1), ("+ Turn", 2), ("− Turn", 1)):
        shown.button(label).click()
        shown.stands(turn, length.turn)
    shown.button("To the end").click()
    shown.stands(length.turn, length.turn)
    assert shown.button("To the end").disabled
    assert not shown.button("− Turn").disabled
    shown.button("Reset").click()
    shown.stands(0, length.turn)
    assert not shown.button("To the end").disabled


def test_a_press_counts_from_where_the_talk_is_not_from_what_is_drawn(tmp_path):
    """Mesa's Step and a button of the page, pressed before the page is drawn anew: neither is lost."""
    desk = Desk(of_scenario("january-2022"), tmp_path)
    desk.by(-1)
    assert desk.talk.value.turn == 0
    desk.talk.value.step()
    desk.by(1)
    assert desk.talk.value.turn == 2
    desk.by(-1)
    assert desk.talk.value.turn == 1
    desk.by(10_000)
    assert desk.talk.value.turn == desk.talk.value.length


@st.composite
def _set(draw):
    """A shipped scenario and values of some of its settings."""
    name = draw(st.sampled_from(shipped()))
    values = {}
    for one in settings_of(SCENARIOS[name]):
        if not draw(st.booleans()):
            continue
        if one.choices is not None:
            values[one.key] = draw(st.sampled_from(list(one.choices)))
        elif one.kind == "Checkbox":
            values[one.key] = draw(st.booleans())
        else:
            values[one.key] = draw(st.integers(0, 100)) / 100
    return name, values


@settings(max_examples=25)
@given(_set())
def test_whatever_is_set_makes_a_scenario_that_the_command_makes_too(drawn):
    """Every combination of settings is legal; its changes on the command line give the same scenario."""
    name, values = drawn
    scenario = SCENARIOS[name]
    possible = settings_of(scenario)
    changes = changes_of(possible, values)
    talk = LabTalk(of_scenario(name), 3, **values)
    assert talk.changes == changes
    assert talk.game.hash == load_scenario(name, changes).hash
    off = {one.key for one in possible if one.key in values and values[one.key] != one.coded}
    assert set(talk.values) == off
    assert bool(changes) == bool(off)
    assert (talk.game.hash == scenario.hash) or changes


@pytest.mark.parametrize(
    "name",
    [
        name if name in ("january-2022", "harbour", "two-by-two") else pytest.param(name, marks=pytest.mark.slow)
        for name in shipped()
    ],
)
def test_every_setting_changes_something(name):
    """No dead control: each setting, put elsewhere, gives another scenario."""
    scenario = SCENARIOS[name]
    for one in settings_of(scenario):
        if one.choices is not None:
            others = [choice for choice in one.choices if choice != one.coded][-1:]
        elif one.kind == "Checkbox":
            others = [not one.coded]
        else:
            others = [0.0 if one.coded else 1.0]
        (other,) = others
        assert load_scenario(name, list(one.changes(other))).hash != scenario.hash, one.label
        assert one.changes(one.coded) == ()


@pytest.mark.parametrize(("name", "seed"), [("january-2022", 0), ("january-2022", 36), ("harbour", 1)])
def test_scrubbing_shows_what_was_said_until_then(name, seed):
    """At every turn, forward and back, the page's talk is the whole talk's beginning."""
    whole = NegotiationModel(name, seed)
    whole.run()
    told = whole.transcript()
    talk = LabTalk(of_scenario(name), seed)
    assert talk.length == whole.turn
    for turn in [*range(talk.length + 1), *range(talk.length, -1, -5)]:
        talk = talk.at(turn)
        spoken = talk.so_far().events
        assert talk.turn == turn
        assert spoken == told[: len(spoken)]
        over = turn == talk.length
        assert len(spoken) == (
            len(told) if over else sum(event.turn <= turn and event.venue is not None for event in told)
        )


def test_the_text_is_what_was_agreed_not_what_was_tabled():
    """Before any understanding the page's text is the status quo, whatever pledge stands in an offer (1.4, 9.1)."""
    talk = LabTalk(of_scenario("january-2022"), 0)
    quo = dict(zip(talk.game.active, talk.game.status_quo))
    agreed = False
    while talk.running:
        talk.step()
        run = talk.so_far()
        if talk.running and not agreed:
            agreed = talk.table.venue != talk.game.calendar[0]
            assert agreed or run.record["text"] == quo
    assert agreed


@pytest.mark.parametrize("name", ["january-2022", "harbour", "two-by-two"])
def test_a_thousand_runs_are_the_engines_own(name):
    shares = play(SCENARIOS[name], 5)
    rows = Engine(SCENARIOS[name]).play(5, np.arange(RUNS))
    names = outcome_names(SCENARIOS[name])
    for at, (_, own, share, low, high) in enumerate(shares.classes):
        assert own == names[at]
        assert share == float((rows["outcome"] == at).mean())
        assert 0 <= low <= share + 1e-12
        assert share - 1e-12 <= high <= 1
    assert sum(share for _, _, share, _, _ in shares.classes) == pytest.approx(1, abs=1e-12)
    words = str(bars(shares, own=SCENARIOS[name].challenger is None, now=names[0]))
    assert words.count("◂ this talk") == 1
    assert (shares.escalated is None) == (SCENARIOS[name].challenger is None)


def test_a_stored_run_comes_back_as_it_was(tmp_path):
    """Changes, seed, index and record; and what is saved from it is named like the command's own run."""
    changes = ["outside.alarm=0.5"]
    model = NegotiationModel(load_scenario("january-2022", changes), seed=11, index=4)
    model.run()
    folder = write_run(model, tmp_path, "detente run january-2022 --seed 11", changes, write_report)
    assert stored_talks(tmp_path) == [folder]
    origin = of_run(folder)
    assert (origin.seed, origin.index, origin.changes) == (11, 4, tuple(changes))
    talk = LabTalk(origin).played()
    assert talk.game.hash == model.game.hash
    assert record_bytes(talk) == origin.record == (folder / "record.json").read_bytes()
    assert talk.command == "detente run january-2022 --seed 11 --index 4 --set outside.alarm=0.5"
    again = LabTalk(origin, **{"sanctions.credibility": 0.1}).command
    assert again.endswith("--set outside.alarm=0.5 --set sanctions.credibility=0.1")


@pytest.mark.parametrize("module", ["solara", "anywidget", "uvicorn"])
def test_a_missing_library_is_named_with_the_command_that_brings_it(module):
    blocked = f"import sys; sys.modules[{module!r}] = None; from sim.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", blocked, "lab", "--no-browser", "--port", "0"],
        cwd=ROOT, env=environment(), capture_output=True, text=True, encoding="utf-8", timeout=120,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert f"The lab needs {module}, which is not installed" in done.stderr
    assert "pip install" in done.stderr
    assert "[lab]" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["harbor"], "harbour"),
        (["january-2022", "--set", "outside.alrm=0.5"], "Did you mean alarm?"),
        (["--seed", "minus"], "minus"),
        (["--seed", "-1"], "-1"),
        (["--port", "70000"], "70000"),
        (["--port", "http"], "http"),
        (["--host", "no.such.host.invalid", "--port", "0"], "no.such.host.invalid"),
    ],
)
def test_bad_input_is_one_message_before_anything_opens(words, said):
    assert said in refused("lab", *words, "--no-browser")


def test_a_port_that_is_taken_is_named():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = str(holder.getsockname()[1])
        assert f"--port {port}" in refused("lab", "--no-browser", "--port", port)


def test_the_package_ships_the_labs_style_and_template():
    """Both are read from beside the code, so they must travel inside the wheel."""
    import tomllib

    shipped_files = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-data"]
    kinds = {path.suffix for path in Path(ROOT, "sim", "lab").iterdir() if path.is_file() and path.suffix != ".py"}
    assert {f"*{kind}" for kind in kinds} == set(shipped_files["sim.lab"])
