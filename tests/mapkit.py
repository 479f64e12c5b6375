"""Helpers of the map tests: a plain trilinear interpolation and map files in any mode, byte order and axis order."""

import warnings
from pathlib import Path

import mrcfile
import numpy as np
from qscore.maps import Map


def trilinear(map: Map, positions: np.ndarray) -> np.ndarray:
    """Values at positions (n, 3), 0 outside the grid."""
    index = (positions - map.origin) @ np.linalg.inv(map.steps)
    size = np.array(map.values.shape)
    low = np.clip(np.floor(index).astype(int), 0, np.maximum(size - 2, 0))
    part = index - low
    total = np.zeros(len(positions))
    for corner in np.ndindex(2, 2, 2):
        weight = np.where(corner, part, 1 - part).prod(axis=1)
        total += weight * map.values[tuple(np.minimum(low + corner, size - 1).T)]
    return np.where(((index >= -1e-9) & (index <= size - 1 + 1e-9)).all(axis=1), total, 0.0)


def points_inside(map: Map, count: int, seed: int = 0) -> np.ndarray:
    """Random positions (count, 3) within the grid of a map."""
    index = np.random.default_rng(seed).uniform(0, np.array(map.values.shape) - 1, (count, 3))
    return map.origin + index @ map.steps


def write_map(
    path: Path,
    values: np.ndarray,
    *,
    voxel: tuple[float, float, float] = (1.0, 1.0, 1.0),
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0),
    start: tuple[int, int, int] = (0, 0, 0),
    angles: tuple[float, float, float] = (90.0, 90.0, 90.0),
    sampling: tuple[int, int, int] | None = None,
    axes: tuple[int, int, int] = (1, 2, 3),
    byte_order: str = "<",
    extended: bytes = b"",
) -> Path:
    """Write `values` (i, j, k along x, y, z) with mrcfile; `axes` are MAPC, MAPR, MAPS; `start` is along x, y, z."""
    columns, rows, sections = (axis - 1 for axis in axes)
    sampling = sampling or values.shape
    with warnings.catch_warnings(), mrcfile.new(path, overwrite=True) as file:
        warnings.simplefilter("ignore")  # mrcfile says so when it meets NaN or its statistics overflow
        file.set_data(np.ascontiguousarray(values.transpose(sections, rows, columns)).astype(values.dtype))
        header = file.header
        header.mapc, header.mapr, header.maps = axes
        header.nxstart, header.nystart, header.nzstart = (start[axis - 1] for axis in axes)
        header.mx, header.my, header.mz = sampling
        header.cella = tuple(n * size for n, size in zip(sampling, voxel, strict=True))
        header.cellb = angles
        header.origin = origin
        header.ispg = 1
        if extended:
            file.set_extended_header(np.frombuffer(extended, "V1"))
    raw = path.read_bytes()
    if byte_order == ">":
        path.write_bytes(swapped(raw, values.dtype.itemsize))
    return path


def swapped(raw: bytes, itemsize: int) -> bytes:
    """A little-endian map file as a big-endian machine would have written it."""
    from mrcfile.dtypes import HEADER_DTYPE

    header = np.frombuffer(raw[:1024], HEADER_DTYPE.newbyteorder("<"))[0].astype(HEADER_DTYPE.newbyteorder(">"))
    header["machst"] = (0x11, 0x11, 0, 0)
    offset = 1024 + int(header["nsymbt"])
    voxels = np.frombuffer(raw[offset:], f"<u{itemsize}").astype(f">u{itemsize}")
    return header.tobytes() + raw[1024:offset] + voxels.tobytes()


def patched(raw: bytes, word: int, value: object, kind: str = "<i4") -> bytes:
    """A map file with one of its header's words (counted from 1, as in the format's description) replaced."""
    new = np.array(value, kind).tobytes()
    position = 4 * (word - 1)
    return raw[:position] + new + raw[position + len(new) :]
