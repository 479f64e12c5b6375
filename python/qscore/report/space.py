"""The model in space, coloured by Q (plotly): the trace of its chains, and the atoms of what is no polymer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..writers.viewing import top_of_scale
from .palette import Q_COLORS
from .plots import LAYOUT, escaped, graph_objects
from .strands import Strand

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from ..result import ScoreResult

_LEAST_EXTENT = 10.0  # Å: of the space shown around a model, though it be a single atom
_DISTANCE = 1.25  # of the eye, per half height of the model, for it to fill the picture
_WIDER = 1.7  # how much wider than high a picture is taken to be; page.js steps back where it is less


def plot_space(result: ScoreResult, strands: list[Strand]) -> Figure:
    """Plot the strands as lines through Cα or C4', coloured by residue, and other atoms as points; waters apart."""
    figure = graph_objects().Figure()
    atoms, colors = result.atoms, _colors(result)
    if strands:
        columns = zip(*(_trace(strand) for strand in strands), strict=True)
        position, q, chain, seqid, resname = (np.concatenate(column) for column in columns)
        points = _points(position, q, _names(chain, seqid, resname))
        figure.add_scatter3d(
            **points,
            **_legend("chains"),
            mode="lines+markers",
            line={**colors, "color": np.nan_to_num(points["customdata"]), "width": 6},
            marker={**colors, "color": points["customdata"], "size": 2.5},
        )
    water = atoms.kind == "water"
    traced = np.isin(atoms.kind, [strand.kind for strand in strands]) & atoms.polymer
    for name, member, size in (("ligands", ~water & ~traced, 4.5), ("waters", water, 3)):
        if member.any():
            some = atoms.take(member)
            points = _points(some.position, result.q[member], _names(some.chain, some.seqid, some.resname, some.name))
            marker = {**colors, "color": points["customdata"], "size": size, "line": {"width": 0}}
            figure.add_scatter3d(**points, **_legend(name), mode="markers", marker=marker)
    # plotly cannot draw the legend's sign of a trace of many colours: one without points stands for each
    for trace in figure.data:
        style = {"color": "#555", "size": 5}
        figure.add_scatter3d(
            x=[None], y=[None], z=[None], mode="markers", marker=style, name=trace.name, legendgroup=trace.name
        )
    figure.data[0].marker.update(showscale=True, colorbar=_color_bar(result))
    scene, extent = _scene(atoms.position)
    margin = {"l": 0, "r": 0, "t": 30, "b": 0}
    figure.update_layout(**LAYOUT, height=600, margin=margin, scene=scene, showlegend=True, meta=extent)
    return figure


def _trace(strand: Strand) -> tuple[NDArray[Any], ...]:
    """Return position, Q and names along a strand, with an empty entry at every gap and at the end."""
    count = len(strand)
    columns = (strand.position, strand.q, np.full(count, strand.chain), strand.seqid, strand.resname)
    opened = (strand.open_at_gaps(column) for column in columns)
    return tuple(np.concatenate([column, _nothing(column)]) for column in opened)


def _nothing(column: NDArray[Any]) -> NDArray[Any]:
    """Return one empty entry for a column."""
    shape = (1, *column.shape[1:])
    return np.zeros(shape, column.dtype) if column.dtype.kind == "U" else np.full(shape, np.nan)


def _names(*columns: NDArray[np.str_]) -> list[str]:
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [escaped(f"{chain}/{seqid} {' '.join(rest)}") for chain, seqid, *rest in rows]


def _points(position: NDArray[np.float64], q: NDArray[np.float64], names: list[str]) -> dict[str, Any]:
    x, y, z = position.T.astype(np.float32)
    return {
        "x": x,
        "y": y,
        "z": z,
        "text": names,
        "customdata": q.astype(np.float32),
        "hovertemplate": "<b>%{text}</b><br>Q %{customdata:.3f}<extra></extra>",
    }


def _legend(name: str) -> dict[str, Any]:
    return {"name": name, "legendgroup": name, "showlegend": False}


def _scene(position: NDArray[np.float64]) -> tuple[dict[str, Any], dict[str, float]]:
    """Show the model in a cube without axes, seen along its shortest extent with the longest from left to right.

    Returns the scene and, for page.js, how far the model goes from left to right and from top to bottom.
    """
    middle = (position.min(axis=0) + position.max(axis=0)) / 2
    half = max(float(np.ptp(position, axis=0).max()), _LEAST_EXTENT) / 2
    axes = {
        f"{name}axis": {"visible": False, "range": [float(at) - half, float(at) + half]}
        for name, at in zip("xyz", middle, strict=True)
    }
    _, _, (across, up, toward) = np.linalg.svd(np.cov(position.T, bias=True) if len(position) > 1 else np.eye(3))
    width, height, depth = (float(np.abs((position - middle) @ axis).max()) / half for axis in (across, up, toward))
    distance = max(_DISTANCE * max(height, width / _WIDER) + 0.25 * depth, 0.6)
    camera = {"eye": _vector(toward * distance), "up": _vector(up)}
    extent = {"width": width, "height": height, "wider": _WIDER}
    return {**axes, "aspectmode": "cube", "camera": camera, "dragmode": "orbit"}, extent


def _vector(values: NDArray[np.float64]) -> dict[str, float]:
    return dict(zip("xyz", values.tolist(), strict=True))


def _colors(result: ScoreResult) -> dict[str, Any]:
    scale = [[number / (len(Q_COLORS) - 1), color] for number, color in enumerate(Q_COLORS)]
    return {"cmin": 0, "cmax": top_of_scale(result), "colorscale": scale}


def _color_bar(result: ScoreResult) -> dict[str, Any]:
    top = top_of_scale(result)
    ticks = [0, top / 2, top]
    names = [f"{tick:.2f}" for tick in ticks]
    if result.groups.expected.q_peak is not None:
        names[-1] += " Q<sub>peak</sub>"
    style = {"len": 0.5, "thickness": 14, "outlinewidth": 0}
    return {"title": {"text": "Q"}, "tickvals": ticks, "ticktext": names, **style}
