"""Points that a CSV file lists: a header of factors, by name or path, then one point a line."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from sim.domain.problems import ScenarioError, nearest, shown
from sim.sweep.factors import Factor, Values, completed, typed, written
from sim.sweep.paths import Astray, place_of
from sim.sweep.reading import Reader

TRIED = 256
"""So many different values of a column that are no plain figures are laid over the scenario."""


def listed_points(reader: Reader, factors: tuple[Factor, ...]) -> tuple[tuple[Factor, ...], list[Values]]:
    """Read the points that a sweep's design names.

    Parameters
    ----------
    reader
        Of the sweep file.
    factors
        Those it describes; further columns may name a path.

    Returns
    -------
    tuple
        The factors in the order of the columns, and each one's value at every point.

    Raises
    ------
    ScenarioError
        With file and line: no such file, a row too short, a header that names nothing, a value that the scenario refuses.
    """
    name = reader.given.design.csv or ""
    path = next((one for one in (reader.path.parent / name, Path(name)) if one.is_file()), None)
    if path is None:
        return reader.fail(("design", "csv"), f"no file {name}", "a CSV file beside the sweep file")
    rows = _rows(path)
    header = [cell.strip() for cell in rows[0][1]]
    columns = [_column(reader, path, cell, factors) for cell in header]
    present = {column.path for column in columns}
    if len(present) < len(columns):
        raise ScenarioError(f"{path}:1: found a factor twice; expected every column once.")
    absent = [factor.name for factor in factors if factor.path not in present]
    if absent:
        raise ScenarioError(f"{path}:1: found no column {absent[0]}; expected one for every factor of {reader.path}.")
    for line, row in rows:
        if len(row) != len(header):
            raise ScenarioError(f"{path}:{line}: found {len(row)} cells; expected {len(header)}, one a column.")
    reader.apart(columns)
    values = [_values(reader, path, one, [(line, row[at]) for line, row in rows[1:]]) for at, one in enumerate(columns)]
    return reader.named(columns), values


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Lines that are not empty, with their numbers."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = csv.reader(stream, strict=True)
            rows = [(lines.line_num, row) for row in lines if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ScenarioError(f"{path}: found a file that cannot be read ({error}); expected CSV in UTF-8.") from None
    if len(rows) < 2:
        raise ScenarioError(f"{path}: found no points; expected a header and one point a line.")
    return rows


def _column(reader: Reader, path: Path, cell: str, factors: tuple[Factor, ...]) -> Factor:
    """The factor that a cell of the header names."""
    for factor in factors:
        if cell in (factor.name, factor.path):
            return factor
    try:
        return Factor("", place_of(reader.scenario, cell), None)
    except Astray as error:
        hint = nearest(cell, [factor.name for factor in factors]) or error.problem.hint
        raise ScenarioError(
            f"{path}:1: {cell}: found {error.problem.found}; expected {error.problem.expected}.{hint}"
        ) from None


def _values(reader: Reader, path: Path, factor: Factor, cells: list[tuple[int, str]]) -> Values:
    """A column's values: each checked by its kind, the ends (of words: all) laid over the scenario."""
    found: list[Any] = []
    lines: dict[str, tuple[int, Any]] = {}
    for line, text in cells:
        value = _value(path, line, factor, text)
        refusal = factor.place.refusal(completed(factor.place, value))
        if refusal:
            said = text.strip() or "nothing"
            raise ScenarioError(f"{path}:{line}: {factor.path}: found {said}; expected {refusal}.")
        lines.setdefault(written(value), (line, value))
        found.append(value)
    plain = typed(found)
    tried = list(lines.values())
    if isinstance(plain, np.ndarray) and plain.dtype != np.bool_:
        tried = [min(tried, key=lambda one: one[1]), max(tried, key=lambda one: one[1])]
    for line, value in tried[:TRIED]:
        for place in (factor.place, *factor.also):
            reader.tried(f"{path}:{line}", place, value)
    return plain


def _value(path: Path, line: int, factor: Factor, text: str) -> Any:
    """A cell as YAML reads it; 1e-3, which YAML takes for a word, is a figure."""
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        raise ScenarioError(
            f"{path}:{line}: {factor.path}: found {shown(text)}; expected a figure or a word."
        ) from None
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    return value
