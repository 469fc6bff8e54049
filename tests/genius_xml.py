"""Genius XML written for the tests, by a writer of their own, and ways to break it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sim.domain.problems import ScenarioError
from sim.genius.folder import read_folder
from sim.genius.imported import Choices, imported

Wishes = Mapping[str, Mapping[str, tuple[float, tuple[float, ...]]]]
"""Per party and issue: weight and evaluations in option order."""


def domain_text(counts: Mapping[str, int]) -> str:
    """A domain of issues with so many options each, called "price 1", "price 2" and so on."""
    issues = "".join(
        f'  <issue type="discrete" index="{at}" name="{name}">\n'
        + "".join(f'    <item index="{k}" value="{name} {k}"></item>\n' for k in range(1, options + 1))
        + "  </issue>\n"
        for at, (name, options) in enumerate(counts.items(), 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<negotiation_template>\n <utility_space>\n'
        f' <objective index="0" name="all">\n{issues} </objective>\n </utility_space>\n</negotiation_template>\n'
    )


def profile_text(table: Mapping[str, tuple[float, tuple[float, ...]]], more: str = "") -> str:
    """What a party wants; ``more`` stands after the objective."""
    issues = "".join(
        f'  <issue type="discrete" index="{at}" name="{name}">\n'
        + "".join(f'    <item value="{name} {k}" evaluation="{one}"/>\n' for k, one in enumerate(evaluations, 1))
        + "  </issue>\n"
        for at, (name, (_, evaluations)) in enumerate(table.items(), 1)
    )
    weights = "".join(
        f'  <weight index="{at}" value="{weight}"/>\n' for at, (weight, _) in enumerate(table.values(), 1)
    )
    return (
        f'<utility_space>\n <objective index="0" name="all">\n{issues}{weights} </objective>\n{more}</utility_space>\n'
    )


def write_folder(folder: Path, wishes: Wishes, **more: str) -> Path:
    """A domain and a profile a party; ``more`` is what stands after a party's objective."""
    folder.mkdir(parents=True, exist_ok=True)
    first: Any = next(iter(wishes.values()))
    counts = {name: len(evaluations) for name, (_, evaluations) in first.items()}
    (folder / "domain.xml").write_text(domain_text(counts), "utf-8")
    for at, (party, table) in enumerate(wishes.items(), 1):
        (folder / f"{at}_{party}.xml").write_text(profile_text(table, more.get(party, "")), "utf-8")
    return folder


HOSTILE = (
    "NaN", "inf", "-1", "1e999", "1e-999", "0x1p3", "1_0", "٣", "", " ", "null", "\x00", "&", "<", '"', "&x;", "&#0;", "&#27;",
    "&#x202e;", "&#10;", "9" * 400, "a" * 5000, "../../etc/passwd", "integer", "real", "discrete", "<!DOCTYPE a>",
    '<!DOCTYPE a [<!ENTITY x "y">]>', "<![CDATA[x]]>", "<!-- x -->", "<?pi x?>", "<issue>", "</issue>", "<item/>",
    "<weight/>", "</objective>", "<objective>", "<objective>" * 40, "<reservation value='2'/>",
    "<discount_factor value='0.5'/>", '<evaluator ftype="linear"/>', "\ud7ff", "é", "\U0001f600", "{}", "%s", "]]>",
)  # fmt: skip
"""What is put into a file, or in place of a value."""


def broken(text: str, dice: random.Random) -> bytes:
    """The text with one to six changes: bytes turned, pieces cut, doubled, swapped or replaced by something hostile."""
    content = bytearray(text.encode())
    for _ in range(dice.randint(1, 6)):
        kind, at = dice.randrange(7), dice.randrange(len(content) + 1)
        to = min(len(content), at + dice.choice((1, 2, 8, 60, 400)))
        hostile = dice.choice(HOSTILE).encode()
        if kind == 0 and at < len(content):
            content[at] = dice.randrange(256)
        elif kind == 1:
            del content[at:to]
        elif kind == 2:
            content[at:at] = content[at:to] * dice.choice((1, 1, 1, 30))
        elif kind == 3:
            content[at:at] = hostile
        elif kind == 4:
            # In place of a value between quotation marks, where most of what the reader looks at stands.
            first = content.find(b'"', at)
            last = content.find(b'"', first + 1)
            if 0 <= first < last:
                content[first + 1 : last] = hostile
        elif kind == 5:
            word = dice.choice((b"discrete", b"index", b"evaluation", b"value", b"weight", b"item", b"issue", b"UTF-8"))
            content = content.replace(word, dice.choice((hostile, b"utf-16", b"x", b"item")), dice.choice((1, -1)))
        else:
            other = dice.randrange(len(content) + 1)
            content[other:other] = content[at:to]
    return bytes(content)


# ---- Shared by the tests ----------------------------------------------------------------------------------------------

# Two parties, two issues: "price" with three options, "date" with two.
SMALL = {
    "buyer": {"price": (0.6, (4, 2, 0)), "date": (0.4, (1, 5))},
    "seller": {"price": (0.7, (0, 3, 6)), "date": (0.3, (8, 2))},
}


def made(folder, **choices):
    """The scenario of a folder, and what was said."""
    return imported(read_folder(folder), Choices(**choices))


def message(folder, chosen=(), **choices):
    """The one line of a folder that must be refused."""
    with pytest.raises(ScenarioError) as caught:
        imported(read_folder(folder, chosen), Choices(**choices))
    said = str(caught.value)
    assert "\n" not in said
    assert "found" in said
    return said


def change(folder, name, old, new):
    """Replace a piece of one file."""
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
