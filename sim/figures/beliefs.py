"""Beliefs: how likely each party held the challenger's good faith, as steps from offer to offer."""

from __future__ import annotations

from typing import Any

from sim.figures.chart import Chart, Panel, figure, fitting, inks, opened, spread, whole
from sim.figures.run import Run, bands

_MOVED = 0.025
"""A belief that changed by less has hardly moved: so much the bounds on what is learnt can do to a certainty."""


def beliefs(run: Run) -> Chart | None:
    """The chart of beliefs; None in a scenario without challenger, where there is nothing to believe."""
    challenger = run.scenario.challenger
    if challenger is None:
        return None
    who = run.the(challenger)
    steps = {party: _steps(run, party) for party in run.scenario.parties if party != challenger}
    heard = hearers(run)
    deaf = [party for party in steps if party not in heard]
    subtitle = f"Chance, in %, that each party gives to “{_good_title(run)}”, by turn. It moves only when {who} makes an offer."
    if not run.scenario.beliefs.updates.value:
        subtitle = f"Chance, in %, that each party gives to “{_good_title(run)}”, by turn. Here no offer changes it."
    footer = f"{run.story} All start at {whole(_prior(run))} %{_prior_mark(run)}."
    if deaf and heard:
        stays = "its belief stays" if len(deaf) == 1 else "their beliefs stay"
        footer = f"{opened(run.named(deaf))} sat in no room where {who} made an offer, so {stays} flat. {footer}"
    return Chart(
        key="beliefs",
        title=title(run),
        subtitle=subtitle,
        footer=f"{footer} The rule keeps what is learnt between 1 % and 99 %.",
        draw=lambda theme, narrow: [_panel(run, steps, theme, narrow)],
        head=("Party", "At first", *(f"After {run.title(name)}" for name in run.spans)),
        rows=tuple(_rows(run, steps)),
    )


def title(run: Run) -> str:
    """Which way belief in good faith went among those who heard the challenger."""
    challenger = run.scenario.challenger or ""
    heard, prior = hearers(run), _prior(run)
    ends = {party: run.record["parties"][party]["belief"] for party in heard}
    rose = [party for party in heard if ends[party] - prior > _MOVED]
    fell = [party for party in heard if prior - ends[party] > _MOVED]
    who = run.the(challenger)
    if not heard:
        return f"{opened(who)} made no offer; belief in its good faith stayed at {whole(prior)} %"
    if not rose and not fell:
        still = all(ends[party] == prior for party in heard)
        return f"Belief in the good faith of {who} {'did not move' if still else 'hardly moved'} from {whole(prior)} %"
    if rose and fell:
        return fitting(
            f"{run.named(rose)} came to hold good faith likelier, {run.named(fell)} less likely",
            "Some came to hold good faith likelier, others less likely",
        )
    moved, word = (rose, "likelier") if rose else (fell, "less likely")
    low, high = min(whole(ends[party]) for party in moved), max(whole(ends[party]) for party in moved)
    span = f"{low} %" if low == high else f"{low}–{high} %"
    if len(moved) == len(heard) and len(heard) > 1:
        return f"All who heard {who} came to hold good faith {word}: {span}, from {whole(prior)} %"
    text = f"came to hold good faith {word}: {span}, from {whole(prior)} %"
    return fitting(f"{run.named(moved)} {text}", f"Some {text}")


def hearers(run: Run) -> list[str]:
    """Parties that sat in a room where the challenger made an offer, as themselves or as members of an alliance (4.3)."""
    rooms = {event.venue for event in run.events if event.act == "offer" and event.speaker == run.scenario.challenger}
    seats = {seat for room in rooms if room for seat in run.scenario.venues[room].seats}
    seats |= {bloc.refers for seat in seats for bloc in run.scenario.parties[seat].blocs.values() if bloc.refers}
    return [party for party in run.scenario.parties if party in seats and party != run.scenario.challenger]


def _prior(run: Run) -> float:
    types = run.table.t.type
    return float(types.probability[types.good].sum())


def _prior_mark(run: Run) -> str:
    types = run.scenario.parties[run.scenario.challenger or ""].types.values()
    marks = {kind.probability.basis for kind in types if kind.probability is not None}
    return " (estimate ≈)" if "estimate" in marks else ""


def _good_title(run: Run) -> str:
    types = run.scenario.parties[run.scenario.challenger or ""].types.values()
    return next((kind.title for kind in types if kind.good_faith), "good faith")


def _steps(run: Run, party: str) -> list[tuple[int, float]]:
    """The belief at the start (turn 0), at every turn that changed it and at the end."""
    steps = [(0, _prior(run))]
    for event in run.events:
        if event.venue is not None and abs(event.beliefs[party] - steps[-1][1]) > 1e-12:
            steps.append((event.turn, event.beliefs[party]))
    return steps


def _panel(run: Run, steps: dict[str, list[tuple[int, float]]], theme: str, narrow: bool) -> Panel:
    last, ink = run.last_turn, inks(theme)
    data: list[dict[str, Any]] = []
    for party, points in steps.items():
        look = run.looks[party]
        x, y = [turn for turn, _ in points], [100 * belief for _, belief in points]
        data.append(
            {
                "type": "scatter", "x": [*x, last + 0.5], "y": [*y, y[-1]], "mode": "lines", "name": look.name,
                "line": {"color": look.colour(theme), "width": 2.4, "shape": "hv", "dash": look.dash},
                "hoverinfo": "skip",
            }
        )  # fmt: skip
        data.append(
            {
                "type": "scatter", "x": x[1:], "y": y[1:], "mode": "markers", "name": look.name,
                "marker": {
                    "symbol": look.symbol, "size": 9, "color": look.colour(theme),
                    "line": {"width": 1.2, "color": ink["surface"]},
                },
                "hovertemplate": f"{look.name}, turn %{{x}}: %{{y:.0f}} %<extra></extra>", "cliponaxis": False,
            }
        )  # fmt: skip
    height, top, foot = (300 if narrow else 340), 22, 44
    scale = 104 / (height - top - foot)
    values = [100 * points[-1][1] for points in steps.values()]
    places = spread(values, 16 * scale, 2, 100)
    shapes, names = bands(run, theme, 190 if narrow else 800, 12 if narrow else 13)
    ends = [
        {
            "x": 1, "xref": "paper", "y": place, "yref": "y", "xanchor": "left", "xshift": 6, "showarrow": False,
            "text": f"{look.glyph} {look.code if narrow else look.name} {round(value)} %",
            "font": {"size": 12 if narrow else 13, "color": look.colour(theme)},
        }
        for place, value, look in zip(places, values, (run.looks[party] for party in steps))
    ]  # fmt: skip
    layout = {
        "height": height,
        "margin": {"l": 40 if narrow else 64, "r": 92 if narrow else 130, "t": top, "b": foot},
        "xaxis": {"range": [0, last + 0.5], "showgrid": False, "fixedrange": True, "title": {"text": "turn"}},
        "yaxis": {
            "range": [-2, 102], "tickvals": [0, 25, 50, 75, 100], "fixedrange": True,
            "title": {} if narrow else {"text": "chance of good faith, %"},
        },
        "shapes": shapes,
        "annotations": [*names, *ends],
    }  # fmt: skip
    return Panel(None, figure(data, **layout))


def _rows(run: Run, steps: dict[str, list[tuple[int, float]]]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for party, points in steps.items():
        cells = [f"{whole(points[0][1])} %"]
        for _, end in run.spans.values():
            cells.append(f"{whole([belief for turn, belief in points if turn <= end][-1])} %")
        rows.append((run.scenario.parties[party].name, *cells))
    return rows
