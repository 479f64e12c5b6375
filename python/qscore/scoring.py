"""Scoring: a model and a map in, a result out."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from .context import check_reported_resolution
from .errors import InputError
from .maps import Map, is_constant, read_map
from .model import Atoms, Model, read_model
from .options import ScoreOptions, checked_threads
from .reference.storage import load_table
from .reference.table import ReferenceTable
from .result import ScoreResult

if TYPE_CHECKING:
    import gemmi

Progress = Callable[[str, int, int], None]
"""Called with the stage ("reading the model", "reading the map", "scoring"), atoms done and atoms in all."""


def score(
    model: str | os.PathLike[str] | gemmi.Structure | Model,
    map: str | os.PathLike[str] | Map,
    *,
    sigma: float = 0.4,
    resolution: float | None = None,
    chains: Sequence[str] | None = None,
    resampled: bool = False,
    radius_step: float = 0.1,
    max_radius: float = 2.0,
    points: int = 8,
    reference: str | os.PathLike[str] | ReferenceTable = "emdb",
    threads: int = 0,
    progress: Progress | None = None,
) -> ScoreResult:
    """Score the atoms of a model in a map (Pintilie et al. 2020).

    Parameters
    ----------
    model
        A PDB or mmCIF file, plain or .gz; a gemmi structure; or a model read before. Its first model is scored.
    map
        An MRC or CCP4 file, plain, .gz, .bz2 or .xz, of which only the box around the model is read; or a map read
        or made before.
    sigma
        Width of the reference Gaussian, Å: 0.4 as the EMDB, 0.6 as early versions of MapQ.
    resolution
        Of the map, Å. By default the one that the model's file states.
    chains
        Names of the chains to score; all atoms still count as neighbours. By default all.
    resampled
        Score as the EMDB's published numbers are computed (see `Map.resampled`).
    radius_step, max_radius, points
        Distance of the shells and radius of the last, Å, and clear points on each: MapQ's by default.
    reference
        The entries to rank the score among: a table, or what `qscore.reference.load_table` takes.
    threads
        0: as many as the machine offers. The result does not depend on it.
    progress
        Called about ten times a second, from this thread.

    Returns
    -------
    ScoreResult

    Raises
    ------
    InputError
        With one sentence, for input that cannot be scored.
    """
    options = ScoreOptions(float(sigma), float(radius_step), float(max_radius), points, bool(resampled))
    threads = checked_threads(threads)
    check_reported_resolution(resolution)
    table = reference if isinstance(reference, ReferenceTable) else load_table(reference)
    tell = progress or (lambda stage, done, total: None)

    tell("reading the model", 0, 0)
    model = as_model(model)
    rows = _chosen_rows(model, chains)
    atoms = model.atoms.take(rows)
    warnings = list(model.warnings)

    tell("reading the map", 0, 0)
    if not isinstance(map, Map):
        if not isinstance(map, (str, os.PathLike)):
            raise InputError(f"the map must be a file or a qscore.Map (see Map.from_array); got {type(map).__name__}")
        reach = options.max_radius
        map = read_map(map, box=(atoms.position.min(axis=0) - reach, atoms.position.max(axis=0) + reach))
    noted: Any = map.header.get("warnings", ())
    warnings += noted
    outside = count_outside(atoms, map)
    if outside:
        warnings.append(f"{outside} of {len(atoms)} atoms lie outside the map, which counts as 0 there")
    if is_constant(map.values):
        warnings.append(
            f"the map has the same value, {map.values[0, 0, 0]:g}, everywhere around the model, so that the scores say "
            "nothing; check that it is the right map, not a mask or an empty part of one"
        )
    if map.resampling_differs and not options.resampled:
        warnings.append(
            "the map's origin is not a whole number of voxels: numbers published by the EMDB are those of the "
            "resampled variant, which can differ (a little for the model, more for single atoms)"
        )

    neighbors = np.ascontiguousarray(model.atoms.position[model.scored])
    queries = np.searchsorted(model.scored, rows)
    q, samples_outside = _scores(neighbors, map, queries, options, threads, tell)
    source = "given" if resolution is not None else model.resolution_source
    if resolution is None:
        resolution = model.resolution
    return ScoreResult(atoms, q, rows, samples_outside, options, model, map, resolution, source, table, tuple(warnings))


def score_atoms(
    positions: ArrayLike,
    volume: Map,
    *,
    queries: ArrayLike | None = None,
    sigma: float = 0.4,
    resampled: bool = False,
    radius_step: float = 0.1,
    max_radius: float = 2.0,
    points: int = 8,
    threads: int = 0,
) -> NDArray[np.float64]:
    """Score atoms given as positions; hydrogens should be left out, as they are by `score`.

    Parameters
    ----------
    positions
        (n, 3), Å: all atoms, each other's neighbours.
    volume
        The map.
    queries
        (m,) rows of `positions` to score; by default all, in order.
    sigma, resampled, radius_step, max_radius, points, threads
        As for `score`.

    Returns
    -------
    ndarray
        (m,) float64: Q of each query.

    Raises
    ------
    InputError
        For arrays of a wrong shape, positions that are not finite, queries out of range or options out of range.
    """
    options = ScoreOptions(float(sigma), float(radius_step), float(max_radius), points, bool(resampled))
    if not isinstance(volume, Map):
        raise InputError(f"the volume must be a qscore.Map (see read_map, Map.from_array); got {type(volume).__name__}")
    atoms = np.ascontiguousarray(positions, np.float64)
    if atoms.ndim != 2 or atoms.shape[1] != 3:
        raise InputError(f"positions must have the shape (n, 3); got {atoms.shape}")
    if queries is None:
        rows = np.arange(len(atoms))
    else:
        rows = np.asarray(queries)
        if rows.ndim != 1 or (rows.size and rows.dtype.kind not in "iu"):
            raise InputError(f"queries must be whole numbers of shape (m,); got {rows.dtype} {rows.shape}")
    return _scores(atoms, volume, rows, options, checked_threads(threads), lambda stage, done, total: None)[0]


def _scores(
    atoms: NDArray[np.float64],
    map: Map,
    queries: NDArray[np.intp],
    options: ScoreOptions,
    threads: int,
    tell: Progress,
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Return Q and the number of samples outside the map for each query."""
    grid = map.resampled() if options.resampled else map
    tell("scoring", 0, len(queries))
    return _core.score(
        grid.values,
        grid.origin,
        grid.steps,
        atoms,
        np.ascontiguousarray(queries, np.int64),
        sigma=options.sigma,
        radius_step=options.radius_step,
        shells=options.shells,
        points=options.points,
        threads=threads,
        progress=lambda done: tell("scoring", done, len(queries)),
    )


