"""Results made of the golden Q-scores, to test what is done with results apart from the scoring."""

import csv
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from qscore.groups import groups_of
from qscore.model import Model, read_model
from qscore.options import ScoreOptions

FILES = {
    "apoferritin": ("3ajo_fitted_refined.pdb", "emd20026_prot.mrc"),
    "7cec_A": ("7cec_A.cif", "emd_30342_A.mrc"),
    "glycan_3pqr": ("3pqr.pdb", "3pqr.ccp4.gz"),
    "ligand_3nzd": ("3nzd.cif", "3nzd.ccp4.gz"),
}


class Result(SimpleNamespace):
    @cached_property
    def groups(self):
        return groups_of(self)


def result_of(model: Model, q: np.ndarray, map_path: str | None = None, resolution: float | None = None, **options):
    """A result with the Q-scores `q` of the scored atoms of `model`."""
    return Result(
        atoms=model.atoms.take(model.scored),
        q=np.asarray(q, dtype=np.float64),
        rows=model.scored,
        options=ScoreOptions(**options),
        resolution=resolution or model.resolution,
        resolution_source="option" if resolution else model.resolution_source,
        model=model,
        map=SimpleNamespace(path=map_path, header={}),
        warnings=(),
    )


def golden_result(data: Path, case: str, column: str = "q_sigma0.4", resolution: float | None = None):
    """The result of a case with its golden Q-scores, e.g. of column ``q_resampled_sigma0.6``."""
    with (data / case / "golden_q.csv").open() as stream:
        q = [float(row[column]) for row in csv.DictReader(stream)]
    model, map_ = (data / case / name for name in FILES[case])
    options = {"sigma": float(column[-3:]), "resampled": "resampled" in column}
    return result_of(read_model(model), np.array(q), str(map_), resolution, **options)
