"""What does an understanding at one venue do to the next? From every venue to every later one, with the difference it makes.

    python analysis/path_of_the_talks.py runs/january-2022-…

A difference between runs is no effect: what makes an understanding likely in one venue may do so in the next as well.
"""

from __future__ import annotations

import argparse
from itertools import combinations

from sim.findings import Evidence, answer
from sim.findings.intervals import difference


def main() -> None:
    """Print the sentence of the path and a line for every pair of venues."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("study", help="a sweep's folder")
    evidence = Evidence(parser.parse_args().study)
    finding = answer("path")(evidence)
    print(finding.chart.title if finding.chart else finding.nothing)
    for one, other in combinations(evidence.scenario.calendar, 2):
        yes, later = (f"coalesce(result_{name} = 'understanding', false)" for name in (one, other))
        apart, low, high = difference(evidence, later, yes, f"NOT {yes}")
        titles = [evidence.scenario.venues[name].title for name in (one, other)]
        print(f"{titles[1]} after an understanding in {titles[0]}: {apart:+.1%} ({low:+.1%} to {high:+.1%})")


if __name__ == "__main__":
    main()
