"""The next talk: its seed, what waits for it, and the button that begins it."""

from __future__ import annotations

import reacton.ipyvuetify as v
import solara

from sim.lab.desk import Desk


@solara.component
def Next(desk: Desk) -> None:
    """What is set and not played yet; Mesa's inputs are above it."""
    waiting = desk.waiting
    with v.Html(tag="div", class_="next"):
        solara.InputText("Seed", value=str(desk.seed.value), on_value=desk.set_seed)
        with v.Html(tag="div", class_="begin"):
            if waiting:
                solara.Text(f"Waits for the next talk: {', '.join(waiting)}.", classes=["xs"])
            solara.Button(
                "New talk with these settings", on_click=desk.new_talk, color="primary", classes=["main-button"]
            )
