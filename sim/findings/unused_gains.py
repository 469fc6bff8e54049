"""How far the talks stay inside the efficient frontier: what all could still have gained, in a sample played again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.figures.chart import Chart, Panel, fitting, opened
from sim.findings.bars import Band, Bar
from sim.findings.bars_drawn import stacked
from sim.findings.evidence import Evidence
from sim.findings.finding import Finding
from sim.findings.intervals import wilson
from sim.findings.outcome_classes import classes
from sim.findings.replayed import SEED, Replayed, replayed, sample_words
from sim.look import tokens
from sim.protocol.efficiency import Improvement, improvement, quiet_solver
from sim.protocol.measures import feasible_options

if TYPE_CHECKING:
    import pandas as pd

KEY, QUESTION = "unused_gains", "How much that all could have gained is left on the table?"
SAMPLE = 100
EDGES = (1e-6, 0.01, 0.03, 0.06)
"""Utilities at which the parts of a bar meet: nothing, up to 1, 3, 6 points for all at once, more."""


def unused_gains(evidence: Evidence, sample: int = SAMPLE) -> Finding:
    """Of a sample of runs, by class: how much every party could have gained at once over the final package (13.1)."""
    if not evidence.counts[0]:
        return Finding(KEY, QUESTION, nothing="No run was played to its end, so there is nothing to better.")
    runs = _runs(evidence, sample)
    names = dict(zip(evidence.outcomes, (band.name for band in classes(evidence))))
    groups = [("All sampled runs", runs), *((opened(names[c]), runs[runs["outcome"] == c]) for c in evidence.outcomes)]
    groups = [(name, part) for name, part in groups if len(part)]
    bands, bars = _bands(), [_bar(name, part, at == 0) for at, (name, part) in enumerate(groups)]
    chart = Chart(
        key=KEY,
        title=_title(runs),
        subtitle="Points that every party could have gained at once over the final package, % of runs, in "
        f"{sample_words(evidence, sample)}.",
        footer="Exact for each run, over the packages inside the hard lines that stood in it (13.1). "
        f"The sample is drawn with seed {SEED}. "
        "├┤ 95 % interval (Wilson) of the share in which nothing more is left for all, over other samples of these rows.",
        draw=lambda theme, narrow: [Panel(None, stacked(bands, bars, theme, narrow, ends=96))],
        head=("Class", "Runs", *(f"{band.name}, %" for band in bands), "Efficient, %", "Median left, points"),
        rows=tuple(
            (
                name, str(len(part)), *(f"{100 * share:.0f}" for share in _parts(part)), f"{100 * part['efficient'].mean():.0f}",
                f"{100 * part['for_all'].median():.1f}",
            )
            for name, part in groups
        ),
    )  # fmt: skip
    return Finding(KEY, QUESTION, chart, runs, _sentences(runs))


def _runs(evidence: Evidence, sample: int) -> pd.DataFrame:
    """Row, class and what was left, of every run of the sample."""
    import pandas as pd

    runs = replayed(evidence, sample)
    with quiet_solver():
        found = [_left(run) for run in runs]
    lines = [
        {
            "row": run.row.number, "outcome": run.row.figures["outcome"], "efficient": left.efficient,
            "for_all": left.for_all,
        }
        for run, left in zip(runs, found)
    ]  # fmt: skip
    return pd.DataFrame(lines)


def _left(run: Replayed) -> Improvement:
    """What all could still have gained over the final package of a run."""
    t, talk = run.table.t, run.table.talk
    final = np.asarray(talk.final, np.int64)
    return improvement(t, talk, final, feasible_options(t, talk), list(range(int(t.n.parties))))


def _bands() -> list[Band]:
    scale = tokens()["scale"]["sequential"]
    names = ("nothing", "up to 1 point", "1 to 3 points", "3 to 6 points", "more than 6")
    fills = (scale[6], scale[5], scale[3], scale[2], scale[1])
    inks_ = ("#FFFFFF", "#FFFFFF", "#1A2127", "#1A2127", "#1A2127")
    return [Band(name, fill, ink) for name, fill, ink in zip(names, fills, inks_)]


def _parts(part: pd.DataFrame) -> tuple[float, ...]:
    gains: NDArray[np.float64] = part["for_all"].to_numpy(float)
    places = np.searchsorted(EDGES, gains, side="left")
    return tuple(float(share) for share in np.bincount(places, minlength=5) / len(part))


def _bar(name: str, part: pd.DataFrame, strong: bool) -> Bar:
    shares = _parts(part)
    low, high = wilson(shares[0], len(part))
    count = f"{len(part)} run{'s' if len(part) > 1 else ''}"
    return Bar(name, shares, bracket=(float(low), float(high)), end=count, strong=strong)


def _title(runs: pd.DataFrame) -> str:
    """How often all could have had more, and how much."""
    left = runs[runs["for_all"] > EDGES[0]]["for_all"]
    if not len(left):
        return "In no run of the sample could every party have gained more at once"
    part = "all sampled runs" if len(left) == len(runs) else f"{100 * len(left) / len(runs):.0f} % of sampled runs"
    return fitting(
        f"In {part} all parties could have had more at once, {100 * float(left.median()):.1f} points in the median"
    )


def _sentences(runs: pd.DataFrame) -> tuple[str, ...]:
    share = float(runs["efficient"].mean())
    low, high = wilson(share, len(runs))
    return (
        f"The final package is efficient, so that nobody can gain unless another loses, in {100 * share:.0f} % of the sample "
        f"({100 * float(low):.0f}–{100 * float(high):.0f}).",
    )
