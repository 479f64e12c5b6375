"""Density maps: a grid of values with its place in space, and how one is read from a file.

Only the box that is asked for is read; the memory used does not grow with the map.
"""

from __future__ import annotations

import dataclasses
import os
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .bytesource import ByteSource, opened
from .errors import InputError
from .mapheader import HEADER_BYTES, MapHeader, parse_header

_WHOLE = 1e-3
_MARGIN = 2  # voxels read around a box: one for `Map.resampled`, one for rounding at the box's faces


@dataclasses.dataclass(frozen=True, eq=False)
class Map:
    """A density map, or a box cut out of one.

    Attributes
    ----------
    values
        (ni, nj, nk) float32 of any strides; axis 0 runs along x (cell axis a), 1 along y (b), 2 along z (c).
    origin
        (3,) Å, centre of ``values[0, 0, 0]``.
    steps
        (3, 3) Å; row a leads from one voxel to the next along axis a.
    grid_shape
        Voxels of the whole map along axes 0, 1 and 2.
    grid_start
        Index of ``values[0, 0, 0]`` in the whole map.
    header
        What the file's header says, and the warnings about it (key ``warnings``); empty for arrays.
    path
        The file the map was read from.
    """

    values: NDArray[np.float32]
    origin: NDArray[np.float64]
    steps: NDArray[np.float64]
    grid_shape: tuple[int, int, int]
    grid_start: tuple[int, int, int] = (0, 0, 0)
    header: dict[str, object] = dataclasses.field(default_factory=dict)
    path: str | None = None

    def __repr__(self) -> str:
        box, whole = (" × ".join(map(str, shape)) for shape in (self.values.shape, self.grid_shape))
        cut = "" if box == whole else f" of {whole}"
        return f"<Map {self.path or 'in memory'!r}: {box}{cut} voxels>"

    @classmethod
    def from_array(
        cls,
        values: ArrayLike,
        voxel_size: ArrayLike | None = None,
        origin: ArrayLike = (0.0, 0.0, 0.0),
        *,
        steps: ArrayLike | None = None,
    ) -> Map:
        """Make a map from an array; a float32 array is not copied.

        Parameters
        ----------
        values
            (ni, nj, nk) densities, axis 0 along x. An array from `mrcfile` runs along z first: pass its ``.T``.
        voxel_size
            Å: one number, or three for the axes.
        origin
            (3,) Å, centre of ``values[0, 0, 0]``.
        steps
            (3, 3) Å, instead of `voxel_size` for a skewed grid: row a leads to the next voxel along axis a.

        Raises
        ------
        InputError
            When the shapes are wrong, the steps do not span space, or a number is NaN or infinite.
        """
        array = np.asarray(values)
        if array.ndim != 3 or array.size == 0 or array.dtype.kind not in "fiu":
            raise InputError(f"a map needs a three-dimensional array of real numbers; got {array.dtype} {array.shape}")
        if (voxel_size is None) == (steps is None):
            raise InputError("a map needs either a voxel size or the steps of its grid")
        if steps is None:
            sizes = np.asarray(voxel_size, np.float64)
            if sizes.shape not in ((), (3,)) or not (np.isfinite(sizes).all() and (sizes > 0).all()):
                raise InputError(f"the voxel size must be one or three numbers above 0 Å; got {voxel_size!r}")
            frame = np.diag(np.broadcast_to(sizes, 3))
        else:
            frame = np.array(steps, np.float64)
            if frame.shape != (3, 3) or not np.isfinite(frame).all() or np.linalg.matrix_rank(frame) < 3:
                raise InputError(f"the steps of a map must be a (3, 3) array whose rows span space; got {steps!r}")
        start = np.array(origin, np.float64)
        if start.shape != (3,) or not np.isfinite(start).all():
            raise InputError(f"the origin of a map must be three numbers in Å; got {origin!r}")
        with np.errstate(over="ignore"):  # what overflows single precision is found as infinite below
            array = array.astype(np.float32, copy=False)
        made = cls(array, start, frame, cast("tuple[int, int, int]", array.shape))
        _check_finite(made, "the array")
        return made

    @property
    def resampling_differs(self) -> bool:
        """Whether `resampled` changes scores: the map's origin is not a whole number of voxels from (0, 0, 0).

        Within a thousandth of a voxel it counts as whole: headers are in single precision.
        """
        origin = self._origin_in_voxels()
        return bool(np.abs(origin - np.rint(origin)).max() > _WHOLE)

    def resampled(self) -> Map:
        """Return the map as the EMDB's numbers see it: resampled onto a grid whose origin is a whole number of voxels.

        MapQ, run with several processes, cuts sub-maps whose origin is ``round(origin / step) * step``, the step in
        single precision, and so interpolates twice. This is the first of the two interpolations: linear along each
        grid axis (of a skewed grid, too), 0 at new voxels outside the whole map.

        A box cut from a map loses the outermost voxels whose neighbours it does not hold.
        """
        old_origin = self.origin - np.array(self.grid_start) @ self.steps
        new_origin = np.rint(self._origin_in_voxels()) @ self.steps.astype(np.float32).astype(np.float64)
        # Voxel n of the new grid lies at n + shift in the old one: `weight` of the way between two old voxels.
        shift = (new_origin - old_origin) @ np.linalg.inv(self.steps)
        weights = shift - np.floor(shift)
        values = np.zeros_like(self.values)
        between, kept, start = [], [], []
        for axis, (n, first, whole) in enumerate(zip(self.values.shape, self.grid_start, self.grid_shape, strict=True)):
            if shift[axis] == 0:
                has_neighbours, at_edge = slice(0, n), True
            elif shift[axis] > 0:
                has_neighbours, at_edge = slice(0, n - 1), first + n == whole
            else:
                has_neighbours, at_edge = slice(1, n), first == 0
            between.append(has_neighbours)
            kept.append(slice(0, n) if at_edge else has_neighbours)
            start.append(first + kept[axis].start)
        _interpolate(self.values, weights, values[tuple(between)])
        return dataclasses.replace(
            self,
            values=values[tuple(kept)],
            origin=new_origin + np.array(start) @ self.steps,
            grid_start=cast("tuple[int, int, int]", tuple(start)),
        )

    def _origin_in_voxels(self) -> NDArray[np.float64]:
        """Origin of the whole map in voxels from (0, 0, 0), (3,)."""
        return cast("NDArray[np.float64]", self.origin @ np.linalg.inv(self.steps) - np.array(self.grid_start))


