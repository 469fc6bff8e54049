"""In every run of every game: what parties want, may and ask for, worked out again from the clauses."""

import math

import pytest
from invariants import chairs, invariant, package, same, turns
from reckoned import Actor, aspiration

from sim.compiled import EQUAL

# ---- What parties want and may ----------------------------------------------------------------------------------------


@invariant
def test_nobody_offers_or_accepts_beyond_its_standing_line(run):
    """2.3 While it holds, options beyond it, other than the status quo, are never offered, accepted or consented to by
    that party. 2.6 [An alliance] accepts and consents only when every bloc does."""
    for event in run.spoken:
        if event.act in ("offer", "accept") and not chairs(run, event):
            barred = run.book.barred(Actor(event.speaker))
            assert not any(barred[i][k] for i, k in enumerate(package(event)))


@invariant
def test_which_lines_hold(run):
    """2.3 A line holds when its side's number, uniform in [0, 1), lies below the line's chance."""
    expected = {}
    for a in run.book.actors:
        if run.book.holding(a):
            expected[a.party if a.bloc is None else f"{a.party}.{a.bloc}"] = run.book.holding(a)
    assert run.record["holding"] == expected
    for p, a in enumerate(run.book.actors):
        for i, options in enumerate(run.book.barred(a)):
            assert run.table.talk.barred[p, i, : len(options)].tolist() == options.tolist()


@invariant
def test_utilities_are_those_of_the_clauses(run):
    """2.2 u_p(x) = Σ_i w_pi · v_pi(x_i), then linkages in the order adds, charges, discounts [...] 2.7 with b its belief
    at the start of the venue (at consent: its last)."""
    last = run.good_at(len(run.moments))
    for event in run.events:
        sitting = next((s for s in run.sittings if s.name == event.venue), None)
        good = sitting.good if sitting else last
        for name, worth in event.utilities.items():
            assert worth == pytest.approx(run.book.utility(Actor(name), package(event), good[name])[0], abs=EQUAL)


@invariant
def test_utilities_lie_in_a_sane_range(run):
    """2.2 The sum lies in [0, 1]; linkages may carry u a little outside."""
    for name in run.book.parties:
        links = [link for link in run.scenario.linkages.values()]
        adds = sum(abs(link.amount.value) for link in links if link.form == "adds")
        charges = sum(link.amount.value for link in links if link.form == "charges") * len(run.book.issues)
        cost = run.book.removal_cost if name == run.scenario.challenger else 0.0
        for event in run.events:
            assert -adds - charges - cost - EQUAL <= event.utilities[name] <= 1 + adds + EQUAL


@invariant
def test_worth_of_no_deal(run):
    """3.2 r = u(x⁰) + friction + tie · d. 3.3 r_p = u_p(x⁰) − alarm · (1 − b_p) · conflict_loss_p + friction. 3.4 At a
    venue that starts from an understanding p agreed to, r_p is not below u_p(text)."""
    for sitting, turn in turns(run):
        for event in (turn.opening, *turn.answers):
            assert event.no_deal == pytest.approx(run.no_deal(sitting, Actor(event.speaker, event.bloc)), abs=EQUAL)


@invariant
def test_belief_moves_only_in_the_room(run):
    """4.3 Belief [...] kept in [0.01, 0.99]. No challenger's offer, not seated [...]: no update. [...] at the first offer,
    which alone tells nothing. Seated is also a party that a bloc of a seated alliance refers to. `updates` off keeps the
    prior."""
    challenger = run.scenario.challenger
    for sitting, turn in turns(run):
        before, after = run.good_at(turn.number), run.good_at(turn.number + 1)
        assert run.good_at(turn.number + 1 + len(turn.answers)) == after
        in_room = set(run.venue(sitting).seats)
        for seat in run.venue(sitting).seats:
            in_room |= {bloc.refers for bloc in run.scenario.parties[seat].blocs.values()}
        learns = turn.opening.act == "offer" and turn.opening.speaker == challenger
        offers_before = [t for t in sitting.turns if t.number < turn.number and t.opening.act == "offer"]
        learns = learns and any(t.opening.speaker == challenger for t in offers_before)
        for name in run.book.parties:
            if before[name] != after[name]:
                assert learns and name in in_room and name != challenger
                assert run.scenario.beliefs.updates.value
                assert 0.01 <= after[name] <= 0.99


@invariant
def test_belief_starts_from_the_prior(run):
    """4.1 The prior belief is the type's probability."""
    if run.scenario.challenger is not None:
        types = run.scenario.parties[run.scenario.challenger].types
        prior = sum(run.book.probability(name) for name, kind in types.items() if kind.good_faith)
        assert set(run.good_at(0).values()) == {prior}
        assert run.record["type"] == run.book.type[0]
        assert run.record["payoff"] == pytest.approx(run.book.payoff, abs=EQUAL)


# ---- What they ask for ------------------------------------------------------------------------------------------------


@invariant
def test_every_own_offer_is_worth_its_aspiration(run):
    """7.1 Every own offer is worth at least A. 5.4 [A is] kept in [r, top]; [...] If top < r, p restates its best package
    and accepts nothing."""
    for event in run.spoken:
        if event.act != "offer" or chairs(run, event):
            continue
        if event.asked is None:
            assert event.reason == "restates_best"
            assert event.top < event.no_deal - EQUAL
            assert event.worth == pytest.approx(event.top, abs=EQUAL)
        else:
            assert event.worth >= event.asked - EQUAL
            assert event.no_deal - EQUAL <= event.asked <= event.top
            assert event.worth <= event.top + EQUAL


