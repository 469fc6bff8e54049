"""Asks and offers: what each party asked for, what it was offered and what no deal was worth to it, turn by turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.figures.chart import SIGNS, Chart, Panel, figure, fitting, in_words, inks, opened, spread, whole
from sim.figures.run import Run, bands
from sim.protocol.record import Event

_HEIGHT, _SIDE, _TOP, _FOOT = 232, 86, 22, 34
"""Height and margins of a panel, in pixels."""


@dataclass(frozen=True)
class Lines:
    """A party's three lines as (turn, points from 0 to 100 or None for a gap)."""

    asks: list[tuple[float, float | None]]
    offers: list[tuple[float, float | None]]
    no_deal: list[tuple[float, float | None]]


def asks_and_offers(run: Run) -> Chart:
    """The chart of asks and offers, a panel a party."""
    lines = {party: lines_of(run, party) for party in run.scenario.parties}
    exploratory = [
        session.title
        for name in run.spans
        for session in run.scenario.venues[name].sessions.values()
        if session.exploratory
    ]
    footer = f"{run.story} Each party’s points count its own wishes; points of two parties cannot be compared."
    signs = {no_deal_sign(run, party) for party in run.scenario.parties}
    if "≈ " in signs:
        footer += " What no deal is worth rests on estimates (≈); it moves with beliefs and is not below a text already agreed."
    if run.scenario.challenger:
        footer += f" {opened(run.the(run.scenario.challenger))}’s was private to it during the talks."
    if exploratory:
        footer += f" Offers of an exploratory session ({in_words(exploratory)}) are heard, not answered."
    return Chart(
        key="asks",
        title=title(run),
        subtitle="Points (0–100) of the party named, by turn.",
        footer=footer,
        draw=lambda theme, narrow: [_panel(run, party, lines[party], theme) for party in run.scenario.parties],
        legend=(
            ("solid", "asks for"), ("dashed", "is offered by others"), ("dotted", "no deal"), ("ring", "understanding"),
        ),
        head=("Party", "Venue", "First asked", "Last asked", "Best offered", "No deal"),
        rows=tuple(_rows(run)),
    )  # fmt: skip


def title(run: Run) -> str:
    """What the asks and offers of this run come to, for its challenger or for those who agreed."""
    for venue, offer in run.agreed.items():
        answers = [
            event for event in run.events if event.turn == offer.turn and event.act == "accept" and event.bloc is None
        ]
        if len(answers) == 1:
            who, answer = answers[0].speaker, answers[0]
            asked = _asked(run, who, venue)
            worth = whole(answer.worth)
            if asked and whole(asked[0]) > worth:
                text = f"{run.the(who)} accepted an offer worth {worth} points, after asking for {whole(asked[0])}"
            else:
                text = f"{run.the(who)} accepted an offer worth {worth} points to it"
            return fitting(f"In {run.title(venue)} {text}", text)
        if answers and all(event.asked is not None and event.worth >= event.asked - 1e-9 for event in answers):
            return f"In {run.title(venue)} {_count(len(answers))} parties accepted a text worth no less than each asked for"
    nearest = nearest_refused(run)
    if nearest is None:
        left = [name for name, row in run.record["venues"].items() if row["result"] == "walked_out"]
        if left:
            who = run.record["venues"][left[-1]]["walker"]
            return fitting(
                f"{run.the(who)} left {run.title(left[-1])}; no offer was weighed against what was asked for"
            )
        return "No offer was weighed against what a party asked for"
    gap = whole(nearest.asked or 0.0) - whole(nearest.worth)
    who, where = run.the(nearest.speaker), run.title(nearest.venue or "")
    if nearest.reason == "red_line" and nearest.worth >= (nearest.asked or 0.0):
        text = f"{who} refused an offer worth what it asked for: beyond its red line"
        return fitting(f"In {where} {text}", text)
    short = f"{gap} points" if gap > 1 else "a point" if gap == 1 else "less than a point"
    text = f"The nearest offer to what {who} asked for fell {short} short"
    return fitting(f"{text}, in {where}", text)


