"""The floors: imports go down only, every part of the program stands on one, and a breach is noticed."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
# The same as the command lint-imports, whose own start-up file is not needed.
LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(cache_dir=None))"


def linted(folder):
    """What import-linter says of the program in a folder."""
    shown = subprocess.run(
        [sys.executable, "-c", LINT],
        cwd=folder,
        env={"PATH": "", "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    return shown.returncode, shown.stdout + shown.stderr


def test_the_contracts_hold():
    code, words = linted(ROOT)
    assert code == 0, words
    assert f"{len(SETTINGS['contracts'])} kept, 0 broken" in words


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("sim/rules/answer.py", "from sim.protocol import state\n"),  # upward
        ("sim/protocol/play.py", "from sim import model\n"),  # a driver from below
        ("sim/narrate.py", "from sim import agents\n"),  # a neighbour on the same floor
        ("sim/domain/cells.py", "import pandas\n"),  # a library that belongs to the faces
        ("sim/engine.py", "from sim import model\n"),  # the other driver
        ("sim/model.py", "from sim import engine\n"),
        ("sim/engine.py", "import mesa\n"),
        ("sim/engine.py", "from sim import agents\n"),  # Mesa by way of a floor below
    ],
)
def test_a_breach_is_noticed(tmp_path, file, line):
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / file).open("a", encoding="utf-8") as source:
        source.write(line)
    code, words = linted(tmp_path)
    assert code == 1, words
    assert " 0 broken" not in words and " broken." in words


def test_every_part_stands_on_a_floor():
    """A module that no floor names could import anything."""
    layers = next(contract["layers"] for contract in SETTINGS["contracts"] if contract["type"] == "layers")
    listed = {name.strip() for layer in layers for name in layer.replace(":", "|").split("|")}
    parts = {f"sim.{path.stem}" for path in (ROOT / "sim").glob("*.py") if path.stem != "__init__"}
    parts |= {f"sim.{path.parent.name}" for path in (ROOT / "sim").glob("*/__init__.py")}
    assert parts - listed == set()
