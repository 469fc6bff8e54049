"""A full school at once: every seat of many tables on a device of its own, acting faster than people would.

    python tests/classroom_load.py            200 devices on 40 tables for half a minute; prints what it measured

Every device is a WebSocket with a seat's cookie. Whoever is asked to act waits a random moment and acts. What counts is
how long it takes until all devices of the table have a page that shows the act. In the end the log must hold every act, once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from class_server import Server, held
from websockets.asyncio.client import connect

PAUSE = (1.0, 5.0)
"""Seconds between being asked and acting: several times as fast as people who talk first."""

SEATS = ("us", "russia", "nato", "ukraine", "osce")


@dataclass
class Load:
    """What was measured: milliseconds until everybody saw an act, acts that were taken, refusals, the server's memory in MB."""

    shown: list[float] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    megabytes: float = 0.0

    def words(self) -> str:
        """The figures in a line."""
        cuts = statistics.quantiles(self.shown, n=100)
        return (
            f"{len(self.taken)} acts, shown to the whole table in {statistics.median(self.shown):.0f} ms at the median, "
            f"{cuts[94]:.0f} ms at the 95th percentile; server {self.megabytes:.0f} MB at its peak"
        )


class Table:
    """Devices of one table, and who waits for which version of it."""

    def __init__(self, load: Load) -> None:
        self.load, self.seen = load, dict.fromkeys(SEATS, -1)
        self.waiting: tuple[float, int] | None = None

    def saw(self, seat: str, version: int) -> None:
        self.seen[seat] = version
        if self.waiting and min(self.seen.values()) >= self.waiting[1]:
            self.load.shown.append(1000 * (time.perf_counter() - self.waiting[0]))
            self.waiting = None


def act_of(page: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """An act that a seat may take now."""
    legal, movable = page["legal"], page["movable"]
    if "offer" in legal and movable and chance.random() < 0.7:
        name = chance.choice(movable)
        options = [at for at in range(len(page["worth"][name])) if at != page["text"][name]]
        return {"act": "offer", "package": {name: chance.choice(options)}}
    for kind in ("accept", "pass") if chance.random() < 0.5 else ("refuse", "pass"):
        if kind in legal:
            return {"act": kind, **({"issue": "russian_buildup"} if kind == "refuse" else {})}
    return {"act": legal[0]}


async def device(server: Server, path: str, cookie: str, table: Table, seat: str, until: float, seed: int) -> None:
    """One device: hears pages, and acts when it is its turn."""
    chance, load, asked, page = random.Random(seed), table.load, 0, {}
    where, origin = f"ws://{server.host}{path}/live", f"http://{server.host}"
    async with connect(where, additional_headers={"Cookie": cookie}, origin=origin, proxy=None) as line:  # type: ignore[arg-type]
        acting: asyncio.Task[None] | None = None

        async def act(now: dict[str, Any]) -> None:
            nonlocal asked
            await asyncio.sleep(chance.uniform(*PAUSE))
            if time.monotonic() > until:
                return
            asked += 1
            what = {
                "id": asked,
                "do": "act",
                "version": now["version"],
                "key": f"{path}-{asked}-key",
                **act_of(now, chance),
            }
            table.waiting = time.perf_counter(), now["version"] + 1
            await line.send(json.dumps(what))

        while time.monotonic() < until + 1.5:
            try:
                message = json.loads(await asyncio.wait_for(line.recv(), 0.5))
            except TimeoutError:
                continue
            if "page" in message:
                page = message["page"]
                table.saw(seat, page["version"])
                if page["legal"] and page["turn"] == seat and (acting is None or acting.done()):
                    acting = asyncio.create_task(act(page))
            elif message["ok"]:
                load.taken.append(f"{path}-{message['id']}-key")
            else:
                load.refused.append(message["why"])


async def played(server: Server, tables: int, seconds: float) -> Load:
    """Sit everybody down, begin, and let them act."""
    load, people = Load(), []
    for number in range(1, tables + 1):
        table = Table(load)
        for seat in SEATS:
            person = server.join(number, seat, f"{seat} {number}")
            people.append((person.path, person.cookie, table, seat))
    teacher = server.teacher().sit()
    teacher.send(do="stage", to="talks")
    until = time.monotonic() + seconds
    await asyncio.gather(*(device(server, *one, until, seed) for seed, one in enumerate(people)))
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    load.megabytes = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024
    return load


def logged(server: Server) -> list[str]:
    """Keys of the acts in the log, in its order."""
    (file,) = server.folder.glob("*.session")
    with sqlite3.connect(file) as log:
        bodies = [json.loads(body) for (body,) in log.execute("SELECT body FROM events WHERE kind = 'act'")]
    return [body["key"] for body in bodies if body.get("key")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=30)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, held(Path(folder), "january-180", given.tables) as server:
        load = asyncio.run(played(server, given.tables, given.seconds))
        kept = logged(server)
    print(f"{len(SEATS) * given.tables} devices on {given.tables} tables: {load.words()}")
    if sorted(kept) != sorted(load.taken):
        sys.exit("The log does not hold what was taken.")


if __name__ == "__main__":
    main()
