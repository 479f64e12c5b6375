"""Whole thousandths: resolutions in mÅ and Q × 1000, the integers in which entries are compared.

Most resolutions sit on a 0.1 Å grid, so an entry often lies exactly on a window's edge, where floating-point
differences decide at random; integers decide exactly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def thousandths(values: ArrayLike) -> NDArray[np.int64]:
    """Round finite numbers to whole thousandths as their decimal writing would be: half away from zero.

    ``0.4125`` gives 413 though the nearest double is a little below it, and ``3.45`` gives 3450 though
    ``3.45 * 1000`` is 3449.9999999999995.

    Parameters
    ----------
    values
        Finite numbers of at most 15 significant digits, any shape.

    Returns
    -------
    numpy.ndarray
        int64, the same shape.
    """
    values = np.asarray(values, dtype=np.float64)
    size = np.abs(values)
    whole = np.floor(size * 1000)
    # The division rounds once, so it gives the very double that the decimal tie (whole + 1/2) / 1000 is read as.
    rounded = (whole + (size >= (2 * whole + 1) / 2000)).astype(np.int64)
    result: NDArray[np.int64] = np.where(values < 0, -rounded, rounded)
    return result
