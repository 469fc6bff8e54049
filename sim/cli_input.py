"""What commands are given: one message where it is bad, and a word before the compiler starts."""

from __future__ import annotations

import sys
from typing import NoReturn

import typer


def fail(message: str) -> NoReturn:
    """End with one message and exit code 2: the input was bad."""
    complain(message)
    raise typer.Exit(2)


def complain(message: str) -> None:
    """Say what was bad in one line, whatever line breaks the input itself brought along."""
    print("detente: " + "\\n".join(message.splitlines()), file=sys.stderr)


def whole(text: str, name: str, largest: int, least: int = 0) -> int:
    """A whole number given as text."""
    known = text.isascii() and text.isdigit() and len(text) <= 60
    if not known or not least <= int(text) <= largest:
        fail(f"--{name}: found {text[:40]}; expected a whole number from {least} to {largest}.")
    return int(text)


def say_first_time() -> None:
    """A line before the compiler starts, so that minutes of silence are explained."""
    from sim.compiled import first_time

    if first_time():
        print("Compiling the rules of this copy for the first time; this takes one to three minutes.", file=sys.stderr)
