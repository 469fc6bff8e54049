"""The report of one run: result, path, issues, points, charts, transcript, sources."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.report.sheet import filled

if TYPE_CHECKING:
    from sim.figures.run import Run
    from sim.model import NegotiationModel


def write_report(path: Path, model: NegotiationModel, *, command: str) -> None:
    """Write the report of a finished run.

    Parameters
    ----------
    path
        The HTML file; its folder must exist.
    model
        A finished model: ``model.running`` is False.
    command
        What a reader types to play the same run again; shown at the end.

    Raises
    ------
    IllegalAct
        While the talks go on.
    OSError
        The file cannot be written.
    """
    Path(path).write_text(talk_page(model, command=command), encoding="utf-8")


def talk_page(model: NegotiationModel, *, command: str) -> str:
    """The report as HTML, see ``write_report``."""
    from sim.figures import Run, charts
    from sim.store.talk import seat_words

    run = Run.of(model)
    seats = seat_words(model) if model.outside else []
    return filled("talk.html.j2", {**_content(run), "command": command, "seats": seats}, run.looks, charts(model))


def _content(run: Run) -> dict[str, Any]:
    """Everything the page says, by name."""
    from sim.figures.chart import counted, opened, whole
    from sim.report import evidence, parties, scales, words

    scenario, record = run.scenario, run.record
    sources = evidence.Sources(run)
    bent = words.bent(run)
    turns = counted(run.last_turn, "turn")
    offers = counted(sum(row["offers"] for row in record["venues"].values()), "offer")
    return {
        "scenario": scenario,
        "run": run,
        "hash": record["scenario_hash"][:6],
        "headline": words.headline(run),
        "lead": words.lead(run),
        "ladder": _ladder(run),
        "escalated": record["escalated"],
        "chance": whole(record["escalation_chance"]) if record["escalation_chance"] is not None else None,
        "history": words.history(run),
        "private": evidence.private(run),
        "path": words.path(run),
        "hatches": scales.hatches(run),
        "issues_title": words.issues_title(run),
        "issues": [
            {
                "name": scenario.issues[issue].short,
                "title": scenario.issues[issue].title,
                "moved": issue in words.moved(run),
                "picture": scales.picture(run, issue),
                "story": words.issue_story(run, issue),
                "options": [option.text for option in scenario.issues[issue].options],
                "positions": evidence.positions(run, sources, issue),
            }
            for issue in scenario.active
        ],
        "far_left": f"left: {run.the(scenario.challenger)}’s full demand" if scenario.challenger else "",
        "lined": any(scales.lines(run, issue) for issue in scenario.active),
        "bent": f"Not all hard lines of {run.named(bent)} held in this run; those that did not are dotted."
        if bent
        else "",
        "points_title": words.points_title(run),
        "parties": parties.party_rows(run),
        "talk_title": opened(f"{offers} in {turns}, act by act"),
        "transcript": evidence.transcript(run),
        "sources": sources.rows(),
        "marks": sources.legend(),
    }


def _ladder(run: Run) -> list[dict[str, Any]]:
    """The outcome classes in order: which one it is, which one history's was."""
    from sim.protocol.result import outcome_names
    from sim.report.words import class_title

    known = run.scenario.history.outcome if run.scenario.history else None
    names = [name for name in outcome_names(run.scenario) if name != "other" or run.record["outcome"] == "other"]
    return [
        {
            "title": class_title(run, name),
            "look": name.replace("_", "-") if run.scenario.challenger else "own",
            "now": name == run.record["outcome"],
            "history": name == known,
        }
        for name in names
    ]
