"""Tables as CSV: comma-separated, quoted where a value needs it; empty where there is no number.

atoms.csv holds its header and the rows only. The others begin with a comment line, ``# qscore …``, that says where
the numbers come from; for atoms.csv the summary.json beside it says so.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from ..tables import Columns, atoms_table, chains_table, groups_table, residues_table
from .csv_rows import csv_rows
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
    decimals = [_DECIMALS.get(name, 6) for name in columns]
    stream.write(",".join(columns) + "\n")
    for start in range(0, len(next(iter(columns.values()))), _CHUNK):
        stream.write(csv_rows([values[start : start + _CHUNK] for values in columns.values()], decimals))
