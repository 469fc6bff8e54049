"""A step of the debrief as sentences, pictures and tables; words and rows that several steps share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sim.classroom import debrief_drawn as drawn
from sim.classroom.cloud import Cloud
from sim.classroom.colours import looks_of
from sim.classroom.seats import outcome_title
from sim.classroom.state import State
from sim.domain.scenario import Scenario
from sim.figures.chart import in_words, number, signed
from sim.figures.run import with_article

TITLES = {
    "own": "Own result",
    "table": "The table’s results",
    "cloud": "Simulated cloud",
    "frontier": "Frontier",
    "history": "History",
}
"""The steps' names for people."""

QUESTIONS = {
    "own": ("Describe: what did you want most, and did you get it?",),
    "table": (
        "Describe: which issue did you trade first, and for what?",
        "Explain: who could have blocked your text, and did you ask them?",
    ),
    "cloud": ("Explain: what did your table do that most simulated runs did not?",),
    "frontier": (
        "Explain: what kept you from what was still to be had?",
        "Apply: which estimate would you check before you trust this picture?",
    ),
    "history": (
        "Describe: where does your text differ from what happened?",
        "Apply: what did those who really met know, or fear, that no sheet here says?",
    ),
}
"""What to talk about at each step."""

THIN = "\u202f"


@dataclass(frozen=True)
class Figure:
    """A picture with its sentence above and its figures below.

    Attributes
    ----------
    key
        Short name.
    title, subtitle, footer
        What these data show; what is drawn; source, marks and limits.
    picture
        SVG, or empty where a table says it all.
    head, rows
        The same figures as a table; what is a number stands to the right.
    """

    key: str
    title: str
    subtitle: str
    picture: Markup
    footer: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def numeric(self) -> set[int]:
        """Columns whose every cell is a number, or none."""
        columns = range(1, len(self.head))
        return {at for at in columns if all(row[at][:1] in "+−–0123456789" and ":" not in row[at] for row in self.rows)}


@dataclass(frozen=True)
class Part:
    """A step of the debrief: its figures, what to see in them, what to talk about, sources by name and address."""

    key: str
    title: str
    figures: tuple[Figure, ...]
    see: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    sources: tuple[tuple[str, str | None], ...] = ()


def gains_table(cloud: Cloud, *, spare: bool) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Gains of every party at every table; with what one side could still have had."""
    scenario = cloud.scenario
    head = ["Table", "Ended as", *(short(scenario, party) for party in scenario.parties)]
    if spare:
        head += [
            f"Left for {the(scenario, cloud.one)}",
            f"Left for {the(scenario, cloud.others[0]) if len(cloud.others) == 1 else 'the others'}",
        ]
    rows: list[tuple[str, ...]] = []
    for deal in cloud.deals:
        cells = [signed(round(100 * row["gain"])) for row in deal.record["parties"].values()]
        if spare:
            cells += ["not reckoned"] * 2 if deal.spare is None else [signed(round(value)) for value in deal.spare]
        rows.append((f"Table\u00a0{deal.number}", outcome_title(scenario, deal.record["outcome"]), *cells))
    rows += [(f"Table\u00a0{number}", "unfinished", *("–" for _ in head[2:])) for number in cloud.unfinished]
    return tuple(head), tuple(rows)


def gains_words(cloud: Cloud) -> str:
    """What is across, what is up, what a dot is."""
    one, others = the(cloud.scenario, cloud.one), others_named(cloud)
    return f"Gain over the status quo, in points: {one} across, {others} up. A dot is a simulated run, numbers are our tables."


def axes(cloud: Cloud) -> tuple[str, str]:
    """The axes of the space of gains."""
    others = cloud.others
    up = cloud.scenario.parties[others[0]].name if len(others) == 1 else f"mean of {_codes(cloud)}"
    return cloud.scenario.parties[cloud.one].name, up


def _codes(cloud: Cloud) -> str:
    """The others by their short names, each of which may be as long as a word."""
    names = [cloud.scenario.parties[party].code for party in cloud.others]
    return in_words(names) if len(names) < 5 else f"the {len(names)} others"


def mean_words(cloud: Cloud) -> str:
    """Whose mean is drawn up, and that it is no score."""
    if len(cloud.others) == 1:
        return ""
    named = in_words([the(cloud.scenario, party) for party in cloud.others])
    return f"The others are {named}; their mean is a way to draw them in one picture, not a score."


def news_left_out(state: State) -> str:
    """That news of the class counts in no simulated run, where there was any."""
    return " News that was sent in class counts in no simulated run." if state.news else ""


def unfinished(cloud: Cloud) -> tuple[str, ...]:
    """Says which tables are unfinished."""
    if not cloud.unfinished:
        return ()
    verb = "is" if len(cloud.unfinished) == 1 else "are"
    return (f"{tables_named(cloud.unfinished)} {verb} unfinished and in no picture.",)


def others_named(cloud: Cloud) -> str:
    """The others inside a sentence."""
    return the(cloud.scenario, cloud.others[0]) if len(cloud.others) == 1 else "the others on average"


def the(scenario: Scenario, party: str) -> str:
    """A party's name inside a sentence."""
    return with_article(scenario.parties[party].name)


def short(scenario: Scenario, party: str) -> str:
    """A party at the head of a column: its sign and its short name."""
    its = looks_of(scenario)[party]
    return f"{its.glyph} {its.code}"


def tables_named(tables: Sequence[int]) -> str:
    """Tables by number: "Tables 1, 3–6 and 9"."""
    *most, last = drawn.numbers(tables).split(", ")
    return f"Table{'' if len(tables) == 1 else 's'} {', '.join(most)}{' and ' if most else ''}{last}"


def count_in_words(count: int) -> str:
    """A count in words, "none" for zero."""
    return "none" if count == 0 else number(count)


def in_sentence(title: str) -> str:
    """A title inside a sentence."""
    return title[:1].lower() + title[1:]


def percent(share: float) -> str:
    """A share in whole per cent; what is rounded to none and is some is said."""
    if 0 < share < 0.005:
        return "less than 1\u00a0%"
    return f"{100 * share:.0f}\u00a0%"


def many(count: int) -> str:
    """A large count."""
    return f"{count:,}".replace(",", THIN)
