"""What a report says of a run: headline, lead, path, issues, parties. Every sentence is computed and true of that run only."""

from __future__ import annotations

from markupsafe import Markup, escape

from sim.figures.chart import counted, fitting, in_words, number, opened, whole
from sim.figures.run import Run
from sim.look import outcome_looks
from sim.narrate import bloc_name, issue_name, month
from sim.protocol.record import Event
from sim.report.scales import without_overlap
from sim.report.sheet import party_chip

_REASONS = {
    "red_line": "beyond its red line",
    "asks_more": "it asked for more",
    "nothing_acceptable": "nothing on the agenda was worth more to it than no deal",
    "below_no_deal": "below what no deal is worth to it",
}


def chip(run: Run, party: str) -> Markup:
    """A party's symbol and name in its colour."""
    return party_chip(run.looks[party], list(run.scenario.parties).index(party))


def moved(run: Run) -> list[str]:
    """Issues that ended off the status quo."""
    quo = dict(zip(run.scenario.active, run.scenario.status_quo))
    return [issue for issue in run.scenario.active if run.record["final"][issue] != quo[issue]]


def class_title(run: Run, outcome: str) -> str:
    """An outcome class by name."""
    if outcome in run.scenario.outcomes.classes:
        return run.scenario.outcomes.classes[outcome].title
    looks = outcome_looks()
    return looks[outcome]["name"] if outcome in looks else "Other"


def headline(run: Run) -> str:
    """The class of the outcome and what moved."""
    issues = [issue_name(run.scenario, issue) for issue in moved(run)]
    title = class_title(run, run.record["outcome"])
    if not issues:
        return f"{title}: nothing moved"
    count = f"{counted(len(issues), 'issue')} moved"
    if len(issues) == len(run.scenario.active):
        every = "both issues" if len(issues) == 2 else f"all {counted(len(issues), 'issue')}"
        return f"{title}: {every} moved"
    if len(issues) <= 2:
        return fitting(f"{title}: {in_words(issues)} moved, nothing else", f"{title}: {count}, nothing else")
    return f"{title}: {count}, {number(len(run.scenario.active) - len(issues))} stayed"


def lead(run: Run) -> list[str]:
    """What the class means here, and how it came about, in a few sentences."""
    offers = sum(row["offers"] for row in run.record["venues"].values())
    sentences = [_meaning(run)]
    accepted = len(run.agreed)
    made = counted(offers, "offer was made", "offers were made")
    where = counted(len(run.spans), "venue")
    fate = "none was accepted" if not accepted else f"{counted(accepted, 'was accepted', 'were accepted')}"
    sentences.append(opened(f"{made} in {where}; {fate}."))
    taken = list(dict.fromkeys(event.issue for event in run.events if event.act == "take_back" and event.issue))
    if taken:
        names = in_words([issue_name(run.scenario, issue) for issue in taken])
        sentences.append(f"After the talks {names} {'was' if len(taken) == 1 else 'were'} taken back.")
    if bent(run) and run.record["outcome"] == "settlement":
        sentences.append("It took hard red lines that did not hold: a counterfactual.")
    return sentences


def _meaning(run: Run) -> str:
    scenario, outcome = run.scenario, run.record["outcome"]
    if scenario.challenger is None:
        return "A decision stands." if run.agreed else "No decision stands."
    threat = issue_name(scenario, scenario.threat.issue) if scenario.threat else ""
    if outcome == "breakdown":
        return f"Nothing was agreed, and the talks ended with a walk-out from {run.title(scenario.calendar[-1])}."
    if outcome == "talks_continue":
        if moved(run):
            return "Formats and contacts were agreed, nothing beyond them."
        return f"Nothing was agreed, and nobody walked out of {run.title(scenario.calendar[-1])}, the last venue."
    if outcome == "limited_measures":
        return "Something beyond formats and contacts was agreed, short of an arms limit with the threat removed."
    if outcome == "arms_control_accord":
        return f"At least one arms limit was agreed, and the threat counts as removed ({threat})."
    return f"What {run.the(scenario.challenger)} insisted on was met: {in_words(demands(run))}."


