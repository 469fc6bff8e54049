"""The report of one run: a single HTML file that opens in any browser without a network."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.figures.chart import Chart, Panel
    from sim.figures.run import Run
    from sim.look import PartyLook
    from sim.model import NegotiationModel

HERE = Path(__file__).parent
_DARK = re.compile(r'\[data-theme="dark"\]\{(.*?)\}\s', re.S)


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
    Path(path).write_text(page(model, command=command), encoding="utf-8")


def page(model: NegotiationModel, *, command: str) -> str:
    """The report as HTML, see ``write_report``."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from sim.figures import Run, charts

    run = Run.of(model)
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    return environment.get_template("report.html.j2").render(
        **_content(run, charts(model)), command=command, plotly=script(plotly_script())
    )


def _content(run: Run, drawn: list[Chart]) -> dict[str, Any]:
    """Everything the page says, by name."""
    from sim.figures.chart import counted, opened, whole
    from sim.report import evidence, parties, scales, words

    scenario, record = run.scenario, run.record
    sources = evidence.Sources(run)
    bent = words.bent(run)
    pictures = {chart.key: drawn_twice(chart) for chart in drawn}
    turns = counted(run.last_turn, "turn")
    offers = counted(sum(row["offers"] for row in record["venues"].values()), "offer")
    return {
        "scenario": scenario,
        "run": run,
        "hash": record["scenario_hash"][:6],
        "css": style(run.looks),
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
        "pictured": [(chart, pictures[chart.key]["light-wide"]) for chart in drawn],
        "figures": script(json.dumps(figures_of(pictures), separators=(",", ":"))),
        "talk_title": opened(f"{offers} in {turns}, act by act"),
        "transcript": evidence.transcript(run),
        "sources": sources.rows(),
        "marks": sources.legend(),
        "chip": lambda party: words.chip(run, party),
        "index": list(scenario.parties).index,
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


def drawn_twice(chart: Chart) -> dict[str, list[Panel]]:
    """A chart for both themes and both widths."""
    from sim.look import THEMES

    return {
        f"{theme}-{width}": chart.panels(theme, narrow=width == "narrow")
        for theme in THEMES
        for width in ("wide", "narrow")
    }


def figures_of(drawn: dict[str, dict[str, list[Panel]]]) -> dict[str, Any]:
    """Templates once, and every picture by chart, panel, theme and width."""
    from sim.look import THEMES, template

    pictures: dict[str, Any] = {}
    for key, ways in drawn.items():
        for way, panels in ways.items():
            for at, panel in enumerate(panels):
                if panel.figure is not None:
                    pictures.setdefault(f"{key}-{at}", {})[way] = panel.figure
    return {"templates": {theme: template(theme) for theme in THEMES}, "pictures": pictures}


def plotly_script() -> str:
    """The charting script out of plotly's own package, which need not be imported for it."""
    spec = find_spec("plotly")
    folder = (spec.submodule_search_locations or [""])[0] if spec else ""
    return (Path(folder) / "package_data" / "plotly.min.js").read_text("utf-8")


def script(text: str) -> Any:
    """Text that may stand inside a script element."""
    from markupsafe import Markup

    return Markup(text.replace("</", "<\\/"))


def style(looks: Mapping[str, PartyLook]) -> Any:
    """The look's style with the given parties; the dark one only on screens, by choice or by the system's wish."""
    from markupsafe import Markup

    from sim.look import text

    tokens = text("tokens.css")
    dark = _DARK.search(tokens)
    light_rules, dark_rules = _party_rules(list(looks.values()))
    variables = dark.group(1) if dark else ""
    night = [
        f'@media screen{{[data-theme="dark"]{{{variables}}}{_under("[data-theme=dark]", dark_rules)}}}',
        f'@media screen and (prefers-color-scheme:dark){{:root:not([data-theme="light"]){{{variables}}}'
        f"{_under(':root:not([data-theme=light])', dark_rules)}}}",
    ]
    return Markup("\n".join([_DARK.sub("", tokens), (HERE / "report.css").read_text("utf-8"), *light_rules, *night]))


def _under(scope: str, rules: list[str]) -> str:
    return "".join(f"{scope} {rule}" for rule in rules)


def _party_rules(looks: list[PartyLook]) -> tuple[list[str], list[str]]:
    """Colour, tint and symbol of every party, by its place in the scenario."""
    light, dark = [], []
    for at, look in enumerate(looks):
        light.append(f".p{at}{{--pc:{look.light};--pt:{look.tint}}}")
        light.append(
            f'.party.p{at}{{color:var(--pc)}}.party.p{at}::before{{content:"{look.glyph}";content:"{look.glyph}" / ""}}'
        )
        dark.append(f".p{at}{{--pc:{look.dark};--pt:{look.tint_dark}}}")
    return light, dark
