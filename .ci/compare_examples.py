"""Run the native examples on real data and compare what they print with Python, to 1e-9.

    python compare_examples.py DATA EXAMPLES [EMULATOR …]

DATA is the folder of test data, EXAMPLES that of the programs. An emulator runs programs of another processor; there
Q must be the same too, but the scan's Fourier transforms, in single precision, round differently.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import gemmi
import numpy as np
import qscore
from qscore import _core

TOLERANCE = 1e-9
EMULATED_SCAN = np.array([0.0, 2e-6, 2e-6, 5.0])  # f, CC, CC-mean, points of some 100,000
RESOLUTION = 3.5  # of the scan, Å; coarser than the map's 1.75, to be quick


def grid_arguments(volume: qscore.Map, file: Path) -> list[str]:
    """Write a map's values, x running fastest; return the arguments that describe it."""
    volume.values.ravel(order="F").tofile(file)
    numbers = [*volume.values.shape, *volume.origin.tolist(), float(volume.steps[0, 0])]
    return [str(file), *map(repr, numbers)]


def check(name: str, printed: np.ndarray, expected: np.ndarray, tolerance: np.ndarray | float = TOLERANCE) -> None:
    """Compare, and stop when they differ."""
    assert printed.shape == expected.shape, f"{name}: {printed.shape} for {expected.shape}"
    difference = np.abs(printed - expected).max(axis=0)
    print(f"{name}: {len(expected)} rows, largest differences from Python {difference}")
    assert np.all(difference <= tolerance), f"{name} differs from Python"


def scatterers(model: qscore.Model) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return occupancies, types and the form factors of the types, (t, 2, 5), of the scored atoms."""
    elements = model.atoms.element[model.scored]
    kinds, types = np.unique(elements, return_inverse=True)
    coefficients = [gemmi.Element(str(kind)).c4322 for kind in kinds]
    return model.atoms.occupancy[model.scored], types.astype(np.int32), np.array([[c.a, c.b] for c in coefficients])


def main() -> None:
    """Compare all examples."""
    data, examples = map(Path, sys.argv[1:3])
    emulator = sys.argv[3:]
    model = qscore.read_model(data / "apoferritin" / "3ajo_fitted_refined.pdb")
    volume = qscore.read_map(data / "apoferritin" / "emd20026_prot.mrc")
    # The examples take cubic voxels; the file's edges differ in the eighth digit.
    volume = qscore.Map.from_array(volume.values, volume.steps[0, 0], volume.origin)
    positions = np.ascontiguousarray(model.atoms.position[model.scored])
    with tempfile.TemporaryDirectory() as folder:
        grid = grid_arguments(volume, Path(folder) / "map.raw")

        def table(name: str, *columns: np.ndarray) -> str:
            np.savetxt(Path(folder) / name, np.column_stack(columns), fmt="%.17g")
            return str(Path(folder) / name)

        def run(name: str, *arguments: str) -> np.ndarray:
            lines = subprocess.check_output([*emulator, str(examples / name), *arguments], text=True)
            return np.array([line.split() for line in lines.splitlines()], dtype=float)

        atoms = table("positions.txt", positions)
        for sigma in (0.6, 0.4):
            q = qscore.score_atoms(positions, volume, sigma=sigma)
            check(f"score_atoms, sigma {sigma}", run("score_atoms", atoms, *grid, str(sigma)), q[:, None])

        occupancies, types, form_factors = scatterers(model)
        printed = run(
            "scan_bfactors",
            table("atoms.txt", positions, occupancies, types, q),
            table("form_factors.txt", form_factors.reshape(-1, 10)),
            str(RESOLUTION),
            *grid,
        )
        factors = np.arange(0.0, 301.0, 20.0)
        rows = _core.scan_bfactors(
            positions,
            occupancies,
            types,
            form_factors,
            1 - q,
            factors,
            RESOLUTION,
            RESOLUTION / 4,
            volume.values,
            volume.origin,
            volume.steps,
            0.01,
        )
        check(
            "scan_bfactors",
            printed,
            np.column_stack([factors, np.array(rows)]),
            EMULATED_SCAN if emulator else TOLERANCE,
        )


main()
