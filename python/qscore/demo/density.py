"""The demo's map: the model as it should have been, at its resolution, with noise and a few deliberate flaws."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
from numpy.typing import NDArray

from ..maps import Map
from .model import MARGIN, RESOLUTION, build

VOXEL = 0.8  # Å
NOISE = 0.06  # standard deviation, as a share of the highest density
_SEED = 20251
_REACH = 5.0  # standard deviations after which a Gaussian is cut
_BACKBONE = ("N", "CA", "C", "O")


@dataclasses.dataclass(frozen=True)
class Flaw:
    """A part of the model that the map does not support.

    Attributes
    ----------
    part, reason
        What it is and what is wrong with it, for people.
    chain, number
        The residue; of amino acids, its side chain.
    b_iso
        The part's B factor in the map, Å²; None where it is as sharp as the rest.
    occupancy
        How much of the part is in the map.
    """

    part: str
    reason: str
    chain: str
    number: int
    b_iso: float | None = None
    occupancy: float = 1.0

    def holds(self, chain: str, number: int, atom: str) -> bool:
        """Say whether an atom is of this part."""
        return chain == self.chain and number == self.number and not (chain == "A" and atom in _BACKBONE)


FLAWS = (
    Flaw("side chain of A/7 PHE", "modelled in the wrong rotamer: the map has it elsewhere", "A", 7),
    Flaw("side chain of A/5 LYS", "mobile: its density is smeared out", "A", 5, b_iso=250.0),
    Flaw("nucleotide B/4 U", "the mobile end of the strand", "B", 4, b_iso=250.0),
    Flaw("water W/13 HOH", "placed where the map holds only noise", "W", 13, occupancy=0.0),
)


def density() -> Map:
    """Make the map: a Gaussian per atom, as wide as B factor and resolution make it, and noise no sharper than that.

    The noise is drawn from a fixed seed: every demo is the same.
    """
    blur = RESOLUTION / (math.pi * math.sqrt(2))  # of a map of this resolution, as Chimera's molmap has it
    model = build(rotamer={})[0]
    atoms = [
        (chain.name, number, atom)
        for chain in model
        for number, residue in enumerate(chain, start=1)
        for atom in residue
    ]
    highest = np.max([atom.pos.tolist() for _, _, atom in atoms], axis=0)
    values = np.zeros(np.ceil((highest + MARGIN) / VOXEL).astype(int))
    for chain, number, atom in atoms:
        b_iso, weight = atom.b_iso, float(atom.element.atomic_number)
        for flaw in FLAWS:
            if flaw.holds(chain, number, atom.name):
                b_iso, weight = flaw.b_iso or b_iso, weight * flaw.occupancy
        sigma = math.sqrt(blur**2 + b_iso / (8 * math.pi**2))
        _add_gaussian(values, np.array(atom.pos.tolist()), weight, sigma)
    noise = _smooth_noise(values.shape, blur)
    return Map.from_array(values + NOISE * values.max() * noise, VOXEL)


def _add_gaussian(values: NDArray[np.float64], centre: NDArray[np.float64], weight: float, sigma: float) -> None:
    """Add a Gaussian of integral `weight` and width `sigma` (Å) to the voxels around `centre` (Å)."""
    low = np.maximum(np.floor((centre - _REACH * sigma) / VOXEL).astype(int), 0)
    high = np.minimum(np.ceil((centre + _REACH * sigma) / VOXEL).astype(int) + 1, values.shape)
    rows = [
        np.exp(-((np.arange(a, b) * VOXEL - x) ** 2) / (2 * sigma**2))
        for a, b, x in zip(low, high, centre, strict=True)
    ]
    height = weight / (math.sqrt(2 * math.pi) * sigma) ** 3
    values[tuple(map(slice, low, high))] += height * np.einsum("i,j,k->ijk", *rows)


def _smooth_noise(shape: tuple[int, ...], sigma: float) -> NDArray[np.float64]:
    """Return Gaussian noise of standard deviation 1 without detail finer than `sigma` (Å)."""
    white = np.random.default_rng(_SEED).normal(size=shape)
    squares = [np.fft.fftfreq(n, VOXEL) ** 2 for n in shape]
    squares[2] = squares[2][: shape[2] // 2 + 1]
    frequency = squares[0][:, None, None] + squares[1][:, None] + squares[2]
    smooth = np.fft.irfftn(np.fft.rfftn(white) * np.exp(-2 * (math.pi * sigma) ** 2 * frequency), shape, axes=(0, 1, 2))
    result: NDArray[np.float64] = smooth / smooth.std()
    return result
