"""Commands about one change: two studies compared, and what would have changed one run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli_input import fail

if TYPE_CHECKING:
    from sim.domain.scenario import Scenario
    from sim.screen import Screen


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(compare)


def compare(
    first: Annotated[Path, typer.Argument(metavar="RUN_A", help="A sweep's folder under runs/.")],
    second: Annotated[Path, typer.Argument(metavar="RUN_B", help="The same with something changed.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print the differences as comma-separated values.")] = False,
) -> None:
    """Compare two sweeps run by run: what differs, what it changes, with intervals of the paired differences."""
    from sim.domain.problems import ScenarioError
    from sim.findings.comparison import compare as compared_over
    from sim.findings.comparison import frame_of
    from sim.findings.pairs import Pairs
    from sim.store.folder import StoreError

    try:
        found = compared_over(Pairs(first, second))
    except (StoreError, ScenarioError) as error:
        fail(str(error))
    if csv:
        print(frame_of(found).to_csv(index=False, lineterminator="\n"), end="")
    elif as_json:
        print(json.dumps(_plain(found), ensure_ascii=False, indent=2))
    else:
        from sim.screen_compare import show_comparison

        show_comparison(_screen(found.pairs.scenarios[0]), found)


def _screen(scenario: Scenario) -> Screen:
    from rich.console import Console

    from sim.screen import Screen

    return Screen(Console(highlight=False), scenario)


def _plain(found: Any) -> dict[str, Any]:
    """A comparison as plain values."""
    from sim.findings.comparison import sentences, title

    return {
        "differs": [vars(one) for one in found.pairs.differing],
        "pairs": found.pairs.counts,
        "title": title(found),
        "sentences": sentences(found),
        "went_another_way": found.moved,
        "other_class": found.other_class,
        "other_type": found.other_type,
        "differences": [
            {
                "measure": one.key, "label": one.label, "a": one.a, "b": one.b, "difference": one.change.value,
                "low": one.change.low, "high": one.change.high, "runs_that_differ": one.changed,
            }
            for one in found.differences
        ],
        "transitions": [{"a": a, "b": b, "runs": n} for (a, b), n in found.transitions.items()],
    }  # fmt: skip