def read_map(path: str | os.PathLike[str], *, box: tuple[ArrayLike, ArrayLike] | None = None) -> Map:
    """Read an MRC2014 or CCP4 map, plain or compressed by gzip, bzip2 or xz.

    Parameters
    ----------
    path
        The file. How it is compressed is seen from its content.
    box
        Lowest and highest corner, (3,) Å each: only the voxels needed to interpolate between them are kept, in the
        map as it is and in `Map.resampled`. Of a plain file only their rows are read; a compressed one is read as a
        stream to its end, so that damage anywhere is found. By default the whole map is read.

    Returns
    -------
    Map
        In float32, whatever the file's mode, byte order and axis order.

    Raises
    ------
    InputError
        When the file is missing, unreadable, truncated, damaged or not a map, its header says something impossible,
        or a voxel of the box is NaN or infinite.
    """
    with opened(path) as source:
        header = _read_header(source)
        if source.size is not None:
            _check_size(source.size, header, source)
        start, stop = _box_range(header, box)
        try:
            values = _read_box(source, header, start, stop)
        except MemoryError as error:
            size = " × ".join(str(b - a) for a, b in zip(start, stop, strict=True))
            raise InputError(f"{source.path}: the {size} voxels that are needed do not fit in memory") from error
        extra = _check_size(source.measure(), header, source)
    warnings = list(header.warnings)
    if extra:
        warnings.append(f"the file holds {extra} bytes more than its header says; they are ignored")
    result = Map(
        values,
        header.origin + np.array(start) @ header.steps,
        header.steps,
        header.grid_shape,
        start,
        {**header.facts, "compression": source.compression, "warnings": warnings},
        str(source.path),
    )
    _check_finite(result, str(source.path))
    return result


def read_grid(path: str | os.PathLike[str]) -> Map:
    """Read the grid of a map's file: a map whose voxels are 0, all of them one number in memory.

    Raises
    ------
    InputError
        When the file is missing, unreadable or not a map, or its header says something impossible.
    """
    with opened(path) as source:
        header = _read_header(source)
    return Map(
        np.broadcast_to(np.float32(0), header.grid_shape),
        header.origin,
        header.steps,
        header.grid_shape,
        header={**header.facts, "warnings": list(header.warnings)},
        path=str(source.path),
    )


def is_constant(values: NDArray[np.float32]) -> bool:
    """Say whether all voxels are equal; mostly the first plane tells that they are not."""
    return all((plane == values[0, 0, 0]).all() for plane in values)


def _read_header(source: ByteSource) -> MapHeader:
    """Read and understand the header of a map's file."""
    raw = bytearray(HEADER_BYTES)
    return parse_header(bytes(raw[: source.read_into(memoryview(raw), 0)]), str(source.path))


