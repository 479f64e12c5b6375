"""Tables as CSV: comma-separated, quoted where a value needs it; empty where there is no number.

atoms.csv holds its header and the rows only. The others begin with a comment line, ``# qscore …``, that says where
the numbers come from; for atoms.csv the summary.json beside it says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..tables import Columns, atoms_table, chains_table, groups_table, residues_table
from .provenance import provenance_line

if TYPE_CHECKING:
    from ..result import ScoreResult

_DECIMALS = {"x": 3, "y": 3, "z": 3}  # of the columns that have not 6
_CHUNK = 16384  # rows formatted at a time, which bounds the memory


def write_atoms(result: ScoreResult, stream: IO[str]) -> None:
    """Write atoms.csv: the scored atoms in the order of the file."""
    _write(stream, atoms_table(result))


def write_residues(result: ScoreResult, stream: IO[str]) -> None:
    """Write residues.csv: every residue with its parts."""
    stream.write(f"# {provenance_line(result)}\n")
    _write(stream, residues_table(result))


def write_groups(result: ScoreResult, stream: IO[str]) -> None:
    """Write groups.csv: model, entity types, chains, glycans; ligands, ions, waters, lipids, saccharides one by one."""
    stream.write(f"# {provenance_line(result)}\n")
    _write(stream, groups_table(result))


def write_chains(result: ScoreResult, stream: IO[str]) -> None:
    """Write chains.csv: every chain and its entity types."""
    stream.write(f"# {provenance_line(result)}\n")
    _write(stream, chains_table(result))


def _write(stream: IO[str], columns: Columns) -> None:
    formats = {name: _format(name, values) for name, values in columns.items()}
    row = ",".join(formats.values()) + "\n"
    stream.write(",".join(columns) + "\n")
    for start in range(0, len(next(iter(columns.values()))), _CHUNK):
        cells = [_cells(values[start : start + _CHUNK], formats[name]) for name, values in columns.items()]
        stream.write("".join(map(row.__mod__, zip(*cells, strict=True))))


def _format(name: str, values: NDArray[Any]) -> str:
    if values.dtype.kind == "f" and not np.isnan(values).any():
        return f"%.{_DECIMALS.get(name, 6)}f"
    return "%s"


def _cells(values: NDArray[Any], format: str) -> Iterable[Any]:
    """Return the values as Python objects to be formatted."""
    cells: list[Any] = values.tolist()
    if values.dtype.kind == "U":
        special = {text for text in set(cells) if any(character in text for character in ',"\r\n')}
        if special:
            return ['"' + text.replace('"', '""') + '"' if text in special else text for text in cells]
    elif values.dtype.kind == "f" and format == "%s":
        return ["" if value != value else f"{value:.6f}" for value in cells]
    return cells
