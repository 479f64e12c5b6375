"""Table files: one line of JSON that says what the entries are, then the counts, compressed."""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..files import atomic_write
from .table import ReferenceTable

FORMAT = "qscore reference table"
VERSION = 1
SHIPPED = ("emdb", "pintilie2025")  # tables/<name>.table in this package; the first is the default


def save_table(table: ReferenceTable, path: str | os.PathLike[str]) -> None:
    """Write a table to a file that `load_table` reads.

    Raises
    ------
    InputError
        When the file cannot be written.
    """
    levels, pairs = np.unique(table.resolution, return_counts=True)
    steps = np.diff(table.q, prepend=0)
    first = np.cumsum(pairs) - pairs
    steps[first] = table.q[first] + 1000  # Q restarts at each resolution, counted from -1 so that it is not negative
    numbers = np.concatenate([np.diff(levels, prepend=0), pairs, steps, table.count]).astype("<u4")
    # the four bytes of the numbers apart: three of them are nearly all zeros, which compresses best so
    body = zlib.compress(numbers.view(np.uint8).reshape(-1, 4).T.tobytes(), 9)
    header = {
        "format": FORMAT,
        "version": VERSION,
        "name": table.name,
        "source": table.source,
        "date": table.date,
        "entries": len(table),
        "dropped": dict(table.dropped),
        "levels": len(levels),
        "pairs": len(table.q),
    }
    header["sha256"] = _checksum(header, body)
    with atomic_write(path, "wb") as stream:
        stream.write(json.dumps(header, ensure_ascii=False).encode() + b"\n" + body)


def load_table(reference: str | os.PathLike[str] = SHIPPED[0]) -> ReferenceTable:
    """Load a table that comes with the package, by name, or one made by `build_table`, by path.

    Parameters
    ----------
    reference
        ``"emdb"`` (the EMDB's own table, the default), ``"pintilie2025"`` (the paper's entries), or a file.

    Raises
    ------
    InputError
        When there is no such table, or the file is no table, of another version, or damaged.
    """
    path = Path(__file__).parent / "tables" / f"{reference}.table" if reference in SHIPPED else Path(reference)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"cannot read the reference table {os.fspath(reference)}: {error.strerror}; give one of the names "
            f"{', '.join(SHIPPED)}, or a file made by 'qscore reference build'"
        ) from error
    return _decode(content, os.fspath(reference))


def _decode(content: bytes, where: str) -> ReferenceTable:
    line, _, body = content.partition(b"\n")
    try:
        header = json.loads(line)
    except ValueError:
        header = None
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise InputError(f"{where} is not a reference table; make one from a CSV file with 'qscore reference build'")
    if header.get("version") != VERSION:
        raise InputError(
            f"the reference table {where} is of version {header.get('version')}, and this program reads version "
            f"{VERSION}; build it again with 'qscore reference build'"
        )
    checksum = header.pop("sha256", None)
    if checksum != _checksum(header, body):
        raise InputError(
            f"the reference table {where} is damaged (its checksum does not match); build or copy it again"
        )
    resolution, q, count = _unpack(body, header["levels"], header["pairs"])
    return ReferenceTable(resolution, q, count, header["name"], header["source"], header["date"], header["dropped"])


def _unpack(body: bytes, levels: int, pairs: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Turn the body of a file back into the columns of a table."""
    planes = np.frombuffer(zlib.decompress(body), dtype=np.uint8).reshape(4, -1)
    numbers = planes.T.copy().view("<u4").ravel().astype(np.int64)
    milli, per_level, steps, count = np.split(numbers, [levels, 2 * levels, 2 * levels + pairs])
    total = np.cumsum(steps)
    first = np.cumsum(per_level) - per_level
    q = total - np.repeat(total[first] - steps[first], per_level) - 1000
    return np.repeat(np.cumsum(milli), per_level), q, count


def _checksum(header: dict[str, object], body: bytes) -> str:
    """SHA-256 of everything in a file but the checksum itself."""
    return hashlib.sha256(json.dumps(header, sort_keys=True).encode() + body).hexdigest()
