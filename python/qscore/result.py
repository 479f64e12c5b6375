"""The result of scoring a model in a map: per-atom columns and where they come from."""

from __future__ import annotations

import dataclasses
import functools
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .context import Context, context
from .frames import to_pandas, to_polars
from .groups import Groups, GroupTable, groups_of
from .maps import Map
from .model import DIFFRACTION_ITEMS, Atoms, Model
from .options import ScoreOptions
from .reference.expected import PLACES
from .reference.table import ReferenceTable


@dataclasses.dataclass(frozen=True, eq=False)
class ScoreResult:
    """Q-scores of the atoms of a model.

    Attributes
    ----------
    atoms
        The scored atoms, n of them: not hydrogens, of the chains asked for, in file order.
    q
        (n,) float64, from −1 to 1.
    rows
        (n,) rows of ``model.atoms`` that were scored.
    samples_outside
        (n,) int32: samples around each atom that fell outside the map, where it counts as 0.
    options
        The parameters of the score.
    model, map
        The inputs; ``map.values`` is the box around the model.
    resolution, resolution_source
        Resolution of the map, Å, and who says so: ``"given"``, or the item of the model file. None if unknown.
    reference
        The entries that the score is ranked among.
    warnings
        One sentence for each thing that the user should know of.
    """

    atoms: Atoms
    q: NDArray[np.float64]
    rows: NDArray[np.intp]
    samples_outside: NDArray[np.int32]
    options: ScoreOptions
    model: Model
    map: Map
    resolution: float | None
    resolution_source: str | None
    reference: ReferenceTable
    warnings: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<ScoreResult of {self.model.name!r}: Q {self.model_q:.3f}, {len(self.q):,} atoms>"

    @property
    def model_q(self) -> float:
        """Mean Q of all scored atoms."""
        return float(self.q.mean())

    @functools.cached_property
    def context(self) -> Context:
        """What the mean Q means, by expected values and percentiles, and a verdict."""
        incomparable = None
        if len(self.rows) < len(self.model.scored):
            incomparable = "only some of the chains were scored, and percentiles compare whole entries"
        elif dataclasses.replace(self.options, sigma=ScoreOptions.sigma, resampled=False) != ScoreOptions():
            incomparable = "the entries of the reference were scored with other radii or numbers of points"
        return context(
            self.model_q,
            self.resolution,
            self.reference,
            self.options.sigma,
            incomparable=incomparable,
            unlike=self._unlike,
        )

    @functools.cached_property
    def groups(self) -> Groups:
        """Mean Q of residues and their parts, ligands, glycans, chains and entity types; made when first asked for."""
        return groups_of(self)

    def summary(self) -> dict[str, Any]:
        """Return what ``summary.json`` holds, as plain Python values."""
        from . import __version__

        return {
            "program": f"qscore {__version__}",
            "model": {
                "name": self.model.name,
                "file": self.model.path,
                "sha256": self.model.sha256,
                "q": round(self.model_q, 6),
                "q_min": round(float(self.q.min()), 6),
                "atoms": len(self.q),
                "hydrogens": len(self.model.atoms) - len(self.model.scored),
                "atoms_sampled_outside": int(np.count_nonzero(self.samples_outside)),
                **self.context.summary(),
            },
            "chains": _rows(self.groups.chains, "chain"),
            "entity_types": [row | self._placed(row["kind"]) for row in _rows(self.groups.kinds, "kind")],
            "map": {
                "file": self.map.path,
                "grid": list(self.map.grid_shape),
                "box_start": list(self.map.grid_start),
                "box": list(self.map.values.shape),
                "header": self.map.header,
            },
            "options": dataclasses.asdict(self.options),
            "resolution": self.resolution,
            "resolution_source": self.resolution_source,
            "warnings": list(self.warnings),
        }

    def write(
        self, folder: str | os.PathLike[str], names: Sequence[str] | None = None, table: str = "csv"
    ) -> list[Path]:
        """Write result files into a folder; see `qscore.writers.write_files`."""
        from .writers import USUAL, write_files

        return write_files(self, folder, USUAL if names is None else names, table)

    @property
    def _unlike(self) -> str | None:
        """Say what tells that the map may be one of diffraction, unlike those of the reference; None if nothing."""
        if self.model.method:
            diffraction = any(word in self.model.method.upper() for word in ("DIFFRACTION", "CRYSTALLOGRAPHY"))
            return f"the model's file says {self.model.method}" if diffraction else None
        if self.resolution_source in DIFFRACTION_ITEMS:
            return f"the resolution is that of diffraction data ({self.resolution_source})"
        return None

    def _placed(self, kind: str) -> dict[str, int | None]:
        """Count the residues of an entity type, and those below, within and above the bounds; None without bounds."""
        verdict = self.groups.of_kind(kind).verdict
        known = self.context.q_low is not None
        places = {place: int(np.count_nonzero(verdict == place)) if known else None for place in PLACES}
        return {"residues": len(verdict), **places}

    to_pandas = to_pandas
    to_polars = to_polars


def _rows(table: GroupTable, key: str) -> list[dict[str, Any]]:
    """Return groups as plain Python values."""
    columns = (getattr(table, key).tolist(), table.q.tolist(), table.q_min.tolist(), table.atoms.tolist())
    return [
        {key: name, "q": round(q, 6), "q_min": round(q_min, 6), "atoms": atoms}
        for name, q, q_min, atoms in zip(*columns, strict=True)
    ]
