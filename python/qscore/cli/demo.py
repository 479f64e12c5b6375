"""``qscore demo``."""

from __future__ import annotations

import click


@click.command(name="demo")
@click.option(
    "--out", metavar="DIR", default="qscore-demo", show_default=True, help="Write the model and the map there."
)
def command(out: str) -> None:
    """Make a small model and its map, score them and show the result.

    The model is a helix, a short RNA with a magnesium ion, a ligand and waters, of idealised geometry; the map is
    theirs at 2.5 Å, with noise, but for a few parts that are mobile, missing or elsewhere.
    """
    import shlex

    from ..demo import findings, write_demo
    from ..scoring import score
    from .score import show

    model, map = write_demo(out)
    result = score(model, map)
    show(result)
    click.echo("\nWhat to look at: four parts of this model do not fit its map, and their Q says so.\n")
    for part, q, reason in findings(result):
        click.echo(f"  {q:6.3f}  {part:22}  {reason}")
    click.echo(
        "\nA Q near 0 or below says that the atoms are not where the density is; a low one, that they move or that the"
        "\nmap is noisy there. Next, every atom's Q and a summary as files:\n"
        f"\n  qscore score {shlex.quote(str(model))} {shlex.quote(str(map))} --out {shlex.quote(out)}"
    )
