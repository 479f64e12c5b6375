"""``qscore correlate``."""

from __future__ import annotations

import click

from .parameters import RESOLUTION, THREADS


@click.command(name="correlate")
@click.argument("model")
@click.argument("map")
@RESOLUTION
@THREADS
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of the table.")
def command(model: str, map: str, resolution: float | None, threads: int, as_json: bool) -> None:
    """Correlate MAP with the Gaussian model maps of MODEL and of each of its chains."""
    import json
    import sys

    from ..correlation import correlate
    from .progress import ProgressBar
    from .terminal import console_for, ended_by_ctrl_c, print_notes

    with ProgressBar() as progress:
        progress("correlating", 0, 0)
        with ended_by_ctrl_c():
            result = correlate(model, map, resolution, threads=threads)
    if as_json:
        click.echo(json.dumps(result.summary(), indent=2, ensure_ascii=False))
        return
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    console = console_for(sys.stdout)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Chain", min_width=13)
    for name in ("CC", "CC-mean", "points", "atoms"):
        table.add_column(name, justify="right")
    for row in (result.model, *result.chains):
        name = "[bold]model[/bold]" if row.chain is None else escape(row.chain)
        table.add_row(name, f"{row.cc:.4f}", f"{row.cc_mean:.4f}", f"{row.points:,}", f"{row.atoms:,}")
    console.print(table)
    console.print(f"Model maps of Gaussians at {result.resolution:g} Å, points above {result.threshold:g}")
    print_notes(console, result.warnings)
