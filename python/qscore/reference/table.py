"""Reference tables: how many entries have which resolution and Q, and where a new entry ranks among them."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError
from .entries import HIGHEST_RESOLUTION
from .thousandths import thousandths

WINDOW = 0.5  # Å, the paper's window of similar resolution: ± WINDOW, edges included
FEWEST = 10  # entries in a window below which there is no percentile
WEAK = 50  # entries in a window below which a percentile is weak


@dataclasses.dataclass(frozen=True, eq=False)
class ReferenceTable:
    """Counts of entries by resolution and Q, sorted by resolution, then Q, each pair once.

    Attributes
    ----------
    resolution
        (n,) int64, mÅ.
    q
        (n,) int64, Q × 1000.
    count
        (n,) int64, number of entries of that resolution and Q, at least 1.
    name, source, date
        What the entries are, where they come from, and the day (ISO) the table was made.
    dropped
        Reason -> number of rows of the source left out.
    """

    resolution: NDArray[np.int64]
    q: NDArray[np.int64]
    count: NDArray[np.int64]
    name: str
    source: str
    date: str
    dropped: Mapping[str, int]

    @classmethod
    def from_entries(
        cls,
        resolution: ArrayLike,
        q: ArrayLike,
        *,
        name: str,
        source: str,
        date: str,
        dropped: Mapping[str, int] | None = None,
    ) -> ReferenceTable:
        """Count entries of given resolutions (Å) and Qs: two arrays of equal length, without NaN."""
        pairs = np.stack([_resolutions(resolution), _scores(q)])
        (milli, score), count = np.unique(pairs, axis=1, return_counts=True)
        return cls(milli, score, count.astype(np.int64), name, source, date, dict(dropped or {}))

    def __len__(self) -> int:
        """Return the number of entries."""
        return int(self.count.sum())

    def __repr__(self) -> str:
        return f"<ReferenceTable {self.name!r}: {len(self):,} entries>"

    def points(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Resolution (Å) and Q of every entry, sorted: two float64 arrays of the table's length."""
        return np.repeat(self.resolution, self.count) / 1000, np.repeat(self.q, self.count) / 1000

    def relative_all(self, q: ArrayLike) -> float | NDArray[np.float64]:
        """Percentage of all entries with a Q strictly lower (eq. 6).

        Parameters
        ----------
        q
            Q-score of a whole entry, taken to three decimals; a number or an array of any shape.

        Returns
        -------
        float or numpy.ndarray
            0 to 100, a number for a number; NaN where `q` is NaN.

        Raises
        ------
        InputError
            For a Q outside [-1, 1].
        """
        score, missing = _scores(_filled(q)), np.isnan(np.asarray(q, dtype=np.float64))
        lower = self._lower[-1]
        return _plain(np.where(missing, np.nan, lower[self._column(score)] * 100.0 / len(self)))

    def relative_resolution(
        self, q: ArrayLike, d: ArrayLike, window: float = WINDOW, *, fewest: int = FEWEST
    ) -> float | NDArray[np.float64]:
        """Percentage of the entries of similar resolution with a Q strictly lower (eq. 7).

        Parameters
        ----------
        q
            Q-score of a whole entry, taken to three decimals; a number or an array.
        d
            Its resolution, Å, taken to mÅ; broadcast against `q`.
        window
            Entries count whose resolution is within ± `window` Å, edges included.
        fewest
            A window with fewer entries gives NaN.

        Returns
        -------
        float or numpy.ndarray
            0 to 100, a number for numbers; NaN where `q` or `d` is NaN or the window holds fewer than `fewest`.

        Raises
        ------
        InputError
            For a Q outside [-1, 1], a resolution not above 0, or a negative window.
        """
        q, d = np.broadcast_arrays(np.asarray(q, dtype=np.float64), np.asarray(d, dtype=np.float64))
        missing = np.isnan(q) | np.isnan(d)
        first, last = self._rows(_resolutions(_filled(d, 1.0)), window)
        column = self._column(_scores(_filled(q)))
        lower = self._lower[last, column] - self._lower[first, column]
        within = self._lower[last, -1] - self._lower[first, -1]
        known = ~missing & (within >= max(fewest, 1))
        return _plain(np.where(known, lower * 100.0 / np.maximum(within, 1), np.nan))

    def entries(self, d: ArrayLike, window: float = WINDOW) -> int | NDArray[np.int64]:
        """Count the entries whose resolution is within ± `window` of `d` (Å; a number or an array), edges included.

        Raises
        ------
        InputError
            For a resolution not above 0 or a negative window.
        """
        first, last = self._rows(_resolutions(d), window)
        within = (self._lower[last, -1] - self._lower[first, -1]).astype(np.int64)
        return int(within) if within.ndim == 0 else within

    @functools.cached_property
    def _levels(self) -> NDArray[np.int64]:
        """The distinct resolutions, mÅ."""
        return np.unique(self.resolution)

    @functools.cached_property
    def _levels_before(self) -> NDArray[np.intp]:
        """Number of resolution levels below 0, 1, 2, … mÅ, up to one more than the highest level."""
        return np.searchsorted(self._levels, np.arange(self._levels[-1] + 2))

    @functools.cached_property
    def _lower(self) -> NDArray[np.int32]:
        """Number of entries in the first i resolution levels with a Q lower than the table's lowest + k thousandths.

        (levels + 1, Q values + 1); the last column counts all entries of those levels.
        """
        lowest, highest = int(self.q.min()), int(self.q.max())
        lower = np.zeros((len(self._levels) + 1, highest - lowest + 2), dtype=np.int32)
        lower[np.searchsorted(self._levels, self.resolution) + 1, self.q - lowest + 1] = self.count
        np.cumsum(lower, axis=0, out=lower)
        np.cumsum(lower, axis=1, out=lower)
        return lower

    def _column(self, q: NDArray[np.int64]) -> NDArray[np.int64]:
        """Column of `_lower` for Qs in thousandths."""
        return np.clip(q - int(self.q.min()), 0, self._lower.shape[1] - 1)

    def _rows(self, d: NDArray[np.int64], window: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Rows of `_lower` before and after the window around resolutions in mÅ."""
        if not 0 <= window <= HIGHEST_RESOLUTION:
            raise InputError(f"the resolution window must be from 0 to {HIGHEST_RESOLUTION:g} Å; got {window!r}")
        half = int(thousandths(window))
        last = len(self._levels_before) - 1
        return (
            self._levels_before[np.clip(d - half, 0, last)],
            self._levels_before[np.clip(d + half + 1, 0, last)],
        )


def _filled(values: ArrayLike, value: float = 0.0) -> NDArray[np.float64]:
    """Replace NaN by `value`."""
    values = np.asarray(values, dtype=np.float64)
    return np.where(np.isnan(values), value, values)


def _plain(values: NDArray[np.float64]) -> float | NDArray[np.float64]:
    """Turn a single number into a Python one."""
    return float(values) if values.ndim == 0 else values


def _scores(q: ArrayLike) -> NDArray[np.int64]:
    """Check Qs and return them in thousandths."""
    q = np.asarray(q, dtype=np.float64)
    if not (good := np.abs(q) <= 1).all():
        raise InputError(f"a Q-score is from -1 to 1; got {q[~good].flat[0]:g}")
    return thousandths(q)


def _resolutions(d: ArrayLike) -> NDArray[np.int64]:
    """Check resolutions (Å) and return them in mÅ."""
    d = np.asarray(d, dtype=np.float64)
    if not (good := (d > 0) & (d <= HIGHEST_RESOLUTION)).all():
        raise InputError(f"a resolution is above 0 and at most {HIGHEST_RESOLUTION:g} Å; got {d[~good].flat[0]:g}")
    return thousandths(d)
