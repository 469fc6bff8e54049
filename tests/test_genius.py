"""Genius XML comes in: figures, names, what stands for what it does not say. No file of Genius or a competition is used."""

import itertools
import json

import numpy as np
import pytest
from competition import DOMAINS
from genius_xml import SMALL, change, made, message, profile_text, write_folder
from hypothesis import given, settings
from hypothesis import strategies as st
from terminal import detente

from sim import measures
from sim.genius.folder import read_folder
from sim.genius.imported import Choices, imported
from sim.genius.names import apart, codes, ids, short

# ---- Figures ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DOMAINS)
def test_published_figures_come_out_of_the_import(tmp_path, name):
    """Baarslag, Hindriks & Jonker 2014, Table 3, and the same counted to four digits: outcomes, mean, efficient points."""
    wishes, outcomes, mean, efficient, nash, egalitarian = DOMAINS[name]
    scenario = made(write_folder(tmp_path / "domain", wishes)).scenario
    found = measures(scenario)
    assert (found["packages"], found["feasible"], found["agreeable"]) == (outcomes,) * 3
    assert found["frontier"] == efficient
    assert round(found["mean_utility"], 4) == mean
    assert list(scenario.parties) == list(wishes)
    for solution, point in (("nash", nash), ("egalitarian", egalitarian)):
        assert tuple(round(worth, 4) for worth in found[solution]["utilities"].values()) == point


