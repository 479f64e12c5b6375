"""A small model and its noisy map, made from idealised geometry, with flaws that Q-scores bring to light."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..files import atomic_write, output_folder
from ..mapwriter import write_map
from .density import FLAWS, density
from .model import WRONG_ROTAMER, as_mmcif, build

if TYPE_CHECKING:
    from ..result import ScoreResult


def write_demo(folder: str | os.PathLike[str]) -> tuple[Path, Path]:
    """Write the model and the map, the same ones each time.

    Parameters
    ----------
    folder
        Made if need be; ``model.cif`` and ``map.mrc`` in it are replaced.

    Returns
    -------
    tuple of Path
        The model and the map.

    Raises
    ------
    InputError
        When the folder cannot be written.
    """
    folder = output_folder(folder)
    model, map = folder / "model.cif", folder / "map.mrc"
    with atomic_write(model) as stream:
        stream.write(as_mmcif(build(WRONG_ROTAMER)))
    write_map(map, density(), "qscore demo: Gaussians and seeded noise")
    return model, map


def findings(result: ScoreResult) -> list[tuple[str, float, str]]:
    """Return each flawed part of the demo with its mean Q and what is wrong with it, then all the rest."""
    atoms = result.atoms
    names = zip(atoms.chain.tolist(), atoms.seqid.tolist(), atoms.name.tolist(), strict=True)
    part_of = np.array(
        [
            next((n for n, flaw in enumerate(FLAWS) if flaw.holds(chain, int(seqid), name)), -1)
            for chain, seqid, name in names
        ]
    )
    rows = [(flaw.part, float(result.q[part_of == n].mean()), flaw.reason) for n, flaw in enumerate(FLAWS)]
    return [*rows, ("all the rest", float(result.q[part_of == -1].mean()), "fits the map")]
