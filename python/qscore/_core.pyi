from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__version__: str

def instruction_set() -> str: ...
def score(
    values: NDArray[np.float32],
    origin: NDArray[np.float64],
    steps: NDArray[np.float64],
    positions: NDArray[np.float64],
    queries: NDArray[np.int64],
    *,
    sigma: float,
    radius_step: float,
    shells: int,
    points: int,
    threads: int = 0,
    progress: Callable[[int], object] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.int32]]: ...
