"""Which simple conditions tell runs with an agreement apart, or with escalation? A box found on some runs, judged on others.

python analysis/when_agreements_happen.py runs/baseline-...
python analysis/when_agreements_happen.py runs/... --cases "outcome = 'settlement'" --by payoff number_defenders
"""

from __future__ import annotations

import argparse
import sys

import numpy as np

from sim.findings import Evidence
from sim.findings.boxes import Field, find_box
from sim.findings.discovery import discovery


def main() -> None:
    """Print the box of the report, or that of cases and columns of one's own."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("study", help="folder of a sweep")
    parser.add_argument("--cases", help="SQL that is true of the runs to be told apart")
    parser.add_argument("--by", nargs="+", default=["payoff"], help="columns of figures to look for limits in")
    given = parser.parse_args()
    evidence = Evidence(given.study)
    if not given.cases:
        finding = discovery(evidence)
        print(*finding.sentences or [finding.nothing], sep="\n")
        return
    columns = ", ".join(f'"{name}"' for name in given.by)
    rows = evidence.ask(f'SELECT "index", ({given.cases}) AS hit, {columns} FROM played ORDER BY row LIMIT 50000')
    draws = rows["index"].to_numpy()
    # Runs that share their draws stay together: a third of the draws to find the box, a third to choose, a third to judge.
    fields = [Field(name, rows[name].to_numpy(np.float64)) for name in given.by]
    box = find_box(fields, rows["hit"].to_numpy(bool), draws % 3, [draws])
    if box is None:
        sys.exit("No box stands on runs that it was not found in.")
    for limit, p_value in zip(box.limits, box.p_values):
        print(f"{limit.name} from {limit.low:.3g} to {limit.high:.3g}, quasi-p-value {p_value:.2g}")
    print(f"density {box.density:.2f}, of all runs {box.base:.2f}, coverage {box.coverage:.2f}")


if __name__ == "__main__":
    main()
