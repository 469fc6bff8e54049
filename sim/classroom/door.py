"""The door: this machine alone at first, its network when the teacher opens the class."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from pathlib import Path

import uvicorn

from sim.classroom.guard import LARGEST
from sim.classroom.server import Classroom
from sim.classroom.session import Refused, Session


def bound(address: str, port: int) -> socket.socket:
    """A socket that listens there.

    Raises
    ------
    OSError
        The port is taken, or the address is not this machine's.
    """
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((address, port))
        found.listen(256)  # whoever comes before the server is up waits a moment
    except OSError:
        found.close()
        raise
    return found


def own_addresses() -> list[str]:
    """This machine's addresses in its networks, the one that others most likely reach first; none without a network."""
    found: list[str] = []
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # an address for documentation: nothing is sent, the route alone is looked up
        found.append(probe.getsockname()[0])
    with contextlib.suppress(OSError):
        found += [str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    return [one for one in dict.fromkeys(found) if not one.startswith("127.")]


class Door:
    """Serves a session.

    Parameters
    ----------
    session
        What is served.
    port
        On this machine, and in the network once opened.
    """

    def __init__(self, session: Session, port: int) -> None:
        self.session, self.port = session, port
        self.hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self.room = Classroom(session, self.hosts, self.open)
        self._outside: list[uvicorn.Server] = []
        self._tasks: list[asyncio.Task[None]] = []

    def _server(self) -> uvicorn.Server:
        config = uvicorn.Config(
            self.room.app, log_level="warning", ws_max_size=LARGEST, lifespan="off", server_header=False,
            timeout_graceful_shutdown=1, limit_concurrency=2000,
        )  # fmt: skip
        return uvicorn.Server(config)

    async def serve(self, inside: socket.socket, *, opened: bool) -> None:
        """Serve until stopped."""
        if opened:
            await self.room.open()
        server = self._server()
        ending = asyncio.create_task(self._end(server))
        await server.serve(sockets=[inside])
        ending.cancel()
        for server in self._outside:
            server.should_exit = True
        await asyncio.gather(*self._tasks)

    async def _end(self, inside: uvicorn.Server) -> None:
        """Once the class was deleted there is nothing left to serve; who is connected hears so first."""
        await self.room.gone.wait()
        await asyncio.sleep(1)
        for server in (inside, *self._outside):
            server.should_exit = True

    async def open(self) -> list[str]:
        """Listen in this machine's networks too; "address:port" of each.

        Raises
        ------
        Refused
            There is no network, or the port is taken there.
        """
        if self._outside:
            return list(self.room.lines.address["addresses"])
        found = []
        for address in own_addresses():
            with contextlib.suppress(OSError):
                listening = bound(address, self.port)
                server = self._server()
                # Both hear the signals, one after the other.
                self._tasks.append(asyncio.create_task(server.serve([listening])))
                self._outside.append(server)
                found.append(f"{address}:{self.port}")
        if not found:
            raise Refused("Not opened: this machine is in no network, or the port is taken there.")
        self.hosts.update(found)
        return found


def session_file(folder: Path, lesson: str) -> Path:
    """A new session's file, named after the lesson and the day."""
    stem = f"{lesson}-{time.strftime('%Y-%m-%d')}"
    number = 1
    while (path := folder / f"{stem}-{number}.session").exists():
        number += 1
    return path


def latest(folder: Path, lesson: str) -> Path | None:
    """Today's last session of a lesson; None where there is none."""
    stem = f"{lesson}-{time.strftime('%Y-%m-%d')}-"
    found = sorted(folder.glob(f"{stem}*.session"), key=lambda path: int(path.stem.removeprefix(stem)))
    return found[-1] if found else None
