"""On which assumptions does an outcome depend? The measures that the study's design allows, the largest first.

python analysis/what_drives_outcomes.py runs/all-parameters-...                          agreement
python analysis/what_drives_outcomes.py runs/all-parameters-... --outcome escalation     or settlement
python analysis/what_drives_outcomes.py runs/... --csv measures.csv                      all figures, full precision
"""

from __future__ import annotations

import argparse
import sys

from sim.findings import Evidence
from sim.findings.factor_words import words_of
from sim.findings.indices import MEASURES, Unfit, indices
from sim.findings.responses import Runs
from sim.findings.tornado import reaches_of


def main() -> None:
    """Print what each factor accounts for, and how far it moves the outcome from end to end."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("study", help="folder of a sweep")
    parser.add_argument("--outcome", default="agreement", choices=["agreement", "escalation", "settlement"])
    parser.add_argument("--csv", help="where to write the measures")
    given = parser.parse_args()
    runs = Runs(Evidence(given.study))
    names = {factor.name: words_of(runs.evidence, factor) for factor in runs.evidence.factors}
    try:
        found = indices(runs, given.outcome)
    except Unfit as reason:
        sys.exit(str(reason))
    first, second = MEASURES[found.measure]
    table = found.table.sort_values("second" if "second" in found.table else "first", ascending=False)
    print(f"{given.outcome}, {found.measure}: {first}{' and ' + second if second else ''}; noise {found.noise:.1%}")
    for name, row in table.head(12).iterrows():
        print(f"  {row['first']:6.3f} {row.get('second', float('nan')):6.3f}  {names[str(name)]}")
    print("from end to end, share of runs:")
    for one in reaches_of(runs, given.outcome)[:12]:
        (low, at_low), (high, at_high) = one.ends
        print(f"  {low.value:.2f} at {at_low}, {high.value:.2f} at {at_high}  {names[one.name]}")
    if given.csv:
        found.table.to_csv(given.csv)


if __name__ == "__main__":
    main()
