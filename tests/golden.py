"""Results made of the golden Q-scores, to test what is done with results apart from the scoring."""

import csv
import dataclasses
from pathlib import Path

import numpy as np
from qscore.maps import Map
from qscore.model import Model, read_model
from qscore.options import ScoreOptions
from qscore.reference.storage import load_table
from qscore.result import ScoreResult

FILES = {
    "apoferritin": ("3ajo_fitted_refined.pdb", "emd20026_prot.mrc"),
    "7cec_A": ("7cec_A.cif", "emd_30342_A.mrc"),
    "glycan_3pqr": ("3pqr.pdb", "3pqr.ccp4.gz"),
    "ligand_3nzd": ("3nzd.cif", "3nzd.ccp4.gz"),
}


def result_of(
    model: Model, q: np.ndarray, map_path: str | None = None, resolution: float | None = None, **options: object
) -> ScoreResult:
    """A result with the Q-scores `q` of the scored atoms of `model`."""
    return ScoreResult(
        atoms=model.atoms.take(model.scored),
        q=np.asarray(q, dtype=np.float64),
        rows=model.scored,
        samples_outside=np.zeros(len(q), dtype=np.int32),
        options=ScoreOptions(**options),
        model=model,
        map=dataclasses.replace(Map.from_array(np.zeros((2, 2, 2), np.float32), 1.0), path=map_path),
        resolution=resolution or model.resolution,
        resolution_source="given" if resolution else model.resolution_source,
        reference=load_table(),
        warnings=(),
    )


def golden_result(data: Path, case: str, column: str = "q_sigma0.4", resolution: float | None = None) -> ScoreResult:
    """The result of a case with its golden Q-scores, e.g. of column ``q_resampled_sigma0.6``."""
    with (data / case / "golden_q.csv").open() as stream:
        q = [float(row[column]) for row in csv.DictReader(stream)]
    model, map_ = (data / case / name for name in FILES[case])
    options = {"sigma": float(column[-3:]), "resampled": "resampled" in column}
    return result_of(read_model(model), np.array(q), str(map_), resolution, **options)
