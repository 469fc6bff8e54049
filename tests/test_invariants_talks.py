"""In every run of every game: offers, turns, answers, decisions, consent and what follows."""

import math

import numpy as np
import pytest
from invariants import chairs, invariant, package, turns
from reckoned import Actor

from sim.compiled import EQUAL
from sim.draws import ESCALATION

# ---- What is offered --------------------------------------------------------------------------------------------------


@invariant
def test_the_text_an_offer_changes(run):
    """9.1 The text that a venue starts from is the last understanding, else x⁰. 1.4 another's package, and a chair's text,
    carries the owner's level last tabled at this venue, at first that of the text."""
    for _, turn in turns(run):
        assert run.moments[turn.number].base == turn.base
        if turn.opening.act != "offer":
            assert package(turn.opening) == turn.base


@invariant
def test_only_what_a_seat_may_move_moves(run):
    """6.1 Issues off the agenda stay at the text. 1.4 A lever [...]: only its owner may put it into a package [...];
    another's package, and a chair's text, carries the owner's level last tabled. 8.6 What a binding venue decides is off the
    agenda of later venues."""
    for sitting, turn in turns(run):
        if turn.opening.act == "offer":
            may = run.free(sitting, None if chairs(run, turn.opening) else turn.opening.speaker)
            for i, (option, standing) in enumerate(zip(package(turn.opening), turn.base)):
                assert option == standing or may[i]


@invariant
def test_the_unchanged_text_is_no_offer(run):
    """6.1 The unchanged text is not an offer; a party with none to make passes."""
    for _, turn in turns(run):
        assert turn.opening.act != "offer" or package(turn.opening) != turn.base


@invariant
def test_what_a_binding_venue_decided_stays(run):
    """8.6 What a binding venue decides is off the agenda of later venues. (What it decides: issues it moved, or that stand
    off x⁰ in its text; levers too.)"""
    for sitting in run.sittings:
        for i in sitting.closed:
            for turn in sitting.turns:
                assert package(turn.opening)[i] == sitting.text[i]
            assert tuple(run.record["text"].values())[i] == sitting.text[i]


@invariant
def test_the_chairs_text(run):
    """8.5 Each round the chair tables, issue by issue, the common-ground option with the largest Σ λ_q û_q (λ grows by
    attention with each objection)."""
    attention = run.scenario.bargaining.attention.value
    for sitting, turn in turns(run):
        if not chairs(run, turn.opening):
            continue
        objections = [
            event.speaker
            for earlier in sitting.turns
            if earlier.number < turn.number
            for event in earlier.answers
            if event.act == "refuse"
        ]
        ground = run.common_ground(sitting, turn.base)
        for i, option in enumerate(package(turn.opening)):
            gains = sum(
                (1 + attention * objections.count(seat)) * run.book.estimate(seat)[i] for seat in run.voters(sitting)
            )
            assert ground[i][option]
            best = gains[ground[i]].max()
            assert gains[option] >= best - 5 * EQUAL
            ties = [k for k in np.flatnonzero(ground[i]) if gains[k] > best - EQUAL / 2]
            assert abs(option - turn.base[i]) <= min(abs(k - turn.base[i]) for k in ties)


# ---- Turns, answers, decisions ----------------------------------------------------------------------------------------


@invariant
def test_every_seat_speaks_once_a_round_in_order(run):
    """8.1 Seats in speaking order [...]. In a round every seat speaks once. 8.5 Each round the chair tables."""
    for sitting in run.sittings:
        venue = run.venue(sitting)
        order = (venue.chair,) if venue.chair else venue.seats
        expected = [(number, seat) for number in range(1, venue.rounds + 1) for seat in order]
        spoken = [(turn.opening.round, turn.opening.speaker) for turn in sitting.turns]
        assert spoken == expected[: len(spoken)]
        result = run.record["venues"][sitting.name]["result"]
        assert (len(spoken) == len(expected)) or result != "no_understanding"
        for turn in sitting.turns:
            assert all(event.round == turn.opening.round for event in turn.answers)


