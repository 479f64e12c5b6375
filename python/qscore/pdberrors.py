"""Where a PDB file is damaged in a way that gemmi passes over: it reads what is no number as 0."""

from __future__ import annotations

import gzip
from pathlib import Path

_COLUMNS = (slice(30, 38), slice(38, 46), slice(46, 54))  # x, y, z of an atom


def unreadable_position(path: Path) -> str | None:
    """Return line and text of the first atom with a coordinate that is no number; None when there is none.

    Such are overflown fields (``********``), decimal commas, and lines whose columns are shifted.

    Parameters
    ----------
    path
        The file, plain or .gz.
    """
    with gzip.open(path) if path.name.endswith(".gz") else path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if line[:6] not in (b"ATOM  ", b"HETATM"):
                if line.rstrip() == b"END":  # where gemmi stops, too
                    break
                continue
            try:
                for column in _COLUMNS:
                    float(line[column])
            except ValueError:
                text = line[30:54].decode("ascii", "replace").rstrip()
                return f"line {number}, columns 31 to 54: {text!r} are no three coordinates"
    return None
