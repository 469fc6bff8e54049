"""Where compiled rules are kept: what was compiled for another checkout, or other rules, is not taken for this one's."""

import shutil
import subprocess
import sys

from terminal import ROOT, environment


def kept(place, cache) -> tuple[str, str]:
    """Folder of the kept code of the program in a place, and whether its first talk has to wait for the compiler."""
    code = "from sim.compiled import CACHE, first_time; print(CACHE.name, first_time())"
    surroundings = {**environment(DETENTE_CACHE=str(cache)), "PYTHONPATH": str(place)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=surroundings, cwd=place, capture_output=True, text=True, check=True
    )
    folder, first = done.stdout.split()
    return folder, first


def test_a_second_checkout_and_changed_rules_wait_for_the_compiler_and_say_so(tmp_path):
    for name in ("one", "other"):
        shutil.copytree(ROOT / "sim", tmp_path / name / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    folder, first = kept(tmp_path / "one", tmp_path / "kept")
    assert first == "True"
    (tmp_path / "kept" / folder).mkdir(parents=True)
    (tmp_path / "kept" / folder / "complete").touch()
    assert kept(tmp_path / "one", tmp_path / "kept") == (folder, "False")
    assert kept(tmp_path / "other", tmp_path / "kept")[1] == "True"
    with (tmp_path / "one" / "sim" / "rules" / "value.py").open("a") as rules:
        rules.write("\n# Another version of a rule.\n")
    assert kept(tmp_path / "one", tmp_path / "kept")[1] == "True"