@invariant
def test_who_answers_an_offer_and_in_what_order(run):
    """7.1 All other seats answer an offer in seat order, at once. 8.2 In an exploratory session offers are heard but not
    answered. [7.1] No offer below its proposer's r can be accepted."""
    for sitting, turn in turns(run):
        answered = [event.speaker for event in turn.answers]
        expected = [seat for seat in run.venue(sitting).seats if seat != turn.opening.speaker]
        put = turn.opening.act == "offer" and not run.exploratory(sitting, turn.opening.round)
        if put and not chairs(run, turn.opening):
            put = turn.opening.worth >= turn.opening.no_deal - EQUAL
        if not put:
            assert answered == []
        elif turn.answers and turn.answers[-1].act == "walk_out":
            assert answered == expected[: len(answered)]
        else:
            assert answered == expected
        assert all(package(event) == package(turn.opening) for event in turn.answers)
        assert all(event.act in ("accept", "refuse", "walk_out") for event in turn.answers)


@invariant
def test_the_first_offer_that_is_adopted_ends_the_venue(run):
    """8.3 An offer accepted by every other seat ends the venue with an understanding. 8.7 unanimity, or a quorum of k
    consents that must include named parties; the proposer counts as one. 8.5 The chair has [...] no vote."""
    for sitting in run.sittings:
        venue, voters = run.venue(sitting), run.voters(sitting)
        for turn in sitting.turns:
            complete = turn.answers and turn.answers[-1].act != "walk_out"
            consents = {event.speaker for event in turn.answers if event.act == "accept"}
            consents |= {turn.opening.speaker} & set(voters)
            needed = venue.quorum.consents if venue.quorum else len(voters)
            named = set(venue.quorum.include) if venue.quorum else set()
            adopted = bool(complete) and len(consents) >= needed and named <= consents
            last = turn is sitting.turns[-1]
            assert adopted == (last and run.record["venues"][sitting.name]["result"] == "understanding")


@invariant
def test_parties_leave_when_patience_is_used_up_and_not_before(run):
    """7.2 At its own turn it walks out after patience · (1 + patience_sd · ε) · (rounds of the venue), at least one [...], in
    which nobody beat its own best so far for p. That ends the venue. Not the chair. Counted are its own turns since which
    others had theirs; "best so far" starts at the worth of the text. Under consensus it leaves instead of objecting."""
    for sitting in run.sittings:
        venue = run.venue(sitting)
        consensus = venue.protocol == "consensus"
        text = run.book.x0 if not sitting.text else sitting.text
        start = {p: run.book.utility(Actor(p), text, sitting.good[p])[0] for p in run.book.parties}
        best = {(p, q): start[p] for p in run.book.parties for q in run.book.parties}
        stale = dict.fromkeys(run.book.parties, 0)
        moved, heard = dict.fromkeys(stale, False), dict.fromkeys(stale, False)

        def own_turn(party, stale=stale, moved=moved, heard=heard):
            if heard[party]:
                stale[party] = 0 if moved[party] else stale[party] + 1
            moved[party] = heard[party] = False
            return stale[party]

        for turn in sitting.turns:
            opening = turn.opening
            if consensus:
                assert opening.act != "walk_out"
            else:
                spent = own_turn(opening.speaker) >= run.patience(sitting, opening.speaker)
                assert (opening.act == "walk_out") == spent
            for other in run.book.parties:
                if other != opening.speaker:
                    heard[other] = True
                    key = (other, opening.speaker)
                    if opening.act == "offer" and opening.utilities[other] > best[key] + EQUAL:
                        best[key], moved[other] = opening.utilities[other], True
            for event in turn.answers:
                spent = consensus and own_turn(event.speaker) >= run.patience(sitting, event.speaker)
                assert event.act != "walk_out" or spent
                assert event.act != "refuse" or not spent
        leaving = [event for t in sitting.turns for event in (t.opening, *t.answers) if event.act == "walk_out"]
        assert all(event.speaker != venue.chair for event in leaving)
        assert len(leaving) == (run.record["venues"][sitting.name]["result"] == "walked_out")


# ---- Consent and after ------------------------------------------------------------------------------------------------


@invariant
def test_every_taking_back_returns_one_issue_and_ends(run):
    """9.2 A party [...] takes back issues until it is satisfied [...] (each step returns one issue, so it ends). Every veto
    is recorded with its owner."""
    text = dict(run.record["text"])
    vetoes = {name: set() for name in run.book.parties}
    for event in run.consents:
        assert event.act == "take_back"
        assert event.package == text
        i = run.book.issues.index(event.issue)
        assert text[event.issue] != run.book.x0[i]
        assert event.speaker in run.book.needs(i, text[event.issue])
        text[event.issue] = run.book.x0[i]
        vetoes[event.speaker].add(event.issue)
    assert text == run.record["final"]
    for name, party in run.record["parties"].items():
        assert set(party["vetoes"]) == vetoes[name]


