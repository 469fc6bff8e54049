"""How beliefs and demands move round by round, over a sample of runs played again: beliefs by the challenger's true type, for
their median alone would lie between two peaks; demands venue by venue, for their scale starts anew at each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from sim.figures.chart import Chart, Panel, fitting, in_words, opened
from sim.figures.run import with_article
from sim.findings.evidence import Evidence
from sim.findings.finding import Finding
from sim.findings.intervals import means
from sim.findings.over_time_drawn import fan
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
    types
        Of the challenger in each run; empty where the scenario knows fewer than two.
    beliefs
        By party float64[runs, 1 + rounds]: belief in good faith before all and after each round, as it stood before where a
        run used fewer rounds.
    asks
        By party float64[runs, 1 + rounds]: what it last asked for at this venue; NaN where it has not spoken there.
    """

    venues: dict[str, int]
    types: NDArray[np.str_]
    beliefs: dict[str, NDArray[np.float64]]
    asks: dict[str, NDArray[np.float64]]

    @property
    def steps(self) -> list[tuple[str, int]]:
        """Before all, then venue and round of each column."""
        return [("", 0), *((name, at) for name, most in self.venues.items() for at in range(1, most + 1))]

    def within(self, asks: NDArray[np.float64], venue: str) -> float:
        """Median over the runs by how much a party came down inside a venue; NaN where it asked for nothing there."""
        lines = asks[:, [name == venue for name, _ in self.steps]]
        known = lines[np.isfinite(lines).any(axis=1)]
        ends = [(row[np.isfinite(row)][0], row[np.isfinite(row)][-1]) for row in known]
        return float(np.median([first - last for first, last in ends])) if ends else np.nan


def beliefs_over_time(evidence: Evidence) -> Finding:
    """Fans of belief in the challenger's good faith."""
    challenger = evidence.scenario.challenger
    if challenger is None:
        return Finding(BELIEFS, ABOUT_BELIEFS, nothing="There is no challenger here whose good faith could be doubted.")
    if not evidence.counts[0]:
        return Finding(BELIEFS, ABOUT_BELIEFS, nothing="No run was played to its end, so no belief moved.")
    course, who = course_of(evidence), with_article(evidence.scenario.parties[challenger].name)
    types = {name: kind.title for name, kind in evidence.scenario.parties[challenger].types.items()}
    groups = {name: course.types == name for name in types if (course.types == name).any()}
    told = _apart(evidence, course, groups, types, who) if len(groups) > 1 else _moved(evidence, course, who)
    lines = "; ".join(f"{line}: “{types[name]}”" for line, name in zip(("solid", "dashed", "dotted"), groups))
    return _finding(
        evidence, BELIEFS, ABOUT_BELIEFS, told, course, course.beliefs, "chance of good faith, %",
        f"Chance that each party gives to the good faith of {who}, %, round by round"
        + (f", by its true type ({lines})" if len(groups) > 1 else ""),
        f"Belief moves when {who} makes an offer that a party hears (4.3); nobody is told the type.",
        _by_type(evidence, challenger), groups if len(groups) > 1 else None,
    )  # fmt: skip


def _apart(
    evidence: Evidence, course: Course, groups: dict[str, NDArray[np.bool_]], types: dict[str, str], who: str
) -> str:
    """Whose belief comes to differ most between the true types, and where it ends."""
    ends = {
        party: {name: 100 * float(np.median(line[among, -1])) for name, among in groups.items()}
        for party, line in course.beliefs.items()
    }
    most = max(ends, key=lambda party: max(ends[party].values()) - min(ends[party].values()))
    high, low = (choose(ends[most], key=lambda name: ends[most][name]) for choose in (max, min))
    if ends[most][high] - ends[most][low] < 100 * MOVED:
        return fitting(f"Nobody comes to tell the types of {who} apart: median beliefs end alike")
    party, a, b = _named(evidence, [most]), f"{ends[most][high]:.0f} %", f"{ends[most][low]:.0f} %"
    return fitting(
        f"Median belief of {party} in good faith ends at {a} ({types[high]}), at {b} ({types[low]})",
        f"Belief of {party} in good faith ends at {a} ({types[high]}), {b} ({types[low]})",
        f"Median belief of {party} in good faith ends at {a} or {b}, by the true type",
    )


