"""Which tactic serves each party best, its own and the others'?

python analysis/whose_tactic.py runs/tactics-tournament-...
python analysis/whose_tactic.py runs/tactics-tournament-... --party russia --csv gains.csv
"""

from __future__ import annotations

import argparse
import sys

from sim.findings import Evidence
from sim.findings.tactics import tactics


def main() -> None:
    """Print mean gains over the status quo, in points, by the tactic in every seat."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("study", help="folder of a sweep whose tactics vary")
    parser.add_argument("--party", help="whose gain; all where left out")
    parser.add_argument("--csv", help="where to write the gains")
    given = parser.parse_args()
    finding = tactics(Evidence(given.study))
    if finding.chart is None or finding.frame is None:
        sys.exit(finding.nothing)
    print(finding.chart.title, *finding.sentences, sep="\n")
    for party, rows in finding.frame.groupby("gain_of", sort=False):
        if given.party in (None, party):
            points = rows.assign(gain=100 * rows["gain"]).pivot(index="tactic", columns="seat", values="gain")
            print(f"\ngain of {party}, points\n{points.round(1).to_string()}")
    if given.csv:
        finding.frame.to_csv(given.csv, index=False)


if __name__ == "__main__":
    main()