@invariant
def test_the_final_package_has_every_needed_consent(run):
    """9.2 At the end every issue that moved needs the consent of K_i [...] a party with consent that stands below r_p or
    beyond a standing red line takes back issues until it is satisfied: [...] the issue, among those it may veto and that
    moved against it, whose return gains it most."""
    final, good = tuple(run.record["final"].values()), run.good_at(len(run.moments))
    moved = [i for i, k in enumerate(final) if k != run.book.x0[i]]
    for a in run.book.actors:
        mine = [i for i in moved if a.party in run.book.needs(i, final[i])]
        barred = run.book.barred(a)
        assert not any(barred[i][final[i]] for i in mine)
        if a.bloc is None and run.scenario.parties[a.party].blocs:
            continue
        worth = run.book.utility(a, final, good[a.party])[0]
        if worth < run.book.reservation(a, good[a.party]) - 2 * EQUAL:
            for i in mine:
                back = (*final[:i], run.book.x0[i], *final[i + 1 :])
                assert run.book.utility(a, back, good[a.party])[0] <= worth + 2 * EQUAL


@invariant
def test_what_follows_the_talks(run):
    """10.1 Once the threat is removed z falls by redeploy · ν of the option reached. P(escalation) = 1 / (1 + exp(−(z(x) −
    u(x)) / decision_noise)), u with 2.5 and without the cost of 3.2."""
    if run.scenario.challenger is None:
        assert run.record["escalated"] is None and run.record["escalation_chance"] is None
        return
    book, final = run.book, tuple(run.record["final"].values())
    force, peace = book.coercion(final), book.utility(Actor(run.scenario.challenger), final, 1.0)[0]
    if book.removes(np.array([final]))[0]:
        carrier = run.scenario.issues[run.scenario.threat.issue]
        nu = carrier.verifiability.value if carrier.verifiability else [1.0] * len(carrier.options)
        force -= run.scenario.aftermath.redeploy.value * nu[run.record["final"][run.scenario.threat.issue]]
        peace += book.removal_cost
    assert run.record["coercion"] == pytest.approx(force, abs=EQUAL)
    noise, gap = run.scenario.aftermath.decision_noise.value, force - peace
    chance = run.record["escalation_chance"]
    if noise > 0 and abs(gap / noise) < 500:
        assert chance == pytest.approx(1 / (1 + math.exp(-gap / noise)), abs=1e-6)
    elif abs(gap) > 1e-6:
        assert chance == (gap > 0)
    assert run.record["escalated"] == (run.table.draws[ESCALATION] < chance)


@invariant
def test_the_outcome_class(run):
    """10.2 The outcome class, first that fits: settlement [...]; arms-control accord [...]; limited measures [...]; talks
    continue [...]; breakdown. A scenario without challenger lists its own classes: ranges over issues, and whether an
    understanding stands."""
    s, book = run.scenario, run.book
    final = tuple(run.record["final"].values())
    one = np.array([final])
    if s.challenger is None:
        stands = any(sitting.adopted for sitting in run.sittings)
        for name, own in s.outcomes.classes.items():
            if own.agreed in (None, stands) and book.meets(own.when, one)[0]:
                assert run.record["outcome"] == name
                return
        assert run.record["outcome"] == "other"
        return
    moved = [name for i, name in enumerate(book.issues) if final[i] != book.x0[i]]
    asked = [link.when for link in book.links(Actor(s.challenger)).values() if link.form == "discounts_gain"]
    measures = [name for name in moved if run.record["final"][name] not in s.outcomes.follow_on.get(name, ())]
    if moved and asked and all(book.meets(when, one)[0] for when in asked):
        expected = "settlement"
    elif moved and book.limits(one)[0] and book.removes(one)[0]:
        expected = "arms_control_accord"
    elif measures:
        expected = "limited_measures"
    elif moved or run.record["venues"][s.calendar[-1]]["result"] != "walked_out":
        expected = "talks_continue"
    else:
        expected = "breakdown"
    assert run.record["outcome"] == expected
