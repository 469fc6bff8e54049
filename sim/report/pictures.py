"""Charts as pictures for papers and slides: PNG and SVG, with their sentences, through an installed Chromium."""

from __future__ import annotations

import logging
import re
import textwrap
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.look import template
from sim.store.extras import needed
from sim.store.folder import StoreError

if TYPE_CHECKING:
    from sim.figures.chart import Chart, Panel
    from sim.look import PartyLook

WIDTH = 900
"""Of a picture: as wide as a page of text shows it without making its letters smaller."""

_TITLE, _LETTERS = 70, 122
"""Letters of a line of the title, and of small words, on a picture."""

_SCALE = 84
"""Room at the right for a scale of colours, which a page makes by itself."""


def write_pictures(folder: Path, charts: Sequence[Chart], form: str, looks: Mapping[str, PartyLook]) -> list[Path]:
    """Write every panel of every chart as a picture of its own, light and wide; the same chart gives the same SVG.

    Parameters
    ----------
    folder
        Must exist; files are KEY.png, or KEY-PARTY.png where a chart has a panel a party.
    charts
        What to write.
    form
        png (twice as fine as the page) or svg.
    looks
        Of the parties: a picture that is about one of them says about whom.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    StoreError
        No kaleido, no browser, or a folder that cannot be written.
    """
    kaleido = needed("kaleido", "analysis", f"--{form}")
    made: list[Path] = []
    figures: list[dict[str, Any]] = []
    for chart in charts:
        panels = [panel for panel in chart.panels() if panel.figure is not None]
        for at, panel in enumerate(panels):
            name = f"{chart.key}-{panel.party or at}" if len(panels) > 1 else chart.key
            made.append(folder / f"{name}.{form}")
            figures.append(_framed(chart, panel, looks))
    size = {"format": form, "width": WIDTH, "scale": 2 if form == "png" else 1}
    asked = [
        {"fig": figure, "path": path, "opts": {**size, "height": figure["layout"]["height"]}}
        for figure, path in zip(figures, made)
    ]
    with _told(form):
        kaleido.write_fig_from_object_sync(asked)
    if form == "svg":
        for path in made:
            path.write_text(_same_names(path.read_text("utf-8")), encoding="utf-8")
    return made


@contextmanager
def one_browser(form: str) -> Generator[None]:
    """Let one browser draw everything that is written meanwhile; else each ``write_pictures`` starts its own.

    Raises
    ------
    StoreError
        No kaleido, or no browser.
    """
    kaleido = needed("kaleido", "analysis", f"--{form}")
    with _told(form):
        kaleido.start_sync_server()
    try:
        yield
    finally:
        kaleido.stop_sync_server()


@contextmanager
def _told(form: str) -> Generator[None]:
    """What goes wrong with the browser, in one message."""
    # Reading what its browser says last, kaleido's channel can take the goodbye for half a message and log a traceback.
    # What really breaks it raises.
    logging.getLogger("choreographer").setLevel(logging.CRITICAL)
    try:
        yield
    except Exception as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0][:160]
        raise StoreError(
            f"--{form}: found no browser that draws ({reason}); expected Chromium or Chrome. The page needs none."
        ) from None


def _same_names(svg: str) -> str:
    """A drawing whose parts are numbered: plotly gives them names by chance, which would make each drawing another file."""
    found = re.finditer(r'(?:id="(?:[a-z]+-|p)?|clip|trace|legend|cb)([0-9a-f]{6})(?![0-9a-f])|-([0-9a-f]{6})"', svg)
    names = dict.fromkeys(one[1] or one[2] for one in found)
    for at, name in enumerate(names):
        svg = svg.replace(name, f"part{at}")
    return svg


def _framed(chart: Chart, panel: Panel, looks: Mapping[str, PartyLook]) -> dict[str, Any]:
    """A panel with the chart's title, subtitle and footer around it."""
    assert panel.figure is not None
    layout = {**panel.figure["layout"]}
    margin = dict(layout.get("margin", {}))
    # No line ends between a figure and its sign.
    title = [line.replace("\xa0", " ") for line in textwrap.wrap(chart.title.replace(" %", "\xa0%"), _TITLE)]
    if panel.party is not None and panel.party in looks:
        title.append(f"{looks[panel.party].glyph} {looks[panel.party].name}")
    subtitle = textwrap.wrap(chart.subtitle, _LETTERS)
    footer = textwrap.wrap(chart.footer, _LETTERS)
    # Of a title in several lines plotly puts the first one higher.
    more = 14 if len(title) > 1 else 0
    above, below = 20 + more + 24 * len(title) + 20 * len(subtitle), 12 + 18 * len(footer)
    layout["height"] = layout.get("height", 400) + above + below
    if any(trace.get("colorbar") for trace in panel.figure["data"] if trace.get("showscale", True)):
        margin["r"] = max(margin.get("r", 0), _SCALE)
    margin |= {"t": margin.get("t", 20) + above, "b": margin.get("b", 40) + below, "autoexpand": False}
    words = {
        "text": f"<b>{'<br>'.join(title)}</b>",
        "subtitle": {"text": "<br>".join(subtitle)},
        "pad": {"l": 16, "t": 14 + more},
        "x": 0, "xref": "container", "xanchor": "left", "y": 1, "yref": "container", "yanchor": "top",
    }  # fmt: skip
    foot = {
        "text": "<br>".join(footer), "x": 0, "xref": "paper", "xanchor": "left", "xshift": 16 - margin.get("l", 64),
        "y": 0, "yref": "paper", "yanchor": "bottom", "yshift": 6 - margin["b"], "showarrow": False, "align": "left",
        "font": {"size": 12, "color": template("light")["layout"]["xaxis"]["tickfont"]["color"]},
    }  # fmt: skip
    layout |= {
        "template": template("light"), "margin": margin, "title": words, "autosize": False, "width": WIDTH,
        "annotations": [*layout.get("annotations", ()), foot],
    }  # fmt: skip
    return {"data": panel.figure["data"], "layout": layout}
