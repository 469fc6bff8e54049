"""Commands about one change: two studies compared, and what would have changed one run."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli_files import PageFile, Png, Svg, folders, page_place, put_page, put_pictures
from sim.cli_input import fail, say_first_time, whole

if TYPE_CHECKING:
    from sim.domain.scenario import Scenario
    from sim.screen import Screen


OTHERS = "1000"
MANY = 100_000
"""Pairs from which a comparison may take some seconds and says so."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(compare)
    app.command()(whatif)


def compare(
    first: Annotated[Path, typer.Argument(metavar="RUN_A", help="A sweep's folder under runs/.")],
    second: Annotated[Path, typer.Argument(metavar="RUN_B", help="The same with something changed.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print the differences as comma-separated values.")] = False,
    out: PageFile = None,
    png: Png = None,
    svg: Svg = None,
) -> None:
    """Compare two sweeps run by run: what differs, what it changes, with intervals of the paired differences."""
    from sim.domain.problems import ScenarioError
    from sim.findings.comparison import frame_of
    from sim.findings.differences import compare as compared_over
    from sim.findings.twins import Pairs
    from sim.store.folder import StoreError

    if out is not None:
        page_place(out)
    folders(png, svg)
    try:
        pairs = Pairs(first, second)
        if pairs.counts["pairs"] > MANY:
            print(f"Comparing {pairs.counts['pairs']:,} pairs of runs ...", file=sys.stderr, flush=True)
        found = compared_over(pairs)
    except (StoreError, ScenarioError) as error:
        fail(str(error))
    if csv:
        print(frame_of(found).to_csv(index=False, lineterminator="\n"), end="")
    elif as_json:
        print(json.dumps(_plain(found), ensure_ascii=False, indent=2))
    else:
        from sim.screen_compare import show_comparison

        show_comparison(_screen(found.pairs.scenarios[0]), found)
    if out is not None:
        from sim.report.change_page import comparison_page

        again = ["detente", "compare", str(first), str(second), "--out", str(out)]
        put_page(out, comparison_page(found, again), aside=csv or as_json)
    if png is not None or svg is not None:
        from sim.findings.comparison import comparison
        from sim.findings.transitions import transitions

        put_pictures([comparison(found), transitions(found)], found.pairs.a.looks, png, svg, aside=csv or as_json)


def whatif(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="A sweep's folder with --row, a talk's folder, or a scenario.")
    ],
    row: Annotated[str | None, typer.Option(help="Of a sweep's folder: which row.")] = None,
    seed: Annotated[str | None, typer.Option(help="With a scenario: fixes all chance; 0 where left out.")] = None,
    index: Annotated[str | None, typer.Option(help="With a scenario: which run of the seed.")] = None,
    changes: Annotated[
        list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="With a scenario: change a figure first.")
    ] = None,
    want: Annotated[
        str | None,
        typer.Option(help="The least deal: limited_measures, arms_control_accord, settlement; or a game's own class."),
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="PATH", help="Move only figures under this path. May be repeated.")
    ] = None,
    others: Annotated[str, typer.Option("--runs", metavar="N", help="Other runs that judge a change.")] = OTHERS,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
    out: PageFile = None,
) -> None:
    """Find the smallest changes of assumptions that would have made a deal of one run, and whether they help others."""
    judges = whole(others, "runs", 100_000, 20)
    if out is not None:
        page_place(out)
    case = _case(run, row, seed, index, changes or [])
    from sim.domain.problems import ScenarioError
    from sim.findings.assumptions import assumptions
    from sim.findings.stage import Stage, want_of
    from sim.findings.whatif import STAGES, search
    from sim.screen_whatif import Stages, show_answer
    from sim.store.folder import StoreError

    try:
        wanted = want_of(case.scenario, want)
    except ScenarioError as error:
        fail(str(error))
    given = assumptions(case.scenario, only or ())
    if not given.each:
        fail(f"--only: found {', '.join(only or ())}; expected the opening of a path to a figure with a range.")
    say_first_time()
    with Stages() as told:
        told("what can be changed", 0, STAGES)
        stage = Stage(case.scenario, case.seed, case.index, given)
        try:
            case.check(stage)
        except StoreError as error:
            fail(str(error))
        answer = search(stage, wanted, judges, told)
    if as_json:
        print(json.dumps(_answer(case, answer), ensure_ascii=False, indent=2))
    else:
        show_answer(_screen(case.scenario), answer, case.label, case.command)
    if out is not None:
        from sim.report.change_page import whatif_page

        again = _asked(
            run, {"--row": row, "--seed": seed, "--index": index}, changes or [], want, only or [], others, out
        )
        put_page(out, whatif_page(answer, case, again), aside=as_json)


def _asked(
    run: str,
    which: dict[str, str | None],
    changes: list[str],
    want: str | None,
    only: list[str],
    others: str,
    out: Path,
) -> list[str]:
    """What a person types to ask the same again."""
    words = ["detente", "whatif", run]
    given = {**which, "--want": want, "--runs": others if others != OTHERS else None}
    for name, value in given.items():
        words += [name, value] if value is not None else []
    words += [word for change in changes for word in ("--set", change)]
    words += [word for path in only for word in ("--only", path)]
    return [*words, "--out", str(out)]


def _screen(scenario: Scenario) -> Screen:
    from rich.console import Console

    from sim.screen import Screen

    return Screen(Console(highlight=False), scenario)


def _case(run: str, row: str | None, seed: str | None, index: str | None, changes: list[str]) -> Any:
    """The run that is meant, or a message."""
    from sim.domain.problems import ScenarioError
    from sim.findings import cases
    from sim.store.folder import StoreError

    folder = Path(run)
    stored = folder.is_dir()
    for name, given in (("--seed", seed), ("--index", index), ("--set", changes)):
        if stored and given:
            fail(f"{name}: found it beside a stored run; expected it with a scenario's name: a stored run has its own.")
    if row is not None and not stored:
        fail(f"--row: found it with {run}; expected a sweep's folder under runs/.")
    try:
        if not stored:
            at = whole(index or "0", "index", 2**48)
            return cases.of_scenario(run, whole(seed or "0", "seed", 2**128 - 1), at, changes)
        if row is None:
            return cases.of_talk(folder)
        return cases.of_row(folder, whole(row, "row", 2**48))
    except (StoreError, ScenarioError) as error:
        fail(str(error))


def _answer(case: Any, answer: Any) -> dict[str, Any]:
    """An answer as plain values."""
    import math

    from sim.findings.mending import frame_of
    from sim.findings.whatif_words import change_words, verdict

    shown = [*answer.robust, *answer.lucky, *answer.other]
    rows = frame_of(answer).to_dict("records")
    for one, line in zip(shown, rows):
        line["words"] = change_words(case.scenario, one)
        line["changes"] = answer.stage.changes(one.moves)
        line["payoff"] = None if math.isnan(one.payoff) else one.payoff
    return {
        "run": case.label, "seed": case.seed, "index": case.index, "want": answer.want.key, "outcome": answer.outcome,
        "type": answer.kind or None, "payoff": None if math.isnan(answer.payoff) else answer.payoff,
        "agreed": answer.agreed, "verdict": verdict(answer), "changes": rows,
        "found": dict(zip(("robust", "chance", "another_draw"), answer.found)),
        "tried": answer.tried, "pairs": answer.pairs, "together": answer.together, "not_tried": list(answer.stage.fixed),
        "other_runs": answer.others, "other_runs_in_a_deal": answer.share,
    }  # fmt: skip


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
