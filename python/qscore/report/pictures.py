"""The static pictures of a result, PNG and SVG."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from typing import IO, TYPE_CHECKING

import numpy as np

from ..figures import write_figure
from ..writers.provenance import provenance_line
from .along import draw_strand
from .histogram import draw_histogram
from .instances import draw_instances
from .strands import strands_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..result import ScoreResult

_INSTANCES = {"saccharides": ("saccharide",), "ligands": ("ligand", "lipid", "ion")}


def draw_figures(result: ScoreResult) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure: each strand, saccharides, ligands, all atoms; what there is of them.

    Raises
    ------
    InputError
        When matplotlib is not installed.
    """
    strands = strands_of(result)
    digits = len(str(len(strands)))
    for number, strand in enumerate(strands, 1):
        # the number tells apart names that differ in case only, or in what a file name cannot hold
        name = re.sub(r"[^A-Za-z0-9-]", "_", strand.chain)
        yield f"chain_{number:0{digits}d}_{name}", draw_strand(strand, result.groups.expected)
    for name, kinds in _INSTANCES.items():
        if np.isin(result.groups.residues.kind, kinds).any():
            yield name, draw_instances(result, kinds)
    yield "atoms", draw_histogram(result)


def pictures(result: ScoreResult) -> Iterator[tuple[str, Callable[[IO[bytes]], None]]]:
    """Yield file name and the function that writes the file, each figure as PNG and as SVG."""
    source = provenance_line(result)
    for name, figure in draw_figures(result):
        for kind in ("png", "svg"):
            yield f"{name}.{kind}", functools.partial(write_figure, figure, kind=kind, description=source)
