"""Small whole games: plain pieces to write one by hand, and a hypothesis strategy that draws every form a game can take."""

from __future__ import annotations

import functools
from typing import Any

from hypothesis import strategies as st

from sim.domain.catalogue import TACTICS
from sim.domain.load import build
from sim.domain.scenario import Scenario

# ---- By hand ----------------------------------------------------------------------------------------------------------


def issue(options: int, status_quo: int, consent: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """An issue as a file writes it, its options without words of their own."""
    listed = [{"text": f"option {k}", "label": f"option {k}"} for k in range(options)]
    for number, parties in more.pop("also_consent", {}).items():
        listed[number]["also_consent"] = parties
    return {
        "title": "An issue",
        "short": "Issue",
        "options": listed,
        "status_quo": status_quo,
        "consent": {"value": consent},
        **more,
    }


def wish(preferred: int, salience: float, line: int | None = None, **red: Any) -> dict[str, Any]:
    """A position by its best option; ``line`` is the last option that can be lived with, hard unless said otherwise."""
    given = {"preferred": preferred, "salience": salience}
    return given if line is None else {**given, "red_line": {"value": line, **red}}


def state(positions: dict[str, Any], tactic: Any = "hardliner", **more: Any) -> dict[str, Any]:
    """A party as a file writes it; it stays to the end unless ``patience`` says otherwise."""
    given = {"name": tactic} if isinstance(tactic, str) else tactic
    return {"code": "X", "positions": positions, "tactic": given, "patience": 10, **more}


def meeting(protocol: str, seats: tuple[str, ...], agenda: tuple[str, ...], rounds: Any, **more: Any) -> dict[str, Any]:
    """A venue as a file writes it; ``rounds`` may list sessions as (rounds, exploratory)."""
    sessions = rounds if isinstance(rounds, list) else [(rounds, False)]
    return {
        "title": "Venue",
        "protocol": protocol,
        "seats": seats,
        "agenda": agenda,
        "sessions": {
            f"session{at}": {"title": "Session", "rounds": count, "exploratory": heard}
            for at, (count, heard) in enumerate(sessions)
        },
        **more,
    }


CLASSES = {"accord": {"title": "Accord", "agreed": True}, "no_accord": {"title": "No accord", "agreed": False}}


def game(
    issues: dict[str, Any], parties: dict[str, Any], venues: dict[str, Any], challenger: str | None = None, **more: Any
) -> Scenario:
    """A game from pieces. Venues follow in the order given; without a challenger no deal is worth 0 unless given."""
    for name, given in parties.items():
        given.setdefault("name", name.title())
        if challenger is None:
            given.setdefault("reservation", 0.0)
    if challenger is None:
        more.setdefault("outcomes", {"classes": CLASSES})
    return build(
        {
            "name": "by-hand",
            "title": "By hand",
            "challenger": challenger,
            "issues": issues,
            "parties": parties,
            "calendar": list(venues),
            "venues": venues,
            **more,
        }
    )


# ---- Drawn ------------------------------------------------------------------------------------------------------------

NAMES = ("alpha", "beta", "gamma", "delta")
ISSUES = ("one", "two", "three", "four", "five")


@functools.cache
def shares(top: float = 1.0) -> st.SearchStrategy[float]:
    """A hundredth part of ``top`` and its multiples, both ends included."""
    return st.integers(0, 100).map(lambda n: n * top / 100)


@functools.cache
def one_of(*values: str | None) -> st.SearchStrategy[Any]:
    """One of some words."""
    return st.sampled_from(values)


@functools.cache
def _several(*names: str, least: int = 0) -> st.SearchStrategy[list[str]]:
    """Some of ``names``, in their order."""
    chosen = st.sets(st.sampled_from(names), min_size=least) if names else st.just(set())
    return chosen.map(lambda found: [name for name in names if name in found])


@functools.cache
@st.composite
def _split(draw: Any, parts: int, total: int = 100) -> list[int]:
    """Whole numbers that sum to ``total``; some may be 0."""
    cuts = sorted(draw(st.lists(st.integers(0, total), min_size=parts - 1, max_size=parts - 1)))
    return [high - low for low, high in zip([0, *cuts], [*cuts, total])]


@functools.cache
@st.composite
def _tactic(draw: Any) -> dict[str, Any]:
    row = draw(st.sampled_from(TACTICS))
    given: dict[str, Any] = {"name": row.name}
    for parameter in row.parameters:
        given[parameter.name] = parameter.low + draw(shares(parameter.high - parameter.low))
    return given


@functools.cache
@st.composite
def _red_line(draw: Any, options: int) -> dict[str, Any] | None:
    if not draw(st.booleans()):
        return None
    given: dict[str, Any] = {
        "value": draw(st.integers(0, options - 1)),
        "hardness": draw(one_of("hard", "soft")),
    }
    if draw(st.integers(0, 4)) == 0:
        given["side"] = draw(one_of("at_most", "at_least"))
    if draw(st.integers(0, 3)) == 0:
        given["resolve"] = draw(shares())
    return given


@functools.cache
@st.composite
def _wishes(draw: Any, form: str, options: int) -> Any:
    """What ``form`` of a position holds: the option liked best, values, or points."""
    if form == "preferred":
        return draw(st.integers(0, options - 1))
    return draw(st.lists(shares() if form == "values" else st.integers(0, 40), min_size=options, max_size=options))


@st.composite
def _positions(draw: Any, counts: dict[str, int]) -> dict[str, Any]:
    """Positions on every active issue: points throughout, or saliences that sum to 100."""
    by_points = draw(st.integers(0, 4)) == 0
    saliences = draw(_split(len(counts)))
    found: dict[str, Any] = {}
    for (name, options), salience in zip(counts.items(), saliences):
        form = "points" if by_points else draw(one_of("preferred", "preferred", "values"))
        found[name] = {form: draw(_wishes(form, options)), "red_line": draw(_red_line(options))}
        if not by_points:
            found[name]["salience"] = salience
    first = next(iter(counts))
    if by_points and not any(any(position["points"]) for position in found.values()):
        found[first]["points"][0] = 1
    return found


def _form(position: dict[str, Any]) -> str:
    return next(form for form in ("preferred", "values", "points") if form in position)


@st.composite
def _blocs(draw: Any, base: dict[str, Any], counts: dict[str, int], others: list[str]) -> dict[str, Any]:
    """One to three blocs; one may refer to another party, the rest lay some positions over the alliance's."""
    number = draw(st.integers(1, 3))
    referring = draw(st.integers(0, number - 1)) if others and draw(st.booleans()) else -1
    blocs: dict[str, Any] = {}
    for at, share in enumerate(draw(_split(number))):
        bloc: dict[str, Any] = {"name": f"bloc {at}", "share": share / 100}
        if at == referring:
            bloc["refers"] = draw(one_of(*others))
        else:
            over: dict[str, Any] = {}
            for name in draw(_several(*counts)):
                form = _form(base[name])
                kept = draw(_several(form, "red_line", *(["salience"] if "salience" in base[name] else []), least=1))
                fresh = {
                    "salience": draw(st.integers(1, 60)),
                    "red_line": draw(_red_line(counts[name])),
                    form: draw(_wishes(form, counts[name])),
                }
                over[name] = {key: fresh[key] for key in kept}
            if _weightless(base, over):
                over = {}
            bloc["positions"] = over
            if draw(st.booleans()):
                bloc["conflict_loss"] = draw(shares(0.4))
        blocs[f"bloc{at}"] = bloc
    return blocs


def _weightless(base: dict[str, Any], over: dict[str, Any]) -> bool:
    """Whether a bloc's positions over its alliance's leave nothing with any weight."""
    whole = {name: {**base[name], **over.get(name, {})} for name in base}
    return not any(max(given["points"]) if "points" in given else given["salience"] for given in whole.values())


@st.composite
def _when(draw: Any, counts: dict[str, int]) -> dict[str, Any]:
    """A condition over one or two issues."""
    found = {}
    for name in draw(_several(*counts, least=1))[:2]:
        low, high = sorted(draw(st.tuples(*[st.integers(0, counts[name] - 1)] * 2)))
        found[name] = draw(st.sampled_from([{"at_least": low}, {"at_most": high}, {"at_least": low, "at_most": high}]))
    return found


@st.composite
def _linkages(draw: Any, counts: dict[str, int], parties: dict[str, Any], threat: bool) -> dict[str, Any]:
    allied = {name for name, given in parties.items() if given.get("blocs")}
    allied |= {bloc["refers"] for name in allied for bloc in parties[name]["blocs"].values() if "refers" in bloc}
    free = [name for name in parties if name not in allied]
    found: dict[str, Any] = {}
    for at in range(draw(st.integers(0, 3))):
        form = draw(one_of("adds", "discounts_gain", *(["charges"] if threat else [])))
        link: dict[str, Any] = {"form": form}
        if form == "discounts_gain":
            if not free:
                continue
            link["parties"] = draw(_several(*free, least=1))
            free = [name for name in free if name not in link["parties"]]
            link |= {"insistence": draw(shares()), "insistence_sd": draw(shares(0.5))}
        else:
            link |= {"parties": draw(_several(*parties, least=1)), "amount": draw(shares(0.4)) - 0.2}
        if form == "charges":
            link["amount"] = abs(link["amount"])
        else:
            link["when"] = draw(_when(counts))
        found[f"link{at}"] = link
    return found


@st.composite
def _venue(draw: Any, parties: dict[str, Any], agenda: list[str]) -> dict[str, Any]:
    alliance = next((name for name, given in parties.items() if given.get("blocs")), None)
    protocol = draw(one_of("alternating", "consensus", *(["council"] if alliance else [])))
    seats = draw(st.permutations(list(parties)))[: draw(st.integers(2, len(parties)))]
    if protocol == "council" and alliance not in seats:
        seats[-1] = alliance
    chair = draw(one_of(*seats)) if protocol == "consensus" else None
    voting = [seat for seat in seats if seat != chair]
    rounds = [(draw(st.integers(1, 4)), draw(st.integers(0, 3)) == 0) for _ in range(draw(st.integers(1, 2)))]
    quorum = None
    if draw(st.integers(0, 2)) == 0:
        quorum = {"consents": draw(st.integers(1, len(voting))), "include": draw(_several(*voting))}
    topics = tuple(draw(_several(*agenda, least=1)))
    more = {"binding": draw(st.booleans()), "chair": chair, "quorum": quorum}
    return meeting(protocol, tuple(seats), topics, rounds, **more)


@functools.cache
@st.composite
def _types(draw: Any) -> dict[str, Any]:
    """One or two private types; where there are two, one of them is good faith."""
    found: dict[str, Any] = {}
    for at in range(draw(st.integers(1, 2))):
        kind: dict[str, Any] = {
            "title": f"type {at}",
            "good_faith": at == 0,
            "payoff_mean": draw(shares(1.2)),
            "payoff_sd": draw(shares(0.3)),
        }
        if draw(st.booleans()):
            kind["tactic"] = draw(_tactic())
        if draw(st.booleans()):
            kind["patience"] = draw(shares(3.0))
        found[f"type{at}"] = kind
    if len(found) > 1:
        found["type0"]["probability"] = draw(shares())
    return found


@st.composite
def _issues(draw: Any, parties: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for at, name in enumerate(ISSUES[: draw(st.integers(2, 5))]):
        options = draw(st.integers(2, 5))
        more: dict[str, Any] = {"limits": draw(st.sets(st.integers(0, options - 1), max_size=2).map(sorted))}
        if at > 0 and draw(st.integers(0, 3)) == 0:
            more["owner"] = draw(one_of(*parties))
        if draw(st.booleans()):
            more["verifiability"] = {"value": draw(st.lists(shares(), min_size=options, max_size=options))}
        if draw(st.integers(0, 3)) == 0:
            more["also_consent"] = {draw(st.integers(0, options - 1)): draw(_several(*parties))}
        found[name] = issue(options, draw(st.integers(0, options - 1)), tuple(draw(_several(*parties))), **more)
    if len(found) > 2 and draw(st.integers(0, 4)) == 0:
        found[list(found)[-1]]["active"] = False
    return found


@st.composite
def contents(draw: Any) -> dict[str, Any]:
    """A whole game as a file would hold it: two to four parties, two to five issues, one to three venues."""
    names = list(NAMES[: draw(st.integers(2, 4))])
    alliance = draw(one_of(None, *names))
    challenger = draw(one_of(None, *(name for name in names if name != alliance)))
    issues = draw(_issues(names))
    counts = {name: len(given["options"]) for name, given in issues.items() if given.get("active", True)}
    parties: dict[str, Any] = {}
    for name in names:
        party = state(draw(_positions(counts)), draw(_tactic()), name=name.title(), patience=draw(shares(3.0)))
        party["has_consent"] = draw(st.integers(0, 4)) > 0
        party["kind"] = "alliance" if name == alliance else draw(one_of("state", "organisation"))
        if challenger is None:
            party["reservation"] = draw(shares())
        else:
            party["conflict_loss"] = draw(shares(0.5))
        if name == challenger:
            party["types"] = draw(_types())
        parties[name] = party
    if alliance:
        others = [name for name in names if name not in (alliance, challenger)]
        parties[alliance]["blocs"] = draw(_blocs(parties[alliance]["positions"], counts, others))
    threat = None
    if challenger:
        carrier = draw(one_of(*counts))
        threat = {"issue": carrier, "removed_from": draw(st.integers(0, counts[carrier] - 1))}
    agenda = [name for name, given in issues.items() if not given.get("owner")]
    venues = {f"venue{at}": draw(_venue(parties, agenda)) for at in range(draw(st.integers(1, 3)))}
    follow_on = {name: draw(st.sets(st.integers(0, counts[name] - 1))) for name in draw(_several(*counts))}
    measures = {
        f"measure{at}": {
            "title": "A measure",
            "severity": draw(shares(0.4)),
            "issue": (lever := draw(one_of(*counts))),
            "options": draw(st.sets(st.integers(0, counts[lever] - 1))),
        }
        for at in range(draw(st.integers(0, 2)))
    }
    outcomes: dict[str, Any] = {"follow_on": follow_on}
    if challenger is None:
        outcomes["classes"] = {"moved": {"title": "Moved", "agreed": True, "when": draw(_when(counts))}, **CLASSES}
    return {
        "name": "drawn",
        "title": "A drawn game",
        "challenger": challenger,
        "issues": issues,
        "threat": threat,
        "parties": parties,
        "linkages": draw(_linkages(counts, parties, threat is not None)),
        "red_lines": {name: draw(shares()) for name in ("resolve_defenders", "resolve_challenger", "firmness")},
        "outside": {"tie": draw(shares()), "friction": draw(shares(0.1)), "alarm": draw(shares())},
        "sanctions": {"credibility": draw(shares()), "measures": measures},
        "beliefs": {
            "updates": draw(st.integers(0, 4)) > 0,
            "ignorance": draw(shares()),
            "observation_sd": 0.05 + draw(shares()),
        },
        "bargaining": {
            "reciprocity": draw(shares()),
            "attention": draw(shares(2.0)),
            "absent": draw(shares(2.0)),
            "noise": draw(shares(0.2)),
            "patience_sd": draw(shares()),
        },
        "aftermath": {"redeploy": draw(shares()), "decision_noise": draw(shares(0.5))},
        "calendar": draw(st.permutations(list(venues))),
        "venues": venues,
        "outcomes": outcomes,
    }


@st.composite
def scenarios(draw: Any) -> Scenario:
    """Whole small games, checked and frozen as any file is."""
    return build(draw(contents()))


SEEDS = st.integers(0, (1 << 128) - 1) | st.integers(0, 3)
INDICES = st.integers(0, 50)
