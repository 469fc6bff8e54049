"""The door: this machine alone at first, its network when the teacher opens the class."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import time
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from sim.classroom.guard import LARGEST
from sim.classroom.server import Classroom
from sim.classroom.session import Refused, Session
from sim.own_pages import LOCAL, hosts_of


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


@dataclass(frozen=True)
class Certificate:
    """What the network side of the door speaks TLS with: files in PEM form."""

    file: Path
    key: Path

    def check(self) -> None:
        """Refuse what is no certificate with its key.

        Raises
        ------
        ValueError
            One of the files cannot be read, is none, or they do not belong together.
        """
        for path in (self.file, self.key):
            try:
                path.read_bytes()
            except OSError as error:
                raise ValueError(f"{path}: found a file that cannot be read ({error.strerror})") from None
        try:
            # An encrypted key would ask for its password in the terminal, and wait.
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self.file, self.key, password="")
        except (ssl.SSLError, ValueError) as error:
            reason = (getattr(error, "reason", None) or str(error)).lower().replace("_", " ")
            raise ValueError(f"{self.file}, {self.key}: found no certificate with its key ({reason})") from None


class Door:
    """Serves a session.

    Parameters
    ----------
    session
        What is served.
    port
        On this machine, and in the network once opened.
    certificate
        With one the network is served over TLS; this machine never needs it.
    """

    def __init__(self, session: Session, port: int, certificate: Certificate | None = None) -> None:
        self.session, self.port, self.certificate = session, port, certificate
        self.hosts = hosts_of(LOCAL[:2], port)
        self.room = Classroom(session, self.hosts, self)
        self.inside = self._server()
        self._outside: list[uvicorn.Server] = []
        self._tasks: list[asyncio.Task[None]] = []

    def _server(self, certificate: Certificate | None = None) -> uvicorn.Server:
        config = uvicorn.Config(
            self.room.app, log_level="warning", ws_max_size=LARGEST, lifespan="off", server_header=False,
            timeout_graceful_shutdown=1, limit_concurrency=2000,
            ssl_certfile=certificate and certificate.file, ssl_keyfile=certificate and certificate.key,
        )  # fmt: skip
        return uvicorn.Server(config)

    async def serve(self, inside: socket.socket, *, opened: bool) -> None:
        """Serve until stopped."""
        if opened:
            await self.room.open()
        ending = asyncio.create_task(self._end())
        await self.inside.serve(sockets=[inside])
        ending.cancel()
        await self.close()

    @property
    def scheme(self) -> str:
        """Of addresses in the network: http or https."""
        return "https" if self.certificate else "http"

    async def close(self) -> None:
        """Listen on this machine alone again."""
        for server in self._outside:
            server.should_exit = True
        if self._tasks:
            # Whoever asked may hang on one of these servers itself and be cut off here: that must not cut off the others.
            await asyncio.wait(self._tasks, timeout=5)
        self._outside.clear()
        self._tasks.clear()
        self.hosts.intersection_update(hosts_of(LOCAL[:2], self.port))

    async def _end(self) -> None:
        """Once the class was deleted there is nothing left to serve; who is connected hears so first."""
        await self.room.gone.wait()
        await asyncio.sleep(1)
        for server in (self.inside, *self._outside):
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
        found: list[str] = []
        for address in own_addresses():
            with contextlib.suppress(OSError):
                listening = bound(address, self.port)
                server = self._server(self.certificate)
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
