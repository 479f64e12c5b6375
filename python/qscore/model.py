"""Atomic models: one array per property of the atoms, read from PDB or mmCIF by gemmi."""

from __future__ import annotations

import dataclasses
import functools
import gzip
import hashlib
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gemmi
import numpy as np
from numpy.typing import ArrayLike, NDArray

from .ciferrors import describe, missing_items
from .errors import InputError
from .files import readable_name
from .pdberrors import unreadable_position
from .residues import KINDS as KINDS
from .residues import kind_of_residue

# where an mmCIF file may state the resolution, the cryo-EM item first
DIFFRACTION_ITEMS = ("_refine.ls_d_res_high", "_reflns.d_resolution_high")
_RESOLUTION_ITEMS = ("_em_3d_reconstruction.resolution", *DIFFRACTION_ITEMS)

_POLYMER_KINDS = {
    gemmi.PolymerType.PeptideL: "protein",
    gemmi.PolymerType.PeptideD: "protein",
    gemmi.PolymerType.CyclicPseudoPeptide: "protein",
    gemmi.PolymerType.Dna: "nucleic acid",
    gemmi.PolymerType.Rna: "nucleic acid",
    gemmi.PolymerType.DnaRnaHybrid: "nucleic acid",
    gemmi.PolymerType.Pna: "nucleic acid",
    gemmi.PolymerType.SaccharideD: "saccharide",
    gemmi.PolymerType.SaccharideL: "saccharide",
}

_SYMBOLS = np.array([gemmi.Element(number).name for number in range(119)] + ["D"])


@dataclasses.dataclass(frozen=True, eq=False)
class Atoms:
    """Atoms as columns of equal length n; text columns are NumPy ``U`` arrays.

    Attributes
    ----------
    chain
        Chain name (auth_asym_id).
    seqid
        Residue number and insertion code, ``"52A"`` (auth_seq_id and pdbx_PDB_ins_code).
    resname, name
        Names of the residue and of the atom.
    altloc
        Alternate location, ``""`` where there is none.
    element
        Symbol: ``"C"``, ``"Zn"``, ``"D"``.
    position
        (n, 3) float64, Å.
    occupancy, b_iso
        float64; b_iso in Å².
    label_asym, entity
        mmCIF's label_asym_id and entity id; for PDB files those that gemmi gives.
    kind
        Entity type of the residue, one of `KINDS`.
    polymer
        True in residues of a polymer (protein, nucleic acid or polysaccharide chain).
    residue
        int32: running number of the residue in file order, from 0.
    """

    chain: NDArray[np.str_]
    seqid: NDArray[np.str_]
    resname: NDArray[np.str_]
    name: NDArray[np.str_]
    altloc: NDArray[np.str_]
    element: NDArray[np.str_]
    position: NDArray[np.float64]
    occupancy: NDArray[np.float64]
    b_iso: NDArray[np.float64]
    label_asym: NDArray[np.str_]
    entity: NDArray[np.str_]
    kind: NDArray[np.str_]
    polymer: NDArray[np.bool_]
    residue: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.residue)

    def __repr__(self) -> str:
        return f"<Atoms: {len(self):,}>"

    def take(self, index: ArrayLike) -> Atoms:
        """Return the atoms at the rows `index` (numbers, or a mask of length n)."""
        index = np.asarray(index)
        return Atoms(**{field.name: getattr(self, field.name)[index] for field in dataclasses.fields(self)})

    def label(self, row: int) -> str:
        """Name one atom for people: ``"A/52A GLU CA"``, with its altloc after a dot if it has one."""
        altloc = f".{self.altloc[row]}" if self.altloc[row] else ""
        return f"{self.chain[row]}/{self.seqid[row]} {self.resname[row]} {self.name[row]}{altloc}"


