"""What every page is made of: the frame, the style with its parties' colours, the pictures for both themes and widths."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.figures.chart import Chart, Panel
    from sim.look import PartyLook

HERE = Path(__file__).parent
_DARK = re.compile(r'\[data-theme="dark"\]\{(.*?)\}\s', re.S)

Pictures = dict[str, list["Panel"]]
"""A chart's panels by theme and width: "light-wide"."""


def filled(template: str, content: Mapping[str, Any], looks: Mapping[str, PartyLook], charts: Sequence[Chart]) -> str:
    """A page as HTML, complete in itself.

    Parameters
    ----------
    template
        Its file; it extends the frame.
    content
        What it says, by name.
    looks
        Of every party, in the order of the scenario.
    charts
        What it shows, in order; the page gets ``pictured``, pairs of a chart and its panels.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    pictures = {chart.key: drawn(chart) for chart in charts}
    order = list(looks)

    def chip(party: str) -> Any:
        return party_chip(looks[party], order.index(party))

    return environment.get_template(template).render(
        **content,
        css=_css(list(looks.values())),
        pictured=[(chart, pictures[chart.key]["light-wide"]) for chart in charts],
        figures=_script(json.dumps(_figures(pictures), separators=(",", ":"))),
        plotly=_script(plotly_script()),
        script=Markup((HERE / "page.js").read_text("utf-8")),
        chip=chip,
        typed=typed,
        index=order.index,
    )


def party_chip(look: PartyLook, place: int) -> Any:
    """A party's symbol and name in its colour."""
    from markupsafe import Markup, escape

    return Markup(f'<span class="party p{place}">{escape(look.name)}</span>')


def typed(sentence: str) -> Any:
    """A sentence in which what a reader types, between backquotes, is set as such."""
    from markupsafe import Markup, escape

    parts = [escape(part) for part in sentence.split("`")]
    return Markup("").join(Markup("<code>{}</code>").format(part) if at % 2 else part for at, part in enumerate(parts))


def drawn(chart: Chart) -> Pictures:
    """A chart for both themes and both widths."""
    from sim.look import THEMES

    return {
        f"{theme}-{width}": chart.panels(theme, narrow=width == "narrow")
        for theme in THEMES
        for width in ("wide", "narrow")
    }


def _figures(given: dict[str, Pictures]) -> dict[str, Any]:
    """Templates once, and every picture by chart, panel, theme and width."""
    from sim.look import THEMES, template

    pictures: dict[str, Any] = {}
    for key, ways in given.items():
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


def _script(text: str) -> Any:
    """Text that may stand inside a script element."""
    from markupsafe import Markup

    return Markup(text.replace("</", "<\\/"))


def _css(looks: list[PartyLook]) -> Any:
    """The look's style with a page's parties; the dark one only on screens, by choice or by the system's wish."""
    from markupsafe import Markup

    from sim.look import text

    tokens = text("tokens.css")
    dark = _DARK.search(tokens)
    light_rules, dark_rules = party_rules(looks)
    variables = dark.group(1) if dark else ""
    night = [
        f'@media screen{{[data-theme="dark"]{{{variables}}}{_under("[data-theme=dark]", dark_rules)}}}',
        f'@media screen and (prefers-color-scheme:dark){{:root:not([data-theme="light"]){{{variables}}}'
        f"{_under(':root:not([data-theme=light])', dark_rules)}}}",
    ]
    return Markup("\n".join([_DARK.sub("", tokens), (HERE / "report.css").read_text("utf-8"), *light_rules, *night]))


def _under(scope: str, rules: list[str]) -> str:
    return "".join(f"{scope} {rule}" for rule in rules)


def party_rules(looks: list[PartyLook]) -> tuple[list[str], list[str]]:
    """Colour, tint and symbol of every party, by its place in the scenario."""
    light: list[str] = []
    dark: list[str] = []
    for at, look in enumerate(looks):
        light.append(f".p{at}{{--pc:{look.light};--pt:{look.tint}}}")
        light.append(
            f'.party.p{at}{{color:var(--pc)}}.party.p{at}::before{{content:"{look.glyph}";content:"{look.glyph}" / ""}}'
        )
        dark.append(f".p{at}{{--pc:{look.dark};--pt:{look.tint_dark}}}")
    return light, dark
