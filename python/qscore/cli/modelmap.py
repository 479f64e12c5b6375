"""``qscore modelmap``."""

from __future__ import annotations

import sys
from typing import Any

import click

from .parameters import RESOLUTION, THREADS, UNKNOWN_ELEMENT, Number


@click.command(name="modelmap")
@click.argument("model")
@RESOLUTION
@click.option(
    "--kind",
    type=click.Choice(["electron", "gaussian"]),
    default="electron",
    show_default=True,
    help="Electron scattering factors cut at the resolution, or Gaussians as Chimera's molmap.",
)
@click.option("--like", metavar="MAP", help="Use the grid of this map. Default: a grid around the model.")
@click.option(
    "--spacing",
    type=Number("the spacing"),
    metavar="Å",
    help="Of that grid. Default: at most resolution / 4 (gaussian: / 3).",
)
@click.option("--absolute", is_flag=True, help="Electron map in Å of scattering length per Å³, not in its SD.")
@UNKNOWN_ELEMENT
@THREADS
@click.option("-o", "--output", required=True, metavar="MRC", help="The file to write.")
def command(
    model: str,
    resolution: float | None,
    kind: str,
    like: str | None,
    spacing: float | None,
    absolute: bool,
    unknown_element: str | None,
    threads: int,
    output: str,
) -> None:
    """Make the map that MODEL would give, with the occupancies and B factors of its file, as MRC2014."""
    from ..correlation import coverage_warnings
    from ..maps import read_grid
    from ..mapwriter import write_map
    from ..model import read_model
    from ..modelmaps import check_resolution, electron_map, gaussian_map
    from .progress import ProgressBar
    from .terminal import console_for, ended_by_ctrl_c, print_notes

    if like is not None and spacing is not None:
        raise click.UsageError("--like and --spacing exclude each other: a map's grid has its spacing")
    if kind == "gaussian" and (absolute or unknown_element is not None):
        raise click.UsageError("--absolute and --unknown-element are for --kind electron")
    with ProgressBar() as progress:
        progress("reading the model", 0, 0)
        read = read_model(model)
        d = check_resolution(read.resolution if resolution is None else resolution)
        grid = None if like is None else read_grid(like)
        warnings = read.warnings
        if grid is not None:
            warnings += coverage_warnings(read.atoms, grid, "and so outside the model map")
        progress("making the map", 0, 0)
        common: dict[str, Any] = {"like": grid, "spacing": spacing, "threads": threads}
        with ended_by_ctrl_c():
            if kind == "gaussian":
                made = gaussian_map(read.atoms, d, **common)
            else:
                made = electron_map(read.atoms, d, in_sd=not absolute, unknown_element=unknown_element, **common)
        unit = "" if kind == "gaussian" else ", A/A^3" if absolute else ", in SD"
        write_map(output, made, f"qscore: {kind} map of {read.name[:32]} at {d:g} A{unit}")
    shape = " × ".join(str(n) for n in made.values.shape)
    click.echo(f"{output}: {shape} voxels, {made.values.min():.4g} to {made.values.max():.4g}")
    print_notes(console_for(sys.stdout), warnings)