def _moved(evidence: Evidence, course: Course, who: str) -> str:
    """Whether beliefs rise or fall, where the challenger's type does not vary."""
    ends = {party: (np.median(line[:, 0]), np.median(line[:, -1])) for party, line in course.beliefs.items()}
    rise = [party for party, (first, last) in ends.items() if last - first > MOVED]
    fall = [party for party, (first, last) in ends.items() if first - last > MOVED]
    if rise and fall:
        return fitting(
            f"The median belief in good faith rises for {_named(evidence, rise)}, falls for {_named(evidence, fall)}",
            f"The median belief in the good faith of {who} rises for some, falls for others",
        )
    if not rise and not fall:
        return fitting(f"The median belief in the good faith of {who} hardly moves")
    moved, word = (rise, "rises") if rise else (fall, "falls")
    most = max(moved, key=lambda party: abs(ends[party][1] - ends[party][0]))
    first, last = (100 * end for end in ends[most])
    party, way = _named(evidence, [most]), f"{word} from {first:.0f} to {last:.0f} %"
    return fitting(
        f"The median belief of {party} in the good faith of {who} {way}", f"{party}: median belief in good faith {way}"
    )


def _by_type(evidence: Evidence, challenger: str) -> tuple[str, ...]:
    """Where beliefs end by the challenger's true type, over all runs."""
    types = evidence.scenario.parties[challenger].types
    said: list[str] = []
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
    came = {party: {name: course.within(line, name) for name in course.venues} for party, line in asks.items()}
    came = {party: {name: by for name, by in venues.items() if np.isfinite(by)} for party, venues in came.items()}
    best = {party: max(venues, key=lambda name, by=venues: by[name]) for party, venues in came.items()}
    most, least = (choose(came, key=lambda party: came[party][best[party]]) for choose in (max, min))
    by, at = 100 * came[most][best[most]], evidence.scenario.venues[best[most]].title
    down = f"{_named(evidence, [most])} comes down most, by {by:.0f} points in {at} in the median run"
    if by < 0.5:
        title = "In the median run no party comes down from what it first asks for at a venue"
    elif most == least:
        title = fitting(down)
    else:
        little = 100 * came[least][best[least]]
        low = f"nowhere by more than {little:.0f}" if little >= 0.5 else "nowhere"
        title = fitting(f"{down}, {_named(evidence, [least])} {low}", down)
    return _finding(
        evidence, ASKS, ABOUT_ASKS, title, course, asks, "points asked for",
        "What each party asks for, in points by its own wishes (0–100), round by round",
        "Each venue starts anew, from what it can give: heights are compared inside a venue.", _by_venue(evidence, came),
    )  # fmt: skip


def _by_venue(evidence: Evidence, came: dict[str, dict[str, float]]) -> tuple[str, ...]:
    """How far each party came down at each table."""
    said = [
        f"{evidence.looks[party].name} "
        + in_words([f"{100 * by:.0f} in {evidence.scenario.venues[name].title}" for name, by in venues.items()])
        for party, venues in came.items()
    ]
    return (f"Points by which each comes down inside a venue, in the median run: {'; '.join(said)}.".replace("-", "−"),)


def course_of(evidence: Evidence) -> Course:
    """The course of a sample of runs, all with the first order of the venues."""
    if evidence not in _COURSES:
        _COURSES[evidence] = _played(evidence)
    return _COURSES[evidence]


_COURSES: WeakKeyDictionary[Evidence, Course] = WeakKeyDictionary()


