"""The reference cloud (paper, Fig. 2a): all entries with the curves of expected Q, and where one entry lies."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from ..figures import BLUE, GREY, ORANGE, VERMILION, new_figure
from .expected import HIGHEST, LOWEST, q_high, q_low, q_peak
from .table import ReferenceTable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..context import Context


def draw_cloud(axes: Any, table: ReferenceTable, *, curves: bool = True) -> None:
    """Draw the entries of `table` on matplotlib axes, and with `curves` Q_peak, Q_low and Q_high (eqs 2-4)."""
    d, q = table.points()
    axes.scatter(d, q, s=3, color=GREY, alpha=0.2, linewidths=0, rasterized=True)
    if curves:
        x = np.linspace(LOWEST, HIGHEST, 200)
        axes.plot(x, q_high(x), color=ORANGE, linestyle="--", label="Q$_{high}$")
        axes.plot(x, q_peak(x), color=BLUE, label="Q$_{peak}$")
        axes.plot(x, q_low(x), color=VERMILION, linestyle="--", label="Q$_{low}$")
    axes.set(xlim=(0.5, 10.5), ylim=(-0.12, 1.02), xlabel="Resolution (Å)", ylabel="Q-score", xticks=range(1, 11))


def entry_figure(context: Context) -> Figure:
    """Draw one entry on the reference cloud.

    Parameters
    ----------
    context
        What `qscore.context.context` says of the entry; its resolution must be known.

    Raises
    ------
    InputError
        When the resolution is unknown, the score is not comparable with the reference entries, or matplotlib is not
        installed.
    """
    if context.resolution is None:
        raise InputError("the entry cannot be drawn on the reference cloud without a resolution; give it with -r")
    if context.relative_all is None:
        raise InputError(
            "the score cannot be drawn on the reference cloud: it is not comparable with the entries of the reference, "
            "which are whole and scored with sigma 0.4"
        )
    table = context.table
    with new_figure() as (figure, axes):
        draw_cloud(axes, table)
        axes.plot(
            context.resolution,
            context.q,
            marker="*",
            markersize=15,
            color="black",
            markeredgecolor="white",
            linestyle="none",
            zorder=5,
            label=f"this entry: Q {context.q:.3f} at {context.resolution:g} Å",
        )
        right = max(10.5, 1.03 * context.resolution)
        axes.set(
            xlim=(min(0.5, context.resolution - 0.3), right),
            xticks=range(1, int(right) + 1, math.ceil(right / 11)),
            ylim=(min(-0.12, context.q - 0.05), 1.02),
        )
        axes.set_title(f"{len(table):,} entries ({table.name}), sigma 0.4", loc="left")
        axes.legend(loc="upper right")
    return figure
