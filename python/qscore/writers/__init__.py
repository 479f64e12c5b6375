"""Writers of results: one module per format; each takes a ScoreResult and an open stream, and computes nothing."""

from __future__ import annotations

import dataclasses
import functools
import importlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InputError
from ..files import Content, written_together
from ..optional import library
from .provenance import map_name

if TYPE_CHECKING:
    from ..result import ScoreResult


@dataclasses.dataclass(frozen=True)
class OutputFile:
    """A file that a writer makes.

    Attributes
    ----------
    name
        File name, with ``{model}`` and ``{map}`` for the names of the inputs.
    module, function
        The module of this package and its function ``(result, stream)`` that writes the file.
    mode
        ``"w"`` for text, ``"wb"`` for bytes.
    """

    name: str
    module: str
    function: str = "write"
    mode: str = "w"


@dataclasses.dataclass(frozen=True)
class OutputFolder:
    """A folder of files whose number depends on the result.

    Attributes
    ----------
    name
        Name of the folder.
    module, function
        The module and its function ``(result)`` that yields the name of each file, and a function that writes it to
        an open binary stream.
    """

    name: str
    module: str
    function: str


# name for `--write` -> what it makes
WRITERS: dict[str, tuple[OutputFile | OutputFolder, ...]] = {
    "atoms": (OutputFile("atoms.csv", "csv_tables", "write_atoms"),),
    "residues": (OutputFile("residues.csv", "csv_tables", "write_residues"),),
    "groups": (OutputFile("groups.csv", "csv_tables", "write_groups"),),
    "chains": (OutputFile("chains.csv", "csv_tables", "write_chains"),),
    "summary": (OutputFile("summary.json", "summary_json"),),
    "mmcif": (OutputFile("{model}__Q__{map}.cif", "mmcif"),),
    "pdb": (OutputFile("{model}__Q__{map}.pdb", "pdb"),),
    "mapq": (OutputFile("{model}__Q__{map}_All.txt", "mapq_table"),),
    "emdb": (OutputFile("{map}_qscore.json", "emdb_json"),),
    "chimerax": (
        OutputFile("qscore.defattr", "chimerax", "write_attributes"),
        OutputFile("view.cxc", "chimerax", "write_script"),
    ),
    "pymol": (OutputFile("view.pml", "pymol"),),
    "cloud": (
        OutputFile("reference_cloud.png", "reference_cloud", "write_png", "wb"),
        OutputFile("reference_cloud.svg", "reference_cloud", "write_svg", "wb"),
    ),
    "plots": (OutputFolder("plots", ".report.pictures", "pictures"),),
    "report": (OutputFile("report.html", ".report.page"),),
}
# name -> the optional libraries that it needs
_LIBRARIES = {"cloud": ("matplotlib",), "plots": ("matplotlib",), "report": ("plotly", "jinja2")}
# the tables among them in the other format that `--table` takes
PARQUET: dict[str, tuple[OutputFile | OutputFolder, ...]] = {
    table: (OutputFile(f"{table}.parquet", "parquet_tables", f"write_{table}", "wb"),)
    for table in ("atoms", "residues", "groups", "chains")
}
# what `--out` writes unless told otherwise
USUAL = ("atoms", "residues", "groups", "chains", "summary")


def chosen_files(names: Sequence[str] = USUAL, table: str = "csv") -> list[OutputFile | OutputFolder]:
    """Return the files that go by `names`, keys of `WRITERS`; tables as ``"csv"`` or ``"parquet"``.

    Raises
    ------
    InputError
        For an unknown name or table format, or when the library for it is not installed.
    """
    if isinstance(names, str):
        raise InputError(f"the outputs must be a list of names, such as [{names!r}]; got the text {names!r}")
    unknown = [name for name in names if name not in WRITERS]
    if unknown or not names:
        given = ", ".join(map(repr, unknown)) or "none"
        raise InputError(f"unknown output: {given}; choose from {', '.join(WRITERS)}")
    if table not in ("csv", "parquet"):
        raise InputError(f"unknown table format {table!r}; choose csv or parquet")
    if table == "parquet":
        library("pyarrow")
    for name in names:
        for needed in _LIBRARIES.get(name, ()):
            library(needed)
    writers = WRITERS | PARQUET if table == "parquet" else WRITERS
    return list(dict.fromkeys(file for name in names for file in writers[name]))


def write_files(
    result: ScoreResult, folder: str | os.PathLike[str], names: Sequence[str] = USUAL, table: str = "csv"
) -> list[Path]:
    """Write files of a result into a folder, each whole; when one fails, none is replaced.

    Parameters
    ----------
    result
        The result to write.
    folder
        Made with its parents if need be.
    names, table
        Which files, as for `chosen_files`.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    InputError
        As `chosen_files`, and for a folder that cannot be written or a result that a format cannot hold.
    """
    files = chosen_files(names, table)
    folder = Path(folder)
    paths = []
    subfolders = [folder / file.name for file in files if isinstance(file, OutputFolder)]
    with written_together(folder, *subfolders) as write:
        for path, mode, content in _writes(result, folder, files):
            write(path, mode, content)
            paths.append(path)
    return paths


def _writes(
    result: ScoreResult, folder: Path, files: Sequence[OutputFile | OutputFolder]
) -> Iterator[tuple[Path, str, Content]]:
    """Yield path and mode of each file, and the function that writes it to an open stream."""
    for file in files:
        function = getattr(importlib.import_module(f".{file.module}", __name__), file.function)
        if isinstance(file, OutputFolder):
            for name, write in function(result):
                yield folder / file.name / name, "wb", write
        else:
            name = file.name.format(model=result.model.name, map=map_name(result.map))
            yield folder / name, file.mode, functools.partial(function, result)
