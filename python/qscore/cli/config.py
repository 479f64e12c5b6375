"""``qscore-config``: where the C++ library is, for the build systems of other programs."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import click


def prefix() -> Path:
    """Return the folder that holds include/qscore and lib/cmake/qscore.

    In a wheel that is the package itself; in a conda environment, the environment.
    """
    from ..errors import InputError

    core = importlib.util.find_spec("qscore._core")
    package = [Path(core.origin).parent] if core and core.origin else []
    environment = Path(sys.prefix, "Library") if sys.platform == "win32" else Path(sys.prefix)
    for place in (*package, environment):
        if (place / "lib/cmake/qscore/qscoreConfig.cmake").is_file():
            return place
    raise InputError(f"the C++ library is neither in the package qscore nor in {environment}: install libqscore")


def library() -> Path:
    """Return the file to link."""
    from ..errors import InputError

    folder = prefix() / "lib"
    pattern = {"win32": "qscore.lib", "darwin": "libqscore*.dylib"}.get(sys.platform, "libqscore.so*")
    files = sorted(folder.glob(pattern))
    if not files:
        raise InputError(f"there is no {pattern} in {folder}: install qscore anew")
    return files[0]


@click.command(no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--cmakedir", is_flag=True, help="Folder of the CMake package, for qscore_DIR.")
@click.option("--includes", is_flag=True, help="Compiler flags for the headers.")
@click.option("--libs", is_flag=True, help="Linker flags for the library.")
@click.option("--version", is_flag=True, help="Version of the library.")
def command(cmakedir: bool, includes: bool, libs: bool, version: bool) -> None:
    """Tell other programs' build systems where the C++ library is."""
    if version:
        from .. import __version__

        click.echo(__version__)
    if cmakedir:
        click.echo(prefix() / "lib/cmake/qscore")
    if includes:
        click.echo(f"-I{prefix() / 'include'}")
    if libs:
        file = library()
        click.echo(str(file) if sys.platform == "win32" else f"{file} -Wl,-rpath,{file.parent}")


def main() -> None:
    """Run ``qscore-config`` and end the process with its exit code."""
    from . import run

    run(command, "qscore-config")
