"""Names for people kept as they are, ids and codes made from them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable

LONGEST = 200
"""Letters of a name."""
_JOINERS = "\u200c\u200d"
_KEPT_FOR_MARKS = ("value", "basis", "source", "note")
"""Keys that mark a figure in a scenario file; as ids they would be read as such."""


def readable(name: str) -> str | None:
    """A name with its white space made single spaces; None where it is empty, too long or holds what cannot be shown."""
    text = " ".join(name.split())
    known = all(letter.isprintable() or letter in _JOINERS for letter in text)
    return text if text and len(text) <= LONGEST and known else None


def words_of(name: str) -> list[str]:
    """Its words: letters and digits between anything else."""
    return re.findall(r"[^\W_]+", name)


def plain(name: str) -> str:
    """ASCII letters, digits and single underscores in lower case; may be empty."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")


def ids(names: Iterable[str], kind: str) -> list[str]:
    """An id for every name, all different: "Price" gives "price", "60 Gb" of the kind "issue" gives "issue_60_gb"."""
    found: list[str] = []
    for number, name in enumerate(names, 1):
        base = plain(name)[:40].strip("_")
        if not base or base[0].isdigit() or base in _KEPT_FOR_MARKS:
            base = f"{kind}_{base or number}"
        found.append(_new(base, found, lambda base, n: f"{base}_{n}"))
    return found


def codes(names: Iterable[str]) -> list[str]:
    """At most five letters for narrow tables, all different."""
    found: list[str] = []
    for number, name in enumerate(names, 1):
        base = re.sub(r"[^A-Z0-9]", "", plain(name).upper())[:5] or f"P{number}"
        found.append(_new(base, found, lambda base, n: f"{base[: 5 - len(str(n))]}{n}"))
    return found


def parts(names: Iterable[str]) -> list[str]:
    """Numbered parts of file names, in order: "1_SportCo". Nothing in them leads out of a folder."""
    listed = list(names)
    letters = [re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")[:60] for name in listed]
    width = len(str(len(listed)))
    return [f"{at:0{width}}_{part or 'party'}" for at, part in enumerate(letters, 1)]


def short(names: Iterable[str], letters: int) -> list[str]:
    """Names cut to a number of letters, all different if the names are."""
    found: list[str] = []
    for name in names:
        cut = name if len(name) <= letters else name[: letters - 1].rstrip() + "…"
        found.append(_new(cut, found, lambda base, n: f"{base[: letters - 1 - len(str(n))]} {n}"))
    return found


def _new(base: str, taken: Collection[str], numbered: Callable[[str, int], str]) -> str:
    """The base, or its first numbered form that is not taken."""
    name, number = base, 1
    while name in taken:
        number += 1
        name = numbered(base, number)
    return name


def apart(stems: list[str]) -> list[str]:
    """Names for people from those of files: without the words that all begin or end with, and without numbers before
    every one. laptop_buyer_utility and laptop_seller_utility give Buyer and Seller."""
    split: list[list[str]] = [words_of(stem) or [stem] for stem in stems]
    while len(split) > 1 and min(map(len, split)) > 1 and len({words[0].lower() for words in split}) == 1:
        split = [words[1:] for words in split]
    while len(split) > 1 and min(map(len, split)) > 1 and len({words[-1].lower() for words in split}) == 1:
        split = [words[:-1] for words in split]
    numbered = all(len(words) > 1 and words[0].isdecimal() for words in split)
    names = [" ".join(words[1:] if numbered else words) for words in split]
    return [name[:1].upper() + name[1:] for name in names] if len(set(names)) == len(names) else stems
