"""The static picture of saccharides, or of ligands, lipids and ions, one by one (Fig. 4d)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .palette import KIND_COLORS
from .rows import draw_expected, draw_legend, plain, q_limits, rows_for, rows_of_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..groups import Groups, GroupTable
    from ..result import ScoreResult

_LONGEST = 60  # in a row, each with its name
_MOST_NAMED = 90  # in a row; beyond, names would overlap
_FEWEST = 10  # that a row has room for
_MARKERS = {"saccharide": "o", "ligand": "D", "lipid": "s", "ion": "^"}


def draw_instances(result: ScoreResult, kinds: tuple[str, ...]) -> Figure:
    """Draw the mean Q of each residue of some entity types, and its lowest atom; those of a glycan stand together."""
    groups = result.groups
    index = np.flatnonzero(np.isin(groups.residues.kind, kinds))
    index = index[np.argsort(_rank(groups, index), kind="stable")]
    table, glycan = groups.residues.take(index), groups.glycan_of[index]
    rows, length = rows_for(len(table), _LONGEST)
    limits = q_limits(np.append(table.q, table.q_min), groups.expected)
    named = length <= _MOST_NAMED
    with rows_of_axes(rows, height=2.3 if named else 1.5, narrow=length <= _LONGEST / 2) as (figure, panels):
        for number, axes in enumerate(panels):
            inside = np.arange(number * length, min((number + 1) * length, len(table)))
            draw_expected(axes, groups.expected, -0.5, len(inside) - 0.5)
            _draw(axes, table.take(inside), kinds)
            if named:
                labels = _labels(table.take(inside))
                axes.set_xticks(range(len(inside)), labels, rotation=90, fontsize=6.5)
                _mark_glycans(axes, groups, glycan[inside])
            else:
                axes.set_xticks([])
            axes.set(xlim=(-1, max(length, _FEWEST)), ylim=limits, ylabel="Q")
        draw_legend(figure, panels[0], _title(table, kinds))
    return figure


def _rank(groups: Groups, index: NDArray[np.intp]) -> NDArray[np.intp]:
    """Order residues as in the file, but those of a glycan where its first one stands."""
    rank = index.copy()
    for number in np.unique(groups.glycan_of[index]):
        if number >= 0:
            members = groups.glycan_of[index] == number
            rank[members] = index[members].min()
    return rank


def _draw(axes: Any, table: GroupTable, kinds: tuple[str, ...]) -> None:
    axes.vlines(np.arange(len(table)), table.q_min, table.q, color="black", linewidth=0.6)
    for kind in [kind for kind in kinds if kind in table.kind]:
        x = np.flatnonzero(table.kind == kind)
        style = {"linestyle": "none", "marker": _MARKERS[kind], "color": KIND_COLORS[kind], "markersize": 5}
        axes.plot(x, table.q[x], label=f"{kind}, mean", **style)
    several = np.flatnonzero(table.atoms > 1)
    if len(several):
        style = {"linestyle": "none", "marker": "_", "color": "black", "markersize": 5}
        axes.plot(several, table.q_min[several], label="lowest atom", **style)


def _labels(table: GroupTable) -> list[str]:
    columns = (table.resname.tolist(), table.chain.tolist(), table.seqid.tolist())
    return [plain(f"{resname} {chain}/{seqid}") for resname, chain, seqid in zip(*columns, strict=True)]


def _mark_glycans(axes: Any, groups: Groups, glycan: NDArray[np.intp]) -> None:
    """Draw a bar above each glycan, with the residue that it is bound to."""
    for number in np.unique(glycan[glycan >= 0]):
        x = np.flatnonzero(glycan == number)
        axes.plot(
            [x[0] - 0.35, x[-1] + 0.35], [1.02, 1.02], color="black", linewidth=1, clip_on=False,
            transform=axes.get_xaxis_transform(),
        )  # fmt: skip
        site = " ".join(str(groups.glycan_site[number]).split(" ")[:2])
        axes.text(
            x.mean(), 1.04, plain(site or "free"), fontsize=6, ha="center", va="bottom",
            rotation=0 if len(x) > 2 else 30, transform=axes.get_xaxis_transform(),
        )  # fmt: skip


def _title(table: GroupTable, kinds: tuple[str, ...]) -> str:
    counts = [(int(np.count_nonzero(table.kind == kind)), kind) for kind in kinds]
    text = ", ".join(f"{count:,} {kind}{'s' if count > 1 else ''}" for count, kind in counts if count)
    return text[0].upper() + text[1:]
