"""Annotated mmCIF: the input with all its categories, `_atom_site.Q-score`, and the wwPDB's validation categories."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import gemmi
import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..groups import GroupTable
from ..hydrogens import q_of_all_atoms
from ..model import coordinates_block, residues_of
from .provenance import provenance

if TYPE_CHECKING:
    from ..result import ScoreResult

_Q = "_atom_site.Q-score"
_Category = dict[str, list[Any]]


def write(result: ScoreResult, stream: IO[str]) -> None:
    """Write the annotated mmCIF; a model that was no mmCIF file is turned into one.

    Raises
    ------
    InputError
        When the atoms of the model cannot be told apart in the file, or the file has changed.
    """
    model, structure = result.model, result.model.structure
    if model.path is not None and structure.input_format == gemmi.CoorFormat.Mmcif:
        document = gemmi.cif.read(model.path)
        block = coordinates_block(document)
        if block is None:
            raise InputError(f"{model.path} has changed since it was scored; score it again")
        rows = _rows_of_atoms(block, result)
    else:
        structure = _numbered(structure.clone())
        document = structure.make_mmcif_document()
        block = document[0]
        rows = np.arange(len(model.atoms))
    _annotate_atoms(block, rows, q_of_all_atoms(result))
    resolution = f"{result.resolution:g}" if result.resolution else "?"
    summary = {"EMDB_resolution": resolution, "Q_score": f"{result.groups.model.mean[0]:.6f}"}
    pairs = {"_qscore.": provenance(result), "_pdbx_vrpt_summary_em.": summary}
    tables = _validation(result, structure)
    for name in (*pairs, *tables):  # of an earlier annotation
        block.find_mmcif_category(name).erase()
    for name, values in pairs.items():
        for item, value in values.items():
            block.set_pair(name + item, "?" if value == "?" else gemmi.cif.quote(value))
    for name, table in tables.items():
        block.set_mmcif_category(name, table)
    options = gemmi.cif.WriteOptions()
    options.misuse_hash, options.align_pairs, options.align_loops = True, 33, 30
    stream.write(document.as_string(options))


def _rows_of_atoms(block: gemmi.cif.Block, result: ScoreResult) -> NDArray[np.intp]:
    """Return for each atom of the model its row of the `_atom_site` loop; gemmi joins the parts of chains."""
    ids = np.array(list(block.find_loop("_atom_site.id")))
    models = np.array(list(block.find_loop("_atom_site.pdbx_PDB_model_num")))
    first = np.flatnonzero(models == models[0]) if len(models) else np.arange(len(ids))
    serials = np.array([atom.serial for residue in residues_of(result.model.structure) for atom in residue])
    order = np.argsort(serials, kind="stable")
    rows = np.empty(len(serials), dtype=np.intp)
    try:
        numbers = ids[first].astype(np.int64)
    except ValueError:
        numbers = np.zeros(0, dtype=np.int64)
    by_number = np.argsort(numbers, kind="stable")
    if not np.array_equal(numbers[by_number], serials[order]) or not np.diff(serials[order]).all():
        raise InputError(
            f"the _atom_site.id of {result.model.path} are not distinct whole numbers, or it has changed since it was "
            "scored; renumber the atoms and score it again"
        )
    rows[order] = first[by_number]
    return rows


def _annotate_atoms(block: gemmi.cif.Block, rows: NDArray[np.intp], q: NDArray[np.float64]) -> None:
    """Set the Q of the atoms at `rows`, `?` at all others."""
    if not block.find_loop(_Q):
        block.find_loop("_atom_site.Cartn_x").get_loop().add_columns([_Q], value="?")
    column = block.find_loop(_Q)
    texts = np.full(len(column), "?", dtype="U9")
    known = ~np.isnan(q)
    texts[rows[known]] = [f"{value:.6f}" for value in q[known].tolist()]
    for row, text in enumerate(texts.tolist()):
        column[row] = text


def _numbered(structure: gemmi.Structure) -> gemmi.Structure:
    """Give the residues of polymers their label_seq_id; where no sequence is known, that of the residues there are."""
    for entity in structure.entities:
        if entity.entity_type == gemmi.EntityType.Polymer and not entity.full_sequence:
            polymer = structure[0].get_subchain(entity.subchains[0])
            entity.full_sequence = [residue.name for residue in polymer.first_conformer()]
    structure.assign_label_seq_id()
    return structure


def _validation(result: ScoreResult, structure: gemmi.Structure) -> dict[str, _Category]:
    """Return the wwPDB's tables: of every chain, and of every residue and its altlocs."""
    groups = result.groups
    number = structure[0].num
    chains, residues = groups.asyms, groups.residues
    places = [(residue.seqid.num, residue.seqid.icode.strip(), residue.label_seq) for residue in residues_of(structure)]
    starts = np.flatnonzero(np.diff(result.atoms.residue, prepend=-1))
    place = [places[residue] for residue in result.atoms.residue[starts].tolist()]
    place += [place[row] for row in groups.conformer_row.tolist()]
    count = len(place)
    instances = {name: _stacked(residues, groups.conformers, name) for name in ("chain", "resname", "altloc", "mean")}
    return {
        "_pdbx_vrpt_summary_entity_fit_to_map.": {
            "ordinal": list(range(1, len(chains) + 1)),
            "PDB_model_num": [number] * len(chains),
            "entity_id": _known(chains.entity.tolist()),
            "label_asym_id": _known(chains.label_asym.tolist()),
            "auth_asym_id": chains.chain.tolist(),
            "Q_score": _decimals(chains.mean.tolist()),
        },
        "_pdbx_vrpt_model_instance.": {
            "id": list(range(1, count + 1)),
            "auth_asym_id": instances["chain"],
            "auth_seq_id": [number for number, _, _ in place],
            "label_comp_id": instances["resname"],
            "PDB_model_num": [number] * count,
            "label_alt_id": [altloc or False for altloc in instances["altloc"]],
            "PDB_ins_code": [code or None for _, code, _ in place],
            "entity_id": _known(_stacked(residues, groups.conformers, "entity")),
            "label_asym_id": _known(_stacked(residues, groups.conformers, "label_asym")),
            "label_seq_id": [False if label is None else label for _, _, label in place],
        },
        "_pdbx_vrpt_model_instance_map_fitting.": {
            "ordinal": list(range(1, count + 1)),
            "instance_id": list(range(1, count + 1)),
            "Q_score": _decimals(instances["mean"]),
        },
    }


def _stacked(residues: GroupTable, conformers: GroupTable, name: str) -> list[Any]:
    values: list[Any] = [*getattr(residues, name).tolist(), *getattr(conformers, name).tolist()]
    return values


def _decimals(values: list[float]) -> list[str]:
    return [f"{value:.6f}" for value in values]


def _known(names: list[str]) -> list[str | None]:
    """Return names with None (`?`) for what the model does not tell."""
    return [name or None for name in names]
