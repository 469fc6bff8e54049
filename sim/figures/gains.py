"""The space of gains over the status quo: one party against the mean of those who must consent, with every offer made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import EQUAL
from sim.figures.chart import Chart, Panel, counted, fitting, opened, signed, whole
from sim.figures.frontier import Front, front, places
from sim.figures.gains_drawn import Frame, panel
from sim.figures.run import Run
from sim.protocol.measures import worths_of


@dataclass(frozen=True)
class Offer:
    """A package that a party put on the table, where it first did.

    Attributes
    ----------
    number
        Counts the party's different offers from 1.
    x, y
        Gains over the status quo, in points, by the wishes at the end of the talks.
    """

    party: str
    number: int
    turn: int
    venue: str
    x: float
    y: float


@dataclass(frozen=True)
class Space:
    """A run's space of gains: x is of ``one`` party, y the mean of the ``others``, both in points over the status quo."""

    run: Run
    one: str
    others: list[str]
    front: Front
    curve: NDArray[np.float64]  # [N, 2] the efficient points by rising x
    dots: NDArray[np.float64]  # [M, 2] every package, of a small space
    offers: list[Offer]
    final: tuple[float, float]
    history: tuple[float, float] | None  # where it is not the status quo
    threshold: float  # the gain from which ``one`` accepts
    agreeable: bool  # a package shown would leave all who must consent no worse than without a deal

    @property
    def other(self) -> str:
        """The others inside a sentence."""
        return self.run.the(self.others[0]) if len(self.others) == 1 else "the others on average"

    @property
    def inside(self) -> str:
        """Says that packages lie inside hard lines; nothing where none stood."""
        return " inside the hard lines" if self.run.record["holding"] else ""

    @property
    def moved(self) -> bool:
        """Whether anything ended off the status quo."""
        return any(
            self.run.record["final"][name] != at
            for name, at in zip(self.run.scenario.active, self.run.scenario.status_quo)
        )


def space_of(run: Run) -> Space | None:
    """Put a run into its space of gains; None where nobody else must consent."""
    scenario, t, talk = run.scenario, run.table.t, run.table.talk
    parties = list(scenario.parties)
    one = scenario.challenger or run.consenting[0]
    others = [party for party in run.consenting if party != one]
    if not others:
        return None
    p, rest = parties.index(one), [parties.index(party) for party in others]
    zero = np.asarray(talk.edge.zero)
    base = np.array([zero[p], zero[rest].mean()])
    efficient = front(t, talk, p, rest)

    def gains(packages: list[dict[str, int]] | NDArray[np.int64]) -> NDArray[np.float64]:
        if isinstance(packages, list):
            packages = np.array([[package[name] for name in scenario.active] for package in packages], np.int64)
        if not len(packages):
            return np.empty((0, 2))
        return 100 * (np.column_stack(places(t, talk, packages, p, rest)) - base)

    first = _first_offers(run)
    placed = gains([event.package for event, _ in first])
    offers = [
        Offer(event.speaker, number, event.turn, event.venue or "", float(x), float(y))
        for (event, number), (x, y) in zip(first, placed)
    ]
    quo = dict(zip(scenario.active, scenario.status_quo))
    known = {**quo, **{k: v for k, v in scenario.history.package.items() if k in quo}} if scenario.history else quo
    final = gains([run.record["final"], known])
    curve = (
        100 * (np.column_stack([efficient.x, efficient.y]) - base)
        if efficient.packages is not None
        else np.empty((0, 2))
    )
    shown = efficient.every if efficient.every is not None else efficient.packages
    return Space(
        run=run,
        one=one,
        others=others,
        front=efficient,
        curve=curve,
        dots=gains(efficient.every) if efficient.every is not None else np.empty((0, 2)),
        offers=offers,
        final=(float(final[0, 0]), float(final[0, 1])),
        history=(float(final[1, 0]), float(final[1, 1])) if known != quo else None,
        threshold=100 * float(talk.edge[p].no_deal - zero[p]),
        agreeable=shown is not None and _agreeable(run, shown),
    )


