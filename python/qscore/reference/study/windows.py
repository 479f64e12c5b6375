"""Entries of similar resolution: window sizes (Table 1), bias (eq. 10), rolling percentiles (supplement S3, S6)."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from ..expected import HIGHEST, LOWEST
from ..table import FEWEST, WINDOW, ReferenceTable
from ..thousandths import thousandths

SIZES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5)  # Å, Table 1
DIVIDE = 5.0  # Å, eq. 10 is worked out below it and from it on
PERCENTILES = (2.5, 50.0, 97.5)


@dataclasses.dataclass(frozen=True)
class Window:
    """One window size: entries within it over all entries, and eq. 10's r below 5 Å and from 5 Å on (NaN if none)."""

    window: float
    minimum: int
    mean: float
    maximum: int
    r_below_5: float
    r_from_5: float


@dataclasses.dataclass(frozen=True, eq=False)
class Rolling:
    """Percentiles of Q within ± 0.5 Å of resolutions 0.1 Å apart: (m,) and (m, 3) float64, NaN below 10 entries."""

    resolution: NDArray[np.float64]
    entries: NDArray[np.int64]
    percentiles: NDArray[np.float64]


@dataclasses.dataclass(frozen=True, eq=False)
class Histogram:
    """Entries by resolution: (m + 1,) edges, Å, lower ones included, and the last one; (m,) counts."""

    edges: NDArray[np.float64]
    counts: NDArray[np.int64]


def compare_windows(table: ReferenceTable) -> list[Window]:
    """Measure every window size of Table 1 over the entries of `table`."""
    d, q = table.points()
    rows = []
    for size in SIZES:
        entries = np.asarray(table.entries(d, size))
        share = np.asarray(table.relative_resolution(q, d, size, fewest=1))
        r = [_correlation(share[part], d[part]) for part in (d < DIVIDE, d >= DIVIDE)]
        rows.append(Window(size, int(entries.min()), float(entries.mean()), int(entries.max()), *r))
    return rows


def _correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Pearson's r (eq. 10); NaN where it is undefined."""
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])


def roll_percentiles(table: ReferenceTable) -> Rolling:
    """Work out percentiles of Q in a window that moves along the resolution."""
    d, q = table.points()
    milli = thousandths(d)
    centres = np.arange(round(LOWEST * 1000), round(HIGHEST * 1000) + 1, 100)
    half = round(WINDOW * 1000)
    first = np.searchsorted(milli, centres - half, side="left")
    last = np.searchsorted(milli, centres + half, side="right")
    percentiles = [
        np.percentile(q[a:b], PERCENTILES) if b - a >= FEWEST else np.full(len(PERCENTILES), np.nan)
        for a, b in zip(first, last, strict=True)
    ]
    return Rolling(centres / 1000, (last - first).astype(np.int64), np.array(percentiles))


def count_by_resolution(table: ReferenceTable) -> Histogram:
    """Count the entries in bins of 0.5 Å."""
    edges = np.arange(round(LOWEST * 1000), round(HIGHEST * 1000) + 1, 500)
    counts, _ = np.histogram(table.resolution, edges, weights=table.count)
    return Histogram(edges / 1000, counts.astype(np.int64))
