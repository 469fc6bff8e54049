"""Golden transcripts: runs read as they did. Where a change is meant, ``make golden`` writes them anew."""

import pytest
from golden import FOLDER, RUNS, main, place, text

from sim.model import NegotiationModel


@pytest.mark.parametrize(("scenario", "seed", "index"), RUNS)
def test_a_run_reads_as_it_did(scenario, seed, index):
    """12.2 every turn with speaker, act, package, utilities, aspiration, belief and the reason in words. 11.1 The same
    (scenario, seed, run index) gives the same transcript."""
    kept = place(scenario, seed, index).read_text("utf-8")
    assert text(scenario, seed, index) == kept, "Where the change is meant: make golden"


def test_every_file_is_compared():
    """No transcript is left over from a run that nobody plays any more."""
    assert set(FOLDER.glob("*.md")) == {place(*run) for run in RUNS}


def test_the_january_runs_end_differently():
    """10.2: they show one outcome class each."""
    ends = [NegotiationModel(*run).run()["outcome"] for run in RUNS if run[0] == "january-2022"]
    assert len(set(ends)) == len(ends) >= 3


def test_one_command_writes_them_anew(tmp_path, monkeypatch):
    """``make golden``: it writes what is listed, byte for byte, and clears what is not."""
    monkeypatch.setattr("golden.FOLDER", tmp_path)
    (tmp_path / "left-over.md").write_text("old", "utf-8")
    assert main() == 0
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert written == {path.name: path.read_bytes() for path in FOLDER.iterdir()}
