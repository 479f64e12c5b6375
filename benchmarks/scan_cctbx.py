"""The same scan by cctbx, as phenix.fmodel and phenix.mtz2map do it: prints seconds and CC-mean as JSON.

python benchmarks/scan_cctbx.py MODEL MAP SCORES RESOLUTION   (with the Python that holds cctbx-base)

The density map is interpolated once for all f, which is to cctbx's advantage.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from pathlib import Path

import iotbx.pdb
import mrcfile
import numpy as np
from cctbx import crystal
from cctbx.array_family import flex
from scipy.ndimage import map_coordinates

PADDING, MARGIN, THRESHOLD = 50, 5, 0.01

if __name__ == "__main__":
    model, map_file, scores, resolution = *sys.argv[1:4], float(sys.argv[4])
    hierarchy = iotbx.pdb.input(model).construct_hierarchy()
    with Path(scores).open() as stream:
        disorder = flex.double([1 - float(row["q_sigma0.4"]) for row in csv.DictReader(stream)])
    with mrcfile.open(map_file) as file:
        density = file.data.T.copy()
        step = np.array(file.voxel_size.tolist())
        origin = np.array(file.header.origin.tolist())

    start = time.perf_counter()
    atoms = hierarchy.atoms()
    positions = atoms.extract_xyz()
    low, high = np.array(positions.min()), np.array(positions.max())
    cell = high - low + 2 * PADDING
    atoms.set_xyz(positions + tuple(PADDING - low))
    symmetry = crystal.symmetry((*cell, 90, 90, 90), "P1")
    structure = hierarchy.extract_xray_structure(crystal_symmetry=symmetry)
    structure.scattering_type_registry(table="electron")
    found, interpolated = [], None
    for f in range(0, 301, 20):
        structure.set_b_iso(values=disorder * f)
        factors = structure.structure_factors(d_min=resolution, algorithm="fft").f_calc()
        made = factors.fft_map(resolution_factor=0.25)
        made.apply_sigma_scaling()
        values = made.real_map_unpadded().as_numpy_array()
        spacing = cell / values.shape
        first = np.floor((PADDING - MARGIN) / spacing).astype(int)
        last = np.ceil((cell - PADDING + MARGIN) / spacing).astype(int)
        region = tuple(slice(a, b + 1) for a, b in zip(first, last, strict=True))
        if interpolated is None:
            axes = [
                (np.arange(a, b + 1) * s - PADDING + x - o) / t
                for a, b, s, x, o, t in zip(first, last, spacing, low, origin, step, strict=True)
            ]
            interpolated = map_coordinates(density, np.meshgrid(*axes, indexing="ij"), order=1)
        m = values[region]
        above = m > THRESHOLD
        m, c = m[above], interpolated[above]
        m, c = m - m.mean(), c - c.mean()
        found.append(float(m @ c / np.sqrt((m @ m) * (c @ c))))
    json.dump(
        {"seconds": time.perf_counter() - start, "cc_mean": found, "best": 20 * int(np.argmax(found))}, sys.stdout
    )
