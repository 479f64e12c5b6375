"""The static histogram of the Q of atoms."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..figures import new_figure
from ..residues import KINDS
from .palette import KIND_COLORS
from .rows import plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..result import ScoreResult

_BIN = 0.02


def draw_histogram(result: ScoreResult) -> Figure:
    """Draw how many atoms have which Q, those of the entity types upon one another."""
    kind_of_atom, q = result.atoms.kind, result.q
    kinds = [kind for kind in KINDS if kind in kind_of_atom]
    edges = np.arange(math.floor(min(0.0, float(q.min())) / _BIN), round(1 / _BIN) + 1) * _BIN
    with new_figure(size=(6.5, 3.6)) as (figure, axes):
        axes.hist(
            [q[kind_of_atom == kind] for kind in kinds],
            edges,
            stacked=True,
            color=[KIND_COLORS[kind] for kind in kinds],
            label=[f"{kind}: {np.count_nonzero(kind_of_atom == kind):,}" for kind in kinds],
        )
        axes.axvline(result.model_q, color="black", linewidth=1.2, label=f"mean: {result.model_q:.3f}")
        if (peak := result.groups.expected.q_peak) is not None:
            axes.axvline(peak, color="black", linewidth=1.2, linestyle="--", label=f"Q$_{{peak}}$: {peak:.3f}")
        axes.set(xlabel="Q of the atom", ylabel="Atoms")
        axes.set_title(f"{len(q):,} atoms of {plain(result.model.name)}", loc="left")
        axes.legend(loc="upper left")
    return figure