def demands(run: Run) -> list[str]:
    """Issues on which the challenger's gains depend, by name."""
    terms = [
        issue
        for link in run.scenario.linkages.values()
        if link.form == "discounts_gain" and run.scenario.challenger in link.parties
        for issue in link.when
    ]
    return [issue_name(run.scenario, issue) for issue in dict.fromkeys(terms)]


def bent(run: Run) -> list[str]:
    """Parties of whose hard red lines at least one did not hold in this run."""
    t, talk, parties = run.table.t, run.table.talk, list(run.scenario.parties)
    found: list[str] = []
    for a in range(int(t.n.actors)):
        own = a if t.actor[a].refers < 0 else int(t.actor[a].refers)
        p = int(t.actor[a].party)
        if a == p and t.party[p].blocs:
            continue
        stances = t.stance[own]
        if any(stances[i].line >= 0 and stances[i].hard and not talk.holding[a, i] for i in range(int(t.n.issues))):
            found.append(parties[p])
    return [party for party in parties if party in found]


def history(run: Run) -> str:
    """Whether the result is consistent with what is known to have happened."""
    known = run.scenario.history
    if known is None:
        return ""
    when = month(run.scenario) or "history"
    same = sum(
        run.record["final"][issue] == option for issue, option in known.package.items() if issue in run.record["final"]
    )
    total = sum(issue in run.record["final"] for issue in known.package)
    issues = f" {same} of {total} issues end where they stood then." if total else ""
    if known.outcome == run.record["outcome"]:
        return f"Consistent with {when} in its class.{issues}"
    return f"Differs from {when}, whose class was “{class_title(run, known.outcome).lower()}”.{issues}"


def issues_title(run: Run) -> str:
    """How many issues moved, and on how many no option fits inside every red line."""
    count, none = len(moved(run)), len(without_overlap(run))
    text = opened(counted(count, "issue")) + " moved"
    if none:
        text += f"; on {number(none)}, no option fits inside every red line"
    return text


def issue_story(run: Run, issue: str) -> Markup:
    """What happened to one issue."""
    scenario = run.scenario
    final, text = int(run.record["final"][issue]), int(run.record["text"][issue])
    given = scenario.issues[issue]
    quo = given.status_quo.value
    if final != quo:
        venue = _settled_in(run, issue)
        where = f" in {escape(run.title(venue))}" if venue else ""
        return Markup(f"<b>Moved</b>{where}: {escape(given.options[final].words)}")
    if text != quo:
        backs = [event for event in run.events if event.act == "take_back" and event.issue == issue]
        who = chip(run, backs[-1].speaker) if backs else Markup("")
        reason = _reason(run, backs[-1]) if backs else ""
        return Markup("<b>Taken back</b> by {}: {}").format(who, reason)
    refusals = [event for event in run.events if event.act == "refuse" and event.issue == issue]
    if refusals:
        who = {event.speaker: event for event in refusals}
        parts = [
            Markup("{}: {}").format(chip(run, party), _reason(run, event)) for party, event in list(who.items())[:3]
        ]
        more = f"; {counted(len(who) - 3, 'more party', 'more parties')}" if len(who) > 3 else ""
        return Markup("Refused by {}{}").format(Markup("; ").join(parts), more)
    offered = [event for event in run.events if event.act == "offer" and event.package[issue] != quo]
    if given.owner is not None:
        owner = chip(run, given.owner)
        return Markup("{} put another level forward; not agreed" if offered else "{} left it as it was").format(owner)
    if offered:
        where = in_words(list(dict.fromkeys(run.title(event.venue) for event in offered if event.venue)))
        return Markup(f"On the table in {escape(where)}; not agreed")
    return Markup("Stayed as it was: in no offer")


def _reason(run: Run, event: Event) -> str:
    reason = _REASONS.get(event.reason, "refused")
    if event.bloc is None:
        return reason
    name = bloc_name(run.scenario, event)
    reason = reason.replace("beyond its red line", f"beyond the red line of {name}").replace(
        "it asked", f"{name} asked"
    )
    return reason.replace("worth to it", f"worth to {name}").replace("worth more to it", f"worth more to {name}")


