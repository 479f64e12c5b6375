"""Writing the result of 206,784 atoms: CSV, JSON and annotated mmCIF together; then each kind of file alone."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import qscore
from common import Row, Run, Setting, call, main, peak_megabytes
from qscore.writers import USUAL, WRITERS

WANTED = {"report": 10}  # seconds
TABLES = ("atoms", "residues", "groups", "chains")


def rows(setting: Setting) -> Iterator[Row]:
    tiling = setting.made("tiling")

    def written_afresh(folder: str) -> Run:
        """Write a result of its own: what it works out when first asked, such as its groups, counts as writing."""
        result = qscore.score(str(tiling / "tiled.cif"), str(tiling / "tiled.mrc"), resolution=3.9)
        return call(lambda: result.write(folder, [*USUAL, "mmcif"]))

    with tempfile.TemporaryDirectory() as folder:
        runs = [written_afresh(folder) for _ in range(setting.rounds)]
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
        yield Row.of_runs("CSV, JSON and mmCIF", runs, f"{size / 1e6:.0f} MB written", at_most=2.5)
        result = qscore.score(str(tiling / "tiled.cif"), str(tiling / "tiled.mrc"), resolution=3.9)
        for name in WRITERS:
            yield alone(name, lambda name=name: result.write(folder, [name]))
        yield alone("tables as parquet", lambda: result.write(folder, TABLES, table="parquet"))
    yield Row("scoring and all of these, peak memory", peak_megabytes(), "MB", at_most=600)


def alone(name: str, write: Callable[[], object]) -> Row:
    """Return the row of one kind of file, which a format may refuse to hold so many atoms."""
    try:
        run = call(write)
    except qscore.InputError as refusal:
        return Row(f"alone: {name}", None, note=f"refused: {refusal}")
    return Row.of_runs(f"alone: {name}", [run], at_most=WANTED.get(name))


if __name__ == "__main__":
    main(rows)
