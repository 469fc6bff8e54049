"""Damaged files: shipped ones with something torn, swapped, swollen or made up, the same for the same seed.

As a program it reads a number of them under limits of memory and time and prints, per file, what came of it.
"""

from __future__ import annotations

import copy
import functools
import json
import random
import re
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from sim.bench.apart import peak_mib
from sim.domain.files import shelf, shipped

SLOWEST = 20
"""Seconds of computing that a file may take before it counts as a hang; a file of 1 MB of keys takes some."""
FOLDERS = {"scenario": "scenarios", "sweep": "sweeps", "lesson": "lessons"}

Node = Any
Damage = Callable[[random.Random, str], bytes]

# ---- On the tree ------------------------------------------------------------------------------------------------------


def _nodes(node: Node, found: list[tuple[Node, Any]]) -> list[tuple[Node, Any]]:
    """Every place of a tree: what holds it, and its key."""
    for key in list(node) if isinstance(node, dict) else range(len(node)):
        found.append((node, key))
        if isinstance(node[key], (dict, list)):
            _nodes(node[key], found)
    return found


ODD: tuple[Node, ...] = (
    None, True, False, 0, -1, 1, 2, 7, 10**30, -(10**30), 1e308, -1e308, 1e-320, float("nan"), float("inf"), 0.5, "", "x",
    "0", "1e5", "no", "yes", "~", [], {}, [1], [[]], [None], {"value": 1}, {"value": {}}, {"value": [1, 2]}, {"": ""},
    {"value": None}, "é" * 40, "\u202e\u0000", "a" * 5000, "geneva", "russia", "9" * 400, "2022-01-09", "0x10", "1_000",
    ".5", "[1, 2]", [0] * 3000, -0.0,
)  # fmt: skip


@functools.cache
def _read(text: str) -> str:
    return json.dumps(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)), default=str)


def _tree(rng: random.Random, text: str) -> bytes:
    content = json.loads(_read(text))
    for _ in range(rng.choice((1, 1, 1, 2, 5, 20))):
        places = _nodes(content, [])
        if not places:
            break
        holder, key = rng.choice(places)
        deed = rng.randrange(6)
        if deed == 0:
            del holder[key]
        elif deed in (1, 2):
            holder[key] = copy.deepcopy(rng.choice(ODD))
        elif deed == 3:
            other, its = rng.choice(places)
            holder[key] = json.loads(json.dumps(other[its], default=str))
        elif isinstance(holder, dict):
            if deed == 4:
                holder[_misspelt(rng, str(key))] = holder.pop(key)
            else:
                holder[rng.choice(("extends", "value", "x", "name", "0", "é", "a b"))] = copy.deepcopy(rng.choice(ODD))
        else:
            holder.insert(rng.randrange(len(holder) + 1), copy.deepcopy(rng.choice(ODD)))
    plain = json.loads(json.dumps(content, default=str))
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    written = yaml.dump(plain, Dumper=dumper, allow_unicode=True, sort_keys=False, width=10**6)
    return written.encode("utf-8", "surrogatepass")


def _misspelt(rng: random.Random, key: str) -> str:
    at = rng.randrange(len(key) + 1)
    return key[:at] + rng.choice("aeiou_ 0é") + key[at + rng.randrange(2) :]


# ---- On the text ------------------------------------------------------------------------------------------------------


def _bytes(rng: random.Random, text: str) -> bytes:
    raw = bytearray(text.encode())
    for _ in range(rng.choice((1, 3, 30))):
        at = rng.randrange(len(raw))
        raw[at : at + rng.randrange(3)] = bytes(
            rng.choice(((rng.randrange(256),), (0,), (9,), (0xFF, 0xFE), b"\xed\xa0\x80", b"\r"))
        )
    return bytes(raw)


def _lines(rng: random.Random, text: str) -> bytes:
    lines = text.splitlines()
    for _ in range(rng.choice((1, 2, 8))):
        at = rng.randrange(len(lines))
        deed = rng.randrange(6)
        if deed == 0:
            del lines[at]
        elif deed == 1:
            lines.insert(at, lines[rng.randrange(len(lines))])
        elif deed == 2:
            lines[at] = " " * rng.randrange(1, 9) + lines[at]
        elif deed == 3:
            lines[at] = "\t" + lines[at].lstrip()
        elif deed == 4:
            lines[at] = lines[at].replace(
                ":", rng.choice(("", "::", ": &a", ": *a", ": !!python/none", ": |", ": >", ": {", ": - ")), 1
            )
        else:
            lines[at] += rng.choice(
                (" #", " :", " ]", "}", "'", '"', " &x", " *x", "\\", "\x85", "\u2028", "%", "@", "`")
            )
        if not lines:
            break
    return "\n".join(lines).encode()


def _cut(rng: random.Random, text: str) -> bytes:
    raw = text.encode()
    first, last = sorted((rng.randrange(len(raw)), rng.randrange(len(raw))))
    return rng.choice((raw[:first], raw[first:], raw[:first] + raw[last:], raw + b"\n---\n" + raw[:first], raw + raw))


def _figures(rng: random.Random, text: str) -> bytes:
    """Some figures replaced by extreme ones."""
    extreme = (
        "1e309",
        "-1",
        "9" * 60,
        "0",
        "1e-300",
        ".nan",
        "1e3",
        "0o17",
        "100",
        "0.999999999999",
        "-0.5",
        "31",
        "201",
    )
    share = rng.choice((0.002, 0.02, 0.5))
    return re.sub(
        r"(?<=[ \[:,])\d+(\.\d+)?(?=[,\]}\n ])", lambda m: rng.choice(extreme) if rng.random() < share else m[0], text
    ).encode()


