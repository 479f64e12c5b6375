"""Tables of a result as data frames of other libraries, where those are installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import InputError
from .optional import library
from .tables import TABLES, Columns

if TYPE_CHECKING:
    from .result import ScoreResult


def to_pandas(result: ScoreResult, table: str = "atoms") -> Any:
    """Return a table as a ``pandas.DataFrame``.

    Parameters
    ----------
    result
        The result.
    table
        ``"atoms"``, ``"residues"``, ``"groups"`` or ``"chains"``.

    Raises
    ------
    InputError
        For another name, or when pandas is not installed.
    """
    return library("pandas").DataFrame(_columns(result, table))


def to_polars(result: ScoreResult, table: str = "atoms") -> Any:
    """Return a table as a ``polars.DataFrame``; parameters and errors as `to_pandas`."""
    return library("polars").DataFrame(_columns(result, table))


def to_arrow(result: ScoreResult, table: str = "atoms") -> Any:
    """Return a table as a ``pyarrow.Table``; parameters and errors as `to_pandas`."""
    arrow = library("pyarrow")
    columns = {
        name: arrow.array(values.tolist() if values.dtype.kind == "U" else values)
        for name, values in _columns(result, table).items()
    }
    return arrow.table(columns)


def _columns(result: ScoreResult, table: str) -> Columns:
    if table not in TABLES:
        raise InputError(f"there is no table {table!r}; choose from {', '.join(TABLES)}")
    return TABLES[table](result)
