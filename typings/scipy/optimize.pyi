from collections.abc import Callable
from typing import Any

class Bounds:
    def __init__(self, lb: Any = ..., ub: Any = ..., keep_feasible: Any = ...) -> None: ...

class LinearConstraint:
    def __init__(self, A: Any, lb: Any = ..., ub: Any = ..., keep_feasible: Any = ...) -> None: ...

class OptimizeResult:
    success: bool
    x: Any
    fun: Any

def milp(
    c: Any, *, integrality: Any = None, bounds: Any = None, constraints: Any = None, options: Any = None
) -> OptimizeResult: ...
def brentq(
    f: Callable[[float], float], a: float, b: float, args: Any = (), xtol: float = ..., rtol: float = ...
) -> float: ...
