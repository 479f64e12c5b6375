"""The numbers the paper publishes, beside those of a study."""

from __future__ import annotations

import dataclasses

from ..table import ReferenceTable
from .regression import Fit
from .study import Study

COEFFICIENTS = (-0.0016, 0.0434, -0.3956, 1.3366)  # eq. 1
R2 = (0.5959, 0.6999, 0.7039, 0.7061)  # section 2, degrees 1-4
PEAK = 0.024  # eq. 2
CROSS_VALIDATION = {"r2": (0.7, 1), "rmse": (0.07, 2), "mae": (0.05, 2)}  # A1.3: value, decimals printed
SUBSETS = {  # supplement S1
    "CC-mean ≥ 0.5": (9203, (-0.0014940, 0.0412711, -0.3838101, 1.3319239)),
    "CC ≥ 0.7": (8785, (-0.0018731, 0.0487587, -0.4305142, 1.4119322)),
    "FSC0.5 ≤ 10 Å": (9909, (-0.0027888, 0.0634308, -0.4985579, 1.5544201)),
}
TABLE_1 = {  # window: minimum, mean, maximum of entries
    0.1: (12, 2056, 3651),
    0.2: (26, 3744, 6214),
    0.3: (39, 5109, 7952),
    0.4: (43, 6761, 10282),
    0.5: (55, 8288, 12358),
    0.6: (73, 9584, 13905),
    0.7: (100, 10740, 15044),
    0.8: (159, 11791, 15922),
    0.9: (237, 12751, 16681),
    1.0: (299, 13639, 17238),
    1.2: (360, 14992, 18057),
    1.5: (453, 16364, 18698),
}
TABLE_1_ENTRIES = 20330  # about as many as Table 1 was made from; the paper's published list has half of them


@dataclasses.dataclass(frozen=True)
class Example:
    """A row of Table 2: resolution and Q as the EMDB holds them (the paper prints them rounded) and the percentiles."""

    entry: str
    resolution: float
    q: float
    relative_all: float
    relative_resolution: float


TABLE_2 = (
    Example("EMD-7770", 1.9, 0.700, 99, 73),
    Example("EMD-21432", 2.36, 0.075, 3.9, 0.39),
    Example("EMD-22136", 2.9, 0.505, 71, 51),
    Example("EMD-31385", 3.14, 0.425, 47, 26),
    Example("EMD-30321", 3.5, 0.659, 97, 99),
    Example("EMD-0449", 5.67, 0.001, 0.78, 0.94),
    Example("EMD-23206", 7.0, 0.355, 31, 100),
)


@dataclasses.dataclass(frozen=True)
class Comparison:
    """A published number as printed, the study's, and whether the latter, so rounded, is the former."""

    quantity: str
    where: str
    published: str
    here: str
    reproduced: bool


def compare(study: Study) -> list[Comparison]:
    """Compare a study with the numbers the paper publishes of its regression."""
    rows = [
        _row(f"R², degree {fit.degree}", "section 2", published, fit.r2, 4)
        for fit, published in zip(study.degrees, R2, strict=True)
    ]
    rows += _coefficients(study.curve, "eq. 1", COEFFICIENTS, 4)
    rows.append(_row("offset of Q_peak", "eq. 2", PEAK, study.peak.best, 3))
    for name, (published, decimals) in CROSS_VALIDATION.items():
        mean = getattr(study.cross_validation, name)[0]
        rows.append(_row(f"cross-validation, {name.replace('r2', 'R²').upper()}", "A1.3", published, mean, decimals))
    for fit in study.subsets:
        if fit.label in SUBSETS:
            n, published_coefficients = SUBSETS[fit.label]
            rows.append(_row(f"points, {fit.label}", "supplement S1", n, fit.n, 0))
            rows += _coefficients(fit, "supplement S1", published_coefficients, 7)
    half = next(window for window in study.windows if window.window == 0.5)
    rows.append(_row("eq. 10's r at ± 0.5 Å, better than 5 Å", "section 7", -0.3, half.r_below_5, 1))
    return rows


def _coefficients(fit: Fit, where: str, published: tuple[float, ...], decimals: int) -> list[Comparison]:
    powers = ("d³", "d²", "d", "1")
    return [
        _row(f"coefficient of {power}, {fit.label}", where, value, here, decimals)
        for power, value, here in zip(powers, published, fit.coefficients, strict=True)
    ]


def _row(quantity: str, where: str, published: float, here: float, decimals: int) -> Comparison:
    printed = f"{published:.{decimals}f}"
    shown = f"{here:.{decimals + 1 if decimals else 0}f}" if decimals < 7 else f"{here:.7f}"
    return Comparison(quantity, where, printed, shown, f"{here:.{decimals}f}" == printed)


def rank_examples(table: ReferenceTable) -> list[tuple[Example, float, float]]:
    """Rank the entries of Table 2 in a table: (example, Q_relative_all, Q_relative_resolution)."""
    return [
        (
            example,
            float(table.relative_all(example.q)),
            float(table.relative_resolution(example.q, example.resolution)),
        )
        for example in TABLE_2
    ]
