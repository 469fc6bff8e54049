from typing import Any

import numpy as np
from numpy.typing import NDArray

def sample(problem: dict[str, Any], N: int, num_levels: int = 4, *, seed: Any = None) -> NDArray[np.float64]: ...
