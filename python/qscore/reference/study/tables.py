"""The results of a study as tables: one CSV file each, and all of them in one JSON file."""

from __future__ import annotations

import csv
import dataclasses
import json
import math
from pathlib import Path
from typing import Any

from ...files import atomic_write
from .published import TABLE_1, compare, rank_examples
from .regression import Fit
from .study import Study
from .windows import PERCENTILES

Rows = list[dict[str, Any]]


def tabulate(study: Study) -> dict[str, Rows]:
    """Return the tables of a study: name -> rows of equal keys; NaN stands for what is not known."""
    return {
        "fits": [_fit(fit) for fit in (*study.degrees, *study.subsets)],
        "peak": [
            {"offset": float(offset), "points": int(count)}
            for offset, count in zip(study.peak.offsets, study.peak.counts, strict=True)
        ],
        "coverage": [dataclasses.asdict(row) for row in study.coverage],
        "cross_validation": _cross_validation(study),
        "windows": [
            dataclasses.asdict(row)
            | dict(zip(("paper_minimum", "paper_mean", "paper_maximum"), TABLE_1[row.window], strict=True))
            for row in study.windows
        ],
        "rolling_percentiles": [
            {"resolution": float(d), "entries": int(n)}
            | {f"percentile_{p:g}": float(value) for p, value in zip(PERCENTILES, values, strict=True)}
            for d, n, values in zip(
                study.rolling.resolution, study.rolling.entries, study.rolling.percentiles, strict=True
            )
        ],
        "histogram": [
            {"from": float(low), "to": float(high), "entries": int(count)}
            for low, high, count in zip(
                study.histogram.edges, study.histogram.edges[1:], study.histogram.counts, strict=False
            )
        ],
        "table_2": [
            {
                "entry": example.entry,
                "resolution": example.resolution,
                "q": example.q,
                "relative_all_published": example.relative_all,
                "relative_all": everything,
                "relative_resolution_published": example.relative_resolution,
                "relative_resolution": similar,
            }
            for example, everything, similar in rank_examples(study.table)
        ],
        "published": [dataclasses.asdict(row) for row in compare(study)],
    }


def _fit(fit: Fit) -> dict[str, Any]:
    """One row: coefficients by power, those above the degree unknown."""
    coefficients = dict(zip(range(fit.degree, -1, -1), fit.coefficients, strict=True))
    return {
        "points": fit.label,
        "x": fit.x,
        "n": fit.n,
        "degree": fit.degree,
        **{f"x{power}": coefficients.get(power, math.nan) for power in (4, 3, 2, 1, 0)},
        "r2": fit.r2,
        "residual_standard_error": fit.residual_standard_error,
    }


def _cross_validation(study: Study) -> Rows:
    result = study.cross_validation
    return [
        {"measure": name, "mean": getattr(result, name)[0], "standard_deviation": getattr(result, name)[1]}
        for name in ("r2", "rmse", "mae")
    ]


def write_tables(study: Study, folder: Path) -> list[Path]:
    """Write the tables into `folder` and return the paths."""
    tables = tabulate(study)
    paths = []
    for name, rows in tables.items():
        paths.append(folder / f"{name}.csv")
        with atomic_write(paths[-1]) as stream:
            writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows({key: "" if _unknown(value) else value for key, value in row.items()} for row in rows)
    paths.append(folder / "study.json")
    content = {
        "source": study.points.path.name,
        "entries": len(study.points),
        "left_out": study.points.left_out,
        "is_the_papers_list": study.points.is_paper,
        "peak_offset": study.peak.best,
        "seed": study.cross_validation.seed,
        "splits": study.cross_validation.splits,
        "tables": {
            name: [{key: None if _unknown(value) else value for key, value in row.items()} for row in rows]
            for name, rows in tables.items()
        },
    }
    with atomic_write(paths[-1]) as stream:
        json.dump(content, stream, indent=1, ensure_ascii=False, allow_nan=False)
    return paths


def _unknown(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)
