"""From rows to answers: a question a file, each with its chart, its table and sentences that are true of these rows alone."""

from sim.findings.evidence import Evidence, Varied
from sim.findings.finding import Finding

__all__ = ["Evidence", "Finding", "Varied"]
