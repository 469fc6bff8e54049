"""The scenarios that come with the program: they load, are marked and differ only where they say they do."""

import pytest

from sim.domain.files import shelf, shipped
from sim.domain.load import load_scenario

NAMES = {"name", "label", "summary"}

# Each variant of the January scenario and the places it is about.
VARIANTS = {
    "january-2022-about-us-without-us": {"parties.ukraine.has_consent"},
    "january-2022-everyone-patient": {
        "parties.us.patience",
        "parties.nato.patience",
        "parties.ukraine.patience",
        "parties.russia.types.good_faith.patience",
        "parties.russia.types.pretext.patience",
        "bargaining.patience_sd",
    },
    "january-2022-good-faith": {"parties.russia.types.good_faith.probability"},
    "january-2022-menu-not-package": {"linkages.package.insistence", "linkages.package.insistence_sd"},
    "january-2022-no-credible-sanctions": {"sanctions.credibility"},
    "january-2022-no-types-known": {"beliefs.updates"},
    "january-2022-pretext": {"parties.russia.types.good_faith.probability"},
    "january-2022-vienna-first": {"calendar"}
    | {f"venues.{venue}.{what}" for venue in ("geneva", "brussels", "vienna") for what in ("dates", "date")}
    | {
        "venues.geneva.sessions.evening.date",
        "venues.geneva.sessions.main.date",
        "venues.brussels.sessions.council.date",
        "venues.vienna.sessions.council.date",
    },
}


@pytest.fixture(scope="module")
def january():
    return load_scenario("january-2022")


def flat(node, path=""):
    """Dotted path -> figure; a cell with its mark, sources and note counts as one figure."""
    if isinstance(node, dict) and "value" not in node:
        found = {}
        for key, value in node.items():
            found |= flat(value, f"{path}.{key}" if path else key)
        return found or {path: {}}
    return {path: node}


def cells(node, path=""):
    """Path and content of everything that has a mark."""
    if isinstance(node, dict):
        if "basis" in node:
            yield path, node
        for key, value in node.items():
            yield from cells(value, f"{path}.{key}" if path else key)
    elif isinstance(node, (list, tuple)):
        for at, value in enumerate(node):
            yield from cells(value, f"{path}.{at}")


@pytest.mark.parametrize("name", shipped())
def test_every_scenario_loads_under_its_own_name(name):
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.title
    assert scenario.summary
    assert len(scenario.hash) == 64


def test_what_one_reading_changes_stays_with_it(tmp_path):
    """A file is parsed once a process; neither changes nor files that extend it show in a later reading."""
    whole = (shelf() / "harbour.yaml").read_text("utf-8")
    path, over = tmp_path / "mine.yaml", tmp_path / "over.yaml"
    path.write_text(whole, "utf-8")
    over.write_text("extends: mine.yaml\noutside: {tie: 0.25}\n", "utf-8")
    first = load_scenario(path).hash
    assert load_scenario(over).hash != first != load_scenario(path, ["outside.tie=0.75", "outside.alarm=0.1"]).hash
    assert load_scenario(path).hash == first
    path.write_text(whole.replace("Harbour", "Port"), "utf-8")
    assert load_scenario(path).hash != first


def test_no_two_scenarios_are_the_same():
    assert len({load_scenario(name).hash for name in shipped()}) == len(shipped())


def test_every_variant_is_known_here():
    assert {name for name in shipped() if name.startswith("january-2022-")} == set(VARIANTS)


@pytest.mark.parametrize(("name", "places"), VARIANTS.items())
def test_a_variant_differs_only_where_it_is_about(name, places, january):
    base, variant = flat(january.model_dump()), flat(load_scenario(name).model_dump())
    assert base.keys() == variant.keys()
    differing = {path for path in base if base[path] != variant[path]}
    assert differing == places | NAMES


def test_what_a_variant_sets_is_marked_as_assumed():
    variant = load_scenario("january-2022-no-credible-sanctions")
    assert variant.sanctions.credibility.value == 0
    assert variant.sanctions.credibility.basis == "assumed"


def test_counts_of_january(january):
    assert len(january.active) == 12
    assert [name for name in january.issues if name not in january.active] == ["donbas_minsk"]
    assert tuple(january.parties) == ("us", "russia", "nato", "ukraine", "osce")
    assert tuple(party.code for party in january.parties.values()) == ("US", "RU", "NATO", "UA", "OSCE")
    assert january.calendar == ("geneva", "brussels", "vienna")
    assert tuple(venue.rounds for venue in january.seated) == (10, 6, 8)


def test_shares_of_nato(january):
    blocs = january.parties["nato"].blocs
    assert {name: bloc.share.value for name, bloc in blocs.items()} == {
        "us": 0.4,
        "eastern": 0.2,
        "western": 0.3,
        "turkiye": 0.1,
    }
    assert blocs["us"].refers == "us"


