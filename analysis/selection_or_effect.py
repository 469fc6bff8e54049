"""Do agreements lower the risk of war, or do they come about where it is lower anyway? By class, and by type of Russia.

python analysis/selection_or_effect.py runs/baseline-...
python analysis/selection_or_effect.py runs/baseline-... --by type      the same inside groups of runs
"""

from __future__ import annotations

import argparse
import sys

from sim.findings import Evidence
from sim.findings.selection import selection
from sim.findings.without_text import Unknown, chance_without_text


def main() -> None:
    """Print what is selection and what the text does."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("study", help="folder of a sweep")
    parser.add_argument("--by", help="a column, whose every value is looked at by itself")
    given = parser.parse_args()
    evidence = Evidence(given.study)
    finding = selection(evidence)
    print(finding.chart.title if finding.chart else finding.nothing, *finding.sentences, sep="\n")
    if not given.by:
        return
    try:
        without = chance_without_text(evidence)
    except Unknown as reason:
        sys.exit(str(reason))
    rows = evidence.ask(
        f'SELECT "{given.by}", outcome, count(*) AS runs, avg(escalation_chance) AS with_text, avg({without}) AS without_text '
        f'FROM played GROUP BY "{given.by}", outcome ORDER BY "{given.by}", outcome'
    )
    print(rows.to_string(index=False, float_format="{:.3f}".format))


if __name__ == "__main__":
    main()
