"""Which assumptions, a little otherwise, would have made deals of runs that ended without? Counted over several runs.

    python analysis/whatif.py            the first ten such runs of seed 0 (two to four minutes)
    python analysis/whatif.py --runs 3 --only sanctions --only outside

Of each run the smallest change that also helps other runs is taken; `detente whatif` shows one run in full.
"""

from __future__ import annotations

import argparse
from collections import Counter

import numpy as np

from sim import load_scenario
from sim.engine import Engine
from sim.findings.assumptions import assumptions
from sim.findings.stage import Stage, want_of
from sim.findings.whatif import search
from sim.findings.whatif_words import verdict, words_of


def main() -> None:
    """Print a line a run, then how often which assumption came first."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--scenario", default="january-2022")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--want", default=None)
    parser.add_argument("--only", action="append", default=[])
    given = parser.parse_args()
    scenario = load_scenario(given.scenario)
    want, movable = want_of(scenario, given.want), assumptions(scenario, given.only)
    ended = want.met(Engine(scenario).play(given.seed, np.arange(20 * int(given.runs))))
    first: Counter[str] = Counter()
    for index in np.flatnonzero(~ended)[: given.runs].tolist():
        answer = search(Stage(scenario, given.seed, index, movable), want, 300)
        print(f"run {index} ({answer.kind or answer.outcome}): {verdict(answer)}", flush=True)
        for move in answer.robust[0].moves if answer.robust else ():
            first[words_of(scenario, move.assumption.path)] += 1
    print("\nPart of the smallest change that helps other runs too:")
    for words, count in first.most_common():
        print(f"{count:>4}  {words}")


if __name__ == "__main__":
    main()
