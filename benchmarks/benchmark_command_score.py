"""The whole command, cold start to files written, beside jqscore 0.2.0: time and peak memory."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from pathlib import Path

from common import QSCORE, Row, Setting, alternate, main, ratios

PEER = "jqscore==0.2.0"


def residues(file: Path, separator: str, seqid: str, q: str) -> dict[tuple[str, str], float]:
    """Return the mean Q of each residue by chain and seqid from a table."""
    with file.open() as stream:
        lines = csv.DictReader((line for line in stream if not line.startswith("#")), delimiter=separator)
        return {(line["chain"], line[seqid]): float(line[q]) for line in lines}


def rows(setting: Setting) -> Iterator[Row]:
    jqscore = setting.peer(PEER) / "jqscore"
    tiling = setting.made("tiling")
    # (name, model, map, times faster and share of the memory that are wanted)
    cases = (
        ("206,784 atoms", tiling / "tiled.cif", tiling / "tiled.mrc", 10, 0.25),
        ("apoferritin", *setting.model_and_map("apoferritin"), 8, None),
    )
    for name, model, map_, faster, smaller in cases:
        with tempfile.TemporaryDirectory() as folder:
            runs = alternate(
                {
                    "qscore": [*QSCORE, "score", model, map_, "--out", Path(folder) / "qscore"],
                    "jqscore": [jqscore, model, map_, "--output", Path(folder) / "jqscore.tsv"],
                },
                setting.rounds,
            )
            ours = residues(Path(folder) / "qscore" / "residues.csv", ",", "seqid", "q")
            theirs = residues(Path(folder) / "jqscore.tsv", "\t", "res_seq", "Q_residue")
        seconds = {program: [run.seconds for run in measured] for program, measured in runs.items()}
        memory = {program: [run.megabytes for run in measured] for program, measured in runs.items()}
        for program in runs:
            yield Row.of_runs(f"{name}: {program}", runs[program])
        yield Row.of(f"{name}: times faster", ratios(seconds["jqscore"], seconds["qscore"]), "×", at_least=faster)
        for program in runs:
            yield Row.of(f"{name}: {program}, peak memory", memory[program], "MB")
        yield Row.of(f"{name}: share of its memory", ratios(memory["qscore"], memory["jqscore"]), at_most=smaller)
        worst = max(abs(ours[residue] - q) for residue, q in theirs.items())
        note = f"{len(theirs):,} residues; jqscore interpolates twice unless the map's origin is whole"
        yield Row(f"{name}: largest difference of a residue's Q", worst, note=note)


if __name__ == "__main__":
    main(rows)
