"""The command line: one module per subcommand, imported only when it is run.

Exit codes: 0 done, 1 bad input, 2 bad usage, 130 interrupted.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
from typing import Any

import click

# name of the subcommand -> (module in this package, line in `qscore --help`)
COMMANDS: dict[str, tuple[str, str]] = {
    "bfactor": ("bfactor", "Turn Q-scores into B factors: scan f in B = (1 − Q)·f."),
    "correlate": ("correlate", "Correlate a map with the model maps of a model and its chains."),
    "demo": ("demo", "Make a small model and map, score them and show the result."),
    "modelmap": ("modelmap", "Make the map that a model would give."),
    "reference": ("reference", "Rank scores among the entries of the EMDB; build tables of entries."),
    "score": ("score", "Score a model in a map."),
}


class Commands(click.Group):
    """A group that knows its subcommands by name and imports the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the subcommands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a subcommand."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f".{COMMANDS[cmd_name][0]}", __package__)
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand; that the reader of a pipe goes first (`qscore … | head`) is no error."""
        try:
            result = super().invoke(ctx)
            print(end="", flush=True)
        except BrokenPipeError:  # here, because click would end with 1
            _discard_output()
            return 0
        return result

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the subcommands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def show_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    """Print the version and stop."""
    if value:
        from .. import __version__

        click.echo(f"qscore {__version__}")
        ctx.exit()


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=show_version,
    help="Show the version and stop.",
)
def commands() -> None:
    """Q-scores: how far a map supports the atoms of a model."""


def run(command: click.Command, name: str) -> None:
    """Run a command and end the process with its exit code."""
    from ..errors import InputError

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # of an encoding that may lack Å: better ? than no answer
            stream.reconfigure(errors="replace")
    try:
        code = command.main(prog_name=name, standalone_mode=False)
        print(end="", flush=True)  # now, while what fails can be told
        sys.exit(code)
    except InputError as error:
        click.echo(f"{name}: error: {error}", err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo(f"{name}: interrupted", err=True)
        sys.exit(130)
    except OSError as error:
        _discard_output()
        what = f"cannot use {error.filename}" if error.filename else "cannot write the output"
        click.echo(f"{name}: error: {what}: {error.strerror or error}", err=True)
        sys.exit(1)


def _discard_output() -> None:
    """Send what is still to be printed to nowhere, so that the flush on exit does not fail once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> None:
    """Run ``qscore`` and end the process with its exit code."""
    # NumPy's OpenBLAS starts a thread for every core, and each spins for the first tenth of a second on a core that
    # the scores need. No command multiplies large matrices.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    run(commands, "qscore")
