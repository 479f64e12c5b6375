"""The page of a study: Markdown that reads like a short methods section, and the same as HTML."""

from __future__ import annotations

import html
from collections.abc import Sequence

from ...optional import library
from ..expected import HIGH_OFFSET, HIGHEST, LOW_OFFSET, LOWEST, q_mean
from .points import WITHOUT_IDS
from .published import TABLE_1, TABLE_1_ENTRIES, compare, rank_examples
from .regression import BALANCED_BIN, BALANCED_TOTAL, Fit
from .study import Study
from .windows import PERCENTILES

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 54rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
table { border-collapse: collapse; margin: 1rem 0; font-size: 0.9rem; display: block; overflow-x: auto; }
th, td { padding: 0.2rem 0.7rem; border-bottom: 1px solid #ddd; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
img { max-width: 100%; max-height: 24rem; }
@media print { body { margin: 0; max-width: none; } table, img { break-inside: avoid; } }
"""


def compose_pages(study: Study) -> dict[str, str]:
    """Compose the page: file name -> content, in Markdown and as HTML.

    Raises
    ------
    InputError
        When markdown-it-py is not installed.
    """
    text = compose(study)
    body = library("markdown_it").MarkdownIt("commonmark").enable("table").render(text)
    title = html.escape(f"Q-scores and resolution: {study.points.path.name}")
    page = (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
    return {"study.md": text, "study.html": page}


def compose(study: Study) -> str:
    """Write the page in Markdown; it shows the figures that lie beside it as PNG."""
    sections = (_entries, _regression, _cross_validation, _subsets, _bounds, _similar, _examples, _published)
    return (
        "\n\n".join([f"# Q-scores and resolution: {study.points.path.name}", *(part(study) for part in sections)])
        + "\n"
    )


def _entries(study: Study) -> str:
    points = study.points
    listed = len(points) - (len(WITHOUT_IDS) if points.is_paper else 0)
    text = (
        f"## Entries\n\n`{points.path.name}` has {listed:,} entries with a resolution of {LOWEST:g} to {HIGHEST:g} Å "
        "and a Q-score (sigma 0.4) averaged over the non-hydrogen atoms of the model; "
        f"{points.left_out:,} others were left out."
    )
    if points.is_paper:
        extra = " and ".join(f"({d:g} Å, {q:.3f})" for d, q in WITHOUT_IDS)
        text += (
            " It is the list published with Pintilie et al. (2025), *Acta Cryst.* D81, here called the paper. The two "
            f"points that stand in its regression without ids, {extra}, are added: {len(points):,} points."
        )
    else:
        text += " It is not the list of Pintilie et al. (2025), *Acta Cryst.* D81, here called the paper."
    return text + "\n\n![Entries by resolution](histogram.png)"


def _regression(study: Study) -> str:
    curve = study.curve
    rows = [
        (fit.degree, *_coefficients(fit), f"{fit.r2:.5f}", f"{fit.residual_standard_error:.5f}")
        for fit in study.degrees
    ]
    text = (
        "## Regression\n\nPolynomials of Q against resolution d by ordinary least squares, degrees 1 to 4.\n\n"
        + _table(("degree", "d⁴", "d³", "d²", "d", "1", "R²", "residual s.e."), rows)
        + f"\n\nDegree 3, which the paper chose, leaves residuals with a standard error (s.e.) of "
        f"{curve.residual_standard_error:.3f}; the quantile plots show how far they are from normal."
    )
    if study.points.is_paper:
        rounding = float(q_mean(HIGHEST)) - curve.at(HIGHEST)
        text += (
            f" The paper prints its coefficients rounded to four decimals, which puts the printed curve {rounding:.4f} "
            f"above this fit at {HIGHEST:g} Å."
        )
    return text + "\n\n![Points and fits](regression.png)\n\n![Residuals and their quantiles](residuals.png)"


def _cross_validation(study: Study) -> str:
    result = study.cross_validation
    rows = [
        (label, f"{mean:.4f}", f"{deviation:.4f}")
        for label, (mean, deviation) in (("R²", result.r2), ("RMSE", result.rmse), ("MAE", result.mae))
    ]
    return (
        f"## Cross-validation\n\n{result.splits:,} random splits (seed {result.seed}) into {result.training:,} "
        f"training and {result.test:,} test points; the cubic fitted to the former predicts the latter.\n\n"
        + _table(("test points", "mean", "standard deviation"), rows)
    )


def _subsets(study: Study) -> str:
    rows = [
        (fit.label, f"{fit.n:,}", *_coefficients(fit)[1:], f"{fit.r2:.5f}") for fit in (study.curve, *study.subsets)
    ]
    text = (
        "## Subsets\n\nCubics fitted to the entries whose model map correlates with the map (CC, CC-mean, eqs 8 and "
        "9), to those whose map-model FSC falls to 0.5 at 10 Å or better (that is then the abscissa), and to a "
        f"balanced set: about {BALANCED_TOTAL} entries drawn at random, as many from every {BALANCED_BIN:g} Å where "
        "there are enough.\n\n" + _table(("entries", "n", "d³", "d²", "d", "1", "R²"), rows)
    )
    if not any(fit.label in ("CC ≥ 0.7", "CC-mean ≥ 0.5", "FSC0.5 ≤ 10 Å") for fit in study.subsets):
        text += "\n\nThe file has no columns cc, cc_mean and fsc05, so that the first three are missing."
    return text + "\n\n![Fits to subsets](subsets.png)"


def _bounds(study: Study) -> str:
    rows = [
        (row.label, f"{row.n:,}", *(f"{x:.1f} %" for x in (row.below, row.within, row.above))) for row in study.coverage
    ]
    return (
        "## Peak and bounds\n\nMoved by an offset, the unrounded cubic passes within ± 0.01 of most points "
        f"({study.peak.counts.max():,}) at **{study.peak.best:+.3f}**.\n\n![Points near the curve](peak.png)\n\n"
        f"The bounds are the curve {LOW_OFFSET:+.3f} (Q_low) and {HIGH_OFFSET:+.3f} (Q_high). The "
        "paper calls them 95 %; what lies between them here is\n\n"
        + _table(("entries", "n", "below Q_low", "between", "above Q_high"), rows)
        + "\n\n![Points and bounds](bounds.png)\n\nRolling percentiles "
        f"({', '.join(f'{p:g}' for p in PERCENTILES)}; ± 0.5 Å, no curve assumed) follow the same course:\n\n"
        "![Rolling percentiles](rolling_percentiles.png)"
    )


def _similar(study: Study) -> str:
    rows = [
        (
            f"{row.window:g}",
            f"{row.minimum:,}",
            f"{row.mean:,.0f}",
            f"{row.maximum:,}",
            f"{TABLE_1[row.window][1]:,}",
            f"{row.r_below_5:.3f}",
            f"{row.r_from_5:.3f}",
        )
        for row in study.windows
    ]
    heading = ("± Å", "min entries", "mean", "max", "paper's mean", "r, d < 5 Å", "r, d ≥ 5 Å")
    return (
        "## Entries of similar resolution\n\nQ_relative_resolution is the share of entries within ± w of an entry's "
        "resolution, edges included, whose Q is strictly lower (eq. 7). For each w: how many entries that is, over all "
        "entries (Table 1), and the correlation r of Q_relative_resolution with resolution (eq. 10), which should be "
        "small.\n\n" + _table(heading, rows) + "\n\n![Window sizes](windows.png)"
    )


def _examples(study: Study) -> str:
    rows = [
        (
            example.entry,
            f"{example.resolution:g}",
            f"{example.q:.3f}",
            f"{example.relative_all:g}",
            f"{everything:.2f}",
            f"{example.relative_resolution:g}",
            f"{similar:.2f}",
        )
        for example, everything, similar in rank_examples(study.table)
    ]
    heading = ("entry", "d (Å)", "Q", "all, paper", "all, here", "similar, paper", "similar, here")
    return (
        "## The paper's examples\n\nTable 2, with the resolution and Q that the EMDB holds (the paper prints them "
        "rounded): the percentage of the points here, and of those within ± 0.5 Å, that have a lower Q.\n\n"
        + _table(heading, rows)
    )


def _published(study: Study) -> str:
    rows = [
        (row.quantity, row.where, row.published, row.here, "yes" if row.reproduced else "no") for row in compare(study)
    ]
    if study.points.is_paper:
        text = "Rounded as printed, the numbers here are the paper's or not:"
    else:
        text = "The entries are not the paper's, so its numbers need not come out; for comparison:"
    mean = next(row.mean for row in study.windows if row.window == 0.5)
    text = (
        f"## What is reproduced\n\n{text}\n\n"
        + _table(("quantity", "where", "published", "here", "same"), rows)
        + "\n\nNot reproduced:\n\n"
        f"- *The offsets of Q_low and Q_high.* How they follow from the entries is not stated in enough detail; "
        f"between the bounds lie {study.coverage[0].within:.1f} % of the entries here, not 95 %.\n"
        f"- *Table 1.* Its windows hold {TABLE_1[0.5][1] / mean:.2f} times as many entries as here (mean, ± 0.5 Å): it "
        f"was made from a set of about {TABLE_1_ENTRIES:,} entries, not from the published list.\n"
        "- *The balanced set of 400 entries.* Which they were is not published; the balanced set here is another one.\n"
        "- *The supplement's rolling percentiles.* Its window and percentiles are not given; those above are ours.\n"
    )
    if study.points.is_paper:
        text += (
            '- *The group of entries in eq. 10.* The paper reports r near -0.3 for resolutions "higher than 5 Å '
            '(inclusive)"; here it is the entries with d < 5 Å, the better resolutions, that have it.\n'
            f"- *The MAE of A1.3.* It is printed as 0.05; here it is {study.cross_validation.mae[0]:.3f}.\n"
        )
    return text.rstrip()


def _coefficients(fit: Fit) -> tuple[str, ...]:
    """Coefficients of d⁴ to 1, empty above the degree of the fit."""
    return ("",) * (4 - fit.degree) + tuple(f"{value:.7f}" for value in fit.coefficients)


def _table(heading: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Compose a Markdown table: the first column to the left, the others to the right."""
    lines = [heading, [":---", *["---:"] * (len(heading) - 1)], *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
