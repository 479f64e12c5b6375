"""Largest difference of any atom's Q from the golden values, both sigmas, direct and resampled."""

from __future__ import annotations

import csv
from collections.abc import Iterator

import numpy as np
import qscore
from common import MODELS, Missing, Row, Setting, main


def rows(setting: Setting) -> Iterator[Row]:
    for case in MODELS:
        model, map_ = setting.model_and_map(case)
        golden = model.parent / "golden_q.csv"
        if not golden.is_file():
            raise Missing(f"no {golden}")
        with golden.open() as stream:
            lines = list(csv.DictReader(stream))
        for resampled in (False, True):
            worst = 0.0
            for sigma in ("0.4", "0.6"):
                # Only cases where the variant differs have columns of their own for it.
                column = f"q_resampled_sigma{sigma}" if resampled else f"q_sigma{sigma}"
                column = column if column in lines[0] else f"q_sigma{sigma}"
                wanted = np.array([float(line[column]) for line in lines])
                scored = qscore.score(str(model), str(map_), sigma=float(sigma), resampled=resampled)
                worst = max(worst, float(abs(scored.q - wanted).max()))
            what = f"{case}, {'resampled' if resampled else 'direct'}: largest difference in Q"
            yield Row(
                what, worst, at_most=2e-6 if resampled else 1.5e-7, note=f"{len(lines):,} atoms, sigma 0.4 and 0.6"
            )


if __name__ == "__main__":
    main(rows)
