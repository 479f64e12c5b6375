"""A map of a real RNA: the electron density of its model, blurred by B factors made of its published Q-scores."""

import csv
from pathlib import Path

import gemmi
import numpy as np
from qscore import score
from qscore.maps import Map
from qscore.model import read_model
from qscore.result import ScoreResult

_MARGIN = 5.0  # Å around the model
_B = 300.0  # Å² of an atom whose Q is 0 (eq. 5)


def simulated_rna(data: Path, resolution: float | None = 3.1) -> ScoreResult:
    """The scores of 7ez0 (RNA and magnesium ions) in such a map."""
    model = read_model(data / "rna_7ez0" / "7ez0.pdb")
    with (data / "rna_7ez0" / "mapq_q.csv").open() as stream:
        q_of = {(name, place): float(q) for name, place, _, *_, q in csv.reader(stream)}
    low = model.atoms.position.min(axis=0) - _MARGIN
    structure = model.structure.clone()
    structure.cell = gemmi.UnitCell(*(np.ptp(model.atoms.position, axis=0) + 2 * _MARGIN), 90, 90, 90)
    structure.spacegroup_hm = "P 1"
    for chain in structure[0]:
        for residue in chain:
            for atom in residue:
                atom.b_iso = _B * (1 - q_of[atom.name, f"{residue.seqid}.{chain.name}"])
                atom.pos -= gemmi.Position(*low)
    calculator = gemmi.DensityCalculatorE()
    calculator.d_min, calculator.rate = 2.4, 1.5
    calculator.set_grid_cell_and_spacegroup(structure)
    calculator.put_model_density_on_grid(structure[0])
    values = np.array(calculator.grid.array, np.float32)
    steps = np.array(structure.cell.parameters[:3]) / values.shape
    return score(model, Map.from_array(values, steps, low), resolution=resolution)
