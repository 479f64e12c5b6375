"""The demo's model: a helix, a short RNA with a magnesium ion, a ligand and waters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .chemistry import Residue, Vector, benzamidine, peptide, place, rna

if TYPE_CHECKING:
    import gemmi

RESOLUTION = 2.5  # Å, stated in the model's file
B_ISO = 55.0  # Å², of every atom in the file
MARGIN = 8.0  # Å between the model's lowest corner and (0, 0, 0)

_HELIX = ["SER", "GLU", "ALA", "LEU", "LYS", "ALA", "PHE", "GLN", "LEU", "ARG", "ALA", "TYR"]
_STRAND = ["G", "A", "C", "U"]
_POLYMERS = "AB"  # the chains of the helix and the RNA
_RNA_AT = (0.0, 17.0, 0.0)  # Å from the middle of the helix
_LIGAND_AT = (-9.0, 8.5, 7.0)
_MG_OXYGEN = 2.07  # Å, as in small-molecule structures of hydrated magnesium
_HYDROGEN_BOND = 2.8  # Å

# A water each: the chain and residue of the atom it is bound to, that atom and two to measure angle and torsion from.
_WATERS = (
    ("A", 1, "OG", "CB", "CA", 180.0),
    ("A", 2, "OE2", "CD", "CG", 180.0),
    ("A", 12, "OH", "CZ", "CE1", 0.0),
    ("A", 12, "O", "C", "CA", 180.0),
    ("B", 2, "O2'", "C2'", "C3'", 180.0),
    ("B", 4, "O2", "C2", "N1", 180.0),
    ("C", 1, "N1", "C", "C1", 180.0),
    ("A", 8, "OE1", "CD", "CG", 180.0),
)

# The rotamer of the phenylalanine that the model is given by mistake; the tables hold the one in the map.
WRONG_ROTAMER = {(6, "CG"): -80.0, (6, "CD1"): -30.0, (6, "CD2"): 150.0}


def build(rotamer: dict[tuple[int, str], float]) -> gemmi.Structure:
    """Build the model.

    Parameters
    ----------
    rotamer
        Torsions of the helix that differ from the tables', such as `WRONG_ROTAMER`.
    """
    chains = {
        "A": list(zip(_HELIX, _laid_along_x(peptide(_HELIX, rotamer), "CA", (0.0, 0.0, 0.0)), strict=True)),
        "B": list(zip(_STRAND, _laid_along_x(rna(_STRAND), "C1'", _RNA_AT), strict=True)),
        "C": [("BEN", _moved(benzamidine(), _LIGAND_AT))],
    }
    magnesium, shell = _hydrated_magnesium(chains["B"][2][1])
    chains["D"] = [("MG", {"MG": magnesium})]
    waters = shell + [_bound_water(chains, *water) for water in _WATERS]
    chains["W"] = [("HOH", {"O": water}) for water in waters]
    return _structure(chains)


def _laid_along_x(chain: list[Residue], trace: str, middle: tuple[float, float, float]) -> list[Residue]:
    """Turn a chain so that its atoms called `trace` lie along x, and move their middle to `middle`."""
    points = np.array([residue[trace] for residue in chain])
    _, _, axes = np.linalg.svd(points - points.mean(axis=0))
    axes[0] *= np.sign(axes[0] @ (points[-1] - points[0]))
    axes[2] *= np.linalg.det(axes)  # a rotation, not a reflection
    return [{name: axes @ (xyz - points.mean(axis=0)) + middle for name, xyz in residue.items()} for residue in chain]


def _moved(residue: Residue, middle: tuple[float, float, float]) -> Residue:
    centre = np.mean(list(residue.values()), axis=0)
    return {name: xyz - centre + middle for name, xyz in residue.items()}


def _hydrated_magnesium(nucleotide: Residue) -> tuple[Vector, list[Vector]]:
    """Return a magnesium ion bound to a phosphate's OP1, and the five waters that complete its octahedron."""
    oxygen, phosphorus = nucleotide["OP1"], nucleotide["P"]
    magnesium = place(nucleotide["OP2"], phosphorus, oxygen, _MG_OXYGEN, 135.0, 0.0)
    back = (oxygen - magnesium) / _MG_OXYGEN
    aside = np.cross(back, phosphorus - oxygen)
    aside /= np.linalg.norm(aside)
    upward = np.cross(back, aside)
    diagonals = [(aside + upward) / np.sqrt(2), (aside - upward) / np.sqrt(2)]
    directions = [-back, *diagonals, *(-diagonal for diagonal in diagonals)]
    return magnesium, [magnesium + _MG_OXYGEN * direction for direction in directions]


def _bound_water(
    chains: dict[str, list[tuple[str, Residue]]],
    chain: str,
    number: int,
    atom: str,
    bound: str,
    next: str,
    torsion: float,
) -> Vector:
    """Return where a water lies that makes a hydrogen bond with an atom."""
    residue = chains[chain][number - 1][1]
    return place(residue[next], residue[bound], residue[atom], _HYDROGEN_BOND, 120.0, torsion)


def _structure(chains: dict[str, list[tuple[str, Residue]]]) -> gemmi.Structure:
    """Turn chains of named residues into a structure with entities, its lowest corner at `MARGIN`."""
    import gemmi

    positions = [xyz for residues in chains.values() for _, residue in residues for xyz in residue.values()]
    shift = MARGIN - np.min(positions, axis=0)
    structure = gemmi.Structure()
    structure.name = "qscore-demo"
    structure.resolution = RESOLUTION
    model = gemmi.Model(1)
    for chain_name, residues in chains.items():
        chain = gemmi.Chain(chain_name)
        for number, (name, atoms) in enumerate(residues, start=1):
            residue = gemmi.Residue()
            residue.name = name
            residue.seqid = gemmi.SeqId(number, " ")
            residue.het_flag = "A" if chain_name in _POLYMERS else "H"
            residue.subchain = chain_name
            for atom_name, xyz in atoms.items():
                atom = gemmi.Atom()
                atom.name = atom_name
                atom.element = gemmi.Element(atom_name if name == "MG" else atom_name[0])
                atom.pos = gemmi.Position(*(float(x) for x in np.round(xyz + shift, 3)))
                atom.b_iso = B_ISO
                residue.add_atom(atom)
            chain.add_residue(residue)
        model.add_chain(chain)
    structure.add_model(model)
    structure.add_entity_types()
    structure.ensure_entities()
    for number, entity in enumerate(structure.entities, start=1):
        entity.name = str(number)
        if entity.entity_type == gemmi.EntityType.Polymer:
            entity.full_sequence = [name for name, _ in chains[entity.subchains[0]]]
    structure.assign_label_seq_id()
    return structure


def as_mmcif(structure: gemmi.Structure) -> str:
    """Return a structure as mmCIF, with the method and resolution of an entry from electron microscopy."""
    import gemmi

    groups = gemmi.MmcifOutputGroups(True)
    groups.cell = groups.symmetry = groups.chem_comp = False
    document = structure.make_mmcif_document(groups)
    block = document.sole_block()
    block.set_pair("_struct.title", gemmi.cif.quote("qscore demo: idealised geometry, some of it not as in the map"))
    block.set_pair("_exptl.entry_id", block.name)
    block.set_pair("_exptl.method", "'ELECTRON MICROSCOPY'")
    block.set_pair("_em_3d_reconstruction.entry_id", block.name)
    block.set_pair("_em_3d_reconstruction.resolution", f"{RESOLUTION:g}")
    text: str = document.as_string()
    return text
