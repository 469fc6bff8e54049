from typing import Any

import numpy as np
from numpy.typing import NDArray

def sample(
    problem: dict[str, Any], N: int, *, calc_second_order: bool = True, seed: Any = None
) -> NDArray[np.float64]: ...
