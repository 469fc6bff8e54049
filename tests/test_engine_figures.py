"""Figures that an engine lays into a run: the same bytes as the scenario that has them written in it (clauses 11.1, 12.1)."""

import functools
import itertools

import numpy as np
import pytest
from cells import cells, changed, others, taken
from generated import CLASSES, SEEDS, game, issue, meeting, scenarios, state, wish
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.domain.arena import REAL, WHOLE, arena_of, places_of, places_together
from sim.domain.layout import tables
from sim.domain.load import load_scenario
from sim.engine import Engine, NotAFigure, figures_among, is_figure

JANUARY = load_scenario("january-2022")
RUNS = np.arange(2)


@functools.cache
def figures_of_january():
    """Path -> present value of all that can change from run to run."""
    found = figures_among(JANUARY, cells(JANUARY))
    return {path: now for path, now in cells(JANUARY).items() if path in found}


def check_laid(scenario, path, own, where=None):
    """A cell's figure written to its places gives the tables of the scenario that has it, byte for byte; with what moves
    together with it. ``where``: the places by path, if they are known."""
    for values, other in own:
        arena = arena_of(tables(scenario))
        for one, value in values.items():
            for kind, at in where[one] if where else places_of(scenario, one):
                (arena.real if kind == REAL else arena.whole if kind == WHOLE else arena.switch)[at] = value
        assert arena.real.tobytes() == arena_of(tables(other)).real.tobytes(), (path, values)


def check_played(scenario, points, seed=0, runs=RUNS):
    """Points played by one engine, run by run in turn, are those of engines of their own scenarios."""
    paths = list(dict.fromkeys(path for point in points for path in point))
    now = cells(scenario)
    full = [{path: now[path] for path in paths} | point for point in points]
    matrix = np.array([[float(point[path]) for path in paths] for point in full])
    turn = np.tile(np.arange(len(points)), len(runs))
    rows = Engine(scenario, paths).play(seed, np.repeat(runs, len(points)), matrix[turn])
    for at, point in enumerate(full):
        own = Engine(changed(scenario, point)).play(seed, runs)
        assert rows[turn == at].tobytes() == own.tobytes(), point


# ---- Where figures stand ----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_figure_of_january_lies_where_its_scenario_has_it():
    """14.1 Every cell: with other values that the scenario allows, its ends among them."""
    moved, paths = set(), list(figures_of_january())
    where = dict(zip(paths, places_together(JANUARY, paths)))
    for path, now in figures_of_january().items():
        if path not in moved:
            changes = list(itertools.islice(others(JANUARY, path, now), 2))
            check_laid(JANUARY, path, changes, where)
            moved |= {one for values, _ in changes for one in values}
    assert moved == set(figures_of_january())


def test_which_cells_of_january_are_figures():
    """2.1 to 10.1: parameters, positions and lines are; what shapes the game is not."""
    figures = figures_of_january()
    for path in (
        "outside.alarm.value",
        "beliefs.updates.value",
        "sanctions.credibility.value",
        "sanctions.measures.electronics.severity.value",
        "linkages.package.insistence.value",
        "parties.nato.has_consent.value",
        "parties.nato.positions.nato_enlargement.preferred.value",
        "parties.us.positions.missiles_ukraine.red_line.value",
        "parties.us.positions.missiles_ukraine.salience.value",
        "parties.russia.types.good_faith.probability.value",
        "parties.russia.types.good_faith.payoff_mean.value",
        "venues.geneva.binding",
        "venues.geneva.sessions.evening.exploratory",
        "issues.missiles_ukraine.verifiability.value.1",
    ):
        assert path in figures
    no_figures = set(cells(JANUARY)) - set(figures)
    assert all(
        ".rounds" in path
        or path.endswith(".active")
        or ".status_quo" in path
        or ".limits." in path
        or ".options." in path
        or ".when." in path
        or ".share" in path
        or path == "threat.removed_from"
        or path.startswith("outcomes.follow_on.")
        for path in no_figures
    )
    assert {path for path in cells(JANUARY) if ".rounds" in path} <= no_figures


