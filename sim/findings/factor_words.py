"""What varies, in words: "credibility of sanctions" for ``sanctions.credibility``, and how well its figure is known."""

from __future__ import annotations

from typing import Any

from sim.domain.scenario import Scenario
from sim.figures.chart import SIGNS
from sim.figures.run import with_article
from sim.findings.evidence import Evidence, Varied
from sim.narrate import issue_name, measures_word
from sim.sweep.factors import in_words
from sim.sweep.paths import Astray, place_of

_PLAIN = {
    "calendar": "order of the venues",
    "red_lines.resolve_defenders": "chance that the defenders’ lines hold",
    "red_lines.firmness": "cost of crossing a soft line",
    "outside.tie": "binding force of small steps",
    "outside.friction": "friction of making a deal",
    "outside.alarm": "alarm about having no deal",
    "sanctions.credibility": "credibility of sanctions",
    "beliefs.updates": "learning from offers",
    "beliefs.ignorance": "ignorance of others’ weights",
    "beliefs.observation_sd": "noise in reading offers",
    "bargaining.reciprocity": "reciprocity in bargaining",
    "bargaining.attention": "attention to refusals",
    "bargaining.absent": "regard for absent parties",
    "bargaining.noise": "noise in what is asked for",
    "bargaining.patience_sd": "spread of patience",
    "aftermath.redeploy": "cost of sending troops back",
    "aftermath.decision_noise": "chance in deciding on force",
}

_OF_ACTOR = {
    "tactic": "tactic of {}",
    "phi": "extent of concessions by {}",
    "beta": "earliness of concessions by {}",
    "patience": "patience of {}",
    "conflict_loss": "cost of force to {}",
    "has_consent": "consent of {}",
    "reservation": "worth of no deal to {}",
    "payoff_mean": "worth of force to {}",
    "payoff_sd": "spread of worth of force to {}",
    "share": "share of {}",
}
"""By the last key of a path; the gap takes the party, bloc or type."""

_WITHOUT_ARTICLE = (
    "whose ", "learning", "ignorance", "noise", "reciprocity", "attention", "regard", "alarm", "patience", "chance in",
    "rounds", "insistence", "consent",
)  # fmt: skip

_OF_LINKAGE = {
    "insistence": "insistence on the {}",
    "insistence_sd": "spread of insistence on the {}",
}


def words_of(evidence: Evidence, factor: Varied) -> str:
    """A factor as part of a sentence, told apart from the study's other factors."""
    said = {one.name: _words(evidence.scenario, one.path) for one in evidence.factors}
    words = said[factor.name]
    if list(said.values()).count(words) > 1:
        return f"{words} ({factor.name.replace('_', ' ')})"
    return words


def the(words: str) -> str:
    """A factor's words inside a sentence: "the credibility of sanctions", "learning from offers"."""
    return words if words.startswith(_WITHOUT_ARTICLE) else f"the {words}"


def sign_of(evidence: Evidence, factor: Varied) -> str:
    """The mark of the figure that it replaces, as it stands after a name: " ≈", " ~" or nothing."""
    try:
        node = place_of(evidence.scenario, factor.path).node
    except Astray:
        return ""
    sign = SIGNS.get(getattr(node, "basis", ""), "").strip()
    return f" {sign}" if sign else ""


def baseline_of(evidence: Evidence, factor: Varied) -> Any:
    """The value that the scenario has before the factor, as the rows hold it; None where it has none."""
    try:
        value = place_of(evidence.scenario, factor.path).value
    except Astray:
        return None
    if isinstance(value, (bool, int, float, str)) or value is None:
        return value
    return in_words(value.model_dump() if hasattr(value, "model_dump") else value)


def level_words(evidence: Evidence, factor: Varied, value: Any) -> str:
    """A value of a factor in words."""
    last = factor.path.rpartition(".")[2]
    if value is True or value is False or str(value) in ("True", "False"):
        yes = str(value) == "True"
        return ("needed" if yes else "not needed") if last == "has_consent" else ("on" if yes else "off")
    if last in ("consent", "seats"):
        parties = evidence.scenario.parties
        return ", ".join(parties[one].name if one in parties else one for one in str(value).split(", "))
    option = _option(evidence.scenario, factor.path, value)
    if option:
        return option
    try:
        return f"{float(value):.3g}"
    except (TypeError, ValueError):
        return str(value).replace("_", " ")


