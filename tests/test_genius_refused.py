"""Genius XML is hostile input: what is refused, at which place, and that nothing broken ends in more than one message."""

import os
import random
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from genius_xml import HOSTILE, SMALL, broken, change, domain_text, made, message, profile_text, write_folder
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import load_scenario
from sim.bench.apart import peak_mib
from sim.domain.problems import ScenarioError
from sim.genius.elements import LARGEST, parsed
from sim.genius.folder import read_folder
from sim.genius.imported import Choices, imported

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
def test_seven_thousand_broken_files(tmp_path):
    """No traceback, no hang, memory bounded, in a process whose peak of memory is theirs alone.

    With the scenario files of test_fuzz_scenarios.py it is ten thousand.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        apart.submit(fuzz, tmp_path / "warm", 300, seed=2).result()
        before = apart.submit(peak_mib).result()
        good, slowest = apart.submit(fuzz, tmp_path / "d", 7000, seed=3).result()
        assert 0 < good < 7000
        assert slowest < 5
        assert apart.submit(peak_mib).result() - before < 64


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
