"""The header of an MRC2014/CCP4 map: what its 1,024 bytes say, checked, and where they put the voxels in space."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import InputError

HEADER_BYTES = 1024
_MODES = (0, 1, 2, 6, 12)
_TRANSFORM_MODES = (3, 4)
_OTHER_MODES = (101,)
_LARGEST = 1 << 20  # voxels along an axis, far beyond any map
_VOXEL_SIZES = (1e-3, 1e4)  # Å, far beyond any map's
_FARTHEST = 1e6  # Å from (0, 0, 0): beyond it, single precision no longer tells voxels apart
_VOLUME_STACKS = range(401, 631)  # space groups that mark a stack of volumes (MRC2014)


@dataclasses.dataclass(frozen=True, eq=False)
class MapHeader:
    """What is needed to read the voxels of a map and to place them.

    Attributes
    ----------
    dtype
        Type of a voxel in the file, its byte order included.
    file_shape
        Number of sections, rows and columns: the shape of the voxels as they follow each other in the file.
    axes
        Grid axis (0, 1, 2: along cell a, b, c) that sections, rows and columns run along.
    data_offset
        Bytes before the first voxel.
    origin
        (3,) Å, centre of the first voxel.
    steps
        (3, 3) Å, row a: from one voxel to the next along grid axis a.
    facts
        The header's fields, for the record of where a result comes from.
    warnings
        What is odd about the header, and how it was taken.
    """

    dtype: np.dtype[Any]
    file_shape: tuple[int, int, int]
    axes: tuple[int, int, int]
    data_offset: int
    origin: NDArray[np.float64]
    steps: NDArray[np.float64]
    facts: dict[str, object]
    warnings: list[str]

    @property
    def grid_shape(self) -> tuple[int, int, int]:
        """Number of voxels along grid axes 0, 1 and 2."""
        i, j, k = (self.file_shape[self.axes.index(axis)] for axis in range(3))
        return i, j, k

    @property
    def data_bytes(self) -> int:
        """Bytes that the voxels take in the file."""
        return math.prod(self.file_shape) * self.dtype.itemsize


def parse_header(raw: bytes, name: str) -> MapHeader:
    """Read the header of an MRC2014/CCP4 map.

    Parameters
    ----------
    raw
        The first 1,024 bytes of the (decompressed) file.
    name
        What to call the file in messages.

    Raises
    ------
    InputError
        When the bytes are not a map's header, or say something impossible, or describe a file that is no
        density map (a transform, a single image, a stack of volumes).
    """
    if len(raw) < HEADER_BYTES:
        raise InputError(
            f"{name} is not a map: it holds {len(raw)} bytes, fewer than the 1024 of an MRC/CCP4 header; "
            "give the path of a map in MRC or CCP4 format"
        )
    from mrcfile.utils import dtype_from_mode

    warnings: list[str] = []
    header, order = _in_its_byte_order(raw, name, warnings)
    size, axes, sampling = _checked_grid(header, name)
    mode = _checked_mode(header, name)
    origin, steps, cell = _frame(header, axes, sampling, name, warnings)
    extended = int(header["nsymbt"])
    if extended < 0:
        raise _impossible(name, f"its extended header has {extended} bytes")
    facts: dict[str, object] = {
        "format": "MRC2014/CCP4",
        "mode": mode,
        "byte_order": "little" if order == "<" else "big",
        "columns_rows_sections": list(size),
        "axis_order": [axis + 1 for axis in axes],
        "start": _integers(header, "nxstart", "nystart", "nzstart"),
        "sampling": sampling,
        "cell": cell,
        "voxel_size": [length / n for length, n in zip(cell[:3], sampling, strict=True)],
        "origin": [float(x) for x in origin],
        "origin_words": _floats(header["origin"], "xyz"),
        "space_group": int(header["ispg"]),
        "extended_header_bytes": extended,
        "labels": _labels(header),
    }
    columns, rows, sections = size
    return MapHeader(
        dtype=dtype_from_mode(mode).newbyteorder(order),
        file_shape=(sections, rows, columns),
        axes=(axes[2], axes[1], axes[0]),
        data_offset=HEADER_BYTES + extended,
        origin=origin,
        steps=steps,
        facts=facts,
        warnings=warnings,
    )


def _impossible(name: str, what: str) -> InputError:
    return InputError(f"{name} has an impossible header: {what}; export the map again or correct its header")


def _integers(header: Any, *fields: str) -> list[int]:
    return [int(header[field]) for field in fields]


def _floats(record: Any, fields: str | tuple[str, ...]) -> list[float]:
    return [float(record[field]) for field in fields]


def _in_its_byte_order(raw: bytes, name: str, warnings: list[str]) -> tuple[Any, str]:
    """Return the header's record and its byte order: the one in which it makes sense, whatever its stamp says.

    No header makes sense in both: its axis numbers 1, 2, 3 are 16777216 and more when read the wrong way round.
    """
    from mrcfile.constants import MAP_ID
    from mrcfile.dtypes import HEADER_DTYPE
    from mrcfile.utils import byte_order_from_machine_stamp

    headers = {order: np.frombuffer(raw, HEADER_DTYPE.newbyteorder(order), count=1)[0] for order in "<>"}
    header = headers["<"]
    try:
        stamped = byte_order_from_machine_stamp(header["machst"])
    except ValueError:
        stamped = None
    order = max("<>", key=lambda candidate: (_sense(headers[candidate]), candidate == stamped))
    has_map_word = bytes(header["map"])[:3] == MAP_ID[:3]
    if not has_map_word and _sense(headers[order]) < 3:
        raise InputError(f"{name} is not a map in MRC or CCP4 format; give the path of one (plain, .gz, .bz2 or .xz)")
    if not has_map_word:
        warnings.append("the header lacks the word MAP that marks MRC and CCP4 maps; read as one all the same")
    if order != stamped:
        stamp = " ".join(f"{byte:02x}" for byte in header["machst"])
        warnings.append(
            f"the header's machine stamp ({stamp}) is wrong; read as "
            f"{'little' if order == '<' else 'big'}-endian, as its other fields are"
        )
    return headers[order], order


def _sense(header: Any) -> int:
    """How many of three things make sense: the sizes, the mode, the axis order."""
    sizes = all(0 < n <= _LARGEST for n in _integers(header, "nx", "ny", "nz"))
    mode = int(header["mode"]) in _MODES + _TRANSFORM_MODES + _OTHER_MODES
    axes = sorted(_integers(header, "mapc", "mapr", "maps")) == [1, 2, 3]
    return sizes + mode + axes


def _checked_grid(header: Any, name: str) -> tuple[tuple[int, int, int], tuple[int, int, int], list[int]]:
    """Return the numbers of columns, rows and sections, the grid axes they run along, and the cell's sampling."""
    nx, ny, nz = _integers(header, "nx", "ny", "nz")
    if not all(0 < n <= _LARGEST for n in (nx, ny, nz)):
        raise _impossible(name, f"its size is {nx} × {ny} × {nz} voxels")
    order = _integers(header, "mapc", "mapr", "maps")
    if sorted(order) != [1, 2, 3]:
        raise _impossible(name, f"its axis order is {', '.join(map(str, order))}, not a permutation of 1, 2, 3")
    sampling = _integers(header, "mx", "my", "mz")
    if min(sampling) < 1:
        raise _impossible(name, f"its cell is divided into {' × '.join(map(str, sampling))} voxels")
    if min(nx, ny, nz) == 1:
        raise InputError(
            f"{name} is an image, not a volume: its size is {nx} × {ny} × {nz} voxels; give a three-dimensional map"
        )
    if int(header["ispg"]) in _VOLUME_STACKS and nz != sampling[2]:
        raise InputError(f"{name} is a stack of {nz / sampling[2]:g} volumes; give a file with a single map")
    return (nx, ny, nz), (order[0] - 1, order[1] - 1, order[2] - 1), sampling