def as_model(model: Any) -> Model:
    """Return a model given as a file, a gemmi structure or a `Model`."""
    if isinstance(model, Model):
        return model
    if isinstance(model, (str, os.PathLike)):
        return read_model(model)
    import gemmi

    if isinstance(model, gemmi.Structure):
        return Model.from_structure(model)
    raise InputError(
        "the model must be a file, a gemmi.Structure or a qscore.Model (for arrays of positions there is "
        f"score_atoms); got {type(model).__name__}"
    )


def _chosen_rows(model: Model, chains: Sequence[str] | None) -> NDArray[np.intp]:
    """Return the rows of the atoms to score: those of some chains, or all but hydrogens."""
    if chains is None:
        return model.scored
    if isinstance(chains, str):
        raise InputError(f"chains must be a list of names, such as [{chains!r}]; got the text {chains!r}")
    present = model.atoms.chain[model.scored]
    missing = [chain for chain in chains if chain not in present]
    if missing or not chains:
        raise InputError(
            f"no chain {', '.join(missing) or 'given'} in the model {model.name}; "
            f"it has {', '.join(dict.fromkeys(present.tolist()))}"
        )
    return model.scored[np.isin(present, list(chains))]


def count_outside(atoms: Atoms, map: Map) -> int:
    """Return how many atoms lie outside the whole map; refuse a model that is nowhere inside."""
    index = (atoms.position - map.origin) @ np.linalg.inv(map.steps) + np.array(map.grid_start)
    last = np.array(map.grid_shape) - 1
    inside = ((index >= 0) & (index <= last)).all(axis=1)
    if not inside.any():
        corner = map.origin - np.array(map.grid_start) @ map.steps
        corners = (
            corner + np.array([[i, j, k] for i in (0, last[0]) for j in (0, last[1]) for k in (0, last[2])]) @ map.steps
        )
        low, high = atoms.position.min(axis=0), atoms.position.max(axis=0)
        shift = corners.mean(axis=0) - (low + high) / 2
        raise InputError(
            f"the model does not overlap the map: the model spans {_extent(low, high)} Å, the map "
            f"{_extent(corners.min(axis=0), corners.max(axis=0))} Å; a shift of the model by "
            f"({', '.join(f'{x:.2f}' for x in shift)}) Å would put it in the map's centre"
        )
    return int(np.count_nonzero(~inside))


def _extent(low: NDArray[np.float64], high: NDArray[np.float64]) -> str:
    return " × ".join(f"{a:.1f}…{b:.1f}" for a, b in zip(low, high, strict=True))
