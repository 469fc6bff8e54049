"""XML read as hostile input: no document type, no entities, bounded in size, depth and number of elements."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from sim.domain.problems import ScenarioError, shown

LARGEST = 1 << 20
"""Bytes of one file."""
DEEPEST = 12
MOST_ELEMENTS = 20_000
_FIGURE = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,4})?", re.ASCII)
_INDEX = re.compile(r"\d{1,6}", re.ASCII)


@dataclass
class Element:
    """One element and where it stands.

    Attributes
    ----------
    tag, attributes, children
        As written; text between elements means nothing in this format and is not kept.
    file, line
        Where it begins.
    path
        From the root, counted from 1 among its like: "utility_space/objective/issue[2]".
    """

    tag: str
    attributes: dict[str, str]
    file: str
    line: int
    path: str
    children: list[Element] = field(default_factory=list["Element"])
    counted: dict[str, int] = field(default_factory=dict[str, int])

    def all(self, tag: str) -> list[Element]:
        """Its children of one name, in order."""
        return [child for child in self.children if child.tag == tag]

    def wrong(self, found: str, expected: str, attribute: str = "") -> NoReturn:
        """Refuse it.

        Raises
        ------
        ScenarioError
            File, line, path, what was found and what was expected.
        """
        at = f"{self.path}/@{attribute}" if attribute else self.path
        raise ScenarioError(f"{self.file}:{self.line}: {at}: found {found}; expected {expected}.")

    def one(self, tag: str) -> Element | None:
        """Its child of one name, or None.

        Raises
        ------
        ScenarioError
            There are several.
        """
        found = self.all(tag)
        if len(found) > 1:
            found[1].wrong(f"a second {tag}", "one")
        return found[0] if found else None

    def figure(self, attribute: str, low: float, high: float, what: str) -> float:
        """A finite number in [low, high].

        Raises
        ------
        ScenarioError
            It is missing, no plain decimal number, or out of range.
        """
        text = self.attributes.get(attribute)
        expected = f"{what}, a number from {low:g} to {high:g}"
        if text is None:
            self.wrong("nothing", expected, attribute)
        if not _FIGURE.fullmatch(text.strip()) or not low <= (value := float(text)) <= high:
            self.wrong(shown(text), expected, attribute)
        return value + 0.0  # no negative zero

    def index(self) -> int:
        """Its number among the issues.

        Raises
        ------
        ScenarioError
            It is missing or no whole number.
        """
        text = self.attributes.get("index")
        if text is None or not _INDEX.fullmatch(text.strip()):
            self.wrong("nothing" if text is None else shown(text), "a whole number", "index")
        return int(text)


def read_bytes(path: Path) -> bytes:
    """A plain file's bytes; links, pipes and devices are not followed or waited for.

    Raises
    ------
    ScenarioError
        No plain file, not readable, or larger than ``LARGEST``.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise ScenarioError(f"{path}: found a link or something else that is no file; expected a plain file.")
        with open(os.open(path, flags), "rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise ScenarioError(
            f"{path}: found a file that cannot be read ({error.strerror}); expected Genius XML."
        ) from None
    if len(content) > LARGEST:
        raise ScenarioError(f"{path}: found more than {LARGEST:,} bytes; expected a file of at most that size.")
    return content


def parsed(content: bytes, file: str) -> Element:
    """The root element of a file.

    Raises
    ------
    ScenarioError
        No well-formed XML, a document type (which is how entities are declared), too deep or too many elements.
    """
    reader = _Reader(file)
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise ScenarioError(f"{file}:{error.lineno}: found no valid XML ({reason}); expected Genius XML.") from None
    except (LookupError, ValueError) as error:
        if isinstance(error, ScenarioError):
            raise
        raise ScenarioError(f"{file}: found an encoding that cannot be read; expected UTF-8.") from None
    if reader.root is None:
        raise ScenarioError(f"{file}: found no element; expected Genius XML.")
    return reader.root


class _Reader:
    """Builds the elements while the parser, which keeps its own stack off Python's, goes through the file."""

    def __init__(self, file: str) -> None:
        self.file, self.root, self.count = file, None, 0
        self.open: list[Element] = []
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._doctype
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end

    def _refuse(self, found: str, expected: str) -> NoReturn:
        raise ScenarioError(f"{self.file}:{self.parser.CurrentLineNumber}: found {found}; expected {expected}.")

    def _doctype(self, *_: object) -> None:
        self._refuse("a document type, which could declare entities", "none: Genius XML has no use for one")

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if len(self.open) >= DEEPEST:
            self._refuse(f"more than {DEEPEST} levels", "a Genius domain or profile")
        if self.count > MOST_ELEMENTS:
            self._refuse(f"more than {MOST_ELEMENTS:,} elements", "a Genius domain or profile")
        name, path = shown(tag, 40)[1:-1], ""
        if self.open:
            parent = self.open[-1]
            number = parent.counted[tag] = parent.counted.get(tag, 0) + 1
            path = f"{parent.path}/{name}[{number}]" if tag in ("issue", "item", "weight") else f"{parent.path}/{name}"
        element = Element(tag, attributes, self.file, self.parser.CurrentLineNumber, path or name)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def _end(self, _: str) -> None:
        self.open.pop()
