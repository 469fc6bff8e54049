"""A process that plays a small study, for tests that kill it: python tests/playing.py FOLDER [new|resume] [LIMIT]."""

import resource
import sys
from pathlib import Path

from small_sweeps import Grid

from sim.store import StoreError
from sim.sweep.plan import Plan
from sim.sweep.run import run_sweep

GRID = Grid(
    values={
        "parties.upstream.reservation": [0.2, 0.45, 0.9],
        "parties.downstream.tactic": [{"name": "linear"}, {"name": "micro", "phi": None}],
    },
    replications=2000,
    common_random_numbers=False,
)
ROWS_A_PART = 100


def main() -> None:
    """Say "begun" once the study is under way, then each part as it is kept."""
    if len(sys.argv) > 3:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
    plan = Plan(GRID, ROWS_A_PART)
    try:
        run_sweep(
            plan, Path(sys.argv[1]), resume=sys.argv[2] == "resume", told=lambda there, _: print(there, flush=True)
        )
    except StoreError as error:
        print(error, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