@pytest.mark.parametrize(
    "path",
    [
        "",
        "outside",
        "outside.alam",
        "outside.alarm.basis",
        "outside.alarm.value.0",
        "outside..alarm",
        "outside.alarm=0.5",
        " outside.alarm",
        "title",
        "date",
        "challenger",
        "calendar",
        "calendar.0",
        "parties.us.name",
        "parties.us.tactic",
        "parties.us.tactic.name",
        "parties.us.reservation",
        "parties.us.positions.missiles_ukraine",
        "parties.us.positions.missiles_ukraine.values",
        "parties.nato.blocs.us.share",
        "issues.missiles_ukraine.status_quo",
        "issues.missiles_ukraine.active",
        "issues.missiles_ukraine.limits",
        "issues.missiles_ukraine.limits.0",
        "issues.missiles_ukraine.consent",
        "issues.missiles_ukraine.consent.0",
        "issues.missiles_ukraine.verifiability",
        "issues.missiles_ukraine.verifiability.9",
        "issues.missiles_ukraine.verifiability.-1",
        "issues.missiles_ukraine.verifiability.²",
        "issues.missiles_ukraine.verifiability." + "9" * 5000,
        "issues.missiles_ukraine.options.0.text",
        "threat.removed_from",
        "venues.geneva.sessions.evening.rounds",
        "venues.brussels.sessions.council.rounds",
        "venues.vienna.sessions.council.rounds",
        "venues.geneva.seats",
        "venues.geneva.protocol",
        "linkages.package.when.missiles_ukraine.at_most",
    ],
)
def test_what_is_no_figure_is_refused(path):
    """8.1, 9.1, 11.1: names, lists, orders, rounds and the status quo need their own layout; unknown paths lead nowhere."""
    assert not is_figure(JANUARY, path)
    with pytest.raises(NotAFigure, match="found"):
        Engine(JANUARY, ["outside.alarm", path])


def test_short_and_full_paths_lead_to_the_same_places():
    """A cell may be named with or without ``value``."""
    for path in ("outside.alarm", "parties.us.patience", "parties.us.positions.missiles_ukraine.red_line"):
        assert places_of(JANUARY, path) == places_of(JANUARY, f"{path}.value") != []
    short, full = "issues.missiles_ukraine.verifiability.1", "issues.missiles_ukraine.verifiability.value.1"
    assert places_of(JANUARY, short) == places_of(JANUARY, full) != []


def test_figures_tried_together_stand_where_each_stands_alone():
    """Numbers, options and switches: all at once, by a row of figures that no other has."""
    kinds = (
        "salience",
        "red_line",
        "preferred",
        "has_consent",
        "severity",
        "updates",
        "alarm",
        "insistence",
        "resolve",
    )
    paths = [
        *[path for path in cells(JANUARY) if any(kind in path for kind in kinds)][::4],
        "outside.alarm",
        "beliefs.updates",
    ]
    paths = sorted(figures_among(JANUARY, paths))
    assert len(paths) > 20 and {type(cells(JANUARY).get(path, cells(JANUARY).get(f"{path}.value"))) for path in paths} == {
        bool, int, float,
    }  # fmt: skip
    together = places_together(JANUARY, paths)
    assert [sorted(found) for found in together] == [sorted(places_of(JANUARY, path)) for path in paths]


def test_one_that_is_no_figure_leaves_the_others():
    paths = ["outside.alarm", "calendar", "venues.geneva.sessions.main.rounds", "bargaining.noise", "beliefs.updates"]
    assert figures_among(JANUARY, paths) == {"outside.alarm", "bargaining.noise", "beliefs.updates"}
    with pytest.raises(NotAFigure, match="rounds"):
        places_together(JANUARY, paths[2:])


def test_a_line_with_a_chance_of_its_own_is_more_than_its_option():
    """2.3 [...] ``resolve``, where it differs from the side's: a bare option would drop it."""
    path = next(path for path in cells(JANUARY) if path.endswith("red_line.resolve.value")).removesuffix(
        ".resolve.value"
    )
    assert not is_figure(JANUARY, path)
    assert is_figure(JANUARY, f"{path}.value")


