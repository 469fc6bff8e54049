"""What does one change do? The same runs with and without it, paired by their draws.

    python analysis/compare.py linkages.package.insistence=0.4
    python analysis/compare.py sanctions.credibility=0 --runs 500 --scenario january-2022-good-faith

Needs the extra `analysis`. Both studies are kept in runs/ and found there again the next time.
"""

from __future__ import annotations

import argparse

from sim.findings.comparison import comparison
from sim.findings.differences import compare
from sim.findings.twins import Pairs
from sim.sweep.design import replication
from sim.sweep.plan import Plan
from sim.sweep.run import run_sweep


def main() -> None:
    """Print the paired differences as a table, and what they come to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("change", nargs="+", help="path=value")
    parser.add_argument("--scenario", default="january-2022")
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    sides: tuple[list[str], list[str]] = ([], given.change)
    plans = [Plan(replication(given.scenario, given.runs, given.seed, changes)) for changes in sides]
    first, second = (run_sweep(plan, resume=True).folder for plan in plans)
    found = comparison(compare(Pairs(first, second)))
    if found.chart is None:
        print(found.nothing)
        return
    print(f"{found.chart.title}. {' '.join(found.sentences)}\n")
    print(f"| {' | '.join(found.chart.head)} |\n|{' --- |' * len(found.chart.head)}")
    for row in found.chart.rows:
        print(f"| {' | '.join(row)} |")
    print(f"\n{found.chart.subtitle} {found.chart.footer}")


if __name__ == "__main__":
    main()
