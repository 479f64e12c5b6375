"""A model's mmCIF whole, with all its categories, to write numbers of its atoms and further categories into."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import IO, Any

import gemmi
import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..model import Model, coordinates_block, residues_of
from .provenance import UNKNOWN


@dataclasses.dataclass(frozen=True, eq=False)
class ModelDocument:
    """The mmCIF document of a model.

    Attributes
    ----------
    document, block
        The document, and its block with the atoms.
    rows
        (n,) rows of the `_atom_site` loop that hold ``model.atoms``.
    structure
        The structure that is in the document.
    """

    document: gemmi.cif.Document
    block: gemmi.cif.Block
    rows: NDArray[np.intp]
    structure: gemmi.Structure

    @classmethod
    def of(cls, model: Model) -> ModelDocument:
        """Read the model's mmCIF file again; turn a model that was none into mmCIF.

        Raises
        ------
        InputError
            When the atoms of the model cannot be told apart in the file, or the file has changed.
        """
        structure = model.structure
        if model.path is None or structure.input_format != gemmi.CoorFormat.Mmcif:
            structure = _numbered(structure.clone())
            document = structure.make_mmcif_document()
            return cls(document, document[0], np.arange(len(model.atoms)), structure)
        document = gemmi.cif.read(model.path)
        block = coordinates_block(document)
        if block is None:
            raise InputError(f"{model.path} has changed since it was scored; score it again")
        return cls(document, block, _rows_of_atoms(block, model), structure)

    def set_atoms(self, item: str, atoms: NDArray[np.bool_], texts: Sequence[str]) -> None:
        """Set an item of `_atom_site` for the atoms of a mask (n,); where there is no such item yet, `?` for others."""
        if not self.block.find_loop(item):
            self.block.find_loop("_atom_site.Cartn_x").get_loop().add_columns([item], value=UNKNOWN)
        column = self.block.find_loop(item)
        for row, text in zip(self.rows[atoms].tolist(), texts, strict=True):
            column[row] = text

    def forget_atoms(self, item: str) -> None:
        """Set an item of `_atom_site`, if there is one, to `?` for the atoms of all models."""
        column = self.block.find_loop(item)
        for row in range(len(column)):
            column[row] = UNKNOWN

    def erase(self, category: str) -> None:
        """Remove a category, given as ``"_name."``, if there is one."""
        self.block.find_mmcif_category(category).erase()

    def replace_pairs(self, category: str, values: dict[str, str]) -> None:
        """Put a category of one row in place of the one there may be."""
        self.erase(category)
        for item, value in values.items():
            self.block.set_pair(category + item, value if value == UNKNOWN else gemmi.cif.quote(value))

    def replace_table(self, category: str, columns: dict[str, list[Any]]) -> None:
        """Put a category of many rows in place of the one there may be."""
        self.erase(category)
        self.block.set_mmcif_category(category, columns)

    def write(self, stream: IO[str]) -> None:
        """Write the document."""
        options = gemmi.cif.WriteOptions()
        options.misuse_hash, options.align_pairs, options.align_loops = True, 33, 30
        stream.write(self.document.as_string(options))


def _rows_of_atoms(block: gemmi.cif.Block, model: Model) -> NDArray[np.intp]:
    """Return for each atom of the model its row of the `_atom_site` loop; gemmi joins the parts of chains."""
    ids = np.array(list(block.find_loop("_atom_site.id")))
    models = np.array(list(block.find_loop("_atom_site.pdbx_PDB_model_num")))
    first = np.flatnonzero(models == models[0]) if len(models) else np.arange(len(ids))
    serials = np.array([atom.serial for residue in residues_of(model.structure) for atom in residue])
    order = np.argsort(serials, kind="stable")
    rows = np.empty(len(serials), dtype=np.intp)
    try:
        numbers = ids[first].astype(np.int64)
    except ValueError:
        numbers = np.zeros(0, dtype=np.int64)
    by_number = np.argsort(numbers, kind="stable")
    if not np.array_equal(numbers[by_number], serials[order]) or not np.diff(serials[order]).all():
        raise InputError(
            f"the _atom_site.id of {model.path} are not distinct whole numbers, or it has changed since it was "
            "scored; renumber the atoms and score it again"
        )
    rows[order] = first[by_number]
    return rows


def _numbered(structure: gemmi.Structure) -> gemmi.Structure:
    """Give the residues of polymers their label_seq_id; where no sequence is known, that of the residues there are."""
    for entity in structure.entities:
        if entity.entity_type == gemmi.EntityType.Polymer and not entity.full_sequence:
            polymer = structure[0].get_subchain(entity.subchains[0])
            entity.full_sequence = [residue.name for residue in polymer.first_conformer()]
    structure.assign_label_seq_id()
    return structure
