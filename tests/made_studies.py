"""Studies for the tests of findings: small ones really played, and copies of them whose rows say something else."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sim.store import Study
from sim.sweep.design import read_sweep, replication
from sim.sweep.plan import Plan
from sim.sweep.run import run_sweep

TRUST = """\
question: Does good faith or the order of the venues decide more?
scenario: january-2022
factors:
  parties.russia.types.good_faith.probability: {name: good_faith, list: [0.1, 0.9]}
  calendar:
    name: order
    list: [[geneva, brussels, vienna], [vienna, geneva, brussels]]
    labels: [Geneva first, Vienna first]
design: factorial
replications: 60
seed: 3
common_random_numbers: yes
"""

DRAWN = """\
scenario: january-2022
factors:
  sanctions.credibility: {uniform: [0, 1]}
  parties.ukraine.has_consent: {name: consent, choice: [true, false], weights: [3, 1]}
design:
  latin_hypercube: {points: 24}
replications: 5
seed: 0
common_random_numbers: yes
"""


def swept(text: str, folder: Path) -> Study:
    """Play a sweep given as text."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "asked.yaml"
    file.write_text(text, "utf-8")
    return run_sweep(Plan(read_sweep(file)), folder / "rows")


def plain(scenario: str, runs: int, folder: Path, changes: Sequence[str] = ()) -> Study:
    """Play a scenario so many times."""
    return run_sweep(Plan(replication(scenario, runs, 0, changes)), folder / "rows")


def doctored(study: Study, folder: Path, change: Callable[[pa.Table], pa.Table]) -> Study:
    """A copy of a study with other rows: the same columns, in one part."""
    shutil.copytree(study.folder, folder, ignore=shutil.ignore_patterns("rows-*", ".lock"))
    table = change(study.table())
    pq.write_table(table.cast(study.schema), folder / "rows-000000000000.parquet")
    return Study(folder)


def column(table: pa.Table, name: str, values: Sequence[object]) -> pa.Table:
    """A table with one column replaced; words become codes where the column has them."""
    field = table.schema.field(name)
    array = pa.array(list(values))
    if pa.types.is_dictionary(field.type):
        array = array.cast(pa.string()).dictionary_encode().cast(field.type)
    return table.set_column(table.schema.get_field_index(name), field, array.cast(field.type))