def _checked_mode(header: Any, name: str) -> int:
    mode = int(header["mode"])
    if mode in _TRANSFORM_MODES:
        raise InputError(
            f"{name} holds complex numbers (mode {mode}), the transform of a map; give the map itself, in real space"
        )
    if mode not in _MODES:
        known = ", ".join(map(str, _MODES))
        raise _impossible(name, f"its voxels are of mode {mode}, not one of the modes that hold densities ({known})")
    return mode


def _frame(
    header: Any, axes: tuple[int, int, int], sampling: list[int], name: str, warnings: list[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64], list[float]]:
    """Return origin (3,), steps (3, 3) and the cell (Å and degrees) of a map.

    The voxel is the cell divided by its sampling; ORIGIN (words 50-52, Å) counts when any of it is not zero, else
    the start indices, which follow the file's axis order.
    """
    import gemmi

    lengths = _floats(header["cella"], "xyz")
    sizes = [length / n for length, n in zip(lengths, sampling, strict=True)]
    if not all(_VOXEL_SIZES[0] <= size <= _VOXEL_SIZES[1] for size in sizes):
        raise _impossible(name, f"its voxel size is {' × '.join(f'{size:g}' for size in sizes)} Å")
    angles = _floats(header["cellb"], ("alpha", "beta", "gamma"))
    if not _possible_angles(angles):
        given = ", ".join(f"{angle:g}" for angle in angles)
        warnings.append(f"the header's cell angles ({given}) are no angles of a cell; taken as 90 degrees")
        angles = [90.0, 90.0, 90.0]
    orthogonalisation = np.array(gemmi.UnitCell(*lengths, *angles).orth.mat.tolist())
    steps = np.ascontiguousarray(orthogonalisation.T / np.array(sampling, np.float64)[:, None])
    origin = np.array(_floats(header["origin"], "xyz"))
    if not origin.any():
        start = np.zeros(3)
        start[list(axes)] = _integers(header, "nxstart", "nystart", "nzstart")
        origin = start @ steps
    if not (np.abs(origin) < _FARTHEST).all():
        raise _impossible(name, f"its origin is {', '.join(f'{x:g}' for x in origin)} Å")
    return origin, steps, lengths + angles


def _possible_angles(angles: list[float]) -> bool:
    """Whether three angles in degrees can meet in the corner of a cell that has a volume, with a degree to spare."""
    return min(angles) > 1 and sum(angles) < 359 and 2 * max(angles) < sum(angles) - 1


def _labels(header: Any) -> list[str]:
    count = min(max(int(header["nlabl"]), 0), 10)
    labels = (bytes(label).decode("ascii", "replace").strip("\0 ") for label in header["label"][:count])
    return [label for label in labels if label]
