"""Reports: a single HTML file that opens in any browser without a network, of one run or of a whole study."""

from __future__ import annotations

from sim.report.study import write_study
from sim.report.talk import write_report

__all__ = ["write_report", "write_study"]
