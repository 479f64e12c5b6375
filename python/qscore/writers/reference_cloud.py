"""Figure of an entry among all entries of its reference (paper, Fig. 2a)."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from .provenance import provenance_line

if TYPE_CHECKING:
    from ..result import ScoreResult


def write_png(result: ScoreResult, stream: IO[bytes]) -> None:
    """Write reference_cloud.png."""
    _write(result, stream, "png")


def write_svg(result: ScoreResult, stream: IO[bytes]) -> None:
    """Write reference_cloud.svg."""
    _write(result, stream, "svg")


def _write(result: ScoreResult, stream: IO[bytes], kind: str) -> None:
    from ..figures import write_figure
    from ..reference.cloud import entry_figure

    write_figure(entry_figure(result.context), stream, kind, provenance_line(result))
