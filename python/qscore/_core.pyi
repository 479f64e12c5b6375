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
def gaussian_map(
    positions: NDArray[np.float64],
    weights: NDArray[np.float64],
    sigma: float,
    shape: tuple[int, int, int],
    origin: NDArray[np.float64],
    steps: NDArray[np.float64],
    threads: int = 0,
) -> NDArray[np.float32]: ...
def electron_map(
    positions: NDArray[np.float64],
    occupancies: NDArray[np.float64],
    types: NDArray[np.int32],
    form_factors: NDArray[np.float64],
    b_factors: NDArray[np.float64],
    resolution: float,
    shape: tuple[int, int, int],
    origin: NDArray[np.float64],
    steps: NDArray[np.float64],
    in_sd: bool,
    threads: int = 0,
) -> NDArray[np.float32]: ...
def correlate(
    model_values: NDArray[np.float32],
    model_origin: NDArray[np.float64],
    model_steps: NDArray[np.float64],
    values: NDArray[np.float32],
    origin: NDArray[np.float64],
    steps: NDArray[np.float64],
    threshold: float,
    threads: int = 0,
) -> tuple[float, float, int]: ...
def scan_grid(
    positions: NDArray[np.float64], spacing: float
) -> tuple[list[float], list[float], list[int], list[int], list[int]]: ...
def scan_bfactors(
    positions: NDArray[np.float64],
    occupancies: NDArray[np.float64],
    types: NDArray[np.int32],
    form_factors: NDArray[np.float64],
    disorder: NDArray[np.float64],
    factors: NDArray[np.float64],
    resolution: float,
    spacing: float,
    values: NDArray[np.float32],
    origin: NDArray[np.float64],
    steps: NDArray[np.float64],
    threshold: float,
    threads: int = 0,
) -> list[tuple[float, float, int]]: ...
