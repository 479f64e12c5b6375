"""Writing the result of 206,784 atoms: the usual files and the annotated mmCIF; then every kind of file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import qscore
from common import Row, Setting, call, main, peak_megabytes
from qscore.writers import USUAL, WRITERS

MEASURED_APART = ("report",)


def rows(setting: Setting) -> Iterator[Row]:
    tiling = setting.made("tiling")
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(setting.rounds):
            # A result of its own each time: what it works out once, such as its groups, counts as writing.
            result = qscore.score(str(tiling / "tiled.cif"), str(tiling / "tiled.mrc"), resolution=3.9)
            runs.append(call(lambda result=result: result.write(folder, [*USUAL, "mmcif"])))
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
        yield Row.of_runs("CSV, JSON and mmCIF", runs, at_most=2.5, note=f"{size / 1e6:.0f} MB written")
        del result
        result = qscore.score(str(tiling / "tiled.cif"), str(tiling / "tiled.mrc"), resolution=3.9)
        for name in WRITERS:
            if name in MEASURED_APART:
                continue
            try:
                run = call(lambda name=name: result.write(folder, [name]))
            except qscore.InputError as refusal:
                yield Row(f"alone: {name}", None, note=f"refused: {refusal}")
            else:
                yield Row.of_runs(f"alone: {name}", [run])
    yield Row("scoring and all of these, peak memory", peak_megabytes(), "MB", at_most=600)


if __name__ == "__main__":
    main(rows)
