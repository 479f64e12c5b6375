"""``qscore score``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from .parameters import REFERENCE, RESOLUTION, THREADS, Number

if TYPE_CHECKING:
    from ..result import ScoreResult

_MOST_ROWS = 24  # chains shown; a table for the eye


@click.command(name="score")
@click.argument("model")
@click.argument("map")
@RESOLUTION
@click.option(
    "--sigma",
    type=Number("sigma"),
    default=0.4,
    metavar="Å",
    show_default=True,
    help="Width of the reference Gaussian; MapQ's first default was 0.6.",
)
@click.option("--resampled", is_flag=True, help="Score as the EMDB's published numbers are computed.")
@click.option("--chains", metavar="A,B", help="Score only these chains; the others stay neighbours.")
@REFERENCE
@THREADS
@click.option("--out", metavar="DIR", help="Write tables and summary.json there.")
@click.option(
    "--write",
    "names",
    metavar="NAMES",
    help="Write these to --out instead, names with commas between: report, plots, mmcif, …; a wrong name lists all.",
)
@click.option("--table", metavar="FORMAT", default="csv", show_default=True, help="Format of tables: csv or parquet.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON instead of the table.")
def command(
    model: str,
    map: str,
    resolution: float | None,
    chains: str | None,
    out: str | None,
    names: str | None,
    table: str,
    as_json: bool,
    **options: Any,
) -> None:
    """Score the atoms of MODEL (PDB or mmCIF) in MAP (MRC or CCP4); both may be compressed."""
    from ..files import check_output_folder
    from ..model import read_model
    from ..scoring import score
    from ..writers import USUAL, chosen_files
    from .progress import ProgressBar
    from .terminal import ended_by_ctrl_c

    chosen = _split(names)
    if out is None and (chosen is not None or table != "csv"):
        raise click.UsageError("--write and --table need a folder: add --out DIR")
    if out is not None:
        chosen_files(USUAL if chosen is None else chosen, table)
        check_output_folder(out)
    with ProgressBar() as progress:
        with ended_by_ctrl_c():
            progress("reading the model", 0, 0)
            structure = read_model(model)
        result = score(structure, map, resolution=resolution, chains=_split(chains), progress=progress, **options)
        if out is not None:
            progress("writing", 0, 0)
            result.write(out, chosen, table)
    if as_json:
        from ..writers import summary_json

        summary_json.write(result, sys.stdout)
    else:
        show(result)
        if out is not None:
            click.echo(f"\nResults are in {out}")


def _split(names: str | None) -> list[str] | None:
    return None if names is None else [name.strip() for name in names.split(",") if name.strip()]


def show(result: ScoreResult) -> None:
    """Print a short table of a result."""
    from rich.markup import escape

    from ..reference.expected import PLACES
    from .terminal import console_for, print_notes

    summary = result.summary()
    console = console_for(sys.stdout)
    model = summary["model"]
    console.print(f"[bold]{escape(model['name'])}[/bold] in {escape(summary['map']['file'] or 'a map')}")
    console.print(
        f"Q [bold]{model['q']:.3f}[/bold] over {model['atoms']:,} atoms (sigma {result.options.sigma:g} Å"
        f"{', resampled' if result.options.resampled else ''})"
    )
    if result.resolution is not None and result.resolution_source != "given":
        console.print(f"Resolution {result.resolution:g} Å, read from the model's file ({result.resolution_source})")
    for line in result.context.lines():
        console.print(escape(line))
    console.print()
    chains = summary["chains"]
    if len(chains) > _MOST_ROWS:
        chains = sorted(chains, key=lambda row: float(row["q"]))[:_MOST_ROWS]
        console.print(f"The {_MOST_ROWS} chains with the lowest Q, of {len(summary['chains'])}:")
    console.print(_table("Chain", [(row["chain"], row) for row in chains]))
    places = ("residues", *PLACES) if result.context.q_low is not None else ()
    console.print(_table("Entity type", [(row["kind"], row) for row in summary["entity_types"]], places))
    if ligands := _ligands(result):
        if len(ligands) > _MOST_ROWS:
            console.print(f"The {_MOST_ROWS} ligands with the lowest Q, of {len(ligands)}:")
        console.print(_table("Ligand", ligands[:_MOST_ROWS], ("beside the bounds",)))
    console.print(f"[dim]{escape(' '.join(result.context.notes))}[/dim]")
    print_notes(console, summary["warnings"])


def _ligands(result: ScoreResult) -> list[tuple[str, dict[str, Any]]]:
    """Return the ligands, that of lowest Q first, as rows of a table."""
    table = result.groups.of_kind("ligand")
    table = table.take(table.q.argsort(kind="stable"))
    names = zip(table.chain, table.seqid, table.resname, strict=True)
    columns = zip(names, table.q, table.q_min, table.atoms, table.verdict, strict=True)
    return [
        (
            f"{chain}/{seqid} {resname}",
            {"q": q, "q_min": q_min, "atoms": atoms, "beside the bounds": verdict or "not known"},
        )
        for (chain, seqid, resname), q, q_min, atoms, verdict in columns
    ]


def _table(title: str, rows: list[tuple[str, dict[str, Any]]], further: Sequence[str] = ()) -> Any:
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(title, min_width=13)
    for name in ("Q", "lowest atom", "atoms", *further):
        table.add_column(name, justify="right")
    for name, row in rows:
        table.add_row(
            escape(name),
            f"{row['q']:.3f}",
            f"{row['q_min']:.3f}",
            f"{row['atoms']:,}",
            *(_cell(row[key]) for key in further),
        )
    return table


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