def test_the_loss_written_for_nato_is_that_of_its_blocs(january):
    nato = january.parties["nato"]
    mean = sum(
        bloc.share.value * (january.parties[bloc.refers] if bloc.refers else bloc).conflict_loss.value
        for bloc in nato.blocs.values()
    )
    assert nato.conflict_loss.value == pytest.approx(mean)


def test_every_figure_of_january_is_marked(january):
    # What the form of a linkage does not use, and Russia's own patience, which both of its types replace.
    unused = {
        "linkages.package.amount",
        "linkages.reciprocity.insistence",
        "linkages.reciprocity.insistence_sd",
        "parties.russia.patience",
    }
    marked = dict(cells(january.model_dump()))
    assert {path for path, cell in marked.items() if cell["basis"] == "assumed"} == unused
    assert all(cell["source"] for path, cell in marked.items() if path not in unused)


def test_saliences_are_estimates(january):
    marks = {
        position.salience.basis
        for party in january.parties.values()
        for position in party.positions.values()
        if position.salience
    }
    assert marks == {"estimate"}


def test_consent_of_january(january):
    for name, issue in january.issues.items():
        assert "nato" in issue.consent.value, name
        assert "osce" not in issue.consent.value, name
    asks_ukraine = {name for name, issue in january.issues.items() if "ukraine" in issue.consent.value}
    assert asks_ukraine == {
        "missiles_ukraine",
        "exercises_ground",
        "nato_enlargement",
        "russian_buildup",
        "military_aid_ukraine",
        "dialogue_format",
        "donbas_minsk",
    }
    steps = january.issues["risk_reduction_csbm"].options
    assert [option.also_consent for option in steps] == [(), (), (), ("ukraine",), ("ukraine",)]


def test_severity_left_by_each_level_of_the_levers(january):
    def left(lever, level):
        measures = january.sanctions.measures.values()
        return sum(one.severity.value for one in measures if one.issue == lever and level in one.options)

    assert [left("sanctions_financial", level) for level in range(5)] == pytest.approx([0, 0.12, 0.12, 0.20, 0])
    assert [left("export_controls", level) for level in range(6)] == pytest.approx([0, 0.18, 0.05, 0.10, 0.18, 0])


def points(scenario, party, package):
    """Additive utility in points of a party's own positions, by clauses 2.1 and 2.2; an alliance's before its blocs."""
    total = weights = 0.0
    for name in scenario.active:
        position, last = scenario.parties[party].positions[name], len(scenario.issues[name].options) - 1
        best, option = position.preferred.value, package[name]
        total += position.salience.value * (1 - abs(option - best) / max(best, last - best))
        weights += position.salience.value
    return 100 * total / weights


# Reckoned independently with the table of positions that the scenario was coded from, to one decimal.
BY_HAND = {
    "status_quo_8jan": {"us": 50.0, "russia": 24.9, "nato": 60.2, "ukraine": 47.9, "osce": 35.5},
    "russian_drafts": {"us": 4.7, "russia": 99.7, "nato": 4.7, "ukraine": 0.0, "osce": 2.7},
    "us_nato_26jan_offer_accepted": {"us": 91.3, "russia": 39.8, "nato": 89.8, "ukraine": 66.0, "osce": 87.2},
}


@pytest.mark.parametrize("bundle", BY_HAND)
def test_utilities_reckoned_by_hand(bundle, january):
    quo = dict(zip(january.active, january.status_quo, strict=True))
    package = {
        "status_quo_8jan": quo,
        "russian_drafts": dict.fromkeys(january.active, 0),
        # The written replies of 26 January, had Russia taken them with a verified return of its units.
        "us_nato_26jan_offer_accepted": quo
        | {
            "missiles_ukraine": 1,
            "inf_europe": 1,
            "exercises_ground": 2,
            "bombers_ships": 3,
            "russian_buildup": 3,
            "risk_reduction_csbm": 3,
            "military_aid_ukraine": 2,
        },
    }[bundle]
    reckoned = {party: round(points(january, party, package), 1) for party in january.parties}
    assert reckoned == pytest.approx(BY_HAND[bundle], abs=0.051)


def test_words_for_tables_and_sentences(january):
    for issue in january.issues.values():
        assert len({option.label for option in issue.options}) == len(issue.options)
        for option in issue.options:
            assert option.phrase and option.phrase[-1] not in ".!?", option.text


def test_the_shared_river_is_what_its_header_says():
    river = load_scenario("two-by-two")
    for r in range(3):
        for s in range(3):
            deal = {"reservoir": r, "summer_flow": s}
            worth = [points(river, party, deal) for party in ("upstream", "downstream")]
            assert worth == pytest.approx([100 - 30 * r - 20 * s, 20 * r + 30 * s])


def test_points_of_the_harbour_sum_to_a_hundred():
    harbour = load_scenario("harbour")
    for name, party in harbour.parties.items():
        best = sum(max(position.points.value) for position in party.positions.values())
        assert best == pytest.approx(100), name
    thresholds = [round(100 * party.reservation.value) for party in harbour.parties.values()]
    assert thresholds == [55, 65, 55, 30, 31, 50]
