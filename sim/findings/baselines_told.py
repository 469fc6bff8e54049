"""Simple models, simulation and history side by side, as a finding."""

from __future__ import annotations

from sim.figures.chart import Chart, fitting, in_words, opened, whole
from sim.findings.baselines import Baselines, Forecast
from sim.findings.baselines_drawn import drawn
from sim.findings.finding import Finding

KEY = "baselines"
QUESTION = "What do simpler models say of the same issues?"

CAVEAT = "One case ranks nothing: which of these models forecasts better takes many cases."
QUO = "Nothing was agreed in the talks, so whoever forecasts that nothing moves is right here, whatever its reasons."


def told(baselines: Baselines) -> Finding:
    """The finding of a comparison."""
    if not baselines.shares:
        return Finding(KEY, QUESTION, nothing="No run was played to its end.")
    return Finding(KEY, QUESTION, _chart(baselines), baselines.frame(), tuple(sentences(baselines)))


def title(baselines: Baselines) -> str:
    """Which models come nearest to what happened; without history, where models and simulation part."""
    errors = errors_of(baselines)
    if not errors:
        apart = [name for name in baselines.scenario.active if _apart(baselines, name) >= 1]
        total = len(baselines.scenario.active)
        return fitting(
            f"The weighted median and the simulation part by an option or more on {len(apart)} of {total} issues"
        )
    least = min(errors.values())
    nearest = [one.title for one in baselines.forecasts if errors.get(one.key) == least]
    worst = max(baselines.forecasts, key=lambda one: errors.get(one.key, -1.0))
    said = "comes" if len(nearest) == 1 else "come"
    if least == 0:
        name = "names" if len(nearest) == 1 else "name"
        right = f"{_the(nearest)} {name} what happened on every issue"
        return fitting(f"{right}; the {worst.title} is {errors[worst.key]:.1f} options off", right)
    near = f"{_the(nearest)} {said} nearest to what happened ({least:.1f} options off)"
    return fitting(
        f"{near}, the {worst.title} is {errors[worst.key]:.1f} off", near,
        f"Nearest to what happened, by {least:.1f} options: {in_words([f'the {name}' for name in nearest])}",
        f"{len(nearest)} of {len(errors)} models come nearest to what happened, {least:.1f} options off",
    )  # fmt: skip


def _the(titles: list[str]) -> str:
    return opened(in_words([f"the {title}" for title in titles]))


def errors_of(baselines: Baselines) -> dict[str, float]:
    """By model its mean distance from history, where there is one."""
    found = {one.key: baselines.error(one) for one in baselines.forecasts}
    return {key: error for key, error in found.items() if error is not None}


def _apart(baselines: Baselines, issue: str) -> float:
    by = {one.key: one.options[issue] for one in baselines.forecasts}
    median, simulation = by["median"], by["simulation"]
    return 0.0 if median is None or simulation is None else abs(median - simulation)


def sentences(baselines: Baselines) -> list[str]:
    """What the comparison says: errors, what hangs on power, how the simulation spreads, and what it cannot say."""
    errors = errors_of(baselines)
    found: list[str] = []
    if errors:
        titles = {one.key: one.title for one in baselines.forecasts}
        listed = in_words([f"{titles[key]} {error:.2f}" for key, error in errors.items()])
        found.append(f"Mean distance from what happened, in options an issue: {listed}.")
        mean, median = (baselines.error(one) for one in baselines.with_equal_power)
        if baselines.power.title != "equal power" and mean is not None and median is not None:
            found.append(f"With every party counting the same, mean and median are {mean:.2f} and {median:.2f} off.")
        expected = baselines.expected_error()
        if expected is not None:
            found.append(
                f"A single run of the simulation is {expected:.2f} off on average; its commonest option hides that spread."
            )
        if all(baselines.history.get(name) == quo for name, quo in _status_quo(baselines).items()):
            found.append(QUO)
        found.append(CAVEAT)
    return [*found, *baselines.notes]


def _status_quo(baselines: Baselines) -> dict[str, int]:
    return dict(zip(baselines.scenario.active, baselines.scenario.status_quo))


def figure_of(option: float | None) -> str:
    """An option's number; a mean with one decimal; a dash for none."""
    return "–" if option is None else f"{option:.0f}" if option == round(option) else f"{option:.1f}"


def _chart(baselines: Baselines) -> Chart:
    scenario = baselines.scenario
    models = baselines.forecasts
    head = ("Issue", "Options", "History", *(one.title[:1].upper() + one.title[1:] for one in models), "Runs")
    rows = [
        (
            scenario.issues[name].short, f"0–{len(scenario.issues[name].options) - 1}", figure_of(baselines.history.get(name)),
            *(figure_of(one.options[name]) for one in models), _most(baselines, name),
        )
        for name in scenario.active
    ]  # fmt: skip
    if errors_of(baselines):
        rows.append(("Mean distance", "", "", *(_error(baselines, one) for one in models), ""))
    star = "★ history, " if baselines.history else ""
    letters = ", ".join(f"{one.letter} {one.title}" for one in models if one.key != "status_quo")
    who = scenario.parties[scenario.challenger].name if scenario.challenger else ""
    rightward = f" from 0, {who}’s full demand, rightward" if who else ""
    return Chart(
        key=KEY,
        title=title(baselines),
        subtitle=f"Options of each issue{rightward}; tick: status quo. {star}{letters}. {baselines.runs:,} runs.",
        footer=(
            f"Positions, saliences: the scenario’s, mostly estimates. Power: {baselines.power.title}; an alliance speaks with "
            "one voice. Nash: among parties with consent, no deal as disagreement point, private draws on their medians. "
            f"{CAVEAT}"
        ),
        draw=lambda theme, narrow: drawn(baselines, theme, narrow),
        head=head,
        rows=tuple(rows),
    )


def _most(baselines: Baselines, name: str) -> str:
    return f"{whole(float(baselines.shares[name].max()))} %" if name in baselines.shares else "–"


def _error(baselines: Baselines, forecast: Forecast) -> str:
    error = baselines.error(forecast)
    return "–" if error is None else f"{error:.2f}"
