"""The parts of a report one looks things up in: positions with their marks, the transcript, private values, sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from sim.domain.plain import is_list, is_mapping
from sim.figures.chart import SIGNS, counted, in_words, opened, whole
from sim.figures.run import Run
from sim.narrate import closing, issue_name, measures_word, sentence
from sim.protocol.record import Event
from sim.report.scales import wishes
from sim.report.words import chip


class Sources:
    """The sources that a scenario uses, numbered in the order of its list."""

    def __init__(self, run: Run) -> None:
        self.run = run
        counts: Counter[str] = Counter()
        self.marks: Counter[str] = Counter()
        for key, value in _walk(run.scenario.model_dump(mode="json", exclude={"sources"})):
            if key == "source":
                counts.update(value)
            elif key == "basis":
                self.marks[value] += 1
        self.counts = counts
        self.numbers = {name: at + 1 for at, name in enumerate(n for n in run.scenario.sources if counts[n])}

    def rows(self) -> list[dict[str, Any]]:
        """Every source used: number, what it is, address, and how often it is named."""
        return [
            {"number": at, "what": self.run.scenario.sources[name].what, "url": self.run.scenario.sources[name].url,
             "used": self.counts[name]}
            for name, at in self.numbers.items()
        ]  # fmt: skip

    def legend(self) -> str:
        """How many figures carry which mark."""
        known = [f"{self.marks[mark]} {words}" for mark, words in (
            ("cited", "cited"), ("inferred", "inferred (~)"), ("estimate", "estimates (≈)"), ("assumed", "assumed"),
        ) if self.marks[mark]]  # fmt: skip
        return f"Marked figures and lines: {in_words(known)}." if known else ""

    def cite(self, basis: str, names: tuple[str, ...]) -> Markup:
        """The mark in words, with links to its sources."""
        links = Markup(" ").join(
            Markup('<a href="#source-{0}">{0}</a>').format(self.numbers[name]) for name in names if name in self.numbers
        )
        return Markup('<span class="basis">{}{}{}</span>').format(basis, Markup(" ") if links else "", links)


def _walk(part: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if key in ("source", "basis") and part is not None:
        yield key, part
    elif is_mapping(part):
        for name, value in part.items():
            yield from _walk(value, name)
    elif is_list(part):
        for value in part:
            yield from _walk(value)


def positions(run: Run, sources: Sources, issue: str) -> list[Markup]:
    """A line for every party and dissenting bloc: what it likes best, its red line, its weight, each with its mark."""
    given = run.scenario.issues[issue]
    rows: list[Markup] = []
    for wish in wishes(run, issue):
        name = chip(run, wish.party)
        if wish.bloc:
            name += Markup(": {}").format(wish.bloc)
        liked = "is indifferent" if wish.option is None else f"likes best “{given.options[wish.option].label}”"
        parts = [Markup("{} {}").format(liked, sources.cite(wish.basis, wish.source))]
        line = wish.position.red_line
        if line is not None:
            label = given.options[line.value].label
            parts.append(
                Markup("{} red line at “{}” {}").format(line.hardness, label, sources.cite(line.basis, line.source))
            )
        weight = wish.position.salience
        if weight is not None:
            parts.append(
                Markup("weight {}{:.0f} {}").format(
                    SIGNS[weight.basis], weight.value, sources.cite(weight.basis, weight.source)
                )
            )
        elif wish.position.points is not None:
            values = in_words([f"{value:.0f}" for value in wish.position.points.value])
            parts.append(Markup("points from the left: {}").format(values))
        rows.append(Markup("{} {}").format(name, Markup("; ").join(parts)))
    return rows


def transcript(run: Run) -> list[dict[str, Any]]:
    """Acts by venue, then by turn; acts of consent last."""
    found: list[dict[str, Any]] = []
    for name in run.spans:
        venue = run.scenario.venues[name]
        acts = [(at, event) for at, event in enumerate(run.events) if event.venue == name]
        turns: list[dict[str, Any]] = []
        for at, event in acts:
            session = venue.sessions[event.session] if event.session else None
            head = f"Round {event.round}"
            if session and len(venue.sessions) > 1:
                head = f"{session.title}, round {event.round}"
            if session and session.exploratory:
                head += " (heard, not answered)"
            if not turns or turns[-1]["head"] != head:
                turns.append({"head": head, "acts": []})
            turns[-1]["acts"].append(_act(run, at, event))
        found.append(
            {"title": venue.title, "when": venue.dates, "forum": venue.forum, "turns": turns,
             "closing": closing(run.scenario, name, run.record["venues"][name], run.events), "count": len(acts)}
        )  # fmt: skip
    backs = [(at, event) for at, event in enumerate(run.events) if event.venue is None]
    if backs:
        acts = [_act(run, at, event) for at, event in backs]
        found.append(
            {"title": "Consent", "when": "", "forum": "", "turns": [{"head": "After the talks", "acts": acts}],
             "closing": opened(f"{counted(len(backs), 'point was', 'points were')} taken back."), "count": len(backs)}
        )  # fmt: skip
    return found


def _act(run: Run, at: int, event: Event) -> dict[str, Any]:
    package = ""
    if event.act == "offer":
        quo = zip(run.scenario.active, run.scenario.status_quo)
        steps = [
            f"{run.scenario.issues[issue].short}: {run.scenario.issues[issue].options[event.package[issue]].label}"
            for issue, option in quo
            if event.package[issue] != option
        ]
        package = "; ".join(steps) or "the status quo on every issue"
    return {
        "chip": chip(run, event.speaker),
        "text": sentence(run.scenario, event, run.events[:at]),
        "package": package,
        "answer": event.act in ("accept", "refuse"),
    }


def private(run: Run) -> list[tuple[str, str]]:
    """What no seat could see during the talks: pairs of a name and a value."""
    record, challenger = run.record, run.scenario.challenger
    rows: list[tuple[str, str]] = []
    if challenger and record["type"] is not None:
        rows.append(("Type in the model", run.scenario.parties[challenger].types[record["type"]].title))
        rows.append((f"Worth of force before {measures_word(run.scenario)}", f"{whole(record['payoff'])} points"))
        rows.append(
            (
                f"Worth of force after the {measures_word(run.scenario)} that still stand",
                f"{whole(record['coercion'])} points",
            )
        )
    for name, share in record["insistence"].items():
        link = run.scenario.linkages[name]
        who = run.named(link.parties)
        unmet = in_words([issue_name(run.scenario, issue) for issue in link.when])
        rows.append(
            (
                f"Insistence of {who}",
                f"while short of its demands on {unmet}, {whole(share)} % of a gain does not count",
            )
        )
    return [(name, value.replace("-", "−")) for name, value in rows]