@dataclasses.dataclass(frozen=True, eq=False)
class Model:
    """The first model of a file.

    Attributes
    ----------
    atoms
        All its atoms in file order as gemmi reads it, hydrogens included.
    scored
        Rows of `atoms` whose element is not H (deuterium counts as not-H).
    name
        Name of the file without its endings, or of the structure.
    structure
        gemmi's structure, for what is not in the columns (connections, entities, cell).
    resolution, resolution_source
        Resolution that the file states, Å, and the item that states it; None where it states none.
    path, sha256
        The file and the SHA-256 of its bytes as they lie on disk; None for a model made in memory.
    warnings
        One sentence for each thing in the model that the user should know of.
    """

    atoms: Atoms
    scored: NDArray[np.intp]
    name: str
    structure: gemmi.Structure
    resolution: float | None = None
    resolution_source: str | None = None
    path: str | None = None
    sha256: str | None = None
    warnings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Model {self.name!r}: {len(self.atoms):,} atoms, {len(self.scored):,} to score>"

    @property
    def method(self) -> str:
        """Experimental method that the file states, such as ``"X-RAY DIFFRACTION"``; ``""`` where it states none."""
        info = self.structure.info
        return str(info["_exptl.method"]) if "_exptl.method" in info else ""

    @classmethod
    def from_structure(cls, structure: gemmi.Structure) -> Model:
        """Take the first model of a structure in memory; the structure itself is not changed.

        Raises
        ------
        InputError
            When it holds no atoms, no atoms but hydrogens, or coordinates that are not finite.
        """
        name = structure.name or "model"
        if len(structure) and _lacks_entities(structure):
            structure = structure.clone()
        stated = structure.resolution if structure.resolution > 0 else None
        return _model(structure, name, (stated, "gemmi.Structure.resolution" if stated else None), f"the model {name}")


def read_model(path: str | os.PathLike[str]) -> Model:
    """Read the first model of a PDB or mmCIF file, plain or gzip-compressed.

    Raises
    ------
    InputError
        When the file is missing or unreadable, not a model, damaged (with the line gemmi stumbles over), holds no
        atoms to score, or coordinates that are not finite.
    """
    path = readable_name(path)
    digest, mmcif = _inspect(path)
    try:
        structure, resolution = _read_mmcif(path) if mmcif else _read_pdb(path)
    except (ValueError, RuntimeError, OSError) as error:
        if isinstance(error, InputError):
            raise
        reason = describe(path, str(error)) if mmcif else " ".join(str(error).split())
        raise InputError(f"cannot read {path} as {'mmCIF' if mmcif else 'PDB'}: {reason}; mend that line") from error
    model = _model(structure, _stem(path), resolution, str(path))
    return dataclasses.replace(model, path=str(path), sha256=digest)


def coordinates_block(document: gemmi.cif.Document) -> gemmi.cif.Block | None:
    """Return the block of an mmCIF document that a model is read from: the first with atoms."""
    return next((block for block in document if block.find_loop("_atom_site.Cartn_x")), None)


def residues_of(structure: gemmi.Structure) -> list[gemmi.Residue]:
    """Return the residues of the first model that have atoms: residue i is that of `Atoms.residue` i."""
    return [residue for chain in structure[0] for residue in chain if len(residue)]


