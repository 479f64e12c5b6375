"""PDB with Q in the B-factor column, and a REMARK block that says so."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING

import gemmi
import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..hydrogens import q_of_all_atoms
from ..model import residues_of
from .provenance import UNKNOWN, number, provenance

if TYPE_CHECKING:
    from ..model import Model
    from ..result import ScoreResult

_MOST_ATOMS = 99_999  # and TER records: serial numbers have five digits
_REMARK = 6  # the first of the numbers for free text
_TITLE_RECORDS = (
    """HEADER OBSLTE TITLE SPLIT CAVEAT COMPND SOURCE KEYWDS EXPDTA NUMMDL MDLTYP AUTHOR REVDAT SPRSDE JRNL"""
)


def write(result: ScoreResult, stream: IO[str]) -> None:
    """Write the first model as PDB.

    Raises
    ------
    InputError
        When the format cannot hold the model.
    """
    if beyond := beyond_pdb(result.model):
        raise InputError(f"a PDB file cannot hold {result.model.name}: {'; '.join(beyond)}; write mmCIF instead")
    remark = [
        "THE B-FACTOR COLUMN HOLDS Q-SCORES, FROM -1 TO 1; 0.00 FOR ATOMS THAT WERE NOT SCORED.",
        *remark_lines(provenance(result), number(result.resolution)),
        f"MEAN Q     : {result.model_q:.3f}",
    ]
    write_model(result.model, np.nan_to_num(q_of_all_atoms(result)), remark, stream)


def write_model(model: Model, b: NDArray[np.float64], remark: Sequence[str], stream: IO[str]) -> None:
    """Write the first model as PDB, with `b` (n,) in the B-factor column, no ANISOU records, and a REMARK block."""
    structure = model.structure.clone()
    del structure[1:]
    atoms = (atom for residue in residues_of(structure) for atom in residue)
    for atom, value in zip(atoms, b.tolist(), strict=True):
        atom.b_iso = value
        atom.aniso = gemmi.SMat33f(0, 0, 0, 0, 0, 0)
    lines = structure.make_pdb_string().splitlines()
    place = next(row for row, line in enumerate(lines) if not _before_remark(line))
    texts = [part for text in ["", *remark] for part in textwrap.wrap(text, 69) or [""]]
    lines[place:place] = [f"REMARK {_REMARK:>3} {text}".ljust(80) for text in texts]
    stream.write("\n".join(lines) + "\n")


def remark_lines(facts: dict[str, str], resolution: str) -> list[str]:
    """Return the lines of a REMARK block that say where its numbers come from."""

    def known(text: str, unit: str = "") -> str:
        return "UNKNOWN" if text == UNKNOWN else text + unit

    return [
        f"PROGRAM    : {facts['program']}",
        f"METHOD     : {known(facts['variant'])}",
        f"SIGMA      : {known(facts['sigma'], ' ANGSTROMS')}",
        f"MAP        : {facts['map']}",
        f"MODEL      : {facts['model']}",
        f"RESOLUTION : {known(resolution, ' ANGSTROMS')}",
    ]


def beyond_pdb(model: Model) -> list[str]:
    """Return what of a model the columns of the format cannot hold."""
    atoms = model.atoms
    numbers = np.char.rstrip(atoms.seqid, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    limits = {
        f"more than {_MOST_ATOMS} atoms and chain ends": len(atoms) + len(set(atoms.chain.tolist())) > _MOST_ATOMS,
        "chain names of more than one character": (np.char.str_len(atoms.chain) > 1).any(),
        "residue names of more than three characters": (np.char.str_len(atoms.resname) > 3).any(),
        "atom names of more than four characters": (np.char.str_len(atoms.name) > 4).any(),
        "residue numbers of more than four characters": (np.char.str_len(numbers) > 4).any(),
        "coordinates beyond -999.999 or 9999.999 Å": (atoms.position < -999.999).any()
        or (atoms.position > 9999.999).any(),
    }
    return [limit for limit, exceeded in limits.items() if exceeded]


def _before_remark(line: str) -> bool:
    record = line[:6].strip()
    return record in _TITLE_RECORDS.split() or (record == "REMARK" and int(line[6:10]) < _REMARK)
