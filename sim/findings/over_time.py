"""How beliefs and demands move round by round, over a sample of runs played again: fans from the 5th to the 95th per cent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from sim.figures.chart import Chart, Panel, Picture, figure, fitting, in_words, inks
from sim.figures.run import with_article
from sim.findings.evidence import Evidence
from sim.findings.finding import Finding
from sim.findings.intervals import means
from sim.findings.replayed import SEED, replayed, sample_words
from sim.findings.venues import orders_of

if TYPE_CHECKING:
    import pandas as pd

BELIEFS, ASKS = "beliefs_over_time", "asks_over_time"
ABOUT_BELIEFS = "Do the parties come to trust the challenger, or the reverse?"
ABOUT_ASKS = "How far do the parties come down from what they first ask for?"
SAMPLE = 200
SHARES = (5, 25, 50, 75, 95)
MOVED = 0.025
"""A median that moves by less has hardly moved."""


@dataclass(frozen=True)
class Course:
    """What a sample of runs did round by round.

    Attributes
    ----------
    venues
        Name, and its rounds: the most that any run of the sample used.
    beliefs, asks
        By party float64[runs, 1 + rounds]: belief in good faith after each round, and what it last asked for, both as they
        stood before where a run used fewer rounds. NaN where it was never seated before.
    """

    venues: dict[str, int]
    beliefs: dict[str, NDArray[np.float64]]
    asks: dict[str, NDArray[np.float64]]

    @property
    def rounds(self) -> int:
        """Rounds of all venues."""
        return sum(self.venues.values())


def beliefs_over_time(evidence: Evidence) -> Finding:
    """Fans of belief in the challenger's good faith."""
    challenger = evidence.scenario.challenger
    if challenger is None:
        return Finding(BELIEFS, ABOUT_BELIEFS, nothing="There is no challenger here whose good faith could be doubted.")
    if not evidence.counts[0]:
        return Finding(BELIEFS, ABOUT_BELIEFS, nothing="No run was played to its end, so no belief moved.")
    course = course_of(evidence)
    who = with_article(evidence.scenario.parties[challenger].name)
    ends = {party: (np.median(line[:, 0]), np.median(line[:, -1])) for party, line in course.beliefs.items()}
    rise = [party for party, (first, last) in ends.items() if last - first > MOVED]
    fall = [party for party, (first, last) in ends.items() if first - last > MOVED]
    if rise and fall:
        title = fitting(
            f"The median belief in good faith rises for {_named(evidence, rise)}, falls for {_named(evidence, fall)}",
            f"The median belief in the good faith of {who} rises for some, falls for others",
        )
    elif rise or fall:
        moved, word = (rise, "rises") if rise else (fall, "falls")
        most = max(moved, key=lambda party: abs(ends[party][1] - ends[party][0]))
        first, last = (100 * end for end in ends[most])
        title = fitting(
            f"The median belief of {_named(evidence, [most])} in the good faith of {who} {word} from {first:.0f} to {last:.0f} %",
            f"{_named(evidence, [most])}: median belief in good faith {word} from {first:.0f} to {last:.0f} %",
        )
    else:
        title = fitting(f"The median belief in the good faith of {who} hardly moves")
    return _finding(
        evidence, BELIEFS, ABOUT_BELIEFS, title, course, course.beliefs, "chance of good faith, %",
        f"Chance that each party gives to the good faith of {who}, %, round by round",
        f"Belief moves when {who} makes an offer that a party hears (4.3).", _by_type(evidence, challenger),
    )  # fmt: skip


def _by_type(evidence: Evidence, challenger: str) -> tuple[str, ...]:
    """Where beliefs end by the challenger's true type, over all runs."""
    types, said = evidence.scenario.parties[challenger].types, []
    others = [party for party in evidence.scenario.parties if f"belief_{party}" in evidence.columns]
    if len(types) < 2 or not others:
        return ()
    found = means(evidence, {party: f"belief_{party}" for party in others}, ["type"])
    for name, kind in types.items():
        rows = found[found["type"] == name]
        if len(rows):
            ends = [f"{evidence.looks[str(one.event)].name} {100 * float(one.mean):.0f} %" for one in rows.itertuples()]
            runs = int(rows["runs"].iloc[0])
            said.append(
                f"Where the type is “{kind.title}” ({runs:,} runs), belief in good faith ends on average at: {', '.join(ends)}."
            )
    return tuple(said)


