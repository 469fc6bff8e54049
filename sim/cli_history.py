"""Commands that look back: which assumptions make what happened likely, and what simpler models say of it."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli_files import Png, Svg, folders, put_pictures
from sim.cli_input import fail, say_first_time, whole
from sim.cli_studies import STOPPED, played

if TYPE_CHECKING:
    from sim.domain.scenario import Scenario
    from sim.findings.evidence import Evidence
    from sim.findings.finding import Finding
    from sim.findings.history import History

BASELINE = "january-2022"
RUNS = "4000"
EXAMPLES = 3
"""Matching rows that are named on the screen; all stand in a file."""

Name = Annotated[str, typer.Argument(help="A scenario's name (see `detente scenarios`) or a YAML file.")]
Run = Annotated[
    Path | None, typer.Option("--run", metavar="RUN", help="A kept sweep's folder, instead of playing runs of its own.")
]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Where tables and page go.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(history)
    app.command()(baselines)


def history(
    scenario: Name = BASELINE,
    run: Run = None,
    points: Annotated[str | None, typer.Option(metavar="N", help="Draws of the assumptions; 50,000 at first.")] = None,
    replications: Annotated[str | None, typer.Option(metavar="N", help="Runs of each draw; 1 at first.")] = None,
    tolerance: Annotated[str, typer.Option(metavar="X", help="Steps that a run may be from what happened.")] = "0",
    talks_only: Annotated[bool, typer.Option("--talks-only", help="Leave out what followed the talks.")] = False,
    check: Annotated[str, typer.Option(metavar="N", help="Let N runs play history, to check the method.")] = "0",
    seed: Annotated[str | None, typer.Option(help="Fixes draws and chance.")] = None,
    out: Out = None,
    png: Png = None,
    svg: Svg = None,
) -> None:
    """Compare many runs with what happened: which assumptions make it likely, and about which it says almost nothing."""
    steps, checks = whole(tolerance, "tolerance", 10**6), whole(check, "check", 10**5)
    given = {"points": points, "replications": replications, "seed": seed}
    named = [name for name, value in given.items() if value is not None]
    if run is not None and named:
        fail(f"--{named[0]}: found it beside --run; expected one of the two: a kept sweep has its own.")
    sizes = {name: whole(value, name, 2**128 - 1 if name == "seed" else 5 * 10**6, int(name != "seed")) if value else None
             for name, value in given.items()}  # fmt: skip
    command = _command("history", scenario, run, {**given, "tolerance": tolerance}, ["--talks-only"] * talks_only)
    if run is None:
        _needs_history(scenario)
        folders(png, svg)
        run = _play(scenario, sizes, command)
    evidence = _opened(run)
    from sim.findings.history import History
    from sim.store.folder import StoreError

    _say("Comparing the runs with what happened …")
    try:
        compared = History(evidence, steps, talks_only=talks_only)
    except StoreError as error:
        fail(str(error))
    if compared.nothing:
        near = compared.matching.nearest() if "the nearest is" in compared.nothing else 0
        fail(f"{run}: {compared.nothing}{f' Allow for it: --tolerance {near}' if near else ''}")
    folders(png, svg)
    screen = _screen(evidence.scenario)
    from sim.screen_history import show_calibration, show_history, show_places

    show_history(screen, compared)
    if checks:
        from sim.findings.calibration import simulated_histories

        show_calibration(screen, simulated_histories(compared, checks))
    # Each comparison has its own place: one with another tolerance does not overwrite the first.
    kind = "".join([f"-tolerance-{steps}" * bool(steps), "-talks-only" * talks_only])
    folder = out or run / f"history{kind}"
    from sim.findings.history_told import told

    finding = told(compared)
    files = _written(compared, finding, folder, command)
    rows = compared.matching.rows()["row"].head(EXAMPLES)
    show_places(screen, folder, files, [f"detente replay {shlex.quote(str(run))} --row {row}" for row in rows])
    put_pictures([finding], compared.evidence.looks, png, svg)


def _needs_history(name: str) -> None:
    """End with a message before anything is played where there is nothing to compare with."""
    scenario = _loaded(name)
    if scenario.history is None:
        fail(f"{name}: history: found nothing; expected what happened, to compare runs with.")


def _loaded(name: str) -> Scenario:
    from sim.domain.load import load_scenario
    from sim.domain.problems import ScenarioError

    try:
        return load_scenario(name)
    except ScenarioError as error:
        fail(str(error))


def _play(scenario: str, sizes: dict[str, int | None], command: str) -> Path:
    """Play the prior, or the rest of it; what is there already is not played twice."""
    from sim.domain.problems import ScenarioError
    from sim.sweep.plan import Plan
    from sim.sweep.prior import prior
    from sim.sweep.run import place_of

    _say("Drawing the assumptions …")
    try:
        plan = Plan(prior(scenario, sizes["points"], sizes["replications"], sizes["seed"]))
    except ScenarioError as error:
        fail(str(error))
    place = place_of(plan)
    _say(f"{plan.points:,} draws of {len(plan.work.factors)} assumptions, {plan.rows:,} runs, kept in {place}/")
    say_first_time()
    study = played(plan, place, command, resume=place.exists())
    if study.state != "complete":
        there = len(study.parts)
        print(f"detente: stopped; {there:,} of {plan.parts:,} parts are kept. Go on with: {command}", file=sys.stderr)
        raise typer.Exit(STOPPED)
    return place


def _opened(folder: Path) -> Evidence:
    from sim.findings.evidence import Evidence
    from sim.store.folder import StoreError

    try:
        return Evidence(folder)
    except StoreError as error:
        fail(str(error))


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _screen(scenario: Scenario) -> Any:
    from rich.console import Console

    from sim.screen import Screen

    return Screen(Console(highlight=False), scenario)


def _command(name: str, scenario: str, run: Path | None, options: dict[str, str | None], more: list[str]) -> str:
    """What a person types to do it again."""
    parts = ["detente", name, *([scenario] if run is None else ["--run", str(run)])]
    for option, value in options.items():
        if value is not None and (option, value) not in (("tolerance", "0"), ("runs", RUNS)):
            parts += [f"--{option}", value]
    return shlex.join([*parts, *more])


def _written(compared: History, finding: Finding, folder: Path, command: str) -> list[str]:
    """Keep the tables and the page."""
    from sim.report.finding_page import Table, finding_page

    _say("Writing tables and page …")
    evidence = compared.evidence
    predictions, tolerances = compared.predictions(), compared.tolerances()
    tables = [
        Table(
            "The record, each line held out in turn: share of runs that match it",
            ("Line", "What happened", "All runs", "Runs that match the rest", "95 %"),
            [
                (row.line, row.history, f"{row.share_of_all_runs:.1%}", f"{row.share_where_the_rest_matches:.1%}",
                 f"{row.low:.1%} to {row.high:.1%}")
                for row in predictions.itertuples()
            ],
        ),
        Table(
            "What hangs on the tolerance",
            ("Steps", "Matching runs", "Acceptance", "Effective sample size", "Shifts still there"),
            [
                (str(row.tolerance), f"{row.matching:,}", f"{row.acceptance:.1%}", f"{row.effective:,.0f}",
                 f"{row.moved_the_same_way} of {row.moved}")
                for row in tolerances.itertuples()
            ],
        ),
    ]  # fmt: skip
    frames = {
        "posterior.csv": compared.frame(), "record.csv": predictions, "tolerances.csv": tolerances,
        "matching-rows.csv": compared.matching.rows(),
    }  # fmt: skip
    texts = {name: frame.to_csv(index=False) for name, frame in frames.items()}
    texts["history.html"] = finding_page(finding, evidence.scenario, evidence.looks, command, tables)
    return _kept(folder, texts)


def _kept(folder: Path, texts: dict[str, str]) -> list[str]:
    from sim.store.folder import StoreError, put

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            put(folder / name, text.encode())
    except OSError as error:
        fail(f"{folder}: found a place that cannot be written ({error.strerror}); expected a folder.")
    except StoreError as error:
        fail(str(error))
    return list(texts)


def baselines(
    scenario: Name = BASELINE,
    run: Run = None,
    runs: Annotated[str, typer.Option(metavar="N", help="Plays that many runs, where no sweep is given.")] = RUNS,
    power: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Who counts how much: a file, or equal; the shipped one at first."),
    ] = None,
    seed: Annotated[str, typer.Option(help="Fixes all chance.")] = "0",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
    out: Out = None,
    png: Png = None,
    svg: Svg = None,
) -> None:
    """Set simpler models beside the simulation and what happened: weighted mean and median, Nash solution, status quo."""
    count, chance = whole(runs, "runs", 10**7, 1), whole(seed, "seed", 2**128 - 1)
    evidence = _opened(run) if run is not None else None
    given = evidence.scenario if evidence else _loaded(scenario)
    from sim.domain.power import power_of
    from sim.domain.problems import ScenarioError

    try:
        weights = power_of(given, power)
    except ScenarioError as error:
        fail(str(error))
    say_first_time()
    from sim.findings.baselines import Baselines, shares_of_engine, shares_of_study
    from sim.findings.baselines_told import told
    from sim.look import party_looks
    from sim.report.finding_page import finding_page
    from sim.screen_history import show_baselines, show_places

    if evidence and not evidence.counts[0]:
        fail(f"{run}: found no run that was played to its end.")
    folders(png, svg)
    if not as_json:
        _say("Playing and reckoning …")
    shares = shares_of_study(evidence) if evidence else shares_of_engine(given, count, chance)
    compared = Baselines(given, weights, shares, evidence.counts[0] if evidence else count)
    finding = told(compared)
    looks = party_looks({name: (party.name, party.code) for name, party in given.parties.items()})
    if as_json:
        print(json.dumps(json.loads(compared.frame().to_json(orient="records")), ensure_ascii=False, indent=2))
    elif finding.chart is not None:
        show_baselines(_screen(given), compared, finding.sentences, finding.chart.title)
    if out is not None and finding.chart is not None:
        options = {"runs": runs if run is None else None, "power": power, "seed": seed if seed != "0" else None}
        command = _command("baselines", scenario, run, options, [])
        page = finding_page(finding, given, looks, command)
        files = _kept(out, {"baselines.csv": compared.frame().to_csv(index=False), "baselines.html": page})
        if not as_json:
            show_places(_screen(given), out, files, [])
    put_pictures([finding], looks, png, svg, aside=as_json)
