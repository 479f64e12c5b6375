"""Tables as CSV: comma-separated, quoted where a value needs it, one header line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO, TYPE_CHECKING, Any

from numpy.typing import NDArray

if TYPE_CHECKING:
    from ..result import ScoreResult

_CHUNK = 16384  # rows formatted at a time, which bounds the memory


def write_atoms(result: ScoreResult, stream: IO[str]) -> None:
    """Write atoms.csv: the scored atoms in file order, positions in Å with 3 decimals, Q with 6."""
    atoms = result.atoms
    columns = {
        "chain": atoms.chain,
        "seqid": atoms.seqid,
        "resname": atoms.resname,
        "atom": atoms.name,
        "altloc": atoms.altloc,
        "element": atoms.element,
        "x": atoms.position[:, 0],
        "y": atoms.position[:, 1],
        "z": atoms.position[:, 2],
        "q": result.q,
    }
    _write_columns(stream, columns, dict.fromkeys("xyz", "%.3f"))


def _write_columns(stream: IO[str], columns: Mapping[str, NDArray[Any]], formats: Mapping[str, str]) -> None:
    """Write columns under their names; floating-point ones by `formats`, else with 6 decimals."""
    kinds = {name: formats.get(name, "%.6f") if values.dtype.kind == "f" else "%s" for name, values in columns.items()}
    row = ",".join(kinds.values()) + "\n"
    stream.write(",".join(columns) + "\n")
    count = len(next(iter(columns.values())))
    for start in range(0, count, _CHUNK):
        parts = [_cells(values[start : start + _CHUNK]) for values in columns.values()]
        stream.write("".join(map(row.__mod__, zip(*parts, strict=True))))


def _cells(values: NDArray[Any]) -> Iterable[Any]:
    """Return the values as Python objects, texts quoted where they hold a comma, a quote or a line end."""
    cells: list[Any] = values.tolist()
    if values.dtype.kind == "U":
        quoted = {text: '"' + text.replace('"', '""') + '"' for text in set(cells) if any(c in text for c in ',"\r\n')}
        if quoted:
            return [quoted.get(text, text) for text in cells]
    return cells