def scored(best, second, reservation=0.3):
    """A game of points over two issues."""
    positions = {
        "one": {"points": [best, second]},
        "two": {"points": [0.0, 3.0]},
    }
    liked = {"one": wish(1, 50), "two": wish(0, 50)}
    return game(
        {"one": issue(2, 0), "two": issue(2, 0)},
        {"a": state(positions, "linear", reservation=reservation), "b": state(liked, "linear")},
        {"here": meeting("alternating", ("a", "b"), ("one", "two"), 4)},
        outcomes={"classes": CLASSES},
    )


@pytest.mark.parametrize(("best", "second"), [(1.0, 0.5), (1.0, 0.0), (40.0, 0.0), (2.0, 2.0), (0.0, 0.0), (1.0, 1.0)])
def test_points_are_no_figures(best, second):
    """2.2: an issue's weight is its best option's points and its values are shares of them, also where the best is 1."""
    scenario = scored(best, second)
    for at in (0, 1):
        assert not is_figure(scenario, f"parties.a.positions.one.points.{at}")
    assert is_figure(scenario, "parties.a.reservation")


@pytest.mark.parametrize("before", [0, 1, 2])
@pytest.mark.parametrize("asking", [0, 1, 2])
def test_a_status_quo_is_no_figure_where_an_option_asks_for_consent(before, asking):
    """9.1: consent is for leaving the status quo, so the option that asks counts only while it is not that."""
    scenario = game(
        {"one": issue(3, before, also_consent={asking: ["b"]})},
        {"a": state({"one": wish(0, 100)}), "b": state({"one": wish(2, 100)}, has_consent=True)},
        {"here": meeting("alternating", ("a", "b"), ("one",), 4)},
    )
    assert not is_figure(scenario, "issues.one.status_quo")


def test_rounds_of_a_short_venue_are_no_figure():
    """8.1: rounds give the tables their size, also where another venue is the longest."""
    venues = {
        "long": meeting("alternating", ("a", "b"), ("one",), 30),
        "short": meeting("alternating", ("a", "b"), ("one",), 3),
    }
    parties = {"a": state({"one": wish(0, 100)}), "b": state({"one": wish(1, 100)})}
    scenario = game({"one": issue(2, 0)}, parties, venues)
    assert not is_figure(scenario, "venues.short.sessions.session0.rounds")


def test_shares_of_an_alliance_are_no_figures():
    """2.6 Its utility is the share-weighted mean: an alliance's linkages are weighed by its blocs' shares, too."""
    for bloc in JANUARY.parties["nato"].blocs:
        assert not is_figure(JANUARY, f"parties.nato.blocs.{bloc}.share")


# ---- Played -----------------------------------------------------------------------------------------------------------

SAMPLE = [
    {"outside.alarm.value": 0.9},
    {"beliefs.updates.value": False},
    {"parties.nato.has_consent.value": False, "parties.us.has_consent.value": False},
    {"venues.geneva.binding": not JANUARY.venues["geneva"].binding},
    {"venues.geneva.sessions.evening.exploratory": False},
    {"parties.russia.types.good_faith.probability.value": 0.0},
    {"parties.russia.types.good_faith.probability.value": 1.0, "bargaining.noise.value": 0.25},
    {"parties.us.positions.missiles_ukraine.preferred.value": 0},
    {"parties.russia.positions.nato_enlargement.red_line.value": 4},
    {"red_lines.resolve_defenders.value": 0.0, "red_lines.resolve_challenger.value": 0.0},
    {"sanctions.measures.electronics.severity.value": 0.4, "sanctions.credibility.value": 1.0},
    {"issues.missiles_ukraine.verifiability.value.1": 0.05},
    {"aftermath.decision_noise.value": 0.0},
    {"linkages.package.insistence.value": 0.0, "linkages.package.insistence_sd.value": 0.0},
    *(values for values, _ in others(JANUARY, "parties.russia.positions.nato_enlargement.salience.value", None)),
]


def test_figures_laid_into_runs_are_played_as_if_written():
    """11.1: the same [scenario] gives the same run whether its figures were read from a file or laid in; runs of all points
    take turns, so that nothing of one may stay for the next."""
    check_played(JANUARY, SAMPLE)