@invariant
def test_nothing_is_accepted_below_what_is_asked(run):
    """7.1 It accepts an offer o when no standing hard red line is crossed and u_p(o) ≥ A. 5.4 kept in [r, top]."""
    for event in run.spoken:
        if event.act == "accept":
            assert event.asked is not None and event.bloc is None
            for a in run.book.voices(event.speaker):
                sitting = next(s for s in run.sittings if s.name == event.venue)
                worth = run.book.utility(a, package(event), sitting.good[a.party])[0]
                assert worth >= run.no_deal(sitting, a) - 2 * EQUAL
            if not run.scenario.parties[event.speaker].blocs:
                assert event.worth >= event.asked - EQUAL
                assert event.asked >= event.no_deal - EQUAL


@invariant(enumerates=True)
def test_aspirations_of_offers(run):
    """5.4 A = top − (top − r) · G + noise · ε, kept in [r, top]; top is the utility of p's best package on this venue's
    agenda with the rest held at the text, exact."""
    for sitting, turn in turns(run):
        event = turn.opening
        if chairs(run, event) or event.act == "walk_out":
            continue
        a, good = Actor(event.speaker), sitting.good[event.speaker]
        top = run.book.best(a, good, run.own_options(sitting, turn.base, a))
        if top == -math.inf:
            assert (event.act, event.reason, event.asked) == ("pass", "no_package", None)
            continue
        assert same(event.top, top)
        known = run.book.best(a, good, run.known_options(sitting, turn.base, a.party))
        ceiling = max(known, run.book.utility(a, run.book.x0, good)[0])
        given_now = run.given(sitting, turn.number - 1, a.party, event.round, top, ceiling)
        if given_now is not None:
            asked = aspiration(top, run.no_deal(sitting, a), *given_now)
            assert (event.asked is None) == (asked is None)
            assert asked is None or event.asked == pytest.approx(asked, abs=1e-8)


@invariant(enumerates=True)
def test_answers_by_the_next_aspiration(run):
    """7.1 It accepts an offer o when no standing hard red line is crossed and u_p(o) ≥ A at p's own next turn (this round's
    if it has not spoken yet, else the next round's, τ capped at 1, C as it is, that turn's ε). 2.6 each [bloc] by 7.1 with
    its own best and reservation value and the alliance's G. 8.5 with top its best package within common ground."""
    for sitting, turn in turns(run):
        seats = run.venue(sitting).seats
        consensus = run.venue(sitting).protocol == "consensus"
        base = list(turn.base)
        if turn.answers:
            # The offer's levers count as tabled when it is answered.
            for i, name in enumerate(run.book.issues):
                if run.scenario.issues[name].owner == turn.opening.speaker:
                    base[i] = turn.opening.package[name]
        for event in turn.answers:
            party, good = event.speaker, sitting.good[event.speaker]
            spoken = seats.index(party) < seats.index(turn.opening.speaker)
            when = event.round + 1 if spoken and not consensus else event.round
            ground = run.common_ground(sitting, turn.base) if consensus else None

            def within(options, ground=ground):
                return [o & g for o, g in zip(options, ground)] if ground else options

            a = Actor(party)
            top = run.book.best(a, good, within(run.own_options(sitting, tuple(base), a)))
            known = run.book.best(a, good, within(run.known_options(sitting, tuple(base), party)))
            ceiling = max(known, run.book.utility(a, run.book.x0, good)[0])
            given_then = run.given(sitting, turn.number, party, when, top, ceiling)
            if given_then is None:
                continue
            verdict = None
            for voice in run.book.voices(party):
                best = run.book.best(voice, good, within(run.own_options(sitting, tuple(base), voice)))
                asked = aspiration(best, run.no_deal(sitting, voice), *given_then)
                worth = run.book.utility(voice, package(event), good)[0]
                crossing = [i for i, k in enumerate(package(event)) if run.book.barred(voice)[i][k]]
                if crossing:
                    verdict = ("red_line", voice.bloc, asked)
                    if event.act == "refuse":
                        assert event.issue == run.book.issues[crossing[0]]
                elif asked is None:
                    verdict = ("nothing_acceptable", voice.bloc, None)
                elif abs(worth - asked) <= 1e-8:
                    verdict = (event.reason, event.bloc, event.asked)  # a tie, within rounding
                elif worth < asked:
                    verdict = ("asks_more", voice.bloc, asked)
                if verdict:
                    break
            if verdict is None:
                assert event.act == "accept"
                assert event.asked == pytest.approx(aspiration(top, run.no_deal(sitting, a), *given_then), abs=1e-8)
            elif event.act == "refuse":
                assert (event.reason, event.bloc) == verdict[:2]
                assert (event.asked is None) == (verdict[2] is None)
                assert event.asked is None or event.asked == pytest.approx(verdict[2], abs=1e-8)
            else:
                assert event.act == "walk_out" or verdict[0] == event.reason == "worth_it"


@invariant
def test_no_offer_below_its_proposers_reservation_is_accepted(run):
    """7.1 No offer below its proposer's r can be accepted."""
    for sitting, turn in turns(run):
        if turn.opening.act == "offer" and not chairs(run, turn.opening):
            if turn.opening.worth < run.no_deal(sitting, Actor(turn.opening.speaker)) - EQUAL:
                assert sitting.adopted is not turn.opening
                assert not any(event.act == "accept" for event in turn.answers)
