"""What scripts for molecular viewers share: which files to open, the ends of the colour scale, the worst residues."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..result import ScoreResult

WORST = 20  # residues listed as selections


def input_paths(result: ScoreResult) -> tuple[str | None, str | None]:
    """Return the absolute paths of model and map; None for one that was made in memory."""
    model, map = (path and str(Path(path).resolve()) for path in (result.model.path, result.map.path))
    return model, map


def top_of_scale(result: ScoreResult) -> float:
    """Return the Q that is drawn blue: Q_peak at the resolution, 1 where none is known."""
    peak = result.groups.expected.q_peak
    return 1.0 if peak is None else peak


def worst_residues(result: ScoreResult) -> list[int]:
    """Return the rows of the polymer residues with the lowest mean Q, the lowest first."""
    residues = result.groups.residues
    order = residues.q.argsort(kind="stable").tolist()
    polymers = (row for row in order if residues.kind[row] in ("protein", "nucleic acid"))
    return [row for row, _ in zip(polymers, range(WORST), strict=False)]
