"""Pictures of rows: a party, an outcome class or an issue each, with the class's tables in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from markupsafe import Markup, escape

from sim.classroom.cloud import Cloud
from sim.classroom.debrief_drawn import Paper, numbers, pill, ticks, together
from sim.figures.chart import signed
from sim.look import PartyLook


def strips(cloud: Cloud, looks: Mapping[str, PartyLook], paper: Paper) -> Markup:
    """A row a party: where the middle half and nine tenths of the simulated runs lie, their median, and the tables."""
    letter, parties = paper.letter, list(cloud.scenario.parties)
    own = {party: {d.number: 100 * d.record["parties"][party]["gain"] for d in cloud.deals} for party in parties}
    ends = [np.quantile(cloud.gains(party), (0.05, 0.95)) for party in parties]
    values = [*np.concatenate(ends).tolist(), 0.0, *(v for row in own.values() for v in row.values())]
    low, high = min(values), max(values)
    pad = 0.06 * max(6.0, high - low)
    low, high = low - pad, high + pad
    left, right = (9.0 * letter, paper.width - 10) if paper.wide else (10.0, paper.width - 10)

    def at(value: float) -> float:
        return left + (right - left) * (value - low) / (high - low)

    row = (2.9 if paper.wide else 4.2) * letter
    bottom = row * len(parties) + 0.6 * letter
    parts = [f'<path class="axis" d="M{at(0):.1f} 4V{bottom:.1f}"/>']
    for number, party in enumerate(parties):
        y = row * number + (1.7 if paper.wide else 3.0) * letter
        five, quarter, half, three, most = np.quantile(cloud.gains(party), (0.05, 0.25, 0.5, 0.75, 0.95)).tolist()
        x, up = (2.0, y + 0.35 * letter) if paper.wide else (2.0, y - 1.35 * letter)
        its = looks[party]
        parts.append(f'<text class="own strong p-{party}" x="{x}" y="{up:.1f}">{its.glyph} {escape(its.name)}</text>')
        parts.append(f'<path class="band" d="M{at(five):.1f} {y:.1f}H{at(most):.1f}"/>')
        parts.append(f'<path class="half" d="M{at(quarter):.1f} {y:.1f}H{at(three):.1f}"/>')
        parts.append(f'<path class="median" d="M{at(half):.1f} {y - 1.2 * letter:.1f}v{2.4 * letter:g}"/>')
        for (a, b), group in together(paper, {n: (at(v), y) for n, v in own[party].items()}):
            parts.append(pill(paper, a, b, group))
    for value in ticks(low, high, 8 if paper.wide else 5):
        parts.append(f'<text class="q mid" x="{at(value):.1f}" y="{bottom + 1.1 * letter:.1f}">{signed(value)}</text>')
    words = "Gain of every party over the status quo, in points. The figures are in the table below."
    return paper.svg(bottom + 1.7 * letter, words, parts)


def classes(rows: Sequence[tuple[str, str, float, float, float, list[int]]], paper: Paper) -> Markup:
    """A row an outcome class: name, id, share, ends of its 95 % interval, tables."""
    letter, right = paper.letter, paper.width - 10
    row, parts = (
        3.5 * letter,
        [
            '<defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            '<path class="oc-breakdown" d="M0 0h8v8h-8z"/><path class="stripe" d="M0 0v8"/></pattern></defs>'
        ],
    )
    for number, (title, name, share, low, high, tables) in enumerate(rows):
        y = row * number + letter
        words = f"{title[:1].upper()}{title[1:]}: {100 * share:.0f} %"
        parts.append(f'<text class="strong" x="4" y="{y:.1f}">{escape(words)}</text>')
        bar, y = f"oc-{name.replace('_', '-')}", y + 0.5 * letter
        wide = (right - 4) * share
        parts.append(f'<rect class="rest" x="4" y="{y:.1f}" width="{right - 4:.1f}" height="{1.2 * letter:.1f}"/>')
        parts.append(f'<rect class="bar {bar}" x="4" y="{y:.1f}" width="{wide:.1f}" height="{1.2 * letter:.1f}"/>')
        a, b, mid = 4 + (right - 4) * low, 4 + (right - 4) * high, y + 0.6 * letter
        parts.append(
            f'<path class="span" d="M{a:.1f} {mid:.1f}H{b:.1f}M{a:.1f} {mid - 4:.1f}v8M{b:.1f} {mid - 4:.1f}v8"/>'
        )
        if tables:
            place = 4 + 0.56 * letter * len(words) + 2.2 * letter + 0.3 * letter * len(numbers(tables))
            parts.append(pill(paper, place, y - 0.75 * letter, tables))
    words = "Shares of the outcome classes among simulated runs, and where our tables ended. The figures are in the table below."
    return paper.svg(row * len(rows), words, parts)


def options(rows: Sequence[tuple[str, Sequence[str], int, int | None, Mapping[int, int]]], paper: Paper) -> Markup:
    """A row an issue: name, codes of its options, status quo, what happened (None: not known), option at the end by table."""
    letter = paper.letter
    left, right = (16.0 * letter, paper.width - 42) if paper.wide else (18.0, paper.width - 32)
    row = (3.9 if paper.wide else 5.4) * letter
    parts: list[str] = []
    for number, (name, codes, quo, known, tables) in enumerate(rows):
        count = len(codes)
        y = row * number + (2.2 if paper.wide else 3.8) * letter

        def at(option: int, count: int = count) -> float:
            return left + (right - left) * option / max(1, count - 1)

        x, up = (2.0, y + 0.35 * letter) if paper.wide else (2.0, y - 2.4 * letter)
        parts.append(f'<text class="strong" x="{x}" y="{up:.1f}">{escape(name)}</text>')
        parts.append(f'<path class="axis" d="M{at(0):.1f} {y:.1f}H{at(count - 1):.1f}"/>')
        for option, code in enumerate(codes):
            parts.append(f'<path class="axis" d="M{at(option):.1f} {y - 3:.1f}v6"/>')
            parts.append(f'<text class="q mid" x="{at(option):.1f}" y="{y + 1.5 * letter:.1f}">{escape(code)}</text>')
        parts.append(f'<path class="quo" d="M{at(quo):.1f} {y + 1:.1f}v{0.5 * letter:g}"/>')
        for option in range(count):
            here = [table for table, chosen in tables.items() if chosen == option]
            if here:
                parts.append(pill(paper, at(option), y - 1.2 * letter, here))
        if known is not None:
            parts.append(
                f'<text class="halo star mid" x="{at(known) + 1.5 * letter:.1f}" y="{y + 1.65 * letter:.1f}">★</text>'
            )
    words = "Per issue the option at the end of every table, and what happened. The words are in the table below."
    return paper.svg(row * len(rows) + 0.6 * letter, words, parts)