def test_a_change_by_hand_plays_the_same():
    """11.1, by the way that a person takes."""
    paths = ("outside.alarm", "bargaining.noise", "parties.nato.positions.nato_enlargement.red_line")
    rows = Engine(JANUARY, paths).play(5, RUNS, [[0.35, 0.02, 1.0]] * 2)
    own = load_scenario("january-2022", [f"{path}={value}" for path, value in zip(paths, (0.35, 0.02, 1))])
    assert rows.tobytes() == Engine(own).play(5, RUNS).tobytes()


def test_figures_of_an_earlier_run_do_not_stay():
    """11.1 in any chunking: A, then B, then A again, in one block, in blocks of their own and in a copy."""
    paths = tuple(SAMPLE[0] | SAMPLE[1] | SAMPLE[2])
    a, b = [0.9, 0.0, 0.0, 0.0], [0.1, 1.0, 1.0, 1.0]
    played = Engine(JANUARY, paths)
    whole = played.play(2, np.zeros(3, np.int64), [a, b, a])
    assert whole[0].tobytes() == whole[2].tobytes() != whole[1].tobytes()
    for at, point in enumerate((a, b, a)):
        assert played.play(2, RUNS[:1], [point]).tobytes() == whole[at].tobytes()
    other = played.copy()
    played.play(2, RUNS[:1], [b])
    assert other.play(2, RUNS[:1], [a]).tobytes() == whole[0].tobytes()


def test_paths_may_come_from_anything_that_lists_them():
    """The last of two values for one cell counts, as with changes of a file."""
    values = [[0.9, 0.1, 0.02]] * 2
    rows = Engine(JANUARY, iter(["outside.alarm", "outside.alarm.value", "bargaining.noise"])).play(1, RUNS, values)
    own = load_scenario("january-2022", ["outside.alarm=0.1", "bargaining.noise=0.02"])
    assert rows.tobytes() == Engine(own).play(1, RUNS).tobytes()


def test_the_order_of_figures_is_that_of_the_columns():
    paths = ["outside.alarm", "bargaining.noise"]
    rows = Engine(JANUARY, paths).play(1, RUNS, [[0.4, 0.1]] * 2)
    assert Engine(JANUARY, paths[::-1]).play(1, RUNS, [[0.1, 0.4]] * 2).tobytes() == rows.tobytes()


def check_drawn(data, scenario, seed, count):
    """Some figures of a drawn game, alone or together: written to their places and played."""
    now = cells(scenario)
    where = {}

    def figure(path):
        if path not in where:
            where[path] = places_of(scenario, path) if is_figure(scenario, path) else None
        return where[path] is not None

    points = []
    for _ in range(count):
        point = {}
        for path in data.draw(st.lists(st.sampled_from(sorted(now)), min_size=1, max_size=4, unique=True)):
            changes = [one for one in others(scenario, path, now[path]) if all(figure(key) for key in one[0])]
            check_laid(scenario, path, changes, where)
            change = data.draw(st.sampled_from(changes))[0] if changes else {}
            if taken(scenario, point | change):
                point |= change
        points.append(point)
    check_played(scenario, points, seed)


@settings(max_examples=20)
@given(st.data(), scenarios(), SEEDS)
def test_figures_of_drawn_games(data, scenario, seed):
    """11.1, over every form that a game can take: laid in or written, alone or together, tables and runs are the same."""
    check_drawn(data, scenario, seed, 2)


@pytest.mark.slow
@settings(max_examples=400)
@given(st.data(), scenarios(), SEEDS)
def test_figures_of_many_more_drawn_games(data, scenario, seed):
    """11.1, as above."""
    check_drawn(data, scenario, seed, 3)


@pytest.mark.slow
def test_every_figure_of_january_is_played_as_if_written():
    """14.1 Every cell, alone or with what moves together with it, at both ends of what it may be."""
    moved = set()
    for path, now in figures_of_january().items():
        if path not in moved:
            points = [values for values, _ in itertools.islice(others(JANUARY, path, now), 2)]
            check_played(JANUARY, [*points, {path: now}], seed=4)
            moved |= {one for values in points for one in values}
    assert moved == set(figures_of_january())
