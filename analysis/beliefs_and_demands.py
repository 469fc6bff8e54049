"""When do beliefs tell the types apart? Median belief after every round, by what Russia really is, from runs played again.

    python analysis/beliefs_and_demands.py runs/january-2022-… --runs 200 --party us

Rows hold last beliefs only; the rounds are played again here, which costs a few milliseconds a run.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from statistics import median

from sim.findings import Evidence
from sim.findings.replayed import replayed


def main() -> None:
    """Print a line for every venue and round."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("study", help="a sweep's folder")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--party", default="us")
    given = parser.parse_args()
    beliefs: dict[tuple[str, int], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for run in replayed(Evidence(given.study), given.runs):
        kind = run.table.record()["type"]
        last = {(event.venue, event.round): event.beliefs[given.party] for event in run.table.events() if event.venue}
        for place, belief in last.items():
            beliefs[place][kind].append(belief)
    for (venue, number), by_type in beliefs.items():
        told = ", ".join(
            f"{kind} {median(values):.0%} ({len(values)} runs)" for kind, values in sorted(by_type.items())
        )
        print(f"{venue:<9} round {number:>2}: {told}")


if __name__ == "__main__":
    main()
