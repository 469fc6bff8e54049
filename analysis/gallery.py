"""The gallery of the January study: plays the sweeps, asks their findings, draws them, writes docs/gallery.md and docs/gallery/.

    python analysis/gallery.py                    everything; studies that are kept already are not played again
    python analysis/gallery.py --only who-gains   one picture, without the page
    python analysis/gallery.py --share 0.01 --out elsewhere

Which pictures there are, from which study, and how each is read stands in gallery.yaml beside this file. Stopped, it goes on
where it was; made twice, the files are the same to the byte. Needs the extra `analysis` and a Chromium.
"""

from __future__ import annotations

import argparse
import math
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from sim import load_scenario
from sim.domain.power import power_of
from sim.engine import Engine
from sim.figures.chart import Chart, Panel
from sim.findings import Evidence, Finding, answer
from sim.findings.baselines import Baselines, shares_of_study
from sim.findings.baselines_told import told as baselines_told
from sim.findings.comparison import comparison
from sim.findings.differences import compare
from sim.findings.history_told import history_finding
from sim.findings.twins import Pairs
from sim.protocol.result import CLASSES
from sim.report.pictures import one_browser, write_pictures
from sim.screen_studies import Told
from sim.sweep.design import Sweep, read_sweep, replication
from sim.sweep.plan import Plan
from sim.sweep.run import place_of, run_sweep

HERE = Path(__file__).parent
CONTENTS = HERE / "gallery.yaml"
BESIDE = {"comparison": "compare", "history": "history", "baselines": "baselines"}
"""Findings that have a command of their own."""

FIRST = 1000
"""Runs of the baseline by which a change of the rules is noticed."""


def asked(study: dict[str, Any], share: float = 1.0) -> Sweep:
    """What a study of gallery.yaml plays, or a share of it: of runs where points are a grid, of points where they are drawn."""
    if "scenario" in study:
        return replication(study["scenario"], max(1, round(study["runs"] * share)), 0, study.get("set", []))
    full = read_sweep(study["sweep"])
    if share == 1:
        return full
    kind = full.design.kind
    if kind == "factorial":
        return read_sweep(study["sweep"], instead={"replications": max(1, round(full.replications * share))})
    points = max(2, round(getattr(full.design, kind).points * share))
    points = 1 << int(math.log2(points)) if kind == "sobol" else points
    return read_sweep(study["sweep"], instead={"design": {kind: {"points": points}}})


def sweep_command(study: dict[str, Any]) -> str:
    """What a person types to play a study."""
    if "sweep" in study:
        return f"detente sweep {study['sweep']}"
    changes = "".join(f" --set {change}" for change in study.get("set", []))
    return f"detente sweep {study['scenario']} --runs {study['runs']}{changes}"


def picture_command(picture: dict[str, Any], folders: dict[str, Path]) -> str:
    """What a person types to ask a study, and for the picture."""
    finding, folder = picture["finding"], folders[picture["study"]]
    if finding not in BESIDE:
        return f"detente report {folder} --only {finding} --svg pictures"
    where = f"{folders[picture['against']]} {folder}" if finding == "comparison" else f"--run {folder}"
    return f"detente {BESIDE[finding]} {where} --svg pictures"


def found(picture: dict[str, Any], folders: dict[str, Path], opened: dict[str, Evidence]) -> Finding:
    """The answer of a picture's study to its question."""
    name, finding = picture["study"], picture["finding"]
    if finding == "comparison":
        return comparison(compare(Pairs(folders[picture["against"]], folders[name])))
    evidence = opened.setdefault(name, Evidence(folders[name]))
    if finding == "history":
        return history_finding(evidence)
    if finding == "baselines":
        shares, scenario = shares_of_study(evidence), evidence.scenario
        return baselines_told(Baselines(scenario, power_of(scenario, None), shares, evidence.counts[0]))
    return answer(finding)(evidence)


def drawn(chart: Chart, picture: dict[str, Any], folder: Path, looks: Any) -> list[Path]:
    """Write a chart's pictures, or those of some parties or places in it."""
    panels, wanted = chart.panels(), picture.get("panels")
    kept = [at for at, panel in enumerate(panels) if wanted is None or panel.party in wanted or at in wanted]

    def draw(theme: str, narrow: bool) -> list[Panel]:
        every = chart.draw(theme, narrow)
        return [every[at] for at in kept]

    return write_pictures(folder, [replace(chart, key=picture["file"], draw=draw)], "svg", looks)