def _played(evidence: Evidence) -> Course:
    parties, order = list(evidence.scenario.parties), orders_of(evidence)[0][1]
    longest = dict.fromkeys(order, 1)
    runs: list[tuple[float, dict[tuple[str, int], tuple[dict[str, float], dict[str, float]]]]] = []
    numbers: list[int] = []
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
        numbers.append(run.row.number)
    found = Course(longest, _types(evidence, numbers), {}, {})
    steps = found.steps[1:]
    shape = (len(runs), 1 + len(steps))
    for party in parties:
        beliefs, asks = np.full(shape, np.nan), np.full(shape, np.nan)
        for at, (prior, marks) in enumerate(runs):
            belief, ask = prior, np.nan
            beliefs[at, 0] = belief
            for step, key in enumerate(steps):
                held, asked = marks.get(key, ({}, {}))
                belief, ask = held.get(party, belief), asked.get(party, ask if key[1] > 1 else np.nan)
                beliefs[at, step + 1], asks[at, step + 1] = belief, ask
        if evidence.scenario.challenger and party != evidence.scenario.challenger:
            found.beliefs[party] = beliefs
        found.asks[party] = asks
    return found


def _types(evidence: Evidence, numbers: list[int]) -> NDArray[np.str_]:
    """The challenger's type in each of some rows."""
    if "type" not in evidence.columns:
        return np.full(len(numbers), "")
    found = evidence.ask('SELECT "row", type FROM played').set_index("row")["type"].astype(str)
    return found.loc[numbers].to_numpy(str)


def _prior(t: Any) -> float:
    """The chance of good faith before the first offer."""
    return float(t.type.probability[t.type.good].sum()) if int(t.n.challenger) >= 0 else np.nan


def _finding(
    evidence: Evidence, key: str, question: str, title: str, course: Course, lines: dict[str, NDArray[np.float64]], unit: str,
    what: str, limits: str, more: tuple[str, ...] = (), groups: dict[str, NDArray[np.bool_]] | None = None,
) -> Finding:  # fmt: skip
    """The finding of one picture a party, with one fan or one a group of runs."""
    frame = _frame(course, lines, groups or {"": np.ones(len(course.types), np.bool_)})
    spread = "median and middle half" if groups else "median, middle half and 5 to 95 %"
    head = ("Party", *(("Type",) if groups else ()), "Venue", "Round", "Runs", *(f"{share} %" for share in SHARES))
    venues = {name: (evidence.scenario.venues[name].title, most) for name, most in course.venues.items()}
    kinds = evidence.scenario.parties[evidence.scenario.challenger].types if evidence.scenario.challenger else {}

    def row(one: Any) -> tuple[str, ...]:
        kind = (kinds[one.type].title,) if groups else ()
        place = (venues[one.venue][0] if one.venue else "before", str(one.round), str(one.runs))
        cuts = (f"{100 * getattr(one, f'p{share}'):.0f}".replace("-", "−") for share in SHARES)
        return (evidence.looks[one.party].name, *kind, *place, *cuts)

    chart = Chart(
        key=key,
        title=opened(title),
        subtitle=f"{what}: {spread} of {sample_words(evidence, SAMPLE)}.",
        footer=f"{limits} A run that ends a venue early keeps its last value. Sample drawn with seed {SEED}"
        + (", from the runs with the first order of the venues." if len(orders_of(evidence)) > 1 else "."),
        draw=lambda theme, _: [
            Panel(party, fan(evidence.looks[party], venues, frame[frame["party"] == party], unit, theme))
            for party in lines
        ],
        head=head,
        rows=tuple(row(one) for one in frame.itertuples()),
    )
    return Finding(key, question, chart, frame if groups else frame.drop(columns="type"), more)


def _frame(course: Course, lines: dict[str, NDArray[np.float64]], groups: dict[str, NDArray[np.bool_]]) -> pd.DataFrame:
    """A line for every party, group and round: five percentiles over the runs in which it has a value."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for party, values in lines.items():
        for name, among in groups.items():
            for step, (venue, number) in enumerate(course.steps):
                known = values[among, step][np.isfinite(values[among, step])]
                if len(known):
                    cuts = dict(zip((f"p{share}" for share in SHARES), np.percentile(known, SHARES).tolist()))
                    place = {"party": party, "type": name, "venue": venue, "round": number, "step": step}
                    rows.append({**place, "runs": len(known), **cuts})
    return pd.DataFrame(rows)


def _named(evidence: Evidence, parties: list[str]) -> str:
    return in_words([with_article(evidence.scenario.parties[party].name) for party in parties])
