"""The points of a sweep: columns for tables, figures for an engine, changes that rebuild each one's scenario."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.domain.files import laid
from sim.domain.load import build
from sim.domain.plain import is_list, is_mapping
from sim.domain.scenario import Scenario
from sim.sweep.factors import Values, written
from sim.sweep.laying import Laid

if TYPE_CHECKING:
    from sim.sweep.design import Sweep


@dataclass(frozen=True)
class Points:
    """All points of a sweep.

    Attributes
    ----------
    sweep
        Whose.
    drawn
        By factor, what the design drew, before anything is scaled to a whole.
    laid
        What is laid over the scenario, path by path.
    unit
        float64[n, factors], shares of [0, 1]; what SALib's analyses want as inputs. None for factorial and csv.
    """

    sweep: Sweep
    drawn: tuple[Values, ...]
    laid: tuple[Laid, ...]
    unit: NDArray[np.float64] | None

    @property
    def n(self) -> int:
        """How many."""
        return self.sweep.n

    @property
    def names(self) -> tuple[str, ...]:
        """Column names of the factors."""
        return tuple(factor.name for factor in self.sweep.factors)

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of the factors."""
        return tuple(factor.path for factor in self.sweep.factors)

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """By factor "figure", where all it changes is figures of an engine, else "structural"."""
        bare = {path for one in self.laid if one.figure is None for path in one.owners}
        return tuple("structural" if path in bare else "figure" for path in self.paths)

    @cached_property
    def columns(self) -> dict[str, Values]:
        """By name, the value that each point's scenario has: figures and switches as arrays, all else in words."""
        effective = {
            one.path.removesuffix(".value"): one.values for one in self.laid if isinstance(one.values, np.ndarray)
        }
        return {
            factor.name: factor.column(effective.get(factor.path, values))
            for factor, values in zip(self.sweep.factors, self.drawn)
        }

    def changes(self, k: int) -> list[str]:
        """The ``path=value`` texts that make a point's scenario out of ``sweep.scenario_name``, exact to the last bit."""
        return [*self.sweep.fixed, *(f"{one.path}={written(one.values[k])}" for one in self.laid)]

    def structure(self, k: int) -> tuple[str, ...]:
        """The changes of a point that need a scenario of their own; the same for points that can share an engine."""
        return (*self.sweep.fixed, *(f"{one.path}={written(one.values[k])}" for one in self.laid if one.figure is None))

    @property
    def figures(self) -> tuple[str, ...]:
        """Paths that an engine takes as figures of a run."""
        return tuple(one.figure for one in self.laid if one.figure is not None)

    def figures_of(self, points: NDArray[np.int64]) -> NDArray[np.float64]:
        """Values of those figures, float64[len(points), len(figures)]."""
        columns = [np.asarray(one.values)[points].astype(np.float64) for one in self.laid if one.figure is not None]
        return np.column_stack(columns) if columns else np.empty((len(points), 0))

    def scenario(self, k: int, *, figures: bool = True) -> Scenario:
        """A point's scenario; without ``figures`` the one that all points of its structure share.

        The same as the scenario's own file with ``changes(k)``, without reading it again.

        Raises
        ------
        ScenarioError
            The point's values do not go together.
        """
        laid = [one for one in self.laid if figures or one.figure is None]
        tree: dict[str, Any] = {}
        for one in laid:
            *above, last = one.path.split(".")
            branch = tree
            for key in above:
                branch = branch.setdefault(key, {})
            value = one.values[k]
            branch[last] = _Leaf(value.item() if isinstance(value, np.generic) else value)
        return build(_placed(self.sweep.content, tree), None, f"{self.sweep.name}: point {k}")

    def problem(self) -> dict[str, Any]:
        """The sweep as SALib's analyses want it, over ``unit``."""
        return {"num_vars": len(self.names), "names": list(self.names), "bounds": [[0.0, 1.0]] * len(self.names)}

    def effective(self) -> dict[str, Any]:
        """As ``Sweep.effective``."""
        return self.sweep.effective()


@dataclass(frozen=True)
class _Leaf:
    """A value at the end of a path, told from the mappings on the way to it."""

    value: Any


def _placed(node: Any, tree: Any) -> Any:
    """A copy of a scenario's content with many values laid over it in one go."""
    if is_mapping(node) and is_list(node.get("value")) and all(key.isdecimal() for key in tree):
        return {"value": _placed(node["value"], tree)}
    if is_list(node):
        return [_below(str(at), item, tree[str(at)]) if str(at) in tree else item for at, item in enumerate(node)]
    over: dict[str, Any] = node or {}
    return {**over, **{key: _below(key, over.get(key), branch) for key, branch in tree.items()}}


def _below(key: str, node: Any, tree: Any) -> Any:
    """What stands at a key with its part of the values laid over it."""
    return laid(key, node, tree.value) if isinstance(tree, _Leaf) else _placed(node, tree)
