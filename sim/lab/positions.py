"""Where everybody stands now: a scale an issue, with present demands, red lines, the status quo and the text on it."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from sim.figures.chart import in_words, opened
from sim.figures.run import Run
from sim.protocol.record import Event
from sim.report.scales import Mark, drawing, inside, lines, wishes
from sim.report.words import chip

BASIS = {
    "cited": "cited", "inferred": "inferred from a page", "estimate": "an estimate", "assumed": "assumed here",
}  # fmt: skip


def scale(run: Run, issue: str) -> Markup:
    """An issue as it stands now."""
    given, text = run.scenario.issues[issue], int(run.record["text"][issue])
    quo = given.status_quo.value
    marks = list(_marks(run, issue))
    asked = "; ".join(f"{run.scenario.parties[m.party].name}: {given.options[m.option].label}" for m in marks)
    label = f"{given.short}: text “{given.options[text].label}”; status quo “{given.options[quo].label}”; {asked}"
    return drawing(run, issue, marks, text, label)


def last_offers(run: Run) -> dict[str, Event]:
    """Each party's last offer of its own; a chair's texts seek common ground and are not its demands (8.5)."""
    return {event.speaker: event for event in run.events if event.act == "offer" and event.reason != "chair_text"}


def _marks(run: Run, issue: str) -> Iterator[Mark]:
    """What each party asks for now: its last offer, or what it likes best where it has made none."""
    given, offers = run.scenario.issues[issue], last_offers(run)
    for wish in wishes(run, issue):
        if wish.bloc is not None:
            continue
        offer = offers.get(wish.party)
        option = offer.package[issue] if offer else wish.option
        if option is None:
            continue
        name, source = opened(run.the(wish.party)), _named(run, wish.source)
        best = "" if wish.option is None else given.options[wish.option].text
        words = f"{name} likes best: {best} ({BASIS[wish.basis]}{source})" if best else f"{name} is indifferent"
        if offer:
            asks = f"asks for “{given.options[option].label}” in its last offer, turn {offer.turn}"
            words = f"{name} {asks}. {words}"
        yield Mark(wish.party, option, wish.basis, words)


def _named(run: Run, sources: tuple[str, ...]) -> str:
    """Sources in words, judgement left out where a page is named too."""
    pages = [run.scenario.sources[name] for name in sources if name in run.scenario.sources]
    named = [source for source in pages if source.url] or pages
    return ": " + "; ".join(source.what for source in named) if named else ""


def evidence(run: Run, issue: str) -> Markup:
    """The same for those who cannot hover: options in full, and every party's wish and red line with mark and source."""
    given = run.scenario.issues[issue]
    options = Markup("").join(Markup("<li>{}</li>").format(option.text) for option in given.options)
    rows: list[Markup] = []
    for wish in wishes(run, issue):
        name = chip(run, wish.party) + (Markup(": {}").format(wish.bloc) if wish.bloc else "")
        best = "is indifferent" if wish.option is None else f"likes best “{given.options[wish.option].label}”"
        parts = [Markup("{}, {}{}").format(best, BASIS[wish.basis], _named(run, wish.source))]
        line = wish.position.red_line
        if line is not None:
            label = given.options[line.value].label
            parts.append(
                Markup("{} red line at “{}”, {}{}").format(
                    line.hardness, label, BASIS[line.basis], _named(run, line.source)
                )
            )
        rows.append(Markup("<li>{} {}</li>").format(name, Markup("; ").join(parts)))
    return Markup('<p class="small">{}</p><ol class="options small" start="0">{}</ol><ul class="xs">{}</ul>').format(
        given.title, options, Markup("").join(rows)
    )


def legend(run: Run) -> str:
    """What the marks on a scale mean."""
    left = f"left: {run.the(run.scenario.challenger)}’s full demand · " if run.scenario.challenger else ""
    lined = any(lines(run, issue) for issue in run.scenario.active)
    band = any(inside(run, issue) for issue in run.scenario.active)
    words = ["symbol: asks for now", "ring: text", "tick: status quo"]
    words += ["bracket: red line (dotted: does not hold)"] if lined else []
    words += ["sand: inside every red line"] if lined and band else []
    return left + " · ".join(words)


def standing(run: Run) -> str:
    """One sentence on how far the text has moved."""
    quo = dict(zip(run.scenario.active, run.scenario.status_quo))
    moved = [run.scenario.issues[name].short for name in run.scenario.active if run.record["text"][name] != quo[name]]
    if not moved:
        return "The text is the status quo on every issue."
    names = in_words(moved if len(moved) <= 3 else [*moved[:2], f"{len(moved) - 2} more"])
    return f"The text differs from the status quo on {names}."
