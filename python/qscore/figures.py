"""Drawing and saving figures with matplotlib, which is loaded only when one is drawn."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from .files import atomic_write
from .optional import library

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe and Ito's colours, which the colour-blind tell apart
BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, GREY = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
    "#56B4E9",
    "#7F7F7F",
)

STYLE: Any = {  # matplotlib's names
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "svg.hashsalt": "qscore",
    "svg.fonttype": "none",
}


@contextlib.contextmanager
def new_figure(
    rows: int = 1, columns: int = 1, size: tuple[float, float] = (6.5, 4.2), **options: Any
) -> Iterator[tuple[Figure, Any]]:
    """Make a figure and its axes, and keep the project's style while the block draws on them.

    Parameters
    ----------
    rows, columns
        Panels.
    size
        Inches.
    **options
        Further arguments of matplotlib's ``Figure.subplots``.

    Yields
    ------
    tuple
        The figure, and one axes or an array of them.

    Raises
    ------
    InputError
        When matplotlib is not installed.
    """
    matplotlib = library("matplotlib")
    with matplotlib.rc_context(STYLE):
        figure = library("matplotlib.figure").Figure(figsize=size, layout="constrained")
        yield figure, figure.subplots(rows, columns, **options)


def write_figure(figure: Figure, stream: IO[bytes], kind: str, description: str = "") -> None:
    """Write a figure to an open file as ``"png"`` or ``"svg"``; the same figure gives the same bytes.

    `description` is kept in the file's metadata.
    """
    import matplotlib

    metadata: dict[str, Any] = {"Software": "qscore"} if kind == "png" else {"Creator": "qscore", "Date": None}
    if description:
        metadata["Description"] = description
    with matplotlib.rc_context(STYLE):
        figure.savefig(stream, format=kind, dpi=160, metadata=metadata)


def save_figure(figure: Figure, folder: str | os.PathLike[str], name: str) -> list[Path]:
    """Write ``name.png`` and ``name.svg`` into `folder` and return their paths.

    Raises
    ------
    InputError
        When they cannot be written.
    """
    paths = [Path(folder) / f"{name}.{kind}" for kind in ("png", "svg")]
    for path in paths:
        with atomic_write(path, "wb") as stream:
            write_figure(figure, stream, path.suffix[1:])
    return paths