def _option(scenario: Scenario, path: str, value: Any) -> str:
    """The label of an option where the factor chooses one."""
    keys = path.split(".")
    if keys[-1] not in ("preferred", "red_line", "status_quo"):
        return ""
    issue = scenario.issues.get(keys[1] if keys[-1] == "status_quo" else keys[-2])
    try:
        return issue.options[int(value)].label if issue else ""
    except (TypeError, ValueError, IndexError):
        return ""


def _words(scenario: Scenario, path: str) -> str:
    if path == "red_lines.resolve_defenders" and scenario.challenger is None:
        return "chance that red lines hold"
    if path in _PLAIN:
        return _PLAIN[path].replace("sanctions", measures_word(scenario))
    keys = path.split(".")
    known = {"parties": _of_party, "issues": _of_issue, "linkages": _of_linkage, "venues": _of_venue}
    found = known.get(keys[0], _of_rest)(scenario, keys)
    return found or " ".join(keys[-2:]).replace("_", " ")


def _of_party(scenario: Scenario, keys: list[str]) -> str:
    party = scenario.parties.get(keys[1])
    if party is None or len(keys) < 3:
        return ""
    who, kind, rest = with_article(party.name), "", keys[2:]
    if rest[0] == "types" and len(rest) > 2 and rest[1] in party.types:
        if rest[2] == "probability":
            good = party.types[rest[1]].title.endswith("in good faith")
            return "chance of good faith" if good else f"chance of “{party.types[rest[1]].title}”"
        kind = party.types[rest[1]].title.removeprefix(f"{party.name} ") if rest[-1] != "tactic" else ""
        rest = rest[2:]
    elif rest[0] == "blocs" and len(rest) > 2 and rest[1] in party.blocs:
        name = with_article(party.blocs[rest[1]].name)
        who = f"{name} in {who}" if rest[-1] == "share" else name
        rest = rest[2:]
    if rest[0] == "positions" and len(rest) > 2 and rest[1] in scenario.issues:
        return _of_position(scenario, who, rest)
    found = _OF_ACTOR.get(rest[-1], "").format(who)
    return f"{found} ({kind})" if found and kind else found


def _of_position(scenario: Scenario, who: str, rest: list[str]) -> str:
    issue, last = scenario.issues[rest[1]], rest[-1]
    short = issue_name(scenario, rest[1])
    if last.isdecimal() and int(last) < len(issue.options):
        return f"worth of “{issue.options[int(last)].label}” to {who}"
    return {
        "salience": f"weight of {short} for {who}",
        "preferred": f"wish of {who} on {short}",
        "red_line": f"red line of {who} on {short}",
        "resolve": f"hold of the line of {who} on {short}",
    }.get(last, "")


def _of_issue(scenario: Scenario, keys: list[str]) -> str:
    issue = scenario.issues.get(keys[1])
    if issue is None:
        return ""
    if keys[2] == "verifiability" and keys[-1].isdecimal() and int(keys[-1]) < len(issue.options):
        return f"verifiability of “{issue.options[int(keys[-1])].label}”"
    short = issue_name(scenario, keys[1])
    return {"status_quo": f"status quo on {short}", "consent": f"whose consent {short} needs"}.get(keys[2], "")


def _of_linkage(scenario: Scenario, keys: list[str]) -> str:
    link = scenario.linkages.get(keys[1])
    if link is None or len(keys) < 3:
        return ""
    if keys[2] == "amount":
        return (
            "charge on limits under threat" if link.form == "charges" else f"worth of the {keys[1].replace('_', ' ')}"
        )
    return _OF_LINKAGE.get(keys[2], "").format(keys[1].replace("_", " "))


def _of_venue(scenario: Scenario, keys: list[str]) -> str:
    venue = scenario.venues.get(keys[1])
    if venue is None or len(keys) < 3:
        return ""
    if keys[-1] == "rounds":
        several = len(venue.sessions) > 1 and len(keys) > 4
        return f"rounds in {venue.title}" + (f", {keys[3].replace('_', ' ')}" if several else "")
    return f"{keys[-1].replace('_', ' ')} in {venue.title}"


def _of_rest(scenario: Scenario, keys: list[str]) -> str:
    if keys == ["red_lines", "resolve_challenger"]:
        name = scenario.parties[scenario.challenger].name if scenario.challenger else "the challenger"
        return f"chance that {name}’s lines hold"
    if keys[0] == "sanctions" and keys[-1] == "severity":
        return f"severity: {keys[-2].replace('_', ' ')}"
    return ""
