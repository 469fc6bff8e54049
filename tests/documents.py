"""Pages as programs: the commands and snippets of a page are run in order, and what it quotes is compared with what comes out.

Of fenced blocks, in the order of the page:

- ``console``: lines that begin with ``$ `` are run, and the lines beneath each are what it prints; where there are none, only its
  exit code counts.
- ``python``: run in one namespace a page; a block without a language right after it is what it prints.
- after ``<!-- file: NAME -->`` a block is written to that file.
- after ``<!-- by the test: NAME -->`` a block is given to a function of the test, for what does not end by itself.
- after ``<!-- not run: REASON -->`` a block is left alone.

In what is quoted ``…`` stands for anything, a line of it for any lines; in a command it is completed to the newest name
that fits.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import typer
from terminal import ROOT, detente

PAGES = sorted(
    [
        *(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")),
        *(path.name for path in ROOT.glob("*.md")),
    ]
)
"""Every page of the project."""

_BLOCK = re.compile(r"^(?:<!-- (.*?) -->\n)?(?:( *)```(\w*)\n(.*?)^ *```$)", re.M | re.S)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: its language, its text, and the remark before it (empty where there is none)."""

    language: str
    text: str
    remark: str
    start: int
    end: int


def blocks_of(page: str) -> list[Block]:
    """All blocks of a page, named by its place in the repository."""
    text = (ROOT / page).read_text("utf-8")
    return [Block(found[3], found[4], found[1] or "", *found.span()) for found in _BLOCK.finditer(text)]


def commands_of(page: str) -> list[str]:
    """Every ``detente`` command in the blocks of a page, as it stands there."""
    spoken = [block for block in blocks_of(page) if block.language in ("", "console")]
    lines = [line.strip().removesuffix("&") for block in spoken for line in block.text.splitlines()]
    found = (re.match(r"(?:\$ )?detente( .*)", line) for line in lines)
    return [match[1].strip() for match in found if match]


def words_of(command: str) -> list[str]:
    """The words of a command as a shell would split it, remarks left out."""
    return shlex.split(command, comments=True)


def parsed(words: list[str]) -> None:
    """Ask the program whether it knows a command and its options, without running it.

    Raises
    ------
    Exception
        The parser's own, with what the program would say.
    """
    from sim.cli import app

    command, rest = typer.main.get_command(app), words
    context = command.context_class(command)
    while hasattr(command, "resolve_command"):
        _, command, rest = command.resolve_command(context, rest)
    context = command.context_class(command, info_name=words[0], parent=context)
    command.parse_args(context, list(rest))


def fits(quoted: str, printed: str) -> bool:
    """Whether what was printed is what a page quotes; … stands for anything, spaces at the ends of lines do not count."""
    lines = [line.rstrip() for line in quoted.strip("\n").splitlines()]
    parts = [r"(?:.*\n)*?" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + "\n" for line in lines]
    shown = "".join(line.rstrip() + "\n" for line in printed.strip("\n").splitlines())
    return re.fullmatch("".join(parts), shown) is not None


def played(page: str, folder: Path, **by_test: Callable[[str], None]) -> int:
    """Run a page in a folder.

    Parameters
    ----------
    page
        By its place in the repository.
    folder
        Where its commands are given.
    by_test
        Name -> what is done with the text of a block that the page leaves to the test.

    Returns
    -------
    How many commands and snippets were run.

    Raises
    ------
    AssertionError
        What failed, or printed something else than is quoted, with both texts.
    """
    names: dict[str, object] = {"__name__": "__main__"}
    found, done = blocks_of(page), 0
    text = (ROOT / page).read_text("utf-8")
    for block, after in zip(found, [*found[1:], None]):
        if block.remark.startswith("file: "):
            (folder / block.remark.removeprefix("file: ")).write_text(block.text, encoding="utf-8")
        elif block.remark.startswith("not run: "):
            continue
        elif block.remark.startswith("by the test: "):
            by_test[block.remark.removeprefix("by the test: ")](block.text)
            done += 1
        elif block.language == "console":
            done += _commands(page, block.text, folder)
        elif block.language == "python":
            shown = io.StringIO()
            with contextlib.chdir(folder), contextlib.redirect_stdout(shown):
                exec(compile(block.text, page, "exec"), names)
            follows = after is not None and not after.language and not text[block.end : after.start].strip()
            if after is not None and follows:
                assert fits(after.text, shown.getvalue()), (
                    f"{page} quotes\n{after.text}\nand prints\n{shown.getvalue()}"
                )
            done += 1
    return done


def _commands(page: str, text: str, folder: Path) -> int:
    """Run the commands of one block; how many there were."""
    steps = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n?)*)", text, re.M)
    for line, quoted in steps:
        first, *words = words_of(line)
        assert first == "detente", f"{page}: only the program itself is run, not {line!r}"
        run = detente(*(_completed(word, folder) for word in words), cwd=folder)
        assert run.returncode == 0, f"{page}: {line}\n{run.stdout}{run.stderr}"
        if quoted.strip():
            assert fits(quoted, run.stdout), f"{page}: {line}\nquotes\n{quoted}\nand prints\n{run.stdout}"
    return len(steps)


def _completed(word: str, folder: Path) -> str:
    """The newest path that a word with … in it fits; other words as they are."""
    if "…" not in word:
        return word
    there = sorted(folder.glob(word.replace("…", "*")), key=lambda path: path.stat().st_mtime)
    assert there, f"{word}: nothing like it in {folder}"
    return there[-1].relative_to(folder).as_posix()