def _check_size(size: int, header: MapHeader, source: ByteSource) -> int:
    """Return how many bytes the file holds beyond its voxels; refuse one that holds too few."""
    extra = size - header.data_offset - header.data_bytes
    if extra < 0:
        sections, rows, columns = header.file_shape
        raise InputError(
            f"{source.path} is truncated: {columns} × {rows} × {sections} voxels of {header.dtype.itemsize} bytes "
            f"end at byte {header.data_offset + header.data_bytes}, the file at {size}; copy or download it again"
        )
    return extra


def _box_range(
    header: MapHeader, box: tuple[ArrayLike, ArrayLike] | None
) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """Return the range, along each grid axis, of the voxels that a box needs.

    It holds at least two voxels along each axis, so that it can be resampled: for a box outside the map, the nearest.
    """
    if box is None:
        return (0, 0, 0), header.grid_shape
    corners = np.array(box, np.float64)
    if corners.shape != (2, 3) or not np.isfinite(corners).all() or (corners[0] > corners[1]).any():
        raise InputError(f"a box must be its lowest and its highest corner, three numbers in Å each; got {box!r}")
    eight = np.stack(np.meshgrid(*corners.T), axis=-1).reshape(8, 3)
    index = (eight - header.origin) @ np.linalg.inv(header.steps)
    last = np.array(header.grid_shape) - 1
    low = np.clip(np.floor(index.min(axis=0)) - _MARGIN, 0, last - 1)
    high = np.clip(np.ceil(index.max(axis=0)) + _MARGIN, 1, last)
    return (int(low[0]), int(low[1]), int(low[2])), (int(high[0]) + 1, int(high[1]) + 1, int(high[2]) + 1)


def _read_box(
    source: ByteSource, header: MapHeader, start: tuple[int, int, int], stop: tuple[int, int, int]
) -> NDArray[np.float32]:
    """Read the voxels of a box, section by section; return them with axis 0 along x.

    A compressed file that ends early leaves the rest of them unset, to be found when its size is known.
    """
    (s0, r0, c0), (s1, r1, c1) = ([edge[axis] for axis in header.axes] for edge in (start, stop))
    _, rows, columns = header.file_shape
    values = np.zeros((s1 - s0, r1 - r0, c1 - c0), np.float32)
    section = np.empty((r1 - r0, columns), header.dtype)
    for s in range(s0, s1):
        first_voxel = (s * rows + r0) * columns
        position = header.data_offset + first_voxel * header.dtype.itemsize
        if source.read_into(section.reshape(-1).view(np.uint8).data, position) < section.nbytes:
            break
        values[s - s0] = section[:, c0:c1]
    return values.transpose([header.axes.index(axis) for axis in range(3)])


def _check_finite(map: Map, name: str) -> None:
    """Refuse a map with a voxel that is NaN or infinite."""
    file_order = np.argsort([-abs(stride) for stride in map.values.strides], kind="stable")
    count, first = 0, None
    for n, section in enumerate(map.values.transpose(file_order)):
        finite = np.isfinite(section)
        if finite.all():
            continue
        count += int(finite.size - np.count_nonzero(finite))
        if first is None:
            first = np.empty(3, int)
            first[file_order] = [n, *np.argwhere(~finite)[0]]
    if first is not None:
        index = ", ".join(str(i) for i in first + map.grid_start)
        place = ", ".join(f"{x:.2f}" for x in map.origin + first @ map.steps)
        voxels = "1 voxel is" if count == 1 else f"{count} voxels are"
        raise InputError(
            f"{name}: {voxels} NaN or infinite where the map is used, the first at index ({index}), which is "
            f"({place}) Å; set them to a number such as 0 and try again"
        )


def _interpolate(old: NDArray[np.float32], weights: NDArray[np.float64], new: NDArray[np.float32]) -> None:
    """Fill `new` with the values that lie `weights` (3,) of the way between neighbours in `old`, linear in each axis.

    `new` is one shorter than `old` along axes whose weight is not 0. Done in double, a slab at a time.
    """
    slowest_first = np.argsort([-abs(stride) for stride in old.strides], kind="stable")
    old, new, weights = old.transpose(slowest_first), new.transpose(slowest_first), weights[slowest_first]
    reach = 2 if weights[0] else 1
    for n in range(new.shape[0]):
        slab = old[n : n + reach].astype(np.float64)
        for axis, weight in enumerate(weights):
            if weight:
                along = np.moveaxis(slab, axis, 0)
                slab = np.moveaxis((1 - weight) * along[:-1] + weight * along[1:], 0, axis)
        new[n] = slab[0]
