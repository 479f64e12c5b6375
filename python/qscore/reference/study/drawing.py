"""The figures of a study."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...figures import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILION, new_figure
from ...optional import library
from ..cloud import draw_cloud
from ..expected import HIGHEST, LOWEST, q_high, q_low, q_peak
from .study import Study
from .windows import PERCENTILES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

X = np.linspace(LOWEST, HIGHEST, 200)
SUBSET_STYLES = {
    "CC-mean ≥ 0.5": (VERMILION, "--"),
    "CC ≥ 0.7": (ORANGE, "-."),
    "FSC0.5 ≤ 10 Å": (PURPLE, ":"),
    "balanced": (BLUE, "--"),
}


def draw_regression(study: Study) -> Figure:
    """Draw all points with the fits of degree 1 to 4 (Fig. 1a)."""
    with new_figure() as (figure, axes):
        draw_cloud(axes, study.table, curves=False)
        for fit, color, style in zip(
            study.degrees, (ORANGE, GREEN, BLUE, VERMILION), (":", "-.", "-", "--"), strict=True
        ):
            axes.plot(X, fit.at(X), color=color, linestyle=style, label=f"degree {fit.degree}, R² {fit.r2:.4f}")
        axes.legend(loc="upper right")
    return figure


def draw_bounds(study: Study) -> Figure:
    """Draw all points with Q_peak, Q_low and Q_high (Fig. 2a)."""
    with new_figure() as (figure, axes):
        draw_cloud(axes, study.table)
        axes.legend(loc="upper right")
    return figure


def draw_residuals(study: Study) -> Figure:
    """Draw residuals against resolution, and their quantiles against a normal distribution's (supplement S1)."""
    stats = library("scipy.stats")
    with new_figure(2, 4, size=(11, 5.4), sharey=True) as (figure, axes):
        for (top, bottom), fit in zip(axes.T, study.degrees, strict=True):
            residuals = study.points.q - fit.at(study.points.resolution)
            top.scatter(study.points.resolution, residuals, s=2, color=GREY, alpha=0.2, linewidths=0, rasterized=True)
            top.axhline(0, color=BLUE, linewidth=1)
            top.set(xlabel="Resolution (Å)", title=f"degree {fit.degree}, s.e. {fit.residual_standard_error:.4f}")
            (normal, ordered), (slope, intercept, _) = stats.probplot(residuals)
            bottom.scatter(normal, ordered, s=3, color=GREY, linewidths=0, rasterized=True)
            bottom.plot(normal, slope * normal + intercept, color=BLUE, linewidth=1)
            bottom.set(xlabel="Normal quantile")
        axes[0, 0].set_ylabel("Residual of Q")
        axes[1, 0].set_ylabel("Residual of Q")
    return figure


def draw_peak(study: Study) -> Figure:
    """Draw the number of points near the curve against the curve's offset (supplement S3b)."""
    with new_figure(size=(5.5, 3.4)) as (figure, axes):
        axes.plot(study.peak.offsets, study.peak.counts, color=BLUE)
        axes.axvline(study.peak.best, color=VERMILION, linestyle="--", label=f"most points: {study.peak.best:+.3f}")
        axes.set(xlabel="Offset of the curve in Q", ylabel="Points within ± 0.01", ylim=(0, None))
        axes.legend(loc="upper left")
    return figure


def draw_subsets(study: Study) -> Figure:
    """Draw the fits to subsets beside the fit to all points (supplement S1, S2)."""
    with new_figure() as (figure, axes):
        axes.plot(X, study.curve.at(X), color="black", linewidth=2, label=f"all, n {study.curve.n:,}")
        for fit in study.subsets:
            color, style = SUBSET_STYLES[fit.label]
            x = "" if fit.x == "resolution" else " (x: FSC0.5)"
            axes.plot(X, fit.at(X), color=color, linestyle=style, label=f"{fit.label}{x}, n {fit.n:,}")
        axes.set(xlabel="Resolution (Å)", ylabel="Q-score", xlim=(0.5, 10.5), xticks=range(1, 11), ylim=(0, 1))
        axes.legend(loc="upper right")
    return figure


def draw_windows(study: Study) -> Figure:
    """Draw eq. 10's correlation and the number of entries against the window size (supplement S5, Table 1)."""
    with new_figure(1, 2, size=(9, 3.6)) as (figure, (left, right)):
        sizes = [row.window for row in study.windows]
        left.axhline(0, color=GREY, linewidth=0.8)
        left.plot(sizes, [row.r_below_5 for row in study.windows], "o-", color=BLUE, label="better than 5 Å")
        left.plot(sizes, [row.r_from_5 for row in study.windows], "s--", color=VERMILION, label="5 Å and worse")
        left.set(xlabel="Window, ± Å", ylabel="r (eq. 10)", ylim=(-1, 1))
        left.legend(loc="upper right")
        for name, color, marker in (("maximum", SKY, "^"), ("mean", BLUE, "o"), ("minimum", VERMILION, "v")):
            right.plot(sizes, [getattr(row, name) for row in study.windows], color=color, marker=marker, label=name)
        right.set(xlabel="Window, ± Å", ylabel="Entries in the window", yscale="log")
        right.legend(loc="lower right")
    return figure


def draw_rolling(study: Study) -> Figure:
    """Draw rolling percentiles of Q beside the printed curves (supplement S3)."""
    with new_figure() as (figure, axes):
        rolling = study.rolling
        for k, (p, color) in enumerate(zip(PERCENTILES, (VERMILION, BLUE, ORANGE), strict=True)):
            axes.plot(rolling.resolution, rolling.percentiles[:, k], color=color, label=f"{p:g}th percentile, ± 0.5 Å")
        for curve, label, color in ((q_high, "high", ORANGE), (q_peak, "peak", BLUE), (q_low, "low", VERMILION)):
            axes.plot(X, np.asarray(curve(X)), color=color, linestyle="--", linewidth=1, label=f"Q$_{{{label}}}$")
        axes.set(xlabel="Resolution (Å)", ylabel="Q-score", xlim=(0.5, 10.5), xticks=range(1, 11))
        axes.legend(loc="upper right", ncols=2)
    return figure


def draw_histogram(study: Study) -> Figure:
    """Draw the number of entries by resolution (supplement S6)."""
    with new_figure(size=(6.5, 3.4)) as (figure, axes):
        axes.stairs(study.histogram.counts, study.histogram.edges, fill=True, color=BLUE)
        axes.set(xlabel="Resolution (Å), bins of 0.5", ylabel="Entries", xticks=range(1, 11))
    return figure


FIGURES = {
    "regression": draw_regression,
    "residuals": draw_residuals,
    "subsets": draw_subsets,
    "peak": draw_peak,
    "bounds": draw_bounds,
    "rolling_percentiles": draw_rolling,
    "windows": draw_windows,
    "histogram": draw_histogram,
}


def draw_figures(study: Study) -> dict[str, Figure]:
    """Draw every figure: name -> figure."""
    return {name: draw(study) for name, draw in FIGURES.items()}
