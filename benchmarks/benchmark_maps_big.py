"""Apoferritin inside large maps: only the box around the model may be read."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from pathlib import Path

from common import QSCORE, Row, Run, Setting, main, run


def q_of(atoms: Path) -> list[float]:
    with atoms.open() as stream:
        return [float(line["q"]) for line in csv.DictReader(stream)]


def rows(setting: Setting) -> Iterator[Row]:
    model, map_ = setting.model_and_map("apoferritin")
    maps = {
        "its own map": (map_, None, None),
        "1,024³ float32, 4.3 GB": (setting.made("big_map") / "big.mrc", 1.5, 200),
        "512³ .gz of noise": (setting.made("gzipped_map") / "big.mrc.gz", None, 200),
    }
    with tempfile.TemporaryDirectory() as scratch:
        runs: dict[str, list[Run]] = {name: [] for name in maps}
        for _ in range(setting.rounds):
            for name, (file, _, _) in maps.items():
                runs[name].append(run([*QSCORE, "score", model, file, "--out", Path(scratch) / name]))
        scores = {name: q_of(Path(scratch) / name / "atoms.csv") for name in maps}
    for name, (file, seconds, megabytes) in maps.items():
        size = f"file of {file.stat().st_size / 1e6:,.0f} MB"
        yield Row.of_runs(f"{name}: time", runs[name], size, at_most=seconds)
        yield Row.of(f"{name}: peak memory", [run.megabytes for run in runs[name]], "MB", at_most=megabytes)
        if file != map_:
            worst = max(abs(a - b) for a, b in zip(scores[name], scores["its own map"], strict=True))
            note = "from its own map, whose frame rounds differently in the header"
            yield Row(f"{name}: largest difference in Q", worst, at_most=1e-4, note=note)


if __name__ == "__main__":
    main(rows)
