"""The files of a scan over f: the curve as CSV, JSON and bar plot, the model with the best B factors, model maps."""

from __future__ import annotations

import json
import os
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from ..figures import ORANGE, SKY, new_figure, write_figure
from ..files import Content, written_together
from ..mapwriter import write_mrc
from .mmcif_document import ModelDocument
from .pdb import beyond_pdb, remark_lines, write_model
from .provenance import scan_line, scan_provenance

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..bfactors import BFactorScan

_LARGEST_PDB_B = 999.99


def write_files(scan: BFactorScan, folder: str | os.PathLike[str], *, maps: bool = False) -> list[Path]:
    """Write bscan.csv, bscan.json, bscan.png, bscan.svg and the model with the B factors of the best f, all or none.

    Parameters
    ----------
    scan
        The scan to write.
    folder
        Made with its parents if need be.
    maps
        Also write the model maps of f = 0 and of the best f, in units of their standard deviation.

    Returns
    -------
    list of Path
        The files written. There is no PDB file when that format cannot hold the model.

    Raises
    ------
    InputError
        When a file cannot be written, matplotlib is not installed, or the model's file has changed.
    """
    figure, name = bar_plot(scan), scan.model.name
    files: dict[str, tuple[str, Content]] = {
        "bscan.csv": ("w", partial(write_csv, scan)),
        "bscan.json": ("w", partial(write_json, scan)),
        "bscan.png": ("wb", lambda stream: write_figure(figure, stream, "png", scan_line(scan))),
        "bscan.svg": ("wb", lambda stream: write_figure(figure, stream, "svg", scan_line(scan))),
        f"{name}_bfactors.cif": ("w", partial(write_mmcif, scan)),
    }
    if not beyond_pdb_file(scan):
        files[f"{name}_bfactors.pdb"] = ("w", partial(write_pdb, scan))
    if maps:
        for f in (0.0, scan.best_f):
            files[f"model_map_f{f:g}.mrc"] = ("wb", partial(write_model_map, scan, f))
    folder = Path(folder)
    with written_together(folder) as write:
        for file, (mode, content) in files.items():
            write(folder / file, mode, content)
    return [folder / file for file in files]


def write_model_map(scan: BFactorScan, f: float, stream: IO[bytes]) -> None:
    """Write the model map of an f as MRC2014, in units of its standard deviation."""
    label = f"qscore: {scan.model.name[:24]}, B = (1 - Q) * {f:g}, cut at {scan.resolution:g} A, in SD"
    write_mrc(scan.model_map(f), label, stream)


def write_csv(scan: BFactorScan, stream: IO[str]) -> None:
    """Write bscan.csv: f, CC, CC-mean and the number of points, below a comment line that says of what."""
    curve = scan.all
    stream.write(f"# {scan_line(scan)}\n")
    stream.write("f,cc,cc_mean,points\n")
    for row in zip(curve.f.tolist(), curve.cc.tolist(), curve.cc_mean.tolist(), curve.points.tolist(), strict=True):
        stream.write("{:g},{:.6f},{:.6f},{}\n".format(*row))


def write_json(scan: BFactorScan, stream: IO[str]) -> None:
    """Write bscan.json: the best f, the curve and the parameters."""
    json.dump(scan.summary(), stream, indent=2, ensure_ascii=False, allow_nan=False)
    stream.write("\n")


def bar_plot(scan: BFactorScan) -> Figure:
    """Draw CC-mean over f as bars, the best one orange (Figure 5 of the paper)."""
    curve = scan.curve
    f, cc_mean = curve.f, curve.cc_mean
    best = float(scan.all.cc_mean.max())
    low = float(cc_mean.min())
    margin = max(best - low, 1e-3)
    with new_figure(size=(5.2, 3.0)) as (figure, axes):
        colours = [ORANGE if i == curve.best else SKY for i in range(len(f))]
        axes.bar(f, cc_mean, width=0.8 * scan.f_step, color=colours)
        if scan.fine is not None:
            axes.plot(scan.best_f, best, "o", color=ORANGE, markeredgecolor="black", markersize=4)
        axes.set_ylim(low - 0.4 * margin, best + 0.35 * margin)
        axes.set_xticks(f[:: -(-len(f) // 16)])
        axes.tick_params(axis="x", labelrotation=90 if len(f) > 9 else 0)
        axes.set_xlabel("f in B = (1 − Q)·f (Å²)")
        axes.set_ylabel("CC-mean of map and model map\n(axis cut)")
        axes.set_title(f"{scan.model.name} at {scan.resolution:g} Å")
        axes.annotate(
            f"f = {scan.best_f:g}\n{best:.4f}",
            (scan.best_f, best),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=8,
        )
    return figure


def write_mmcif(scan: BFactorScan, stream: IO[str]) -> None:
    """Write the model's mmCIF whole, with the B factors of the best f in its first model, and no anisotropic ones.

    Raises
    ------
    InputError
        When the atoms of the model cannot be told apart in the file, or the file has changed.
    """
    document = ModelDocument.of(scan.model)
    b = scan.b_factors()[scan.in_map].tolist()
    document.set_atoms("_atom_site.B_iso_or_equiv", scan.in_map, [f"{value:.2f}" for value in b])
    document.erase("_atom_site_anisotrop.")
    document.replace_pairs("_qscore.", scan_provenance(scan))
    document.write(stream)


def write_pdb(scan: BFactorScan, stream: IO[str]) -> None:
    """Write the first model with the B factors of the best f, and a REMARK block that says so, as PDB."""
    facts = scan_provenance(scan)
    remark = [
        f"THE B-FACTOR COLUMN HOLDS {facts['b_factors']}, Q BEING THE Q-SCORE; ATOMS WITHOUT Q KEEP THEIR B FACTOR.",
        *remark_lines(facts, facts["resolution"]),
        f"F          : {facts['f']} SQUARE ANGSTROMS",
    ]
    write_model(scan.model, scan.b_factors(), remark, stream)


def beyond_pdb_file(scan: BFactorScan) -> list[str]:
    """Return why there is no PDB file of a scan: what the format cannot hold of the model and its B factors."""
    widest = float(np.round(scan.b_factors().max(), 2))
    return beyond_pdb(scan.model) + [f"B factors above {_LARGEST_PDB_B} Å²"] * (widest > _LARGEST_PDB_B)
