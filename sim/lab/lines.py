"""Small pictures of how the parties bargain: what each asks for, is offered and holds no deal to be worth; their beliefs."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from sim.figures.asks import Lines, lines_of, no_deal_sign
from sim.figures.chart import in_words, spread, whole
from sim.figures.run import Run
from sim.protocol.start import good_faith
from sim.report.scales import symbol
from sim.report.words import chip

WIDE, HIGH, LEFT, RIGHT, TOP, LOW = 168.0, 92.0, 4.0, 128.0, 8.0, 84.0
"""A picture and the ends of its lines, in its own units."""

Points = Sequence[tuple[float, float | None]]


def asks(run: Run, turns: int) -> Markup:
    """A picture for every party that bargains; ``turns`` of the whole talk fix the scale from the start."""
    drawn = Markup("")
    silent: dict[str, list[str]] = {}
    for party in run.scenario.parties:
        lines = lines_of(run, party)
        if any(y is not None for line in (lines.asks, lines.offers, lines.no_deal) for _, y in line):
            drawn += _panel(run, party, lines, turns)
        else:
            silent.setdefault(_silent(run, party), []).append(party)
    for why, parties in silent.items():
        names = Markup(" ").join(chip(run, party) for party in parties)
        drawn += Markup('<p class="xs q idle">{}: {}.</p>').format(names, why)
    return drawn


def _panel(run: Run, party: str, lines: Lines, turns: int) -> Markup:
    at = list(run.scenario.parties).index(party)
    parts: list[str] = []
    ends: list[tuple[float, str, str]] = []
    for points, kind, sign in (
        (lines.no_deal, "dotted", no_deal_sign(run, party)), (lines.offers, "dashed", ""), (lines.asks, "solid", ""),
    ):  # fmt: skip
        known = [y for _, y in points if y is not None]
        if known:
            parts.append(_path(points, turns, f"ln {kind} p{at}", stepped=kind == "dashed"))
            ends.append((_y(known[-1]), f"{sign}{round(known[-1])}", kind))
    places = spread([y for y, _, _ in ends], 13.0, TOP + 4, LOW)
    labels = [
        f'<text class="end {kind} p{at}" x="{RIGHT + 4}" y="{place + 4:.1f}">{escape(words)}</text>'
        for place, (_, words, kind) in zip(places, ends)
    ]
    said = _said(ends)
    picture = _svg(f"{run.looks[party].name}: {said}", [*_bands(run, turns), *parts, *labels])
    return Markup("<figure><figcaption>{}</figcaption>{}</figure>").format(chip(run, party), picture)


def _silent(run: Run, party: str) -> str:
    """Why a party has no lines."""
    if not run.seated(party):
        return "in the chair, asks for nothing itself" if run.chaired(party) else "no seat of its own"
    met = [name for name in run.seated(party) if name in run.spans]
    if run.table.venue in run.seated(party) or met:
        return "nothing asked for nor offered"
    return "no seat in the talks so far"


def _said(ends: Sequence[tuple[float, str, str]]) -> str:
    names = {"solid": "asks for", "dashed": "is offered", "dotted": "no deal is worth"}
    return in_words([f"{names[kind]} {words}" for _, words, kind in reversed(ends)])


def _y(points: float) -> float:
    return LOW - (LOW - TOP) * max(0.0, min(100.0, points)) / 100


def _x(turn: float, turns: int) -> float:
    return LEFT + (RIGHT - LEFT) * (turn - 0.5) / max(1, turns)


def _path(points: Points, turns: int, look: str, *, stepped: bool) -> str:
    """A line with gaps where nothing is known."""
    pen, last = False, 0.0
    steps: list[str] = []
    for turn, value in points:
        if value is None:
            pen = False
            continue
        x, y = _x(turn, turns), _y(value)
        if stepped and pen:
            steps.append(f"L{x:.1f} {last:.1f}")
        steps.append(f"{'L' if pen else 'M'}{x:.1f} {y:.1f}")
        pen, last = True, y
    if len(steps) == 1:
        steps.append("h3")
    return f'<path class="{look}" d="{"".join(steps)}"/>'


def _bands(run: Run, turns: int) -> list[str]:
    """Every second venue on darker ground, and the base line of no points."""
    parts = [f'<line class="axis" x1="{LEFT}" x2="{RIGHT}" y1="{LOW}" y2="{LOW}"/>']
    for at, (first, last) in enumerate(run.spans.values()):
        if at % 2:
            left, right = _x(first - 0.5, turns), _x(last + 0.5, turns)
            parts.insert(
                0, f'<rect class="bed" x="{left:.1f}" width="{right - left:.1f}" y="{TOP}" height="{LOW - TOP}"/>'
            )
    return parts


def _svg(label: str, parts: Sequence[str]) -> Markup:
    body = "".join(parts)
    return Markup(
        f'<svg class="small-lines" viewBox="0 0 {WIDE:g} {HIGH:g}" role="img" aria-label="{escape(label)}">{body}</svg>'
    )


def beliefs(run: Run, turns: int) -> Markup:
    """How likely each party holds the challenger's good faith: now as figures, before as steps; nothing without one."""
    if run.scenario.challenger is None:
        return Markup("")
    order = list(run.scenario.parties)
    parts: list[str] = []
    rows: list[Markup] = []
    ends: list[tuple[float, int, str]] = []
    for at, party in enumerate(order):
        if party == run.scenario.challenger:
            continue
        now = 100 * float(good_faith(run.table.t, run.table.talk, at))
        steps = [(event.turn, 100 * event.beliefs[party]) for event in run.events if party in event.beliefs]
        first = steps[0][1] if steps else now
        parts.append(
            _path([(0.5, first), *steps, (max(1, run.last_turn) + 0.5, now)], turns, f"ln solid p{at}", stepped=True)
        )
        ends.append((_y(now), at, party))
        rows.append(Markup("{} <b>{} %</b>").format(chip(run, party), whole(now / 100)))
    places = spread([y for y, _, _ in ends], 12.0, TOP + 2, LOW)
    marks = [
        symbol(run.looks[party].symbol, RIGHT + 10, place, 4.5, at, "full")
        for place, (_, at, party) in zip(places, ends)
    ]
    who = run.the(run.scenario.challenger)
    picture = _svg(f"Belief in good faith of {who}, turn by turn", [*_bands(run, turns), *parts, *marks])
    caption = Markup("<figure><figcaption><b>Belief in good faith</b></figcaption>{}</figure>").format(picture)
    said = Markup('<p class="bl"><b>Chance of good faith, as each sees it:</b> {}</p>').format(Markup(" ").join(rows))
    return caption + said