def _settled_in(run: Run, issue: str) -> str | None:
    """The venue whose understanding last changed an issue."""
    before, found = run.scenario.issues[issue].status_quo.value, None
    for venue, offer in run.agreed.items():
        if offer.package[issue] != before:
            before, found = offer.package[issue], venue
    return found


def path(run: Run) -> list[dict[str, object]]:
    """A step for every venue, and one for consent where it is asked for."""
    order = list(run.scenario.calendar)
    steps: list[dict[str, object]] = []
    for name in order:
        venue, row = run.scenario.venues[name], run.record["venues"][name]
        word, detail, good = _ended(run, name)
        seats = [(chip(run, seat), seat == venue.chair) for seat in venue.seats]
        rounds = f"{row['rounds']} of {venue.rounds} rounds, {counted(row['offers'], 'offer')}"
        earlier = [run.title(other) for other in run.agreed if order.index(other) < order.index(name)]
        if earlier and name not in run.agreed:
            detail = f"{detail}; the text of {earlier[-1]} stands" if detail else f"the text of {earlier[-1]} stands"
        steps.append(
            {"title": venue.title, "when": venue.dates, "seats": seats, "word": word, "detail": detail, "good": good,
             "rounds": rounds}
        )  # fmt: skip
    if any(issue.consent.value for issue in run.scenario.issues.values()):
        backs = [event for event in run.events if event.act == "take_back"]
        if not run.agreed:
            word, detail, good = "Nothing to consent to", "no text was agreed", False
        elif backs:
            who = run.named(dict.fromkeys(event.speaker for event in backs))
            what = in_words(list(dict.fromkeys(issue_name(run.scenario, event.issue or "") for event in backs)))
            word, detail, good = f"Taken back by {who}", what, False
        else:
            word, detail, good = "Nothing taken back", "everyone whose consent is needed gave it", True
        seats = [(chip(run, party), False) for party in run.consenting]
        steps.append(
            {
                "title": "Consent",
                "when": "after the talks",
                "seats": seats,
                "word": word,
                "detail": detail,
                "good": good,
                "rounds": "",
            }
        )
    return steps


def _ended(run: Run, name: str) -> tuple[str, str, bool]:
    """How a venue ended: the word, what goes with it, and whether something was agreed."""
    row, venue = run.record["venues"][name], run.scenario.venues[name]
    if row["result"] == "walked_out":
        return f"{opened(run.the(row['walker']))} left", f"in round {row['rounds']}", False
    if row["result"] == "understanding":
        word = "Decision" if venue.binding else "Understanding (not binding)"
        quo = dict(zip(run.scenario.active, run.scenario.status_quo))
        names = [issue_name(run.scenario, issue) for issue in quo if run.agreed[name].package[issue] != quo[issue]]
        if len(names) > 4:
            names = [*names[:3], f"{len(names) - 3} more"]
        return word, in_words(names) or "the status quo", True
    word = "No decision" if venue.binding else "No understanding"
    here = [event for event in run.events if event.venue == name]
    last = next((event for event in reversed(here) if event.act == "refuse" and event.issue), None)
    if last is not None:
        return word, f"last refusal: {run.the(last.speaker)}, over {issue_name(run.scenario, last.issue or '')}", False
    made = "no text was tabled" if venue.chair else "no offer was made"
    return word, "" if row["offers"] else made, False


def points_title(run: Run) -> str:
    """Who gained and who lost against the status quo."""
    gains = {party: whole(row["gain"]) for party, row in run.record["parties"].items()}
    if not moved(run):
        return "Every party keeps its points of the status quo"
    most, least = max(gains, key=lambda party: gains[party]), min(gains, key=lambda party: gains[party])
    if gains[most] == gains[least]:
        return "No party’s points changed" if not gains[most] else "Every party’s points changed alike"
    low = gains[least]
    end = f"gained {low}" if low > 0 else f"lost {-low}" if low < 0 else "gained nothing"
    top = f"gained most, {gains[most]} points" if gains[most] > 0 else "lost nothing"
    return fitting(f"{run.the(most)} {top}; {run.the(least)} {end}")
