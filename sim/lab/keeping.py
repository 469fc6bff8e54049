"""Keeping a talk: saved as a run, copied as a command, or loaded from what was saved."""

from __future__ import annotations

import reacton.ipyvuetify as v
import solara

from sim.lab.desk import Desk
from sim.lab.origin import stored_talks
from sim.lab.talk import LabTalk

MOST_LISTED = 50
"""Stored runs that the list offers, the newest first."""


@solara.component_vue("command.vue")
def Command(command: str = "") -> None:
    """The command in a line, with a button that copies it."""


@solara.component
def Keeping(talk: LabTalk, desk: Desk) -> None:
    """Save, copy, load."""
    with v.Html(tag="div", class_="keep"):
        solara.Button("Save run", on_click=desk.save, classes=["quiet-button"])
        Command(command=talk.command)


@solara.component
def Stored(desk: Desk) -> None:
    """The runs kept so far; choosing one loads it."""
    looked, look = solara.use_state(0)
    folders = solara.use_memo(lambda: stored_talks(desk.runs)[:MOST_LISTED], [looked, desk.notice.value])
    names = [folder.name for folder in folders]
    with v.Html(tag="div", class_="stored"):
        if not names:
            solara.Text("No stored run yet; “Save run” keeps one.")
            return
        now = desk.origin.value.folder
        solara.Select(
            "Load a stored run",
            values=names,
            value=now.name if now is not None and now.name in names else None,
            on_value=lambda name: desk.open_run(desk.runs / name) if name else None,
        )
        solara.Button("Look again", on_click=lambda: look(looked + 1), text=True, classes=["quiet-button"])
