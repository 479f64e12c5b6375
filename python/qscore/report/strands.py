"""Strands: the residues of a polymer laid along an axis that shows what is missing, and their way through space."""

from __future__ import annotations

import dataclasses
import string
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..groups import PARTS

if TYPE_CHECKING:
    from ..model import Atoms
    from ..result import ScoreResult

# kind of polymer -> the atom that marks a residue's place, the one that binds the next residue, the one it binds there
_LINKS = {"protein": ("CA", "C", "N"), "nucleic acid": ("C4'", "O3'", "P")}
_BOND = 2.5  # Å: residues linked within it follow one another, whatever their numbers
WIDEST_GAP = 20  # places that a gap takes at most


@dataclasses.dataclass(frozen=True)
class Gap:
    """Residues missing from a strand.

    Attributes
    ----------
    first, last
        The places left free for them.
    missing
        How many the numbers say are missing; None where the numbers do not tell.
    """

    first: int
    last: int
    missing: int | None

    def __str__(self) -> str:
        return "break" if self.missing is None else f"{self.missing} missing"


@dataclasses.dataclass(frozen=True, eq=False)
class Strand:
    """The polymer of one kind in a chain, n residues.

    Attributes
    ----------
    chain, kind
        Name of the chain, and ``"protein"`` or ``"nucleic acid"``.
    row
        (n,) rows of the residues in ``groups.residues``.
    place
        (n,) int64: where each stands on the axis. The first stands at its number; then each one further, and beyond
        missing residues further by as many as are missing, at most `WIDEST_GAP`.
    seqid, resname
        (n,) number with insertion code, and name.
    parts
        Name of a part of residues -> (n,) mean Q, NaN for residues without it.
    position
        (n, 3) Å: of Cα or C4', else of the residue's first atom.
    q
        (n,) mean Q of the residues.
    gaps
        What is missing within.
    """

    chain: str
    kind: str
    row: NDArray[np.intp]
    place: NDArray[np.int64]
    seqid: NDArray[np.str_]
    resname: NDArray[np.str_]
    parts: Mapping[str, NDArray[np.float64]]
    position: NDArray[np.float64]
    q: NDArray[np.float64]
    gaps: tuple[Gap, ...]

    def __len__(self) -> int:
        return len(self.row)

    @property
    def title(self) -> str:
        """What it is, for people."""
        return f"Chain {self.chain}, {self.kind}: {len(self):,} residue{'s' if len(self) > 1 else ''}"

    def open_at_gaps(self, column: NDArray[Any]) -> NDArray[Any]:
        """Return a column of the residues with an entry more at every gap, NaN or ``""``: no line is drawn across."""
        at = np.searchsorted(self.place, [gap.first for gap in self.gaps])
        return np.insert(column, at, np.zeros((), column.dtype) if column.dtype.kind == "U" else np.nan, axis=0)


def strands_of(result: ScoreResult) -> list[Strand]:
    """Return the strands of a result in the order of the file."""
    groups, atoms = result.groups, result.atoms
    residues = groups.residues
    starts = np.flatnonzero(np.diff(atoms.residue, prepend=-1))
    row_of_atom = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(atoms)))
    number = np.array([residue_number(seqid) for seqid in residues.seqid.tolist()])
    strands = []
    for kind, (anchor, tail, head) in _LINKS.items():
        of_kind = np.flatnonzero(atoms.polymer[starts] & (residues.kind == kind))
        if not len(of_kind):
            continue
        position = _first_atoms(atoms, row_of_atom, len(starts), anchor)
        position = np.where(np.isnan(position), atoms.position[starts], position)
        ends = _first_atoms(atoms, row_of_atom, len(starts), tail)
        begins = _first_atoms(atoms, row_of_atom, len(starts), head)
        chains = residues.chain[of_kind]
        for chain in dict.fromkeys(chains.tolist()):
            row = of_kind[chains == chain]
            bonded = np.linalg.norm(begins[row[1:]] - ends[row[:-1]], axis=1) <= _BOND
            place, gaps = _along(number[row], bonded)
            strands.append(
                Strand(
                    chain,
                    kind,
                    row,
                    place,
                    residues.seqid[row],
                    residues.resname[row],
                    {name: groups.parts[name].q[row] for name, (of, _) in PARTS.items() if of == kind},
                    position[row],
                    residues.q[row],
                    gaps,
                )
            )
    return sorted(strands, key=lambda strand: int(strand.row[0]))


def residue_number(seqid: str) -> int:
    """Return the number in a residue's number with insertion code; 0 where there is none."""
    digits = seqid.rstrip(string.ascii_letters)
    return int(digits) if digits.lstrip("-").isdigit() else 0


def _first_atoms(atoms: Atoms, row_of_atom: NDArray[np.intp], count: int, name: str) -> NDArray[np.float64]:
    """Return the position of the first atom called `name` in each residue, (count, 3); NaN where there is none."""
    named = np.flatnonzero(atoms.name == name)[::-1]  # of several (altlocs), the first is assigned last
    position = np.full((count, 3), np.nan)
    position[row_of_atom[named]] = atoms.position[named]
    return position


def _along(number: NDArray[np.int64], bonded: NDArray[np.bool_]) -> tuple[NDArray[np.int64], tuple[Gap, ...]]:
    """Lay residues along the axis; `bonded` says for each but the last whether it is bound to the next."""
    jump = np.diff(number)
    broken = ~bonded & ((jump > 1) | (jump < 0))
    step = np.where(broken, np.clip(jump, 2, WIDEST_GAP + 1), 1)
    place = number[0] + np.concatenate([[0], np.cumsum(step)])
    gaps = tuple(
        Gap(int(place[i]) + 1, int(place[i + 1]) - 1, int(jump[i]) - 1 if jump[i] > 0 else None)
        for i in np.flatnonzero(broken)
    )
    return place, gaps
