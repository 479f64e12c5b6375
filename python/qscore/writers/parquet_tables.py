"""Tables as parquet (pyarrow), with the provenance in the file's metadata."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from ..frames import to_arrow
from .provenance import provenance

if TYPE_CHECKING:
    from ..result import ScoreResult


def write_atoms(result: ScoreResult, stream: IO[bytes]) -> None:
    """Write atoms.parquet."""
    _write(result, stream, "atoms")


def write_residues(result: ScoreResult, stream: IO[bytes]) -> None:
    """Write residues.parquet."""
    _write(result, stream, "residues")


def write_groups(result: ScoreResult, stream: IO[bytes]) -> None:
    """Write groups.parquet."""
    _write(result, stream, "groups")


def write_chains(result: ScoreResult, stream: IO[bytes]) -> None:
    """Write chains.parquet."""
    _write(result, stream, "chains")


def _write(result: ScoreResult, stream: IO[bytes], name: str) -> None:
    table = to_arrow(result, name)
    from pyarrow import parquet

    parquet.write_table(table.replace_schema_metadata(provenance(result)), stream)
