"""The flat interactive plots of the report's page (plotly): strands, and the entry on the reference cloud."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import numpy as np

from ..optional import library
from ..reference.expected import HIGHEST, LOWEST, q_high, q_low, q_peak
from .palette import PART_COLORS
from .rows import q_limits
from .strands import Strand

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from ..context import Context
    from ..reference.expected import Expected

_INK, _GRID, _BAND = "#222", "#e4e4e4", "rgba(127,127,127,0.16)"
_SYMBOLS = dict(zip(PART_COLORS, ("circle", "triangle-up", "circle", "triangle-up", "square"), strict=True))
LAYOUT: Any = {  # what all plots share
    "template": "none",
    "font": {"family": "system-ui, sans-serif", "size": 12, "color": _INK},
    "paper_bgcolor": "white",
    "plot_bgcolor": "white",
    "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
}
_AXIS: Any = {"gridcolor": _GRID, "zeroline": False, "linecolor": _INK, "ticks": "outside"}


def graph_objects() -> Any:
    """Return plotly's module of graph objects.

    Raises
    ------
    InputError
        When plotly is not installed.
    """
    return library("plotly.graph_objects")


def escaped(text: str) -> str:
    """Keep plotly from reading a name as markup."""
    return html.escape(text, quote=False)


def plot_strand(strand: Strand, expected: Expected) -> Figure:
    """Plot the Q of the parts of residues along a strand, with its gaps and the expected Q where that is known."""
    figure = graph_objects().Figure()
    place = strand.open_at_gaps(strand.place.astype(np.float32))
    names = [
        escaped(f"{resname} {seqid}")
        for resname, seqid in zip(
            strand.open_at_gaps(strand.resname).tolist(), strand.open_at_gaps(strand.seqid).tolist(), strict=True
        )
    ]
    dense = len(strand) > 200
    for part, q in strand.parts.items():
        figure.add_scatter(
            x=place,
            y=strand.open_at_gaps(q).astype(np.float32),
            text=names,
            name=part,
            mode="lines+markers",
            line={"color": PART_COLORS[part], "width": 0.8 if dense else 1.2},
            marker={"color": PART_COLORS[part], "size": 3.5 if dense else 5, "symbol": _SYMBOLS[part]},
            hovertemplate=f"<b>%{{text}}</b><br>{part} Q %{{y:.3f}}<extra></extra>",
        )
    first, last = int(strand.place[0]), int(strand.place[-1])
    aliases = {
        str(at).replace("-", "\N{MINUS SIGN}"): escaped(seqid)
        for at, seqid in zip(strand.place.tolist(), strand.seqid.tolist(), strict=True)
        if str(at) != seqid
    }
    margin = max(1.0, 0.01 * (last - first))
    limits = q_limits(np.concatenate(list(strand.parts.values())), expected)
    figure.update_layout(
        **LAYOUT,
        height=300,
        margin={"l": 50, "r": 90, "t": 30, "b": 45},
        xaxis={
            **_AXIS, "title": {"text": "residue"}, "range": [first - margin, last + margin], "tickformat": "d",
            "labelalias": aliases, "showgrid": False,
        },
        yaxis={**_AXIS, "title": {"text": "Q"}, "range": limits},
        shapes=_gaps(strand) + _expected_shapes(expected),
        annotations=_expected_labels(expected),
    )  # fmt: skip
    return figure


def plot_cloud(context: Context) -> Figure:
    """Plot one entry, whose resolution is known, among those of the reference, counted in small boxes."""
    table, d = context.table, context.resolution
    assert d is not None
    right = max(HIGHEST + 0.5, 1.03 * d)
    x = np.arange(min(0.45, round(d - 0.3, 1) + 0.05), right + 0.1, 0.1)  # most resolutions are multiples of 0.1 Å
    y = np.arange(min(-0.13, context.q - 0.05), 1.03, 0.02)
    counts, _, _ = np.histogram2d(table.q / 1000, table.resolution / 1000, (y, x), weights=table.count)
    seen = counts > 0
    figure = graph_objects().Figure()
    figure.add_heatmap(
        x=(x[1:] + x[:-1]) / 2,
        y=(y[1:] + y[:-1]) / 2,
        z=np.where(seen, np.log10(np.maximum(counts, 1)), np.nan).astype(np.float32),
        customdata=counts.astype(np.int32),
        colorscale=[[0, "#dcdcdc"], [1, "#4d4d4d"]],
        showscale=False,
        hoverongaps=False,
        hovertemplate="%{customdata} entries at %{x:.1f} Å, Q about %{y:.2f}<extra></extra>",
    )
    curve = np.linspace(LOWEST, HIGHEST, 91)
    for name, of, dash in (("high", q_high, "dot"), ("peak", q_peak, "solid"), ("low", q_low, "dash")):
        style = {"color": "black", "width": 1.5, "dash": dash}
        figure.add_scatter(
            x=curve, y=np.asarray(of(curve)), mode="lines", line=style, name=f"Q<sub>{name}</sub>", hoverinfo="skip"
        )
    figure.add_scatter(
        x=[d],
        y=[context.q],
        mode="markers",
        name="this entry",
        marker={"symbol": "star", "size": 17, "color": "#D55E00", "line": {"color": "white", "width": 1.5}},
        hovertemplate="this entry: Q %{y:.3f} at %{x} Å<extra></extra>",
    )
    figure.update_layout(
        **LAYOUT,
        height=420,
        margin={"l": 50, "r": 15, "t": 30, "b": 45},
        xaxis={**_AXIS, "title": {"text": "resolution (Å)"}, "range": [float(x[0]), right]},
        yaxis={**_AXIS, "title": {"text": "Q"}, "range": [float(y[0]), 1.03]},
    )
    return figure


def _gaps(strand: Strand) -> list[dict[str, Any]]:
    least = (strand.place[-1] - strand.place[0]) / 80  # places that a label needs
    return [
        {
            "type": "rect", "xref": "x", "yref": "paper", "x0": gap.first - 0.5, "x1": gap.last + 0.5, "y0": 0, "y1": 1,
            "fillcolor": "#bbb", "opacity": 0.35, "line": {"width": 0}, "layer": "below",
            "label": {"text": str(gap) if wide else "", "textangle": -90, "font": {"size": 10}},
        }
        for gap, wide in ((gap, gap.last - gap.first >= least) for gap in strand.gaps)
    ]  # fmt: skip


def _expected_shapes(expected: Expected) -> list[dict[str, Any]]:
    if expected.q_peak is None:
        return []
    across: dict[str, Any] = {"xref": "paper", "yref": "y", "x0": 0, "x1": 1, "layer": "below"}
    band: dict[str, Any] = {"type": "rect", "y0": expected.q_low, "y1": expected.q_high}
    band |= {"fillcolor": _BAND, "line": {"width": 0}}
    lines = [
        {"type": "line", "y0": q, "y1": q, "line": {"color": "black", "width": 1, "dash": dash}}
        for q, dash in ((expected.q_high, "dot"), (expected.q_peak, "solid"), (expected.q_low, "dash"))
    ]
    return [across | shape for shape in (band, *lines)]


def _expected_labels(expected: Expected) -> list[dict[str, Any]]:
    if expected.q_peak is None:
        return []
    return [
        {
            "xref": "paper", "yref": "y", "x": 1.005, "y": q, "xanchor": "left", "showarrow": False,
            "text": f"Q<sub>{name}</sub> {q:.3f}", "font": {"size": 11},
        }
        for name, q in (("high", expected.q_high), ("peak", expected.q_peak), ("low", expected.q_low))
    ]  # fmt: skip
