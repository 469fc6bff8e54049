"""A child process that is written lines and writes lines, each within a time and a size; it never outlives its use."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Sequence

GRACE = 2.0
"""Seconds that a program has to end by itself once its standard input is closed, before it is ended."""

AFTER_TERM = 0.5
"""Seconds between asking it to end and ending it."""


class Broken(Exception):
    """The program cannot go on; the text says what was found."""


class NotStarted(Exception):
    """There is no such program, or it may not be run; the text says what was found."""


class Pipe:
    """A running program. Its standard error is ours; it leads a process group of its own, which ends with it.

    Parameters
    ----------
    command
        The program and its arguments; no shell reads them.
    most
        Bytes of the longest line that is read, its line break included.

    Attributes
    ----------
    lines
        How many lines it has answered.

    Raises
    ------
    NotStarted
        It cannot be started.
    """

    def __init__(self, command: Sequence[str], most: int) -> None:
        self._most = most
        self._left = b""
        self.lines = 0
        try:
            self._process = subprocess.Popen(
                list(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, start_new_session=True
            )
        except (OSError, ValueError) as error:
            words = error.strerror if isinstance(error, OSError) else str(error)
            raise NotStarted(f'found "{command[0]}", which cannot be started ({words}); expected a program.') from None
        assert self._process.stdin is not None and self._process.stdout is not None
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)

    @property
    def pid(self) -> int:
        """Of the program."""
        return self._process.pid

    def exchange(self, line: bytes, until: float) -> bytes:
        """Write a line and read the next one.

        Parameters
        ----------
        line
            With its line break.
        until
            On the clock of ``time.monotonic``.

        Raises
        ------
        Broken
            It ended, took too long, wrote too much, or wrote before it was asked.
        """
        if self._left or self._arrived():
            raise Broken("found a line that was not asked for")
        while line:
            self._wait(until, writing=True)
            try:
                line = line[os.write(self._in, line) :]
            except BlockingIOError:
                continue
            except OSError:
                # It reads no more; perhaps it has said why, or ended.
                break
        while b"\n" not in self._left:
            if len(self._left) >= self._most:
                break
            self._wait(until, writing=False)
            if not self._arrived():
                raise Broken(f"found the end of its answers{self._status()}")
        head, _, rest = self._left.partition(b"\n")
        if len(head) >= self._most:
            raise Broken(f"found a line of more than {self._most:,} bytes")
        self._left = rest
        self.lines += 1
        return head

    def tell(self, line: bytes) -> None:
        """Write a last line that needs no answer, as far as the program takes it, without waiting for long."""
        until = time.monotonic() + AFTER_TERM
        try:
            while line:
                self._wait(until, writing=True)
                line = line[os.write(self._in, line) :]
        except (OSError, Broken):
            return

    def _arrived(self) -> bool:
        """Take up what has come; whether anything has."""
        try:
            found = os.read(self._out, 65536)
        except BlockingIOError:
            return False
        self._left += found
        return bool(found)

    def _wait(self, until: float, *, writing: bool) -> None:
        left = until - time.monotonic()
        readers, writers = ([], [self._in]) if writing else ([self._out], [])
        if left <= 0 or not any(select.select(readers, writers, [], left)):
            raise Broken("found no answer in time")

    def _status(self) -> str:
        """How the program ended, where it did."""
        try:
            code = self._process.wait(AFTER_TERM)
        except subprocess.TimeoutExpired:
            return " while it still runs"
        return f" (it ended by signal {-code})" if code < 0 else f" (it ended with status {code})"

    def close(self, grace: float = GRACE) -> None:
        """Close its standard input, let it end, then end its whole process group. Safe to call again."""
        if self._process.stdin is None or self._process.stdin.closed:
            return
        self._process.stdin.close()
        until = time.monotonic() + grace
        self._silent(until)
        # Until it is waited for its number is its own, so the group cannot be another's.
        if self._process.returncode is None:
            self._signal(signal.SIGTERM)
            self._silent(time.monotonic() + AFTER_TERM)
            self._signal(signal.SIGKILL)
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _silent(self, until: float) -> None:
        """Wait until it and its children have closed their standard output, and throw away what they still say."""
        while (left := until - time.monotonic()) > 0 and select.select([self._out], [], [], left)[0]:
            try:
                if not os.read(self._out, 65536):
                    return
            except OSError:
                return

    def _signal(self, number: int) -> None:
        try:
            os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):
            return
