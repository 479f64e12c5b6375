"""One run of the paper's analysis: everything worked out, nothing drawn or written."""

from __future__ import annotations

import dataclasses
import os

from ..table import ReferenceTable
from .points import Points, read_points
from .regression import (
    DEGREE,
    Coverage,
    CrossValidation,
    Fit,
    Peak,
    cross_validate,
    find_peak,
    fit_degrees,
    fit_subsets,
    measure_coverage,
)
from .windows import Histogram, Rolling, Window, compare_windows, count_by_resolution, roll_percentiles


@dataclasses.dataclass(frozen=True, eq=False)
class Study:
    """The results of the paper's analysis on the entries of one file.

    Attributes
    ----------
    points, table
        The entries, and their counts.
    degrees
        Fits of degree 1 to 4 to all points.
    subsets
        Fits of degree 3 to subsets.
    peak, coverage, cross_validation
        The offset of eq. 2; the points between the bounds; the test of the fit on points it has not seen.
    windows, rolling, histogram
        Table 1 and eq. 10; rolling percentiles; entries by resolution.
    """

    points: Points
    table: ReferenceTable
    degrees: list[Fit]
    subsets: list[Fit]
    peak: Peak
    coverage: list[Coverage]
    cross_validation: CrossValidation
    windows: list[Window]
    rolling: Rolling
    histogram: Histogram

    @property
    def curve(self) -> Fit:
        """The fit of the paper's degree, 3, to all points."""
        return self.degrees[DEGREE - 1]


def run_study(path: str | os.PathLike[str], *, seed: int = 0, splits: int = 1000) -> Study:
    """Repeat the paper's analysis on a CSV file of entries.

    Parameters
    ----------
    path
        Columns resolution and q (or average_qscore_value) and, for the subsets, cc, cc_mean and fsc05.
    seed
        Of the random splits and the balanced subset.
    splits
        Number of random splits in the cross-validation.

    Raises
    ------
    InputError
        As `read_points`, and when statsmodels is not installed.
    """
    points = read_points(path)
    table = points.table()
    degrees = fit_degrees(points)
    return Study(
        points=points,
        table=table,
        degrees=degrees,
        subsets=fit_subsets(points, seed),
        peak=find_peak(points, degrees[DEGREE - 1]),
        coverage=measure_coverage(points, degrees[DEGREE - 1]),
        cross_validation=cross_validate(points, seed, splits),
        windows=compare_windows(table),
        rolling=roll_percentiles(table),
        histogram=count_by_resolution(table),
    )
