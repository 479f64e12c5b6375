"""Reading lists of entries (resolution and Q of each) from CSV files."""

from __future__ import annotations

import csv
import dataclasses
import math
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError

HIGHEST_RESOLUTION = 1000.0  # Å; a larger number is a mistake in the file, such as a resolution in pm

# what is wanted -> the column names it goes by (any case), the first one present is taken
RESOLUTION_NAMES = ("resolution",)
Q_NAMES = ("q", "average_qscore_value", "qscore", "q_score")


@dataclasses.dataclass(frozen=True, eq=False)
class Entries:
    """Columns of equal length n, one row per entry, in file order.

    Attributes
    ----------
    resolution, q
        (n,) float64, Å and Q-score; NaN where the cell is empty.
    optional
        Name of each further column of numbers that was asked for -> (n,) float64, NaN where empty or not in the file.
    fields
        Names of all columns of the file, as written there.
    rows
        (n) rows of text, all cells of the file as written there.
    out_of_range
        Number of rows left out because their resolution or Q is impossible.
    path
        Where they were read.
    """

    resolution: NDArray[np.float64]
    q: NDArray[np.float64]
    optional: dict[str, NDArray[np.float64]]
    fields: list[str]
    rows: list[list[str]]
    out_of_range: int
    path: Path

    @property
    def usable(self) -> NDArray[np.bool_]:
        """(n,) whether an entry has both a resolution and a Q."""
        return np.isfinite(self.resolution) & np.isfinite(self.q)


def read_entries(
    path: str | os.PathLike[str], *, optional: Sequence[str] = (), drop_out_of_range: bool = False
) -> Entries:
    """Read the entries of a CSV file with a header line.

    The columns are found by name, in any case: ``resolution``, and ``q`` or ``average_qscore_value`` (what the EMDB's
    search API calls it).

    Parameters
    ----------
    path
        The file.
    optional
        Names, in lower case, of further columns of numbers to read where the file has them.
    drop_out_of_range
        Leave out, and count, rows with an impossible number (Q outside [-1, 1], resolution not above 0 or more than
        1000 Å) rather than refuse the file.

    Raises
    ------
    InputError
        When the file cannot be read, lacks a column, or has a cell that is not a number or not a possible one: the
        message says which row (the header is row 1).
    """
    path = Path(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return _parse(csv.reader(stream), path, optional, drop_out_of_range)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}; give a CSV file of entries") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} is not a CSV text file ({error}); give a CSV file of entries") from error


def _parse(lines: Iterator[list[str]], path: Path, optional: Sequence[str], drop_out_of_range: bool) -> Entries:
    fields = next(lines, [])
    names = [field.strip().lower() for field in fields]
    at_resolution = _find(RESOLUTION_NAMES, names)
    at_q = _find(Q_NAMES, names)
    if at_resolution is None or at_q is None:
        raise InputError(
            f"{path} has the columns {', '.join(fields) or '(none)'}; wanted are {RESOLUTION_NAMES[0]!r} and one of "
            + ", ".join(repr(name) for name in Q_NAMES)
        )
    further = [name for name in optional if name in names]
    columns = [at_resolution, at_q, *(names.index(name) for name in further)]

    numbers: list[list[float]] = []
    rows: list[list[str]] = []
    dropped = 0
    for row, cells in enumerate(lines, start=2):
        if not cells:
            continue
        cells += [""] * (len(fields) - len(cells))
        values = [_number(cells[column], f"{fields[column]!r} in row {row} of {path}") for column in columns]
        problem = _impossible(values[0], values[1])
        if problem and not drop_out_of_range:
            raise InputError(f"row {row} of {path} has {problem}; mend or remove the row")
        if problem:
            dropped += 1
            continue
        numbers.append(values)
        rows.append(cells)
    table = np.array(numbers, dtype=np.float64).reshape(-1, len(columns))
    return Entries(
        resolution=table[:, 0].copy(),
        q=table[:, 1].copy(),
        optional={name: np.full(len(table), np.nan) for name in optional}
        | {name: table[:, 2 + k].copy() for k, name in enumerate(further)},
        fields=fields,
        rows=rows,
        out_of_range=dropped,
        path=path,
    )


def _find(wanted: Iterable[str], names: list[str]) -> int | None:
    return next((names.index(name) for name in wanted if name in names), None)


def _number(cell: str, where: str) -> float:
    """Read a cell: NaN when empty."""
    cell = cell.strip()
    if not cell:
        return math.nan
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{where} is {cell!r}, not a number; mend the cell or leave it empty")
    return value


def _impossible(resolution: float, q: float) -> str | None:
    """Say what is impossible in a row, or None."""
    if resolution <= 0 or resolution > HIGHEST_RESOLUTION:
        return f"a resolution of {resolution:g} Å (possible: above 0, up to {HIGHEST_RESOLUTION:g})"
    if abs(q) > 1:
        return f"a Q of {q:g} (possible: -1 to 1)"
    return None
