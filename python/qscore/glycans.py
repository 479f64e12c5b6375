"""Glycans: which saccharides are bound to one another, and where the tree is attached."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

import gemmi
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .model import Atoms

_ANOMERIC = ("C1", "C2")  # the carbon a saccharide is bound by; C2 in ketoses and sialic acids
_BOND = 2.0  # Å: longest distance taken for a bond where none is recorded; models at low resolution are distorted


@dataclasses.dataclass(frozen=True, eq=False)
class Glycans:
    """The g glycans of a model, in the order of the file.

    Attributes
    ----------
    of_residue
        For each residue the number of its glycan, -1 for none.
    first
        Row of each glycan's first residue: the one that is attached, else the first in the file.
    composition
        Names of the saccharides in the order of the file, ``"NAG-NAG-BMA"``.
    site
        The atom that the glycan is attached to, ``"A/15 ASN ND2"``; ``""`` for a free one.
    """

    of_residue: NDArray[np.intp]
    first: NDArray[np.intp]
    composition: NDArray[np.str_]
    site: NDArray[np.str_]


def find_glycans(atoms: Atoms, starts: NDArray[np.intp], structure: gemmi.Structure | None) -> Glycans:
    """Find the glycans: two saccharides or more bound to one another, or one that is bound to something else.

    Recorded bonds count (`_struct_conn`, LINK), and that mmCIF gives each branched entity (`_pdbx_branch_scheme`) a
    label_asym_id of its own; saccharides whose anomeric carbon has no recorded bond are joined by distance.

    Parameters
    ----------
    atoms
        The atoms, those of a residue together.
    starts
        First atom of each of the r residues.
    structure
        The structure they are from, or None.
    """
    rows = np.flatnonzero(atoms.kind[starts] == "saccharide").tolist()
    tree = {row: {row} for row in rows}  # residue -> all residues of its tree
    sites: dict[int, str] = {}
    bound: set[int] = set()  # residues whose anomeric carbon has a recorded bond

    def join(row: int, other: int) -> None:
        if tree[row] is not tree[other]:
            tree[row] |= tree[other]
            for member in tree[other]:
                tree[member] = tree[row]

    if structure is not None and rows:
        for row, other in _branches(atoms, starts[rows], rows, structure):
            join(row, other)
        for row, atom, partner, label in _recorded(atoms, starts[rows], rows, structure):
            if atom in _ANOMERIC:
                bound.add(row)
            if partner is not None:
                join(row, partner)
            else:
                sites.setdefault(row, label)
    for row, near, other in _near(atoms, starts, [row for row in rows if row not in bound]):
        if other in tree:
            join(row, other)
        else:
            sites.setdefault(row, atoms.label(near))

    trees = {min(members): sorted(members) for members in tree.values()}
    of_residue = np.full(len(starts), -1)
    first: list[int] = []
    composition: list[str] = []
    site: list[str] = []
    for _, members in sorted(trees.items()):
        attached = [row for row in members if row in sites]
        if len(members) == 1 and not attached:
            continue
        of_residue[members] = len(first)
        first.append((attached or members)[0])
        composition.append("-".join(atoms.resname[starts[members]].tolist()))
        site.append(sites[attached[0]] if attached else "")
    return Glycans(of_residue, np.array(first, dtype=np.intp), np.array(composition, "U"), np.array(site, "U"))


def _branches(
    atoms: Atoms, starts: NDArray[np.intp], rows: list[int], structure: gemmi.Structure
) -> Iterator[tuple[int, int]]:
    """Yield pairs of saccharides of the same branched entity."""
    branched = gemmi.EntityType.Branched
    asyms = {asym for entity in structure.entities if entity.entity_type == branched for asym in entity.subchains}
    first: dict[str, int] = {}
    for row, asym in zip(rows, atoms.label_asym[starts].tolist(), strict=True):
        if asym in asyms:
            yield first.setdefault(asym, row), row


def _recorded(
    atoms: Atoms, starts: NDArray[np.intp], rows: list[int], structure: gemmi.Structure
) -> Iterator[tuple[int, str, int | None, str]]:
    """Yield the recorded bonds of saccharides: residue, its atom, the other residue if a saccharide, the other atom."""
    columns = (atoms.chain[starts].tolist(), atoms.seqid[starts].tolist(), atoms.resname[starts].tolist())
    row_of = dict(zip(zip(*columns, strict=True), rows, strict=True))
    for bond in structure.connections:
        if bond.type not in (gemmi.ConnectionType.Covale, gemmi.ConnectionType.Unknown):
            continue
        if bond.asu == gemmi.Asu.Different:
            continue
        ends = [
            (end, row_of.get((end.chain_name, str(end.res_id.seqid), end.res_id.name)))
            for end in (bond.partner1, bond.partner2)
        ]
        for (end, row), (other, other_row) in (ends, ends[::-1]):
            if row is not None and row != other_row:
                label = f"{other.chain_name}/{other.res_id.seqid} {other.res_id.name} {other.atom_name}"
                yield row, end.atom_name, other_row, label


def _near(atoms: Atoms, starts: NDArray[np.intp], rows: list[int]) -> Iterator[tuple[int, int, int]]:
    """Yield for each saccharide in `rows` the nearest N, O or S within a bond's length of its anomeric carbon.

    As residue, row of the other atom, residue of the other atom.
    """
    if not rows:
        return
    residue = np.searchsorted(starts, np.arange(len(atoms)), side="right") - 1
    others = np.flatnonzero(np.isin(atoms.element, ["N", "O", "S"]) & (atoms.kind != "water"))
    others = others[np.argsort(atoms.position[others, 0])]
    x = atoms.position[others, 0]
    carbons = np.flatnonzero(np.isin(residue, rows) & np.isin(atoms.name, _ANOMERIC))
    for carbon in carbons.tolist():
        place = atoms.position[carbon]
        window = others[slice(*np.searchsorted(x, [place[0] - _BOND, place[0] + _BOND]))]
        window = window[residue[window] != residue[carbon]]
        distance = np.linalg.norm(atoms.position[window] - place, axis=1)
        if len(window) and distance.min() <= _BOND:
            nearest = int(window[distance.argmin()])
            yield int(residue[carbon]), nearest, int(residue[nearest])
