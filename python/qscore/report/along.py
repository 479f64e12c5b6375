"""The static picture of a strand: Q of the parts of its residues along the sequence (Fig. 3b, e and g)."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

import numpy as np

from ..figures import GREY
from .palette import PART_COLORS
from .rows import draw_expected, draw_legend, q_limits, rows_for, rows_of_axes
from .strands import Gap, Strand

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..reference.expected import Expected

_LONGEST = 150  # places in a row
_FEWEST = 15  # places that a row has room for, though a strand be shorter
_MARKERS = {"backbone": ".", "side chain": "^", "phosphate": ".", "sugar": "^", "base": "s"}


def draw_strand(strand: Strand, expected: Expected) -> Figure:
    """Draw a strand in rows, with its gaps and the expected Q where that is known."""
    start, end = int(strand.place[0]), int(strand.place[-1]) + 1
    rows, length = rows_for(end - start, _LONGEST)
    limits = q_limits(np.concatenate(list(strand.parts.values())), expected)
    step = _step(length, max(len(seqid) for seqid in (strand.seqid[0], strand.seqid[-1])))
    with rows_of_axes(rows, height=1.45, narrow=length <= _LONGEST / 2) as (figure, panels):
        for number, axes in enumerate(panels):
            first = start + number * length
            last = min(first + length, end) - 1
            draw_expected(axes, expected, first - 0.5, last + 0.5)
            for gap in strand.gaps:
                _draw_gap(axes, gap, first, last)
            _draw_parts(axes, strand, first, last)
            _number(axes, strand, first, last, step)
            axes.set(xlim=(first - 1, first + max(length, _FEWEST)), ylim=limits, ylabel="Q")
        panels[-1].set_xlabel("Residue")
        draw_legend(figure, panels[0], strand.title)
    return figure


def _draw_parts(axes: Any, strand: Strand, first: int, last: int) -> None:
    place = strand.open_at_gaps(strand.place.astype(np.float64))
    for part, q in strand.parts.items():
        values = strand.open_at_gaps(q)
        inside = ~((place < first) | (place > last))  # with the gaps, whose place is NaN
        axes.plot(
            place[inside],
            values[inside],
            color=PART_COLORS[part],
            marker=_MARKERS[part],
            markersize=4 if _MARKERS[part] == "." else 2.6,
            linewidth=0.8,
            label=part,
        )


def _draw_gap(axes: Any, gap: Gap, first: int, last: int) -> None:
    left, right = max(gap.first, first), min(gap.last, last)
    if left > right:
        return
    axes.axvspan(left - 0.5, right + 0.5, facecolor="none", edgecolor=GREY, hatch="////", linewidth=0, alpha=0.5)
    if right - left >= 2:
        box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5}
        axes.text(
            (left + right) / 2, 0.5, str(gap), rotation=90, fontsize=6, ha="center", va="center", bbox=box,
            transform=axes.get_xaxis_transform(),
        )  # fmt: skip


def _number(axes: Any, strand: Strand, first: int, last: int, step: int) -> None:
    """Label the residues whose number is a multiple of `step`."""
    shown = [
        (place, seqid)
        for place, seqid in zip(strand.place.tolist(), strand.seqid.tolist(), strict=True)
        if first <= place <= last and _multiple(seqid, step)
    ]
    axes.set_xticks([place for place, _ in shown], [seqid for _, seqid in shown])


def _step(length: int, characters: int) -> int:
    """Return the step between labels of so many characters in a row of `length` places."""
    most = 90 // max(characters, 3)
    return next((step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500) if length / step <= most), 1000)


def _multiple(seqid: str, step: int) -> bool:
    if step == 1:
        return True
    return not seqid.endswith(tuple(string.ascii_letters)) and seqid.lstrip("-").isdigit() and int(seqid) % step == 0
