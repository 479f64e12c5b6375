"""Ranking every row of a CSV file among the entries of a reference table."""

from __future__ import annotations

import csv
import dataclasses
import os
from typing import IO

import numpy as np
from numpy.typing import NDArray

from .entries import Entries, read_entries
from .table import WINDOW, ReferenceTable

COLUMNS = ("relative_all", "relative_resolution")


@dataclasses.dataclass(frozen=True, eq=False)
class Ranks:
    """The entries of a file and the percentage of reference entries with a lower Q; NaN where unknown.

    Attributes
    ----------
    entries
        The rows.
    relative_all, relative_resolution
        (n,) float64, percent: among all entries, and among those of similar resolution (eqs 6, 7).
    """

    entries: Entries
    relative_all: NDArray[np.float64]
    relative_resolution: NDArray[np.float64]


def rank_entries(path: str | os.PathLike[str], table: ReferenceTable, window: float = WINDOW) -> Ranks:
    """Rank the rows of a CSV file (as `read_entries` reads it) among the entries of `table`.

    Raises
    ------
    InputError
        As `read_entries`, and for a window out of range.
    """
    entries = read_entries(path)
    return Ranks(
        entries,
        np.asarray(table.relative_all(entries.q)),
        np.asarray(table.relative_resolution(entries.q, entries.resolution, window)),
    )


def write_ranks(ranks: Ranks, stream: IO[str]) -> None:
    """Write the rows as they were read with the two percentiles appended, empty where unknown."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*ranks.entries.fields, *COLUMNS])
    for cells, *shares in zip(ranks.entries.rows, ranks.relative_all, ranks.relative_resolution, strict=True):
        writer.writerow([*cells, *("" if np.isnan(share) else f"{share:.4f}" for share in shares)])
