"""Grouping 206,784 atoms into residues and their parts, ligands, glycans, chains and entity types."""

from __future__ import annotations

from collections.abc import Iterator

import qscore
from common import Row, Setting, call, main
from qscore.groups import groups_of


def rows(setting: Setting) -> Iterator[Row]:
    tiling = setting.made("tiling")
    result = qscore.score(str(tiling / "tiled.cif"), str(tiling / "tiled.mrc"), resolution=3.9)
    runs = [call(lambda: groups_of(result)) for _ in range(setting.rounds)]
    residues = len(result.groups.residues)
    yield Row.of_runs(f"{len(result.q):,} atoms, {residues:,} residues", runs, at_most=0.3)


if __name__ == "__main__":
    main(rows)
