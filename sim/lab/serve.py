"""The lab's server: Solara's own application on one address, for this machine's browsers alone unless a person says otherwise."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sim.own_pages import LOCAL, OwnPages, hosts_of


def settle(argument: str, changes: Sequence[str], seed: int | None, runs: Path) -> None:
    """Leave what every session opens, and keep Solara to itself: no telemetry, no banner, no reloading, no other host.

    Must be called before anything of Solara is imported: it reads its settings once.
    """
    from sim.lab.opening import OPENING

    os.environ[OPENING] = shlex.join([str(runs), "" if seed is None else str(seed), argument, *changes])
    os.environ.update(
        SOLARA_APP="sim.lab.page",
        SOLARA_TELEMETRY_MIXPANEL_ENABLE="False",
        SOLARA_MODE="production",
        SOLARA_THEME_SHOW_BANNER="False",
        SOLARA_THEME_TITLE="Détente lab",
        SOLARA_THEME_VARIANT="light",
        SOLARA_ASSETS_FONTAWESOME_ENABLED="False",
    )


def application(host: str, port: int) -> Any:
    """The application, guarded."""
    import warnings

    from solara.server.starlette import app

    warnings.filterwarnings("ignore", "Cookies with samesite=none", UserWarning)
    warnings.filterwarnings(
        "ignore", category=UserWarning, module=r"solara\.validate_hooks"
    )  # it means Mesa's own page
    names = LOCAL if host in ("127.0.0.1", "localhost", "::1") else (*LOCAL, host)
    return OwnPages(app, hosts_of(names, port), "Only pages of this server may ask it.")


def serve(listening: Any, host: str, port: int, *, browser: bool, said: Callable[[str], None]) -> None:
    """Serve until interrupted.

    Parameters
    ----------
    listening
        A bound socket.
    host, port
        Its address, for the guard and the message.
    browser
        Whether to open a browser once the page is there.
    said
        Takes a line for people.
    """
    import uvicorn

    said("Opening the lab ...")
    app = application(host, port)
    address = f"http://{'localhost' if host in ('0.0.0.0', '::') else host}:{port}/"
    warm()
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)

    class Server(uvicorn.Server):
        """Says where it is as soon as a page can be opened."""

        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            said(f"The lab is open at {address} (Ctrl-C ends it)")
            if browser:
                import webbrowser

                webbrowser.open(address)

    Server(config).run(sockets=[listening])


def warm() -> None:
    """Play a talk and a few runs before anybody waits for one: compiled rules are read from disk once a process."""
    from sim.lab.opening import opening
    from sim.lab.space import gains
    from sim.lab.talk import LabTalk
    from sim.lab.thousand import play

    origin, _ = opening()
    talk = LabTalk(origin)
    gains(talk.so_far())
    talk.played()
    play(talk.game, 0)
