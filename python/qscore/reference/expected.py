"""The Q-score to expect of a model in a map of a given resolution (Pintilie et al. 2025, eqs 1-4).

The coefficients are constants of the method, printed in the paper for sigma 0.4 and 1-10 Å; `qscore.reference.study`
refits them from the entries themselves.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Q_MEAN = (-0.0016, 0.0434, -0.3956, 1.3366)  # eq. 1: coefficients of d³, d², d, 1
PEAK_OFFSET = 0.024  # eq. 2
LOW_OFFSET = -0.126  # eq. 3
HIGH_OFFSET = 0.109  # eq. 4
LOWEST, HIGHEST = 1.0, 10.0  # Å, the resolutions of the regression, both included

Q_SIGMA06 = (-0.0019064058, 0.0499875375, -0.4513945578, 1.5361860733)  # MapQ's expected Q for sigma 0.6
MARGIN_SIGMA06 = 0.1

PLACES = ("below", "within", "above")  # of a part of a model beside the bounds


def _curve(coefficients: tuple[float, ...], offset: float, d: ArrayLike) -> Any:
    resolution = np.asarray(d, dtype=np.float64)
    inside = (resolution >= LOWEST) & (resolution <= HIGHEST)
    q = np.where(inside, np.polyval(coefficients, np.where(inside, resolution, LOWEST)) + offset, np.nan)
    return float(q) if q.ndim == 0 else q


def q_mean(d: ArrayLike) -> float | NDArray[np.float64]:
    """Mean Q of entries of resolution `d` (eq. 1, sigma 0.4).

    Parameters
    ----------
    d
        Resolution, Å; a number or an array of any shape.

    Returns
    -------
    float or numpy.ndarray
        A number for a number, else an array of the same shape; NaN outside 1-10 Å (`out_of_range` says why).
    """
    result: float | NDArray[np.float64] = _curve(Q_MEAN, 0.0, d)
    return result


def q_peak(d: ArrayLike) -> float | NDArray[np.float64]:
    """Most commonly observed Q at resolution `d` (eq. 2, sigma 0.4); parameters and result as `q_mean`."""
    result: float | NDArray[np.float64] = _curve(Q_MEAN, PEAK_OFFSET, d)
    return result


def q_low(d: ArrayLike) -> float | NDArray[np.float64]:
    """Q below which few entries of resolution `d` lie (eq. 3, sigma 0.4); parameters and result as `q_mean`.

    The paper calls `q_low` to `q_high` "95 %"; of its own entries 91.7 % lie between them, 6.0 % below and 2.3 % above.
    """
    result: float | NDArray[np.float64] = _curve(Q_MEAN, LOW_OFFSET, d)
    return result


def q_high(d: ArrayLike) -> float | NDArray[np.float64]:
    """Q above which few entries of resolution `d` lie (eq. 4, sigma 0.4); parameters and result as `q_mean`."""
    result: float | NDArray[np.float64] = _curve(Q_MEAN, HIGH_OFFSET, d)
    return result


def q_expected_sigma06(d: ArrayLike) -> float | NDArray[np.float64]:
    """MapQ's expected Q at resolution `d` for scores of sigma 0.6 (± 0.1); parameters and result as `q_mean`."""
    result: float | NDArray[np.float64] = _curve(Q_SIGMA06, 0.0, d)
    return result


def out_of_range(d: float) -> str | None:
    """Why there is no expected Q at resolution `d` (Å): a sentence, or None when there is one."""
    if LOWEST <= d <= HIGHEST:
        return None
    return (
        f"expected Q-scores are known for {LOWEST:g} to {HIGHEST:g} Å only, the range of the regression; "
        f"the resolution is {d:g} Å"
    )


@dataclasses.dataclass(frozen=True)
class Expected:
    """What Q to expect of one entry.

    Attributes
    ----------
    q_peak, q_low, q_high
        The most commonly observed Q and its bounds; all None where none are known.
    reason
        Why none are known, or what they are when not the paper's; None for the paper's.
    """

    q_peak: float | None = None
    q_low: float | None = None
    q_high: float | None = None
    reason: str | None = None

    def place(self, q: ArrayLike) -> NDArray[np.str_]:
        """Compare the Qs of parts of a model (residues, ligands) with `q_low` and `q_high`.

        Parameters
        ----------
        q
            Q-scores, any shape.

        Returns
        -------
        numpy.ndarray
            Strings of the same shape: "below", "within" or "above"; "" where no bounds are known or `q` is NaN.
        """
        q = np.asarray(q, dtype=np.float64)
        low, high = (np.nan if bound is None else bound for bound in (self.q_low, self.q_high))
        return np.select([q < low, (q >= low) & (q <= high), q > high], PLACES, default="")


def expected_q(d: float, sigma: float = 0.4) -> Expected:
    """Return the expected Q at resolution `d` (Å) for scores computed with `sigma` (Å)."""
    if sigma not in (0.4, 0.6):
        return Expected(
            reason=f"no expected Q-scores are known for sigma {sigma:g}: "
            "the published curves are for sigma 0.4 and, in MapQ, 0.6"
        )
    if (reason := out_of_range(d)) is not None:
        return Expected(reason=reason)
    if sigma == 0.6:
        q = float(q_expected_sigma06(d))
        return Expected(
            q,
            q - MARGIN_SIGMA06,
            q + MARGIN_SIGMA06,
            f"the expected Q-score for sigma 0.6 is MapQ's, with its margin of ± {MARGIN_SIGMA06:g}",
        )
    return Expected(float(q_peak(d)), float(q_low(d)), float(q_high(d)))