def fingerprint() -> str:
    """How the first runs of the baseline end, in words: other rules end them otherwise."""
    rows = Engine(load_scenario("january-2022")).play(0, np.arange(FIRST))
    ends = ", ".join(f"{name} {(rows['outcome'] == at).sum()}" for at, name in enumerate(CLASSES))
    return f"first {FIRST:,} runs: {ends}; mean chance of escalation {rows['escalation_chance'].mean():.6f}"


def part(number: int, title: str, files: list[Path], picture: dict[str, Any], commands: str) -> str:
    """A picture's part of the page."""
    shown = "\n".join(f"![{title}](gallery/{file.name})" for file in files)
    return f"## {number}. {title}\n\n{shown}\n\n{picture['read'].strip()}\n\n```\n{commands}\n```\n"


def played(studies: dict[str, Any], names: set[str], share: float, runs: Path) -> tuple[dict[str, Path], int]:
    """Folders of some studies, with what was missing in them played, and how many runs they have."""
    plans = {name: Plan(asked(study, share)) for name, study in studies.items() if name in names}
    folders = {name: place_of(plan, runs) for name, plan in plans.items()}
    for name, plan in plans.items():
        print(f"{name}: {plan.rows:,} runs", file=sys.stderr, flush=True)
        with Told() as told:
            run_sweep(plan, folders[name], resume=folders[name].exists(), told=told)
    return folders, sum(plan.rows for plan in plans.values())


def main() -> None:
    """Play what is missing, draw, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", action="append", help="file name of a picture; may be repeated; writes no page")
    parser.add_argument("--share", type=float, default=1.0, help="of every study's size, above 0 and at most 1")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where studies are kept")
    parser.add_argument("--out", type=Path, default=HERE.parent / "docs", help="where gallery.md and gallery/ go")
    given = parser.parse_args()
    contents = yaml.safe_load(CONTENTS.read_text("utf-8"))
    names = [one["file"] for one in contents["pictures"]]
    if unknown := sorted(set(given.only or []) - set(names)):
        parser.error(f"--only: found {', '.join(unknown)}; expected one of: {', '.join(names)}.")
    if not 0 < given.share <= 1:
        parser.error(f"--share: found {given.share:g}; expected a share above 0 and at most 1.")
    pictures = [one for one in contents["pictures"] if not given.only or one["file"] in given.only]
    used = {one[key] for one in pictures for key in ("study", "against") if key in one}
    folders, runs = played(contents["studies"], used, given.share, given.runs)
    told_places = {name: Path("runs") / folder.name for name, folder in folders.items()}
    folder = given.out / "gallery"
    opened: dict[str, Evidence] = {}
    parts: list[str] = []
    kept: set[str] = set()
    folder.mkdir(parents=True, exist_ok=True)
    looks = Evidence(next(iter(folders.values()))).looks
    with one_browser("svg"):
        for number, picture in enumerate(pictures, 1):
            print(f"{number} of {len(pictures)}: {picture['file']}", file=sys.stderr, flush=True)
            finding = found(picture, folders, opened)
            files = drawn(finding.chart, picture, folder, looks) if finding.chart else []
            kept |= {file.name for file in files}
            commands = [
                sweep_command(contents["studies"][picture[key]]) for key in ("against", "study") if key in picture
            ]
            commands.append(picture_command(picture, told_places))
            title = finding.chart.title if finding.chart else finding.nothing
            parts.append(part(number, title, files, picture, "\n".join(commands)))
    if given.only:
        return
    for stale in {file.name for file in folder.glob("*.svg")} - kept:
        (folder / stale).unlink()
    size = "" if given.share == 1 else f"Made at {given.share:g} of the size.\n\n"
    ends = contents["ending"].format(fingerprint=fingerprint(), runs=f"{runs:,}")
    page = f"{contents['opening']}\n{size}{chr(10).join(parts)}\n{ends}"
    (given.out / "gallery.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
