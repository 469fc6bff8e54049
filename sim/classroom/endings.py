"""How talks can end, in words for people who have not read the rules: the outcome classes of a game (RULES.md 10.2)."""

from __future__ import annotations

from sim.classroom.pack import outcome_title
from sim.domain.scenario import OwnClass, Scenario
from sim.figures.chart import opened
from sim.protocol.result import CLASSES

_MEANS = {
    "breakdown": "nothing moves, and somebody leaves the last talks.",
    "talks_continue": "nothing moves but contacts and further meetings.",
    "limited_measures": "something moves beyond further meetings, and no more than that.",
    "arms_control_accord": "at least one issue of arms comes to a limit, and the threat is removed.",
    "settlement": "what {who} asks for as one package is met, and something moves.",
}


def endings_of(scenario: Scenario) -> list[tuple[str, str]]:
    """Title and meaning of every outcome class, in the order of the questions that ask for one."""
    if scenario.challenger is not None:
        who = scenario.parties[scenario.challenger].name
        return [(opened(outcome_title(scenario, name)), _MEANS[name].format(who=who)) for name in CLASSES]
    return [(opened(own.title), _meaning(scenario, own)) for own in scenario.outcomes.classes.values()]


def _meaning(scenario: Scenario, own: OwnClass) -> str:
    """Of a class that a scenario lists itself: whether there is an understanding, and where the issues stand."""
    told = [] if own.agreed is None else ["there is an understanding" if own.agreed else "there is no understanding"]
    for name, bounds in own.when.items():
        options = scenario.issues[name].options
        least = 0 if bounds.at_least is None else bounds.at_least
        most = len(options) - 1 if bounds.at_most is None else bounds.at_most
        among = " or ".join(option.label for option in options[least : most + 1])
        told.append(f"{scenario.issues[name].short}: {among}")
    return f"{'; '.join(told)}." if told else "everything else."