def nearest_refused(run: Run) -> Event | None:
    """The refused offer that came nearest to what was asked for: the challenger's refusal, or of any party without one."""
    refusals = [
        event
        for event in run.events
        if event.act == "refuse" and event.bloc is None and event.asked is not None
        and event.speaker == (run.scenario.challenger or event.speaker)
    ]  # fmt: skip
    return min(refusals, key=lambda event: (event.asked or 0.0) - event.worth, default=None)


def no_deal_sign(run: Run, party: str) -> str:
    """The mark of what no deal is worth to a party: that of the figures it rests on."""
    given = run.scenario.parties[party]
    if given.reservation is not None:
        return SIGNS[given.reservation.basis]
    marks = [given.conflict_loss.basis, *(kind.payoff_mean.basis for kind in given.types.values())]
    return "≈ " if "estimate" in marks else SIGNS[marks[0]]


def _count(number: int) -> str:
    return ("no", "one", "both", "three", "four", "five", "six", "seven", "eight", "nine")[number]


def _asked(run: Run, party: str, venue: str) -> list[float]:
    return [
        event.asked
        for event in run.events
        if event.speaker == party and event.venue == venue and event.bloc is None and event.asked is not None
    ]


def _offered(run: Run, party: str, venue: str) -> list[Event]:
    return [event for event in run.events if event.venue == venue and event.act == "offer" and event.speaker != party]


def lines_of(run: Run, party: str) -> Lines:
    """What a party asked for, was offered, and held no deal to be worth, venues apart; empty without a seat."""
    asks: list[tuple[float, float | None]] = []
    offers: list[tuple[float, float | None]] = []
    floor: list[tuple[float, float | None]] = []
    for venue in run.seated(party):
        if venue not in run.spans:
            continue
        last = run.spans[venue][1]
        for event in run.events:
            if event.venue == venue and event.speaker == party and event.bloc is None and event.asked is not None:
                asks.append((event.turn, 100 * event.asked))
        heard = _offered(run, party, venue)
        offers += [(event.turn, 100 * event.utilities[party]) for event in heard]
        if heard:
            offers.append((last + 0.5, 100 * heard[-1].utilities[party]))
        own = [event for event in run.events if event.venue == venue and event.speaker == party and event.bloc is None]
        if own:
            first = run.spans[venue][0]
            floor += [(first - 0.5, 100 * own[0].no_deal), (last + 0.5, 100 * own[-1].no_deal)]
        for line in (asks, offers, floor):
            if line and line[-1][1] is not None:
                line.append((last + 0.5, None))
    return Lines(asks, offers, floor)


