"""A program that takes a seat: a conceder in plain Python, to copy and change (docs/agents.md says what the lines mean).

    detente run two-by-two --seat upstream="python3 analysis/outside_seat.py"

It asks for less from round to round, down to what no deal is worth to it. Of the packages worth that much it offers the
one nearest to the last offer it heard. It accepts what is worth as much as it asks for.
"""

import itertools
import json
import sys
from typing import Any

MOST = 5_000


def packages(view: dict[str, Any]) -> list[dict[str, int]]:
    """Packages that may be offered here, the text left out; of the first issues only, where they are too many."""
    count = 1
    options: list[list[int]] = []
    for issue, allowed in view["legal"]["options"].items():
        barred = view["barred"].get(issue, [])
        fit = [option for option in allowed if option not in barred] or [view["text"][issue]]
        count *= len(fit)
        options.append(fit if count <= MOST else [view["text"][issue]])
    found = (dict(zip(view["text"], choice)) for choice in itertools.product(*options))
    return [package for package in found if package != view["text"]]


def act(view: dict[str, Any]) -> dict[str, Any]:
    """An act for the turn at hand."""

    def worth(package: dict[str, int]) -> float:
        return sum(view["worth"][issue][option] for issue, option in package.items())

    def distance(package: dict[str, int]) -> int:
        return sum(package[issue] != option for issue, option in (view["offer"] or view["text"]).items())

    best = sum(max(worths) for worths in view["worth"].values())
    asks = best - (best - view["no_deal"]) * view["round"] / view["rounds"]
    if view["legal"]["answering"]:
        beyond = any(option in view["barred"].get(issue, []) for issue, option in view["offer"].items())
        if view["offer_worth"] >= asks and not beyond:
            return {"act": "accept"}
        return {"act": "refuse", "issue": min(view["worth"], key=lambda i: view["worth"][i][view["offer"][i]])}
    offers = [package for package in packages(view) if worth(package) >= asks]
    return {"act": "offer", "package": min(offers, key=distance)} if offers else {"act": "pass"}


seen: dict[str, Any] = {}
for line in sys.stdin:
    told = json.loads(line)
    if told["message"] == "hello":
        print(json.dumps({"ready": 1, "name": "conceder"}), flush=True)
    elif told["message"] == "turn":
        seen = told["view"]
        print(json.dumps(act(seen)), flush=True)
    elif told["message"] == "refused":
        print(told["reason"], file=sys.stderr)
        safe = {"act": "refuse", "issue": min(seen["text"])} if seen["legal"]["answering"] else {"act": "pass"}
        print(json.dumps(safe), flush=True)
