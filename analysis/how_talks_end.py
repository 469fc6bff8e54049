"""How do the talks end, and does it matter whether Russia came in good faith? Shares with honest intervals, from a study's rows.

    detente sweep january-2022 --runs 10000
    python analysis/how_talks_end.py runs/january-2022-…

Change EVENTS and BY to ask something else: any SQL that is true or false of a row, by any columns (`detente query` shows them).
"""

from __future__ import annotations

import argparse

from sim.findings import Evidence
from sim.findings.intervals import difference, shares

EVENTS = {
    "accord or settlement": "outcome IN ('arms_control_accord', 'settlement')",
    "breakdown": "outcome = 'breakdown'",
    "escalation": "escalated",
}
BY = ("type",)


def main() -> None:
    """Print a line for every event and group, and by how much escalation differs between the types."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("study", help="a sweep's folder")
    evidence = Evidence(parser.parse_args().study)
    print(evidence.story)
    for row in shares(evidence, EVENTS, BY).itertuples():
        print(f"{row.type:<12} {row.event:<21} {row.share:6.1%} ({row.low:.1%} to {row.high:.1%}) of {row.runs:,} runs")
    apart = difference(evidence, "escalated", "type = 'pretext'", "type = 'good_faith'")
    print(f"Escalation is more frequent under a pretext by {apart[0]:.1%} ({apart[1]:.1%} to {apart[2]:.1%})")


if __name__ == "__main__":
    main()
