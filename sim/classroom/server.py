"""The server's pages and lines: who asks is told by the credential of the path, never by what is sent."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import segno
from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from sim.classroom.colours import looks_of, style_of
from sim.classroom.commands import Asked, seat_asks, teacher_asks
from sim.classroom.debrief_pages import Debrief
from sim.classroom.ending import GONE, GONE_CODE, Ending
from sim.classroom.guard import LARGEST, Sealed, Throttle
from sim.classroom.lines import NOWHERE, Line, Lines
from sim.classroom.seats import brief_of
from sim.classroom.session import Refused, Session
from sim.classroom.sheets import codes_of
from sim.domain.plain import is_mapping
from sim.own_pages import OwnPages

if TYPE_CHECKING:
    from sim.classroom.door import Door

HERE = Path(__file__).parent
STRANGE = "Ask for this page by the address that your teacher shows."
MOST_LINES = 24
"""WebSockets of one seat, or of the teacher."""


class Classroom:
    """The web application of one session.

    Parameters
    ----------
    session
        What is served.
    hosts
        Host headers that are ours; the set may grow when the class is opened.
    door
        Opens the class to the network and closes it; see ``sim.classroom.door``.

    Attributes
    ----------
    app
        The ASGI application.
    gone
        Set once the class was deleted: nothing is shown any more, and whoever serves ends.
    """

    def __init__(self, session: Session, hosts: set[str], door: Door) -> None:
        self.session, self.hosts, self._door_to = session, hosts, door
        self.lines = Lines(session)
        self.gone = asyncio.Event()
        self.wrong = Throttle(5, 60, time.monotonic)
        self.wrong_everywhere = Throttle(60, 60, time.monotonic)
        self._pages = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True)
        self._looks = looks_of(session.state.scenario)
        self.debrief = Debrief(self)
        self.lines.debrief = self.debrief.progress
        self.app = Starlette(
            routes=[
                Route("/", self._door),
                Route("/join", self._door),
                Route("/join", self._choose, methods=["POST"]),
                Route("/join/seat", self._take, methods=["POST"]),
                Route("/seat/{token}", self._link),
                Route("/seat", self._enter, methods=["POST"]),
                Route("/table/{table:int}/{seat}", self._seat),
                WebSocketRoute("/table/{table:int}/{seat}/live", self._seat_line),
                Route("/teacher", self._teacher),
                Route("/teacher/login", self._login, methods=["POST"]),
                WebSocketRoute("/teacher/live", self._teacher_line),
                *self.debrief.routes,
                Route("/look.css", self._look),
                Mount("/static", StaticFiles(directory=HERE / "static")),
            ],
            middleware=[
                Middleware(OwnPages, hosts=hosts, words=STRANGE),
                Middleware(Sealed),
                Middleware(Ending, gone=self.gone),
            ],
        )

    # ---- Pages ------------------------------------------------------------------------------------------------------

    def page(self, file: str, status: int = 200, /, **given: Any) -> Response:
        """A page of ``templates/``, filled."""
        state = self.session.state
        history = state.scenario.history
        war = history is not None and history.later is not None and history.later.escalated
        page = self._pages.get_template(file)
        return HTMLResponse(page.render(lesson=state.lesson.title, looks=self._looks, war=war, **given), status)

    async def _look(self, request: Request) -> Response:
        """Colours and signs of the parties at these tables, after those of the house."""
        return Response(style_of(self._looks), media_type="text/css", headers={"Cache-Control": "max-age=60"})

    async def _form(self, request: Request) -> dict[str, str]:
        """Fields of a posted form.

        Raises
        ------
        Refused
            Too large, or no form.
        """
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > LARGEST:
                raise Refused("That was too much at once.")
        try:
            fields = parse_qs(body.decode("utf-8"), max_num_fields=20)
        except ValueError:
            raise Refused("That was no form of this page.") from None
        return {name: values[0] for name, values in fields.items()}

    def _who(self, request: Request) -> str:
        return request.client.host if request.client else ""

    def _too_often(self, request: Request) -> bool:
        return self.wrong.full(self._who(request)) or self.wrong_everywhere.full("all")

    def _note_wrong(self, request: Request) -> None:
        self.wrong.count(self._who(request))
        self.wrong_everywhere.count("all")

    async def _door(self, request: Request) -> Response:
        return self.page("join.html")

    async def _choose(self, request: Request) -> Response:
        """With the class's code: which seats are free."""
        try:
            form = await self._form(request)
        except Refused as error:
            return self.page("join.html", 400, wrong=str(error))
        if self._too_often(request):
            return self.page("join.html", 429, wrong="Too many wrong codes. Wait a minute.")
        code = form.get("code", "").strip().upper()
        if code != self.session.state.code:
            self._note_wrong(request)
            return self.page("join.html", 403, wrong="That is not the code of this class.")
        free = [
            (table, party, self.session.state.scenario.parties[party].name)
            for table, party in self.session.free_seats()
        ]
        return self.page("choose.html", code=code, name=form.get("name", "")[:40], free=free)

    async def _take(self, request: Request) -> Response:
        """Take a free seat, with the code."""
        try:
            form = await self._form(request)
            if self._too_often(request):
                return self.page("join.html", 429, wrong="Too many wrong codes. Wait a minute.")
            if form.get("code", "") != self.session.state.code:
                self._note_wrong(request)
                return self.page("join.html", 403, wrong="That is not the code of this class.")
            table, _, seat = form.get("seat", "").partition("/")
            where = (int(table) if table.isdecimal() and len(table) < 4 else 0, seat)
            if where not in self.session.free_seats():
                raise Refused('That seat has been taken. Choose another, or ask your team for "Add a device".')
            return self._seated(request, *where, form.get("name", ""))
        except Refused as error:
            return self.page("join.html", 409, wrong=str(error))

    async def _link(self, request: Request) -> Response:
        """A seat's link: asks for a name; nothing is used up by looking at it."""
        token = request.path_params["token"]
        found = self.session.seat_of(token)
        if found is None:
            return self.page("join.html", 404, wrong="This link is not valid any more. Ask your teacher for a new one.")
        table, seat = found
        return self.page("link.html", token=token, table=table, party=seat, name=self._looks[seat].name)

    async def _enter(self, request: Request) -> Response:
        """With a link's token: sit down."""
        try:
            form = await self._form(request)
            found = self.session.seat_of(form.get("token", ""))
            if found is None:
                raise Refused("This link is not valid any more. Ask your teacher for a new one.")
            return self._seated(request, *found, form.get("name", ""))
        except Refused as error:
            return self.page("join.html", 409, wrong=str(error))

    def _seated(self, request: Request, table: int, seat: str, name: str) -> Response:
        token = self.session.join(table, seat, name)
        self.lines.tell(table)
        path = f"/table/{table}/{seat}"
        answer = RedirectResponse(path, 303)
        self._give(answer, request, "seat", token, path)
        return answer

    def _give(self, answer: Response, request: Request, name: str, token: str, path: str) -> None:
        """A credential for one path, which scripts cannot read and other sites' pages cannot send; over TLS for TLS alone."""
        secure = request.url.scheme == "https"
        answer.set_cookie(name, token, max_age=86400, path=path, httponly=True, samesite="strict", secure=secure)

    def sits(self, request: Request | WebSocket) -> bool:
        """Whether a request's cookie is of the seat in its path."""
        try:
            where = request.path_params["table"], request.path_params["seat"]
            return self.session.sits(*where, request.cookies.get("seat", ""))
        except Refused:
            return False

    async def _seat(self, request: Request) -> Response:
        if not self.sits(request):
            return self.page(
                "join.html", 403, wrong="This device has no such seat. Use your link, or the class's code."
            )
        table, seat = request.path_params["table"], request.path_params["seat"]
        scenario = self.session.state.scenario
        brief = {**brief_of(self.session.state.lesson, scenario, seat), "codes": codes_of(scenario)}
        return self.page("seat.html", table=table, party=seat, name=self._looks[seat].name, brief=brief)

    def teaches(self, request: Request | WebSocket) -> bool:
        """Whether a request's cookie is a teacher's."""
        return self.session.is_teacher(request.cookies.get("teacher", ""))

    async def _teacher(self, request: Request) -> Response:
        if not self.teaches(request):
            return self.page("login.html")
        lesson = self.session.state.lesson
        parties = {party: its.name for party, its in self._looks.items()}
        codes = {party: its.code for party, its in self._looks.items()}
        return self.page("teacher.html", given={"parties": parties, "codes": codes, "minutes": lesson.minutes})

    async def _login(self, request: Request) -> Response:
        try:
            form = await self._form(request)
        except Refused as error:
            return self.page("login.html", 400, wrong=str(error))
        if self._too_often(request):
            return self.page("login.html", 429, wrong="Too many wrong secrets. Wait a minute.")
        token = self.session.teacher_enters(form.get("secret", "").strip())
        if token is None:
            self._note_wrong(request)
            return self.page(
                "login.html", 403, wrong="That is not the secret. It stands in the window where you started this."
            )
        answer = RedirectResponse("/teacher", 303)
        self._give(answer, request, "teacher", token, "/teacher")
        return answer

    # ---- Lines ------------------------------------------------------------------------------------------------------

    async def _seat_line(self, socket: WebSocket) -> None:
        if not self.sits(socket):
            await socket.accept()
            await socket.close(4401)
            return
        table, seat = socket.path_params["table"], socket.path_params["seat"]
        await self._serve(socket, (table, seat), lambda asked: seat_asks(self, table, seat, asked), self.sits)

    async def _teacher_line(self, socket: WebSocket) -> None:
        if not self.teaches(socket):
            await socket.accept()
            await socket.close(4401)
            return
        await self._serve(socket, None, lambda asked: teacher_asks(self, asked), self.teaches)

    async def _serve(
        self,
        socket: WebSocket,
        key: tuple[int, str] | None,
        ask: Callable[[Asked], Awaitable[dict[str, Any]]],
        allowed: Callable[[WebSocket], bool],
    ) -> None:
        """One line, until it breaks: pages go out, what is asked comes in."""
        await socket.accept()
        if self.lines.count(key) >= MOST_LINES:
            await socket.close(4429)
            return
        line = Line(socket)
        self.lines.add(key, line)
        writer = asyncio.create_task(line.write())
        pace = Throttle(40, 10, time.monotonic)
        try:
            while True:
                message = await socket.receive()
                if message["type"] == "websocket.disconnect":
                    break
                if not allowed(socket):
                    await socket.close(4401)
                    break
                line.answer(await self._answered(message.get("text"), ask, pace))
        finally:
            writer.cancel()
            self.lines.remove(key, line)

    async def _answered(
        self, text: str | None, ask: Callable[[Asked], Awaitable[dict[str, Any]]], pace: Throttle
    ) -> dict[str, Any]:
        """What is said to one message: taken, with what was asked for, or refused with the reason."""
        number: Any = None
        try:
            if text is None or len(text) > LARGEST:
                raise Refused("Not understood.")
            try:
                asked = json.loads(text)
            except (ValueError, RecursionError):
                raise Refused("Not understood.") from None
            if not is_mapping(asked):
                raise Refused("Not understood.")
            number = asked.get("id") if isinstance(asked.get("id"), int) else None
            if self.gone.is_set():
                raise Refused(GONE)
            if pace.full(""):
                raise Refused("Slow down: too many messages at once.")
            pace.count("")
            return {"id": number, "ok": True, **await ask(asked)}
        except Refused as error:
            return {"id": number, "ok": False, "why": str(error)}

    async def open(self) -> None:
        """Open the class to the network, and show where.

        Raises
        ------
        Refused
            There is no network.
        """
        found = [f"{self._door_to.scheme}://{address}" for address in await self._door_to.open()]
        self.lines.address = {"open": True, "addresses": found, "qr": picture(f"{found[0]}/join")}

    async def close(self) -> None:
        """Close the class to the network; devices in it wait until it is opened again."""
        self.lines.address = NOWHERE
        await self._door_to.close()

    async def delete(self) -> None:
        """Delete the class's file and tell everybody; from then on nothing of it is told, see ``gone``.

        Raises
        ------
        Refused
            The file cannot be removed.
        """
        try:
            self.session.delete()
        except OSError as error:
            words = (
                f"{self.session.log.path} could not be removed ({error.strerror}): remove it by hand. The server ends."
            )
            raise Refused(words) from None
        finally:
            self.gone.set()
        await self.lines.end(GONE, GONE_CODE)

    def link_to(self, token: str) -> dict[str, Any]:
        """A seat's link and its picture to be scanned."""
        address = next(iter(self.lines.address["addresses"]), f"http://{min(self.hosts)}")
        url = f"{address}/seat/{token}"
        return {"url": url, "qr": picture(url)}


def picture(url: str) -> str:
    """A QR code as the address of an image."""
    return segno.make(url, error="m").svg_data_uri(scale=5, border=2)