def gains(run: Run) -> Chart | None:
    """The chart of the space of gains; None where nobody else must consent."""
    space = space_of(run)
    if space is None:
        return None
    one, tabling = run.the(space.one), list(dict.fromkeys(offer.party for offer in space.offers))
    up = run.the(space.others[0]) if len(space.others) == 1 else f"the mean of {run.named(space.others)}"
    dots = " Each dot is one possible package." if len(space.dots) else ""
    legend = [(f"party:{party}", f"offers of {run.the(party)}") for party in tabling]
    legend += [("frontier", "efficient frontier")] if len(space.curve) else []
    legend += (
        [("ring", "final text"), ("quo", "status quo")] if space.moved else [("quo", "status quo, and final text")]
    )
    legend += [("star", "history")] if space.history else []
    legend += [(f"shade:{space.one}", f"{one} can accept")]
    frames = {narrow: Frame(space, narrow) for narrow in (False, True)}
    return Chart(
        key="gains",
        title=title(space),
        subtitle=f"Gain over the status quo, in points: {one} across, {up} up.{dots}",
        footer=_footer(space),
        draw=lambda theme, narrow: [Panel(None, panel(frames[narrow], theme))],
        legend=tuple(legend),
        head=("Offer", "Venue", "Turn", f"{opened(one)}", opened(space.other)),
        rows=tuple(
            (
                f"{run.scenario.parties[offer.party].name} {offer.number}", run.title(offer.venue), str(offer.turn),
                signed(round(offer.x)), signed(round(offer.y)),
            )
            for offer in space.offers
        ),
    )  # fmt: skip


def title(space: Space) -> str:
    """What could still be gained, or why nothing was, by the packages inside the hard lines of this run."""
    one = space.run.the(space.one)
    if not len(space.curve):
        made = counted(len(space.offers), "different offer")
        best = max((offer.x for offer in space.offers), default=0.0)
        return fitting(f"{made}; the best for {one} would have changed its points by {signed(round(best))}")
    across, up = space.curve[:, 0], space.curve[:, 1]
    if space.moved:
        for_others = up[across >= space.final[0] - 1e-7].max() - space.final[1]
        for_one = across[up >= space.final[1] - 1e-7].max() - space.final[0]
        if max(for_others, for_one) < 0.5:
            return f"No package{space.inside} betters the final text for {one} and {space.other}"
        if for_others >= for_one:
            return fitting(f"{space.other} could have had up to {_points(for_others)} more at no cost to {one}")
        return fitting(f"{one} could have had up to {_points(for_one)} more at no cost to {space.other}")
    if across.max() < space.threshold - 1e-7:
        return f"No package{space.inside} gives {one} what no deal is worth to it"
    if space.agreeable:
        every = len(space.run.consenting) == len(space.run.scenario.parties)
        whom = "every party" if every else "all who must consent"
        return f"Some packages gave {whom} at least what no deal is worth; none was agreed"
    text = f"{one} could gain up to {_points(across.max())}, {space.other} up to {_points(up.max())}"
    return fitting(f"{space.inside} {text}".strip(), text)


def _points(gain: float) -> str:
    points = round(float(gain))
    return f"{points} point{'' if points == 1 else 's'}"


def _footer(space: Space) -> str:
    run, one = space.run, space.run.the(space.one)
    text = f"{run.story} Numbers count each party’s different offers; all are in the table below."
    if space.front.packages is None:
        text += f" No frontier: {_many(space.front.size)} packages are too many to value one by one."
    else:
        text += f" The frontier is exact over {_many(space.front.size)} packages"
        text += " inside the hard lines that stood; offers beyond one can lie outside it." if space.inside else "."
    if run.scenario.challenger:
        text += f" Promises of {one} count as far as each party believed them at the end."
        least = signed(round(space.threshold)) if space.threshold >= 0.5 else "just above 0"
        text += f" {opened(one)} accepts from a gain of {least} (private, ≈)."
    if run.scenario.history and space.history is None:
        text += " History’s package is the status quo."
    return text


def _many(count: int) -> str:
    return f"{count:,}".replace(",", "\u202f")


def _first_offers(run: Run) -> list[tuple[Any, int]]:
    """Every different offer of every party where it was first made, and its number."""
    seen: dict[str, list[dict[str, int]]] = {party: [] for party in run.scenario.parties}
    found: list[tuple[Any, int]] = []
    for event in run.events:
        if event.act == "offer" and event.package not in seen[event.speaker]:
            seen[event.speaker].append(event.package)
            found.append((event, len(seen[event.speaker])))
    return found


def _agreeable(run: Run, packages: NDArray[np.int64]) -> bool:
    """Whether any package off the status quo leaves every party with consent, bloc by bloc, at or above no deal."""
    t, talk = run.table.t, run.table.talk
    content = worths_of(t, talk, packages) >= np.asarray(talk.edge.no_deal) - EQUAL
    happy = (packages != np.asarray(t.x0)).any(axis=1)
    for p, party in enumerate(run.scenario.parties.values()):
        if party.has_consent.value:
            first, count = int(t.party[p].first_bloc), int(t.party[p].blocs)
            happy &= content[:, first : first + count].all(axis=1) if count else content[:, p]
    return bool(happy.any())


def change_of(run: Run, party: str) -> int:
    """A party's gain over the status quo at the end, in whole points."""
    return whole(run.record["parties"][party]["gain"])
