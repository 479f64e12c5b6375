"""Writing the result of 206,784 atoms: CSV, JSON and annotated mmCIF together; then each kind of file alone."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import qscore
from common import Row, Setting, call, main, peak_megabytes
from qscore.writers import USUAL, WRITERS

WANTED = {"report": 10}  # seconds
TABLES = ("atoms", "residues", "groups", "chains")


def rows(setting: Setting) -> Iterator[Row]:
    tiling = setting.made("tiling")

    def scored(chains: Sequence[str] | None = None) -> qscore.ScoreResult:
        return qscore.score(str(tiling / "tiled.cif"), str(tiling / "tiled.mrc"), resolution=3.9, chains=chains)

    with tempfile.TemporaryDirectory() as folder:
        runs = []
        for _ in range(setting.rounds):
            # A result of its own each time: what it works out when first asked, such as its groups, counts as writing.
            result = scored()
            runs.append(call(lambda result=result: result.write(folder, [*USUAL, "mmcif"])))
            del result
        yield Row.of_runs("CSV, JSON and mmCIF", runs, at_most=2.5)
        result = scored()
        for name in WRITERS:
            yield alone(name, lambda name=name: result.write(folder, [name]))
        yield alone("tables as parquet", lambda: result.write(folder, TABLES, table="parquet"))
        yield Row("scoring and all of these, peak memory", peak_megabytes(), "MB", at_most=600)

        part = scored(np.unique(result.atoms.chain)[:9].tolist())
        size = megabytes_of(part.write(folder, ["report"]))
        yield Row(f"report of {len(part.groups.residues):,} residues", size, "MB", at_most=8)


def megabytes_of(files: Sequence[Path]) -> float:
    return sum(file.stat().st_size for file in files) / 1e6


def alone(name: str, write: Callable[[], Sequence[Path]]) -> Row:
    """Return the row of one kind of file, which a format may refuse to hold so many atoms."""
    files: list[Path] = []
    try:
        run = call(lambda: files.extend(write()))
    except qscore.InputError as refusal:
        return Row(f"alone: {name}", None, note=f"refused: {refusal}")
    return Row.of_runs(f"alone: {name}", [run], f"{megabytes_of(files):.3g} MB", at_most=WANTED.get(name))


if __name__ == "__main__":
    main(rows)
