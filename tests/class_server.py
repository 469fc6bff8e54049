"""A class on a server of its own process, and people who reach it over HTTP and WebSockets as browsers do."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from websockets.sync.client import ClientConnection, connect

ROOT = Path(__file__).parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """``detente class`` in a process of its own."""

    def __init__(self, folder: Path, lesson: str, tables: int = 2) -> None:
        self.folder, self.lesson, self.tables, self.port = folder, lesson, tables, free_port()
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "sim.cli", "class", self.lesson, "--port", str(self.port)]
        command += ["--sessions", str(self.folder), "--tables", str(self.tables)]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
        self.said = ""
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line
            if "Ctrl+C" in line:
                break
        found = re.search(r"secret: (\S+)", self.said)
        assert found, self.said
        self.secret = found[1]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def code(self) -> str:
        (file,) = self.folder.glob("*.session")
        with sqlite3.connect(file) as log:
            return json.loads(log.execute("SELECT body FROM events WHERE kind = 'begun'").fetchone()[0])["code"]

    def ask(
        self, method: str, path: str, form: dict[str, str] | bytes | None = None, cookie: str = "", **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers (lower case) and body of one request; a post comes from our own page unless said otherwise."""
        given = {"Host": self.host, "Cookie": cookie}
        body: bytes | None = form if isinstance(form, bytes) else None
        if form is not None:
            given |= {"Origin": f"http://{self.host}", "Content-Type": "application/x-www-form-urlencoded"}
            body = form if isinstance(form, bytes) else urlencode(form).encode()
        given |= {name.capitalize(): value for name, value in headers.items()}
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        line.request(method, path, body, {name: value for name, value in given.items() if value})
        answer = line.getresponse()
        text = answer.read().decode("utf-8", "replace")
        line.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text

    def join(self, table: int, seat: str, name: str = "Ana") -> Person:
        form = {"code": self.code, "name": name, "seat": f"{table}/{seat}"}
        status, headers, text = self.ask("POST", "/join/seat", form)
        assert status == 303, text
        person = Person(self, headers["location"], headers["set-cookie"].split(";")[0])
        person.cookie_given = headers["set-cookie"]
        return person

    def teacher(self) -> Person:
        status, headers, text = self.ask("POST", "/teacher/login", {"secret": self.secret})
        assert status == 303, text
        return Person(self, "/teacher", headers["set-cookie"].split(";")[0])


class Person:
    """Somebody with a credential, and all bytes that it ever received."""

    def __init__(self, server: Server, path: str, cookie: str) -> None:
        self.server, self.path, self.cookie = server, path, cookie
        self.cookie_given = cookie
        self.received: list[str] = []
        self.page: dict[str, Any] = {}
        self._next = 0
        self.line: ClientConnection | None = None
        self._open = ExitStack()

    def sit(self, **headers: str) -> Person:
        line = connect(
            f"ws://{self.server.host}{self.path}/live",
            additional_headers={"Cookie": self.cookie, **headers},
            origin=f"http://{self.server.host}",  # type: ignore[arg-type]
            proxy=None,
        )
        self.line = self._open.enter_context(line)
        self.hear()
        return self

    def leave(self) -> None:
        """Close the line, as a page does that is closed."""
        self._open.close()

    def hear(self) -> dict[str, Any]:
        """The next message; pages are kept."""
        assert self.line
        text = self.line.recv(timeout=20)
        assert isinstance(text, str)
        self.received.append(text)
        message = json.loads(text)
        if "page" in message:
            self.page = message["page"]
        return message

    def until(self, wanted: Any) -> dict[str, Any]:
        """Hear until the page is as wanted."""
        while not wanted(self.page):
            self.hear()
        return self.page

    def send(self, **what: Any) -> dict[str, Any]:
        """Ask for something and hear the answer."""
        self._next += 1
        assert self.line
        self.line.send(json.dumps({"id": self._next, **what}))
        while True:
            message = self.hear()
            if message.get("id") == self._next:
                return message

    def act(self, act: str, key: str, version: int | None = None, **more: Any) -> dict[str, Any]:
        given = self.page["version"] if version is None else version
        return self.send(do="act", act=act, key=key, version=given, **more)

    def look(self) -> str:
        """The page as it is first fetched."""
        text = self.server.ask("GET", self.path, cookie=self.cookie)[2]
        self.received.append(text)
        return text


@contextmanager
def held(folder: Path, lesson: str = "january-50", tables: int = 2) -> Iterator[Server]:
    server = Server(folder, lesson, tables)
    try:
        yield server
    finally:
        server.kill()
