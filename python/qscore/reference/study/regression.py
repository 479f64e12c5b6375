"""Polynomials of Q against resolution: fits, subsets, cross-validation, the peak (paper, sections 2, 3, A1.2, A1.3)."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...optional import library
from .. import expected
from .points import Points

DEGREE = 3  # the paper's choice
FEWEST = 30  # points that a subset needs to be fitted
BALANCED_BIN = 0.5  # Å
BALANCED_TOTAL = 400  # about as many as the paper's balanced set
TRAINING = 0.9


@dataclasses.dataclass(frozen=True, eq=False)
class Fit:
    """An ordinary least-squares polynomial.

    Attributes
    ----------
    label
        Which points.
    x
        Name of the column that Q is fitted against.
    n
        Number of points.
    coefficients
        Highest power first.
    r2
        Coefficient of determination.
    residual_standard_error
        Square root of the residual sum of squares over n - degree - 1.
    """

    label: str
    x: str
    n: int
    coefficients: tuple[float, ...]
    r2: float
    residual_standard_error: float

    @property
    def degree(self) -> int:
        """Degree of the polynomial."""
        return len(self.coefficients) - 1

    def at(self, x: ArrayLike) -> NDArray[np.float64]:
        """Value of the polynomial."""
        return np.asarray(np.polyval(np.array(self.coefficients), np.asarray(x, dtype=np.float64)), dtype=np.float64)


@dataclasses.dataclass(frozen=True, eq=False)
class Peak:
    """How many points lie near the unrounded curve moved by each offset; `best` has the most (eq. 2)."""

    offsets: NDArray[np.float64]
    counts: NDArray[np.int64]
    best: float


@dataclasses.dataclass(frozen=True)
class CrossValidation:
    """Means and standard deviations over random splits of the test points' R², RMSE and MAE."""

    splits: int
    seed: int
    training: int
    test: int
    r2: tuple[float, float]
    rmse: tuple[float, float]
    mae: tuple[float, float]


@dataclasses.dataclass(frozen=True)
class Coverage:
    """Share (%) of points below Q_low, between the bounds, and above Q_high (eqs 3, 4: a curve and its offsets)."""

    label: str
    n: int
    below: float
    within: float
    above: float


def fit(x: NDArray[np.float64], q: NDArray[np.float64], degree: int, label: str, name: str = "resolution") -> Fit:
    """Fit a polynomial by ordinary least squares (statsmodels)."""
    model = library("statsmodels.api").OLS(q, np.vander(x, degree + 1)).fit()
    return Fit(
        label, name, len(q), tuple(model.params.tolist()), float(model.rsquared), float(np.sqrt(model.mse_resid))
    )


def fit_degrees(points: Points) -> list[Fit]:
    """Fit polynomials of degrees 1 to 4 to all points."""
    return [fit(points.resolution, points.q, degree, "all") for degree in (1, 2, 3, 4)]


def fit_subsets(points: Points, seed: int) -> list[Fit]:
    """Fit the points of good map-model agreement, as the paper's supplement does, and a balanced subset.

    A subset whose column the file lacks, or with fewer than 30 points, is left out.
    """
    with np.errstate(invalid="ignore"):
        chosen = [
            ("CC-mean ≥ 0.5", "resolution", points.cc_mean >= 0.5),
            ("CC ≥ 0.7", "resolution", points.cc >= 0.7),
            ("FSC0.5 ≤ 10 Å", "fsc05", points.fsc05 <= expected.HIGHEST),
            ("balanced", "resolution", balanced(points, seed)),
        ]
    return [
        fit(getattr(points, x)[use], points.q[use], DEGREE, label, x)
        for label, x, use in chosen
        if np.count_nonzero(use) >= FEWEST
    ]


def balanced(points: Points, seed: int) -> NDArray[np.bool_]:
    """Choose, at random, about 400 points with the same number (where there are as many) in every 0.5 Å."""
    bins = np.floor(points.resolution / BALANCED_BIN).astype(np.int64)
    each = BALANCED_TOTAL // round((expected.HIGHEST - expected.LOWEST) / BALANCED_BIN)
    order = np.random.default_rng(seed).permutation(len(points))
    order = order[np.argsort(bins[order], kind="stable")]
    sizes = np.unique(bins, return_counts=True)[1]
    rank = np.arange(len(points)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    use = np.zeros(len(points), dtype=bool)
    use[order[rank < each]] = True
    return use


def cross_validate(points: Points, seed: int, splits: int) -> CrossValidation:
    """Fit 90 % of the points, chosen at random, and test on the others, `splits` times."""
    powers, q = np.vander(points.resolution, DEGREE + 1), points.q
    training = round(TRAINING * len(q))
    random = np.random.default_rng(seed)
    scores = np.empty((splits, 3))
    for split in range(splits):
        order = random.permutation(len(q))
        train, test = order[:training], order[training:]
        coefficients = np.linalg.lstsq(powers[train], q[train], rcond=None)[0]
        error = q[test] - powers[test] @ coefficients
        square = np.mean(error**2)
        scores[split] = 1 - square / np.var(q[test]), np.sqrt(square), np.mean(np.abs(error))
    r2, rmse, mae = zip(scores.mean(axis=0).tolist(), scores.std(axis=0, ddof=1).tolist(), strict=True)
    return CrossValidation(splits, seed, training, len(q) - training, r2, rmse, mae)


def find_peak(points: Points, curve: Fit) -> Peak:
    """Find the offset, on a grid of 0.001, that brings the curve within ± 0.01 of most points."""
    offsets = np.arange(-300, 301) / 1000
    residuals = np.sort(points.q - curve.at(points.resolution))
    counts = np.searchsorted(residuals, offsets + 0.01, "right") - np.searchsorted(residuals, offsets - 0.01, "left")
    return Peak(offsets, counts.astype(np.int64), float(offsets[np.argmax(counts)]))


def measure_coverage(points: Points, curve: Fit) -> list[Coverage]:
    """Count the points between the bounds of the printed curve and of the unrounded one, and those with CC ≥ 0.7."""
    printed = np.asarray(expected.q_mean(points.resolution))
    unrounded = curve.at(points.resolution)
    everything = np.ones(len(points), dtype=bool)
    with np.errstate(invalid="ignore"):
        correlated = points.cc >= 0.7
    rows = []
    for label, mean, use in (
        ("all, printed curve", printed, everything),
        ("all, unrounded curve", unrounded, everything),
        ("CC ≥ 0.7, printed curve", printed, correlated),
    ):
        if n := int(np.count_nonzero(use)):
            above_mean = (points.q - mean)[use]
            below = 100 * float(np.mean(above_mean < expected.LOW_OFFSET))
            above = 100 * float(np.mean(above_mean > expected.HIGH_OFFSET))
            rows.append(Coverage(label, n, below, 100 - below - above, above))
    return rows