def asks_over_time(evidence: Evidence) -> Finding:
    """Fans of aspirations: what each party asks for, in points by its own wishes."""
    if not evidence.counts[0]:
        return Finding(ASKS, ABOUT_ASKS, nothing="No run was played to its end, so nobody asked for anything.")
    course = course_of(evidence)
    asks = {party: line for party, line in course.asks.items() if np.isfinite(line).any()}
    if not asks:
        return Finding(
            ASKS, ABOUT_ASKS, nothing="No party at the tables asks for so many points: all take part otherwise."
        )
    came = {}
    for party, line in asks.items():
        known = line[np.isfinite(line).any(axis=1)]
        first = np.array([row[np.isfinite(row)][0] for row in known])
        came[party] = float(np.median(first - known[:, -1]))
    most, least = max(came, key=lambda party: came[party]), min(came, key=lambda party: came[party])
    down = f"{_named(evidence, [most])} comes down most, by {100 * came[most]:.0f} points in the median run"
    if came[most] < 0.005:
        title = "In the median run no party comes down from what it first asks for"
    elif most == least:
        title = fitting(down)
    else:
        low = f"by {100 * came[least]:.0f}" if came[least] >= 0.005 else "not at all"
        title = fitting(f"{down}, {_named(evidence, [least])} {low}", down)
    return _finding(
        evidence, ASKS, ABOUT_ASKS, title, course, asks, "points asked for",
        "What each party asks for, in points by its own wishes (0–100), round by round",
        "A party asks when it speaks; what it asks at its next venue starts from what that venue can give.",
    )  # fmt: skip


def course_of(evidence: Evidence) -> Course:
    """The course of a sample of runs, all with the first order of the venues."""
    if evidence not in _COURSES:
        _COURSES[evidence] = _played(evidence)
    return _COURSES[evidence]


_COURSES: WeakKeyDictionary[Evidence, Course] = WeakKeyDictionary()


def _played(evidence: Evidence) -> Course:
    parties, order = list(evidence.scenario.parties), orders_of(evidence)[0][1]
    runs, longest = [], dict.fromkeys(order, 1)
    for run in replayed(evidence, SAMPLE, orders_of(evidence)[0][0]):
        events = [event for event in run.table.events() if event.venue is not None]
        marks: dict[tuple[str, int], tuple[dict[str, float], dict[str, float]]] = {}
        for event in events:
            longest[event.venue or ""] = max(longest.get(event.venue or "", 1), event.round)
            beliefs, asks = marks.setdefault((event.venue or "", event.round), ({}, {}))
            beliefs.update(event.beliefs)
            if event.asked is not None and event.bloc is None:
                asks[event.speaker] = event.asked
        prior = _prior(run.table.t)
        runs.append((prior, marks))
    steps = [(name, number) for name in order for number in range(1, longest[name] + 1)]
    shape = (len(runs), 1 + len(steps))
    found = Course(longest, {}, {})
    for party in parties:
        beliefs, asks = np.full(shape, np.nan), np.full(shape, np.nan)
        for at, (prior, marks) in enumerate(runs):
            belief, ask = prior, np.nan
            beliefs[at, 0] = belief
            for step, key in enumerate(steps):
                held, asked = marks.get(key, ({}, {}))
                belief, ask = held.get(party, belief), asked.get(party, ask)
                beliefs[at, step + 1], asks[at, step + 1] = belief, ask
        if evidence.scenario.challenger and party != evidence.scenario.challenger:
            found.beliefs[party] = beliefs
        found.asks[party] = asks
    return found


def _prior(t: Any) -> float:
    """The chance of good faith before the first offer."""
    return float(t.type.probability[t.type.good].sum()) if int(t.n.challenger) >= 0 else np.nan


def _finding(
    evidence: Evidence, key: str, question: str, title: str, course: Course, lines: dict[str, NDArray[np.float64]], unit: str,
    what: str, limits: str, more: tuple[str, ...] = (),
) -> Finding:  # fmt: skip
    """The finding of one fan a party."""
    frame = _frame(course, lines)
    chart = Chart(
        key=key,
        title=title,
        subtitle=f"{what}: median, middle half and 5 to 95 % of {sample_words(evidence, SAMPLE)}.",
        footer=f"{limits} A run that ends a venue early keeps its last value. Sample drawn with seed {SEED}"
        + (", from the runs with the first order of the venues." if len(orders_of(evidence)) > 1 else "."),
        draw=lambda theme, narrow: [
            Panel(party, _fan(evidence, course, party, frame[frame["party"] == party], unit, theme, narrow)) for party in lines
        ],
        head=("Party", "Venue", "Round", *(f"{share} %" for share in SHARES)),
        rows=tuple(
            (evidence.looks[row.party].name, evidence.scenario.venues[row.venue].title if row.venue else "before", str(row.round),
             *(f"{100 * getattr(row, f'p{share}'):.0f}".replace("-", "−") for share in SHARES))
            for row in frame.itertuples()
        ),
    )  # fmt: skip
    return Finding(key, question, chart, frame, more)


