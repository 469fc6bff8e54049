"""Who may speak to the server: the host that was asked for, where a request comes from, how often, and how much at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 1 << 16
"""Bytes of one request or message."""


class Guard:
    """Checks before anything else: Host against rebinding of names, Origin of posts and of WebSockets; headers of every answer.

    Parameters
    ----------
    app
        What stands behind it.
    hosts
        Host headers that are ours, as "name:port".
    """

    def __init__(self, app: ASGIApp, hosts: set[str]) -> None:
        self.app, self.hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may pass."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "").lower()
        strange = host not in self.hosts
        changing = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD")
        foreign = changing and headers.get("origin", "").lower() not in (f"http://{host}", f"https://{host}")
        if strange or foreign:
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
                return
            words = "Ask for this page by the address that your teacher shows."
            await PlainTextResponse(words, 421 if strange else 403)(scope, receive, send)
            return

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
