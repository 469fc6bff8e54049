"""The lab's page: Mesa's SolaraViz around the talk, one model a browser session."""

from __future__ import annotations

from typing import Any, cast

import reacton.ipyvuetify as v
import solara
from mesa.visualization import SolaraViz

from sim.domain.files import shipped
from sim.lab.desk import Desk
from sim.lab.keeping import Stored
from sim.lab.look import style
from sim.lab.next_talk import Next
from sim.lab.opening import opening
from sim.lab.origin import Origin
from sim.lab.room import Room

PLAY_INTERVAL = 300
"""Milliseconds between two turns of Play, at first: slow enough to read who speaks, a whole talk in some ten seconds."""


@solara.component
def Layout(children: list[Any] = []) -> None:  # noqa: B006, the signature that Solara asks for
    """Mesa's controls and settings in a drawer that is open where there is room."""
    solara.AppLayout(
        children=children,
        sidebar_open=cast(Any, None),  # open where there is room, which Solara takes but does not declare
        navigation=False,
        toolbar_dark=False,
        color=None,
        style={},
        classes=["sheet"],
    )


@solara.component
def Page() -> None:
    """One session."""
    desk = solara.use_memo(lambda: Desk(*opening()), [])
    room = solara.use_memo(lambda: _room(desk), [])
    talk, origin = desk.talk.value, desk.origin.value
    solara.Title("Détente lab")
    solara.Style(solara.use_memo(lambda: style(talk.game), [talk.fingerprint]))
    inputs = {one.key: one.input(desk.values[one.key]) for one in desk.settings}
    SolaraViz(
        desk.talk,
        components=[(room, 0)],
        model_params={"origin": desk.origin, "seed": desk.seed, "index": desk.index, **inputs},
        name="Détente lab",
        play_interval=PLAY_INTERVAL,
    ).key(f"mesa-{desk.made.value}")
    with solara.AppBar():
        Scenarios(desk, origin)


def _room(desk: Desk) -> Any:
    """The room of a session as Mesa takes components: of the model alone, and the same one as long as the session lasts."""

    @solara.component
    def Talk(model: Any) -> None:
        Room(model, desk)
        Below(desk)

    return Talk


@solara.component
def Below(desk: Desk) -> None:
    """What stands in the drawer below Mesa's own controls and inputs: Solara orders by depth, so the room puts it in."""
    with solara.Sidebar():
        Next(desk)
        Stored(desk)


@solara.component
def Scenarios(desk: Desk, origin: Origin) -> None:
    """The shipped scenarios, and the file that was opened."""
    names = list(shipped())
    now = origin.shown
    values = names if now in names else [now, *names]
    with v.Html(tag="div", class_="scenarios"):
        solara.Select(
            "Scenario",
            values=values,
            value=now,
            on_value=lambda name: desk.open_scenario(name) if name != now else None,
        )
