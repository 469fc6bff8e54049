"""From a sweep file to its factors: what the scenario makes of every path and every value, found before anything runs."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sim.domain import files as scenario_files
from sim.domain.files import Places, change
from sim.domain.load import build
from sim.domain.problems import Problem, ScenarioError, message, nearest, shown
from sim.sweep import distributions
from sim.sweep.coding import WIDTHS, Width, coded_factors
from sim.sweep.distributions import Distribution
from sim.sweep.factors import TAKEN, Factor, completed, named, overlapping, written
from sim.sweep.laying import whole_of
from sim.sweep.paths import Astray, Place, place_of
from sim.sweep.schema import DESIGNS, FORMS, CodingSpec, FactorSpec, SweepFile, checked

Key = tuple[str | int, ...]


def locate(name: str) -> Path:
    """Find a sweep by file name or by name on the shelf.

    Raises
    ------
    ScenarioError
        Where there is none, with the nearest name.
    """
    if scenario_files.is_file(Path(name)):
        return Path(name)
    shipped = scenario_files.shipped("sweeps")
    if name in shipped:
        return scenario_files.shelf("sweeps") / f"{name}.yaml"
    if scenario_files.is_folder(Path(name)):
        raise ScenarioError(f"{name}: found a folder; expected a sweep file or the name of a sweep.")
    if name in scenario_files.shipped():
        raise ScenarioError(f"{name}: found a scenario; expected a sweep file, or --runs N for plain replication.")
    known = ", ".join(shipped)
    raise ScenarioError(
        f"{name[: scenario_files.LONGEST_NAME]}: found no such file or sweep; expected a YAML file or one of: {known}."
        f"{nearest(name, shipped)}"
    )


class Reader:
    """One sweep file while it is read: where its keys stand, and the scenario that they are about."""

    def __init__(self, path: Path, changes: Iterable[str] = (), instead: Mapping[str, Any] | None = None) -> None:
        self.path = path
        content, self.places = scenario_files.read(path)
        given = checked({**content, **(instead or {})})
        if not isinstance(given, SweepFile):
            raise ScenarioError(message(given, self.places, str(path)))
        self.given = given
        for key in given.set:
            if "=" in key:
                self.fail(("set", key), f'"{key}"', "a dotted path")
        self.fixed = (*(f"{key}={written(value)}" for key, value in given.set.items()), *changes)
        found = scenario_files.locate(given.scenario, beside=path.parent)
        self.scenario_name = given.scenario if given.scenario in scenario_files.shipped() else str(found)
        base, base_places = scenario_files.gather(found)
        self.content, changed = change(base, self.fixed)
        self.scenario = build(self.content, self._places(base_places, changed), str(found))
        self._design()

    def fail(self, key: Key, found: str, expected: str, near: tuple[str, ...] = (), word: str = "") -> Any:
        """End with a message about one key of the file."""
        raise ScenarioError(message([Problem(key, found, expected, near, word)], self.places, str(self.path)))

    def _places(self, base: Places, changed: Places) -> Places:
        """Places of the scenario's keys; what ``set`` wrote stands in this file, and nothing of the old is left below."""
        base = {key: at for key, at in base.items() if not any(key[:length] in changed for length in range(len(key)))}
        own = {key: self.places.get(("set", ".".join(map(str, key)))) for key in changed}
        return {**base, **changed, **{key: place for key, place in own.items() if place}}

    def _design(self) -> None:
        design = self.given.design
        chosen = [name for name in DESIGNS if getattr(design, name) is not None]
        if len(chosen) != 1:
            self.fail(
                ("design",), " and ".join(chosen) or "no design with its sizes", f"exactly one of: {', '.join(DESIGNS)}"
            )
        if design.sobol is not None and design.sobol.points & (design.sobol.points - 1):
            below = 1 << (design.sobol.points.bit_length() - 1)
            self.fail(
                ("design", "sobol", "points"),
                str(design.sobol.points),
                f"a power of two, {below} or {2 * below}: a Sobol sequence is balanced only there",
            )

    # ---- Factors ------------------------------------------------------------------------------------------------------

    def factors(self) -> tuple[Factor, ...]:
        """All factors with their names, those written first, then the coded ones."""
        found = [self._factor(path, spec) for path, spec in self.given.factors.items()]
        found += self._coded({place.path for factor in found for place in (factor.place, *factor.also)})
        listed = self.given.design.csv is not None
        if not found and not listed:
            self.fail((), "neither factors nor coding", "at least one thing that varies")
        self.apart(found)
        return self.named(found)

    def apart(self, found: list[Factor]) -> None:
        """Refuse two factors, or a factor and a change, that are about the same figure."""
        twice = overlapping(place.path for factor in found for place in (factor.place, *factor.also))
        if twice:
            self.fail(("factors", twice[1]), f"a path that {twice[0]} covers already", "every figure varied once")
        varied = {place.path for factor in found for place in (factor.place, *factor.also)}
        for text in self.fixed:
            path = text.partition("=")[0]
            if path in varied or overlapping([path, *(one for one in varied if one.startswith(path))]):
                self.fail(("factors", path), f"a factor that is also set ({text})", "the one or the other")

    def named(self, found: list[Factor]) -> tuple[Factor, ...]:
        """The factors with their column names, each of its own."""
        names = named([factor.path for factor in found], [factor.name for factor in found])
        for at, (name, factor) in enumerate(zip(names, found)):
            if names.index(name) < at or name in TAKEN:
                self.fail(("factors", factor.path, "name"), f'the name "{name}" of another column', "a name of its own")
        return tuple(dataclasses.replace(factor, name=name) for name, factor in zip(names, found))

    def place(self, key: Key, path: str) -> Place:
        """Where a path ends, or a message about the key that names it."""
        try:
            return place_of(self.scenario, path)
        except Astray as error:
            problem = error.problem
            return self.fail(key, problem.found, problem.expected, problem.near, problem.word)

    def _factor(self, path: str, spec: FactorSpec) -> Factor:
        key: Key = ("factors", path)
        place = self.place(key, path)
        also = tuple(self.place((*key, "also", at), other) for at, other in enumerate(spec.also))
        forms = [form for form in FORMS if getattr(spec, form) is not None]
        if self.given.design.csv is not None:
            if forms:
                self.fail((*key, forms[0]), f"a {forms[0]}", "none: the file of points holds the values")
            return Factor(spec.name or "", place, None, also)
        if len(forms) != 1:
            self.fail(key, " and ".join(forms) or "no values", f"exactly one of: {', '.join(FORMS)}")
        if self.given.design.factorial is not None and forms[0] not in ("grid", "list"):
            self.fail((*key, forms[0]), f"a {forms[0]}", "a grid or a list: a factorial design needs values to combine")
        distribution = self._distribution(key, spec, forms[0], place)
        if spec.labels and len(spec.labels) != len(distribution.values):
            self.fail((*key, "labels"), f"{len(spec.labels)} labels", f"{len(distribution.values)}, one a value")
        if len(set(spec.labels)) < len(spec.labels):
            self.fail((*key, "labels"), "a label twice", "a word for each value")
        for one in (place, *also):
            if also and whole_of(self.scenario, one.path):
                self.fail((*key, "also"), f"{one.path}, a part of a whole", "figures that need not sum to a total")
            self._try(key, forms[0], one, distribution)
        return Factor(spec.name or "", place, distribution, also, spec.labels)

    def _distribution(self, key: Key, spec: FactorSpec, form: str, place: Place) -> Distribution:
        given: tuple[Any, ...] = getattr(spec, form)
        at = (*key, form)
        for name, needed in (("within", "normal"), ("weights", "choice")):
            if getattr(spec, name) is not None and form != needed:
                self.fail((*key, name), f"{name} beside {form}", f"none: only a {needed} has it")
        if form in ("list", "choice"):
            if len({written(completed(place, value)) for value in given}) < len(given):
                self.fail(at, "a value twice", "each value once")
            if form == "list":
                return distributions.listed(given)
            weights = spec.weights or self.fail((*key, "weights"), "nothing", "a weight for each value")
            if len(weights) != len(given) or min(weights) <= 0 or not math.isfinite(sum(weights)):
                self.fail((*key, "weights"), shown(list(weights)), f"{len(given)} weights above 0, one a value")
            return distributions.listed(given, tuple(map(float, weights)))
        if not all(math.isfinite(one) for one in given):
            self.fail(at, shown(list(given)), "finite figures")
        if form == "normal":
            return self._normal(key, spec, place)
        ordered = given[:2] if form == "grid" else given
        if any(high < low for low, high in itertools.pairwise(ordered)) or ordered[0] == ordered[-1]:
            self.fail(at, shown(list(given)), "figures from low to high")
        if form == "log_uniform" and given[0] <= 0:
            self.fail(at, shown(list(given)), "figures above 0")
        if form == "grid":
            return distributions.grid(*given)
        return Distribution(form, tuple(map(float, given)), ordered[0], ordered[-1])

    def _normal(self, key: Key, spec: FactorSpec, place: Place) -> Distribution:
        mean, spread = spec.normal or (0.0, 0.0)
        if spread <= 0:
            self.fail((*key, "normal"), f"a standard deviation of {spread:g}", "one above 0")
        low, high = spec.within or place.bounds
        found = distributions.normal(mean, spread, max(low, place.bounds[0]), min(high, place.bounds[1]))
        if found.low >= found.high:
            self.fail(
                (*key, "normal"),
                f"nothing of it between {max(low, place.bounds[0]):g} and {min(high, place.bounds[1]):g}",
                f"a mean within {distributions.REACH:g} standard deviations of that range",
            )
        return found

    def _try(self, key: Key, form: str, place: Place, distribution: Distribution) -> None:
        """Every value by its kind; the lowest and highest figure, and all that are no figures, laid over the scenario alone."""
        whole = form in ("uniform", "log_uniform", "triangular", "normal")
        if whole and place.whole:
            self.fail((*key, form), f"a {form} of fractions", "integers, a grid, a list or a choice of whole numbers")
        for value in distribution.ends:
            refusal = place.refusal(completed(place, value))
            if refusal:
                self.fail((*key, form), shown(value), f"{refusal} ({place.path})")
        plain = all(type(value) in (int, float) for value in distribution.ends)
        line = self.places.get(key, ("", 0))[1]
        for value in (min(distribution.ends), max(distribution.ends)) if plain else distribution.ends:
            self.tried(f"{self.path}:{line}: {'.'.join(map(str, key))} at {written(value)}", place, value)

    def tried(self, label: str, place: Place, value: Any) -> None:
        """One value laid over the scenario; parts of a whole are judged with the points, where they are scaled."""
        if place.path.rpartition(".")[2] not in ("salience", "share", "probability"):
            content, _ = change(self.content, [f"{place.path}={written(completed(place, value))}"])
            build(content, {}, label)

    def _coded(self, explicit: set[str]) -> list[Factor]:
        spec = self.given.coding
        if spec is None:
            return []
        if self.given.design.kind in ("factorial", "csv"):
            kind = self.given.design.kind
            self.fail(("coding",), f"coding under a {kind} design", "a random, latin_hypercube, sobol or morris design")
        paths = [factor.path for factor in coded_factors(self.scenario, WIDTHS)] if spec.only else []
        for at, start in enumerate(spec.only):
            if not any(f"{path}.".startswith(f"{start}.") for path in paths):
                self.fail(("coding", "only", at), shown(start), "the opening of a path with cells marked as uncertain")
        found = coded_factors(self.scenario, widths_of(spec), spec.only)
        return [factor for factor in found if factor.path not in explicit]


def widths_of(spec: CodingSpec) -> dict[str, Width]:
    """The widths of every mark: those of clause 14 with what a file changes."""
    return {
        mark: dataclasses.replace(width, **getattr(spec, mark).model_dump(exclude_none=True))
        for mark, width in WIDTHS.items()
    }
