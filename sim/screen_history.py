"""Comparisons with history on a terminal: what matched, what moved, what simpler models say. 80 columns hold everything."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.figures.chart import SIGNS, whole
from sim.findings.history import UNMOVED, UNTOLD
from sim.findings.history_told import sentences, title
from sim.findings.posterior import Parameter
from sim.findings.posterior_drawn import chosen

if TYPE_CHECKING:
    import pandas as pd

    from sim.findings.baselines import Baselines
    from sim.findings.history import History
    from sim.screen import Screen

_SHORT = {UNMOVED: "as before", UNTOLD: "too few"}
_NAME = 32


def show_history(screen: Screen, history: History) -> None:
    """Title, sentences, and tables of parameters, of the record and of tolerances."""
    scenario = screen.scenario
    screen.line(f"Détente · {scenario.title} · {scenario.label} · runs beside what happened", "bold")
    screen.line()
    screen.paragraph(f"{title(history)}.", style="bold")
    screen.line()
    for sentence in sentences(history):
        screen.paragraph(f"- {sentence}", "  ")
    screen.line()
    screen.rule("Before and after")
    screen.line(f"{'':{_NAME}} {'before':>7} {'after':>7} {'95 % after':>14} {'shift':>5}", "dim")
    for one in chosen(history):
        _parameter(screen, one, history)
    screen.paragraph(
        f"{len(history.parameters)} varied; all stand in posterior.csv. ≈ estimate, ~ inferred.", style="dim"
    )
    screen.line()
    screen.rule("The record, each line held out in turn")
    screen.line(f"{'':30} {'all runs':>9}   {'runs that match the rest':<26}", "dim")
    for row in history.matching.held_out:
        after = (
            "–"
            if row.after[0] != row.after[0]
            else f"{whole(row.after[0])} % ({whole(row.after[1])}–{whole(row.after[2])})"
        )
        screen.line(f"{row.line.title:<30} {whole(row.before):>7} %   {after}")
    screen.line()
    screen.rule("Tolerance")
    screen.line(f"{'steps':>5} {'matching':>10} {'acceptance':>11} {'effective':>10} {'shifts still there':>19}", "dim")
    for row in history.tolerances().itertuples():
        screen.line(
            f"{row.tolerance:>5} {row.matching:>10,} {100 * row.acceptance:>9.1f} % {row.effective:>10,.0f} "
            f"{f'{row.moved_the_same_way} of {row.moved}':>19}"
        )


def _parameter(screen: Screen, one: Parameter, history: History) -> None:
    """A parameter's figures, its name over two lines where it is long."""
    name, *more = textwrap.wrap(one.title, _NAME)
    verdict = history.verdict(one)
    short = _SHORT.get(verdict, verdict.removeprefix("moved ").removeprefix("another "))
    if one.labels:
        cells = f"{'':7} {'':7} {'':14}"
    else:
        given, sign = one.figures, SIGNS.get(one.mark, "").strip()
        span = f"{given['posterior_low']:.2g} to {given['posterior_high']:.2g}"
        cells = f"{sign + format(given['prior_mean'], '.2g'):>7} {given['posterior_mean']:>7.2g} {span:>14}"
    screen.line(f"{name:<{_NAME}} {cells} {one.shift.distance:>5.2f} {short}"[:80])
    for line in more:
        screen.line(f"  {line}")


def show_calibration(screen: Screen, places: pd.DataFrame) -> None:
    """How often intervals held the truth of simulated histories."""
    screen.line()
    screen.rule("Simulated histories")
    if places.empty:
        screen.paragraph("No simulated history had enough matching runs.")
        return
    held = (places["truth"] >= places["low"]) & (places["truth"] <= places["high"])
    screen.paragraph(
        f"{places['row'].nunique()} runs of the study played history, each matched against the others: of {len(held):,} "
        f"intervals of 95 % over {places['factor'].nunique()} parameters, {100 * held.mean():.1f} % held the true value."
    )


def show_places(screen: Screen, folder: Path, files: Sequence[str], again: Sequence[str]) -> None:
    """Where everything was put, and how to play matching runs again."""
    screen.line()
    screen.line(f"Written to  {folder}/", "bold")
    screen.paragraph(" " * 12 + "   ".join(files), " " * 12)
    for at, command in enumerate(again):
        screen.line(f"{'One of them ' if not at else ' ' * 12}{command}")


def show_baselines(screen: Screen, baselines: Baselines, said: Sequence[str], headline: str) -> None:
    """A line an issue: history, what each model names, and how common the simulation's option is."""
    from sim.findings.baselines_told import figure_of

    scenario = screen.scenario
    screen.line(
        f"Détente · {scenario.title} · {scenario.label} · simpler models beside {baselines.runs:,} runs", "bold"
    )
    screen.line()
    screen.paragraph(f"{headline}.", style="bold")
    screen.line()
    screen.line(
        f"{'Option':<24}{'of':>4}{'history':>8}{'quo':>5}{'mean':>6}{'median':>8}{'Nash':>6}{'simulation':>12}", "dim"
    )
    for name in scenario.active:
        issue = scenario.issues[name]
        cells = {one.key: figure_of(one.options[name]) for one in baselines.forecasts}
        share = f" {whole(float(baselines.shares[name].max()))} %" if name in baselines.shares else ""
        screen.line(
            f"{issue.short:<24}{f'0–{len(issue.options) - 1}':>4}{figure_of(baselines.history.get(name)):>8}"
            f"{cells['status_quo']:>5}{cells['mean']:>6}{cells['median']:>8}{cells['nash']:>6}{cells['simulation'] + share:>12}"
        )
    errors = {one.key: baselines.error(one) for one in baselines.forecasts}
    if any(error is not None for error in errors.values()):
        cells = {key: "–" if error is None else f"{error:.2f}" for key, error in errors.items()}
        screen.line(
            f"{'Mean distance':<36}{cells['status_quo']:>5}{cells['mean']:>6}{cells['median']:>8}{cells['nash']:>6}"
            f"{cells['simulation']:>12}",
            "bold",
        )
    screen.line()
    screen.paragraph(
        f"Weights: saliences times {baselines.power.title}. Simulation: its commonest option and that share of runs."
    )
    for sentence in said:
        screen.paragraph(f"- {sentence}", "  ")
