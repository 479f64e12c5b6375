"""Run the native examples on real data and compare what they print with Python, to 1e-9.

    python compare_examples.py DATA EXAMPLES [COMMAND …]

DATA is the folder of test data, EXAMPLES that of the programs; COMMAND runs them on another machine's behalf.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import qscore

TOLERANCE = 1e-9


def grid_arguments(volume: qscore.Map, file: Path) -> list[str]:
    """Write a map's values, x running fastest; return the arguments that describe it."""
    volume.values.ravel(order="F").tofile(file)
    numbers = [*volume.values.shape, *volume.origin.tolist(), float(volume.steps[0, 0])]
    return [str(file), *map(repr, numbers)]


def check(name: str, printed: np.ndarray, expected: np.ndarray) -> None:
    """Compare, and stop when they differ."""
    assert printed.shape == expected.shape, f"{name}: {printed.shape} for {expected.shape}"
    difference = np.abs(printed - expected).max()
    print(f"{name}: {len(expected)} values, largest difference from Python {difference:.1e}")
    assert difference <= TOLERANCE, f"{name} differs from Python"


def main() -> None:
    """Compare all examples."""
    data, examples = map(Path, sys.argv[1:3])
    command = sys.argv[3:]
    model = qscore.read_model(data / "apoferritin" / "3ajo_fitted_refined.pdb")
    volume = qscore.read_map(data / "apoferritin" / "emd20026_prot.mrc")
    # The examples take cubic voxels; the file's edges differ in the eighth digit.
    volume = qscore.Map.from_array(volume.values, volume.steps[0, 0], volume.origin)
    positions = np.ascontiguousarray(model.atoms.position[model.scored])
    with tempfile.TemporaryDirectory() as folder:
        atoms = Path(folder) / "positions.txt"
        np.savetxt(atoms, positions, fmt="%.17g")
        grid = grid_arguments(volume, Path(folder) / "map.raw")

        def run(name: str, *arguments: str) -> np.ndarray:
            lines = subprocess.check_output([*command, str(examples / name), *arguments], text=True)
            return np.array([line.split() for line in lines.splitlines()], dtype=float)

        for sigma in (0.4, 0.6):
            q = qscore.score_atoms(positions, volume, sigma=sigma)
            check(f"score_atoms, sigma {sigma}", run("score_atoms", str(atoms), *grid, str(sigma))[:, 0], q)


main()
