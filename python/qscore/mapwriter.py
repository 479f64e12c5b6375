"""Maps as MRC2014 files."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

import numpy as np

from .errors import InputError
from .files import atomic_write
from .maps import Map


def write_map(path: str | os.PathLike[str], map: Map, label: str) -> None:
    """Write a map as an MRC2014 file; see `write_mrc`.

    Parameters
    ----------
    path
        The file to write or replace; it is replaced whole or not at all.
    map, label
        As for `write_mrc`.

    Raises
    ------
    InputError
        When the file cannot be written, and as `write_mrc` does.
    """
    with atomic_write(path, "wb") as stream:
        write_mrc(map, label, stream)


def write_mrc(map: Map, label: str, stream: IO[bytes]) -> None:
    """Write a map as MRC2014: mode 2, sections along z, its place in the ORIGIN words.

    Parameters
    ----------
    map
        A map, or a box of one: the file holds its values only.
    label
        What the file says about itself: 80 ASCII characters are kept, others become question marks.
    stream
        Where to write.

    Raises
    ------
    InputError
        When the map's frame is turned so that no cell can describe it: axis a must lie along x, and b in the plane of
        x and y.
    """
    import mrcfile

    lengths = np.linalg.norm(map.steps, axis=1)
    if not (np.abs(map.steps[np.triu_indices(3, 1)]) < 1e-6 * lengths.min()).all() or (np.diag(map.steps) <= 0).any():
        raise InputError("cannot write the map: an MRC file cannot describe a grid turned like this one")
    cosines = (map.steps @ map.steps.T) / np.outer(lengths, lengths)
    angles = np.degrees(np.arccos([cosines[1, 2], cosines[0, 2], cosines[0, 1]]))
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "map.mrc"
        with mrcfile.new(whole) as file:
            file.set_data(np.ascontiguousarray(map.values.transpose(2, 1, 0)))
            file.set_volume()
            file.header.cella = tuple(lengths * map.values.shape)
            file.header.cellb = tuple(angles)
            file.header.origin = tuple(map.origin)
            file.header.label = b""
            file.header.nlabl = 0
            file.add_label(label.encode("ascii", "replace").decode()[:80])
        with whole.open("rb") as source:
            shutil.copyfileobj(source, stream, 1 << 20)