def _frame(course: Course, lines: dict[str, NDArray[np.float64]]) -> pd.DataFrame:
    """A line for every party and round: five percentiles over the runs in which it has a value."""
    import pandas as pd

    steps = [("", 0), *((name, number) for name, most in course.venues.items() for number in range(1, most + 1))]
    rows = []
    for party, values in lines.items():
        for step, (venue, number) in enumerate(steps):
            known = values[:, step][np.isfinite(values[:, step])]
            if len(known):
                cuts = dict(zip((f"p{share}" for share in SHARES), np.percentile(known, SHARES).tolist()))
                rows.append({"party": party, "venue": venue, "round": number, "step": step, "runs": len(known), **cuts})
    return pd.DataFrame(rows)


def _fan(
    evidence: Evidence, course: Course, party: str, rows: pd.DataFrame, unit: str, theme: str, narrow: bool
) -> Picture:
    look, ink, colour = evidence.looks[party], inks(theme), evidence.looks[party].colour(theme)
    x = rows["step"].tolist()
    data: list[dict[str, Any]] = []
    for low, high, pale in (("p5", "p95", 0.16), ("p25", "p75", 0.34)):
        edge = {"type": "scatter", "mode": "lines", "line": {"width": 0, "shape": "hv"}, "hoverinfo": "skip"}
        data.append({**edge, "x": x, "y": (100 * rows[low]).tolist()})
        data.append(
            {**edge, "x": x, "y": (100 * rows[high]).tolist(), "fill": "tonexty", "fillcolor": _pale(colour, pale)}
        )
    data.append(
        {
            "type": "scatter", "mode": "lines", "x": x, "y": (100 * rows["p50"]).tolist(),
            "line": {"color": colour, "width": 2.4, "shape": "hv"},
            "hovertemplate": "median %{y:.0f}<extra></extra>",
        }
    )  # fmt: skip
    values = 100 * rows[["p5", "p95"]].to_numpy(float)
    low, high = (0.0, 100.0) if unit.endswith("%") else (float(values.min()), float(values.max()))
    pad = max(2.0, 0.06 * (high - low))
    end = 100 * float(rows["p50"].iloc[-1])
    shapes, at = [], 0.5
    notes = [
        {
            "x": 1, "xref": "paper", "y": end, "yref": "y", "xanchor": "left", "showarrow": False, "xshift": 4,
            "text": f"{look.glyph} {end:.0f}".replace("-", "−"), "font": {"size": 13, "color": colour},
        }
    ]  # fmt: skip
    for count, (name, most) in enumerate(course.venues.items()):
        if count % 2:
            shapes.append(
                {
                    "type": "rect", "xref": "x", "yref": "paper", "x0": at, "x1": at + most, "y0": 0, "y1": 1, "layer": "below",
                    "fillcolor": ink["sunken"], "opacity": 0.6, "line": {"width": 0},
                }
            )  # fmt: skip
        title = evidence.scenario.venues[name].title
        room = 230 * most / (course.rounds + 0.5)
        notes.append(
            {
                "x": at + most / 2, "xref": "x", "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False, "yshift": 3,
                "text": title if 6.8 * len(title) <= room else f"{title[:3]}.", "font": {"size": 12, "color": ink["ink-2"]},
            }
        )  # fmt: skip
        at += most
    layout = {
        "height": 250,
        "margin": {"l": 48, "r": 44, "t": 26, "b": 46},
        "xaxis": {"range": [0, course.rounds + 0.5], "showgrid": False, "fixedrange": True, "title": {"text": "round"}},
        "yaxis": {"range": [low - pad, high + pad], "fixedrange": True, "title": {"text": unit}},
        "shapes": shapes,
        "annotations": notes,
    }  # fmt: skip
    return figure(data, **layout)


def _pale(colour: str, share: float) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share})"


def _named(evidence: Evidence, parties: list[str]) -> str:
    return in_words([with_article(evidence.scenario.parties[party].name) for party in parties])
