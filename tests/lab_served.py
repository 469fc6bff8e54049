"""The lab as a person starts it, and a browser on it: a real server on a free port, ended by its own id."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from terminal import ROOT, environment

PATIENCE = 300
"""Seconds that a first start may take: the rules are compiled then."""


@dataclass
class Served:
    """A lab that runs."""

    port: int
    runs: Path
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def memory(self) -> int:
        """Bytes that the server holds in memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        return 1024 * int(re.search(r"VmRSS:\s+(\d+) kB", status)[1])


@contextmanager
def serving(folder: Path, *words: str) -> Iterator[Served]:
    """Start a lab; its runs and its words go under ``folder``."""
    said = folder / "said.txt"
    command = [sys.executable, "-m", "sim.cli", "lab", *words]
    command += ["--no-browser", "--port", "0", "--runs", str(folder / "runs")]
    with said.open("wb") as stream:
        process = subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=stream, stderr=stream)
        try:
            yield Served(_port(said, process), folder / "runs", process)
        finally:
            process.terminate()
            process.wait(30)


def _port(said: Path, process: subprocess.Popen[bytes]) -> int:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        found = re.search(r"open at http://127\.0\.0\.1:(\d+)/", said.read_text("utf-8"))
        if found:
            return int(found[1])
        time.sleep(0.1)
    raise AssertionError(said.read_text("utf-8"))


@dataclass
class Opened:
    """Opens pages of a lab, each a session of its own, and remembers what they asked for and complained of."""

    browser: Browser
    served: Served
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __call__(self, width: int = 1280, height: int = 720, theme: str = "light") -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            permissions=["clipboard-read", "clipboard-write"],
        )
        page = context.new_page()
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("websocket", lambda socket: self.asked.append(socket.url))
        page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.goto(self.served.address)
        expect(page.get_by_role("button", name="+ Round")).to_be_enabled(timeout=30_000)
        return page


@contextmanager
def opening(browser: Browser, served: Served) -> Iterator[Opened]:
    """At the end no other host was asked for anything and no page complained."""
    opened = Opened(browser, served)
    before = list(browser.contexts)
    yield opened
    for context in browser.contexts:
        if context not in before:
            context.close()
    assert opened.said == []
    own = f"//127.0.0.1:{served.port}/"
    assert [url for url in opened.asked if own not in url and not url.startswith(("data:", "blob:"))] == []


def press(page: Page, name: str) -> None:
    """Press a button by its whole name."""
    page.get_by_role("button", name=name, exact=True).click()


def at_turn(page: Page, turn: int, length: int, seconds: float = 20) -> None:
    """Wait until the page shows the talk after so many turns."""
    expect(page.locator(".scrub label")).to_have_text(f"After turn {turn} of {length}", timeout=1_000 * seconds)


def turn_of(page: Page) -> int:
    """After how many turns the page stands."""
    return int(re.search(r"After turn (\d+)", page.locator(".scrub label").inner_text())[1])


def choose(page: Page, label: str, option: str) -> None:
    """Choose from one of the page's lists by the beginning of an entry."""
    page.locator(".v-select", has_text=label).locator(".v-select__slot").click()
    page.get_by_role("option", name=option, exact=True).or_(
        page.get_by_role("option", name=re.compile(f"^{re.escape(option)}: "))
    ).first.click()


def command_of(page: Page) -> str:
    """The line that plays the same talk."""
    return page.get_by_label("The same talk as a command").input_value()
