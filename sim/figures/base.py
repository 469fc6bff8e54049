"""What every figure of a run stands on: the run's facts, the frame of a chart, and small tools for placing labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.look import PartyLook, party_looks, template, tokens
from sim.protocol.record import Event

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from sim.domain.scenario import Scenario
    from sim.model import NegotiationModel
    from sim.protocol.table import Table

SIGNS = {"cited": "", "inferred": "~ ", "estimate": "≈ ", "assumed": ""}
"""What stands before a figure, by its mark."""

MOST_LETTERS = 100
"""Length of a title."""

Picture = dict[str, Any]
"""A figure as plotly's JSON: data and layout."""

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True)
class Run:
    """A finished run, with what several figures and sentences ask of it."""

    scenario: Scenario
    record: dict[str, Any]
    events: list[Event]
    table: Table
    looks: dict[str, PartyLook]

    @classmethod
    def of(cls, model: NegotiationModel) -> Run:
        """The facts of a finished model.

        Raises
        ------
        IllegalAct
            While the talks go on.
        """
        record, scenario = model.result(), model.game
        looks = party_looks({name: (party.name, party.code) for name, party in scenario.parties.items()})
        return cls(scenario, record, model.transcript(), model.table, looks)

    @cached_property
    def spans(self) -> dict[str, tuple[int, int]]:
        """First and last turn of every venue that met."""
        found: dict[str, tuple[int, int]] = {}
        for event in self.events:
            if event.venue is not None:
                first, _ = found.get(event.venue, (event.turn, event.turn))
                found[event.venue] = (first, event.turn)
        return found

    @cached_property
    def last_turn(self) -> int:
        """The last turn of the talks."""
        return max((last for _, last in self.spans.values()), default=1)

    @cached_property
    def agreed(self) -> dict[str, Event]:
        """The offer that became an understanding, by venue."""
        return {
            name: [event for event in self.events if event.venue == name and event.act == "offer"][-1]
            for name, row in self.record["venues"].items()
            if row["result"] == "understanding"
        }

    @cached_property
    def consenting(self) -> list[str]:
        """Parties whose consent can be needed."""
        return [name for name, party in self.scenario.parties.items() if party.has_consent.value]

    def seated(self, party: str) -> list[str]:
        """Venues where a party has a vote, in order."""
        venues = self.scenario.venues
        return [name for name in self.scenario.calendar if party in venues[name].seats and venues[name].chair != party]

    def chaired(self, party: str) -> list[str]:
        """Venues that a party chairs."""
        return [name for name in self.scenario.calendar if self.scenario.venues[name].chair == party]

    def the(self, party: str) -> str:
        """A party's name inside a sentence: "the US", "Russia"."""
        name = self.scenario.parties[party].name
        article = name in ("US", "UK", "EU", "UN", "OSCE", "Mayor") or name.endswith(("League", "Union", "Department"))
        return f"the {name}" if article or " of " in name else name

    def named(self, parties: Iterable[str]) -> str:
        """Several parties inside a sentence: "the US, NATO and Ukraine"."""
        return in_words([self.the(party) for party in parties])

    def title(self, venue: str) -> str:
        """A venue's name for people."""
        return self.scenario.venues[venue].title

    @property
    def story(self) -> str:
        """Which run this is, for footers."""
        return f"One run, seed {self.record['seed']}, run {self.record['index']}."


@dataclass(frozen=True)
class Panel:
    """One picture of a chart: its party (None where all share it), the figure as data, or words in its place."""

    party: str | None
    figure: Picture | None
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart with the sentences around it.

    Attributes
    ----------
    key
        Short name, used as an anchor.
    title
        What the data of this run show, at most 100 characters.
    subtitle, footer
        What, unit and number of runs; source, marks and limits.
    legend
        Pairs of a mark's name and its words; the page draws the marks.
    head, rows
        The same figures as a table.
    draw
        Makes the pictures for a theme and for a narrow or a wide page.
    """

    key: str
    title: str
    subtitle: str
    footer: str
    draw: Callable[[str, bool], list[Panel]] = field(repr=False)
    legend: tuple[tuple[str, str], ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def panels(self, theme: str = "light", *, narrow: bool = False) -> list[Panel]:
        """The chart's pictures, one or one a party."""
        return self.draw(theme, narrow)

    def figure(self, theme: str = "light", *, narrow: bool = False) -> go.Figure:
        """The first picture, checked by plotly and with the look's template, to show or to save."""
        import plotly.graph_objects as go

        picture = next(panel.figure for panel in self.panels(theme, narrow=narrow) if panel.figure is not None)
        return go.Figure({**picture, "layout": {"template": template(theme), **picture["layout"]}})


