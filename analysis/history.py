"""Which assumptions make January 2022 likely: the figures of docs/history.md, to copy and to ask otherwise.

python analysis/history.py RUN                a kept sweep: runs/history-… of `detente history`, or any other
python analysis/history.py RUN --tolerance 1  counts runs one step away as well
"""

from __future__ import annotations

import argparse

from sim.findings.calibration import simulated_histories
from sim.findings.evidence import Evidence
from sim.findings.history import History


def main() -> None:
    """Print prior and posterior of what moved, the record line by line, tolerances, and a check by simulated histories."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("run")
    parser.add_argument("--tolerance", type=int, default=0)
    parser.add_argument("--talks-only", action="store_true")
    given = parser.parse_args()
    history = History(Evidence(given.run), given.tolerance, talks_only=given.talks_only)
    if history.nothing:
        print(history.nothing)
        return
    matched = history.matched
    print(f"{matched.matching.sum():,} of {matched.runs.sum():,} runs match, effective {matched.size:,.0f}")
    for one in history.moved:
        figures = ", ".join(f"{name} {value:.3g}" for name, value in one.figures.items() if isinstance(value, float))
        print(f"{one.title}: {history.verdict(one)} by {one.shift.distance:.3f}; {figures}")
    print(f"{len(history.unmoved)} parameters moved by less than history could tell or than is worth a word")
    print(history.predictions().to_string(index=False))
    print(history.tolerances().to_string(index=False))
    places = simulated_histories(history, 100)
    held = (places["low"] <= places["truth"]) & (places["truth"] <= places["high"])
    print(f"{places['row'].nunique()} simulated histories: {held.mean():.1%} of the 95 % intervals hold the truth")


if __name__ == "__main__":
    main()
