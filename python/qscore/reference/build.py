"""Making a reference table from a CSV file of entries."""

from __future__ import annotations

import datetime
import os

import numpy as np

from ..errors import InputError
from .entries import read_entries
from .table import ReferenceTable

SMALLEST = 100  # entries that a table must have at least


def build_table(
    path: str | os.PathLike[str],
    *,
    name: str | None = None,
    source: str | None = None,
    date: str | None = None,
    drop_out_of_range: bool = False,
) -> ReferenceTable:
    """Count the entries of a CSV file, such as a download of the EMDB's search API, by resolution and Q.

    Parameters
    ----------
    path
        A CSV file as `read_entries` reads it. Rows without a resolution or without a Q are left out and counted.
    name, source, date
        What the table is called, where its entries come from and the day it was made (ISO); by default the file's
        stem, its name, and today.
    drop_out_of_range
        Leave out, and count, rows with an impossible resolution or Q rather than refuse the file.

    Raises
    ------
    InputError
        As `read_entries`, and when fewer than 100 rows are usable.
    """
    entries = read_entries(path, drop_out_of_range=drop_out_of_range)
    usable = entries.usable
    if (found := int(np.count_nonzero(usable))) < SMALLEST:
        raise InputError(
            f"{entries.path} has {found} entries with a resolution and a Q; a reference table needs at least {SMALLEST}"
        )
    return ReferenceTable.from_entries(
        entries.resolution[usable],
        entries.q[usable],
        name=name or entries.path.stem,
        source=source or entries.path.name,
        date=date or datetime.datetime.now(tz=datetime.timezone.utc).date().isoformat(),
        dropped={"missing": int(np.count_nonzero(~usable)), "out of range": entries.out_of_range},
    )
