"""The look of Détente: colours, symbols and words of parties and classes, and chart templates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
THEMES = ("light", "dark")


@dataclass(frozen=True)
class PartyLook:
    """How one party is shown: always by colour, symbol and name together.

    Attributes
    ----------
    name, code
        Full name, and at most five letters for narrow places.
    light, dark, tint, tint_dark
        Colours as "#rrggbb": of the party on a light and a dark page, and the pale ones behind it.
    symbol
        Name of its marker in charts.
    glyph, glyph_open
        The same as a letter, full and empty.
    dash
        Its line where several parties share a chart.
    """

    name: str
    code: str
    light: str
    dark: str
    tint: str
    tint_dark: str
    symbol: str
    glyph: str
    glyph_open: str
    dash: str

    def colour(self, theme: str) -> str:
        """The party's colour on a page of that theme."""
        return self.dark if theme == "dark" else self.light


_MORE = (
    ("#5B45B0", "#B9A9FF", "#EAE6F8", "#2B2548", "triangle-down", "▼", "▽", "dashdot"),
    ("#56660A", "#C5D86D", "#EEF1DC", "#2E3413", "triangle-right", "▶", "▷", "longdashdot"),
    ("#7A4B2B", "#E0A98A", "#F4E9E1", "#3A2A20", "triangle-left", "◀", "◁", "5px,2px"),
)
"""Looks beyond those of the five parties of January 2022, for games with others."""


@cache
def tokens() -> dict[str, Any]:
    """Every colour, size and symbol of the look, by name."""
    return json.loads((HERE / "tokens.json").read_text(encoding="utf-8"))


@cache
def template(theme: str = "light") -> dict[str, Any]:
    """The chart template of a theme, "light" or "dark"."""
    name = "plotly-template-dark.json" if theme == "dark" else "plotly-template.json"
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def text(name: str) -> str:
    """A file of the look as text: "tokens.css"."""
    return (HERE / name).read_text(encoding="utf-8")


def _rows() -> list[tuple[str, ...]]:
    rows: list[tuple[Any, ...]] = []
    for look in tokens()["party"].values():
        rows.append(
            tuple(look[key] for key in ("light", "dark", "tint", "tint-dark", "symbol", "glyph", "glyph-open", "dash"))
        )
    return [*rows, *_MORE]


def party_looks(parties: Mapping[str, tuple[str, str]]) -> dict[str, PartyLook]:
    """A look for every party.

    Parameters
    ----------
    parties
        Party id -> name and code, in the order of the scenario.

    Returns
    -------
    dict
        Party id -> look. Parties that the tokens know keep theirs; the others take the looks left over, in order, and
        begin again when there are none.
    """
    rows, known = _rows(), list(tokens()["party"])
    free = [row for at, row in enumerate(rows) if at >= len(known) or known[at] not in parties]
    taken = 0
    found: dict[str, PartyLook] = {}
    for party, (name, code) in parties.items():
        if party in known:
            row = rows[known.index(party)]
        else:
            row = free[taken % len(free)]
            taken += 1
        found[party] = PartyLook(name, code, *row)
    return found


def outcome_looks() -> dict[str, dict[str, str]]:
    """Name, fill, text colour and pattern of every outcome class, from less to more agreed."""
    return {look["id"]: look for look in tokens()["outcome"]}
