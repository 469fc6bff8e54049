"""What guards the pages beside ``sim.own_pages``: headers of every answer, how often one may ask, and how much at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 1 << 16
"""Bytes of one request or message."""


class Sealed:
    """Headers of every answer: pages load from here alone, run no inline script, stand in no frame, and are not stored.

    Parameters
    ----------
    app
        What stands behind it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and mark the answer."""
        host = Headers(scope=scope).get("host", "") if scope["type"] == "http" else ""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = MutableHeaders(scope=message)
                given["Content-Security-Policy"] = (
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                    f"connect-src 'self' ws://{host} wss://{host}; form-action 'self'; base-uri 'none'; "
                    "frame-ancestors 'none'"
                )
                given["X-Content-Type-Options"] = "nosniff"
                given["Referrer-Policy"] = "same-origin"
                given["Cross-Origin-Opener-Policy"] = "same-origin"
                given.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, marked)


class Throttle:
    """At most so many in a stretch of time, by whom.

    Parameters
    ----------
    most, seconds
        How many, in how long.
    now
        A clock that only goes forward, seconds.
    """

    def __init__(self, most: int, seconds: float, now: Callable[[], float]) -> None:
        self.most, self.seconds, self._now = most, seconds, now
        self._times: dict[Any, deque[float]] = {}

    def full(self, who: Any) -> bool:
        """Whether ``who`` has used up what it may."""
        times = self._times.get(who)
        while times and times[0] <= self._now() - self.seconds:
            times.popleft()
        if times is not None and not times:
            del self._times[who]
        return bool(times) and len(times or ()) >= self.most

    def count(self, who: Any) -> None:
        """Note one."""
        self._times.setdefault(who, deque()).append(self._now())
