"""What `detente check` finds: each fault is planted in a small game, found there, and not found without it."""

import itertools
import json

import numpy as np
import pytest
from generated import scenarios
from hypothesis import given, settings
from terminal import detente, refused
from written_games import all_of, lake, put, strait

from sim.checks import CHECKS, check
from sim.checks.reach import best, best_change, margin, open_anywhere, voters, worst
from sim.checks.worlds import Game, no_deal
from sim.domain.files import shipped
from sim.domain.load import load_scenario
from sim.engine import Engine
from sim.protocol.result import RESULTS
from sim.protocol.state import wishes_of
from sim.rules.value import utility

CLEAN = {}


def clean(make):
    """What is found in a game without faults, once a process."""
    if make not in CLEAN:
        CLEAN[make] = {(one.check, one.path) for one in check(make(), runs=0)}
    return CLEAN[make]


def always(side, value):
    """A red line on the quota that holds in every run."""
    return put(f"parties.{'north' if side == 'at_most' else 'south'}.positions.quota.red_line", {
        "value": value, "side": side, "resolve": 1,
    })  # fmt: skip


APART = all_of(always("at_most", 1), always("at_least", 3))
"""Both states' lines leave only the status quo of the quota, in every run."""

PLANTED = {
    "nothing satisfies": (lake, put("parties.south.reservation", 1.2), "party-never-satisfied", "parties.south", "problem"),
    "nothing satisfies one type": (
        strait, all_of(put("parties.east.types.set.payoff_mean", 2.5), put("outside.tie", 0.5)),
        "party-never-satisfied", "parties.east", "notice",
    ),
    "accepts everything": (lake, put("parties.town.reservation", 0), "party-accepts-all", "parties.town", "notice"),
    "no say": (
        lake,
        lambda c: c["parties"].update(press={**c["parties"]["town"], "name": "Press", "code": "P"}),
        "party-without-say", "parties.press", "notice",
    ),
    "on no agenda": (
        lake,
        all_of(put("venues.capitals.agenda", ["quota", "season"]), put("venues.lakeside.agenda", ["quota", "season"])),
        "issue-out-of-play", "issues.checks", "problem",
    ),
    "an absent owner": (
        strait,
        lambda c: (
            c["parties"].update(bank={**c["parties"]["west"], "name": "Bank", "code": "B"}),
            c["issues"]["bank"].update(owner="bank"),
        ),
        "issue-out-of-play", "issues.bank.owner", "problem",
    ),
    "lines leave the status quo": (lake, APART, "issue-without-zone", "issues.quota", "problem"),
    "lines usually leave it": (
        lake, put("parties.south.positions.quota.red_line.value", 3), "issue-without-zone", "issues.quota", "notice",
    ),
    "nothing open at a venue": (
        lake, all_of(APART, put("venues.capitals.agenda", ["quota"])), "venue-nothing-open", "venues.capitals", "problem",
    ),
    "a seat that can only lose": (
        lake, put("venues.capitals.agenda", ["season"]), "seat-cannot-gain", "venues.capitals", "problem",
    ),
    "only heard": (
        lake, put("venues.lakeside.sessions.main.exploratory", True), "venue-only-heard", "venues.lakeside.sessions", "problem",
    ),
    "one round": (
        lake, put("venues.lakeside.sessions.main.rounds", 1), "venue-one-round", "venues.lakeside.sessions", "notice",
    ),
    "impatient": (lake, put("parties.north.patience", 0.1), "party-impatient", "parties.north.patience", "notice"),
    "a type never drawn": (
        strait, put("parties.east.types.open.probability", 0), "type-never-drawn", "parties.east.types.open", "notice",
    ),
    "equal values": (
        lake, put("parties.town.positions.season.points", [20, 20, 20]),
        "weight-decides-nothing", "parties.town.positions.season", "notice",
    ),
    "too small a weight": (
        lake,
        all_of(
            put("parties.north.positions.checks.salience", 0.001), put("parties.north.positions.quota.salience", 60),
            put("parties.north.positions.season.salience", 39.999),
        ),
        "weight-decides-nothing", "parties.north.positions.checks", "notice",
    ),
    "no weight at all": (
        strait,
        all_of(
            put("parties.east.positions.passage.salience", 0), put("parties.east.positions.bank.salience", 45),
            put("parties.west.positions.passage.salience", 0), put("parties.west.positions.bank.salience", 30),
        ),
        "weight-decides-nothing", "issues.passage", "notice",
    ),
    "adds nothing": (lake, put("linkages.checked_quota.amount", 0), "linkage-never-binds", "linkages.checked_quota", "notice"),
    "adds always": (
        lake, put("linkages.checked_quota.when", {"quota": {"at_least": 0}}),
        "linkage-never-binds", "linkages.checked_quota", "notice",
    ),
    "adds never": (
        lake, all_of(always("at_most", 1), put("linkages.checked_quota.when", {"quota": {"at_least": 2}})),
        "linkage-never-binds", "linkages.checked_quota", "notice",
    ),
    "discounts nothing": (
        strait, all_of(put("linkages.demand.insistence", 0), put("linkages.demand.insistence_sd", 0)),
        "linkage-never-binds", "linkages.demand", "notice",
    ),
    "asks for what holds": (
        strait, put("linkages.demand.when", {"passage": {"at_most": 1}}), "linkage-never-binds", "linkages.demand", "notice",
    ),
    "charges no limit": (
        strait, put("issues.missiles.limits", []), "linkage-never-binds", "linkages.reciprocal", "notice",
    ),
    "a class out of reach": (
        lake, all_of(always("at_most", 1), put("outcomes.classes.strict_accord.when", {"quota": {"at_least": 2}})),
        "class-unreachable", "outcomes.classes.strict_accord", "problem",
    ),
    "a class behind another": (
        lake,
        lambda c: c["outcomes"]["classes"].update(strict_accord=c["outcomes"]["classes"].pop("strict_accord")),
        "class-unreachable", "outcomes.classes.strict_accord", "problem",
    ),
    "no class for the end": (
        lake, put("outcomes.classes.no_accord", None), "class-missing", "outcomes.classes", "notice",
    ),
    "no settlement": (strait, put("linkages.demand", None), "class-unreachable", "outcomes", "problem"),
    "a figure of force": (lake, put("outside", {"alarm": 0.5}), "figure-without-effect", "outside.alarm", "notice"),
    "no loss to fear": (
        strait, put("parties.west.conflict_loss", 0), "figure-without-effect", "outside.alarm", "notice",
    ),
    "nothing believed": (
        strait, put("sanctions.credibility", 0), "figure-without-effect", "sanctions.measures", "notice",
    ),
    "no line to bend": (
        lake,
        all_of(put("parties.north.positions.quota.red_line", None), put("parties.south.positions.quota.red_line", None)),
        "figure-without-effect", "red_lines.resolve_defenders", "notice",
    ),
    "nobody absent": (
        lake,
        all_of(
            put("calendar", ["lakeside"]), put("issues.checks.consent", ["north"]),
        ),
        "figure-without-effect", "bargaining.absent", "notice",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found_and_only_there(name):
    make, change, which, path, severity = PLANTED[name]
    found = [one for one in check(make(change), runs=0) if (one.check, one.path) == (which, path)]
    assert {one.severity for one in found} == {severity}
    assert found[0].what and found[0].figures and found[0].advice
    assert (which, path) not in clean(make)


def test_the_two_games_have_no_problems():
    """What is planted is all there is: a new scenario starts clean."""
    assert clean(lake) == set()
    assert not [one for one in check(strait(), runs=0) if one.severity == "problem"]


def test_two_who_cannot_both_gain():
    """Each gains in some package, no package satisfies both: by hand, see the scenario."""
    reservations = ["parties.upstream.reservation=0.75", "parties.downstream.reservation=0.75"]
    found = {(one.check, one.path): one for one in check(load_scenario("two-by-two", reservations), runs=0)}
    # The best for both is (0, 2), worth 60 points to each.
    assert "15.0 points below no deal" in found["venue-without-zone", "venues.commission"].figures
    assert found["venue-without-zone", "venues.commission"].severity == "problem"
    assert "issue-without-zone" not in {which for which, _ in found}, "said once, of the venue"
    assert ("party-never-satisfied", "parties.upstream") not in found


def test_an_alliance_is_satisfied_only_where_every_bloc_is(january):
    """2.6: a bloc that nothing satisfies is a party that nothing satisfies, though the mean would be."""
    quiet = {one.check for one in check(january, runs=0)}
    assert "party-never-satisfied" not in quiet
    loss = load_scenario("january-2022", ["outside.friction=1.5"])
    found = [one for one in check(loss, runs=0) if one.check == "party-never-satisfied"]
    assert "parties.nato" in {one.path for one in found}
    assert all(one.severity == "problem" for one in found)


def test_what_is_played_is_counted():
    found = {one.check: one for one in check(load_scenario("two-by-two"), runs=200)}
    assert set(found) == {"always-the-same"}
    assert "200 runs, 1 different text" in found["always-the-same"].figures
    never = {one.check: one for one in check(load_scenario("january-2022-everyone-patient"), runs=300)}
    assert "breakdown" in never["class-not-met"].what
    assert "300 runs" in never["class-not-met"].figures
    stubborn = all_of(*(put(f"parties.{name}.tactic", {"name": "hardliner"}) for name in ("north", "south")))
    apart = {one.path for one in check(lake(stubborn), runs=100) if one.check == "venue-never-agrees"}
    assert apart == {"venues.capitals", "venues.lakeside"}


@pytest.mark.parametrize(
    "name",
    [
        n if n in ("harbour", "two-by-two") else pytest.param(n, marks=pytest.mark.slow)
        for n in shipped()
        if n != "january-2022"
    ],
)
def test_shipped_scenarios_have_no_problems(name):
    """What is said about them is true and meant."""
    assert [one for one in check(load_scenario(name), runs=0) if one.severity == "problem"] == []


@pytest.mark.parametrize("make", [lake, strait])
def test_exact_where_everything_can_be_counted(make):
    """Best, best change, worst and common gain are those of the list of all packages."""
    game = Game(make())
    for world in game.worlds:
        mask, wishes = open_anywhere(game, world), wishes_of(world.t, world.talk)
        packages = np.array(list(itertools.product(*(np.flatnonzero(row) for row in mask))))
        worths = np.array([[utility(wishes, a, x) for a in range(int(world.t.n.actors))] for x in packages])
        moved = (packages != world.t.x0).any(axis=1)
        actors = [a for p in voters(game, 0) for a in game.actors(p)]
        for a in actors:
            assert best(world, a, mask)[0] == pytest.approx(worths[:, a].max())
            assert best_change(world, a, mask)[0] == pytest.approx(worths[moved, a].max())
            assert worst(world, a, mask)[0] == pytest.approx(worths[:, a].min())
        least = (worths - no_deal(world))[:, actors].min(axis=1)
        assert margin(world, actors, mask)[0] == pytest.approx(min(0.0, least.max()), abs=1e-5) or least.max() > 0
        assert (margin(world, actors, mask)[0] >= -1e-6) == (least.max() >= -1e-6)


def test_found_problems_end_with_1_notices_with_0_bad_input_with_2(tmp_path):
    done = detente("check", "january-2022", "--runs", "0")
    assert done.returncode == 0, done.stderr
    assert "january-2022.yaml:" in done.stdout
    assert "no problems, 3 notices." in done.stdout
    assert max(len(line) for line in done.stdout.splitlines() if ".yaml:" not in line) <= 80
    done = detente("check", "harbour", "--runs", "0", "--set", "parties.union.reservation=2", "--json")
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)["found"]
    assert {"check", "severity", "path", "what", "figures", "advice", "place"} <= set(found[0])
    assert ("party-never-satisfied", "parties.union") in {(one["check"], one["path"]) for one in found}
    assert found[0]["severity"] == "problem"
    assert "found no such file or scenario" in refused("check", "nowhere")
    assert "--runs: found many" in refused("check", "harbour", "--runs", "many")


HOPELESS = ("issue-out-of-play", "issue-without-zone")
"""Problems that say: this issue stays where it is."""
DEAD = ("seat-cannot-gain", "venue-without-zone", "venue-only-heard")
"""Problems that say: this venue finds no understanding."""


def moved_at(scenario, rows, venue):
    """Runs whose last understanding was found at a venue and is not the status quo.

    That one can be agreed on too, where a lever tabled at another level made it an offer (1.4, 6.1).
    """
    agreed = rows[f"result_{venue}"] == RESULTS.index("understanding")
    for later in scenario.calendar[scenario.calendar.index(venue) + 1 :]:
        agreed &= rows[f"result_{later}"] != RESULTS.index("understanding")
    texts = np.stack([rows[f"text_{name}"] for name in scenario.active], axis=1)
    return agreed & (texts != np.array(scenario.status_quo)).any(axis=1)


def sound(scenario, runs):
    """What is called impossible does not happen in any of some runs."""
    problems = [one for one in check(scenario, runs=0) if one.severity == "problem"]
    if not problems:
        return
    engine = Engine(scenario)
    rows = engine.play(3, np.arange(runs))
    names = next(field.names for field in engine.fields if field.name == "outcome")
    for one in problems:
        _, name, *_ = [*one.path.split("."), "", ""]
        if one.check in HOPELESS:
            assert (rows[f"final_{name}"] == scenario.issues[name].status_quo.value).all(), one
        elif one.check in DEAD:
            assert not moved_at(scenario, rows, name).any(), one
        elif one.check == "venue-nothing-open" and len(scenario.calendar) == 1:
            quo = np.array(scenario.status_quo)
            assert (np.stack([rows[f"final_{i}"] for i in scenario.active], axis=1) == quo).all(), one
        elif one.check == "class-unreachable":
            last = one.path.rsplit(".", 1)[-1]
            title = last if last in names else one.what.split("end as ")[1].removesuffix(".").replace(" ", "_")
            assert not (rows["outcome"] == names.index(title)).any(), one
        elif one.check == "party-never-satisfied" and not scenario.parties[name].blocs:
            # An alliance may offer what its blocs do not accept (2.6), and take it back at the end.
            for venue in scenario.calendar:
                given = scenario.venues[venue]
                if given.quorum is None and name in given.seats and name != given.chair:
                    assert not moved_at(scenario, rows, venue).any(), one


@settings(max_examples=40)
@given(scenarios())
def test_what_is_called_impossible_does_not_happen(scenario):
    sound(scenario, 64)


@pytest.mark.slow
@settings(max_examples=300)
@given(scenarios())
def test_what_is_called_impossible_never_happens(scenario):
    sound(scenario, 256)


def test_every_check_says_what_it_looks_for():
    assert len({name for name, _ in CHECKS}) == len(CHECKS)
