"""What a check has to say: what is wrong, where, by which figures, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Found:
    """One thing that a check found.

    Attributes
    ----------
    check
        Id of the check.
    severity
        problem: a part of the game is pointless as it stands. notice: true and worth knowing; may be meant.
    path
        Keys from the top of the scenario, joined by dots.
    what
        In a sentence.
    figures
        The evidence, and what it was reckoned over.
    advice
        What to do.
    """

    check: str
    severity: Literal["problem", "notice"]
    path: str
    what: str
    figures: str
    advice: str

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def points(utility: float) -> str:
    """Utility as points of a hundred, with one decimal."""
    return f"{100 * utility:.1f}"


def listed(words: Sequence[str]) -> str:
    """Words as a list in a sentence."""
    return ", ".join(words[:-1]) + f" and {words[-1]}" if len(words) > 1 else "".join(words)
