"""The points of a study: entries with a resolution of 1-10 Å and a Q."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ..build import SMALLEST
from ..entries import Entries, read_entries
from ..expected import HIGHEST, LOWEST
from ..storage import load_table
from ..table import ReferenceTable

OPTIONAL = ("cc", "cc_mean", "fsc05")  # columns that the paper's list has besides resolution and q
# The paper's regression is over its published list and these two points (Å, Q), which stand in its plot without ids.
WITHOUT_IDS = ((7.0, 0.360), (1.1, 0.936))


@dataclasses.dataclass(frozen=True, eq=False)
class Points:
    """Columns of equal length n.

    Attributes
    ----------
    resolution, q
        (n,) float64, Å and Q-score.
    cc, cc_mean, fsc05
        (n,) float64: map-model correlation, that about the mean, resolution (Å) where the map-model FSC is 0.5; NaN
        where unknown.
    path
        The file they come from.
    left_out
        Entries of the file that have no resolution, no Q, or a resolution outside 1-10 Å.
    is_paper
        Whether the file is the paper's published list; its two points without ids are then included.
    """

    resolution: NDArray[np.float64]
    q: NDArray[np.float64]
    cc: NDArray[np.float64]
    cc_mean: NDArray[np.float64]
    fsc05: NDArray[np.float64]
    path: Path
    left_out: int
    is_paper: bool

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.q)

    def table(self) -> ReferenceTable:
        """Count the points by resolution and Q."""
        return ReferenceTable.from_entries(self.resolution, self.q, name=self.path.stem, source=self.path.name, date="")


def read_points(path: str | os.PathLike[str]) -> Points:
    """Read the points of a study from a CSV file of entries.

    Raises
    ------
    InputError
        As `read_entries`, and when fewer than 100 entries are usable.
    """
    entries = read_entries(path, optional=OPTIONAL)
    use = entries.usable
    use[use] = (entries.resolution[use] >= LOWEST) & (entries.resolution[use] <= HIGHEST)
    if np.count_nonzero(use) < SMALLEST:
        raise InputError(
            f"{entries.path} has {np.count_nonzero(use)} entries of {LOWEST:g} to {HIGHEST:g} Å with a Q; "
            f"a study needs at least {SMALLEST}"
        )
    is_paper = _is_paper(entries)
    extra = np.array(WITHOUT_IDS if is_paper else ()).reshape(-1, 2)
    unknown = np.full(len(extra), np.nan)
    optional = {name: np.concatenate([entries.optional[name][use], unknown]) for name in OPTIONAL}
    return Points(
        resolution=np.concatenate([entries.resolution[use], extra[:, 0]]),
        q=np.concatenate([entries.q[use], extra[:, 1]]),
        **optional,
        path=entries.path,
        left_out=int(np.count_nonzero(~use)),
        is_paper=is_paper,
    )


def _is_paper(entries: Entries) -> bool:
    """Whether these are the entries that the paper published: the same counts as in the shipped table of them."""
    use = entries.usable
    paper = load_table("pintilie2025")
    if np.count_nonzero(use) != len(paper):
        return False
    here = ReferenceTable.from_entries(entries.resolution[use], entries.q[use], name="", source="", date="")
    return all(np.array_equal(getattr(here, column), getattr(paper, column)) for column in ("resolution", "q", "count"))
