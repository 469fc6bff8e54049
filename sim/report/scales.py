"""Issue scales: where each party wants an issue to end, where red lines lie, and where it did end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from sim.domain.check import laid_over
from sim.domain.parties import Position
from sim.figures.chart import spread
from sim.figures.run import Run

LEFT, RIGHT, LINE, UP = 14.0, 256.0, 24.0, 9.0
"""Ends of the line, its height and that of the symbols above it, in the picture's own units (270 by 42)."""

FILLS = {"cited": "full", "inferred": "pale", "estimate": "open", "assumed": "open"}


@dataclass(frozen=True)
class Wish:
    """The option a party (or a bloc of it) likes best on an issue, and how well that is known."""

    party: str
    bloc: str | None
    position: Position
    option: int | None
    basis: str
    source: tuple[str, ...]


@dataclass(frozen=True)
class Mark:
    """A party's symbol above an option: how well known (``FILLS``), and what is said of it where it is pointed at."""

    party: str
    option: int
    basis: str
    title: str = ""


@dataclass(frozen=True)
class Line:
    """A red line that consent makes count: the last option acceptable, and whether it bars in this run."""

    party: str
    option: int
    at_least: bool
    bars: bool


def wishes(run: Run, issue: str) -> Iterator[Wish]:
    """What every party wants on an issue, then those of its blocs that want something else."""
    for name, party in run.scenario.parties.items():
        common = party.positions.get(issue)
        shown = common
        if shown is None and party.blocs:
            largest = max(party.blocs.values(), key=lambda bloc: bloc.share.value)
            shown = largest.positions.get(issue)
        if shown is not None:
            yield _wish(name, None, shown)
        for bloc in party.blocs.values():
            own = bloc.positions.get(issue)
            if own is not None and own is not shown:
                yield _wish(name, bloc.name, own if common is None else laid_over(common, own))


def _wish(party: str, bloc: str | None, position: Position) -> Wish:
    if position.preferred is not None:
        cell = position.preferred
        return Wish(party, bloc, position, cell.value, cell.basis, cell.source)
    cell = position.points or position.values
    if cell is None:
        return Wish(party, bloc, position, None, "assumed", ())
    best = max(cell.value)
    option = cell.value.index(best) if min(cell.value) < best else None
    return Wish(party, bloc, position, option, cell.basis, cell.source)


def lines(run: Run, issue: str) -> list[Line]:
    """Red lines of all whose consent the issue can need, blocs included."""
    t, talk, parties = run.table.t, run.table.talk, list(run.scenario.parties)
    i = run.scenario.active.index(issue)
    found: list[Line] = []
    for a in range(int(t.n.actors)):
        p = int(t.actor[a].party)
        own = a if t.actor[a].refers < 0 else int(t.actor[a].refers)
        stance = t.stance[own, i]
        voiced = a != p or not t.party[p].blocs
        if voiced and stance.line >= 0 and t.needs[i, :, p].any():
            found.append(Line(parties[p], int(stance.line), bool(stance.at_least), bool(talk.holding[a, i])))
    return found


def inside(run: Run, issue: str, drawn: list[Line] | None = None) -> list[int]:
    """Options within the red lines, hard and soft, of all whose consent they need; none where nobody's is needed.

    ``drawn`` are the issue's ``lines`` where they are known already.
    """
    given = run.scenario.issues[issue]
    found: list[int] = []
    drawn = lines(run, issue) if drawn is None else drawn
    for k, option in enumerate(given.options):
        asked = {party for party in (*given.consent.value, *option.also_consent) if party in run.consenting}
        if not asked:
            continue
        if not any(line.party in asked and beyond(line, k) for line in drawn):
            found.append(k)
    return found


def beyond(line: Line, option: int) -> bool:
    """Whether an option lies on the far side of a red line."""
    return option < line.option if line.at_least else option > line.option


def without_overlap(run: Run) -> list[str]:
    """Issues that consent decides and on which no option lies inside every red line of those who must give it."""
    return [issue for issue in run.scenario.active if lines(run, issue) and not inside(run, issue)]


