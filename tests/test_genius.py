"""Genius XML: what comes in, what goes out, and what is refused. No file of Genius or of a competition is used here."""

import itertools
import json
import os
import random
import resource
import shlex
import time

import numpy as np
import pytest
from competition import DOMAINS
from genius_xml import HOSTILE, broken, domain_text, profile_text, write_folder
from hypothesis import given, settings
from hypothesis import strategies as st
from terminal import blocks, detente, refused
from typer.testing import CliRunner

from sim import load_scenario, measures
from sim.cli import app
from sim.domain.problems import ScenarioError
from sim.genius.elements import LARGEST, parsed
from sim.genius.export import written
from sim.genius.folder import read_folder
from sim.genius.imported import Choices, imported
from sim.genius.names import apart, codes, ids, short

# Two parties, two issues: "price" with three options, "date" with two.
SMALL = {
    "buyer": {"price": (0.6, (4, 2, 0)), "date": (0.4, (1, 5))},
    "seller": {"price": (0.7, (0, 3, 6)), "date": (0.3, (8, 2))},
}


def made(folder, **choices):
    """The scenario of a folder, and what was said."""
    return imported(read_folder(folder), Choices(**choices))


def message(folder, chosen=(), **choices):
    """The one line of a folder that must be refused."""
    with pytest.raises(ScenarioError) as caught:
        imported(read_folder(folder, chosen), Choices(**choices))
    said = str(caught.value)
    assert "\n" not in said
    assert "found" in said
    return said


@pytest.fixture
def small(tmp_path):
    return write_folder(tmp_path / "small", SMALL)


def change(folder, name, old, new):
    """Replace a piece of one file."""
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


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


# ---- Refused ------------------------------------------------------------------------------------------------------------

