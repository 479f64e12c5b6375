"""Annotated mmCIF: the input with all its categories, `_atom_site.Q-score`, and the wwPDB's validation categories."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import gemmi
import numpy as np

from ..groups import GroupTable
from ..hydrogens import q_of_all_atoms
from ..model import residues_of
from .mmcif_document import ModelDocument
from .provenance import number, provenance

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
    document = ModelDocument.of(result.model)
    q = q_of_all_atoms(result)
    known = ~np.isnan(q)
    document.forget_atoms(_Q)  # of an earlier annotation
    document.set_atoms(_Q, known, _decimals(q[known].tolist()))
    document.replace_pairs("_qscore.", provenance(result))
    summary = {"EMDB_resolution": number(result.resolution), "Q_score": f"{result.groups.model.q[0]:.6f}"}
    document.replace_pairs("_pdbx_vrpt_summary_em.", summary)
    for name, table in _validation(result, document.structure).items():
        document.replace_table(name, table)
    document.write(stream)


def _validation(result: ScoreResult, structure: gemmi.Structure) -> dict[str, _Category]:
    """Return the wwPDB's tables: of every chain, and of every residue and its altlocs."""
    groups = result.groups
    model_number = structure[0].num
    chains, residues = groups.asyms, groups.residues
    places = [(residue.seqid.num, residue.seqid.icode.strip(), residue.label_seq) for residue in residues_of(structure)]
    starts = np.flatnonzero(np.diff(result.atoms.residue, prepend=-1))
    place = [places[residue] for residue in result.atoms.residue[starts].tolist()]
    place += [place[row] for row in groups.conformer_row.tolist()]
    count = len(place)
    instances = {name: _stacked(residues, groups.conformers, name) for name in ("chain", "resname", "altloc", "q")}
    return {
        "_pdbx_vrpt_summary_entity_fit_to_map.": {
            "ordinal": list(range(1, len(chains) + 1)),
            "PDB_model_num": [model_number] * len(chains),
            "entity_id": _known(chains.entity.tolist()),
            "label_asym_id": _known(chains.label_asym.tolist()),
            "auth_asym_id": chains.chain.tolist(),
            "Q_score": _decimals(chains.q.tolist()),
        },
        "_pdbx_vrpt_model_instance.": {
            "id": list(range(1, count + 1)),
            "auth_asym_id": instances["chain"],
            "auth_seq_id": [number for number, _, _ in place],
            "label_comp_id": instances["resname"],
            "PDB_model_num": [model_number] * count,
            "label_alt_id": [altloc or False for altloc in instances["altloc"]],
            "PDB_ins_code": [code or None for _, code, _ in place],
            "entity_id": _known(_stacked(residues, groups.conformers, "entity")),
            "label_asym_id": _known(_stacked(residues, groups.conformers, "label_asym")),
            "label_seq_id": [False if label is None else label for _, _, label in place],
        },
        "_pdbx_vrpt_model_instance_map_fitting.": {
            "ordinal": list(range(1, count + 1)),
            "instance_id": list(range(1, count + 1)),
            "Q_score": _decimals(instances["q"]),
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