def strictest(run: Run, issue: str, drawn: list[Line] | None = None) -> list[Line]:
    """The lines worth drawing: of each side the strictest that bars, and a stricter one that does not.

    ``drawn`` are the issue's ``lines`` where they are known already.
    """
    chosen: list[Line] = []
    drawn = lines(run, issue) if drawn is None else drawn
    last = len(run.scenario.issues[issue].options) - 1
    for at_least in (True, False):
        side = [line for line in drawn if line.at_least == at_least and line.option != (0 if at_least else last)]
        sign = 1 if at_least else -1
        barring = max((line for line in side if line.bars), key=lambda line: sign * line.option, default=None)
        others = [
            line for line in side if not line.bars and (barring is None or sign * line.option > sign * barring.option)
        ]
        other = max(others, key=lambda line: sign * line.option, default=None)
        chosen += [line for line in (barring, other) if line is not None]
    return chosen


def picture(run: Run, issue: str) -> Markup:
    """An issue of a finished run: what each party likes best, and where the issue ended."""
    given = run.scenario.issues[issue]
    quo, final = given.status_quo.value, int(run.record["final"][issue])
    marks = [
        Mark(wish.party, wish.option, wish.basis)
        for wish in wishes(run, issue)
        if wish.bloc is None and wish.option is not None
    ]
    label = f"{given.short}: ends at “{given.options[final].label}”; status quo “{given.options[quo].label}”"
    return drawing(run, issue, marks, final, label)


def drawing(run: Run, issue: str, marks: list[Mark], text: int, label: str) -> Markup:
    """An issue as a drawing with a ring around one option; what it shows is also said in its label and in words below it."""
    given = run.scenario.issues[issue]
    steps = len(given.options) - 1
    step = (RIGHT - LEFT) / steps
    x = [LEFT + step * k for k in range(steps + 1)]
    quo = given.status_quo.value
    order = list(run.scenario.parties)
    every = lines(run, issue)
    agreeable = inside(run, issue, every)
    parts = [*_band(agreeable, x, step), f'<line class="ax" x1="{LEFT}" x2="{RIGHT}" y1="{LINE}" y2="{LINE}"/>']
    for k, option in enumerate(given.options):
        parts.append(
            f'<circle class="op" cx="{x[k]:.1f}" cy="{LINE}" r="2.4"><title>{escape(option.label)}</title></circle>'
        )
    drawn = strictest(run, issue, every)
    parts += [_bracket(line, x[line.option], order.index(line.party)) for line in drawn]
    if drawn and not agreeable:
        parts.append(_words(drawn, x, x[quo]))
    parts.append(f'<line class="quo" x1="{x[quo]:.1f}" x2="{x[quo]:.1f}" y1="{LINE + 4}" y2="{LINE + 12}"/>')
    parts.append(f'<circle class="ring" cx="{x[text]:.1f}" cy="{LINE}" r="6.5"/>')
    marks = sorted(marks, key=lambda mark: (mark.option, order.index(mark.party)))
    places = spread([x[mark.option] for mark in marks], 11.0, 7.0, 263.0)
    for mark, place in zip(marks, places):
        shape = symbol(run.looks[mark.party].symbol, place, UP, 5.0, order.index(mark.party), FILLS[mark.basis])
        parts.append(f"<g><title>{escape(mark.title)}</title>{shape}</g>" if mark.title else shape)
    body = "".join(parts)
    return Markup(f'<svg class="scale" viewBox="0 0 270 42" role="img" aria-label="{escape(label)}">{body}</svg>')


def _band(agreeable: list[int], x: list[float], step: float) -> list[str]:
    options = list(agreeable)
    parts: list[str] = []
    while options:
        first = last = options.pop(0)
        while options and options[0] == last + 1:
            last = options.pop(0)
        pad = min(8.0, 0.4 * step)
        left, width = x[first] - pad, x[last] - x[first] + 2 * pad
        parts.append(f'<rect class="band" x="{left:.1f}" y="{LINE - 6}" width="{width:.1f}" height="12" rx="6"/>')
    return parts


