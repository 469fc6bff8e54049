from typing import Any

import numpy as np
from numpy.typing import NDArray

class LatinHypercube:
    def __init__(self, d: int, *, seed: Any = None, **named: Any) -> None: ...
    def random(self, n: int = 1) -> NDArray[np.float64]: ...
