"""The space of gains as it stands: the efficient frontier, the packages offered in order, and where the text is."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from sim.figures.chart import signed
from sim.figures.gains import Space, space_of
from sim.figures.run import Run
from sim.report.scales import symbol

WIDE, HIGH = 300.0, 250.0
LEFT, RIGHT, TOP, LOW = 34.0, 292.0, 8.0, 214.0
STEPS = (1, 2, 5, 10, 20, 25, 50)
"""Distances between the figures on an axis, in points."""


def gains(run: Run) -> Markup:
    """The picture with a line of words; a sentence where nobody else must consent."""
    space = space_of(run)
    if space is None:
        return Markup('<p class="q">Nobody else must consent, so there is nothing to weigh against.</p>')
    return _Plot(space).picture()


class _Plot:
    """The scale of one space, in points, and what is drawn in it."""

    def __init__(self, space: Space) -> None:
        self.space = space
        places = [(0.0, 0.0), space.final, *space.curve.tolist(), *((o.x, o.y) for o in space.offers)]
        places += [space.history] if space.history else []
        places += space.dots.tolist()
        self.low = [min(place[axis] for place in places) for axis in (0, 1)]
        self.high = [max(place[axis] for place in places) for axis in (0, 1)]
        if space.threshold < 100:
            self.high[0] = max(self.high[0], space.threshold)
        for axis in (0, 1):
            pad = 0.08 * max(4.0, self.high[axis] - self.low[axis])
            self.low[axis] -= pad
            self.high[axis] += pad

    def x(self, points: float) -> float:
        return LEFT + (RIGHT - LEFT) * (points - self.low[0]) / (self.high[0] - self.low[0])

    def y(self, points: float) -> float:
        return LOW - (LOW - TOP) * (points - self.low[1]) / (self.high[1] - self.low[1])

    def picture(self) -> Markup:
        space, run = self.space, self.space.run
        order = list(run.scenario.parties)
        one, other = run.the(space.one), space.other
        parts = [*self._ground(order.index(space.one)), *self._axes(), *self._dots()]
        if len(space.curve):
            parts.append(f'<path class="rule" d="{self._frontier()}"/>')
        for party in dict.fromkeys(offer.party for offer in space.offers):
            parts += self._offers(party, order.index(party))
        parts.append(_cross(self.x(0), self.y(0)))
        if space.moved:
            parts.append(
                f'<circle class="ring" cx="{self.x(space.final[0]):.1f}" cy="{self.y(space.final[1]):.1f}" r="9"/>'
            )
        known = space.history or ((0.0, 0.0) if run.scenario.history else None)
        if known:
            parts.append(
                f'<text class="starred" x="{self.x(known[0]) + 9:.1f}" y="{self.y(known[1]) - 6:.1f}">★</text>'
            )
        label = f"Gains over the status quo in points, {one} across, {other} up; {len(space.offers)} different offers."
        words = f"Points over the status quo: {one} across, {other} up. ✕ status quo"
        words += " (★ history)" if run.scenario.history and not space.history else ""
        words += ", ring: text." if space.moved else "."
        if space.threshold < 100 and run.scenario.challenger:
            words += f" Shaded: {one} can accept (its line is private)."
        last = space.offers[-1] if space.offers else None
        if last:
            words += f" Last new offer: {signed(round(last.x))} and {signed(round(last.y))}."
        svg = Markup(
            f'<svg class="gains" viewBox="0 0 {WIDE:g} {HIGH:g}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
        )
        return svg + Markup('<p class="xs q">{}</p>').format(words)

    def _ground(self, party: int) -> list[str]:
        """Where ``one`` can accept."""
        edge = max(LEFT, self.x(self.space.threshold))
        if edge >= RIGHT:
            return []
        return [
            f'<rect class="shade p{party}" x="{edge:.1f}" y="{TOP}" width="{RIGHT - edge:.1f}" height="{LOW - TOP}"/>',
            f'<line class="edge p{party}" x1="{edge:.1f}" x2="{edge:.1f}" y1="{TOP}" y2="{LOW}"/>',
        ]

    def _axes(self) -> list[str]:
        parts = [
            f'<line class="axis" x1="{LEFT}" x2="{RIGHT}" y1="{self.y(0):.1f}" y2="{self.y(0):.1f}"/>',
            f'<line class="axis" x1="{self.x(0):.1f}" x2="{self.x(0):.1f}" y1="{TOP}" y2="{LOW}"/>',
        ]
        for value in _ticks(self.low[0], self.high[0], 6):
            parts.append(f'<text class="tick mid" x="{self.x(value):.1f}" y="{LOW + 15}">{signed(value)}</text>')
        for value in _ticks(self.low[1], self.high[1], 6):
            parts.append(f'<text class="tick far" x="{LEFT - 5}" y="{self.y(value) + 4:.1f}">{signed(value)}</text>')
        one = _across(self.space)
        parts.append(f'<text class="tick far" x="{RIGHT}" y="{LOW + 31}">{escape(one)} →</text>')
        return parts

    def _dots(self) -> list[str]:
        return [
            f'<circle class="pk" cx="{self.x(a):.1f}" cy="{self.y(b):.1f}" r="2"/>' for a, b in self.space.dots.tolist()
        ]

    def _frontier(self) -> str:
        """Up the steps of the frontier: between two efficient packages nothing is to be had."""
        curve = self.space.curve.tolist()
        path = [f"M{self.x(curve[0][0]):.1f} {self.y(curve[0][1]):.1f}"]
        for a, b in curve[1:]:
            path.append(f"V{self.y(b):.1f}H{self.x(a):.1f}")
        return "".join(path)

    def _offers(self, party: str, at: int) -> list[str]:
        run = self.space.run
        own = [offer for offer in self.space.offers if offer.party == party]
        places = [(self.x(offer.x), self.y(offer.y)) for offer in own]
        parts: list[str] = []
        if len(places) > 1:
            parts.append(f'<path class="way p{at}" d="M{"L".join(f"{a:.1f} {b:.1f}" for a, b in places)}"/>')
        for offer, (a, b) in zip(own, places):
            where = (
                f"{run.scenario.parties[party].name}, offer {offer.number}, {run.title(offer.venue)}, turn {offer.turn}"
            )
            title = f"{where}: {signed(round(offer.x))} and {signed(round(offer.y))}"
            shape = symbol(run.looks[party].symbol, a, b, 5.0, at, "full")
            parts.append(f"<g><title>{escape(title)}</title>{shape}</g>")
        first, last = own[0], own[-1]
        for offer in {first.number: first, last.number: last}.values():
            a, b = self.x(offer.x), self.y(offer.y)
            look, along = ("nr", a + 8) if a < RIGHT - 20 else ("nr far", a - 8)
            parts.append(f'<text class="{look} p{at}" x="{along:.1f}" y="{b + 4:.1f}">{offer.number}</text>')
        return parts


def _across(space: Space) -> str:
    """The party that is drawn across, opening a line."""
    name = space.run.the(space.one)
    return name[:1].upper() + name[1:]


def _cross(x: float, y: float) -> str:
    return f'<path class="rule thin" d="M{x - 5:.1f} {y - 5:.1f}l10 10M{x - 5:.1f} {y + 5:.1f}l10 -10"/>'


def _ticks(low: float, high: float, most: int) -> Sequence[int]:
    """Round figures inside a stretch, zero among them where it lies inside."""
    step = next((step for step in STEPS if (high - low) / step <= most), 100)
    first = int(-(-low // step)) * step
    return range(first, int(high) + 1, step)