def _panel(run: Run, party: str, lines: Lines, theme: str) -> Panel:
    if not run.seated(party):
        chaired = run.chaired(party)
        if chaired:
            where = in_words([run.title(name) for name in chaired])
            return Panel(party, None, f"Never bargained: it chairs {where}, tables texts, and asks for nothing itself.")
        return Panel(party, None, "Never bargained: it has a seat in no venue.")
    if not lines.asks and not lines.offers:
        return Panel(party, None, "Asked for nothing and heard no offer.")
    colour, ink = run.looks[party].colour(theme), inks(theme)
    data: list[dict[str, Any]] = []
    labels: list[tuple[float, str, str]] = []
    for line, dash, word, shape in (
        (lines.asks, "solid", "asks", "linear"),
        (lines.offers, "4px,3px", "offered", "hv"),
        (lines.no_deal, "1px,2px", "no deal", "linear"),
    ):
        known = [point for point in line if point[1] is not None]
        if not known:
            continue
        shade = ink["ink-2"] if word == "no deal" else colour
        data.append(
            {
                "type": "scatter", "x": [x for x, _ in line], "y": [y for _, y in line], "mode": "lines",
                "line": {"color": shade, "width": 1.5 if word == "no deal" else 2.2, "dash": dash, "shape": shape},
                "hovertemplate": f"turn %{{x:.0f}}: {word} %{{y:.0f}}<extra></extra>",
            }
        )  # fmt: skip
        value = known[-1][1] or 0.0
        mark = no_deal_sign(run, party) if word == "no deal" else ""
        labels.append((value, f"{word} {mark}{round(value)}", shade))
    deals = [
        (offer.turn, 100 * offer.utilities[party]) for name, offer in run.agreed.items() if name in run.seated(party)
    ]
    if deals:
        data.append(
            {
                "type": "scatter", "x": [x for x, _ in deals], "y": [y for _, y in deals], "mode": "markers",
                "marker": {"symbol": "circle-open", "size": 13, "color": ink["ink"], "line": {"width": 2.5, "color": ink["ink"]}},
                "hovertemplate": "understanding: %{y:.0f}<extra></extra>", "cliponaxis": False,
            }
        )  # fmt: skip
    values = [y for line in (lines.asks, lines.offers, lines.no_deal) for _, y in line if y is not None]
    low, high = min(0.0, *values), max(100.0, *values)
    low, high = (low - 4 if low < 0 else 0.0), (high + 4 if high > 100 else 100.0)
    end = max(x for line in (lines.asks, lines.offers, lines.no_deal) for x, y in line if y is not None)
    return Panel(party, figure(data, **_layout(run, theme, labels, end, low, high)))


def _layout(
    run: Run, theme: str, labels: list[tuple[float, str, str]], end: float, low: float, high: float
) -> dict[str, Any]:
    """Axes, venues as bands, and the labels beside the end of the lines."""
    shapes, names = bands(run, theme, 230)
    inner = _HEIGHT - _TOP - _FOOT
    scale = (high - low) / inner
    places = spread([value for value, _, _ in labels], 15 * scale, low + 4 * scale, high - 4 * scale)
    ends = [
        {
            "x": end, "xref": "x", "y": place, "yref": "y", "text": text, "xanchor": "left", "xshift": 5,
            "showarrow": False, "font": {"size": 12, "color": colour},
        }
        for place, (_, text, colour) in zip(places, labels)
    ]  # fmt: skip
    last = run.last_turn
    ticks = sorted({1, *range(10, last + 1, 10), last}) if last > 4 else list(range(1, last + 1))
    if len(ticks) > 2 and ticks[-1] - ticks[-2] < last / 6:
        ticks.pop(-2)
    return {
        "height": _HEIGHT,
        "margin": {"l": 34, "r": _SIDE, "t": _TOP, "b": _FOOT},
        "xaxis": {
            "range": [0.5, last + 0.5],
            "tickvals": ticks,
            "showgrid": False,
            "fixedrange": True,
            "tickfont": {"size": 12},
        },
        "yaxis": {"range": [low, high], "tickvals": [0, 25, 50, 75, 100], "fixedrange": True, "tickfont": {"size": 12}},
        "shapes": shapes,
        "annotations": [*names, *ends],
    }


def _rows(run: Run) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for party in run.scenario.parties:
        for venue in run.seated(party):
            if venue not in run.spans:
                continue
            asked = _asked(run, party, venue)
            heard = [event.utilities[party] for event in _offered(run, party, venue)]
            own = [e.no_deal for e in run.events if e.venue == venue and e.speaker == party and e.bloc is None]
            rows.append(
                (
                    run.scenario.parties[party].name,
                    run.title(venue),
                    str(whole(asked[0])) if asked else "–",
                    str(whole(asked[-1])) if asked else "–",
                    str(whole(max(heard))) if heard else "–",
                    f"{no_deal_sign(run, party)}{whole(own[-1])}" if own else "–",
                )
            )
    return rows
