"""The figures of one run: asks and offers, beliefs, the space of gains. Titles say what the data of that run show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.figures.asks import asks_and_offers
from sim.figures.beliefs import beliefs
from sim.figures.chart import Chart, Panel
from sim.figures.gains import gains
from sim.figures.run import Run

if TYPE_CHECKING:
    from sim.model import NegotiationModel

__all__ = ["Chart", "Panel", "Run", "asks_and_offers", "beliefs", "charts", "gains"]


def charts(model: NegotiationModel) -> list[Chart]:
    """Every chart that a finished run has: those without anything to show are left out.

    Raises
    ------
    IllegalAct
        While the talks go on.

    Examples
    --------
    >>> from sim.model import NegotiationModel
    >>> model = NegotiationModel("two-by-two")
    >>> result = model.run()
    >>> [chart.key for chart in charts(model)]
    ['asks', 'gains']
    """
    run = Run.of(model)
    return [chart for chart in (asks_and_offers(run), beliefs(run), gains(run)) if chart is not None]
