"""Map correlation: how well a map agrees with the model map of its atoms, for the model and every chain."""

from __future__ import annotations

import dataclasses
import os
from typing import Any

import gemmi
import numpy as np
from numpy.typing import NDArray

from . import _core
from .errors import InputError
from .maps import Map, is_constant, read_map
from .model import Atoms, Model
from .modelmaps import check_resolution, gaussian_map
from .scoring import as_model, count_outside

THRESHOLD = 0.01  # the model map's points above it are compared (appendices A1.4 and A1.5)


@dataclasses.dataclass(frozen=True)
class Correlation:
    """The correlation of a model map with a map.

    Attributes
    ----------
    chain
        The chain whose atoms the model map is made of; None for all of them.
    cc
        Equation 8.
    cc_mean
        Equation 9, about the means of both maps.
    points
        Grid points of the model map above the threshold.
    atoms
        Atoms in the model map.
    """

    chain: str | None
    cc: float
    cc_mean: float
    points: int
    atoms: int


@dataclasses.dataclass(frozen=True)
class ModelCorrelation:
    """The correlations of a model and of its chains with a map.

    Attributes
    ----------
    model
        Of all atoms.
    chains
        Of each chain alone, in the order of the file.
    resolution
        Of the model maps, Å.
    threshold
        Of the model maps, absolute.
    warnings
        One sentence for each thing that the user should know of.
    """

    model: Correlation
    chains: tuple[Correlation, ...]
    resolution: float
    threshold: float
    warnings: tuple[str, ...]

    def summary(self) -> dict[str, Any]:
        """Return all of it as plain Python values."""
        return dataclasses.asdict(self)


def correlate(
    model: str | os.PathLike[str] | gemmi.Structure | Model,
    map: str | os.PathLike[str] | Map,
    resolution: float | None = None,
    *,
    threads: int = 0,
) -> ModelCorrelation:
    """Correlate a map with the Gaussian model maps of a model and of each of its chains (section 6, appendix A1.4).

    Parameters
    ----------
    model
        A PDB or mmCIF file, a gemmi structure, or a model read before.
    map
        An MRC or CCP4 file, or a map; outside it, the density counts as 0.
    resolution
        Å; by default the one that the model's file states.
    threads
        0: as many as the machine offers. The result does not depend on it.

    Raises
    ------
    InputError
        When there is no resolution or it is out of range, the model does not overlap the map, or no point of a model
        map is above the threshold.
    """
    model = as_model(model)
    resolution = check_resolution(model.resolution if resolution is None else resolution)
    atoms = model.atoms
    reach = 3 * resolution + resolution / 3  # the model map's margin and a step of its grid
    map = map_around(map, (atoms.position.min(axis=0) - reach, atoms.position.max(axis=0) + reach))
    warnings = (*model.warnings, *coverage_warnings(atoms, map), *_unknown_elements(atoms))
    chains = [str(chain) for chain in dict.fromkeys(atoms.chain.tolist())]
    whole = _correlation(None, atoms, map, resolution, threads)
    if len(chains) == 1:
        rows = [dataclasses.replace(whole, chain=chains[0])]
    else:
        rows = [_correlation(chain, atoms.take(atoms.chain == chain), map, resolution, threads) for chain in chains]
    return ModelCorrelation(
        whole,
        tuple(rows),
        resolution,
        THRESHOLD,
        warnings,
    )


def map_around(map: str | os.PathLike[str] | Map, box: tuple[NDArray[np.float64], NDArray[np.float64]]) -> Map:
    """Return a map with all its voxels in a box, for correlation: read from its file, or the one given.

    Parameters
    ----------
    map
        A file, or a map.
    box
        Lowest and highest corner, (3,) Å each.

    Raises
    ------
    InputError
        When the map was cut out of one that has more of the box, as `ScoreResult.map` is, or all its voxels there
        have the same value.
    """
    if not isinstance(map, Map):
        return _varied(read_map(map, box=box))
    corners = np.stack(np.meshgrid(*np.array(box).T), axis=-1).reshape(8, 3)
    index = (corners - map.origin) @ np.linalg.inv(map.steps) + np.array(map.grid_start)
    last = np.array(map.grid_shape) - 1
    low, high = np.clip(np.floor(index.min(axis=0)), 0, last), np.clip(np.ceil(index.max(axis=0)), 0, last)
    start = np.array(map.grid_start)
    if (low < start).any() or (high > start + map.values.shape - 1).any():
        raise InputError(
            f"the map is a box of {_size(map.values.shape)} voxels cut out of "
            f"{_size(map.grid_shape)}, and more of them are needed around the model; give the map's file"
        )
    return _varied(map)


def _varied(map: Map) -> Map:
    """Return the map, unless nothing can be correlated with it."""
    if is_constant(map.values):
        raise InputError(
            f"every voxel of the map around the model is {map.values[0, 0, 0]:g}, so nothing can be correlated with "
            "it; check that it is the model's map"
        )
    return map


def coverage_warnings(atoms: Atoms, map: Map, outside_it: str = "where it counts as 0") -> tuple[str, ...]:
    """Return what the map's header and its extent give to warn of; refuse a map that no atom lies in.

    `outside_it` says what lying outside the map means for an atom.
    """
    noted: Any = map.header.get("warnings", ())
    outside = count_outside(atoms, map)
    if not outside:
        return tuple(noted)
    return (
        *noted,
        f"the map covers only part of the model: {outside} of {len(atoms)} atoms lie outside it, {outside_it}",
    )


def _unknown_elements(atoms: Atoms) -> tuple[str, ...]:
    """Return how many atoms are missing in a map of Gaussians as tall as their element's number."""
    names = [name for name in np.unique(atoms.element).tolist() if gemmi.Element(name).atomic_number == 0]
    if not names:
        return ()
    count = np.count_nonzero(np.isin(atoms.element, names))
    return (f"{count} of {len(atoms)} atoms have no known element ({', '.join(names)}) and are not in the model map",)


def _size(shape: tuple[int, ...]) -> str:
    return " × ".join(str(n) for n in shape)


def _correlation(chain: str | None, atoms: Atoms, map: Map, resolution: float, threads: int) -> Correlation:
    made = gaussian_map(atoms, resolution, threads=threads)
    cc, cc_mean, points = _core.correlate(
        made.values, made.origin, made.steps, map.values, map.origin, map.steps, THRESHOLD, threads=threads
    )
    if points == 0:
        raise InputError(
            f"no point of the model map of {'the model' if chain is None else f'chain {chain}'} is above {THRESHOLD:g} "
            f"at {resolution:g} Å; check the resolution and the elements"
        )
    return Correlation(chain, cc, cc_mean, points, len(atoms))