def _inspect(path: Path) -> tuple[str, bool]:
    """Return the SHA-256 of a file and whether it is mmCIF (else PDB); refuse what cannot be a model."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
        with gzip.open(path) if path.name.endswith(".gz") else path.open("rb") as stream:
            start = stream.read(1 << 16)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"cannot read the model {path}: {reason}; check the path and the file") from error
    if b"\0" in start:
        raise InputError(f"{path} is not a model: it holds binary data; give a PDB or mmCIF file, plain or .gz")
    lines = (line.strip() for line in start.splitlines())
    first = next((line for line in lines if line and not line.startswith(b"#")), b"")
    name = path.name.lower().removesuffix(".gz")
    return digest.hexdigest(), first.lower().startswith(b"data_") or name.endswith((".cif", ".mmcif"))


def _stem(path: Path) -> str:
    name = path.name
    for ending in (".gz", ".cif", ".mmcif", ".pdb", ".ent"):
        if name.lower().endswith(ending) and len(name) > len(ending):
            name = name[: -len(ending)]
    return name


def _read_mmcif(path: Path) -> tuple[gemmi.Structure, tuple[float | None, str | None]]:
    """Read the first block with atoms, and the resolution with its source."""
    document = gemmi.cif.read(str(path))
    block = coordinates_block(document)
    if block is None:
        raise InputError(f"{path} is not a model: no _atom_site loop; give a coordinate file, PDB or mmCIF")
    if missing := missing_items(block):
        raise InputError(
            f"{path} lacks {', '.join(missing)}, which every atom needs; add these items, with . for unknown"
        )
    structure = gemmi.make_structure_from_block(block)
    structure.merge_chain_parts()
    for item in _RESOLUTION_ITEMS:
        values = (gemmi.cif.as_number(value) for value in block.find_values(item))
        stated = next((value for value in values if value > 0), None)
        if stated:
            return structure, (stated, item)
    return structure, (None, None)


def _read_pdb(path: Path) -> tuple[gemmi.Structure, tuple[float | None, str | None]]:
    """Read a PDB file, and the resolution from REMARK 2."""
    if (place := unreadable_position(path)) is not None:
        raise InputError(f"cannot read {path} as PDB: {place}; mend that line")
    structure = gemmi.read_pdb(str(path))
    structure.merge_chain_parts()
    for line in structure.raw_remarks:
        words = line.split()
        if words[:3] == ["REMARK", "2", "RESOLUTION."] and len(words) > 3:
            stated = gemmi.cif.as_number(words[3])
            if stated > 0:
                return structure, (stated, "REMARK 2")
    return structure, (None, None)


def _lacks_entities(structure: gemmi.Structure) -> bool:
    """Say whether gemmi has to infer entities, as for PDB files and for mmCIF files without entity records."""
    polymer, unknown = gemmi.EntityType.Polymer, gemmi.EntityType.Unknown
    known: set[str] = set()
    for entity in structure.entities:
        if entity.entity_type == polymer and entity.polymer_type == gemmi.PolymerType.Unknown:
            return True
        known.update(entity.subchains)
    return any(
        residue.entity_type == unknown or residue.subchain not in known for chain in structure[0] for residue in chain
    )


def _model(structure: gemmi.Structure, name: str, resolution: tuple[float | None, str | None], where: str) -> Model:
    """Turn the first model of a structure into columns and check them."""
    if len(structure) == 0 or structure[0].count_atom_sites() == 0:
        raise InputError(f"no atoms in {where}; give a PDB or mmCIF file with coordinates")
    if _lacks_entities(structure):
        structure.setup_entities()
    atoms = _atoms(structure)
    finite = np.isfinite(atoms.position).all(axis=1)
    if not finite.all():
        first = int(np.argmin(finite))
        raise InputError(
            f"{len(atoms) - int(finite.sum())} of {len(atoms)} atoms of {where} have coordinates that are not numbers, "
            f"first {atoms.label(first)}; correct or remove them"
        )
    scored = np.flatnonzero(atoms.element != "H")
    if not len(scored):
        raise InputError(f"all {len(atoms)} atoms of {where} are hydrogens, which have no Q-score; add the other atoms")
    return Model(atoms, scored, name, structure, *resolution, warnings=tuple(_warnings(structure, atoms)))


def _atoms(structure: gemmi.Structure) -> Atoms:
    """Collect the columns: residues one by one, atoms through gemmi's flat table."""
    residues = [(chain.name, residue) for chain in structure[0] for residue in chain if len(residue)]
    residue = np.repeat(np.arange(len(residues), dtype=np.int32), [len(residue) for _, residue in residues])
    columns = _flat_columns(structure, len(residue))
    entities = {subchain: entity for entity in structure.entities for subchain in entity.subchains}
    records = {subchain: (entity.name, *_entity_kind(entity)) for subchain, entity in entities.items()}
    subchains = [residue.subchain for _, residue in residues]
    names = [residue.name for _, residue in residues]
    record = [records.get(subchain, ("", None, False)) for subchain in subchains]
    hetero = [residue.het_flag == "H" for _, residue in residues]
    kind, polymer = _residue_kinds(names, hetero, [entry[1:] for entry in record], _lone_elements(residue, columns))

    def spread(values: list[str] | list[bool]) -> NDArray[Any]:
        return np.array(values)[residue]

    return Atoms(
        chain=spread([chain for chain, _ in residues]),
        seqid=spread([str(residue.seqid) for _, residue in residues]),
        resname=spread(names),
        label_asym=spread(subchains),
        entity=spread([entry[0] for entry in record]),
        kind=spread(kind),
        polymer=spread(polymer),
        residue=residue,
        **columns,
    )


