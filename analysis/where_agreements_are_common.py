"""Where, over two assumptions at once, are agreements common? A phase diagram as a page, and its cells as a table.

python analysis/where_agreements_are_common.py runs/good-faith-and-sanctions-... map.html
python analysis/where_agreements_are_common.py runs/... map.html --escalation --csv cells.csv
"""

from __future__ import annotations

import argparse
import sys

from sim.findings import Evidence
from sim.findings.phase import phase, phase_of_escalation


def main() -> None:
    """Write the diagram as a page that works offline, and print what it says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("study", help="folder of a sweep with two figures that vary")
    parser.add_argument("page", help="where to write the diagram (.html)")
    parser.add_argument("--escalation", action="store_true", help="its chance, instead of agreement")
    parser.add_argument("--csv", help="where to write the cells")
    given = parser.parse_args()
    finding = (phase_of_escalation if given.escalation else phase)(Evidence(given.study))
    if finding.chart is None or finding.frame is None:
        sys.exit(finding.nothing)
    figure = finding.chart.figure()
    figure.update_layout(title={"text": finding.chart.title}, margin={"t": 80})
    figure.write_html(given.page, include_plotlyjs=True)
    print(finding.chart.title, *finding.sentences, sep="\n")
    if given.csv:
        finding.frame.to_csv(given.csv, index=False)


if __name__ == "__main__":
    main()
