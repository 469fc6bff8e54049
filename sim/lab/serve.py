"""The lab's server: Solara's own application on one address, for this machine's browsers alone unless a person says otherwise."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LOCAL = ("127.0.0.1", "localhost", "[::1]")


class Guard:
    """Refuses what another site's page or a rebound name sends to this server.

    Solara checks neither Host nor Origin; without this, any page open in the same browser could steer a talk or save runs.
    """

    def __init__(self, app: Any, names: Sequence[str], port: int) -> None:
        self.app = app
        self.hosts = {f"{name}:{port}" for name in names} | ({*names} if port == 80 else set())

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass on what comes from this server's own pages."""
        if scope["type"] in ("http", "websocket"):
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            origin = headers.get("origin")
            own = headers.get("host") in self.hosts
            if not own or (origin is not None and origin.partition("://")[2] not in self.hosts):
                await self._refuse(scope, send)
                return
        await self.app(scope, receive, send)

    @staticmethod
    async def _refuse(scope: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        words = b"Only pages of this server may ask it."
        await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": words})


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
    return Guard(app, names, port)


def serve(listening: Any, host: str, port: int, *, browser: bool, said: Any) -> None:
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
