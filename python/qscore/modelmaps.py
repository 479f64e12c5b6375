"""Model maps: the density that the atoms of a model would give, of Gaussians or of electron scattering factors."""

from __future__ import annotations

import dataclasses
import math

import gemmi
import numpy as np
from numpy.typing import NDArray

from . import _core
from .errors import InputError
from .maps import Map
from .model import Atoms
from .options import checked_threads

RESOLUTIONS = (0.5, 20.0)  # Å, the range that model maps are made for
MARGIN = 5.0  # Å of an electron map around the model (phenix.mtz2map)
Grid = tuple[tuple[int, int, int], NDArray[np.float64], NDArray[np.float64]]  # shape, origin and steps, Å
_SPACINGS = (0.05, 20.0)  # Å, for grids of one's own
_MOST_VOXELS = 2**31


@dataclasses.dataclass(frozen=True, eq=False)
class Scatterers:
    """Atoms as the library's model maps take them.

    Attributes
    ----------
    positions
        (n, 3) float64, Å.
    occupancies
        (n,) float64.
    types
        (n,) int32: rows of `form_factors`.
    form_factors
        (types, 2, 5) float64: heights (Å) and widths (Å²) of five Gaussians.
    """

    positions: NDArray[np.float64]
    occupancies: NDArray[np.float64]
    types: NDArray[np.int32]
    form_factors: NDArray[np.float64]

    def arguments(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int32], NDArray[np.float64]]:
        """Return the four arrays in the order of the library's arguments."""
        return self.positions, self.occupancies, self.types, self.form_factors


def scatterers(atoms: Atoms, unknown_element: str | None = None) -> Scatterers:
    """Look up the electron scattering factors of atoms (International Tables C, table 4.3.2.2).

    Parameters
    ----------
    atoms
        The atoms; deuterium scatters as hydrogen.
    unknown_element
        Element whose factors stand in for those of elements without.

    Raises
    ------
    InputError
        When an element has no scattering factors and nothing stands in for it, or what is to stand in has none; when
        an occupancy is below 0, or all are 0.
    """
    negative = atoms.occupancy < 0
    if negative.any():
        raise InputError(
            f"{np.count_nonzero(negative)} atoms have an occupancy below 0, first "
            f"{atoms.label(int(np.argmax(negative)))}; correct them"
        )
    if not atoms.occupancy.any():
        raise InputError("every atom of the model has the occupancy 0, so nothing of it would be in a model map")
    stand_in = check_unknown_element(unknown_element)
    elements, types = np.unique(atoms.element, return_inverse=True)
    factors = []
    for number, element in enumerate(elements.tolist()):
        factor = _form_factor(element) or stand_in
        if factor is None:
            first = int(np.argmax(types == number))
            raise InputError(
                f"there are no electron scattering factors for element {element} ({np.count_nonzero(types == number)} "
                f"atoms, first {atoms.label(first)}); correct it, or treat it as another with --unknown-element C"
            )
        factors.append(factor)
    return Scatterers(
        np.ascontiguousarray(atoms.position),
        np.ascontiguousarray(atoms.occupancy),
        types.astype(np.int32),
        np.array(factors),
    )


def check_unknown_element(symbol: str | None) -> list[list[float]] | None:
    """Return the scattering factors of the element that is to stand in for those without; None for None.

    Raises
    ------
    InputError
        When it has no scattering factors itself, or is no element.
    """
    factor = None if symbol is None else _form_factor(symbol)
    if symbol is not None and factor is None:
        raise InputError(
            f"there are no electron scattering factors for {symbol!r}, which is to stand in for elements without; "
            "choose another --unknown-element, such as C"
        )
    return factor


def _form_factor(symbol: str) -> list[list[float]] | None:
    element = gemmi.Element(symbol)
    if element.atomic_number == 0 or element.c4322 is None:  # gemmi has a form factor for X: that of oxygen
        return None
    coefficients: list[float] = element.c4322.get_coefs()
    return [coefficients[:5], coefficients[5:]]


def gaussian_map(
    atoms: Atoms, resolution: float, *, like: Map | None = None, spacing: float | None = None, threads: int = 0
) -> Map:
    """Make a map with one Gaussian per atom, as Chimera's ``molmap`` does (appendix A1.4).

    Parameters
    ----------
    atoms
        The atoms, hydrogens included.
    resolution
        d, Å: the width is d/(π√2), the integral of each Gaussian its element number.
    like
        The map whose grid to use. By default a grid of its own, 3 d larger than the model on every side.
    spacing
        Of that grid, Å; d/3 by default.
    threads
        0: as many as the machine offers. The result does not depend on it.

    Raises
    ------
    InputError
        For a resolution, spacing or number of threads out of range.
    """
    check_resolution(resolution)
    checked_threads(threads)
    if like is not None:
        shape, origin, steps = grid_of(like)
    else:
        shape, origin, steps = _cubic_grid(atoms, resolution / 3 if spacing is None else spacing, 3 * resolution)
    numbers = {symbol: float(gemmi.Element(symbol).atomic_number) for symbol in np.unique(atoms.element).tolist()}
    weights = np.array([numbers[symbol] for symbol in atoms.element.tolist()])
    sigma = resolution / (math.pi * math.sqrt(2))
    values = _core.gaussian_map(
        np.ascontiguousarray(atoms.position), weights, sigma, shape, origin, steps, threads=threads
    )
    return Map.from_array(values, steps=steps, origin=origin)