ISSUE = "objective/issue[1]"
WRONG = [
    ("domain.xml", 'type="discrete"', 'type="integer"', "issue[1]/@type: found an integer issue; expected discrete issues only"),
    ("1_buyer.xml", 'type="discrete"', 'vtype="real"', "issue[1]/@vtype: found a real issue; expected discrete issues only"),
    ("1_buyer.xml", 'evaluation="4"', 'evaluation="NaN"', f'{ISSUE}/item[1]/@evaluation: found "NaN"; expected an evaluation'),
    ("1_buyer.xml", 'evaluation="4"', 'evaluation="Infinity"', 'found "Infinity"; expected an evaluation'),
    ("1_buyer.xml", 'evaluation="4"', 'evaluation="-4"', 'found "-4"; expected an evaluation'),
    ("1_buyer.xml", 'evaluation="4"', 'evaluation="null"', 'found "null"; expected an evaluation'),
    ("1_buyer.xml", ' evaluation="4"', "", "item[1]/@evaluation: found nothing; expected an evaluation"),
    ("1_buyer.xml", 'value="0.6"', 'value="-0.6"', 'weight[1]/@value: found "-0.6"; expected a weight, a number from 0 to 1'),
    ("1_buyer.xml", 'value="0.6"', 'value="nan"', 'weight[1]/@value: found "nan"; expected a weight'),
    ("1_buyer.xml", 'value="0.6"', 'value="0.9"', "utility_space: found weights that sum to 1.3; expected a sum of 1"),
    ("1_buyer.xml", '<weight index="1" value="0.6"/>', "", "issue[1]: found no weight; expected a weight with index"),
    ("1_buyer.xml", "</objective>", '<weight index="2" value="0"/></objective>', "weight[3]: found a second weight for issue 2"),
    ("1_buyer.xml", "</objective>", '<weight index="7" value="0"/></objective>', "found a weight of 7, which is not here"),
    ("1_buyer.xml", 'index="1" name="price"', 'index="5" name="price"', "an issue that the domain has not; expected one of 1, 2"),
    ("1_buyer.xml", 'name="price"', 'name="prize"', 'found "prize", not of this domain; expected "price" Did you mean price?'),
    ("1_buyer.xml", 'value="price 1"', 'value="prize 1"', 'found "prize 1", no option of "price" in the domain; expected one of'),
    ("1_buyer.xml", 'value="price 1"', 'value="price 2"', 'item[2]/@value: found "price 2" twice; expected each option once'),
    ("1_buyer.xml", '<item value="price 1" evaluation="4"/>', "", 'found no item "price 1"; expected an evaluation of every'),
    ("domain.xml", 'value="price 1"', 'value="price 2"', 'item[2]/@value: found "price 2" twice; expected each option once'),
    ("domain.xml", 'name="date"', 'name="price"', 'issue[2]/@name: found "price" twice; expected each issue once'),
    ("domain.xml", 'index="2" name', 'index="1" name', "issue[2]/@index: found 1 twice; expected an index of its own"),
    ("domain.xml", 'index="2" name', 'index="two" name', 'issue[2]/@index: found "two"; expected a whole number'),
    ("domain.xml", 'name="date"', 'name=""', 'issue[2]/@name: found ""; expected a name'),
    ("domain.xml", 'name="date"', 'name="a&#x202e;b"', "expected a name of 1 to 200 letters that can be shown"),
    ("domain.xml", 'value="date 1"', f'value="{"d" * 300}"', "expected a name of 1 to 200 letters"),
    ("1_buyer.xml", "</objective>", "</objective><reservation value='1.5'/>", 'reservation/@value: found "1.5"; expected'),
    ("1_buyer.xml", "</objective>", "</objective>" + 2 * "<reservation value='0'/>", "found a second reservation; expected one"),
    ("1_buyer.xml", "</objective>", "</objective><ufun/>", 'found an element "ufun"; expected objective or reservation'),
    ("1_buyer.xml", "<utility_space", "<utility_space type='nonlinear'", 'found "nonlinear"; expected linear'),
    ("1_buyer.xml", "</issue>", "<range/></issue>", 'issue[1]/range: found an element "range"; expected items'),
    ("1_buyer.xml", "utility_space", "utility", "found no valid XML (mismatched tag)"),
    ("domain.xml", "<negotiation_template>", '<!DOCTYPE a [<!ENTITY b "c">]><negotiation_template>', "found a document type"),
    ("domain.xml", "<negotiation_template>", "<!DOCTYPE a SYSTEM 'x.dtd'><negotiation_template>", "found a document type"),
    ("domain.xml", 'name="date"', 'name="&lol;"', "found no valid XML (undefined entity)"),
    ("domain.xml", "UTF-8", "EBCDIC-X", "found an encoding that cannot be read; expected UTF-8"),
    ("domain.xml", "UTF-8", "shift-jis", "found "),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "said"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_file_is_refused_at_its_place(small, file, old, new, said):
    change(small, file, old, new)
    found = message(small)
    assert found.startswith(str(small / file))
    assert said in found


def test_a_discount_is_refused_unless_left_out(tmp_path):
    folder = write_folder(tmp_path / "d", SMALL, seller='<discount_factor value="0.8"/>')
    said = message(folder)
    assert f"{folder / '2_seller.xml'}: utility_space/discount_factor: found 0.8; expected 1 or none" in said
    assert "--ignore-discount" in said
    done = made(folder, ignore_discount=True)
    assert any("Left out, as asked: discount factors (Seller 0.8)" in note for note in done.notes)
    for none in ("1.0", "0"):
        write_folder(folder, SMALL, seller=f'<discount_factor value="{none}"/>')
        assert not any("discount" in note for note in made(folder).notes)


def test_a_bomb_is_refused_at_its_fuse(small):
    """Billion laughs and external entities: the document type is refused before any entity is declared."""
    entities = '<!ENTITY a0 "lol">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    outside = '<!ENTITY x SYSTEM "file:///etc/passwd">'
    for inside in (entities, outside, '<!ENTITY % x "y"> %x;'):
        (small / "domain.xml").write_text(f'<!DOCTYPE a [{inside}]><negotiation_template b="&a11;"/>')
        began = time.perf_counter()
        assert "found a document type" in message(small)
        assert time.perf_counter() - began < 1


def test_size_depth_and_number_are_bounded(small):
    path = small / "domain.xml"
    path.write_text("<objective>" * 5000)
    assert "found more than 12 levels" in message(small)
    path.write_text("<negotiation_template>" + "<item/>" * 30_000 + "</negotiation_template>")
    assert "found more than 20,000 elements" in message(small)
    path.write_bytes(b"<negotiation_template>" + b" " * LARGEST)
    assert "found more than 1,048,576 bytes" in message(small)
    path.write_text(domain_text({f"issue {n}": 2 for n in range(65)}))
    assert "found more than 64 issues" in message(small)
    for options in (1, 33):
        path.write_text(domain_text({"price": options}))
        assert f"found {options} items; expected from 2 to 32" in message(small)
    path.write_text(domain_text({"price": 3}))
    for n in range(120):
        (small / f"extra{n}.xml").touch()
    assert "found more than 100 XML files" in message(small)


def test_an_empty_party_wants_nothing(tmp_path):
    wishes = {"a": {"x": (1.0, (0, 0))}, "b": {"x": (1.0, (1, 0))}}
    assert "found no option that is worth anything" in message(write_folder(tmp_path / "d", wishes))


def test_which_files_count(tmp_path, small):
    assert "found no folder that can be read" in message(tmp_path / "none")
    assert "found a file; expected a folder" in message(small / "domain.xml")
    (small / "notes.txt").write_text("left alone")
    made(small)
    (small / "second.xml").write_text(domain_text({"price": 2}))
    assert "found 2 domains (domain.xml, second.xml); expected one file" in message(small)
    (small / "second.xml").write_text("<html/>")
    assert "found <html>; expected negotiation_template" in message(small)
    for name in ("second.xml", "2_seller.xml"):
        (small / name).unlink()
    assert "found 1 profiles; expected from 2 to 32" in message(small)


def test_links_and_pipes_are_not_followed(tmp_path, small):
    target = tmp_path / "elsewhere.xml"
    target.write_text(profile_text(SMALL["buyer"]))
    (small / "9_link.xml").symlink_to(target)
    assert "found a link or something else that is no file" in message(small)
    (small / "9_link.xml").unlink()
    os.mkfifo(small / "9_pipe.xml")
    assert "found a link or something else that is no file" in message(small)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_encodings(small, encoding):
    text = (small / "domain.xml").read_text("utf-8").replace("UTF-8", encoding.replace("-sig", ""))
    (small / "domain.xml").write_bytes(text.encode(encoding))
    assert len(made(small).scenario.issues) == 2


# ---- Fuzzed -------------------------------------------------------------------------------------------------------------


def tried(folder):
    """Import a folder: a scenario that reads back the same, or one message."""
    try:
        done = imported(read_folder(folder), Choices(ignore_discount=True))
    except ScenarioError as error:
        said = str(error)
        assert "found" in said and "expected" in said, said
        assert len(said.splitlines()) == 1 and len(said) < 1500, said
        return False
    assert 1 <= len(done.scenario.issues) <= 64
    path = folder / "made.yaml"
    path.write_text(done.text, "utf-8")
    assert load_scenario(path).hash == done.scenario.hash
    return True


def fuzz(folder, count, seed):
    """Break one file of a good folder so many times; count those that were still good, and the slowest."""
    dice = random.Random(seed)
    write_folder(folder, SMALL, buyer='<reservation value="0.1"/>', seller='<discount_factor value="1"/>')
    texts = {path: path.read_text("utf-8") for path in sorted(folder.glob("*.xml"))}
    good, slowest = 0, 0.0
    for _ in range(count):
        path = dice.choice(list(texts))
        path.write_bytes(broken(texts[path], dice))
        began = time.perf_counter()
        good += tried(folder)
        slowest = max(slowest, time.perf_counter() - began)
        path.write_text(texts[path], "utf-8")
    return good, slowest


def test_broken_files_end_in_one_message_or_a_scenario(tmp_path):
    good, slowest = fuzz(tmp_path / "d", 300, seed=1)
    assert 0 < good < 300
    assert slowest < 5


@pytest.mark.slow
def test_five_thousand_broken_files(tmp_path):
    """No traceback, no hang, memory bounded."""
    fuzz(tmp_path / "warm", 300, seed=2)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    good, slowest = fuzz(tmp_path / "d", 5000, seed=3)
    assert 0 < good < 5000
    assert slowest < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


@given(st.recursive(
    st.sampled_from([*HOSTILE, "0", "1", "0.5", "price", "price 1", "discrete"]),
    lambda inner: st.tuples(
        st.sampled_from(["utility_space", "objective", "issue", "item", "weight", "reservation", "x"]),
        st.dictionaries(
            st.sampled_from(["index", "name", "value", "evaluation", "type"]), st.sampled_from(["1", "price", "x", "0"])
        ),
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
))  # fmt: skip
@settings(max_examples=200)
def test_any_tree_of_known_elements(tmp_path_factory, tree):
    """Trees of the right words in the wrong order, as domain and as profile."""

    def text(node):
        if isinstance(node, str):
            return node
        tag, attributes, children = node
        written = "".join(f' {key}="{value}"' for key, value in attributes.items())
        return f"<{tag}{written}>{''.join(map(text, children))}</{tag}>"

    folder = write_folder(tmp_path_factory.mktemp("tree"), SMALL)
    for name, root in (("domain.xml", "negotiation_template"), ("1_buyer.xml", "utility_space")):
        kept = (folder / name).read_text("utf-8")
        (folder / name).write_text(f"<{root}>{text(tree)}</{root}>", "utf-8", "surrogatepass")
        tried(folder)
        (folder / name).write_text(kept, "utf-8")


@given(st.binary(max_size=300))
def test_any_bytes(content):
    try:
        parsed(content, "x.xml")
    except ScenarioError as error:
        assert str(error).startswith("x.xml")


# ---- Commands -----------------------------------------------------------------------------------------------------------


def typed(*words):
    """A command in this process, as the tests below need many."""
    return CliRunner().invoke(app, words, env={"COLUMNS": "80"})


def turned_down(*words):
    """The one line of a command that must refuse."""
    done = typed(*words)
    assert done.exit_code == 2, done.output
    assert done.output.startswith("detente: ") and done.output.count("\n") == 1, done.output
    return done.output


def test_import_writes_over_nothing_unless_asked(tmp_path, small, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert typed("import", "genius", "small", "--rounds", "7", "--name", "mine").exit_code == 0
    scenario = load_scenario(tmp_path / "mine.yaml")
    assert scenario.name == "mine" and scenario.seated[0].rounds == 7
    assert "mine.yaml, which is there" in turned_down("import", "genius", "small", "--name", "mine")
    assert typed("import", "genius", "small", "--out", "mine.yaml", "--force").exit_code == 0
    assert load_scenario(tmp_path / "mine.yaml").name == "small"
    (tmp_path / "link.yaml").symlink_to(small / "domain.xml")
    assert "no plain file" in turned_down("import", "genius", "small", "--out", "link.yaml", "--force")
    assert "expected lower-case" in turned_down("import", "genius", "small", "--name", "../up")
    assert "--rounds: found 0" in turned_down("import", "genius", "small", "--rounds", "0")
    assert "a folder that is there" in turned_down("import", "genius", "small", "--out", "no/x.yaml")
    change(small, "1_buyer.xml", 'evaluation="4"', 'evaluation="x"')
    before = sorted(path.name for path in tmp_path.iterdir())
    assert "item[1]/@evaluation" in turned_down("import", "genius", "small", "--out", "new.yaml")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_an_import_runs_like_any_scenario(tmp_path, small, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for words in (("import", "genius", "small"), ("run", "small.yaml", "--no-write"), ("show", "small.yaml")):
        done = typed(*words)
        assert done.exit_code == 0, done.output
    assert "small.yaml: ok" in typed("validate", "small.yaml").output


def test_letters_the_terminal_does_not_know(tmp_path):
    folder = write_folder(tmp_path / "Пошлина", {"Café": SMALL["buyer"], "Другой": SMALL["seller"]})
    done = detente("import", "genius", str(folder), "--out", str(tmp_path / "x.yaml"), PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()


def test_export_and_back_gives_the_same_measures(tmp_path):
    """Every measure but those of decision rules and of a status quo, which Genius has not."""
    for name, drop in (("two-by-two", False), ("harbour", True)):
        given = load_scenario(name)
        folder = tmp_path / name
        folder.mkdir()
        for file, text in written(given, drop=drop).files.items():
            (folder / file).write_text(text, "utf-8")
        back = made(folder).scenario
        assert [party.name for party in back.parties.values()] == [party.name for party in given.parties.values()]
        assert [issue.title for issue in back.issues.values()] == [issue.short for issue in given.issues.values()]
        one, two = measures(given), measures(back)
        for key in ("packages", "feasible", "agreeable", "frontier"):
            assert one[key] == two[key]
        assert one["mean_utility"] == pytest.approx(two["mean_utility"], abs=1e-12)
        for key in ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian"):
            assert list(one[key]["package"].values()) == list(two[key]["package"].values())
            assert list(one[key]["utilities"].values()) == pytest.approx(
                list(two[key]["utilities"].values()), abs=1e-12
            )
        assert list(one["no_deal"].values()) == list(two["no_deal"].values())


def test_import_and_out_again_gives_the_same_scenario(small, tmp_path):
    once = made(small, name="once").scenario
    again = tmp_path / "again"
    again.mkdir()
    for file, text in written(once).files.items():
        (again / file).write_text(text, "utf-8")
    twice = made(again, name="once").scenario
    assert [list(p.positions.values()) for p in twice.parties.values()] == [
        list(p.positions.values()) for p in once.parties.values()
    ]


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("harbour", [], "venues.hearing.quorum: found a decision rule short of unanimity"),
        ("january-2022", [], "challenger: found a challenger (russia)"),
        ("two-by-two", ["parties.upstream.positions.reservoir.red_line=1"], "reservoir.red_line: found a red line"),
        (
            "two-by-two",
            ["issues.reservoir.consent=[upstream]"],
            "issues.reservoir.consent: found consent after the talks",
        ),
        ("two-by-two", ["parties.upstream.has_consent=false"], "upstream.has_consent: found a party whose consent"),
        (
            "two-by-two",
            ["parties.upstream.reservation=1.5"],
            "upstream.reservation: found a worth of no deal outside 0 to 1",
        ),
        (
            "two-by-two",
            ["linkages.both.parties=[upstream]", "linkages.both.form=adds", "linkages.both.when.reservoir.at_least=1"],
            "linkages.both: found a linkage between issues",
        ),
    ],
)
def test_what_genius_cannot_say_is_refused(name, changes, said):
    with pytest.raises(ScenarioError) as caught:
        written(load_scenario(name, [change.replace("red_line=", "red_line.value=") for change in changes]))
    assert said in str(caught.value)


def test_what_is_dropped_is_listed(tmp_path):
    done = detente("export", "genius", "harbour", "--out", str(tmp_path / "out"), "--drop")
    assert done.returncode == 0, done.stderr
    assert "Left out: a decision rule short of unanimity (venues.hearing.quorum)." in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]
    assert "is there and not empty" in refused("export", "genius", "harbour", "--out", str(tmp_path / "out"), "--drop")
    refused("export", "genius", "harbour", "--out", str(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_no_largest_evaluation_of_1_cannot_be_said(tmp_path):
    """A party that values no option at 1 would come out richer, for Genius divides by the largest."""
    import yaml

    from sim.domain.files import shelf

    content = yaml.safe_load((shelf() / "two-by-two.yaml").read_text("utf-8"))
    content["parties"]["upstream"]["positions"]["reservoir"] = {"values": [0.5, 0.2, 0], "salience": 60}
    (tmp_path / "x.yaml").write_text(yaml.safe_dump(content))
    with pytest.raises(ScenarioError, match="found no option valued at 1"):
        written(load_scenario(tmp_path / "x.yaml"))


def test_names_of_an_export_stay_in_its_folder():
    given = load_scenario("two-by-two", ["parties.upstream.name=../../etc/passwd", 'parties.downstream.name="."'])
    assert list(written(given).files) == [
        "two-by-two_domain.xml", "two-by-two_1_etc_passwd.xml", "two-by-two_2_party.xml",
    ]  # fmt: skip


def test_the_page_about_it_is_run(tmp_path, monkeypatch):
    """docs/genius.md: its files, written as shown, and its commands, typed as they stand, print the lines that it shows."""
    monkeypatch.chdir(tmp_path)
    shown = blocks("docs/genius.md")
    folder = tmp_path / "market"
    folder.mkdir()
    xml = [lines[1:] for lines in shown if lines[0] == "xml"]
    assert len(xml) == 3
    for name, lines in zip(("market_domain.xml", "market_buyer.xml", "market_seller.xml"), xml):
        (folder / name).write_text("\n".join(lines) + "\n", "utf-8")
    commands = 0
    for lines in shown:
        if lines[0] != "console":
            continue
        printed: list[str] = []
        for line in lines[1:]:
            if line.startswith("$ "):
                printed = typed(*shlex.split(line[2:])[1:]).output.splitlines()
                commands += 1
            else:
                assert line == "…" or line in printed, line
    assert commands >= 5