def _flat_columns(structure: gemmi.Structure, count: int) -> dict[str, NDArray[Any]]:
    """Return the columns that differ from atom to atom, of the first `count` atoms: those of the first model."""
    try:
        flat = gemmi.FlatStructure(structure)
        names = np.ascontiguousarray(np.asarray(flat.atom_names)[:count]).view("S8")[:, 0].astype("U")
        altlocs = np.ascontiguousarray(np.asarray(flat.altlocs)[:count]).view("S1").astype("U")
    except (RuntimeError, UnicodeDecodeError):  # a name of 8 characters or more, or one that is not ASCII
        return _atom_columns([atom for chain in structure[0] for residue in chain for atom in residue])
    return {
        "name": names,
        "altloc": altlocs,
        "element": _SYMBOLS[np.asarray(flat.elements)[:count]],
        "position": np.array(np.asarray(flat.pos)[:count]),
        "occupancy": np.array(np.asarray(flat.occ)[:count], dtype=np.float64),
        "b_iso": np.array(np.asarray(flat.b_iso)[:count], dtype=np.float64),
    }


def _atom_columns(atoms: list[gemmi.Atom]) -> dict[str, NDArray[Any]]:
    """Return the same columns from the atoms one by one: for names that the flat table does not take."""
    return {
        "name": np.array([atom.name for atom in atoms]),
        "altloc": np.array([atom.altloc.strip("\0") for atom in atoms]),
        "element": np.array([atom.element.name for atom in atoms]),
        "position": np.array([atom.pos.tolist() for atom in atoms]),
        "occupancy": np.array([atom.occ for atom in atoms]),
        "b_iso": np.array([atom.b_iso for atom in atoms]),
    }


def _entity_kind(entity: gemmi.Entity) -> tuple[str | None, bool]:
    """Return the entity type an entity record states (None: the residues' names must tell), and if it is a polymer."""
    if entity.entity_type == gemmi.EntityType.Polymer:
        return _POLYMER_KINDS.get(entity.polymer_type), True
    if entity.entity_type == gemmi.EntityType.Branched:
        return "saccharide", False
    return ("water" if entity.entity_type == gemmi.EntityType.Water else None), False


def _lone_elements(residue: NDArray[np.int32], columns: dict[str, NDArray[Any]]) -> list[str | None]:
    """Return per residue the element if it is a single atom (its altlocs counted once), else None."""
    starts = np.flatnonzero(np.diff(residue, prepend=-1))
    lone = np.logical_and.reduceat(columns["name"] == columns["name"][starts][residue], starts)
    return [
        element if alone else None for element, alone in zip(columns["element"][starts].tolist(), lone, strict=True)
    ]


def _residue_kinds(
    names: list[str], hetero: list[bool], records: list[tuple[str | None, bool]], lone: list[str | None]
) -> tuple[list[str], list[bool]]:
    """Return each residue's entity type, and whether it is part of a polymer.

    Entity records come first, so that modified residues count as the polymer they are part of; where there is none, or
    it says no more than "non-polymer", the name decides.
    """

    @functools.cache
    def decide(name: str, hetero: bool, stated: str | None, polymer: bool, element: str | None) -> tuple[str, bool]:
        named = kind_of_residue(name, element)
        if named in ("water", "ion"):  # gemmi may take those for the polymer's where a PDB file lacks TER records
            return named, False
        if stated or polymer or named not in ("protein", "nucleic acid"):
            return stated or named, polymer
        return ("ligand", False) if hetero else (named, True)  # HETATM: a free amino acid or nucleotide

    decided = [decide(*residue) for residue in zip(names, hetero, *zip(*records, strict=True), lone, strict=True)]
    return [kind for kind, _ in decided], [polymer for _, polymer in decided]


def _warnings(structure: gemmi.Structure, atoms: Atoms) -> Iterator[str]:
    """Yield what the user should know of: further models, atoms given twice."""
    if len(structure) > 1:
        yield f"the first of {len(structure)} models is taken; the others are not looked at"
    _, name = np.unique(atoms.name, return_inverse=True)
    _, altloc = np.unique(atoms.altloc, return_inverse=True)
    key = (atoms.residue.astype(np.int64) * (name.max() + 1) + name) * (altloc.max() + 1) + altloc
    order = np.argsort(key, kind="stable")
    repeated = order[1:][np.diff(key[order]) == 0]
    if len(repeated):
        count = "1 atom is" if len(repeated) == 1 else f"{len(repeated)} atoms are"
        yield (
            f"{count} given more than once (same residue, name and altloc), first "
            f"{atoms.label(int(repeated.min()))}; all are kept and scored"
        )
