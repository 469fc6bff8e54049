"""The report of a study: its question, what varied, every finding, and how to play it again."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.report.sheet import filled

if TYPE_CHECKING:
    from sim.findings import Evidence, Finding

MOST_NAMED = 8
"""Factors that are named; of more only their number."""

_DESIGNS = {
    "factorial": "every combination",
    "latin_hypercube": "Latin hypercube",
    "sobol": "Saltelli’s scheme for Sobol indices",
    "morris": "Morris’ trajectories",
    "random": "independent random points",
    "csv": "points listed in a file",
}


def write_study(path: Path, evidence: Evidence, found: Sequence[Finding]) -> None:
    """Write the report of a study.

    Parameters
    ----------
    path
        The HTML file; its folder must exist.
    evidence
        The study.
    found
        Its findings in the order in which they are shown; those with nothing to show become a line.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    Path(path).write_text(study_page(evidence, found), encoding="utf-8")


def study_page(evidence: Evidence, found: Sequence[Finding]) -> str:
    """The report as HTML, see ``write_study``."""
    shown = [finding for finding in found if finding.chart is not None]
    content = {
        "scenario": evidence.scenario,
        "headline": evidence.question or f"Study {evidence.study.manifest['name']}",
        "size": evidence.story,
        "seed": evidence.study.manifest["seed"],
        "hash": evidence.study.manifest["hash"][:8],
        "facts": facts(evidence),
        "all": found,
        "found": shown,
        "names": {finding.key: finding.key.replace("_", " ").capitalize() for finding in shown},
        "commands": commands(evidence),
        "made": _made(evidence),
    }
    charts = [finding.chart for finding in shown if finding.chart is not None]
    return filled("study.html.j2", content, evidence.looks, charts)


def facts(evidence: Evidence) -> list[tuple[str, str]]:
    """What the study is: pairs of a name and a value."""
    manifest, (played, failed) = evidence.study.manifest, evidence.counts
    rows = [
        ("Scenario", f"{evidence.scenario.title} ({evidence.scenario.name}, {evidence.scenario.hash[:12]})"),
        ("Size", _size(evidence, played)),
        ("Design", _design(evidence)),
        ("What varied", _varied(evidence)),
    ]
    if manifest["effective"].get("set"):
        rows.append(("Set everywhere", ", ".join(manifest["effective"]["set"])))
    rows.append(("Failed runs", _failed(evidence, failed)))
    rows.append(("Seed, hash", f"{manifest['seed']}, {manifest['hash'][:12]}"))
    return rows


def _size(evidence: Evidence, played: int) -> str:
    words = f"{played:,} run{'' if played == 1 else 's'} played to the end"
    if evidence.points > 1:
        words += f": {evidence.points:,} points, {evidence.replications:,} run{'s' if evidence.replications > 1 else ''} each"
    if evidence.study.state != "complete":
        words += f". The study is {evidence.study.state}: {evidence.study.manifest['rows']:,} are planned"
    return words


def _design(evidence: Evidence) -> str:
    if evidence.points < 2:
        return "one scenario, many draws"
    shared = "the same draws at every point" if evidence.paired else "own draws at every point"
    return f"{_DESIGNS.get(evidence.design, evidence.design)}; {shared}"


def _varied(evidence: Evidence) -> str:
    from sim.findings.factor_words import level_words, words_of

    if not evidence.factors:
        return "nothing but chance"
    if len(evidence.factors) > MOST_NAMED:
        coded = ", every cell that is marked inferred or estimate" if evidence.coded else ""
        return f"{len(evidence.factors)} factors{coded}"
    named: list[str] = []
    for factor in evidence.factors:
        levels = [level_words(evidence, factor, value) for value in factor.values]
        if factor.counts and len(levels) > 3:
            spread = f"{levels[0]} to {levels[-1]} in {len(levels)} values"
        else:
            spread = ", ".join(levels[:MOST_NAMED]) + (
                f" and {len(levels) - MOST_NAMED} more" if len(levels) > MOST_NAMED else ""
            )
        spread = spread or factor.form.replace("_", " ")
        named.append(f"{words_of(evidence, factor)} ({spread})")
    return "; ".join(named)


def _failed(evidence: Evidence, failed: int) -> str:
    if not failed:
        return "none"
    first = evidence.ask(
        "SELECT message, count(*) AS n FROM rows WHERE status = 'failed' GROUP BY message ORDER BY n DESC LIMIT 1"
    )
    message, count = str(first["message"].iloc[0]), int(first["n"].iloc[0])
    return f"{failed:,}, left out of everything below; most often ({count:,}): {message}"


def commands(evidence: Evidence) -> list[tuple[str, str]]:
    """What a reader types to have the same again: pairs of words and a command."""
    folder = str(evidence.study.folder)
    return [
        *played_by(evidence, "Play the study:"),
        ("Make this page:", shlex.join(["detente", "report", folder])),
        ("Tell one of its runs:", shlex.join(["detente", "replay", folder, "--row", "0"])),
        (
            "Ask the rows:",
            shlex.join(["detente", "query", folder, "SELECT outcome, count(*) AS runs FROM rows GROUP BY outcome"]),
        ),
    ]


def played_by(evidence: Evidence, words: str) -> list[tuple[str, str]]:
    """The command that plays a study's rows again, after words; nothing where it was played by no command."""
    command: list[str] = evidence.study.manifest.get("command") or []
    return [(words, shlex.join(map(str, command)))] if command else []


def _made(evidence: Evidence) -> str:
    made: dict[str, Any] = evidence.study.manifest.get("versions", {})
    parts = [f"{name} {made[name]}" for name in ("detente", "rules", "python", "numpy", "numba") if name in made]
    return f"Rows made by {', '.join(parts)}." if parts else ""
