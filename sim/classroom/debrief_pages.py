"""The debrief's pages: the projector's, a seat's, and the exports. The runs are played in a thread of their own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sim.classroom import exports
from sim.classroom.class_report import class_page
from sim.classroom.cloud import RUNS, Cloud, cloud_of
from sim.classroom.debrief import finished, parts_of, table_part
from sim.classroom.debrief_part import QUESTIONS, TITLES, Part
from sim.classroom.kept import Kept, replayed
from sim.classroom.state import DEBRIEF

if TYPE_CHECKING:
    from sim.classroom.server import Classroom


class Debrief:
    """The debrief of a class.

    Parameters
    ----------
    room
        Whose class it is.

    Attributes
    ----------
    routes
        Its paths.
    """

    def __init__(self, room: Classroom) -> None:
        self.room, self._done, self._failed = room, 0, False
        self._cloud: Cloud | None = None
        self._task: asyncio.Task[None] | None = None
        self.routes = [
            Route("/teacher/debrief", self._projector),
            Route("/teacher/export/{name}", self._export),
            Route("/table/{table:int}/{seat}/debrief", self._seat),
        ]

    # ---- The runs ---------------------------------------------------------------------------------------------------

    def progress(self, *, teacher: bool) -> dict[str, Any]:
        """How much of the debrief is shown, and whether its pictures are ready; to the teacher how far they are.

        The runs begin when this is first asked for in the debrief.
        """
        state = self.room.session.state
        if state.stage != DEBRIEF:
            return {}
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._play())
        parts = max(0, state.revealed - 2)
        told: dict[str, Any] = {"shown": state.revealed, "parts": parts, "ready": self._cloud is not None}
        return {"debrief": {**told, "words": self._words()} if teacher else told}

    def _words(self) -> str:
        if self._failed:
            return "The simulated runs could not be played."
        return "" if self._cloud is not None else f"Playing {RUNS} simulated runs: {self._done} are done …"

    async def _play(self) -> None:
        """Nothing acts on the tables any more, so the thread reads what no longer changes."""
        loop = asyncio.get_running_loop()

        def told(done: int) -> None:
            loop.call_soon_threadsafe(self._tell, done)

        try:
            self._cloud = await asyncio.to_thread(cloud_of, self.room.session.state, told)
        except Exception:  # whatever it is, the class goes on without pictures
            logging.getLogger(__name__).exception("The simulated runs of the debrief")
            self._failed = True
        self.room.lines.tell()

    def _tell(self, done: int) -> None:
        self._done = done
        self.room.lines.tell_teacher()

    def _parts(self) -> list[Part]:
        """The steps from the simulated cloud on, as far as they are shown and ready."""
        state = self.room.session.state
        return parts_of(state, self._cloud, state.revealed) if self._cloud is not None else []

    # ---- Pages ------------------------------------------------------------------------------------------------------

    async def _projector(self, request: Request) -> Response:
        """The step that was shown last, for everybody in the room to see."""
        if not self.room.teaches(request):
            return self.room.page("login.html", 403)
        state = self.room.session.state
        self.progress(teacher=True)
        key = state.reveals[state.revealed - 1] if state.revealed else ""
        steps = [(name, TITLES[name]) for name in state.reveals]
        given: dict[str, Any] = {"steps": steps, "shown": state.revealed, "words": "", "part": None, "questions": ()}
        # What the page was made from, as its script tells whether it is still so.
        given["seen"] = (
            f"{state.revealed} {str(self._cloud is not None).lower()}" if state.stage == DEBRIEF else state.stage
        )
        if state.stage != DEBRIEF:
            given["words"] = "The debrief has not begun."
        elif not key:
            given["words"] = "Nothing is shown yet."
        elif key == "own":
            over, every = len(finished(state)), len(state.tables)
            given["words"] = "Every seat now sees its own result on its own device."
            if over < every:
                given["words"] += f" {every - over} of {every} tables are unfinished and have none."
            given["questions"] = QUESTIONS["own"]
        elif key == "table":
            given["part"] = table_part(state)
        else:
            given["part"] = next((part for part in self._parts() if part.key == key), None)
            given["words"] = self._words()
        return self.room.page("debrief.html", **given)

    async def _seat(self, request: Request) -> Response:
        """What the teacher has shown, for one seat; nothing before."""
        if not self.room.sits(request):
            return self.room.page(
                "join.html", 403, wrong="This device has no such seat. Use your link, or the class's code."
            )
        state = self.room.session.state
        parts = self._parts() if state.stage == DEBRIEF else []
        return self.room.page("shown.html", parts=parts)

    async def _export(self, request: Request) -> Response:
        """A file of the whole class, for its teacher alone."""
        if not self.room.teaches(request):
            return self.room.page("login.html", 403)
        session = self.room.session
        stem = session.log.path.stem
        made: dict[str, tuple[str, str, Callable[[Kept], str]]] = {
            "long.csv": (f"{stem}-long.csv", "text/csv", exports.long_csv),
            "wide.csv": (f"{stem}-wide.csv", "text/csv", exports.wide_csv),
            "log.json": (f"{stem}-log.json", "application/json", exports.log_json),
            "report.html": (f"{stem}.html", "text/html", self._page),
        }
        if request.path_params["name"] not in made:
            return self.room.page("join.html", 404, wrong="There is no such export.")
        name, media, make = made[request.path_params["name"]]
        entries, path = tuple(session.log), session.log.path
        # In a thread, and from the events: the state may change meanwhile.
        text = await asyncio.to_thread(lambda: make(Kept(path, entries, replayed(entries))))
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(text, media_type=media, headers=headers)

    def _page(self, kept: Kept) -> str:
        return class_page(kept, self._cloud if self.room.session.state.stage == DEBRIEF else None)
