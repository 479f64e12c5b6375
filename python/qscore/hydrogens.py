"""The Q-score that each atom of a model carries in annotated files, hydrogens included."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .model import Model
from .options import ScoreOptions

_BOND = 1.4  # Å: a hydrogen farther than this from every heavy atom of its residue carries no Q
_CHUNK = 20000  # hydrogens treated at a time, which bounds the memory


class Scored(Protocol):
    """Atoms of a model with their Q: a `ScoreResult`, or the `Scores` read from a file."""

    @property
    def model(self) -> Model:
        """The model."""

    @property
    def rows(self) -> NDArray[np.intp]:
        """(n,) rows of ``model.atoms`` that have a Q."""

    @property
    def q(self) -> NDArray[np.float64]:
        """(n,) Q of these atoms."""

    @property
    def options(self) -> ScoreOptions | None:
        """The parameters they were computed with; None where nobody knows."""


def q_of_all_atoms(result: Scored) -> NDArray[np.float64]:
    """Return the Q of every atom of the model, as MapQ annotates files.

    A hydrogen has no Q of its own and carries that of the atom it is bound to: the nearest in its residue, of its own
    altloc or of none, within 1.4 Å.

    Returns
    -------
    numpy.ndarray
        (N,) Q of `result.model.atoms`; NaN for atoms that were not scored.
    """
    atoms = result.model.atoms
    q = np.full(len(atoms), np.nan)
    q[result.rows] = result.q
    hydrogens = np.flatnonzero(atoms.element == "H")
    starts = np.flatnonzero(np.diff(atoms.residue, prepend=-1))
    sizes = np.diff(starts, append=len(atoms))
    parent = ~np.isin(atoms.element, ["H", "D"])
    for begin in range(0, len(hydrogens), _CHUNK):
        rows = hydrogens[begin : begin + _CHUNK]
        size = sizes[atoms.residue[rows]]
        first = np.cumsum(size) - size  # of the pairs of each hydrogen with the atoms of its residue
        hydrogen = np.repeat(rows, size)
        other = np.arange(size.sum()) - np.repeat(first - starts[atoms.residue[rows]], size)
        distance = np.linalg.norm(atoms.position[hydrogen] - atoms.position[other], axis=1)
        alternates = (atoms.altloc[hydrogen] == atoms.altloc[other]) | (atoms.altloc[other] == "")
        distance[~(parent[other] & (alternates | (atoms.altloc[hydrogen] == "")))] = np.inf
        nearest = np.minimum.reduceat(distance, first)
        bound = np.flatnonzero((distance == np.repeat(nearest, size)) & (distance <= _BOND))
        q[hydrogen[bound[::-1]]] = q[other[bound[::-1]]]  # of two equally near the first in the file
    return q
