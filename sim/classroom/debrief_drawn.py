"""Paper, figures on axes and marks for tables, as inline SVG without script; colours come by class from debrief.css."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

STEPS = (1, 2, 5, 10, 20, 25, 50)
"""Distances between the figures on an axis, in points."""


@dataclass(frozen=True)
class Paper:
    """A size: a wide picture for a projector, a narrow one for a phone; lengths are in its own units."""

    wide: bool

    @property
    def width(self) -> float:
        """Of the picture."""
        return 860.0 if self.wide else 360.0

    @property
    def letter(self) -> float:
        """Height of its letters."""
        return 16.0 if self.wide else 12.0

    def svg(self, height: float, label: str, parts: Sequence[str]) -> Markup:
        """The picture with its words for who does not see it."""
        look = "wide" if self.wide else "narrow"
        return Markup(
            f'<svg class="dk {look}" viewBox="0 0 {self.width:g} {height:.0f}" role="img" font-size="{self.letter:g}" '
            f'aria-label="{escape(label)}">{"".join(parts)}</svg>'
        )


def both(draw: Callable[[Paper], Markup]) -> Markup:
    """A picture in both sizes; the style sheet shows the one that fits."""
    return Markup("").join(draw(Paper(wide)) for wide in (True, False))


def ticks(low: float, high: float, most: int) -> range:
    """Round figures inside a stretch, zero among them where it lies inside."""
    step = next((step for step in STEPS if (high - low) / step <= most), 100)
    return range(int(-(-low // step)) * step, int(high) + 1, step)


def numbers(tables: Sequence[int]) -> str:
    """Numbers of tables, runs of three and more drawn together: "1, 3–6"."""
    found: list[list[int]] = []
    for number in sorted(tables):
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    words = [f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in found]
    return ", ".join(words)


def pill(paper: Paper, x: float, y: float, tables: Sequence[int]) -> str:
    """Tables at a place: their numbers on a dark ground."""
    words, high, wide = numbers(tables), 1.65 * paper.letter, _wide(paper, tables)
    left = min(max(x - wide / 2, 1.0), paper.width - wide - 1)
    return (
        f'<rect class="tbl" x="{left:.1f}" y="{y - high / 2:.1f}" width="{wide:.1f}" height="{high:.1f}" rx="{high / 2:.1f}"/>'
        f'<text class="on mid" x="{left + wide / 2:.1f}" y="{y + 0.35 * paper.letter:.1f}">{words}</text>'
    )


def _wide(paper: Paper, tables: Sequence[int]) -> float:
    """How wide the mark of some tables is."""
    return max(1.65 * paper.letter, 0.56 * paper.letter * len(numbers(tables)) + 0.8 * paper.letter)


def together(paper: Paper, places: Mapping[int, tuple[float, float]]) -> list[tuple[tuple[float, float], list[int]]]:
    """Tables whose marks would cover each other, as one mark at the place of most of them."""
    found = [(place, [number]) for number, place in places.items()]
    touching = True
    while touching:
        touching = False
        for at, ((a, b), group) in enumerate(found):
            for other, ((c, d), more) in enumerate(found[:at]):
                near = (_wide(paper, group) + _wide(paper, more)) / 2
                if abs(a - c) < near and abs(b - d) < 1.65 * paper.letter:
                    found[other] = ((c, d) if len(more) >= len(group) else (a, b), [*more, *group])
                    del found[at]
                    touching = True
                    break
            if touching:
                break
    return found
