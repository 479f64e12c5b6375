"""Mean Q-scores of groups of atoms: parts of residues, residues, glycans, chains, entity types, the model."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .glycans import find_glycans
from .reference.expected import Expected, expected_q
from .residues import KINDS

if TYPE_CHECKING:
    import gemmi

    from .model import Atoms
    from .result import ScoreResult

# part of a residue -> entity type it is a part of, and its atoms by name; None: the atoms that are in no other part
PARTS: dict[str, tuple[str, frozenset[str] | None]] = {
    "backbone": ("protein", frozenset(("N", "CA", "C", "O", "OXT", "OT1", "OT2"))),
    "side chain": ("protein", None),
    "phosphate": ("nucleic acid", frozenset(("P", "OP1", "OP2", "OP3", "O1P", "O2P", "O3P", "O5'", "C5'", "O3'"))),
    "sugar": ("nucleic acid", frozenset(("C1'", "C2'", "C3'", "C4'", "O4'", "O2'"))),
    "base": ("nucleic acid", None),
}


_KEYS = ("chain", "seqid", "resname", "altloc", "kind", "entity", "label_asym")


@dataclasses.dataclass(frozen=True, eq=False)
class GroupTable:
    """Groups of one level as columns of equal length k.

    Attributes
    ----------
    chain, seqid, resname, altloc, kind, entity, label_asym
        What the group is, as in `Atoms`; ``""`` where it does not apply (a chain has no seqid).
    atoms
        Number of atoms; 0 for a part that the residue does not have.
    q, q_min
        Mean and lowest Q of the atoms; NaN where there are none.
    verdict
        ``"below"``, ``"within"`` or ``"above"`` the expected Q; ``""`` where none is known.
    """

    chain: NDArray[np.str_]
    seqid: NDArray[np.str_]
    resname: NDArray[np.str_]
    altloc: NDArray[np.str_]
    kind: NDArray[np.str_]
    entity: NDArray[np.str_]
    label_asym: NDArray[np.str_]
    atoms: NDArray[np.int64]
    q: NDArray[np.float64]
    q_min: NDArray[np.float64]
    verdict: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.atoms)

    def __repr__(self) -> str:
        return f"<GroupTable: {len(self):,}>"

    def take(self, index: ArrayLike) -> GroupTable:
        """Return the groups at the rows `index` (numbers, or a mask of length k)."""
        index = np.asarray(index)
        return GroupTable(**{field.name: getattr(self, field.name)[index] for field in dataclasses.fields(self)})


@dataclasses.dataclass(frozen=True, eq=False)
class Groups:
    """The groups of scored atoms.

    Attributes
    ----------
    expected
        What the verdicts compare with.
    model
        One row: all atoms.
    kinds
        One row per entity type that occurs, in the order of `KINDS`.
    chains, chain_kinds
        One row per chain, and one per chain and entity type in it, in the order of the file.
    asyms
        One row per label_asym_id: the chains as mmCIF counts them, each of one entity.
    residues
        One row per residue in the order of the file, altlocs combined: of polymers, and each ligand, ion, water, lipid
        and saccharide.
    parts
        Name of a part (the keys of `PARTS`) -> table aligned with `residues`.
    conformers, conformer_parts
        One row per altloc of each residue that has altlocs: the atoms of that altloc and those that have none.
    conformer_row
        For each conformer its row of `residues`.
    glycans
        One row per glycan: saccharides bound to one another, or one that is bound to something else. Chain and seqid
        are those of the first saccharide, the one bound to something else if there is one; `resname` lists all.
    glycan_site
        For each glycan the atom it is bound to, ``"A/15 ASN ND2"``; ``""`` for a free one.
    glycan_of
        For each residue its row of `glycans`; -1 for those in none.
    """

    expected: Expected
    model: GroupTable
    kinds: GroupTable
    chains: GroupTable
    chain_kinds: GroupTable
    asyms: GroupTable
    residues: GroupTable
    parts: Mapping[str, GroupTable]
    conformers: GroupTable
    conformer_parts: Mapping[str, GroupTable]
    conformer_row: NDArray[np.intp]
    glycans: GroupTable
    glycan_site: NDArray[np.str_]
    glycan_of: NDArray[np.intp]

    def of_kind(self, kind: str) -> GroupTable:
        """Return the residues of one entity type: every ligand, ion, water, lipid or saccharide by instance."""
        return self.residues.take(self.residues.kind == kind)


def groups_of(result: ScoreResult) -> Groups:
    """Group the scored atoms of a result, with the Q expected at its resolution."""
    bounds = expected_q(result.resolution, result.options.sigma) if result.resolution else Expected()
    return group_atoms(result.atoms, result.q, bounds, result.model.structure)


def group_atoms(
    atoms: Atoms,
    q: NDArray[np.float64],
    expected: Expected,
    structure: gemmi.Structure | None = None,
    definitions: Mapping[str, tuple[str, frozenset[str] | None]] = PARTS,
) -> Groups:
    """Average the Q-scores of atoms over the groups they belong to.

    Parameters
    ----------
    atoms
        n atoms in the order of the file.
    q
        (n,) Q-scores.
    expected
        Expected Q that the means are compared with.
    structure
        Structure the atoms are from: its bonds tell how saccharides are connected; without them distances do.
    definitions
        Parts of residues, as `PARTS`.
    """
    starts = np.flatnonzero(np.diff(atoms.residue, prepend=-1))
    count = len(starts)
    row = np.repeat(np.arange(count), np.diff(starts, append=len(atoms)))  # of `residues`, for each atom
    keys = {name: getattr(atoms, name)[starts] for name in _KEYS if name != "altloc"}
    conformer, conformer_row, altloc = _conformers(atoms.altloc, row)
    conformer_keys = {name: column[conformer_row] for name, column in keys.items()} | {"altloc": altloc}

    def sums(member: NDArray[np.bool_]) -> tuple[_Sums, _Sums]:
        """Sum over the residues, and over the conformers: atoms of their altloc and those that have none."""
        own = _Sums.over(np.where(member, conformer, -1), len(altloc), q)
        shared = _Sums.over(np.where(member & (conformer < 0), row, -1), count, q)
        return _Sums.over(np.where(member, row, -1), count, q), own.plus(shared.take(conformer_row))

    residues, conformers = sums(np.ones(len(atoms), dtype=bool))
    part = _part_of_atoms(atoms, definitions)
    parts = {name: sums(part == number) for number, name in enumerate(definitions)}

    chain, chains = _distinct(keys["chain"].tolist())
    kind = np.array([KINDS.index(name) for name in keys["kind"].tolist()])
    kinds = np.unique(kind)
    asym, _ = _distinct([f"{asym} {name}" for asym, name in zip(keys["label_asym"], keys["chain"], strict=True)])
    asym_first = np.unique(asym, return_index=True)[1]
    pairs, pair = np.unique(chain * len(KINDS) + kind, return_inverse=True)
    glycans = find_glycans(atoms, starts, structure)
    first = glycans.first
    return Groups(
        expected=expected,
        model=residues.merged(np.zeros(count, dtype=np.intp), 1).table(expected),
        kinds=residues.merged(np.searchsorted(kinds, kind), len(kinds)).table(expected, kind=np.array(KINDS)[kinds]),
        chains=residues.merged(chain, len(chains)).table(expected, chain=chains),
        chain_kinds=residues.merged(pair, len(pairs)).table(
            expected, chain=chains[pairs // len(KINDS)], kind=np.array(KINDS)[pairs % len(KINDS)]
        ),
        asyms=residues.merged(asym, len(asym_first)).table(
            expected, **{name: keys[name][asym_first] for name in ("chain", "entity", "label_asym")}
        ),
        residues=residues.table(expected, **keys),
        parts={name: of_residues.table(expected, **keys) for name, (of_residues, _) in parts.items()},
        conformers=conformers.table(expected, **conformer_keys),
        conformer_parts={name: of.table(expected, **conformer_keys) for name, (_, of) in parts.items()},
        conformer_row=conformer_row,
        glycans=residues.merged(glycans.of_residue, len(first)).table(
            expected, **{name: column[first] for name, column in keys.items()} | {"resname": glycans.composition}
        ),
        glycan_site=glycans.site,
        glycan_of=glycans.of_residue,
    )


@dataclasses.dataclass(frozen=True, eq=False)
class _Sums:
    """Counts, sums and minima of the Q of groups: columns of equal length, minima infinite where there are no atoms."""

    atoms: NDArray[np.int64]
    total: NDArray[np.float64]
    q_min: NDArray[np.float64]

    @classmethod
    def over(cls, group: NDArray[np.intp], count: int, q: NDArray[np.float64]) -> _Sums:
        """Sum over the atoms of `count` groups, given the group of each atom; below 0 it is in none."""
        return cls(np.ones(len(q), dtype=np.int64), q, q).merged(group, count)

    def merged(self, group: NDArray[np.intp], count: int) -> _Sums:
        """Sum groups into `count` larger ones, given the larger group of each; below 0 it is in none."""
        member = self.take(np.flatnonzero(group >= 0))
        group = group[group >= 0]
        q_min: NDArray[np.float64] = np.full(count, np.inf)
        np.minimum.at(q_min, group, member.q_min)
        atoms = np.bincount(group, member.atoms, minlength=count).astype(np.int64)
        total = np.bincount(group, member.total, minlength=count).astype(np.float64, copy=False)
        return _Sums(atoms, total, q_min)

    def take(self, rows: NDArray[np.intp]) -> _Sums:
        """Return the groups at `rows`."""
        return _Sums(self.atoms[rows], self.total[rows], self.q_min[rows])

    def plus(self, other: _Sums) -> _Sums:
        """Add other atoms to each group."""
        return _Sums(self.atoms + other.atoms, self.total + other.total, np.minimum(self.q_min, other.q_min))

    def table(self, expected: Expected, **keys: NDArray[np.str_]) -> GroupTable:
        """Turn the sums into a table; keys that are not given are empty."""
        empty = self.atoms == 0
        mean = np.where(empty, np.nan, self.total / np.maximum(self.atoms, 1))
        return GroupTable(
            **dict.fromkeys(_KEYS, np.zeros(len(mean), dtype="U1")) | keys,
            atoms=self.atoms,
            q=mean,
            q_min=np.where(empty, np.nan, self.q_min),
            verdict=expected.place(mean),
        )


def _distinct(names: list[str]) -> tuple[NDArray[np.intp], NDArray[np.str_]]:
    """Give names numbers in the order they first occur in; return the number of each, and the names."""
    number = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([number[name] for name in names]), np.array(list(number))


def _conformers(
    altloc: NDArray[np.str_], row: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.str_]]:
    """Find the altlocs of each residue; return each atom's conformer (-1: none), and each one's residue and altloc."""
    marked = np.flatnonzero(altloc != "")
    letters, letter = np.unique(altloc[marked], return_inverse=True)
    codes, code = np.unique(row[marked] * max(len(letters), 1) + letter, return_inverse=True)
    conformer = np.full(len(altloc), -1)
    conformer[marked] = code
    if not len(codes):
        return conformer, codes.astype(np.intp), np.zeros(0, dtype="U1")
    return conformer, codes // len(letters), letters[codes % len(letters)]


def _part_of_atoms(atoms: Atoms, definitions: Mapping[str, tuple[str, frozenset[str] | None]]) -> NDArray[np.int8]:
    """Return the number of the part that each atom is in, by the entity type and the atom's name; -1 for none."""
    names, code = np.unique(atoms.name, return_inverse=True)
    part = np.full(len(atoms), -1, dtype=np.int8)
    for kind in {kind for kind, _ in definitions.values()}:
        part_of_name = np.full(len(names), -1, dtype=np.int8)
        for number, (part_kind, members) in enumerate(definitions.values()):
            if part_kind == kind:
                inside = part_of_name < 0 if members is None else np.isin(np.char.replace(names, "*", "'"), [*members])
                part_of_name[inside] = number
        rows = np.flatnonzero(atoms.kind == kind)
        part[rows] = part_of_name[code[rows]]
    return part