def _bracket(line: Line, x: float, party: int) -> str:
    side = -1 if line.at_least else 1
    near, far = x + 6 * side, x + 9 * side
    kind = "hard" if line.bars else "soft"
    shape = f'<path class="br {kind} p{party}" d="M{near:.1f} {LINE - 8}H{far:.1f}V{LINE + 8}H{near:.1f}"/>'
    if not line.bars:
        return shape
    low, high = (LEFT - 6, far) if line.at_least else (far, RIGHT + 6)
    hatch, width = f"h{'a' if line.at_least else 'b'}{party}", max(0.0, high - low)
    return f'<rect fill="url(#{hatch})" x="{low:.1f}" y="{LINE - 5}" width="{width:.1f}" height="10"/>{shape}'


def _words(drawn: list[Line], x: list[float], quo: float) -> str:
    """Say "no overlap" between the brackets that leave no option, or below the line where they stand too close."""
    highs = [x[line.option] for line in drawn if not line.at_least]
    lows = [x[line.option] for line in drawn if line.at_least]
    left, right = (min(highs), max(lows)) if highs and lows and min(highs) < max(lows) else (LEFT, RIGHT)
    middle = max(LEFT + 24, min(RIGHT - 24, (left + right) / 2))
    if right - left >= 74:
        return (
            f'<rect class="paper" x="{middle - 26:.1f}" y="{LINE - 6}" width="52" height="12"/>'
            f'<text class="none" x="{middle:.1f}" y="{LINE + 3.4}">no overlap</text>'
        )
    if abs(middle - quo) < 28:
        middle = quo - 28 if middle <= quo else quo + 28
    return f'<text class="none" x="{middle:.1f}" y="{LINE + 15}">no overlap</text>'


def symbol(kind: str, x: float, y: float, r: float, party: int, fill: str) -> str:
    """A party's symbol around a point, full, pale or open."""
    corners = {
        "square": ((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)),
        "diamond": ((0, -1.15), (1.15, 0), (0, 1.15), (-1.15, 0)),
        "triangle-up": ((0, -1.05), (1.1, 0.9), (-1.1, 0.9)),
        "triangle-down": ((0, 1.05), (1.1, -0.9), (-1.1, -0.9)),
        "triangle-right": ((1.05, 0), (-0.9, 1.1), (-0.9, -1.1)),
        "triangle-left": ((-1.05, 0), (0.9, 1.1), (0.9, -1.1)),
        "cross": (
            (-0.4, -1.05), (0.4, -1.05), (0.4, -0.4), (1.05, -0.4), (1.05, 0.4), (0.4, 0.4),
            (0.4, 1.05), (-0.4, 1.05), (-0.4, 0.4), (-1.05, 0.4), (-1.05, -0.4), (-0.4, -0.4),
        ),
    }  # fmt: skip
    if kind not in corners:
        return f'<circle class="sy p{party} {fill}" cx="{x:.1f}" cy="{y}" r="{r * 0.95:.1f}"/>'
    path = "L".join(f"{x + r * u:.1f} {y + r * v:.1f}" for u, v in corners[kind])
    return f'<path class="sy p{party} {fill}" d="M{path}Z"/>'


def hatches(run: Run) -> Markup:
    """Patterns behind red lines, two directions a party, once a page."""
    patterns: list[str] = []
    for at in range(len(run.scenario.parties)):
        for leaning, path in (("a", "M-1 7L7 -1"), ("b", "M-1 -1L7 7")):
            patterns.append(
                f'<pattern id="h{leaning}{at}" width="6" height="6" patternUnits="userSpaceOnUse">'
                f'<path class="ha p{at}" d="{path}"/></pattern>'
            )
    return Markup(f'<svg class="defs" width="0" height="0" aria-hidden="true"><defs>{"".join(patterns)}</defs></svg>')
