"""A server for people answers to its own names, and to its own pages alone: against rebound names and other sites' pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

LOCAL = ("127.0.0.1", "localhost", "[::1]")
"""Names of this machine for itself."""


def hosts_of(names: Iterable[str], port: int) -> set[str]:
    """Host headers that browsers send for these names; those of the web's own ports bear no number."""
    return {f"{name}:{port}".lower() for name in names} | (
        {name.lower() for name in names} if port in (80, 443) else set()
    )


class OwnPages:
    """Checks before anything else.

    A request must ask for one of our hosts, else a page elsewhere whose name was bound to this address could read ours. What may
    change something (a WebSocket, any method but GET and HEAD) must name its Origin; whoever names one must name the host that is
    asked. Browsers always name it there, and a page of another site cannot choose it.

    Parameters
    ----------
    app
        The ASGI application behind it.
    hosts
        Host headers that are ours, in small letters; the collection may grow while it is served.
    words
        What is said to whoever is refused; status 421 for a strange host, 403 for a strange origin, a WebSocket closed with 1008.
    """

    def __init__(self, app: Any, hosts: Collection[str], words: str) -> None:
        self.app, self.hosts, self.words = app, hosts, words

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass on what may pass."""
        status = self._refusal(scope) if scope["type"] in ("http", "websocket") else None
        if status is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            kind = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": status, "headers": kind})
            await send({"type": "http.response.body", "body": self.words.encode()})

    def _refusal(self, scope: Any) -> int | None:
        headers = {name.decode("latin-1"): value.decode("latin-1").lower() for name, value in scope["headers"]}
        host = headers.get("host", "")
        if host not in self.hosts:
            return 421
        changing = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD")
        allowed = (f"http://{host}", f"https://{host}", *([] if changing else [None]))
        return None if headers.get("origin") in allowed else 403
