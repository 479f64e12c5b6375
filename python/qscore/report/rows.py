"""What the static pictures share: panels in rows, expected Q, limits, legend."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..figures import GREY, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..reference.expected import Expected

_WIDTH, _NARROW = 10.0, 6.5  # inches, the latter for few things
_MOST_ROWS = 40  # beyond, rows grow longer


def rows_for(count: int, longest: int) -> tuple[int, int]:
    """Return how many rows `count` things take, and the length of each: equal, and at most `longest` if possible."""
    rows = min(math.ceil(count / longest), _MOST_ROWS)
    return rows, math.ceil(count / rows)


@contextlib.contextmanager
def rows_of_axes(rows: int, height: float, *, narrow: bool) -> Iterator[tuple[Figure, Any]]:
    """Make a figure with one panel per row, `height` inches each."""
    width = _NARROW if narrow else _WIDTH
    with new_figure(rows, 1, size=(width, height * rows + 0.9), squeeze=False) as (figure, axes):
        yield figure, axes[:, 0]


def q_limits(values: NDArray[np.float64], expected: Expected) -> tuple[float, float]:
    """Return the limits of a Q axis that shows all values (NaN aside) and what is expected."""
    known = [value for value in (expected.q_low, expected.q_high) if value is not None]
    every = np.concatenate([values[~np.isnan(values)], known, [0.0]])
    return float(every.min()) - 0.03, float(every.max()) + 0.05


def draw_expected(axes: Any, expected: Expected, first: float, last: float) -> None:
    """Draw Q_peak, Q_low and Q_high, where they are known, from `first` to `last` on the x axis."""
    axes.hlines(0, first, last, color=GREY, linewidth=0.5)
    if expected.q_peak is None or expected.q_low is None or expected.q_high is None:
        return
    axes.fill_between([first, last], expected.q_low, expected.q_high, color=GREY, alpha=0.12, linewidth=0)
    axes.hlines(expected.q_high, first, last, color="black", linewidth=0.8, linestyle=":", label="Q$_{high}$")
    axes.hlines(expected.q_peak, first, last, color="black", linewidth=0.9, label="Q$_{peak}$")
    axes.hlines(expected.q_low, first, last, color="black", linewidth=0.8, linestyle="--", label="Q$_{low}$")


def draw_legend(figure: Figure, axes: Any, title: str) -> None:
    """Put a title above the panels, and the legend beside it or, where there is no room, below them."""
    figure.suptitle(plain(title), x=0.01, ha="left", fontsize=10)
    wide = figure.get_figwidth() > _NARROW
    figure.legend(
        *axes.get_legend_handles_labels(),
        loc="outside upper right" if wide else "outside lower center",
        ncols=7,
        columnspacing=1.2,
        handletextpad=0.5,
    )


def plain(text: str) -> str:
    """Keep matplotlib from reading a name as mathematics."""
    return text.replace("$", r"\$")
