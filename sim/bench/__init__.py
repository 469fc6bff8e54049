"""What playing costs on this machine: one set of figures, measured anew each time (docs/performance.md)."""

from sim.bench.figures import FIGURES, Figure, measure

__all__ = ["FIGURES", "Figure", "measure"]
