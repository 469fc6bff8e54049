"""Which claims would another coder have found too, and on which cells do they depend?

    python analysis/doubt_about_the_coding.py runs/coding-...
    python analysis/doubt_about_the_coding.py runs/coding-... --baseline runs/baseline-... --csv claims.csv

With a baseline the claims are those that are true of it. A claim of your own is a margin above 0 where it holds: see
sim/findings/claims.py.
"""

from __future__ import annotations

import argparse
import sys

from sim.findings import Evidence
from sim.findings.coding import coding


def main() -> None:
    """Print in how many codings each claim holds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("study", help="folder of a sweep with `coding: {}`")
    parser.add_argument("--baseline", help="folder of the study that the claims are taken from")
    parser.add_argument("--csv", help="where to write the claims")
    given = parser.parse_args()
    finding = coding(Evidence(given.study), Evidence(given.baseline) if given.baseline else None)
    if finding.chart is None or finding.frame is None:
        sys.exit(finding.nothing)
    print(finding.chart.title, *finding.sentences, sep="\n")
    if given.csv:
        finding.frame.to_csv(given.csv, index=False)


if __name__ == "__main__":
    main()
