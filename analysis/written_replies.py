"""Would the Russia of the model have taken what the US and NATO offered in writing on 26 January 2022? In fact it did not.

    python analysis/written_replies.py             500 runs
    python analysis/written_replies.py --runs 100  a quick look

The US tables the replies' content in Geneva at every turn and refuses all else; a verified return of the added units is what
it asks for. The package is coded from summaries of the leaked replies (sources CGTN-LEAK, AP-LEAK, LEAK-SUM of the scenario).
"""

from __future__ import annotations

import argparse
from collections import Counter

from sim import Act, NegotiationModel, View, load_scenario

REPLIES = {
    "missiles_ukraine": 1, "inf_europe": 1, "exercises_ground": 2, "bombers_ships": 3, "russian_buildup": 3,
    "risk_reduction_csbm": 3, "military_aid_ukraine": 2,
}  # fmt: skip


def replies(view: View) -> Act:
    """The US of this what-if: the same offer at every turn, no other text accepted."""
    return Act("refuse", issue="nato_enlargement") if view.legal and view.legal.answering else Act("offer", REPLIES)


def main() -> None:
    """Print how often each type of Russia takes the replies."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=500)
    given = parser.parse_args()
    scenario = load_scenario("january-2022", ["calendar=[geneva]"])
    runs: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    for index in range(given.runs):
        result = NegotiationModel(scenario, 0, index, outside={"us": replies}).run()
        runs[result["type"]] += 1
        taken[result["type"]] += result["venues"]["geneva"]["result"] == "understanding"
    for name, kind in scenario.parties["russia"].types.items():
        print(f"{kind.title}: took the replies in {taken[name]} of {runs[name]} runs")


if __name__ == "__main__":
    main()
