"""After a class was deleted: nothing of it is told to anybody any more."""

from __future__ import annotations

import asyncio

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

GONE = "This class has been deleted."
GONE_CODE = 4410
"""With this a line is closed for good."""


class Ending:
    """Answers everything with ``GONE`` once the class is.

    Parameters
    ----------
    app
        What stands behind it.
    gone
        Set once the class was deleted.
    """

    def __init__(self, app: ASGIApp, gone: asyncio.Event) -> None:
        self.app, self.gone = app, gone

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may pass."""
        if not self.gone.is_set() or scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": GONE_CODE})
        else:
            await PlainTextResponse(GONE, 410)(scope, receive, send)
