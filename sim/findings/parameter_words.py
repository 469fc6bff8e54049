"""Parameters in words: what a path of a scenario is called in charts and tables, and how well its figure is known."""

from __future__ import annotations

from sim.domain.scenario import Scenario
from sim.narrate import measures_word
from sim.sweep.paths import Astray, place_of

_PLAIN = {
    "red_lines.resolve_defenders": "Defenders’ lines hold, chance",
    "red_lines.resolve_challenger": "Challenger’s lines hold, chance",
    "red_lines.firmness": "Cost of crossing a soft line",
    "outside.tie": "How far small deals bind",
    "outside.friction": "Friction of any deal",
    "outside.alarm": "Fear of war",
    "sanctions.credibility": "Credibility of sanctions",
    "beliefs.updates": "Concessions change beliefs",
    "beliefs.ignorance": "Blur of others’ wishes",
    "beliefs.observation_sd": "Noise in reading concessions",
    "bargaining.reciprocity": "Reciprocity",
    "bargaining.attention": "Attention to refusals",
    "bargaining.absent": "Weight of absent parties",
    "bargaining.noise": "Shake of demands",
    "bargaining.patience_sd": "Spread of patience",
    "aftermath.redeploy": "Cost of sending troops back",
    "aftermath.decision_noise": "Chance in the decision on force",
    "calendar": "Order of venues",
}

_OWN = {
    "patience": "{who}: patience",
    "conflict_loss": "{who}: loss if it comes to force",
    "has_consent": "{who}: its consent is needed",
    "share": "{who}: share in the alliance",
    "probability": "{who}: chance",
    "payoff_mean": "{who}: worth of force",
    "payoff_sd": "{who}: spread of force’s worth",
    "tactic.phi": "{who}: how far it gives",
    "tactic.beta": "{who}: how early it gives",
    "tactic": "{who}: tactic",
    "reservation": "{who}: worth of no deal",
    "salience": "{who}: weight of {issue}",
    "preferred": "{who}: wish on {issue}",
    "red_line": "{who}: red line on {issue}",
    "red_line.resolve": "{who}: line on {issue} holds, chance",
}
"""Of a party, a type or a bloc, by the end of the path."""


def parameter_words(scenario: Scenario, path: str) -> str:
    """A parameter's name for people: "Credibility of sanctions", "US: red line on NATO enlargement"."""
    if path == "red_lines.resolve_defenders" and scenario.challenger is None:
        return "Red lines hold, chance"
    if path in _PLAIN:
        return _PLAIN[path].replace("sanctions", measures_word(scenario))
    match path.split("."):
        case ["parties", party, *rest] if party in scenario.parties:
            return _of_party(scenario, party, rest) or _last_resort(path)
        case ["linkages", _, "insistence"]:
            return "Insistence on the package"
        case ["linkages", _, "insistence_sd"]:
            return "Spread of insistence"
        case ["linkages", _, "amount"]:
            return "Charge on limits under threat"
        case ["sanctions", "measures", measure, "severity"] if measure in scenario.sanctions.measures:
            return f"Severity of {scenario.sanctions.measures[measure].title}"
        case ["issues", issue, "verifiability", option] if issue in scenario.issues:
            label = scenario.issues[issue].options[int(option)].label
            return f"Verifiability, {scenario.issues[issue].short}: {label}"
        case ["issues", issue, part] if issue in scenario.issues:
            return f"{scenario.issues[issue].short}: {part.replace('_', ' ')}"
        case ["venues", venue, "sessions", session, "rounds"] if venue in scenario.venues:
            own = scenario.venues[venue]
            title = own.sessions[session].title if len(own.sessions) > 1 and session in own.sessions else ""
            return f"Rounds in {own.title}{f', {title[:1].lower()}{title[1:]}' if title else ''}"
        case _:
            return _last_resort(path)


def _of_party(scenario: Scenario, party: str, rest: list[str]) -> str:
    given = scenario.parties[party]
    who, issue = given.name, ""
    if rest[:1] == ["types"] and len(rest) > 2 and rest[1] in given.types:
        who, rest = given.types[rest[1]].title, rest[2:]
    elif rest[:1] == ["blocs"] and len(rest) > 2 and rest[1] in given.blocs:
        who, rest = given.blocs[rest[1]].name, rest[2:]
    if rest[:1] == ["positions"] and len(rest) > 2 and rest[1] in scenario.issues:
        issue, rest = scenario.issues[rest[1]].short, rest[2:]
    end = ".".join(part for part in rest if part != "value")
    return _OWN[end].format(who=who, issue=issue) if end in _OWN else ""


def _last_resort(path: str) -> str:
    words = ", ".join(part.replace("_", " ") for part in path.split(".")[-2:])
    return words[:1].upper() + words[1:]


def mark_of(scenario: Scenario, path: str) -> str:
    """How well a parameter's figure is known: cited, inferred, estimate, assumed; empty where it bears no mark."""
    last = path.rpartition(".")
    try:
        # A figure of a list bears the mark of the list.
        return getattr(place_of(scenario, last[0] if last[2].isdecimal() else path).node, "basis", "")
    except Astray:
        return ""