def _coded(rng: random.Random, text: str) -> bytes:
    """Another encoding than UTF-8, or its mark."""
    coding = rng.choice(("utf-16", "utf-16-be", "utf-32", "latin-1", "cp037", "utf-8-sig", "utf-7"))
    return text.encode(coding, "replace")


# ---- Made up ----------------------------------------------------------------------------------------------------------


def _bombs(rng: random.Random, text: str) -> bytes:
    many = rng.choice((30, 300, 3000))
    laughs = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    return rng.choice(
        (
            laughs.encode(),
            (laughs + text).encode(),
            b"&a [*a, *a]",
            b"a: &a {<<: *a, b: *a}\n",
            b"<<: [" + b"{a: 1}, " * many + b"]\n",
            b"[" * many * 30,
            b"{a: " * many * 30,
            b"- " * many * 30,
            b"".join(b" " * n + b"a:\n" for n in range(many)),
            b"? " * many,
            b"a: " + b"x" * (900 * many),
            b"a: '" + b"\\n" * (100 * many),
            "".join(f"k{n}: {{value: {n}}}\n" for n in range(10 * many)).encode(),
            (text + "\nissues2:\n" + "".join(f"  i{n}: [{n}]\n" for n in range(10 * many))).encode(),
            b"!!binary " + b"A" * many,
            b"a: !!timestamp 9999-99-99\n",
            b"a: 2022-13-45\n", b"a: 0b2\n", b"a: 1:2:3:99\n", b"a: !!int x\n", b"a: !!float .\n", b"a: !!set {a, b}\n",
            b"name: " + b"9" * (100 * many), b"a: 0x" + b"f" * (100 * many), b"a: " + b"1:" * many + b"1\n",
            b"extends: " + rng.choice((b"january-2022", b"./x", b"/dev/zero", b"..", b"[a]", b"'\\0'", b"a" * 5000)) + b"\n",
            rng.randbytes(many),
        )
    )  # fmt: skip


def _swollen(rng: random.Random, text: str) -> bytes:
    """A valid beginning with very much of one thing."""
    many = rng.choice((40, 400, 4000))
    options = ", ".join("{text: o, label: o}" for _ in range(many))
    return rng.choice(
        (
            re.sub(r"options:\n(\s+- .*\n)+", f"options: [{options}]\n", text, count=1),
            re.sub(r"rounds: \d+", f"rounds: {many}", text),
            re.sub(r"seats: \[", "seats: [" + ", ".join(f"s{n}" for n in range(many)) + ", ", text, count=1),
            text.replace("issues:\n", "issues:\n" + "".join(
                f"  i{n}: {{title: t, short: s, options: [{{text: a, label: a}}, {{text: b, label: b}}], status_quo: 0}}\n"
                for n in range(many)
            ), 1),
            re.sub(r"linkages:\n", "linkages:\n" + "".join(
                f"  l{n}: {{parties: [us], form: adds, amount: 0.01, when: {{inf_europe: {{at_most: 1}}}}}}\n"
                for n in range(min(many, 60))
            ), text, count=1),
        )
    ).encode()  # fmt: skip


DAMAGES: tuple[Damage, ...] = (_tree, _tree, _tree, _bytes, _lines, _lines, _cut, _figures, _coded, _bombs, _swollen)


def damaged(kind: str, number: int) -> bytes:
    """The damaged file of a number."""
    rng = random.Random(f"{kind}-{number}")
    # Small games read in a tenth of January's time, and damage finds the same readers in them: they come more often.
    name = rng.choice(shipped(FOLDERS[kind]) + (("two-by-two", "harbour") * 12 if kind == "scenario" else ()))
    text = (shelf(FOLDERS[kind]) / f"{name}.yaml").read_text("utf-8")
    return rng.choice(DAMAGES)(rng, text)


# ---- Read under limits ------------------------------------------------------------------------------------------------


def _reader(kind: str) -> Callable[[Path], object]:
    if kind == "sweep":
        from sim.sweep.design import read_sweep

        return lambda path: read_sweep(str(path), [])
    if kind == "lesson":
        from sim.classroom.lesson import load

        return load
    from sim.domain.load import load_scenario

    return load_scenario


def _hang(*_: object) -> None:
    raise TimeoutError


def main(kind: str, first: str, count: str, checked: str) -> None:
    """Read ``count`` files from number ``first``; print what came of each and how long the slowest took."""
    from sim.domain.problems import ScenarioError

    read = _reader(kind)
    check = None
    if checked == "checked":
        from sim.checks import check
    space = 6 << 30 if check else 2 << 30
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    signal.signal(signal.SIGPROF, _hang)
    tally, slowest, bad = {"valid": 0, "message": 0}, (0.0, -1), []
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "mine.yaml"
        for number in range(int(first), int(first) + int(count)):
            path.write_bytes(damaged(kind, number))
            began = time.process_time()
            signal.setitimer(signal.ITIMER_PROF, SLOWEST)
            try:
                game = read(path)
                tally["valid"] += 1
                if check is not None:
                    check(game, runs=0)
            except ScenarioError as error:
                tally["message"] += 1
                if len(str(error)) > 12_000 or not str(error).strip():
                    bad.append((number, f"a message of {len(str(error))} characters"))
            except BaseException as error:
                bad.append((number, f"{type(error).__name__}: {str(error)[:200]}"))
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
            slowest = max(slowest, (time.process_time() - began, number))
    print(json.dumps({**tally, "bad": bad, "slowest": slowest, "peak_mb": peak_mib()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