def electron_map(
    atoms: Atoms,
    resolution: float,
    *,
    b_factors: NDArray[np.float64] | None = None,
    like: Map | None = None,
    spacing: float | None = None,
    in_sd: bool = True,
    unknown_element: str | None = None,
    threads: int = 0,
) -> Map:
    """Make the electron-scattering map of atoms, cut sharply at a resolution, with mean zero (appendix A1.5).

    It is the sum over all reflections up to the resolution, but F(000), of a P1 box 50 Å larger than the model on
    every side, as phenix.fmodel makes it.

    Parameters
    ----------
    atoms
        The atoms, hydrogens included; their occupancies count.
    resolution
        d, Å.
    b_factors
        (n,) isotropic B of the atoms, Å²; by default those of the model.
    like
        The map whose grid to use, with 0 outside the P1 box. By default a grid of its own, 5 Å larger than the model
        on every side.
    spacing
        Of that grid, Å. By default it is part of the P1 box's own grid, as phenix.mtz2map cuts it out, with the
        spacing of d/4 or a little less that divides the box; the scan over f works on that grid.
    in_sd
        In units of the map's standard deviation over the P1 box; else in Å of scattering length per Å³.
    unknown_element
        Element that stands in for those without scattering factors.
    threads
        0: as many as the machine offers. The result does not depend on it.

    Raises
    ------
    InputError
        For a resolution, spacing or number of threads out of range, negative B factors, or an element without
        scattering factors.
    """
    check_resolution(resolution)
    checked_threads(threads)
    b = np.ascontiguousarray(atoms.b_iso if b_factors is None else b_factors, dtype=np.float64)
    wrong = ~(np.isfinite(b) & (b >= 0))
    if wrong.any():
        raise InputError(
            f"{np.count_nonzero(wrong)} atoms have a B factor below 0 or none at all, first "
            f"{atoms.label(int(np.argmax(wrong)))}; correct them"
        )
    if like is not None:
        grid = grid_of(like)
    elif spacing is not None:
        grid = _cubic_grid(atoms, spacing, MARGIN)
    else:
        grid = scan_grid(atoms, resolution / 4)
    return electron_map_on(grid, scatterers(atoms, unknown_element), b, resolution, in_sd=in_sd, threads=threads)


def electron_map_on(
    grid: Grid,
    atoms: Scatterers,
    b_factors: NDArray[np.float64],
    resolution: float,
    *,
    in_sd: bool = True,
    threads: int = 0,
) -> Map:
    """Make an electron map, as `electron_map` does, on a grid."""
    shape, origin, steps = grid
    values = _core.electron_map(*atoms.arguments(), b_factors, resolution, shape, origin, steps, in_sd, threads=threads)
    return Map.from_array(values, steps=steps, origin=origin)


def scan_grid(atoms: Atoms, spacing: float) -> Grid:
    """Return the part of the P1 box's grid, of at most a spacing, that reaches 5 Å beyond the atoms."""
    low, cell, sampling, first, count = _core.scan_grid(np.ascontiguousarray(atoms.position), spacing)
    step = np.array(cell) / sampling
    ni, nj, nk = count
    return _not_too_large((ni, nj, nk), spacing), np.array(low) + first * step, np.diag(step)


def check_resolution(resolution: float | None) -> float:
    """Return a resolution that model maps can be made at.

    Raises
    ------
    InputError
        When it is missing or out of range.
    """
    low, high = RESOLUTIONS
    if resolution is None:
        raise InputError("the model's file states no resolution; give the map's with -r (resolution=)")
    if not (math.isfinite(resolution) and low <= resolution <= high):
        raise InputError(f"the resolution must be from {low:g} to {high:g} Å for a model map; got {resolution:g}")
    return resolution


def grid_of(map: Map) -> Grid:
    """Return the grid of a map."""
    ni, nj, nk = map.values.shape
    return (ni, nj, nk), np.ascontiguousarray(map.origin), np.ascontiguousarray(map.steps)


def _cubic_grid(atoms: Atoms, spacing: float, margin: float) -> Grid:
    """Return a grid of cubic voxels around the atoms."""
    low, high = _SPACINGS
    if not (math.isfinite(spacing) and low <= spacing <= high):
        raise InputError(f"the grid spacing must be from {low:g} to {high:g} Å; got {spacing:g}")
    corner = atoms.position.min(axis=0) - margin
    ni, nj, nk = (max(int(n), 1) for n in np.ceil((np.ptp(atoms.position, axis=0) + 2 * margin) / spacing))
    return _not_too_large((ni, nj, nk), spacing), corner, np.diag(np.full(3, spacing))


def _not_too_large(shape: tuple[int, int, int], spacing: float) -> tuple[int, int, int]:
    """Return the shape of a grid, unless no memory holds it."""
    if math.prod(shape) > _MOST_VOXELS:
        size = " × ".join(str(n) for n in shape)
        raise InputError(f"a grid of {size} voxels is too large; choose a wider spacing than {spacing:g} Å")
    return shape