def test_published_figures_on_the_command_line(tmp_path):
    """`detente import genius` then `detente measures`, in a table and as JSON; the table says which point is which."""
    wishes, *_ = DOMAINS["laptop"]
    write_folder(tmp_path / "Laptop", wishes)
    done = detente("import", "genius", "Laptop", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Evaluations are divided by the largest of their issue, as Genius does" in " ".join(done.stdout.split())
    table = detente("measures", "laptop.yaml", cwd=tmp_path).stdout
    assert "           27  packages in all\n" in table
    assert "            4  efficient points" in table
    assert "        67.27  points on average" in table
    assert "Nash                   100.00  81.51\n" in table
    assert "Egalitarian             87.40  87.40\n" in table
    assert "Egalitarian: the largest smallest gain." in table
    found = json.loads(detente("measures", "laptop.yaml", "--json", cwd=tmp_path).stdout)
    assert round(found["mean_utility"], 4) == 0.6727
    assert set(found["mean_utilities"]) == {"buyer", "seller"}


def reckoned(wishes):
    """Utilities of every package by brute force: float[N, P], and the packages."""
    counts = [len(evaluations) for _, evaluations in next(iter(wishes.values())).values()]
    packages = list(itertools.product(*map(range, counts)))
    rows = []
    for package in packages:
        row = []
        for table in wishes.values():
            total = sum(weight for weight, _ in table.values())
            row.append(
                sum(
                    weight / total * (evaluations[k] / max(evaluations) if max(evaluations) else 0)
                    for k, (weight, evaluations) in zip(package, table.values())
                )
            )
        rows.append(row)
    return np.array(rows), packages


@given(st.data())
@settings(max_examples=25)
def test_any_domain_is_worth_what_brute_force_reckons(tmp_path_factory, data):
    """Mean, efficient points and the Nash product of drawn domains of two or three parties, against plain loops."""
    counts = data.draw(st.lists(st.integers(2, 4), min_size=1, max_size=3), "options")
    wishes = {}
    for party in ("one", "two", "three")[: data.draw(st.integers(2, 3), "parties")]:
        shares = data.draw(st.lists(st.integers(1, 9), min_size=len(counts), max_size=len(counts)), "weights")
        wishes[party] = {
            f"issue {chr(97 + i)}": (
                shares[i] / sum(shares),
                tuple(data.draw(st.lists(st.integers(0, 20), min_size=n, max_size=n), "evaluations")),
            )
            for i, n in enumerate(counts)
        }
    if not all(any(max(evaluations) for _, evaluations in table.values()) for table in wishes.values()):
        return
    utilities, _ = reckoned(wishes)
    folder = write_folder(tmp_path_factory.mktemp("drawn"), wishes)
    found = measures(made(folder).scenario)
    assert found["packages"] == len(utilities)
    assert found["mean_utility"] == pytest.approx(utilities.mean(), abs=1e-9)
    grid = np.rint(utilities * 1e9)
    bettered = [any((other >= row).all() and (other > row).any() for other in grid) for row in grid]
    assert found["frontier"] == len(np.unique(grid[~np.array(bettered)], axis=0))
    nash = np.prod(list(found["nash"]["utilities"].values()))
    assert nash == pytest.approx(utilities.prod(axis=1).max(), abs=1e-8)
    smallest = min(found["egalitarian"]["utilities"].values())
    assert smallest == pytest.approx(utilities.min(axis=1).max(), abs=1e-8)


def test_reservation_values_are_the_worth_of_no_deal(tmp_path):
    folder = write_folder(tmp_path / "d", SMALL, buyer='<reservation value="0.45"/>')
    scenario = made(folder).scenario
    assert measures(scenario)["no_deal"] == {"buyer": 0.45, "seller": 0.0}
    assert scenario.parties["buyer"].reservation.basis == "cited"


def test_evaluations_below_1_are_divided_too(tmp_path):
    """Genius divides by the largest evaluation whatever it is; one below 0.00001 makes the issue worth nothing."""
    wishes = {"a": {"x": (0.5, (0.2, 0.1)), "y": (0.5, (0.000001, 0))}, "b": {"x": (0.5, (1, 2)), "y": (0.5, (1, 1))}}
    positions = made(write_folder(tmp_path / "d", wishes)).scenario.parties["a"].positions
    assert positions["x"].values.value == (1.0, 0.5)
    assert positions["y"].values.value == (0.0, 0.0)


def test_what_stands_in_for_the_status_quo_is_missed_least(tmp_path):
    """Nobody offers the text that stands, so the best package of all must not stand there."""
    table = {"x": (1.0, (2, 1))}
    scenario = made(write_folder(tmp_path / "d", {"a": table, "b": table}, a='<reservation value="0.8"/>')).scenario
    assert scenario.status_quo == (1,)
    from sim import NegotiationModel

    model = NegotiationModel(scenario, 0)
    model.run()
    assert model.result()["outcome"] == "accord"


def test_a_small_difference_of_weights_is_scaled_and_said(small):
    change(small, "1_buyer.xml", 'value="0.6"', 'value="0.61"')
    note = next(note for note in made(small).notes if "did not sum to 1" in note)
    assert "Buyer 1.01" in note
    assert sum(p.salience.value for p in made(small).scenario.parties["buyer"].positions.values()) == pytest.approx(100)


def test_objectives_within_objectives_are_laid_flat(tmp_path):
    """Genius adds up the issues wherever they hang, and uses no objective's weight."""
    folder = write_folder(tmp_path / "d", SMALL)
    for name in ("domain.xml", "1_buyer.xml", "2_seller.xml"):
        text = (folder / name).read_text("utf-8")
        first, last = text.index("<objective"), text.rindex("</objective>") + len("</objective>")
        inner = text[first:last].replace('index="0"', 'index="9"')
        outer = f'<objective index="0" name="all">{inner}<weight index="9" value="0.2"/></objective>'
        (folder / name).write_text(text[:first] + outer + text[last:], "utf-8")
    flat = made(write_folder(tmp_path / "flat", SMALL), name="d").scenario
    assert made(folder).scenario.parties == flat.parties


# ---- Names --------------------------------------------------------------------------------------------------------------


def test_names_become_ids_and_stay_as_titles(tmp_path):
    wishes = {
        party: {
            "60 Gb & more": (0.4, (1, 2)),
            "60 gb, more": (0.3, (1, 2)),
            "source": (0.2, (1, 2)),
            "Пошлина": (0.1, (2, 1)),
        }
        for party in ("Café One", "café two")
    }
    escaped = {p: {n.replace("&", "&amp;"): cell for n, cell in table.items()} for p, table in wishes.items()}
    scenario = made(write_folder(tmp_path / "Ünïcode Folder", escaped)).scenario
    assert scenario.name == "unicode-folder"
    assert list(scenario.issues) == ["issue_60_gb_more", "issue_60_gb_more_2", "issue_source", "issue_4"]
    assert [issue.title for issue in scenario.issues.values()] == list(wishes["Café One"])
    assert [party.name for party in scenario.parties.values()] == ["Café One", "Café two"]


@given(st.lists(st.text(min_size=1, max_size=60), max_size=12, unique=True))
def test_ids_and_codes_are_their_own(names):
    for found in (ids(names, "issue"), codes(names), short(names, 23)):
        assert len(set(found)) == len(found) == len(names)
    assert all(name.isascii() and not name[0].isdigit() for name in ids(names, "issue"))
    assert all(1 <= len(code) <= 5 for code in codes(names))
    assert all(1 <= len(name) <= 23 for name in short(names, 23))


def test_parties_are_called_what_their_files_differ_in():
    assert apart(["laptop_buyer_utility", "laptop_seller_utility"]) == ["Buyer", "Seller"]
    assert apart(["domain-party1", "domain-party2"]) == ["Party1", "Party2"]
    assert apart(["s_1_UpStream", "s_2_Down"]) == ["UpStream", "Down"]
    assert apart(["s_1_same", "s_2_same"]) == ["1", "2"]


def test_profiles_can_be_chosen_and_ordered(small):
    scenario = imported(read_folder(small, ["2_seller.xml", "1_buyer.xml"]), Choices()).scenario
    assert list(scenario.parties) == ["seller", "buyer"]
    assert scenario.venues["talks"].seats == ("seller", "buyer")
    (small / "3_other.xml").write_text(profile_text(SMALL["buyer"]), "utf-8")
    assert len(imported(read_folder(small), Choices()).scenario.parties) == 3
    assert len(imported(read_folder(small, ["2_seller.xml", "3_other.xml"]), Choices()).scenario.parties) == 2
    assert 'found "../x.xml"; expected the name' in message(small, ["../x.xml"])
    assert "twice" in message(small, ["1_buyer.xml", "1_buyer.xml"])
    assert "is the domain" in message(small, ["domain.xml", "1_buyer.xml"])
