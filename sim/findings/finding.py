"""What an answer consists of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from sim.figures.chart import Chart


@dataclass(frozen=True)
class Finding:
    """A question asked of a study, and its answer.

    Attributes
    ----------
    key
        Short name: of its file, its anchor, and what ``--only`` takes.
    question
        In plain words, with a question mark.
    chart
        The answer as title (one sentence computed from the rows), pictures and table; None where there is nothing to show.
    frame
        The figures of the chart at full precision, for a CSV beside it; None where there is nothing.
    sentences
        More that the rows say, computed likewise.
    nothing
        Why there is nothing to show, as a sentence; empty where there is a chart.
    """

    key: str
    question: str
    chart: Chart | None = None
    frame: pd.DataFrame | None = field(default=None, repr=False)
    sentences: tuple[str, ...] = ()
    nothing: str = ""
