"""What the parties gain over the status quo: how their gains spread, and what all gain together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.figures.chart import Chart, Panel, Picture, broken, figure, fitting, in_words, inks
from sim.figures.run import with_article
from sim.findings.evidence import Evidence
from sim.findings.finding import Finding
from sim.findings.intervals import means, shares, spoken_of

if TYPE_CHECKING:
    import pandas as pd

KEY, QUESTION = "gains", "What do the parties gain over the status quo?"
LEAST = 0.005
"""A gain of less than half a point is none."""

_STEP = 0.005
"""Width in utility of the steps in which gains are counted for the curve."""


def gains(evidence: Evidence) -> Finding:
    """How gains spread, a panel a party: the share of runs in which a party gains at most so much."""
    if not evidence.counts[0]:
        return Finding(KEY, QUESTION, nothing="No run was played to its end, so nobody gained or lost.")
    parties = list(evidence.scenario.parties)
    frame = _frame(evidence, parties)
    if not (frame["gains"] + frame["loses"]).any():
        return Finding(KEY, QUESTION, nothing="No party’s points changed by half a point or more in any run.")
    curves = {party: _curve(evidence, party) for party in parties}
    ends = [100 * curve[column].iloc[at] for curve in curves.values() for column, at in (("gain", 0), ("gain", -1))]
    span = (min(*ends, -2.0) - 1, max(*ends, 2.0) + 1)
    lines = {line["party_id"]: line for _, line in frame.iterrows()}
    chart = Chart(
        key=KEY,
        title=_title(evidence, frame),
        subtitle=f"Share of runs, %, in which each party’s gain is at most so many points. {evidence.story}.",
        footer="Points are each party’s own (0–100) and cannot be added to another’s; changes of less than half a point count as "
        f"unchanged. {spoken_of(evidence)}",
        draw=lambda theme, narrow: [
            Panel(party, _panel(evidence, party, curves[party], lines[party], span, theme, narrow)) for party in parties
        ],
        head=("Party", "Loses, %", "Unchanged, %", "Gains, %", "Mean gain, points", "5 %, 50 %, 95 % of runs"),
        rows=tuple(
            (
                line["party"], _span(line, "loses"), _span(line, "unchanged"), _span(line, "gains"),
                _points(line["mean"], line["mean_low"], line["mean_high"]),
                ", ".join(_change(line[name]) for name in ("p5", "p50", "p95")),
            )
            for _, line in frame.iterrows()
        ),
    )  # fmt: skip
    return Finding(KEY, QUESTION, chart, frame, _sentences(evidence))


def _frame(evidence: Evidence, parties: list[str]) -> pd.DataFrame:
    """A line a party."""
    import pandas as pd

    events: dict[str, str] = {}
    for party in parties:
        gain = f"gain_{party}"
        events |= {
            f"loses {party}": f"{gain} <= -{LEAST}", f"unchanged {party}": f"abs({gain}) < {LEAST}",
            f"gains {party}": f"{gain} >= {LEAST}",
        }  # fmt: skip
    found = shares(evidence, events).set_index("event")
    mean = means(evidence, {party: f"gain_{party}" for party in parties}).set_index("event")
    asked = ", ".join(f"quantile_cont(gain_{party}, [0.05, 0.5, 0.95]) AS q{at}" for at, party in enumerate(parties))
    spread = evidence.ask(f"SELECT {asked} FROM played").iloc[0]
    lines: list[dict[str, Any]] = []
    for at, party in enumerate(parties):
        line: dict[str, Any] = {
            "party_id": party, "party": evidence.looks[party].name, "runs": int(mean["runs"][party]),
            "mean": mean["mean"][party], "mean_low": mean["low"][party], "mean_high": mean["high"][party],
        }  # fmt: skip
        for kind in ("loses", "unchanged", "gains"):
            row = found.loc[f"{kind} {party}"]
            line |= {kind: row["share"], f"{kind}_low": row["low"], f"{kind}_high": row["high"]}
        lines.append(line | dict(zip(("p5", "p50", "p95"), map(float, spread[f"q{at}"]))))
    return pd.DataFrame(lines)


def _curve(evidence: Evidence, party: str) -> pd.DataFrame:
    """The share of runs with at most so much, in steps of half a point."""
    steps = f"ceil(round(gain_{party} / {_STEP}, 6)) * {_STEP}"
    found = evidence.ask(f"SELECT {steps} AS gain, count(*) AS n FROM played GROUP BY ALL ORDER BY gain")
    return found.assign(share=found["n"].cumsum() / found["n"].sum())


def _panel(
    evidence: Evidence,
    party: str,
    curve: pd.DataFrame,
    line: pd.Series,
    span: tuple[float, float],
    theme: str,
    narrow: bool,
) -> Picture:
    look, ink = evidence.looks[party], inks(theme)
    x = [span[0], *(100 * curve["gain"]).tolist(), span[1]]
    y = [0.0, *(100 * curve["share"]).tolist(), 100.0]
    colour = look.colour(theme)
    mean = [100 * line[name] for name in ("mean", "mean_low", "mean_high")]
    mean = mean if mean[1] == mean[1] else [mean[0]] * 3
    data: list[dict[str, Any]] = [
        {
            "type": "scatter", "mode": "lines", "x": x, "y": y, "line": {"color": colour, "width": 2.4, "shape": "hv"},
            "hovertemplate": "%{y:.1f} % gain at most %{x:.1f}<extra></extra>",
        },
        {
            "type": "scatter", "mode": "markers", "x": [mean[0]], "y": [0], "cliponaxis": False,
            "marker": {"symbol": look.symbol, "size": 10, "color": colour, "line": {"width": 1.2, "color": ink["surface"]}},
            "error_x": {
                "type": "data", "symmetric": False, "array": [mean[2] - mean[0]], "arrayminus": [mean[0] - mean[1]],
                "color": ink["ink"], "thickness": 2, "width": 5,
            },
            "hovertemplate": f"mean {mean[0]:+.1f} ({mean[1]:+.1f} to {mean[2]:+.1f})<extra></extra>",
        },
    ]  # fmt: skip
    words = ", ".join(f"{kind} {_percent(line[kind])}" for kind in ("loses", "unchanged", "gains"))
    layout = {
        "height": 270,
        "margin": {"l": 46, "r": 14, "t": 42 if narrow else 26, "b": 46},
        "xaxis": {
            "range": list(span), "fixedrange": True, "showgrid": False, "zeroline": True, "title": {"text": "gain, points"},
        },
        "yaxis": {"range": [-3, 103], "tickvals": [0, 50, 100], "fixedrange": True, "title": {"text": "% of runs"}},
        "shapes": [
            {
                "type": "rect", "xref": "x", "yref": "paper", "x0": span[0], "x1": 0, "y0": 0, "y1": 1, "layer": "below",
                "fillcolor": ink["sunken"], "opacity": 0.6, "line": {"width": 0},
            }
        ],
        "annotations": [
            {
                "x": 0, "xref": "paper", "y": 1, "yref": "paper", "xanchor": "left", "yanchor": "bottom", "yshift": 4,
                "text": broken(words, 32 if narrow else 99),
                "align": "left", "showarrow": False, "font": {"size": 12, "color": ink["ink"]},
            },
            {
                "x": mean[0], "y": 0, "text": f"mean {_change(line['mean'])}", "showarrow": False, "xanchor": "left",
                "yanchor": "bottom", "xshift": 6, "yshift": 5, "font": {"size": 12, "color": ink["ink"]},
            },
        ],
    }  # fmt: skip
    return figure(data, **layout)


def _title(evidence: Evidence, frame: pd.DataFrame) -> str:
    """Who gains most often, and who loses most often; parties whose shares are printed alike are named together."""
    gain, loss = float(frame["gains"].max()), float(frame["loses"].max())
    gainers, losers = (
        frame[(frame[kind] > 0) & (frame[kind].round(2) == round(most, 2))]["party_id"]
        for kind, most in (("gains", gain), ("loses", loss))
    )
    if gain == 0:
        return fitting(f"No party gains; {_verb(evidence, losers, 'lose')} most often, in {_percent(loss)} of runs")
    up = f"{_verb(evidence, gainers, 'gain')} most often, in {_percent(gain)} of runs"
    if loss == 0:
        return fitting(f"{up}; nobody loses", f"Some parties gain in {_percent(gain)} of runs; nobody loses")
    down = f"{_verb(evidence, losers, 'lose')} most often, in {_percent(loss)}"
    return fitting(f"{up}; {down}", up, f"Some parties gain in {_percent(gain)} of runs, some lose in {_percent(loss)}")


def _verb(evidence: Evidence, parties: pd.Series, verb: str) -> str:
    named = [with_article(evidence.scenario.parties[party].name) for party in parties]
    return f"{in_words(named)} {verb}{'s' if len(named) == 1 else ''}"


def _sentences(evidence: Evidence) -> tuple[str, ...]:
    """What all gain together."""
    joint = means(evidence, {"joint": "joint_gain"}).iloc[0]
    found = shares(
        evidence, {"more": f"joint_gain >= {LEAST}", "less": f"joint_gain <= -{LEAST}", "nash": "nash_product > 0"}
    )
    more, less, nash = (found[found["event"] == name].iloc[0] for name in ("more", "less", "nash"))
    return (
        f"The sum of all gains is {_points(joint['mean'], joint['low'], joint['high'])} points on average: above 0 in "
        f"{_percent(more['share'])} of runs, below in {_percent(less['share'])}.",
        f"All who must consent end above what no deal is worth to them in {_percent(nash['share'])} of runs "
        f"({100 * nash['low']:.1f}–{100 * nash['high']:.1f}); there the Nash product is above 0.",
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share == 0 or share >= 0.005 else "under 1 %"


def _span(line: Any, kind: str) -> str:
    return f"{100 * line[kind]:.1f} ({100 * line[f'{kind}_low']:.1f}–{100 * line[f'{kind}_high']:.1f})"


def _points(mean: float, low: float, high: float) -> str:
    """A mean with its interval; one run alone, or one draw, has none."""
    return f"{_change(mean)} ({_change(low)} to {_change(high)})" if low == low else f"{_change(mean)} (no interval)"


def _change(gain: float) -> str:
    """A gain in points with its sign: "+1.2", "−0.3", "0.0"."""
    return f"{100 * gain:+.1f}".replace("-", "−").replace("+0.0", "0.0").replace("−0.0", "0.0")
