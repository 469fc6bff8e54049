"""Lines to the browsers: the newest page to every device of a seat, the monitor to the teacher, answers to who asked."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Callable
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from sim.classroom.monitor import monitor_of
from sim.classroom.seats import page_of
from sim.classroom.session import Session
from sim.classroom.sheets import ties_of

Key = tuple[int, str] | None
"""A seat, or None for the teacher."""

NOWHERE: dict[str, Any] = {"open": False, "addresses": []}
"""What the teacher reads of the network while the class is not open to it."""

MONITOR_SECONDS = 0.2
"""The teacher's page is made anew at most so often."""


def _no_debrief(*, teacher: bool) -> dict[str, Any]:
    return {}


class Line:
    """One WebSocket. A slow one gets the newest page, not every page."""

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket
        self._page: str | None = None
        self._answers: deque[str] = deque()
        self._news = asyncio.Event()

    def show(self, page: str) -> None:
        """Send a page, in place of any that still waits."""
        self._page = page
        self._news.set()

    def answer(self, words: dict[str, Any]) -> None:
        """Send an answer to what this device asked."""
        self._answers.append(json.dumps(words, ensure_ascii=False))
        self._news.set()

    async def write(self) -> None:
        """Send what waits, until the line breaks."""
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while True:
                await self._news.wait()
                self._news.clear()
                # Pages first: an answer "taken" arrives when the page shows it.
                page, self._page = self._page, None
                if page is not None:
                    await self.socket.send_text(page)
                while self._answers:
                    await self.socket.send_text(self._answers.popleft())


class Lines:
    """All lines of a session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._lines: dict[Key, set[Line]] = {}
        self._waiting: asyncio.Task[None] | None = None
        self.address = NOWHERE
        self.debrief: Callable[..., dict[str, Any]] = _no_debrief

    def add(self, key: Key, line: Line) -> None:
        """A device has come: it gets its page, the teacher sees it."""
        self._lines.setdefault(key, set()).add(line)
        line.show(self._page(key))
        self.tell_teacher()

    def remove(self, key: Key, line: Line) -> None:
        """A device has gone."""
        self._lines.get(key, set()).discard(line)
        self.tell_teacher()

    def count(self, key: Key) -> int:
        """How many devices of a seat are connected."""
        return len(self._lines.get(key, ()))

    def tell(self, table: int | None = None, seat: str | None = None) -> None:
        """Show what changed to one seat, to a table, or to everyone."""
        for key, lines in list(self._lines.items()):
            if key is not None and lines and table in (None, key[0]) and seat in (None, key[1]):
                page = self._page(key)
                for line in lines:
                    line.show(page)
        self.tell_teacher()

    def tell_teacher(self) -> None:
        """Show the teacher the monitor, soon."""
        if self._waiting is None or self._waiting.done():
            self._waiting = asyncio.get_running_loop().create_task(self._later())

    async def _later(self) -> None:
        await asyncio.sleep(MONITOR_SECONDS)
        if self._lines.get(None):
            page = self._page(None)
            for line in self._lines[None]:
                line.show(page)

    async def hang_up(self, table: int, seat: str) -> None:
        """Close the lines of a seat whose link was made anew."""
        for line in list(self._lines.get((table, seat), ())):
            with contextlib.suppress(RuntimeError):
                await line.socket.close(4401)

    async def end(self, words: str, code: int) -> None:
        """Say a last thing to everybody, and close every line."""
        if self._waiting is not None:
            self._waiting.cancel()
        for line in [line for lines in self._lines.values() for line in lines]:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await asyncio.wait_for(line.socket.send_text(json.dumps({"gone": words})), 2)
                await line.socket.close(code)

    def _page(self, key: Key) -> str:
        at = self.session.now()
        if key is None:
            page = monitor_of(self.session, at, {k: len(lines) for k, lines in self._lines.items() if k is not None})
            page |= self.address
        else:
            page = page_of(self.session, *key, at)
            page["ties"] = [tie.words for tie in ties_of(self.session.state.tables[key[0]].talks.table, key[1])]
        page |= self.debrief(teacher=key is None)
        return json.dumps({"page": page}, ensure_ascii=False)