def whole(utility: float) -> int:
    """A utility or a share as whole points or per cent."""
    return round(100 * utility)


def signed(points: int) -> str:
    """A change in whole points: "+5", "−3", "0"."""
    return f"+{points}" if points > 0 else f"−{-points}" if points < 0 else "0"


def counted(count: int, one: str, many: str = "") -> str:
    """A count and its noun in words: "one issue", "three issues", "13 issues"."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def number(count: int) -> str:
    """A count in words up to twelve: "no", "one", "13"."""
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def in_words(phrases: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return phrases[0] if len(phrases) == 1 else ", ".join(phrases[:-1]) + " and " + phrases[-1] if phrases else ""


def fitting(*sentences: str) -> str:
    """The first sentence of at most 100 characters, with its first letter large; the last one if none is."""
    return opened(next((sentence for sentence in sentences if len(sentence) <= MOST_LETTERS), sentences[-1]))


def opened(sentence: str) -> str:
    """A sentence with its first letter large."""
    return sentence[:1].upper() + sentence[1:]


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move labels apart to at least ``gap``, as little as possible and inside [low, high] where they fit.

    Labels that touch are moved as one block around their mean.
    """
    order = sorted(range(len(places)), key=lambda at: places[at])
    blocks: list[tuple[float, list[int]]] = []
    for at in order:
        centre, members = places[at], [at]
        blocks.append((centre, members))
        while len(blocks) > 1 and blocks[-1][0] - blocks[-2][0] < gap * (len(blocks[-1][1]) + len(blocks[-2][1])) / 2:
            (first, left), (second, right) = blocks[-2], blocks[-1]
            both = left + right
            blocks[-2:] = [((first * len(left) + second * len(right)) / len(both), both)]
    placed = [0.0] * len(places)
    for centre, members in blocks:
        half = gap * (len(members) - 1) / 2
        centre = max(low + half, min(high - half, centre))
        for step, at in enumerate(members):
            placed[at] = centre - half + gap * step
    return placed


def inks(theme: str) -> dict[str, str]:
    """Colours of paper, lines and ink in a theme."""
    return tokens()[theme]


def figure(data: list[dict[str, Any]], **layout: Any) -> Picture:
    """A picture as plain data, without title and template: those stand beside it.

    Plain, because plotly's own check of a figure takes longer than the whole talk that it shows.
    """
    return {"data": data, "layout": {"autosize": True, "dragmode": False, **layout}}


def bands(run: Run, theme: str, width: float, size: int = 12) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Venues as bands behind a chart whose x is the turn: shapes, and their names where ``width`` pixels leave room."""
    shapes, names = [], []
    for at, (venue, (first, last)) in enumerate(run.spans.items()):
        if at % 2:
            shapes.append(
                {
                    "type": "rect", "xref": "x", "yref": "paper", "x0": first - 0.5, "x1": last + 0.5, "y0": 0, "y1": 1,
                    "fillcolor": inks(theme)["sunken"], "opacity": 0.6, "line": {"width": 0}, "layer": "below",
                }
            )  # fmt: skip
        room = width * (last - first + 1) / (run.last_turn + 0.5)
        name = run.title(venue)
        if 0.56 * size * len(name) > room:
            name = name[:3] + "."
        if 0.56 * size * len(name) <= room and len(run.spans) > 1:
            names.append(
                {
                    "x": (first + last) / 2, "y": 1, "xref": "x", "yref": "paper", "text": name, "yanchor": "bottom",
                    "showarrow": False, "font": {"size": size, "color": inks(theme)["ink-2"]},
                }
            )  # fmt: skip
    return shapes, names
