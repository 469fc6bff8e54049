"""Which issues settle together? For every pair the share of runs in which both end off the status quo.

    python analysis/which_issues_settle.py runs/january-2022-…

The first lines are the study's own answer (`detente report`); the pairs below are what a script adds to it.
"""

from __future__ import annotations

import argparse
from itertools import combinations

from sim.findings import Evidence, answer
from sim.findings.final_options import issues_of
from sim.findings.intervals import shares


def main() -> None:
    """Print how often each issue settles and the ten pairs that most often settle together."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("study", help="a sweep's folder")
    evidence = Evidence(parser.parse_args().study)
    finding = answer("settling")(evidence)
    print(finding.chart.title if finding.chart else finding.nothing)
    if finding.frame is None:
        return
    for row in finding.frame.itertuples():
        print(f"{row.issue:<26} settles in {row.settled:6.1%}, taken back in {row.taken_back:6.1%}")
    moved = {issue.name: f"final_{issue.id} != {issue.quo}" for issue in issues_of(evidence)}
    pairs = {f"{one} and {other}": f"{moved[one]} AND {moved[other]}" for one, other in combinations(moved, 2)}
    print("\nMost often together:")
    for row in shares(evidence, pairs).nlargest(10, "share").itertuples():
        print(f"{row.event:<48} {row.share:6.1%} ({row.low:.1%} to {row.high:.1%})")


if __name__ == "__main__":
    main()
