"""Changes of assumptions in words: "With insistence on the package at 0.4 instead of 0.5, limited measures"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.domain.scenario import Scenario
from sim.figures.chart import in_words, opened
from sim.figures.run import with_article
from sim.narrate import issue_name, measures_word

if TYPE_CHECKING:
    from sim.findings.jury import Mending
    from sim.findings.stage import Move
    from sim.findings.whatif import Answer

_PLAIN = {
    "red_lines.resolve_defenders": "the chance that the defenders’ red lines hold",
    "red_lines.firmness": "the cost of crossing a soft red line",
    "outside.tie": "the binding force of small steps",
    "outside.friction": "the least gain that a deal must bring",
    "outside.alarm": "alarm about no deal",
    "sanctions.credibility": "the credibility of sanctions",
    "beliefs.updates": "learning from offers",
    "beliefs.ignorance": "ignorance of others’ weights",
    "beliefs.observation_sd": "noise in reading offers",
    "bargaining.reciprocity": "reciprocity in bargaining",
    "bargaining.attention": "attention to who refuses",
    "bargaining.absent": "regard for absent parties",
    "bargaining.noise": "noise in what is asked for",
    "bargaining.patience_sd": "the spread of patience",
    "aftermath.redeploy": "the cost of sending troops back",
    "aftermath.decision_noise": "chance in the decision on force",
}

_OF_ACTOR = {
    "phi": "the most that {} will give",
    "beta": "the readiness of {} to give early",
    "patience": "the patience of {}",
    "conflict_loss": "the cost of force to {}",
    "has_consent": "the consent of {}",
    "reservation": "the worth of no deal to {}",
    "payoff_mean": "the worth of force to {}",
    "payoff_sd": "the spread of the worth of force to {}",
}
"""By the last key of a path; the gap takes the party, bloc or type."""

_OUTCOMES = {
    "breakdown": "a breakdown",
    "talks_continue": "talks that continue",
    "limited_measures": "limited measures",
    "arms_control_accord": "an arms-control accord",
    "settlement": "a settlement",
}


def words_of(scenario: Scenario, path: str) -> str:
    """A figure of a scenario as part of a sentence; its path where there are no words for it."""
    path = path.removesuffix(".value")
    keys = path.split(".")
    if path == "red_lines.resolve_defenders" and scenario.challenger is None:
        return "the chance that red lines hold"
    if path in _PLAIN:
        return _PLAIN[path].replace("sanctions", measures_word(scenario))
    match keys:
        case ["red_lines", "resolve_challenger"]:
            return f"the chance that {_challenger(scenario)}’s red lines hold"
        case ["sanctions", "measures", measure, "severity"]:
            return (
                f"the severity of {measure.replace('_', ' ')}{' sanctions' * (measures_word(scenario) == 'sanctions')}"
            )
        case ["linkages", link, "insistence"]:
            return f"insistence on the {link.replace('_', ' ')}"
        case ["linkages", link, "insistence_sd"]:
            return f"the spread of insistence on the {link.replace('_', ' ')}"
        case ["linkages", link, "amount"] if scenario.linkages[link].form == "charges":
            return "the charge on limits under threat"
        case ["linkages", link, "amount"]:
            return f"the worth of the {link.replace('_', ' ')}"
        case ["issues", issue, "verifiability", option]:
            return f"the verifiability of “{scenario.issues[issue].options[int(option)].label}”"
        case ["issues", issue, "status_quo"]:
            return f"the status quo on {issue_name(scenario, issue)}"
        case ["parties", party, *rest]:
            return _of_party(scenario, party, rest) or path
        case _:
            return path


def _challenger(scenario: Scenario) -> str:
    return with_article(scenario.parties[scenario.challenger].name) if scenario.challenger else "the challenger"


def _of_party(scenario: Scenario, party: str, rest: list[str]) -> str:
    given = scenario.parties[party]
    who = with_article(given.name)
    match rest:
        case ["types", kind, "probability"]:
            return f"the chance of “{given.types[kind].title}”"
        case ["types", kind, *rest]:
            who = f"{given.name} ({given.types[kind].title.removeprefix(f'{given.name} ')})"
        case ["blocs", bloc, *rest]:
            who = with_article(given.blocs[bloc].name)
        case _:
            pass
    match rest:
        case ["positions", issue, what, *more]:
            return _of_position(scenario, who, issue, what, more)
        case [*_, last] if last in _OF_ACTOR:
            return _OF_ACTOR[last].format(who)
        case _:
            return ""


def _of_position(scenario: Scenario, who: str, issue: str, what: str, more: list[str]) -> str:
    short = issue_name(scenario, issue)
    match [what, *more]:
        case ["salience"]:
            return f"the weight of {short} for {who}"
        case ["preferred"]:
            return f"the wish of {who} on {short}"
        case ["red_line"]:
            return f"the red line of {who} on {short}"
        case ["red_line", "resolve"]:
            return f"the chance that the line of {who} on {short} holds"
        case ["values" | "points", option]:
            return f"the worth of “{scenario.issues[issue].options[int(option)].label}” to {who}"
        case _:
            return ""


def value_words(scenario: Scenario, path: str, value: Any) -> str:
    """A value at a path: an option by its label, a switch by what it means, a figure with as many digits as it has."""
    keys = path.removesuffix(".value").split(".")
    last = keys[-1]
    if isinstance(value, bool):
        return ("needed" if value else "not needed") if last == "has_consent" else ("on" if value else "off")
    if last in ("preferred", "red_line", "status_quo"):
        issue = scenario.issues[keys[1] if last == "status_quo" else keys[-2]]
        return f"“{issue.options[int(value)].label}”"
    return f"{float(value):.6g}".replace("-", "−")


def move_words(scenario: Scenario, move: Move) -> str:
    """A move: "the credibility of sanctions at 0.63 instead of 0.5"."""
    return instead_words(scenario, move.assumption.path, move.value, move.assumption.now)


def instead_words(scenario: Scenario, path: str, new: Any, old: Any) -> str:
    """A figure or a switch that is changed: "the credibility of sanctions at 0.63 instead of 0.5"."""
    joint = "" if isinstance(old, bool) else "at "
    return f"{words_of(scenario, path)} {joint}{value_words(scenario, path, new)} instead of {value_words(scenario, path, old)}"


def change_words(scenario: Scenario, one: Mending) -> str:
    """All moves of a change, joined."""
    return in_words([move_words(scenario, move) for move in one.moves])


def outcome_words(scenario: Scenario, key: str) -> str:
    """An outcome class inside a sentence."""
    if key in _OUTCOMES and scenario.challenger:
        return _OUTCOMES[key]
    return f"“{scenario.outcomes.classes[key].title}”" if key in scenario.outcomes.classes else "another end"


def percent(share: float) -> str:
    """A share as whole per cent, one digit where it is small or nearly all."""
    return f"{100 * share:.0f}" if 0.095 <= share <= 0.995 or share in (0, 1) else f"{100 * share:.1f}"


def effect_words(answer: Answer, one: Mending) -> str:
    """What a change does to this run and to others, as two sentences."""
    s = answer.stage.scenario
    low, high = one.difference.low or 0.0, one.difference.high or 0.0
    here = f"Here: {outcome_words(s, one.outcome)}."
    shares = f"{opened(answer.want.words)} in {percent(one.after)} % of other runs, {percent(one.before)} % without it"
    ends = f"{_points(one.difference.value)} ({_points(low)} to {_points(high)})"
    if one.robust:
        return f"{here} {shares}: {ends} points."
    if one.harmful:
        tail = "fewer: what it does here it does not do in general"
    elif one.difference.clear:
        tail = "no clear difference where so many changes were tried"
    else:
        tail = "no clear difference"
    return f"{here} {shares}: {ends} points, {tail}."


def size_words(one: Mending) -> str:
    """How large a change is, as a share of its range."""
    return f"{100 * one.distance:.0f} %" if one.distance >= 0.005 else "below 1 %"


def draw_words(answer: Answer, one: Mending) -> str:
    """Which other challenger a change puts at the table."""
    s = answer.stage.scenario
    if one.same_draw or not s.challenger:
        return ""
    name = s.parties[s.challenger].name
    if one.kind != answer.kind:
        return f"A different {name}: “{one.kind}” comes to the talks instead of “{answer.kind}”."
    force = f"force is worth {100 * one.payoff:.0f} points to it instead of {100 * answer.payoff:.0f}"
    return f"A different {name}: {force}."


def _points(share: float) -> str:
    hundred = round(100 * share, 1)
    text = f"{abs(hundred):.0f}" if abs(hundred) >= 9.5 else f"{abs(hundred):.1f}"
    return f"+{text}" if hundred > 0 else f"−{text}" if hundred < 0 else "0"


def verdict(answer: Answer) -> str:
    """The answer in one sentence."""
    s, want = answer.stage.scenario, answer.want.words
    if answer.agreed:
        return f"This run ended in {outcome_words(s, answer.outcome)}: there is nothing to mend"
    best = next(iter(answer.robust), None)
    if best is not None:
        return f"With {change_words(s, best)} this run ends in {outcome_words(s, best.outcome)}"
    if answer.lucky:
        return f"Only changes that make no clear difference in other runs make this one end in {want}"
    if answer.other:
        name = _challenger(s)
        return f"Only with a different {name}, of another private type or payoff, does this run end in {want}"
    return f"No change within the ranges that was tried makes this run end in {want}"


def tried_words(answer: Answer) -> str:
    """How far the search went, as sentences."""
    if answer.agreed:
        return ""
    text = f"Tried: {answer.tried} assumptions alone, each over its documented range in both directions"
    if answer.pairs:
        text += f"; {answer.pairs} pairs of those that help runs like this one most"
    if answer.together:
        text += f"; up to {answer.together} together"
    fixed = len(answer.stage.fixed)
    if fixed:
        text += f". Not tried: {fixed} that change the shape of the game (rounds, shares of blocs, lists of consent)"
    return text + "."
