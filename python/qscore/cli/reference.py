"""``qscore reference``: build tables of entries, rank scores among them, repeat the paper's analysis."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .parameters import REFERENCE, Number


@click.group(name="reference")
def command() -> None:
    """Build tables of entries, rank scores among them, repeat the paper's analysis."""


@command.command()
@click.argument("csv_file", metavar="CSV", type=click.Path(path_type=Path))
@click.option("-o", "--output", metavar="TABLE", type=click.Path(path_type=Path), required=True, help="File to write.")
@click.option("--name", help="What the table is called.  [default: the CSV file's stem]")
@click.option("--source", help="Where the entries come from.  [default: the CSV file's name]")
@click.option(
    "--drop-out-of-range",
    is_flag=True,
    help="Leave out, and count, rows with an impossible resolution or Q rather than refuse the file.",
)
def build(csv_file: Path, output: Path, name: str | None, source: str | None, drop_out_of_range: bool) -> None:
    """Make a reference table from the entries of a CSV file.

    The file has the columns resolution and q, or average_qscore_value, as the EMDB's search API calls it.
    """
    from ..reference import build_table, save_table

    table = build_table(csv_file, name=name, source=source, drop_out_of_range=drop_out_of_range)
    save_table(table, output)
    dropped = ", ".join(f"{count} {reason}" for reason, count in table.dropped.items())
    click.echo(f"{output}: {len(table):,} entries called {table.name!r} (rows dropped: {dropped})")


@command.command()
@click.option("--q", type=Number("the Q-score"), help="Mean Q-score of the model.")
@click.option("-r", "--resolution", type=Number("the resolution"), metavar="Å", help="Resolution of the map.")
@click.option(
    "--csv", "csv_file", metavar="FILE", type=click.Path(path_type=Path), help="Rank every row (columns q, resolution)."
)
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Where --csv writes.  [default: stdout]"
)
@click.option(
    "--window",
    type=Number("the window"),
    metavar="Å",
    default=0.5,
    show_default=True,
    help="Half-width of similar resolution.",
)
@REFERENCE
def rank(
    q: float | None,
    resolution: float | None,
    csv_file: Path | None,
    output: Path | None,
    window: float,
    reference: str,
) -> None:
    """Rank a score of sigma 0.4, or a CSV file of them, among the entries of a reference table."""
    if (csv_file is None) == (q is None):
        raise click.UsageError("give either --q (with -r) or --csv")
    if csv_file is not None:
        if resolution is not None:
            raise click.UsageError("-r goes with --q; with --csv the resolutions are read from the file")
        _rank_file(csv_file, output, window, reference)
        return
    if output is not None:
        raise click.UsageError("-o goes with --csv")
    assert q is not None
    from ..context import context

    found = context(q, resolution, reference, window=window)
    for line in [*found.lines(), *found.notes]:
        click.echo(line)


def _rank_file(csv_file: Path, output: Path | None, window: float, reference: str) -> None:
    """Write the rows of a CSV file with their two percentiles."""
    from ..files import atomic_write
    from ..reference import load_table
    from ..reference.rank import rank_entries, write_ranks

    ranks = rank_entries(csv_file, load_table(reference), window)
    if output is None:
        write_ranks(ranks, sys.stdout)
        return
    with atomic_write(output) as stream:
        write_ranks(ranks, stream)
    click.echo(f"{output}: {len(ranks.entries.rows):,} rows")


@command.command()
@click.argument("csv_file", metavar="CSV", type=click.Path(path_type=Path))
@click.option("--out", metavar="DIR", type=click.Path(path_type=Path), required=True, help="Folder for the results.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the random splits.")
@click.option(
    "--splits", type=click.IntRange(10), default=1000, show_default=True, help="Random splits of the cross-validation."
)
def study(csv_file: Path, out: Path, seed: int, splits: int) -> None:
    """Repeat the paper's analysis on the entries of a CSV file: tables, figures and a page.

    Besides resolution and q, the columns cc, cc_mean and fsc05 are used where the file has them.
    """
    from ..reference.study import run_study, write_study

    results = run_study(csv_file, seed=seed, splits=splits)
    files = write_study(results, out)
    click.echo(f"{len(files)} files are in {out}; begin with study.html")
