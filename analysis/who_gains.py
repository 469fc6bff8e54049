"""Who gains what in each outcome class? Mean gains over the status quo, in points, with intervals.

python analysis/who_gains.py runs/january-2022-…
python analysis/who_gains.py runs/january-2022-… --page gains.html   and a page with the two charts on gains
"""

from __future__ import annotations

import argparse
from pathlib import Path

from sim.findings import Evidence, answer
from sim.findings.intervals import means
from sim.report import write_study


def main() -> None:
    """Print a line for every class and party."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("study", help="a sweep's folder")
    parser.add_argument("--page", type=Path, help="write the charts there")
    given = parser.parse_args()
    evidence = Evidence(given.study)
    gains = {party.name: f"100 * gain_{name}" for name, party in evidence.scenario.parties.items()}
    found = means(evidence, gains, ["outcome"])
    for outcome in evidence.outcomes:
        for row in found[found["outcome"] == outcome].itertuples():
            print(
                f"{outcome:<20} {row.event:<8} {row.mean:+6.1f} points ({row.low:+.1f} to {row.high:+.1f}), {row.runs:,} runs"
            )
    if given.page:
        write_study(given.page, evidence, [answer(key)(evidence) for key in ("gains", "at_whose_cost")])
        print(f"Written to {given.page}")


if __name__ == "__main__":
    main()
