"""Makes the inputs of benchmarks that are too large to keep.

python benchmarks/inputs.py NAME DATA FOLDER
"""

from __future__ import annotations

import gzip
import json
import string
import sys
from pathlib import Path

import gemmi
import mrcfile
import numpy as np
from common import MODELS

TILES = (4, 4, 3)  # along x, y, z
HEADER_BYTES = 1024


def tiling(data: Path, folder: Path) -> None:
    """Repeat 7cec_A 48 times: 206,784 atoms in ``tiled.cif`` and ``tiled.mrc``."""
    model, map_ = (data / name for name in MODELS["7cec_A"])
    with mrcfile.open(map_) as file:
        values, step, origin = file.data.copy(), file.voxel_size.copy(), file.header.origin.copy()
    with mrcfile.new(folder / "tiled.mrc") as file:
        file.set_data(np.tile(values, TILES[::-1]))
        file.voxel_size = step
        file.header.origin = origin
    box = np.array([float(step[axis]) * n for axis, n in zip("xyz", values.shape[::-1], strict=True)])
    names = [a + b for a in string.ascii_uppercase for b in string.ascii_uppercase + string.digits]
    tiled = gemmi.Model(1)
    one = gemmi.read_structure(str(model))[0]
    for tile in np.ndindex(TILES):
        for chain in one:
            copy = chain.clone()
            copy.name = names[len(tiled)]
            for residue in copy:
                residue.subchain = copy.name
                for atom in residue:
                    atom.pos += gemmi.Position(*(box * tile))
            tiled.add_chain(copy)
    structure = gemmi.Structure()
    structure.name = "tiled"
    structure.add_model(tiled)
    structure.setup_entities()
    structure.make_mmcif_document().write_file(str(folder / "tiled.cif"))


def kernel(data: Path, folder: Path) -> None:
    """Write the tiling as the C++ program reads it: raw positions and voxels, and its further words."""
    tiling(data, folder)
    structure = gemmi.read_structure(str(folder / "tiled.cif"))
    positions = [atom.atom.pos.tolist() for atom in structure[0].all() if atom.atom.element.name != "H"]
    np.array(positions, np.float64).tofile(folder / "positions")
    with mrcfile.open(folder / "tiled.mrc") as file:
        file.data.tofile(folder / "grid")
        frame = [*file.data.shape[::-1], *file.header.origin.tolist(), *file.voxel_size.tolist()]
    (folder / "frame.json").write_text(json.dumps([str(x) for x in frame]))
    for name in ("tiled.cif", "tiled.mrc"):
        (folder / name).unlink()


class Placed:
    """Apoferritin in a cubic map of `size` voxels a side, where its origin is at 0."""

    def __init__(self, data: Path, size: int) -> None:
        with mrcfile.open(data / MODELS["apoferritin"][1]) as file:
            self.values = file.data.copy()
            step = np.array(file.voxel_size.tolist())
            self.start = np.round(np.array(file.header.origin.tolist()) / step).astype(int)[::-1]  # z, y, x
            header = file.header.copy()
        self.size = size
        header.nx = header.ny = header.nz = header.mx = header.my = header.mz = size
        header.cella = tuple(step * size)
        header.origin = (0, 0, 0)
        self.header = header.tobytes()


def big_map(data: Path, folder: Path) -> None:
    """Place apoferritin in 1,024³ voxels, 4.3 GB: a sparse file, zeros elsewhere."""
    placed = Placed(data, 1024)
    section_bytes = 4 * placed.size**2
    with (folder / "big.mrc").open("wb") as file:
        file.write(placed.header)
        file.truncate(HEADER_BYTES + section_bytes * placed.size)
        z, y, x = placed.start
        for k, section in enumerate(placed.values):
            for j, line in enumerate(section):
                file.seek(HEADER_BYTES + section_bytes * (z + k) + 4 * (placed.size * (y + j) + x))
                file.write(line.tobytes())


def gzipped_map(data: Path, folder: Path) -> None:
    """Place apoferritin in 512³ voxels of noise, which compresses badly, in a .gz file."""
    placed = Placed(data, 512)
    random = np.random.default_rng(0)
    sections = [random.normal(0, 0.01, (placed.size, placed.size)).astype(np.float32) for _ in range(8)]
    z, y, x = placed.start
    depth, height, width = placed.values.shape
    with gzip.open(folder / "big.mrc.gz", "wb", compresslevel=1) as file:
        file.write(placed.header)
        for k in range(placed.size):
            section = sections[k % len(sections)]
            if z <= k < z + depth:
                section = section.copy()
                section[y : y + height, x : x + width] = placed.values[k - z]
            file.write(section.tobytes())


MAKERS = {maker.__name__: maker for maker in (tiling, kernel, big_map, gzipped_map)}

if __name__ == "__main__":
    MAKERS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
