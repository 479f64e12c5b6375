"""``qscore bfactor``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from .parameters import RESOLUTION, THREADS, UNKNOWN_ELEMENT, Number

if TYPE_CHECKING:
    from ..bfactors import BFactorScan
    from ..hydrogens import Scored
    from ..scoring import Progress


@click.command(name="bfactor")
@click.argument("model")
@click.argument("map")
@RESOLUTION
@click.option("--scores", metavar="CSV", help="Take Q from this atoms.csv. Default: compute the scores, sigma 0.4 Å.")
@click.option(
    "--f-max", type=Number("--f-max"), default=300, metavar="Å²", show_default=True, help="Largest f of the scan."
)
@click.option(
    "--f-step", type=Number("--f-step"), default=20, metavar="Å²", show_default=True, help="Step of the scan."
)
@click.option("--refine", is_flag=True, help="Extend the range if need be, then search in steps down to 1.")
@click.option(
    "--spacing", type=Number("the spacing"), metavar="Å", help="Of the model maps' grid. Default: resolution / 4."
)
@UNKNOWN_ELEMENT
@click.option("--maps", is_flag=True, help="Also write the model maps of f = 0 and of the best f.")
@THREADS
@click.option("--out", metavar="DIR", help="Write the curve, its plot and the model with the best B factors there.")
def command(
    model: str,
    map: str,
    resolution: float | None,
    scores: str | None,
    spacing: float | None,
    maps: bool,
    threads: int,
    out: str | None,
    **options: Any,
) -> None:
    """Find the f for which B = (1 − Q)·f makes MODEL most like MAP."""
    from ..files import check_output_folder
    from ..optional import library
    from .progress import ProgressBar
    from .terminal import ended_by_ctrl_c

    if maps and out is None:
        raise click.UsageError("--maps needs a folder to write to: --out DIR")
    if out is not None:
        library("matplotlib")  # now, not after the scan
        check_output_folder(out)
    with ProgressBar() as progress:
        with ended_by_ctrl_c():
            scan = _scan(model, map, resolution, scores, progress, spacing=spacing, threads=threads, **options)
        if out is not None:
            progress("writing", 0, 0)
            scan.write(out, maps=maps)
    show(scan)
    if out is not None:
        from ..writers.bfactor_scan import beyond_pdb_file

        click.echo(f"\nResults are in {out}")
        if beyond := beyond_pdb_file(scan):
            click.echo(f"There is no PDB file of the model, which it cannot hold: {'; '.join(beyond)}")


def _scan(
    model: str,
    map: str,
    resolution: float | None,
    scores: str | None,
    progress: Progress,
    *,
    spacing: float | None,
    threads: int,
    **options: Any,
) -> BFactorScan:
    """Read, score and scan; the map is not kept."""
    from ..bfactors import scan_bfactors, scan_box, scan_factors, scan_spacing
    from ..maps import read_map
    from ..model import read_model
    from ..modelmaps import check_resolution, check_unknown_element
    from ..scores import read_scores
    from ..scoring import score

    scan_factors(options["f_max"], options["f_step"])  # refuses nonsense before there is work done
    check_unknown_element(options["unknown_element"])
    progress("reading the model", 0, 0)
    read = read_model(model)
    d = check_resolution(read.resolution if resolution is None else resolution)
    scan_spacing(spacing, d)
    scored: Scored | None = None if scores is None else read_scores(scores, read)
    progress("reading the map", 0, 0)
    density = read_map(map, box=scan_box(read.atoms, d / 2))
    if scored is None:
        scored = score(read, density, threads=threads, progress=progress)
    progress("scanning f", 0, 0)
    return scan_bfactors(scored, density, d, spacing=spacing, threads=threads, **options)


def show(scan: BFactorScan) -> None:
    """Print the curve, the best f and what to know about it."""
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    from .terminal import console_for, print_notes

    console = console_for(sys.stdout)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("f", "CC", "CC-mean", "points"):
        table.add_column(name, justify="right")
    curve = scan.all
    for i, f in enumerate(curve.f.tolist()):
        table.add_row(
            f"{f:g}",
            f"{curve.cc[i]:.4f}",
            f"{curve.cc_mean[i]:.4f}",
            f"{curve.points[i]:,}",
            style="bold" if i == curve.best else None,
        )
    console.print(table)
    console.print(
        f"Best f [bold]{scan.best_f:g}[/bold] Å² (CC-mean {curve.cc_mean[curve.best]:.4f}): "
        f"B = (1 − Q)·{scan.best_f:g} for {escape(scan.model.name)} at {scan.resolution:g} Å"
    )
    print_notes(console, scan.warnings)
